"""The reads from DynamoDB: items, batches and pages, all of them consistent."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, cast

from botocore.config import Config
from botocore.session import get_session

from connection_overrides.backoff import waits
from connection_overrides.errors import OutOfTimeError, ServiceBusyError
from connection_overrides.operation import Operation
from connection_overrides.store.attributes import Row
from connection_overrides.store.faults import CALL_FAILED, read_failed
from connection_overrides.store.keys import Collection, Key, Span
from connection_overrides.store.values import from_value

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import QueryOutputTypeDef

CALL_BUDGET: Final = 10.0
"""Seconds that one call may take at worst: three attempts of connect 1 s and read 2 s, and the waits between them."""

ATTEMPTS: Final = 8
"""Of one call that the table puts off: with a part left undone, or in conflict with others."""

BATCH_MAX: Final = 100
"""Items of one BatchGetItem (Amazon DynamoDB Developer Guide, "Quotas")."""


def connect() -> "DynamoDBClient":
    """Return the client that a process shares. Address, region and credentials come from its environment."""
    settings = Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 3})
    # boto3 would return the same client, after it has loaded what it needs for S3.
    return cast("DynamoDBClient", get_session().create_client("dynamodb", config=settings))


class Table:
    """One table, to be read. Every read is consistent: whoever wrote sees it. Every call fits the operation's time."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        """Use the table of that name."""
        self._client = client
        self._name = name

    def get(self, operation: Operation, key: Key) -> Row | None:
        """Return the item of that key, or None."""
        _check_time(operation)
        try:
            reply = self._client.get_item(TableName=self._name, Key=_key(key), ConsistentRead=True)
        except CALL_FAILED as error:
            raise read_failed(error) from error
        return row_of(reply["Item"]) if "Item" in reply else None

    def get_many(self, operation: Operation, keys: Sequence[Key]) -> dict[Key, Row]:
        """Return the items that exist among up to 100 different keys."""
        found: dict[Key, Row] = {}
        pending: list[Any] = [_key(key) for key in keys]
        for wait in waits(ATTEMPTS):
            _check_time(operation)
            try:
                reply = self._client.batch_get_item(
                    RequestItems={self._name: {"Keys": pending, "ConsistentRead": True}}
                )
            except CALL_FAILED as error:
                raise read_failed(error) from error
            rows = [row_of(item) for item in reply["Responses"].get(self._name, [])]
            found |= {Key(str(row["pk"]), str(row["sk"])): row for row in rows}
            if self._name not in reply["UnprocessedKeys"]:
                return found
            pending = list(reply["UnprocessedKeys"][self._name]["Keys"])
            operation.wait(wait)
        raise ServiceBusyError("The service is busy; nothing was changed. Try again.")

    def rows(self, operation: Operation, collection: Collection, after: str | None, page_size: int) -> Iterator[Row]:
        """Yield the collection's items whose names come after `after`, in the order of their UTF-8 bytes.

        One call is made for each `page_size` items, and only when the next item is asked for.
        """
        start = None if after is None else _key(collection.key_of(after))
        while True:
            page = self._query(
                operation,
                "#pk = :pk AND begins_with(#sk, :prefix)",
                {":pk": {"S": collection.pk}, ":prefix": {"S": collection.sk_prefix}},
                page_size,
                start,
            )
            yield from (row_of(item) for item in page["Items"])
            start = page.get("LastEvaluatedKey")
            if start is None:
                return

    def whole_span(self, operation: Operation, span: Span, most: int) -> list[Row] | None:
        """Return the span's items in the order of their sort keys, if one call for at most `most` brings them all."""
        page = self._query(
            operation,
            "#pk = :pk AND #sk BETWEEN :first AND :last",
            {":pk": {"S": span.pk}, ":first": {"S": span.first}, ":last": {"S": span.last}},
            most,
            None,
        )
        return None if "LastEvaluatedKey" in page else [row_of(item) for item in page["Items"]]

    def _query(
        self, operation: Operation, condition: str, values: Mapping[str, Any], limit: int, start: dict[str, Any] | None
    ) -> "QueryOutputTypeDef":
        _check_time(operation)
        request: dict[str, Any] = {} if start is None else {"ExclusiveStartKey": start}
        try:
            return self._client.query(
                TableName=self._name,
                KeyConditionExpression=condition,
                ExpressionAttributeNames={"#pk": "pk", "#sk": "sk"},
                ExpressionAttributeValues=values,
                ConsistentRead=True,
                Limit=limit,
                **request,
            )
        except CALL_FAILED as error:
            raise read_failed(error) from error

    def named_rows(self, operation: Operation, collection: Collection, names: Iterable[str]) -> Iterator[Row]:
        """Yield the collection's items of those names that exist, in the order of their UTF-8 bytes."""
        keys = [collection.key_of(name) for name in sorted(set(names), key=str.encode)]
        for begin in range(0, len(keys), BATCH_MAX):
            batch = keys[begin : begin + BATCH_MAX]
            found = self.get_many(operation, batch)
            yield from (found[key] for key in batch if key in found)


def _check_time(operation: Operation) -> None:
    """Refuse to begin a call that the function might not live to see answered: that outcome would be unknown."""
    if not has_time(operation):
        raise OutOfTimeError("There was not enough time left; nothing was changed. Try again.")


def has_time(operation: Operation) -> bool:
    """Tell whether a call that begins now is answered in time."""
    return operation.time_left() >= CALL_BUDGET


def _key(key: Key) -> dict[str, Any]:
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


def row_of(item: Mapping[str, Any]) -> Row:
    """Return the row that an item of DynamoDB's is."""
    return {name: from_value(value) for name, value in item.items()}
