"""Environments, connections and overrides, as files declare them and as the service has them.

A body is what clients set of an item, in the API's names, with defaults filled in: two items are the same if their
bodies are equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from connection_overrides_client import operations as do
from connection_overrides_client.configuration.shapes import in_utc
from connection_overrides_client.operations import ListOperation, Operation

if TYPE_CHECKING:
    from connection_overrides_client.client import Client

Body = dict[str, Any]

ENVIRONMENT: Final = "environment"
CONNECTION: Final = "connection"
OVERRIDE: Final = "override"
KINDS: Final = (ENVIRONMENT, CONNECTION, OVERRIDE)

_MEMBERS: Final = {
    ENVIRONMENT: ("displayName", "description", "protected", "inheritDefaults"),
    CONNECTION: ("platformConnectionType", "authProvider", "authType", "connectionDetails"),
    OVERRIDE: ("authType", "blocked", "connectionOverrides", "expiresAt", "thenUse"),
}
_UNADDRESSABLE: Final = frozenset({"", ".", ".."})


class Address(NamedTuple):
    """Which item: `environment` is empty for a connection, `connection` for an environment."""

    kind: str
    environment: str
    connection: str

    def __str__(self) -> str:
        if self.kind == OVERRIDE:
            return f"override of {self.connection} in {self.environment}"
        return f"{self.kind} {self.environment or self.connection}"

    @classmethod
    def of_environment(cls, name: str) -> Address:
        """Return the address of the environment."""
        return cls(ENVIRONMENT, name, "")

    @classmethod
    def of_connection(cls, name: str) -> Address:
        """Return the address of the connection."""
        return cls(CONNECTION, "", name)

    @classmethod
    def of_override(cls, environment: str, connection: str) -> Address:
        """Return the address of the override."""
        return cls(OVERRIDE, environment, connection)

    @property
    def parents(self) -> tuple[Address, ...]:
        """The items that it cannot exist without."""
        if self.kind != OVERRIDE:
            return ()
        return self.of_environment(self.environment), self.of_connection(self.connection)


def is_addressable(name: str) -> bool:
    """Return whether a URL can contain the name: clients remove `.` and `..` from it, and address the parent."""
    return name not in _UNADDRESSABLE


def body_of(kind: str, document: Mapping[str, Any]) -> Body:
    """Return what clients set of an item, without the members that only the service sets."""
    body = {name: document[name] for name in _MEMBERS[kind] if document.get(name) not in (None, False)}
    if kind == ENVIRONMENT:
        body = {**body, "protected": document["protected"], "inheritDefaults": document["inheritDefaults"]}
    if "expiresAt" in body:
        body["expiresAt"] = in_utc(body["expiresAt"])
    return body


def secret_names(body: Mapping[str, Any] | None) -> set[str]:
    """Return the names of the secrets that a connection's default or an override refers to."""
    reference = (body or {}).get("connectionDetails") or (body or {}).get("connectionOverrides") or {}
    properties: Mapping[str, Any] = reference.get("connectionProperties", {})
    names = {properties.get("secretName"), properties.get("credentialSecretName")}
    names |= {one.get("secretName") for one in properties.values() if isinstance(one, Mapping)}
    return {name for name in names if isinstance(name, str)}


@dataclass
class State:
    """The items of a project as the service has them, by address."""

    documents: dict[Address, Mapping[str, Any]] = field(default_factory=dict)

    def bodies(self) -> dict[Address, Body]:
        """Return what clients set of all items."""
        return {address: body_of(address.kind, document) for address, document in self.documents.items()}

    def environments(self) -> dict[str, Mapping[str, Any]]:
        """Return the environments by name."""
        return {one.environment: document for one, document in self.documents.items() if one.kind == ENVIRONMENT}


def read_state(client: Client, project: str) -> State:
    """Return the environments, connections and overrides of the project.

    With pages of 100, E environments, C connections and O_e overrides in environment e, this takes
    ceil(E / 100) + ceil(C / 100) + sum over the environments of ceil(O_e / 100) calls, where an empty list takes one.
    Items larger than 50 KB on average make shorter pages, and so more calls.
    """
    state = State()
    for one in _results(client, do.list_environments(project)):
        state.documents[Address.of_environment(one["name"])] = one
    for one in _results(client, do.list_connections(project)):
        state.documents[Address.of_connection(one["name"])] = one
    for environment in state.environments():
        for one in _results(client, do.list_overrides(project, environment)):
            state.documents[Address.of_override(environment, one["name"])] = one
    return state


def read_environments(client: Client, project: str) -> dict[str, Mapping[str, Any]]:
    """Return the environments of the project by name, in ceil(E / 100) calls."""
    return {one["name"]: one for one in _results(client, do.list_environments(project))}


def _results(client: Client, operation: ListOperation[Any]) -> Iterable[Mapping[str, Any]]:
    for page in client.pages(operation):
        yield from page.document["results"]


# Operations


def get(project: str, address: Address) -> Operation[Any]:
    """Return the operation that reads the item."""
    _require_addressable(address)
    if address.kind == ENVIRONMENT:
        return do.get_environment(project, address.environment)
    if address.kind == CONNECTION:
        return do.get_connection(project, address.connection)
    return do.get_override(project, address.environment, address.connection)


def history(project: str, address: Address) -> ListOperation[Any]:
    """Return the operation that lists the item's history, also after its deletion."""
    _require_addressable(address)
    if address.kind == ENVIRONMENT:
        return do.list_environment_history(project, address.environment)
    if address.kind == CONNECTION:
        return do.list_connection_history(project, address.connection)
    return do.list_override_history(project, address.environment, address.connection)


def create(project: str, address: Address, body: Body, *, allow_shared_secret: bool = False) -> Operation[Any]:
    """Return the operation that creates the item, and fails if it exists."""
    _require_addressable(address)
    if address.kind == ENVIRONMENT:
        named = {"name": address.environment, **body}
        return do.create_environment(project, named, allow_shared_secret=allow_shared_secret)
    if address.kind == CONNECTION:
        named = {"name": address.connection, **body}
        return do.create_connection(project, named, allow_shared_secret=allow_shared_secret)
    return replace(project, address, body, allow_shared_secret=allow_shared_secret).if_none_match("*")


def replace(project: str, address: Address, body: Body, *, allow_shared_secret: bool = False) -> Operation[Any]:
    """Return the operation that replaces the item."""
    _require_addressable(address)
    if address.kind == ENVIRONMENT:
        return do.replace_environment(project, address.environment, body, allow_shared_secret=allow_shared_secret)
    if address.kind == CONNECTION:
        return do.replace_connection(project, address.connection, body, allow_shared_secret=allow_shared_secret)
    return do.replace_override(
        project, address.environment, address.connection, body, allow_shared_secret=allow_shared_secret
    )


def delete(project: str, address: Address) -> Operation[None]:
    """Return the operation that deletes the item, and fails if others depend on it."""
    _require_addressable(address)
    if address.kind == ENVIRONMENT:
        return do.delete_environment(project, address.environment)
    if address.kind == CONNECTION:
        return do.delete_connection(project, address.connection)
    return do.delete_override(project, address.environment, address.connection)


def _require_addressable(address: Address) -> None:
    names = {ENVIRONMENT: address[1:2], CONNECTION: address[2:], OVERRIDE: address[1:]}[address.kind]
    if not all(map(is_addressable, names)):
        raise ValueError(f"no URL can address the {address}")
