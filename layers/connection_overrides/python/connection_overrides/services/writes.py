"""What service functions that write have in common."""

from functools import wraps
from typing import Final, Protocol, cast

from connection_overrides.caller import Scope
from connection_overrides.context import RequestContext
from connection_overrides.domain.models import Environment, Stored
from connection_overrides.errors import Conflict, Problem, ServiceUnavailable
from connection_overrides.store import stored_results
from connection_overrides.store.database import backoff
from connection_overrides.store.stored_results import AlreadyDone, StoredResult

_ATTEMPTS: Final = 12


class Write[**P, R](Protocol):
    """A service function that writes."""

    def __call__(self, ctx: RequestContext, *args: P.args, **kwargs: P.kwargs) -> R: ...  # noqa: D102 - see the class


def require_write(ctx: RequestContext, environment: Environment, scope: Scope) -> None:
    """Require `scope` of the caller and, if the environment is protected, `environments:protected` as well."""
    ctx.caller.require(scope, *([Scope.ENVIRONMENTS_PROTECTED] if environment.protected else []))


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

    Raises IdempotencyKeyReused if the key stands for another request.
    """

    @wraps(write)
    def once(ctx: RequestContext, *args: P.args, **kwargs: P.kwargs) -> R:
        if ctx.idempotency_key is None:
            return write(ctx, *args, **kwargs)
        stored = stored_results.find(ctx)
        if stored is None:
            try:
                return write(ctx, *args, **kwargs)
            except AlreadyDone as done:
                stored = done.stored
            except Problem:
                # The same request was carried out concurrently, or its outcome is unknown.
                stored = _find_again(ctx)
                if stored is None:
                    raise
        ctx.is_replay = True
        return cast("R", stored.item_for(ctx))

    return once


def _find_again(ctx: RequestContext) -> StoredResult | None:
    try:
        return stored_results.find(ctx)
    except Problem:
        return None
