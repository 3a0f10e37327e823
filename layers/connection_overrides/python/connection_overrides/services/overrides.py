"""Environment connection overrides."""

from collections.abc import Collection

from connection_overrides.caller import Scope
from connection_overrides.context import RequestContext
from connection_overrides.domain.base import from_milliseconds, to_rfc3339
from connection_overrides.domain.filters import OverrideFilter
from connection_overrides.domain.models import Connection, Environment, NewOverride, Override, OverrideBody, ThenUse
from connection_overrides.domain.replacements import ReplacedNamedOverride, ReplacedOverride
from connection_overrides.domain.secret_references import secrets_in
from connection_overrides.errors import (
    Conflict,
    EnvironmentNotFound,
    InsufficientScope,
    InvalidRequest,
    OverrideAlreadyExists,
    OverrideNotFound,
    SharedSecret,
)
from connection_overrides.services.secret_guard import guard_override
from connection_overrides.services.writes import idempotent, idempotent_delete, require_write, retry_on_conflict
from connection_overrides.store import environments, overrides, projects
from connection_overrides.store.pagination import Page, PageRequest
from connection_overrides.store.snapshot import Snapshot, read_snapshot


@idempotent
@retry_on_conflict
def create_override(ctx: RequestContext, project_id: str, body: NewOverride, *, allow_shared_secret: bool) -> Override:
    """Create the override of a connection in an environment.

    It is created only if, at the moment of the write, both exist, the connection still has the type that the body was
    validated against, the environment is as protected as the caller's scopes were checked against, and there is no
    such override: the table decides. A secret that a protected environment would share with others is refused, unless
    `allow_shared_secret` and the caller has the scope for protected environments.
    """
    snapshot = _read(ctx, project_id, body.environment_name, body.connection_name, body)
    environment, connection = _require_writable(ctx, snapshot, body)
    override = Override.of(body, connection, environment, ctx.stamp())
    _require_time_left(override)
    try:
        uses = guard_override(ctx, snapshot, override, allow_shared=allow_shared_secret)
    except (SharedSecret, InsufficientScope):
        # That the override exists comes first: the caller may not have meant to share anything.
        if snapshot.overrides:
            raise OverrideAlreadyExists(override) from None
        raise
    if ctx.validate_only and snapshot.overrides:
        raise OverrideAlreadyExists(override)
    overrides.insert(ctx, override, environment, connection, uses, snapshot.expired.get(connection.name))
    return override


@idempotent
@retry_on_conflict
def replace_override(
    ctx: RequestContext,
    project_id: str,
    environment_name: str,
    connection_name: str,
    body: ReplacedOverride | ReplacedNamedOverride,
    *,
    may_create: bool,
    allow_shared_secret: bool,
) -> Override:
    """Replace the reference of an override, whole, and when it expires.

    It is written only over the version that was read, and only while the environment is as protected as the caller's
    scopes were checked against. Without an override this raises OverrideNotFound, unless `may_create` and the caller
    demands that there is none: then it is created, with revision 1.
    """
    snapshot = _read(ctx, project_id, environment_name, connection_name, body)
    environment, connection = _require_writable(ctx, snapshot, body)
    body.require_unchanged(
        project_id=project_id,
        environment_name=environment_name,
        name=connection_name,
        platform_connection_type=connection.platform_connection_type,
        auth_provider=connection.auth_provider,
    )
    current = snapshot.overrides.get(connection_name)
    if current is None and not (may_create and ctx.preconditions.is_absent):
        raise OverrideNotFound(
            "The connection has no override in this environment. PUT creates one only at the override's own URL with "
            "'If-None-Match: *'."
        )
    ctx.preconditions.require(current)
    if current is None:
        override = Override.of(body, connection, environment, ctx.stamp())
        _require_time_left(override)
        uses = guard_override(ctx, snapshot, override, allow_shared=allow_shared_secret)
        try:
            overrides.insert(ctx, override, environment, connection, uses, snapshot.expired.get(connection_name))
        except OverrideAlreadyExists:
            # Created concurrently: it is read again, and the caller's demand fails.
            raise Conflict from None
    else:
        fields = {**body.fields_of(OverrideBody), "previous": _previous(body, current)}
        override = current.model_copy(update={**fields, **ctx.stamp(current)})
        _require_time_left(override)
        uses = guard_override(ctx, snapshot, override, current, allow_shared=allow_shared_secret)
        overrides.replace(ctx, override, current, environment, uses)
    return override


@idempotent_delete
def delete_override(ctx: RequestContext, project_id: str, environment_name: str, connection_name: str) -> None:
    """Delete one override."""
    snapshot = _read(ctx, project_id, environment_name, connection_name)
    environment = snapshot.require_environment()
    require_write(ctx, environment, Scope.CONNECTIONS_WRITE)
    override = snapshot.require_override()
    ctx.preconditions.require(override)
    overrides.delete(ctx, environment, [override])


@idempotent_delete
def delete_overrides(
    ctx: RequestContext,
    project_id: str,
    environment_name: str,
    connection_names: Collection[str],
    *,
    ignore_missing: bool,
) -> None:
    """Delete the overrides of all these connections in an environment, or none.

    Raises OverrideNotFound with all names that have none, unless `ignore_missing`.
    """
    snapshot = read_snapshot(ctx, project_id, environment=environment_name, overrides_of=connection_names)
    environment = snapshot.require_environment()
    require_write(ctx, environment, Scope.CONNECTIONS_WRITE)
    missing = [name for name in connection_names if name not in snapshot.overrides]
    if missing and not ignore_missing:
        raise OverrideNotFound("These connections have no override in this environment.", missing)
    if overrides.count_deletions(snapshot.overrides.values()) > overrides.DELETED_AT_ONCE:
        message = f"must have at most {overrides.DELETED_AT_ONCE} entries, where one that is yet to expire counts twice"
        raise InvalidRequest.of(("query", "connectionNames"), "list_length", message)
    overrides.delete(ctx, environment, snapshot.overrides.values())


def get_override(ctx: RequestContext, project_id: str, environment_name: str, connection_name: str) -> Override:
    """Return the override, or raise the error of the first of its parents and itself that is missing."""
    override = overrides.get(ctx, project_id, environment_name, connection_name)
    if override is None:
        return _read(ctx, project_id, environment_name, connection_name).require_override()
    return override


def list_overrides(
    ctx: RequestContext, project_id: str, environment_name: str, request: PageRequest, filters: OverrideFilter
) -> Page[Override]:
    """Return a page of the environment's overrides that match."""
    page = overrides.list_page(ctx, project_id, environment_name, request, filters)
    if page.found_nothing and environments.get(ctx, project_id, environment_name) is None:
        projects.get_state(ctx, project_id)
        raise EnvironmentNotFound
    return page


def _read(
    ctx: RequestContext, project_id: str, environment_name: str, connection_name: str, body: OverrideBody | None = None
) -> Snapshot:
    return read_snapshot(
        ctx,
        project_id,
        environment=environment_name,
        connection=connection_name,
        overrides_of=[connection_name],
        usages_of=frozenset() if body is None else secrets_in(body.connection_overrides),
    )


def _require_writable(ctx: RequestContext, snapshot: Snapshot, body: OverrideBody) -> tuple[Environment, Connection]:
    """Return environment and connection, if the caller may write there and the auth type is the connection's."""
    environment = snapshot.require_environment()
    require_write(ctx, environment, Scope.CONNECTIONS_WRITE)
    ctx.follow(from_milliseconds(environment.last_deletion))
    for expired in snapshot.expired.values():
        ctx.follow(expired.expires_at or expired.updated_date)
    if any(override.as_of(ctx.present) is not override for override in snapshot.overrides.values()):
        # The clock was set back: what follows the latest deletion is also later than the override's end.
        raise Conflict
    connection = snapshot.require_connection()
    if connection.auth_type is not body.auth_type:
        message = f"must be '{connection.auth_type}', the auth type of the connection; got '{body.auth_type}'"
        raise InvalidRequest.of(("body", "authType"), "auth_type_mismatch", message)
    return environment, connection


def _require_time_left(override: Override) -> None:
    if override.expires_at is not None and override.expires_at <= override.updated_date:
        raise InvalidRequest.of(("body", "expiresAt"), "moment_range", "must be in the future")


def _previous(body: OverrideBody, current: Override) -> OverrideBody | None:
    """Return the state that follows the body's if it is to expire in favour of the current one; None for no override.

    If that expires itself, it is what follows that. A current state that would have returned, only to expire later, is
    refused: it would be easy to overlook. A body that names the same secret only changes when the current one expires.
    """
    if body.then_use is not ThenUse.PREVIOUS:
        return None
    is_another = (body.blocked, body.connection_overrides) != (current.blocked, current.connection_overrides)
    if is_another and current.expires_at and body.expires_at and body.expires_at < current.expires_at:
        until = to_rfc3339(current.expires_at)
        message = f"must not be 'PREVIOUS' before {until}, when the override that is replaced expires itself"
        raise InvalidRequest.of(("body", "thenUse"), "expiry_order", message)
    lasting = current.lasting
    return lasting and OverrideBody.model_construct(**lasting.fields_of(OverrideBody))
