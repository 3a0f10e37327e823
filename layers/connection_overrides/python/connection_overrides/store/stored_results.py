"""Results of writes with an idempotency key, stored for a day.

The record is written by the transaction that does what was asked, on the condition that there is none: so one key does
one thing, however often it is sent, and what was done is never without its result. A refused request has stored
nothing.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final, NamedTuple

from connection_overrides.context import RequestContext
from connection_overrides.domain.base import Count, Model
from connection_overrides.domain.models import Connection, Environment, Override, Project, Stored
from connection_overrides.errors import Conflict, IdempotencyKeyReused
from connection_overrides.store import database, keys
from connection_overrides.store.items import Row, current_schema, from_row, to_row, unreadable
from connection_overrides.store.keys import Key

KEPT: Final = timedelta(days=1)
"""How long a result is stored. DynamoDB deletes it some time later; until then it is ignored."""

_MODELS: Final[dict[str, type[Stored]]] = {
    model.__name__: model for model in (Project, Environment, Connection, Override)
}


class StoredResult(Model):
    """What a request did. `expires_at` is in seconds since 1970: the attribute of the table's time to live."""

    fingerprint: str
    result_type: str | None = None
    result: dict[str, Any] | None = None
    expires_at: Count

    def item_for(self, ctx: RequestContext) -> Stored | None:
        """Return the item that the request created or replaced, None for a delete.

        Raises IdempotencyKeyReused if the key stands for another request.
        """
        if ctx.idempotency_key is None or self.fingerprint != ctx.idempotency_key.fingerprint:
            raise IdempotencyKeyReused
        if self.result_type is None or self.result is None:
            return None
        # For the log, if the result cannot be read: it is the record's row that must be looked at.
        row = {**keys.stored_result(ctx.caller.account, ctx.idempotency_key.name)._asdict(), **self.result}
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


def find(ctx: RequestContext) -> StoredResult | None:
    """Return the result that is stored for the request's key, or None."""
    if ctx.idempotency_key is None:
        return None
    row = database.get(ctx, keys.stored_result(ctx.caller.account, ctx.idempotency_key.name))
    if row is None:
        return None
    stored = from_row(StoredResult, row)
    return stored if stored.expires_at > ctx.now.timestamp() else None


def record_of(ctx: RequestContext, result: Stored | None) -> Record:
    """Return the row that stores the result of a request with a key."""
    if ctx.idempotency_key is None:
        raise LookupError("the request has no idempotency key")
    row: dict[str, Any] = {
        "fingerprint": ctx.idempotency_key.fingerprint,
        "expiresAt": int((ctx.now + KEPT).timestamp()),
        "writeId": ctx.write_id,
    }
    if result is not None:
        row |= {"resultType": type(result).__name__, "result": {"schema": current_schema(), **to_row(result)}}
    key = keys.stored_result(ctx.caller.account, ctx.idempotency_key.name)
    return Record(key, row, int(ctx.now.timestamp()))


def already_done(rows: Sequence[Row | None]) -> Exception:
    """Return that the key is taken by the stored result that was found, or Conflict if it has just been deleted."""
    [row] = rows
    return Conflict() if row is None else AlreadyDone(from_row(StoredResult, row))
