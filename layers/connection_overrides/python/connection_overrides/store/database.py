"""Reads from DynamoDB. All are consistent: a caller who wrote reads its own write. Every call fits the time left."""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.config import Config

from connection_overrides.context import RequestContext
from connection_overrides.errors import OutOfTime, ServiceUnavailable
from connection_overrides.store.faults import CALL_FAILED, read_failed
from connection_overrides.store.items import Row, to_values
from connection_overrides.store.keys import Collection, Key, Span

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import QueryOutputTypeDef

CALL_BUDGET: Final = 10.0
"""Seconds that one call may take at worst: three attempts of connect 1 s and read 2 s, and the waits between them."""

ATTEMPTS: Final = 8
"""Attempts at a call that the table postpones: with keys left unprocessed, or in conflict with others."""

BATCH_MAX: Final = 100
"""Items of one BatchGetItem (Amazon DynamoDB Developer Guide, "Quotas")."""


_SHORTEST_WAIT: Final = 0.025
_LONGEST_WAIT: Final = 0.4

# Copies of one SnapStart snapshot share the state of `random`, and would all wait for the same time.
_RANDOM: Final = random.SystemRandom()


def connect() -> "DynamoDBClient":
    """Return the client that a process shares. URL, region and credentials come from its environment."""
    settings = Config(
        connect_timeout=1,
        read_timeout=2,
        retries={"mode": "standard", "total_max_attempts": 3},
        # A twentieth of a request's instructions. The tests' client validates what this module and its users send.
        parameter_validation=False,
    )
    return boto3.client("dynamodb", config=settings)


def backoff(attempt: int) -> float:
    """Return the seconds to wait after an attempt, counted from 0: exponential, with full jitter."""
    return _RANDOM.uniform(_SHORTEST_WAIT, min(_LONGEST_WAIT, _SHORTEST_WAIT * 2 ** (attempt + 1)))


def has_time(ctx: RequestContext) -> bool:
    """Return whether a call that begins now is answered in time."""
    return ctx.time_left() >= CALL_BUDGET


def get(ctx: RequestContext, key: Key) -> Row | None:
    """Return the row of that key, or None."""
    _require_time(ctx)
    try:
        reply = ctx.client.get_item(TableName=ctx.table_name, Key=key_attributes(key), ConsistentRead=True)
    except CALL_FAILED as error:
        raise read_failed(error) from error
    return to_values(reply["Item"]) if "Item" in reply else None


def get_many(ctx: RequestContext, keys: Iterable[Key]) -> dict[Key, Row]:
    """Return the rows that exist among up to 100 different keys."""
    found: dict[Key, Row] = {}
    pending: list[Any] = [key_attributes(key) for key in keys]
    for attempt in range(ATTEMPTS):
        _require_time(ctx)
        try:
            reply = ctx.client.batch_get_item(RequestItems={ctx.table_name: {"Keys": pending, "ConsistentRead": True}})
        except CALL_FAILED as error:
            raise read_failed(error) from error
        for item in reply["Responses"].get(ctx.table_name, []):
            row = to_values(item)
            found[Key(row["pk"], row["sk"])] = row
        if ctx.table_name not in reply["UnprocessedKeys"]:
            return found
        pending = list(reply["UnprocessedKeys"][ctx.table_name]["Keys"])
        ctx.sleep(backoff(attempt))
    raise ServiceUnavailable


def query(
    ctx: RequestContext, collection: Collection, after: str | None, page_size: int, *, backward: bool = False
) -> Iterator[Row]:
    """Yield the collection's rows whose names sort after `after`, in the order of their UTF-8 bytes.

    With `backward`, yield those whose names sort before it, in the opposite order. One call is made for each
    `page_size` rows, and only when the next row is needed.
    """
    condition = "#pk = :pk AND begins_with(#sk, :prefix)"
    values = {":pk": {"S": collection.pk}, ":prefix": {"S": collection.sk_prefix}}
    start = None if after is None else key_attributes(collection.key_of(after))
    while True:
        page = _query(ctx, condition, values, page_size, start, backward=backward)
        yield from map(to_values, page["Items"])
        start = page.get("LastEvaluatedKey")
        if start is None:
            return


def query_span(ctx: RequestContext, span: Span, limit: int) -> list[Row] | None:
    """Return the span's rows in the order of their sort keys, if one call for at most `limit` returns them all."""
    condition = "#pk = :pk AND #sk BETWEEN :first AND :last"
    values = {":pk": {"S": span.pk}, ":first": {"S": span.first}, ":last": {"S": span.last}}
    page = _query(ctx, condition, values, limit, None)
    return None if "LastEvaluatedKey" in page else [to_values(item) for item in page["Items"]]


def get_named(ctx: RequestContext, collection: Collection, names: Iterable[str]) -> Iterator[Row]:
    """Yield the collection's rows of those names that exist, in the order of their UTF-8 bytes."""
    keys = [collection.key_of(name) for name in sorted(set(names), key=str.encode)]
    for begin in range(0, len(keys), BATCH_MAX):
        batch: Sequence[Key] = keys[begin : begin + BATCH_MAX]
        found = get_many(ctx, batch)
        yield from (found[key] for key in batch if key in found)


def key_attributes(key: Key) -> dict[str, Any]:
    """Return the key in DynamoDB's JSON."""
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


def _query(
    ctx: RequestContext,
    condition: str,
    values: Mapping[str, Any],
    limit: int,
    start: dict[str, Any] | None,
    *,
    backward: bool = False,
) -> "QueryOutputTypeDef":
    _require_time(ctx)
    request: dict[str, Any] = {} if start is None else {"ExclusiveStartKey": start}
    if backward:
        request["ScanIndexForward"] = False
    try:
        return ctx.client.query(
            TableName=ctx.table_name,
            KeyConditionExpression=condition,
            ExpressionAttributeNames={"#pk": "pk", "#sk": "sk"},
            ExpressionAttributeValues=values,
            ConsistentRead=True,
            Limit=limit,
            **request,
        )
    except CALL_FAILED as error:
        raise read_failed(error) from error


def _require_time(ctx: RequestContext) -> None:
    """Refuse to begin a call that the function might not live to see answered: its outcome would be unknown."""
    if not has_time(ctx):
        raise OutOfTime
