"""Values as DynamoDB's JSON writes them, each with its type.

The SDK's own translation is in boto3, whose import loads much that a table needs nothing of.
Source: Amazon DynamoDB API Reference, "AttributeValue".
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from decimal import Decimal
from typing import Any


def to_value(value: object) -> dict[str, Any]:
    """Return the value as DynamoDB takes it.

    That is a text, a whole number, a flag, nothing, a set of texts, or a list or a map of these. Raises TypeError for
    all else, a float and an empty set among it: DynamoDB takes no such set.
    """
    match value:
        case None | bool():
            return {"NULL": True} if value is None else {"BOOL": value}
        case int():
            return {"N": str(value)}
        case str():
            return {"S": value}
        case Mapping():
            return {"M": {name: to_value(member) for name, member in value.items()}}
        case list():
            return {"L": [to_value(entry) for entry in value]}
        case AbstractSet() if value and all(isinstance(entry, str) for entry in value):
            return {"SS": sorted(value)}
        case _:
            raise TypeError(type(value).__name__)


def from_value(value: Mapping[str, Any]) -> object:
    """Return what DynamoDB holds; numbers as Decimal, since they may be any. Raises TypeError for an unknown type."""
    [(kind, content)] = value.items()
    match kind:
        case "S" | "BOOL" | "B":
            return content
        case "N":
            return Decimal(content)
        case "M":
            return {name: from_value(member) for name, member in content.items()}
        case "L":
            return [from_value(entry) for entry in content]
        case "NULL":
            return None
        case "SS" | "NS" | "BS":
            return {from_value({kind[0]: entry}) for entry in content}
        case _:
            raise TypeError(kind)
