"""Attributes of a row, read with the type that they must have: what is otherwise is a fault, never a guess."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

type Row = Mapping[str, object]

SCHEMA: Final = 2
"""The version of the form that rows are written in. Those of version 1 do not say theirs.

2: the names of protected environments have a row of their own, kept since the project was made.
"""


def schema_of(row: Row) -> int:
    """Return the version of the form that a row was written in. One that is not known yet is a ValueError."""
    version = number(row, "schema") if "schema" in row else 1
    if version > SCHEMA:
        raise ValueError("schema")
    return version


def present(**attributes: object) -> Row:
    """Return the attributes that are set."""
    return {name: value for name, value in attributes.items() if value is not None}


def date_to_text(value: datetime) -> str:
    """Return the date in UTC with milliseconds (RFC 3339)."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def date(row: Row, name: str) -> datetime:
    """Return a date."""
    return datetime.fromisoformat(text(row, name))


def text(row: Row, name: str) -> str:
    """Return a string."""
    value = row[name]
    if not isinstance(value, str):
        raise TypeError(name)
    return value


def optional_text(row: Row, name: str) -> str | None:
    """Return a string, or None when it is not set."""
    return text(row, name) if name in row else None


def flag(row: Row, name: str) -> bool:
    """Return a boolean."""
    value = row[name]
    if not isinstance(value, bool):
        raise TypeError(name)
    return value


def texts(row: Row, name: str) -> frozenset[str]:
    """Return a list of different strings."""
    value = row[name]
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise TypeError(name)
    return frozenset(value)


def text_map(row: Row, name: str) -> Mapping[str, str]:
    """Return strings by name."""
    value = row[name]
    if not isinstance(value, Mapping) or not all(isinstance(entry, str) for entry in value.values()):
        raise TypeError(name)
    return value


def members(row: Row, name: str) -> frozenset[str]:
    """Return a set of strings; the table keeps no empty one."""
    value = row.get(name, set())
    if not isinstance(value, set) or not all(isinstance(entry, str) for entry in value):
        raise TypeError(name)
    return frozenset(value)


def number(row: Row, name: str) -> int:
    """Return a whole number."""
    value = row[name]
    if not isinstance(value, Decimal):
        raise TypeError(name)
    return int(value)
