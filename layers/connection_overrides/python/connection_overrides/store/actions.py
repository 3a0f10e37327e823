"""The actions of a transaction. Every condition asks for the item it failed on, so no second read is needed."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple, Protocol

from connection_overrides.model.entities import Revision
from connection_overrides.store.attributes import SCHEMA
from connection_overrides.store.keys import Key

type Serialize = Callable[[object], Any]


class Action(Protocol):
    """One action on one item; a transaction takes at most one action per item."""

    def to_request(self, table: str, serialize: Serialize) -> dict[str, Any]:
        """Return the action in the form of TransactWriteItems."""
        ...


class Condition(NamedTuple):
    """What must hold when DynamoDB writes: an expression over `#name` and `:value`."""

    expression: str
    values: Mapping[str, object] = MappingProxyType({})

    def to_request(self, serialize: Serialize) -> dict[str, Any]:
        """Return the condition's members; every `#name` stands for the attribute of that name."""
        return {
            "ConditionExpression": self.expression,
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            **_placeholders(self.expression, self.values, serialize),
        }


# Two requests create the same item: the second one's write fails instead of replacing the first one's.
IS_NEW: Final = Condition("attribute_not_exists(#pk)")
# The item is deleted between the look at it and this write: a write must not bring it back.
EXISTS: Final = Condition("attribute_exists(#pk)")


def is_as_seen(revision: Revision) -> Condition:
    """Return that the item is still the one that was looked at."""
    # The item is replaced, or deleted and made anew, between the look at it and this write: neither must get lost.
    return Condition("#writeId = :seen", {"seen": revision.write_id})


class Put(NamedTuple):
    """Write a whole item, if the condition holds."""

    key: Key
    attributes: Mapping[str, object]
    condition: Condition

    def to_request(self, table: str, serialize: Serialize) -> dict[str, Any]:
        """Return the action in the form of TransactWriteItems."""
        item = {"pk": self.key.pk, "sk": self.key.sk, "schema": SCHEMA, **self.attributes}
        return {
            "Put": {
                "TableName": table,
                "Item": {name: serialize(value) for name, value in item.items()},
                **self.condition.to_request(serialize),
            }
        }


class Count(NamedTuple):
    """Add to counters of an item, or take from them, if the condition holds."""

    key: Key
    counters: Mapping[str, int]
    condition: Condition

    def to_request(self, table: str, serialize: Serialize) -> dict[str, Any]:
        """Return the action in the form of TransactWriteItems."""
        expression = "ADD " + ", ".join(f"#{counter} :{counter}Step" for counter in self.counters)
        steps = {f"{counter}Step": step for counter, step in self.counters.items()}
        return _update(self, table, expression, steps, serialize)


class Membership(NamedTuple):
    """Put a name into a set of an item, or take it out. The item is made where it is not there."""

    key: Key
    attribute: str
    name: str
    is_member: bool

    def to_request(self, table: str, serialize: Serialize) -> dict[str, Any]:
        """Return the action in the form of TransactWriteItems."""
        expression = f"SET #schema = :schema {'ADD' if self.is_member else 'DELETE'} #{self.attribute} :name"
        return {
            "Update": {
                "TableName": table,
                "Key": _key(self.key, serialize),
                "UpdateExpression": expression,
                **_placeholders(expression, {"schema": SCHEMA, "name": {self.name}}, serialize),
            }
        }


class Change(NamedTuple):
    """Set attributes of an item and remove others, if the condition holds. All others stay as they are."""

    key: Key
    attributes: Mapping[str, object]
    removed: Sequence[str]
    condition: Condition

    def to_request(self, table: str, serialize: Serialize) -> dict[str, Any]:
        """Return the action in the form of TransactWriteItems."""
        attributes = {"schema": SCHEMA, **self.attributes}
        expression = "SET " + ", ".join(f"#{name} = :new_{name}" for name in attributes)
        if self.removed:
            expression += " REMOVE " + ", ".join(f"#{name}" for name in self.removed)
        values = {f"new_{name}": value for name, value in attributes.items()}
        return _update(self, table, expression, values, serialize)


class Delete(NamedTuple):
    """Delete an item, if the condition holds; without one, whether it is there or not."""

    key: Key
    condition: Condition | None = None

    def to_request(self, table: str, serialize: Serialize) -> dict[str, Any]:
        """Return the action in the form of TransactWriteItems."""
        return {
            "Delete": {
                "TableName": table,
                "Key": _key(self.key, serialize),
                **({} if self.condition is None else self.condition.to_request(serialize)),
            }
        }


class Check(NamedTuple):
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


def _update(
    action: Count | Change, table: str, expression: str, values: Mapping[str, object], serialize: Serialize
) -> dict[str, Any]:
    condition = action.condition
    return {
        "Update": {
            "TableName": table,
            "Key": _key(action.key, serialize),
            "UpdateExpression": expression,
            **condition.to_request(serialize),
            **_placeholders(f"{expression} {condition.expression}", {**condition.values, **values}, serialize),
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
