"""Units that calls to DynamoDB consume, which the table in process does not tell.

Source: Amazon DynamoDB Developer Guide, "DynamoDB item sizes and formats", "DynamoDB read and write operations" and
"Amazon DynamoDB Transactions: How it works".
"""

from collections.abc import Callable, Mapping
from math import ceil
from typing import Any, Final

type Item = Mapping[str, Mapping[str, Any]]


WRITES: Final = {"DeleteItem", "PutItem", "TransactWriteItems", "UpdateItem"}


class Meter:
    """Stands between the client and the table, and adds up what calls consume."""

    def __init__(self, call: Callable[[str, dict[str, Any]], dict[str, Any]]) -> None:
        """Pass calls on to that one."""
        self._call = call
        self.reads = 0.0
        self.writes = 0

    def __call__(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        """Make a call, and count it. Raises AssertionError for one that cannot be counted."""
        if operation in WRITES:
            return self._write(operation, request)
        if {"FilterExpression", "ProjectionExpression", "Select"} & request.keys():
            raise AssertionError("what is read and not returned is consumed as well")
        reply = self._call(operation, request)
        match operation:
            case "GetItem":
                self._read(request, [reply.get("Item", {})])
            case "BatchGetItem":
                for name, asked in request["RequestItems"].items():
                    found = reply["Responses"][name]
                    self._read(asked, [*found, *[{}] * (len(asked["Keys"]) - len(found))])
            case "Query":
                self.reads += _strength(request) * read_units(sum(map(item_bytes, reply["Items"])))
            case _:
                raise AssertionError(operation)
        return reply

    def _read(self, request: Mapping[str, Any], items: list[Item]) -> None:
        self.reads += _strength(request) * sum(map(read_units, map(item_bytes, items)))

    def _write(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        """Count the larger of each item before and after, also if the write is refused; twice in a transaction."""
        is_transaction = operation == "TransactWriteItems"
        actions = (
            [action for one in request["TransactItems"] for action in one.values()] if is_transaction else [request]
        )
        before = self._sizes(actions)
        try:
            return self._call(operation, request)
        finally:
            units = sum(max(1, ceil(max(pair) / 1_024)) for pair in zip(before, self._sizes(actions), strict=True))
            self.writes += units * 2 if is_transaction else units

    def _sizes(self, actions: list[dict[str, Any]]) -> list[int]:
        return [
            max(
                item_bytes(self._call("GetItem", {"TableName": action["TableName"], "Key": key}).get("Item", {})),
                item_bytes(action.get("Item", {})),
            )
            for action in actions
            for key in [action["Key"] if "Key" in action else {name: action["Item"][name] for name in ("pk", "sk")}]
        ]


def _strength(request: Mapping[str, Any]) -> float:
    """Return what a read takes of a consistent one."""
    return 1 if request.get("ConsistentRead") else 0.5


def read_units(size: int) -> int:
    """Return the units of a consistent read of that many bytes."""
    return max(1, ceil(size / 4_096))


def item_bytes(item: Item) -> int:
    """Return the size of an item."""
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
