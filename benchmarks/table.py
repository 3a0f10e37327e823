"""A DynamoDB on loopback that answers what was put into it beforehand, at a cost that hardly varies.

It takes every write and keeps none: each process that is measured finds the same table.
Source: Amazon DynamoDB API Reference, "BatchGetItem", "GetItem", "Query", "TransactWriteItems"; Developer Guide,
"DynamoDB low-level API".
"""

import json
import zlib
from collections.abc import Iterable
from typing import Any, Final

from benchmarks.loopback import Request, Server

TABLE: Final = "measured"
_TARGET: Final = "DynamoDB_20120810."
_REFUSAL: Final = {
    "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
    "CancellationReasons": [{"Code": "ConditionalCheckFailed"}],
}

type Item = dict[str, Any]
"""An item as DynamoDB's JSON writes it, each value with its type."""


class TableStandIn(Server):
    """Answers GetItem, BatchGetItem, Query, PutItem and TransactWriteItems on one table of keys `pk` and `sk`."""

    def __init__(self, items: Iterable[Item]) -> None:
        """Hold those items."""
        super().__init__(("127.0.0.1", 0), _TableRequest)
        self._items = {_key(item): item for item in items}
        self.calls: list[str] = []

    def reply(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to a call. Raises KeyError for an operation that is not there."""
        self.calls.append(operation)
        match operation:
            case "GetItem":
                return self._get(request)
            case "BatchGetItem":
                return self._get_many(request)
            case "Query":
                return {"Items": [], "Count": 0, "ScannedCount": 0}
            case "PutItem" | "TransactWriteItems":
                return {}
            case _:
                raise KeyError(operation)

    def _get(self, request: dict[str, Any]) -> dict[str, Any]:
        item = self._items.get(_key(request["Key"]))
        return {} if item is None else {"Item": item}

    def _get_many(self, request: dict[str, Any]) -> dict[str, Any]:
        keys = [_key(key) for key in request["RequestItems"][TABLE]["Keys"]]
        return {
            "Responses": {TABLE: [self._items[key] for key in keys if key in self._items]},
            "UnprocessedKeys": {},
        }


class _TableRequest(Request):
    server: TableStandIn

    def do_POST(self) -> None:
        """Answer one call; a transaction on another table is refused, as for a condition that fails."""
        operation = self.headers["X-Amz-Target"].removeprefix(_TARGET)
        request = self.body()
        is_refused = operation == "TransactWriteItems" and b'"TableName": "refused"' in request
        reply = _REFUSAL if is_refused else self.server.reply(operation, json.loads(request))
        body = json.dumps(reply).encode()
        headers = {
            "Content-Type": "application/x-amz-json-1.0",
            "x-amzn-RequestId": "0" * 52,
            "x-amz-crc32": str(zlib.crc32(body)),
        }
        self.answer(400 if is_refused else 200, body, headers)


def _key(item: Item) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]
