"""The operations of the API: each function says what one of them sends and returns. A client sends it.

A body is a model or a mapping with the API's own names. The documentation of each operation is in the API document,
under the same name in camelCase.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar
from urllib.parse import quote

if TYPE_CHECKING:
    from datetime import datetime

    from pydantic import BaseModel
    from typing_extensions import Self

    from connection_overrides_client import models

T = TypeVar("T")

_PROJECT: Final = "/v1/projects/{projectId}"
_ENVIRONMENT: Final = _PROJECT + "/environments/{environmentName}"
_CONNECTIONS: Final = _PROJECT + "/connections"
_CONNECTION: Final = _CONNECTIONS + "/{connectionName}"
_OVERRIDES: Final = _CONNECTIONS + "/environment-overrides"
_OVERRIDE: Final = _OVERRIDES + "/{environmentName}/{connectionName}"
_EFFECTIVE: Final = _CONNECTIONS + "/effective"

PAGE_SIZE: Final = 100
"""Results of a page, the most that the API returns."""


@dataclass(frozen=True)
class Operation(Generic[T]):
    """A call of the API. `result` is the name of the model of what it returns, None for nothing."""

    method: str
    template: str
    result: str | None
    names: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: BaseModel | Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The path with the names in it, percent-encoded."""
        return self.template.format_map({name: quote(value, safe="") for name, value in self.names.items()})

    @property
    def writes(self) -> bool:
        """Whether it changes anything, unless it is previewed."""
        return self.method != "GET"

    def if_match(self, tag: str) -> Self:
        """Return the operation for this version of the item only, by its `ETag`. `*` means any version."""
        return self.with_headers({"If-Match": tag})

    def if_none_match(self, tag: str) -> Self:
        """Return the operation for another version only. `*` lets a PUT create the item, and never replace it."""
        return self.with_headers({"If-None-Match": tag})

    def because(self, reason: str) -> Self:
        """Return the operation with a reason, which the history shows. Raises ValueError for text that is not ASCII."""
        if not reason.isascii():
            raise ValueError("a reason must be ASCII: other characters do not reliably survive in an HTTP header")
        return self.with_headers({"Change-Reason": reason})

    def with_key(self, key: str) -> Self:
        """Return the operation with an idempotency key of its own, under which it is done once within a day."""
        return self.with_headers({"Idempotency-Key": key})

    def with_headers(self, headers: Mapping[str, str]) -> Self:
        """Return the operation with more headers."""
        return replace(self, headers={**self.headers, **headers})

    def with_query(self, query: Mapping[str, str]) -> Self:
        """Return the operation with more parameters in the query."""
        return replace(self, query={**self.query, **query})


class ListOperation(Operation[T]):
    """A list of the API, of which one call returns a page. `result` is the name of the model of each result."""


def create_project(body: models.ProjectBody | Mapping[str, Any]) -> Operation[models.Project]:
    return Operation("POST", "/v1/projects", "Project", body=body)


def list_projects() -> ListOperation[models.Project]:
    return _list("/v1/projects", "Project")


def get_project(project_id: str) -> Operation[models.Project]:
    return Operation("GET", _PROJECT, "Project", _names(project_id))


def replace_project(project_id: str, body: models.ReplacedProject | Mapping[str, Any]) -> Operation[models.Project]:
    return Operation("PUT", _PROJECT, "Project", _names(project_id), body=body)


def delete_project(project_id: str) -> Operation[None]:
    return Operation("DELETE", _PROJECT, None, _names(project_id))


def create_environment(
    project_id: str, body: models.NewEnvironment | Mapping[str, Any], *, allow_shared_secret: bool = False
) -> Operation[models.Environment]:
    query = _query(allow_shared_secret=allow_shared_secret)
    return Operation("POST", _PROJECT + "/environments", "Environment", _names(project_id), query, body)


def list_environments(project_id: str) -> ListOperation[models.Environment]:
    return _list(_PROJECT + "/environments", "Environment", _names(project_id))


def get_environment(project_id: str, environment_name: str) -> Operation[models.Environment]:
    return Operation("GET", _ENVIRONMENT, "Environment", _names(project_id, environment_name))


def replace_environment(
    project_id: str,
    environment_name: str,
    body: models.ReplacedEnvironment | Mapping[str, Any],
    *,
    allow_shared_secret: bool = False,
) -> Operation[models.Environment]:
    query = _query(allow_shared_secret=allow_shared_secret)
    return Operation("PUT", _ENVIRONMENT, "Environment", _names(project_id, environment_name), query, body)


def delete_environment(project_id: str, environment_name: str, *, cascade: bool = False) -> Operation[None]:
    return Operation("DELETE", _ENVIRONMENT, None, _names(project_id, environment_name), _query(cascade=cascade))


def list_environment_impact(project_id: str, environment_name: str, change: str) -> ListOperation[models.Impact]:
    return _list(_ENVIRONMENT + "/impact", "Impact", _names(project_id, environment_name), change=change)


def create_connection(
    project_id: str, body: models.NewConnection | Mapping[str, Any], *, allow_shared_secret: bool = False
) -> Operation[models.Connection]:
    query = _query(allow_shared_secret=allow_shared_secret)
    return Operation("POST", _CONNECTIONS, "Connection", _names(project_id), query, body)


def list_connections(
    project_id: str,
    *,
    connection_names: Iterable[str] | None = None,
    platform_connection_type: Iterable[str] | None = None,
    auth_provider: Iterable[str] | None = None,
) -> ListOperation[models.Connection]:
    return _list(
        _CONNECTIONS,
        "Connection",
        _names(project_id),
        connection_names=connection_names,
        platform_connection_type=platform_connection_type,
        auth_provider=auth_provider,
    )


def get_connection(project_id: str, connection_name: str) -> Operation[models.Connection]:
    return Operation("GET", _CONNECTION, "Connection", _names(project_id, connection_name=connection_name))


def replace_connection(
    project_id: str,
    connection_name: str,
    body: models.ReplacedConnection | Mapping[str, Any],
    *,
    allow_shared_secret: bool = False,
) -> Operation[models.Connection]:
    names, query = _names(project_id, connection_name=connection_name), _query(allow_shared_secret=allow_shared_secret)
    return Operation("PUT", _CONNECTION, "Connection", names, query, body)


def delete_connection(project_id: str, connection_name: str, *, cascade: bool = False) -> Operation[None]:
    names = _names(project_id, connection_name=connection_name)
    return Operation("DELETE", _CONNECTION, None, names, _query(cascade=cascade))


def list_connection_impact(project_id: str, connection_name: str, change: str) -> ListOperation[models.Impact]:
    names = _names(project_id, connection_name=connection_name)
    return ListOperation("GET", _CONNECTION + "/impact", "Impact", names, _query(change=change))


def create_override(
    project_id: str, body: models.NewOverride | Mapping[str, Any], *, allow_shared_secret: bool = False
) -> Operation[models.Override]:
    query = _query(allow_shared_secret=allow_shared_secret)
    return Operation("POST", _OVERRIDES, "Override", _names(project_id), query, body)


def list_overrides(
    project_id: str,
    environment_name: str,
    *,
    connection_names: Iterable[str] | None = None,
    platform_connection_type: Iterable[str] | None = None,
    auth_provider: Iterable[str] | None = None,
    auth_type: Iterable[str] | None = None,
) -> ListOperation[models.Override]:
    return _list(
        _OVERRIDES,
        "Override",
        _names(project_id),
        environment_name=environment_name,
        connection_names=connection_names,
        platform_connection_type=platform_connection_type,
        auth_provider=auth_provider,
        auth_type=auth_type,
    )


def delete_overrides(
    project_id: str, environment_name: str, connection_names: Iterable[str], *, ignore_missing: bool = False
) -> Operation[None]:
    query = _query(environment_name=environment_name, connection_names=connection_names, ignore_missing=ignore_missing)
    return Operation("DELETE", _OVERRIDES, None, _names(project_id), query)


def get_override(project_id: str, environment_name: str, connection_name: str) -> Operation[models.Override]:
    return Operation("GET", _OVERRIDE, "Override", _names(project_id, environment_name, connection_name))


def replace_override(
    project_id: str,
    environment_name: str,
    connection_name: str,
    body: models.ReplacedOverride | Mapping[str, Any],
    *,
    allow_shared_secret: bool = False,
) -> Operation[models.Override]:
    names = _names(project_id, environment_name, connection_name)
    return Operation("PUT", _OVERRIDE, "Override", names, _query(allow_shared_secret=allow_shared_secret), body)


def delete_override(project_id: str, environment_name: str, connection_name: str) -> Operation[None]:
    return Operation("DELETE", _OVERRIDE, None, _names(project_id, environment_name, connection_name))


def get_effective_connection(
    project_id: str,
    environment_name: str,
    connection_name: str,
    *,
    explain: bool = False,
    at: datetime | str | None = None,
) -> Operation[models.EffectiveConnection]:
    moment = at if at is None or isinstance(at, str) else at.isoformat()
    names = _names(project_id, environment_name, connection_name)
    path = _EFFECTIVE + "/{environmentName}/{connectionName}"
    return Operation("GET", path, "EffectiveConnection", names, _query(explain=explain, at=moment))


def list_effective_connections(
    project_id: str,
    environment_name: str,
    *,
    connection_names: Iterable[str] | None = None,
    platform_connection_type: Iterable[str] | None = None,
    auth_provider: Iterable[str] | None = None,
    source: Iterable[str] | None = None,
) -> ListOperation[models.EffectiveConnection]:
    return _list(
        _EFFECTIVE,
        "EffectiveConnection",
        _names(project_id),
        environment_name=environment_name,
        connection_names=connection_names,
        platform_connection_type=platform_connection_type,
        auth_provider=auth_provider,
        source=source,
    )


def get_matrix(
    project_id: str,
    *,
    connection_names: Iterable[str] | None = None,
    platform_connection_type: Iterable[str] | None = None,
    auth_provider: Iterable[str] | None = None,
    only_missing: bool = False,
) -> ListOperation[models.MatrixRow]:
    return _list(
        _CONNECTIONS + "/matrix",
        "MatrixRow",
        _names(project_id),
        connection_names=connection_names,
        platform_connection_type=platform_connection_type,
        auth_provider=auth_provider,
        only_missing=only_missing,
    )


def list_secret_references(project_id: str, *, shared: bool = False) -> ListOperation[models.UsedSecret]:
    return _list(_PROJECT + "/secret-references", "UsedSecret", _names(project_id), shared=shared)


def list_changes(
    project_id: str,
    *,
    since: datetime | str | None = None,
    until: datetime | str | None = None,
    changed_by: str | None = None,
    environment_name: str | None = None,
    connection_name: str | None = None,
    action: str | None = None,
) -> ListOperation[models.Change]:
    moments = {
        name: moment if isinstance(moment, str) else moment.isoformat()
        for name, moment in (("from", since), ("to", until))
        if moment is not None
    }
    found: ListOperation[models.Change] = _list(
        _PROJECT + "/changes",
        "Change",
        _names(project_id),
        changed_by=changed_by,
        environment_name=environment_name,
        connection_name=connection_name,
        action=action,
    )
    return found.with_query(moments)


def list_override_history(
    project_id: str, environment_name: str, connection_name: str
) -> ListOperation[models.OverrideEntry]:
    names = _names(project_id, environment_name, connection_name)
    return _list(_OVERRIDE + "/history", "OverrideEntry", names)


def get_override_change(
    project_id: str, environment_name: str, connection_name: str, change_id: str
) -> Operation[models.OverrideEntry]:
    names = _names(project_id, environment_name, connection_name, change_id)
    return Operation("GET", _OVERRIDE + _CHANGE, "OverrideEntry", names)


def diff_override_change(
    project_id: str, environment_name: str, connection_name: str, change_id: str, *, against: str | None = None
) -> Operation[list[models.PatchOperation]]:
    names = _names(project_id, environment_name, connection_name, change_id)
    return Operation("GET", _OVERRIDE + _DIFF, "PatchOperation", names, _query(against=against))


def restore_override(
    project_id: str, environment_name: str, connection_name: str, change_id: str, *, allow_shared_secret: bool = False
) -> Operation[models.Override]:
    names = _names(project_id, environment_name, connection_name, change_id)
    query = _query(allow_shared_secret=allow_shared_secret)
    return Operation("POST", _OVERRIDE + _RESTORE, "Override", names, query)


def list_connection_history(project_id: str, connection_name: str) -> ListOperation[models.ConnectionEntry]:
    return _list(_CONNECTION + "/history", "ConnectionEntry", _names(project_id, connection_name=connection_name))


def get_connection_change(project_id: str, connection_name: str, change_id: str) -> Operation[models.ConnectionEntry]:
    names = _names(project_id, connection_name=connection_name, change_id=change_id)
    return Operation("GET", _CONNECTION + _CHANGE, "ConnectionEntry", names)


def diff_connection_change(
    project_id: str, connection_name: str, change_id: str, *, against: str | None = None
) -> Operation[list[models.PatchOperation]]:
    names = _names(project_id, connection_name=connection_name, change_id=change_id)
    return Operation("GET", _CONNECTION + _DIFF, "PatchOperation", names, _query(against=against))


def restore_connection(
    project_id: str, connection_name: str, change_id: str, *, allow_shared_secret: bool = False
) -> Operation[models.Connection]:
    names = _names(project_id, connection_name=connection_name, change_id=change_id)
    query = _query(allow_shared_secret=allow_shared_secret)
    return Operation("POST", _CONNECTION + _RESTORE, "Connection", names, query)


def list_environment_history(project_id: str, environment_name: str) -> ListOperation[models.EnvironmentEntry]:
    return _list(_ENVIRONMENT + "/history", "EnvironmentEntry", _names(project_id, environment_name))


def get_environment_change(
    project_id: str, environment_name: str, change_id: str
) -> Operation[models.EnvironmentEntry]:
    names = _names(project_id, environment_name, change_id=change_id)
    return Operation("GET", _ENVIRONMENT + _CHANGE, "EnvironmentEntry", names)


def diff_environment_change(
    project_id: str, environment_name: str, change_id: str, *, against: str | None = None
) -> Operation[list[models.PatchOperation]]:
    names = _names(project_id, environment_name, change_id=change_id)
    return Operation("GET", _ENVIRONMENT + _DIFF, "PatchOperation", names, _query(against=against))


def restore_environment(
    project_id: str, environment_name: str, change_id: str, *, allow_shared_secret: bool = False
) -> Operation[models.Environment]:
    names = _names(project_id, environment_name, change_id=change_id)
    query = _query(allow_shared_secret=allow_shared_secret)
    return Operation("POST", _ENVIRONMENT + _RESTORE, "Environment", names, query)


def get_health() -> Operation[models.Health]:
    return Operation("GET", "/v1/health", "Health")


_CHANGE: Final = "/history/{changeId}"
_DIFF: Final = _CHANGE + "/diff"
_RESTORE: Final = _CHANGE + "/restore"


def _names(
    project_id: str,
    environment_name: str | None = None,
    connection_name: str | None = None,
    change_id: str | None = None,
) -> dict[str, str]:
    names = {
        "projectId": project_id,
        "environmentName": environment_name,
        "connectionName": connection_name,
        "changeId": change_id,
    }
    return {name: value for name, value in names.items() if value is not None}


def _query(**parameters: str | bool | Iterable[str] | None) -> dict[str, str]:
    """Return parameters by their names in the API. Those that are false or None are left out."""
    query: dict[str, str] = {}
    for name, value in parameters.items():
        first, *others = name.split("_")
        key = first + "".join(map(str.capitalize, others))
        if isinstance(value, str):
            query[key] = value
        elif value is True:
            query[key] = "true"
        elif value:
            query[key] = ",".join(value)
    return query


def _list(
    template: str, result: str, names: Mapping[str, str] | None = None, **query: str | bool | Iterable[str] | None
) -> ListOperation[Any]:
    return ListOperation("GET", template, result, names or {}, {**_query(**query), "limit": str(PAGE_SIZE)})
