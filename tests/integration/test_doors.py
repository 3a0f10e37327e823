"""Every write that can change which secret a protected environment uses needs the scope for protected environments."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from support.invariants import read_table
from support.registry import (
    CONNECTION,
    CONNECTIONS,
    EFFECTIVES,
    ENVIRONMENT,
    ENVIRONMENTS,
    EVERY_SCOPE,
    OPEN,
    OVERRIDE,
    OVERRIDES,
    PROJECT,
    PROJECTS,
    PROTECTED,
    Client,
    Reply,
    connection_body,
    override_body,
    without,
)

from connection_overrides.api import registry

UNPROTECTED: Final = EVERY_SCOPE.replace("environments:protected", "")


RESTORE: Final = "/{changeId}/restore"
"""Restores the newest change of the item."""


def named(secret: str) -> dict[str, Any]:
    return {"connectionProperties": {"secretName": secret}}


@dataclass(frozen=True)
class Write:
    """A request in the project `inheriting`. `inherits` tells whether PROD inherits defaults then."""

    name: str
    body: object = None
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    environment: str = "PROD"
    connection: str = "Salesforce"
    inherits: bool = True
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    def send(self, api: Client, project: str, route: tuple[str, str]) -> Reply:
        names = {"projectId": project, "environmentName": self.environment, "connectionName": self.connection}
        if route[1].endswith(RESTORE):
            history = api.call("GET", route[1].removesuffix(RESTORE), names).body["results"]
            names["changeId"] = history[0]["changeId"]
        return api.call(*route, names, self.body, self.query, self.headers)


OVERRIDE_BODY: Final = without(override_body(connectionOverrides=named("new")), "environmentName", "connectionName")
OTHER_AUTH_TYPE: Final = {"authType": "OAUTH_CLIENT_CRED"}
CASCADE: Final = {"cascade": "true"}
SHARED: Final = {"allowSharedSecret": "true"}


def override_of(environment: str, connection: str, name: str = "new") -> dict[str, object]:
    return override_body(environmentName=environment, connectionName=connection, connectionOverrides=named(name))


def on_both_forms(write: Write) -> tuple[Write, Write]:
    """Return the write at the connection's own URL, and the one that names the connection in the query."""
    return write, Write(
        write.name, write.body, {**write.query, "connectionName": write.connection}, inherits=write.inherits
    )


_DEFAULT_REPLACED = on_both_forms(Write("another default", {"connectionDetails": named("new")}))
_DEFAULT_TAKEN = on_both_forms(Write("the default taken away", {}))
_DEFAULT_GIVEN = on_both_forms(Write("a default given", {"connectionDetails": named("new")}, connection="Bare"))
_AUTH_TYPE = on_both_forms(
    Write("another auth type", {**OTHER_AUTH_TYPE, "connectionDetails": named("oauth")}, connection="OAuth")
)
_OVERRIDDEN = on_both_forms(Write("a default that PROD overrides", {"connectionDetails": named("x")}, connection="Ads"))
_BARE = on_both_forms(Write("no default before and after", {}, connection="Bare"))
_NOT_INHERITED = on_both_forms(Write("nobody inherits", {"connectionDetails": named("new")}, inherits=False))
_DELETED = on_both_forms(Write("an inherited default"))
_CASCADE = on_both_forms(Write("into PROD", query=CASCADE, connection="Ads", inherits=False))
_CASCADE_INHERITED = on_both_forms(Write("an inherited default, and DEV's override", query=CASCADE, connection="Leads"))
_DELETED_BARE = on_both_forms(Write("without a default", connection="Bare"))
_DELETED_NOT_INHERITED = on_both_forms(Write("nobody inherits", connection="Salesforce", inherits=False))

DOORS: Final[dict[tuple[str, str], list[Write]]] = {
    ("POST", PROJECTS): [],
    ("PUT", PROJECT): [],
    ("DELETE", PROJECT): [],
    ("POST", ENVIRONMENTS): [
        Write("protected", {"name": "LIVE", "protected": True}),
        Write("protected, and inheriting", {"name": "LIVE", **PROTECTED, "inheritDefaults": True}, SHARED),
    ],
    ("PUT", ENVIRONMENT): [
        Write("protection lifted", OPEN),
        Write("not inherited any more", PROTECTED),
        Write("inherited", {"protected": True, "inheritDefaults": True}, SHARED, inherits=False),
        Write("only its description", {"protected": True, "inheritDefaults": True, "description": "x"}),
        Write("becomes protected", PROTECTED, environment="DEV"),
    ],
    ("DELETE", ENVIRONMENT): [Write("with its overrides", query=CASCADE), Write("empty", environment="QA")],
    ("POST", CONNECTIONS): [
        Write("with a default", connection_body("New", connectionDetails=named("new"))),
        Write(
            "with a default without a secret",
            connection_body(
                "New",
                platformConnectionType="DWH",
                authProvider="redshift",
                authType="PASSWORD",
                connectionDetails={"connectionProperties": {"host": {"value": "x"}}},
            ),
        ),
        Write("that shares", connection_body("New", connectionDetails=named("prod-ads")), SHARED, inherits=False),
    ],
    ("PUT", CONNECTION): [_DEFAULT_REPLACED[0], _DEFAULT_TAKEN[0], _DEFAULT_GIVEN[0], _AUTH_TYPE[0], _OVERRIDDEN[0]],
    ("PUT", CONNECTIONS): [_DEFAULT_REPLACED[1], _DEFAULT_TAKEN[1], _DEFAULT_GIVEN[1], _AUTH_TYPE[1], _OVERRIDDEN[1]],
    ("DELETE", CONNECTION): [_DELETED[0], _CASCADE[0], _CASCADE_INHERITED[0]],
    ("DELETE", CONNECTIONS): [_DELETED[1], _CASCADE[1], _CASCADE_INHERITED[1]],
    ("POST", OVERRIDES): [
        Write("in PROD", override_of("PROD", "Salesforce")),
        Write("blocked in PROD", without(override_body(blocked=True), "connectionOverrides")),
        Write("that shares PROD's", override_of("DEV", "Salesforce", "prod-ads"), SHARED),
        Write("that shares an inherited default", override_of("DEV", "Salesforce", "dev-salesforce"), SHARED),
    ],
    ("PUT", OVERRIDES): [
        Write("in PROD", override_of("PROD", "Ads")),
        Write("that shares PROD's", override_of("DEV", "Leads", "prod-ads"), SHARED),
    ],
    ("DELETE", OVERRIDES): [Write("in PROD", query={"environmentName": "PROD", "connectionNames": "Ads"})],
    ("PUT", OVERRIDE): [
        Write("in PROD", OVERRIDE_BODY, connection="Ads"),
        Write("created in PROD", OVERRIDE_BODY, headers={"If-None-Match": "*"}),
        Write("that shares PROD's", OVERRIDE_BODY | {"connectionOverrides": named("prod-ads")}, SHARED, "DEV", "Leads"),
    ],
    ("DELETE", OVERRIDE): [Write("in PROD", connection="Ads")],
    ("POST", OVERRIDE + "/history" + RESTORE): [Write("in PROD", connection="Ads")],
    ("POST", CONNECTION + "/history" + RESTORE): [Write("an inherited default"), Write("overridden", connection="Ads")],
    ("POST", ENVIRONMENT + "/history" + RESTORE): [Write("protected"), Write("not inheriting", environment="QA")],
}
"""By the route: writes that need the scope."""

NO_DOORS: Final[dict[tuple[str, str], list[Write]]] = {
    ("POST", PROJECTS): [Write("any", {"name": "x"})],
    ("PUT", PROJECT): [Write("any", {"name": "x"})],
    ("POST", ENVIRONMENTS): [Write("not protected", {"name": "NEW"})],
    ("PUT", ENVIRONMENT): [Write("stays unprotected", {**OPEN, "inheritDefaults": False}, environment="DEV")],
    ("DELETE", ENVIRONMENT): [Write("not protected", query=CASCADE, environment="DEV")],
    ("POST", CONNECTIONS): [
        Write("without a default", connection_body("New", connectionDetails=None)),
        Write("nobody inherits", connection_body("New", connectionDetails=named("new")), inherits=False),
        Write("nothing shared", connection_body("New", connectionDetails=named("new")), SHARED, inherits=False),
    ],
    ("PUT", CONNECTION): [_BARE[0], _NOT_INHERITED[0]],
    ("PUT", CONNECTIONS): [_BARE[1], _NOT_INHERITED[1]],
    ("DELETE", CONNECTION): [_DELETED_BARE[0], _DELETED_NOT_INHERITED[0]],
    ("DELETE", CONNECTIONS): [_DELETED_BARE[1], _DELETED_NOT_INHERITED[1]],
    ("POST", OVERRIDES): [
        Write("in DEV", override_of("DEV", "Salesforce")),
        Write("in DEV, nothing shared", override_of("DEV", "Salesforce"), SHARED),
        Write("in DEV, a default", override_of("DEV", "Salesforce", "dev-salesforce"), SHARED, inherits=False),
    ],
    ("PUT", OVERRIDES): [Write("in DEV", override_of("DEV", "Leads"))],
    ("DELETE", OVERRIDES): [Write("in DEV", query={"environmentName": "DEV", "connectionNames": "Leads"})],
    ("PUT", OVERRIDE): [Write("in DEV", OVERRIDE_BODY, environment="DEV", connection="Leads")],
    ("DELETE", OVERRIDE): [Write("in DEV", environment="DEV", connection="Leads")],
    ("POST", OVERRIDE + "/history" + RESTORE): [Write("in DEV", environment="DEV", connection="Leads")],
    ("POST", CONNECTION + "/history" + RESTORE): [
        Write("no default", connection="Bare"),
        Write("nobody inherits", inherits=False),
    ],
    ("POST", ENVIRONMENT + "/history" + RESTORE): [Write("not protected", environment="DEV")],
}
"""By the route: writes that do not change what a protected environment uses, and need only the route's scope."""


def each_of(writes: Mapping[tuple[str, str], list[Write]]) -> list[Any]:
    return [
        pytest.param(route, write, id=f"{' '.join(route)} {write.name}") for route in writes for write in writes[route]
    ]


def in_protected_environments(api: Client, project: str) -> list[Any]:
    """Return what PROD and QA use."""
    return [
        one
        for name in ("PROD", "QA")
        for one in api.call("GET", EFFECTIVES, {"projectId": project}, query={"environmentName": name}).body["results"]
        if one["source"] != "NONE"
    ]


def prepare(api: Client, inheriting: str, write: Write) -> None:
    if not write.inherits:
        names = {"projectId": inheriting, "environmentName": "PROD"}
        assert api.call("PUT", ENVIRONMENT, names, PROTECTED).status == 200


def test_every_write_is_classified() -> None:
    writes = {
        (operation.method, operation.path)
        for router in registry.ROUTERS
        for operation in router.operations
        if operation.writes
    }

    # A project that has environments cannot be deleted.
    assert writes == set(DOORS) == {*NO_DOORS, ("DELETE", PROJECT)}


@pytest.mark.parametrize(("route", "write"), each_of(DOORS))
def test_a_door_into_a_protected_environment_needs_the_scope(
    api: Client, inheriting: str, route: tuple[str, str], write: Write
) -> None:
    prepare(api, inheriting, write)
    before, resolved = read_table(api.client), in_protected_environments(api, inheriting)

    api.scopes = UNPROTECTED
    refused = write.send(api, inheriting, route)
    after = read_table(api.client)
    api.scopes = EVERY_SCOPE

    scope = "projects:admin" if route[1].startswith(ENVIRONMENTS) else "connections:write"
    assert (refused.status, refused.problem) == (403, "insufficient-scope")
    assert refused.body["requiredScopes"] == sorted([scope, "environments:protected"])
    assert after == before
    assert in_protected_environments(api, inheriting) == resolved
    done = write.send(api, inheriting, route)
    assert done.status in {200, 201, 204}, done


@pytest.mark.parametrize(("route", "write"), each_of(NO_DOORS))
def test_a_write_that_changes_nothing_in_a_protected_environment_needs_no_further_scope(
    api: Client, inheriting: str, route: tuple[str, str], write: Write
) -> None:
    prepare(api, inheriting, write)
    resolved = in_protected_environments(api, inheriting)

    api.scopes = UNPROTECTED
    done = write.send(api, inheriting, route)

    assert done.status in {200, 201, 204}, done
    assert in_protected_environments(api, inheriting) == resolved


def test_a_connection_cannot_be_deleted_and_created_again_with_a_default(api: Client, inheriting: str) -> None:
    api.scopes = UNPROTECTED
    names = {"projectId": inheriting, "connectionName": "Bare"}
    assert api.call("DELETE", CONNECTION, names).status == 204

    created = api.call("POST", CONNECTIONS, names, connection_body("Bare", connectionDetails=named("new")))
    replaced = api.call("PUT", CONNECTION, names, {"connectionDetails": named("new")})

    assert (created.status, replaced.status) == (403, 404)
    assert api.call("POST", CONNECTIONS, names, connection_body("Bare", connectionDetails=None)).status == 201
    assert api.call("PUT", CONNECTION, names, {"connectionDetails": named("new")}).status == 403


@pytest.mark.parametrize(
    ("route", "write"),
    [
        pytest.param(("PUT", CONNECTION), Write("", {"connectionDetails": named("new")}), id="default replaced"),
        pytest.param(("PUT", CONNECTION), Write("", {}), id="default taken away"),
        pytest.param(
            ("PUT", CONNECTION), Write("", {"connectionDetails": named("new")}, connection="Bare"), id="default given"
        ),
        pytest.param(
            ("PUT", CONNECTION),
            Write("", {**OTHER_AUTH_TYPE, "connectionDetails": named("dev-oauth")}, connection="OAuth"),
            id="auth type",
        ),
        pytest.param(("DELETE", CONNECTION), Write(""), id="deleted"),
        pytest.param(("DELETE", CONNECTION), Write("", query=CASCADE, connection="Leads"), id="deleted with overrides"),
        pytest.param(
            ("POST", CONNECTIONS), Write("", connection_body("New", connectionDetails=named("new"))), id="created"
        ),
    ],
)
def test_the_scope_is_checked_against_what_holds_at_the_write(
    api: Client,
    concurrently: Callable[..., None],
    inheriting: str,
    route: tuple[str, str],
    write: Write,
) -> None:
    names = {"projectId": inheriting, "environmentName": "PROD"}
    assert api.call("PUT", ENVIRONMENT, names, PROTECTED).status == 200
    rows: dict[Any, Any] = {}

    def begin_to_inherit(other: Client) -> Reply:
        reply = other.call("PUT", ENVIRONMENT, names, {"protected": True, "inheritDefaults": True}, SHARED)
        rows.update(read_table(api.client))
        return reply

    api.scopes = UNPROTECTED
    concurrently(begin_to_inherit)
    refused = write.send(api, inheriting, route)

    assert (refused.status, refused.problem) == (403, "insufficient-scope")
    assert read_table(api.client) == rows
