"""The writes that replace and delete, with a project that has everything that each of them needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from support.registry import (
    CONNECTION,
    ENVIRONMENT,
    OPEN,
    OVERRIDE,
    OVERRIDES,
    PROJECT,
    Client,
    Reply,
    override_body,
    without,
)

READ: Final = "BatchGetItem"
LIST: Final = "Query"
WRITE: Final = "TransactWriteItems"


@dataclass(frozen=True)
class Write:
    """A request that replaces or deletes, its calls to DynamoDB, and the actions of its last transaction.

    A cascade from a connection finds the overrides with a first transaction, which fails because of them.
    """

    method: str
    resource: str
    calls: tuple[str, ...]
    actions: int
    body: object = None
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    names: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def done(self) -> int:
        """Return the status of success."""
        return 200 if self.method == "PUT" else 204

    @property
    def first_actions(self) -> int:
        """Return the number of actions of the first transaction. In a cascade, it finds the override."""
        return self.actions - 2 * (self.calls.count(WRITE) - 1)

    def send(self, api: Client, names: Mapping[str, str]) -> Reply:
        """Send the request."""
        return api.call(self.method, self.resource, {**names, **self.names}, self.body, query=self.query)


_CASCADE: Final = {"cascade": "true"}
_SAME_SECRET: Final = {"connectionProperties": {"secretName": "dev-salesforce"}}
_NEW_SECRET: Final = {"connectionProperties": {"secretName": "new"}}
_OVERRIDE: Final[dict[str, Any]] = without(override_body(), "environmentName", "connectionName")

WRITES: Final = {
    "replace override": Write("PUT", OVERRIDE, (READ, WRITE), 4, _OVERRIDE),
    "replace override by another secret": Write(
        "PUT", OVERRIDE, (READ, WRITE), 5, _OVERRIDE | {"connectionOverrides": _NEW_SECRET}
    ),
    "replace connection": Write("PUT", CONNECTION, (READ, WRITE), 3, {}),
    # Its new secrets are known only once the connection has been read, so their usage is read in a second call.
    "replace connection by another secret": Write(
        "PUT", CONNECTION, (READ, READ, WRITE), 4, {"connectionDetails": _NEW_SECRET}
    ),
    "change auth type": Write(
        "PUT",
        CONNECTION,
        (READ, LIST, WRITE),
        6,
        {"authType": "OAUTH_USER_TOKENS", "connectionDetails": _SAME_SECRET},
        names={"connectionName": "Unused"},
    ),
    "replace environment": Write("PUT", ENVIRONMENT, (READ, WRITE), 3, OPEN),
    "replace project": Write("PUT", PROJECT, ("GetItem", WRITE), 2, {"name": "x"}),
    "delete override": Write("DELETE", OVERRIDE, (READ, WRITE), 4),
    "delete overrides": Write(
        "DELETE",
        OVERRIDES,
        (READ, WRITE),
        6,
        query={"environmentName": "PROD", "connectionNames": "Salesforce,Marketo"},
    ),
    "delete environment": Write("DELETE", ENVIRONMENT, (READ, WRITE), 4, names={"environmentName": "DEV"}),
    "cascade from environment": Write("DELETE", ENVIRONMENT, (READ, LIST, WRITE), 8, query=_CASCADE),
    "delete connection": Write("DELETE", CONNECTION, (READ, LIST, WRITE), 6, names={"connectionName": "Unused"}),
    "cascade from connection": Write("DELETE", CONNECTION, (READ, LIST, WRITE, WRITE), 8, query=_CASCADE),
    # At the end, the usage rows of its secrets are queried, to be deleted as well.
    "delete project": Write("DELETE", PROJECT, (READ, WRITE, LIST), 3),
}
"""By what they do. The environments are PROD and DEV. PROD has overrides of Salesforce and Marketo."""


def furnish(api: Client, *, empty: bool = False) -> dict[str, str]:
    """Create the project, or an empty one, and return the names of its items."""
    project = api.make_project()
    if not empty:
        for environment in ("DEV", "PROD"):
            api.make_environment(project, environment)
        api.make_connection(project, "Unused", authProvider="salesforce", authType="OAUTH_CLIENT_CRED")
        for connection in ("Salesforce", "Marketo"):
            api.make_connection(project, connection)
            assert api.make_override(project, connection=connection).status == 201
    return {"projectId": project, "environmentName": "PROD", "connectionName": "Salesforce"}
