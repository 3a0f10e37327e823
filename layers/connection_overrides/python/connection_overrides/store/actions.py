"""The actions of a transaction. Every condition asks for the item it failed on, so no second read is needed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from connection_overrides.store.keys import Key

type Serialize = Callable[[object], Any]


class Action(Protocol):
    """One action on one item; a transaction takes at most one action per item."""

    def to_request(self, table: str, serialize: Serialize) -> dict[str, Any]:
        """Return the action in the form of TransactWriteItems."""
        ...


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold when DynamoDB writes: an expression over `#name` and `:value`."""

    expression: str
    values: Mapping[str, object] = field(default_factory=dict[str, object])

    def to_request(self, serialize: Serialize) -> dict[str, Any]:
        """Return the condition's members; every `#name` stands for the attribute of that name."""
        return {
            "ConditionExpression": self.expression,
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            **_placeholders(self.expression, self.values, serialize),
        }


# Two requests create the same item: the second one's write fails instead of replacing the first one's.
IS_NEW = Condition("attribute_not_exists(#pk)")


@dataclass(frozen=True, slots=True)
class Put:
    """Write a whole item, if the condition holds."""

    key: Key
    attributes: Mapping[str, object]
    condition: Condition

    def to_request(self, table: str, serialize: Serialize) -> dict[str, Any]:
        """Return the action in the form of TransactWriteItems."""
        item = {"pk": self.key.pk, "sk": self.key.sk, **self.attributes}
        return {
            "Put": {
                "TableName": table,
                "Item": {name: serialize(value) for name, value in item.items()},
                **self.condition.to_request(serialize),
            }
        }


@dataclass(frozen=True, slots=True)
class Count:
    """Add one to counters of an item, if the condition holds."""

    key: Key
    counters: tuple[str, ...]
    condition: Condition

    def to_request(self, table: str, serialize: Serialize) -> dict[str, Any]:
        """Return the action in the form of TransactWriteItems."""
        update = "ADD " + ", ".join(f"#{counter} :one" for counter in self.counters)
        condition = self.condition.to_request(serialize)
        return {
            "Update": {
                "TableName": table,
                "Key": _key(self.key, serialize),
                "UpdateExpression": update,
                **condition,
                **_placeholders(
                    f"{update} {self.condition.expression}", {**self.condition.values, "one": 1}, serialize
                ),
            }
        }


@dataclass(frozen=True, slots=True)
class Check:
    """Write nothing, but only let the others write if the condition holds."""

    key: Key
    condition: Condition

    def to_request(self, table: str, serialize: Serialize) -> dict[str, Any]:
        """Return the action in the form of TransactWriteItems."""
        return {
            "ConditionCheck": {
                "TableName": table,
                "Key": _key(self.key, serialize),
                **self.condition.to_request(serialize),
            }
        }


def _key(key: Key, serialize: Serialize) -> dict[str, Any]:
    return {"pk": serialize(key.pk), "sk": serialize(key.sk)}


def _placeholders(expression: str, values: Mapping[str, object], serialize: Serialize) -> dict[str, Any]:
    """Return the names and values that an expression uses: `#name` is the attribute `name`, `:value` is given."""
    names = {word.strip("(),") for word in expression.replace("(", " ").split() if word.startswith("#")}
    members: dict[str, Any] = {"ExpressionAttributeNames": {name: name.removeprefix("#") for name in sorted(names)}}
    if values:
        members["ExpressionAttributeValues"] = {f":{name}": serialize(value) for name, value in values.items()}
    return members
