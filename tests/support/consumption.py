"""Units that calls to DynamoDB consume, which the table in process does not tell.

Source: Amazon DynamoDB Developer Guide, "DynamoDB item sizes and formats", "DynamoDB read and write operations" and
"Amazon DynamoDB Transactions: How it works".
"""

from collections.abc import Callable, Mapping
from math import ceil
from typing import Any

from support.rows import key_of_action, typed
from support.table import TABLE

type Item = Mapping[str, Mapping[str, Any]]


class Meter:
    """Stands between the client and the table, and adds up what calls consume."""

    def __init__(self, call: Callable[[str, dict[str, Any]], dict[str, Any]]) -> None:
        self._call = call
        self.reads = 0
        self.writes = 0

    def __call__(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        if operation == "TransactWriteItems":
            return self._transact(request)
        reply = self._call(operation, request)
        match operation:
            case "GetItem":
                self.reads += read_units(item_bytes(reply.get("Item", {})))
            case "BatchGetItem":
                [keys] = (asked["Keys"] for asked in request["RequestItems"].values())
                [found] = reply["Responses"].values()
                self.reads += sum(map(read_units, map(item_bytes, found))) + len(keys) - len(found)
            case "Query":
                self.reads += read_units(sum(map(item_bytes, reply["Items"])))
            case _:
                raise AssertionError(operation)
        return reply

    def _transact(self, request: dict[str, Any]) -> dict[str, Any]:
        """Count the larger of each item before and after, also if the transaction is refused."""
        before = self._sizes(request)
        try:
            return self._call("TransactWriteItems", request)
        finally:
            sizes = map(max, before, self._sizes(request))
            self.writes += sum(2 * max(1, ceil(size / 1_024)) for size in sizes)

    def _sizes(self, request: dict[str, Any]) -> list[int]:
        keys = [typed(key_of_action(one)) for one in request["TransactItems"]]
        return [item_bytes(self._call("GetItem", {"TableName": TABLE, "Key": key}).get("Item", {})) for key in keys]


def read_units(size: int) -> int:
    return max(1, ceil(size / 4_096))


def item_bytes(item: Item) -> int:
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _value_bytes(value: Mapping[str, Any]) -> int:
    [(kind, content)] = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return ceil(len(content.strip("-0.")) / 2) + 1
        case "BOOL" | "NULL":
            return 1
        case "SS":
            return sum(len(text.encode()) for text in content)
        case "L":
            return 3 + sum(1 + _value_bytes(one) for one in content)
        case "M":
            return 3 + sum(1 + len(name.encode()) + _value_bytes(one) for name, one in content.items())
        case _:
            raise AssertionError(kind)
