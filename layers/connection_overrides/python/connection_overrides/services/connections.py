"""Connections of a project."""

from collections.abc import Collection, Sequence
from functools import partial

from connection_overrides.caller import Scope
from connection_overrides.context import RequestContext
from connection_overrides.domain.filters import ConnectionFilter
from connection_overrides.domain.models import Connection, Environment, NewConnection, Override
from connection_overrides.domain.replacements import ReplacedConnection
from connection_overrides.domain.secret_references import secrets_in
from connection_overrides.errors import (
    CascadeTooLarge,
    Conflict,
    ConnectionAlreadyExists,
    ConnectionInUse,
    ConnectionNotFound,
    Dependent,
    InsufficientScope,
    SharedSecret,
)
from connection_overrides.services.secret_guard import guard_default, new_secrets
from connection_overrides.services.writes import (
    idempotent,
    idempotent_delete,
    require_default_write,
    require_write,
    retry_on_conflict,
    too_many,
)
from connection_overrides.store import connections, environments, projects
from connection_overrides.store.connections import CONNECTIONS_MAX, DependentOverrides, cascade_max
from connection_overrides.store.overrides import count_deletions, purge
from connection_overrides.store.pagination import Page, PageRequest
from connection_overrides.store.secret_usage import NO_NEW_USES
from connection_overrides.store.snapshot import Snapshot, read_snapshot


@idempotent
@retry_on_conflict
def create_connection(
    ctx: RequestContext, project_id: str, body: NewConnection, *, allow_shared_secret: bool
) -> Connection:
    """Create a connection. Without details it has no default.

    A default that would share a secret with a protected environment is refused, unless `allow_shared_secret`.
    """
    connection = Connection.model_construct(**dict(body), **ctx.stamp(), project_id=project_id)
    uses = NO_NEW_USES
    if connection.connection_details is not None or ctx.validate_only:
        snapshot = _read_usages(ctx, connection)
        project = snapshot.require_project()
        protection = require_default_write(ctx, snapshot.protection, connection)
        try:
            uses = guard_default(ctx, snapshot, connection, None, allow_shared=allow_shared_secret)
        except (SharedSecret, InsufficientScope):
            # That the connection exists comes first: the caller may not have meant to share anything.
            if snapshot.connection is not None:
                raise ConnectionAlreadyExists(connection) from None
            raise
        uses = uses.depending_on(protection)
        if ctx.validate_only and snapshot.connection is not None:
            raise ConnectionAlreadyExists(connection)
        if ctx.validate_only and project.connection_count >= CONNECTIONS_MAX:
            raise projects.quota_exceeded(CONNECTIONS_MAX, "connections")
    connections.insert(ctx, connection, uses)
    return connection


def get_connection(ctx: RequestContext, project_id: str, name: str) -> Connection:
    """Return the connection, or raise ProjectNotFound or ConnectionNotFound."""
    connection = connections.get(ctx, project_id, name)
    if connection is None:
        projects.get_state(ctx, project_id)
        raise ConnectionNotFound
    return connection


def list_connections(
    ctx: RequestContext, project_id: str, request: PageRequest, filters: ConnectionFilter
) -> Page[Connection]:
    """Return a page of the project's connections that match."""
    page = connections.list_page(ctx, project_id, request, filters)
    if page.found_nothing:
        projects.get_state(ctx, project_id)
    return page


@idempotent
@retry_on_conflict
def replace_connection(
    ctx: RequestContext, project_id: str, name: str, body: ReplacedConnection, *, allow_shared_secret: bool
) -> Connection:
    """Replace the details of a connection, whole: what the body leaves out is unset.

    Type and provider cannot change. The auth type can, while no environment overrides the connection.
    """
    snapshot = read_snapshot(ctx, project_id, connection=name, protection=True)
    current = snapshot.require_connection()
    body.require_unchanged(
        project_id=project_id,
        name=name,
        platform_connection_type=current.platform_connection_type,
        auth_provider=current.auth_provider,
    )
    fields = body.fields_for(current)
    ctx.preconditions.require(current)
    connection = current.model_copy(update={**fields, **ctx.stamp(current)})
    if new_secrets(connection, current):
        snapshot = _read_usages(ctx, connection)
    protection = require_default_write(ctx, snapshot.protection, current, connection)
    uses = guard_default(ctx, snapshot, connection, current, allow_shared=allow_shared_secret).depending_on(protection)
    if connection.auth_type is current.auth_type:
        connections.replace(ctx, connection, current, uses)
        return connection
    try:
        connections.replace_auth_type(
            ctx,
            connection,
            current,
            project=snapshot.require_project(),
            environments=environments.list_all(ctx, project_id),
            uses=uses,
        )
    except DependentOverrides as found:
        raise _in_use(
            "The auth type cannot change while overrides exist. Delete them first.", _existing(ctx, found)
        ) from None
    return connection


@idempotent_delete
def delete_connection(ctx: RequestContext, project_id: str, name: str, *, cascade: bool) -> None:
    """Delete a connection; with `cascade`, together with its overrides, all or nothing.

    Raises ConnectionInUse with the overrides or, with `cascade`, CascadeTooLarge if they are too many for one step. The
    table itself finds the overrides: they make the first attempt fail.
    """
    snapshot = read_snapshot(ctx, project_id, connection=name, protection=True)
    connection, project = snapshot.require_connection(), snapshot.require_project()
    ctx.preconditions.require(connection)
    protection = require_default_write(ctx, snapshot.protection, connection)
    all_environments = environments.list_all(ctx, project_id)
    delete = partial(
        connections.delete, ctx, connection, project=project, environments=all_environments, protection=protection
    )
    try:
        delete(cascade={})
    except DependentOverrides as found:
        if not cascade:
            detail = "The connection has overrides. Delete them first, or send cascade=true."
            raise _in_use(detail, _existing(ctx, found)) from None
        overrides = _require_cascade(ctx, all_environments, _existing(ctx, found))
        try:
            delete(cascade=overrides)
        except DependentOverrides:
            # Another override was created in between.
            raise Conflict from None


def _require_cascade(
    ctx: RequestContext, all_environments: Collection[Environment], found: Sequence[Override]
) -> dict[str, Override]:
    """Return the overrides by their environments, if the caller may delete them and one transaction can."""
    cascade = {override.environment_name: override for override in found}
    for environment in all_environments:
        if environment.name in cascade:
            require_write(ctx, environment, Scope.CONNECTIONS_WRITE)
    most = cascade_max(len(all_environments))
    if count_deletions(found) > most:
        raise CascadeTooLarge(too_many("connection", found, most), _dependents(found), len(found))
    return cascade


def _existing(ctx: RequestContext, found: DependentOverrides) -> list[Override]:
    """Return the overrides. Raises Conflict if some have expired, once nothing is stored of them."""
    present = [override for one in found.overrides if (override := one.as_of(ctx.present)) is not None]
    if len(present) < len(found.overrides):
        purge(ctx, [override for override in found.overrides if override.as_of(ctx.present) is None])
        raise Conflict
    return present


def _read_usages(ctx: RequestContext, connection: Connection) -> Snapshot:
    return read_snapshot(
        ctx,
        connection.project_id,
        connection=connection.name,
        usages_of=secrets_in(connection.connection_details),
        protection=True,
    )


def _in_use(detail: str, found: Sequence[Override]) -> ConnectionInUse:
    return ConnectionInUse(detail, _dependents(found), len(found))


def _dependents(overrides: Collection[Override]) -> list[Dependent]:
    return [
        Dependent("override", environment_name=override.environment_name, connection_name=override.name)
        for override in overrides
    ]
