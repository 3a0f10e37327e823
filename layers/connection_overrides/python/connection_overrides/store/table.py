"""The calls to DynamoDB: consistent reads, pages, and transactions whose refusals are told apart by position."""

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Final

import boto3
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from connection_overrides.errors import ServiceBusyError, StoreFaultError
from connection_overrides.operation import Operation
from connection_overrides.store.actions import Action
from connection_overrides.store.attributes import Row
from connection_overrides.store.cancellation import Refusal, cancellation_of
from connection_overrides.store.faults import CONFLICT_CODES, error_code, read_failed, write_failed
from connection_overrides.store.keys import Collection, Key

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

CALL_BUDGET: Final = 10.0
"""Seconds that one call may take at worst: three attempts of connect 1 s and read 2 s, and the waits between them."""

TRANSACTION_MAX: Final = 100
"""Actions of one transaction (Amazon DynamoDB Developer Guide, "Quotas")."""

_ATTEMPTS: Final = 8
_BATCH_MAX: Final = 100
_SHORTEST_WAIT: Final = 0.025
_LONGEST_WAIT: Final = 0.4

_serialize: Final = TypeSerializer().serialize
_deserialize: Final = TypeDeserializer().deserialize


class Written(Enum):
    """What became of a write that depends on what was seen before."""

    DONE = auto()
    NOT_AS_SEEN = auto()
    """Nothing was written: what was seen has changed, and must be looked at again."""


def connect() -> "DynamoDBClient":
    """Return the client that a process shares. Address, region and credentials come from its environment."""
    return boto3.client(
        "dynamodb",
        config=Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 3}),
    )


class Table:
    """One table. Every read is consistent, so whoever wrote sees it; every call fits the operation's time."""

    def __init__(self, client: "DynamoDBClient", name: str, wait: Callable[[float], None] = time.sleep) -> None:
        """Use the table of that name; `wait` takes seconds and is called between attempts."""
        self._client = client
        self._name = name
        self._wait = wait

    def get(self, operation: Operation, key: Key) -> Row | None:
        """Return the item of that key, or None."""
        _check_time(operation)
        try:
            reply = self._client.get_item(TableName=self._name, Key=_key(key), ConsistentRead=True)
        except (ClientError, BotoCoreError) as error:
            raise read_failed(error) from error
        return _row(reply["Item"]) if "Item" in reply else None

    def get_many(self, operation: Operation, keys: Sequence[Key]) -> dict[Key, Row]:
        """Return the items that exist among up to 100 different keys."""
        found: dict[Key, Row] = {}
        pending: list[Any] = [_key(key) for key in keys]
        for wait in _waits():
            _check_time(operation)
            try:
                reply = self._client.batch_get_item(
                    RequestItems={self._name: {"Keys": pending, "ConsistentRead": True}}
                )
            except (ClientError, BotoCoreError) as error:
                raise read_failed(error) from error
            rows = [_row(item) for item in reply["Responses"].get(self._name, [])]
            found |= {Key(str(row["pk"]), str(row["sk"])): row for row in rows}
            if self._name not in reply["UnprocessedKeys"]:
                return found
            pending = list(reply["UnprocessedKeys"][self._name]["Keys"])
            self._wait(wait)
        raise ServiceBusyError("The service is busy; nothing was changed. Try again.")

    def rows(self, operation: Operation, collection: Collection, after: str | None, page_size: int) -> Iterator[Row]:
        """Yield the collection's items whose names come after `after`, in the order of their UTF-8 bytes.

        One call is made for each `page_size` items, and only when the next item is asked for.
        """
        start = None if after is None else _key(collection.key_of(after))
        while True:
            _check_time(operation)
            request: dict[str, Any] = {} if start is None else {"ExclusiveStartKey": start}
            try:
                page = self._client.query(
                    TableName=self._name,
                    KeyConditionExpression="#pk = :pk AND begins_with(#sk, :prefix)",
                    ExpressionAttributeNames={"#pk": "pk", "#sk": "sk"},
                    ExpressionAttributeValues={":pk": {"S": collection.pk}, ":prefix": {"S": collection.sk_prefix}},
                    ConsistentRead=True,
                    Limit=page_size,
                    **request,
                )
            except (ClientError, BotoCoreError) as error:
                raise read_failed(error) from error
            yield from (_row(item) for item in page["Items"])
            start = page.get("LastEvaluatedKey")
            if start is None:
                return

    def named_rows(self, operation: Operation, collection: Collection, names: Iterable[str]) -> Iterator[Row]:
        """Yield the collection's items of those names that exist, in the order of their UTF-8 bytes."""
        keys = [collection.key_of(name) for name in sorted(set(names), key=str.encode)]
        for begin in range(0, len(keys), _BATCH_MAX):
            batch = keys[begin : begin + _BATCH_MAX]
            found = self.get_many(operation, batch)
            yield from (found[key] for key in batch if key in found)

    def transact(self, operation: Operation, actions: Sequence[Action]) -> tuple[Refusal | None, ...] | None:
        """Do all the actions or none. Return None when done, or a refusal for each condition that failed, by position.

        A conflict with another transaction is tried again with jitter while time is left (Amazon DynamoDB Developer
        Guide, "Transaction conflict handling"). Every try has a request token of its own, made by the SDK.
        """
        items: list[Any] = [action.to_request(self._name, _serialize) for action in actions]
        for wait in _waits():
            _check_time(operation)
            try:
                self._client.transact_write_items(TransactItems=items)
            except ClientError as error:
                cancellation = cancellation_of(error, _row)
                if cancellation is not None and cancellation.cause == "condition":
                    return cancellation.refusals
                if cancellation is not None and cancellation.cause == "fault":
                    raise StoreFaultError(f"transaction cancelled: {', '.join(cancellation.codes)}") from error
                if cancellation is None and error_code(error) not in CONFLICT_CODES:
                    raise write_failed(error) from error
            except BotoCoreError as error:
                raise write_failed(error) from error
            else:
                return None
            self._wait(wait)
        raise ServiceBusyError("Others keep changing the same items; nothing was written. Try again.")


def _check_time(operation: Operation) -> None:
    """Refuse to begin a call that the function might not live to see answered: that outcome would be unknown."""
    if operation.time_left() < CALL_BUDGET:
        raise ServiceBusyError("There was not enough time left; nothing was changed. Try again.")


def _waits() -> Iterator[float]:
    """Yield the seconds to wait after each attempt: exponential, with full jitter."""
    for attempt in range(_ATTEMPTS):
        yield random.uniform(_SHORTEST_WAIT, min(_LONGEST_WAIT, _SHORTEST_WAIT * 2 ** (attempt + 1)))  # noqa: S311 - no secret


def _key(key: Key) -> dict[str, Any]:
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


def _row(item: Mapping[str, Any]) -> Row:
    return {name: _deserialize(value) for name, value in item.items()}
