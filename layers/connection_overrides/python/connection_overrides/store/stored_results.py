"""Results of writes with an idempotency key, stored for a day.

The record is written by the transaction that does what was asked, on the condition that there is none: so one key does
one thing, however often it is sent, and what was done is never without its result. That there was nothing to delete is
a result as well. Any other refused request has stored nothing.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final, NamedTuple

from connection_overrides.context import IdempotencyKey, RequestContext
from connection_overrides.domain.base import Count, Model
from connection_overrides.domain.models import Connection, Environment, Override, Project, Stored
from connection_overrides.errors import Conflict, IdempotencyKeyReused, NotFound
from connection_overrides.store import database, keys
from connection_overrides.store.items import Row, current_schema, from_row, to_row, unreadable
from connection_overrides.store.keys import Key

KEPT: Final = timedelta(days=1)
"""How long a result is stored. DynamoDB deletes it some time later; until then it is ignored."""

_MODELS: Final[dict[str, type[Stored]]] = {
    model.__name__: model for model in (Project, Environment, Connection, Override)
}
_NOT_FOUND: Final[dict[str, type[NotFound]]] = {problem.slug: problem for problem in NotFound.__subclasses__()}


type Result = Stored | NotFound | None
"""The item that a request created or replaced, None for a delete, or what the request would have deleted."""


class StoredResult(Model):
    """What a request did, and the scopes that it needed.

    `expires_at` is in seconds since 1970: the attribute of the table's time to live.
    """

    fingerprint: str
    required_scopes: list[str]
    result_type: str | None = None
    result: dict[str, Any] | None = None
    expires_at: Count

    def result_for(self, ctx: RequestContext, key: IdempotencyKey) -> Stored | None:
        """Return the item that the request created or replaced, None for a delete, or raise what it did not find.

        Raises IdempotencyKeyReused if the key stands for another request, InsufficientScope if the caller has lost a
        scope.
        """
        if self.fingerprint != key.fingerprint:
            raise IdempotencyKeyReused
        ctx.require(*self.required_scopes)
        if self.result_type is None or self.result is None:
            return None
        if self.result_type in _NOT_FOUND:
            raise _NOT_FOUND[self.result_type](**self.result)
        # For the log, if the result cannot be read: it is the record's row that must be looked at.
        row = {**keys.stored_result(ctx.caller.account, key.name)._asdict(), **self.result}
        if self.result_type not in _MODELS:
            raise unreadable(row)
        return from_row(_MODELS[self.result_type], row)


class AlreadyDone(Exception):
    """The same key was used by another request that was carried out concurrently."""

    def __init__(self, stored: StoredResult) -> None:
        super().__init__()
        self.stored = stored


class Record(NamedTuple):
    """The row that stores a result; `now` is in seconds since 1970."""

    key: Key
    row: Row
    now: int


def find(ctx: RequestContext, key: IdempotencyKey) -> StoredResult | None:
    """Return the result that is stored for the key, or None."""
    row = database.get(ctx, keys.stored_result(ctx.caller.account, key.name))
    if row is None:
        return None
    stored = from_row(StoredResult, row)
    return stored if stored.expires_at > ctx.now.timestamp() else None


def record_of(ctx: RequestContext, key: IdempotencyKey, result: Result) -> Record:
    """Return the row that stores the result of the request with this key."""
    row: dict[str, Any] = {
        "fingerprint": key.fingerprint,
        "requiredScopes": sorted(ctx.required_scopes),
        "expiresAt": int((ctx.now + KEPT).timestamp()),
        "writeId": ctx.write_id,
    }
    if isinstance(result, NotFound):
        names = {"connection_names": list(result.connection_names)} if result.connection_names else {}
        row |= {"resultType": result.slug, "result": {"detail": result.detail, **names}}
    elif result is not None:
        row |= {"resultType": type(result).__name__, "result": {"schema": current_schema(), **to_row(result)}}
    return Record(keys.stored_result(ctx.caller.account, key.name), row, int(ctx.now.timestamp()))


def already_done(rows: Sequence[Row | None]) -> Exception:
    """Return that the key is taken by the stored result that was found, or Conflict if it has just been deleted."""
    [row] = rows
    return Conflict() if row is None else AlreadyDone(from_row(StoredResult, row))
