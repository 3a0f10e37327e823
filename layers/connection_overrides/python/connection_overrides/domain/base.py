"""What all models have in common."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Final, LiteralString

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic.alias_generators import to_camel
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import PydanticCustomError, PydanticUseDefault
from pydantic_core.core_schema import CoreSchema

_EPOCH: Final = datetime.fromtimestamp(0, UTC)

STORED: Final = "stored"
"""Validation context of what the table holds: see `rule`."""


class Model(BaseModel):
    """An immutable value with camelCase members in JSON; no coercion, no unknown member.

    A typo in a credential reference must not pass, hence `extra="forbid"`; a refused value must not reach a log through
    the text of an exception, hence `hide_input_in_errors`.
    """

    model_config = ConfigDict(
        alias_generator=to_camel,
        defer_build=True,  # no start waits for schemas that its first event does not need
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        json_schema_serialization_defaults_required=True,
        strict=True,
        validate_by_alias=True,
    )

    def fields_of(self, base: type[BaseModel]) -> dict[str, Any]:
        """Return the values of the fields that a base class of this model declares."""
        return {name: getattr(self, name) for name in base.model_fields}

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Return the schema as client generators understand it.

        An optional member is one that may be left out: null means the same, and a default, which some generators take
        for a guarantee, is in the description. A response may have further members, which later versions add.
        """
        schema = handler(core_schema)
        whole = handler.resolve_ref_schema(schema)
        for name, member in whole.get("properties", {}).items():
            member.pop("default", None)
            if name not in whole.get("required", ()):
                whole["properties"][name] = without_null(member)
        if handler.mode == "serialization":
            whole.pop("additionalProperties", None)
        return schema


class FixedModel(Model):
    """A model without further members in responses either, so that one schema serves requests and responses.

    A client that ignored a member of a secret reference would use another secret.
    """

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Return the schema, closed in both directions."""
        schema = super().__get_pydantic_json_schema__(core_schema, handler)
        handler.resolve_ref_schema(schema)["additionalProperties"] = False
        return schema


def without_null(schema: JsonSchemaValue) -> JsonSchemaValue:
    """Return the schema of an optional member or parameter without null, which means the same as leaving it out."""
    alternatives = schema.get("anyOf", [])
    if {"type": "null"} not in alternatives:
        return schema
    [only] = [one for one in alternatives if one != {"type": "null"}]
    return {**{name: value for name, value in schema.items() if name not in {"anyOf", "default"}}, **only}


class QueryModel(BaseModel):
    """Parameters of a query: texts, or lists of texts."""

    model_config = ConfigDict(
        alias_generator=to_camel, defer_build=True, extra="forbid", frozen=True, hide_input_in_errors=True
    )


def rule(check: Callable[[str], str]) -> AfterValidator:
    """Return a validator for values that clients send. Stored values pass: a rule may be younger than an item."""

    def validate(value: str, info: ValidationInfo) -> str:
        return value if info.context == STORED else check(value)

    return AfterValidator(validate)


def matching(pattern: str, code: LiteralString, message: LiteralString) -> AfterValidator:
    """Return a rule for texts that must match the pattern as a whole."""
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if compiled.fullmatch(value) is None:
            raise PydanticCustomError(code, message)
        return value

    return rule(check)


def _null_as_default(value: object) -> object:
    if value is None:
        raise PydanticUseDefault
    return value


_RFC3339: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)


def parse_rfc3339(value: object) -> datetime:
    """Return the moment that an RFC 3339 date and time with an offset means, in UTC and milliseconds."""
    try:
        if isinstance(value, str) and _RFC3339.fullmatch(value):
            moment = datetime.fromisoformat(value).astimezone(UTC)
            return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    except (OverflowError, ValueError):
        pass
    raise PydanticCustomError("rfc3339", "must be a date and time with an offset, such as 2026-01-31T14:01:00Z")


def to_rfc3339(value: datetime) -> str:
    """Return the moment as responses and rows show it: in UTC, with milliseconds."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Moment = Annotated[
    datetime,
    BeforeValidator(parse_rfc3339),
    PlainSerializer(to_rfc3339, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-01-31T14:01:00Z"]}),
]
"""A date and time with an offset (RFC 3339, section 5.6), to the millisecond."""


def to_milliseconds(moment: datetime) -> int:
    """Return the milliseconds since 1970, without fractions."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def from_milliseconds(milliseconds: int) -> datetime:
    """Return the moment that is so many milliseconds after the beginning of 1970."""
    return _EPOCH + timedelta(milliseconds=milliseconds)


def _to_int(value: object) -> object:
    return int(value) if isinstance(value, Decimal) and value == int(value) else value


OMIT_NONE: Final[Any] = Field(exclude_if=lambda value: value is None)
"""Marks an optional member: responses and rows leave it out when it is not set."""

NULL_AS_DEFAULT: Final = BeforeValidator(_null_as_default)
"""Marks a member for which null means the same as leaving it out."""

Timestamp = Annotated[
    datetime,
    Field(strict=False, description="RFC 3339, UTC, with milliseconds."),
    PlainSerializer(to_rfc3339, return_type=str),
    Field(json_schema_extra={"format": "date-time"}),
]

Count = Annotated[int, BeforeValidator(_to_int)]
"""A whole number, which the table returns as a decimal."""
