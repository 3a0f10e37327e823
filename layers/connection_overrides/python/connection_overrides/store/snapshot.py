"""What a write or a decision depends on: several items of a project, read in one consistent call."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from connection_overrides.context import RequestContext
from connection_overrides.domain.models import Connection, Environment, Override, ProjectState
from connection_overrides.domain.secret_references import SecretId
from connection_overrides.errors import ConnectionNotFound, EnvironmentNotFound, OverrideNotFound, ProjectNotFound
from connection_overrides.store import database, keys
from connection_overrides.store.items import from_row
from connection_overrides.store.secret_usage import Protection, SecretUsage, protection_of


class Snapshot(NamedTuple):
    """Items as they were read. None, or a name that is missing, was not there or not asked for.

    `expired` are overrides that are no more, but still stored. Of several missing items, the outermost decides which
    error is raised.
    """

    project: ProjectState | None
    environment: Environment | None
    connection: Connection | None
    overrides: Mapping[str, Override]
    expired: Mapping[str, Override]
    usages: Mapping[SecretId, SecretUsage]
    protection: Protection

    def require_project(self) -> ProjectState:
        """Return the project's counters, or raise ProjectNotFound."""
        if self.project is None:
            raise ProjectNotFound
        return self.project

    def require_environment(self) -> Environment:
        """Return the environment, or raise ProjectNotFound or EnvironmentNotFound."""
        self.require_project()
        if self.environment is None:
            raise EnvironmentNotFound
        return self.environment

    def require_connection(self) -> Connection:
        """Return the connection, or raise ProjectNotFound or ConnectionNotFound."""
        self.require_project()
        if self.connection is None:
            raise ConnectionNotFound
        return self.connection

    def require_override(self) -> Override:
        """Return the override of the connection, or raise the error of the first of its parents that is missing."""
        self.require_environment()
        override = self.overrides.get(self.require_connection().name)
        if override is None:
            raise OverrideNotFound
        return override


def read_snapshot(
    ctx: RequestContext,
    project_id: str,
    *,
    environment: str | None = None,
    connection: str | None = None,
    overrides_of: Collection[str] = (),
    usages_of: Collection[SecretId] = (),
    protection: bool = False,
) -> Snapshot:
    """Return the project's counters and what else is asked for, in one call for up to 98 items more.

    `overrides_of` names connections whose overrides in the environment are wanted; `usages_of` are secrets.
    With them, and with `protection`, comes which environments are protected.
    """
    account = ctx.caller.account
    wanted = {"project": keys.project_state(account, project_id)}
    if environment is not None:
        wanted["environment"] = keys.environments(account, project_id).key_of(environment)
    if connection is not None:
        wanted["connection"] = keys.connections(account, project_id).key_of(connection)
    if protection or usages_of:
        wanted["protected"] = keys.protected_environments(account, project_id)
    overrides = keys.overrides(account, project_id, environment) if environment is not None else None
    override_keys = {} if overrides is None else {name: overrides.key_of(name) for name in overrides_of}
    usages = keys.secret_usages(account, project_id)
    usage_keys = {secret: usages.key_of(secret.digest) for secret in usages_of}
    rows = database.get_many(ctx, [*wanted.values(), *override_keys.values(), *usage_keys.values()])
    found = {name: rows[key] for name, key in wanted.items() if key in rows}
    stored = {name: from_row(Override, rows[key]) for name, key in override_keys.items() if key in rows}
    present = {name: override.as_of(ctx.present) for name, override in stored.items()}
    return Snapshot(
        project=from_row(ProjectState, found["project"]) if "project" in found else None,
        environment=from_row(Environment, found["environment"]) if "environment" in found else None,
        connection=from_row(Connection, found["connection"]) if "connection" in found else None,
        overrides={name: override for name, override in present.items() if override is not None},
        expired={name: stored[name] for name, override in present.items() if override is None},
        usages={secret: from_row(SecretUsage, rows[key]) for secret, key in usage_keys.items() if key in rows},
        protection=protection_of(found.get("protected")),
    )


def read_overrides(
    ctx: RequestContext, project_id: str, places: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], Override]:
    """Return the overrides that exist at up to 100 places, each an environment and a connection, in one call."""
    account = ctx.caller.account
    place_of = {
        keys.overrides(account, project_id, environment).key_of(connection): (environment, connection)
        for environment, connection in places
    }
    rows = database.get_many(ctx, place_of)
    found = {place_of[key]: from_row(Override, row).as_of(ctx.present) for key, row in rows.items()}
    return {place: override for place, override in found.items() if override is not None}


def read_connections_and_environments(
    ctx: RequestContext, project_id: str, after: str | None, limit: int
) -> tuple[list[Connection], list[Environment]] | None:
    """Return the connections after that name and all environments, if one call for `limit` items returns them all."""
    span = keys.connections_and_environments(ctx.caller.account, project_id, after)
    rows = database.query_span(ctx, span, limit)
    if rows is None:
        return None
    return (
        [from_row(Connection, row) for row in rows if keys.is_connection(row["sk"])],
        [from_row(Environment, row) for row in rows if not keys.is_connection(row["sk"])],
    )
