"""Writes that what is stored does not allow."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Literal, NamedTuple

from connection_overrides.errors.base import Problem


class AlreadyExists(Problem):
    """Base of all: `item` is the one that the request wanted to create, whose URL is that of the existing one."""

    header_names = ("Location",)
    cause = "It was created earlier, possibly by a previous attempt of this request."

    def __init__(self, item: object) -> None:
        super().__init__()
        self.item = item


class EnvironmentAlreadyExists(AlreadyExists):
    """The project already has an environment of this name; `Location` is its URL. Nothing was changed."""

    slug = "environment-already-exists"
    status = 409
    title = "Environment already exists"
    remedy = "Change it with PUT, or choose another name."
    detail = "The project already has an environment of that name. Use PUT to change it."


class ConnectionAlreadyExists(AlreadyExists):
    """The project already has a connection of this name; `Location` is its URL. Nothing was changed."""

    slug = "connection-already-exists"
    status = 409
    title = "Connection already exists"
    remedy = "Change it with PUT, or choose another name."
    detail = "The project already has a connection of that name. Use PUT to change it."


class OverrideAlreadyExists(AlreadyExists):
    """The connection already has an override in this environment; `Location` is its URL. Nothing was changed."""

    slug = "override-already-exists"
    status = 409
    title = "Override already exists"
    remedy = "Change it with PUT."
    detail = "The connection already has an override in this environment. Use PUT to change it."


class QuotaExceeded(Problem):
    """The project already holds the maximum number. Nothing was changed."""

    slug = "quota-exceeded"
    status = 409
    title = "Quota exceeded"
    cause = "The project has 90 environments, or 5,000 connections."
    remedy = "Delete what is no longer needed, or use another project."
    detail = "A project holds at most 90 environments."


class ReportTooLarge(Problem):
    """The project holds more than one request can read. `detail` says how much, and what the limit is."""

    slug = "report-too-large"
    status = 409
    title = "Report too large"
    cause = "Every page of a report on secrets reads all connections and overrides of the project."
    remedy = "List the effective connections of each environment instead, or split the project."
    detail = "The project has 4,000 connections and 7,500 overrides; a report covers at most 10,000 of them."


class Dependent(NamedTuple):
    """An item that depends on another. An override has both names, an environment or a connection only its own."""

    kind: Literal["environment", "connection", "override"]
    environment_name: str | None = None
    connection_name: str | None = None

    def to_json(self) -> dict[str, str]:
        """Return the dependent as responses show it."""
        names = {"environmentName": self.environment_name, "connectionName": self.connection_name}
        return {"kind": self.kind, **{member: name for member, name in names.items() if name is not None}}


class InUse(Problem):
    """Base of all: `dependents` are those found, possibly not all, of `total`."""

    members_schema: ClassVar = {
        "required": ["dependents", "total"],
        "properties": {
            "dependents": {
                "type": "array",
                "description": "The dependents that were found, possibly not all.",
                "items": {"$ref": "#/components/schemas/Dependent"},
            },
            "total": {"type": "integer", "description": "The number of dependents."},
        },
    }
    schemas: ClassVar = {
        "Dependent": {
            "type": "object",
            "description": "An item that depends on another. An override has both names.",
            "required": ["kind"],
            "properties": {
                "kind": {"type": "string", "enum": ["environment", "connection", "override"]},
                "environmentName": {"type": "string"},
                "connectionName": {"type": "string"},
            },
        }
    }
    example_members: ClassVar = {
        "dependents": [{"kind": "override", "environmentName": "PROD", "connectionName": "Salesforce"}],
        "total": 3,
    }

    def __init__(self, detail: str | None, dependents: Iterable[Dependent], total: int) -> None:
        super().__init__(detail)
        self.dependents = tuple(dependents)
        self.total = total

    def members(self) -> Mapping[str, Any]:
        """Return the dependents and their number."""
        return {"dependents": [dependent.to_json() for dependent in self.dependents], "total": self.total}


class ConnectionInUse(InUse):
    """Overrides depend on the connection or on its auth type; see `dependents`. Nothing was changed."""

    slug = "connection-in-use"
    status = 409
    title = "Connection in use"
    cause = "Environments override the connection that the request would delete or give another auth type."
    remedy = "Delete these overrides first. `cascade=true` deletes them together with the connection."
    detail = "The connection has overrides. Delete them first, or send cascade=true."


class EnvironmentInUse(InUse):
    """The environment has overrides: `dependents` lists them, `total` counts them. Nothing was changed."""

    slug = "environment-in-use"
    status = 409
    title = "Environment in use"
    cause = "The environment that the request would delete still has overrides."
    remedy = "Delete these overrides first. `cascade=true` deletes them together with the environment."
    detail = "The environment has overrides. Delete them first, or send cascade=true."


class ProjectInUse(InUse):
    """The project holds environments or connections. `dependents` lists some of them, `total` counts all."""

    slug = "project-in-use"
    status = 409
    title = "Project in use"
    cause = "The project that the request would delete is not empty."
    remedy = "Delete its environments and connections first."
    detail = "The project has environments or connections. Delete them first."


class SharedSecret(InUse):
    """A protected environment would share a secret with others; see `dependents`. Nothing was changed."""

    slug = "shared-secret-reference"
    status = 409
    title = "Shared secret reference"
    cause = "The secret is used by a protected environment, and by a default or an unprotected environment."
    remedy = "Use a secret of the environment's own. If sharing is intended, send `allowSharedSecret=true`."
    detail = (
        "A protected environment and others would use the same secret. Use another one, or send "
        "allowSharedSecret=true if sharing is intended."
    )


class CascadeTooLarge(InUse):
    """More overrides would be deleted than fit into one all-or-nothing step. Nothing was changed."""

    slug = "cascade-too-large"
    status = 409
    title = "Cascade too large"
    cause = "`total` overrides depend on the item; `detail` says how many can be deleted together with it."
    remedy = "Delete some of the overrides first, up to 45 in one request, then repeat this request."
    detail = "The environment has 120 overrides; at most 96 can be deleted with it in one step. Delete some first."


class NothingToRestore(Problem):
    """The change deleted the item, or what it left has expired. Nothing was changed."""

    slug = "nothing-to-restore"
    status = 409
    title = "Nothing to restore"
    cause = "The change that the request names deleted the item, or left an override that has expired since."
    remedy = "Restore another change, write the item anew, or delete it."
    detail = "The change deleted the item: there is no state to restore."


class PreconditionFailed(Problem):
    """The item's version does not satisfy `If-Match` or `If-None-Match`. Nothing was changed."""

    slug = "precondition-failed"
    status = 412
    title = "Precondition failed"
    cause = "The item was changed, created or deleted since the caller read it."
    remedy = "Read the item again, decide whether the change still applies, and send its current `ETag`."
    detail = "The item's version does not satisfy If-Match or If-None-Match; nothing was changed."
