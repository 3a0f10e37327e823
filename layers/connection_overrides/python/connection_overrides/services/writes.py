"""What service functions that write have in common."""

from collections.abc import Collection
from functools import wraps
from typing import Final, Protocol, cast

from connection_overrides.caller import Scope
from connection_overrides.context import IdempotencyKey, RequestContext
from connection_overrides.domain.models import Connection, Environment, Override, Stored
from connection_overrides.errors import Conflict, NotFound, Problem, ServiceUnavailable
from connection_overrides.store import stored_results
from connection_overrides.store.database import backoff
from connection_overrides.store.secret_usage import Protection
from connection_overrides.store.stored_results import AlreadyDone, StoredResult
from connection_overrides.store.transaction import Transaction

_ATTEMPTS: Final = 12


class Write[**P, R](Protocol):
    """A service function that writes."""

    def __call__(self, ctx: RequestContext, *args: P.args, **kwargs: P.kwargs) -> R: ...  # noqa: D102 - see the class


def require_write(ctx: RequestContext, environment: Environment, scope: Scope) -> None:
    """Require `scope` of the caller and, if the environment is protected, `environments:protected` as well."""
    ctx.require(scope, *([Scope.ENVIRONMENTS_PROTECTED] if environment.protected else []))


def require_default_write(
    ctx: RequestContext, protection: Protection, *connections: Connection | None
) -> Protection | None:
    """Require `environments:protected` if the write changes a default that a protected environment inherits.

    `connections` are the connection before and after the write. Return what must still hold at the write for the
    caller's scopes to suffice, None if it does not matter.
    """
    if all(connection is None or connection.connection_details is None for connection in connections):
        return None
    if protection.sharing_defaults:
        ctx.require(Scope.CONNECTIONS_WRITE, Scope.ENVIRONMENTS_PROTECTED)
    return None if ctx.caller.has(Scope.ENVIRONMENTS_PROTECTED) else protection


def retry_on_conflict[**P, R](
    write: Write[P, R],
) -> Write[P, R]:
    """Repeat a write whose transaction raises Conflict: what it depends on is read again.

    Raises ServiceUnavailable when it keeps changing, and whatever the write raises.
    """

    @wraps(write)
    def retrying(ctx: RequestContext, *args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(_ATTEMPTS):
            try:
                return write(ctx, *args, **kwargs)
            except Conflict:
                ctx.sleep(backoff(attempt))
        raise ServiceUnavailable("What this request depends on keeps changing; nothing was changed. Retry the request.")

    return retrying


def idempotent[**P, R: Stored | None](
    write: Write[P, R],
) -> Write[P, R]:
    """Return the stored result of a request that is repeated with its idempotency key, instead of writing again.

    Raises IdempotencyKeyReused if the key stands for another request, InsufficientScope if the caller has lost a scope.
    """

    @wraps(write)
    def once(ctx: RequestContext, *args: P.args, **kwargs: P.kwargs) -> R:
        key = ctx.idempotency_key
        if key is None:
            return write(ctx, *args, **kwargs)
        stored = stored_results.find(ctx, key)
        if stored is None:
            try:
                return write(ctx, *args, **kwargs)
            except AlreadyDone as done:
                stored = done.stored
            except Problem:
                # The same request was carried out concurrently, or its outcome is unknown.
                stored = _find_again(ctx, key)
                if stored is None:
                    raise
        ctx.is_replay = True
        return cast("R", stored.result_for(ctx, key))

    return once


def idempotent_delete[**P](
    delete: Write[P, None],
) -> Write[P, None]:
    """Do as `idempotent` and `retry_on_conflict` do. That there was nothing to delete is a result as well.

    Otherwise a repeated delete would remove what was created since.
    """

    @wraps(delete)
    def deleting(ctx: RequestContext, *args: P.args, **kwargs: P.kwargs) -> None:
        try:
            delete(ctx, *args, **kwargs)
        except NotFound as nothing:
            Transaction(ctx).commit(nothing)
            raise

    return idempotent(retry_on_conflict(deleting))


def too_many(parent: str, overrides: Collection[Override], most: int) -> str:
    """Return the sentence that one request cannot delete these overrides of an environment or a connection."""
    twice = " One that is yet to expire counts twice." if any(one.expires_at for one in overrides) else ""
    return (
        f"The {parent} has {len(overrides)} overrides; at most {most} can be deleted with it in one step.{twice} "
        "Delete some first."
    )


def _find_again(ctx: RequestContext, key: IdempotencyKey) -> StoredResult | None:
    try:
        return stored_results.find(ctx, key)
    except Problem:
        return None
