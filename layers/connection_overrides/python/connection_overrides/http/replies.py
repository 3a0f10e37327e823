"""Bodies of replies: what all of them have in common."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema
from pydantic.alias_generators import to_camel

from connection_overrides.model.base import LAZY
from connection_overrides.model.entities import SecretReference
from connection_overrides.model.properties import dump_properties
from connection_overrides.model.secrets import SecretsLocation


def _is_none(value: object) -> bool:
    return value is None


Timestamp = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
"""UTC with milliseconds (RFC 3339), as 2026-01-31T12:00:00.000Z."""


def timestamp(date: datetime) -> str:
    """Return a date in UTC as the API shows it."""
    return date.isoformat(timespec="milliseconds").replace("+00:00", "Z")


LEFT_OUT_IF_NONE = Field(exclude_if=_is_none)


class Reply(BaseModel):
    """A reply. Members that are not set are left out."""

    model_config = LAZY | ConfigDict(
        alias_generator=to_camel, frozen=True, validate_by_alias=True, validate_by_name=True
    )


class ReferenceReply(Reply):
    """A secret reference."""

    secrets_location: Annotated[SecretsLocation | None, LEFT_OUT_IF_NONE] = None
    connection_properties: dict[str, Any]

    @classmethod
    def of(cls, reference: SecretReference) -> "ReferenceReply":
        """Return what the API shows of a reference."""
        return cls(
            secrets_location=reference.secrets_location,
            connection_properties=dump_properties(reference.connection_properties),
        )


class PageReply[T: Reply](Reply):
    """A page of a list. Without `nextCursor` it is the last."""

    results: list[T]
    next_cursor: Annotated[str | None, LEFT_OUT_IF_NONE] = None
