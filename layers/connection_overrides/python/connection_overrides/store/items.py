"""Rows and models, one from the other: a row's attributes have the names that the API gives them.

A row says in `schema` which form it has. When the form changes, SCHEMA_UPGRADES gets a function that turns a row of
the previous form into the new one, so that rows of every form stay readable without being rewritten.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from pydantic import BaseModel, ValidationError
from pydantic.alias_generators import to_camel

from connection_overrides.domain.base import STORED
from connection_overrides.errors import InternalError

type Row = Mapping[str, Any]
"""An item's attributes as Python values."""

type Attributes = dict[str, Any]
"""An item's attributes in DynamoDB's JSON, each with its type."""

SCHEMA_UPGRADES: Final[list[Callable[[Row], Row]]] = []
"""The n-th function turns a row of schema n into one of schema n + 1."""

_serialize: Final = TypeSerializer().serialize
_deserialize: Final = TypeDeserializer().deserialize


def current_schema() -> int:
    """Return the schema that rows are written in."""
    return len(SCHEMA_UPGRADES) + 1


def to_row(model: BaseModel) -> dict[str, Any]:
    """Return the attributes of a model that are set, those that are never shown included."""
    row = model.model_dump(mode="json", by_alias=True, exclude_none=True)
    for name, field in type(model).model_fields.items():
        if field.exclude and (value := getattr(model, name)) is not None:
            row[to_camel(name)] = to_row(value) if isinstance(value, BaseModel) else value
    return row


def from_row[T: BaseModel](model: type[T], row: Row) -> T:
    """Return the model of a row. A row that this version cannot read is our fault, and never skipped."""
    try:
        return model.model_validate(upgrade(row), context=STORED, extra="ignore")
    except (ValidationError, ValueError) as error:
        raise unreadable(row) from error


def upgrade(row: Row) -> Row:
    """Return the row in the current schema. Raises ValueError for a row of a later schema."""
    schema: Any = row.get("schema")
    if schema not in range(1, current_schema() + 1):
        raise ValueError("schema")
    for upgrade_one in SCHEMA_UPGRADES[int(schema) - 1 :]:
        row = upgrade_one(row)
    return row


def unreadable(row: Row) -> InternalError:
    """Return the error of a row that cannot be read, with its key for the log."""
    return InternalError(f"unreadable row {row.get('pk')!r} {row.get('sk')!r}")


def to_attributes(values: Mapping[str, Any]) -> Attributes:
    """Return values in DynamoDB's JSON, each with its type."""
    return {name: _serialize(value) for name, value in values.items()}


def to_values(item: Mapping[str, Any]) -> Row:
    """Return an item of DynamoDB's JSON as a row."""
    return {name: _deserialize(value) for name, value in item.items()}
