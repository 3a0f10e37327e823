"""Parameters of the questions about effective connections."""

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from connection_overrides.http.parameters import FLAG_SCHEMA, list_of, listed_schema, one_of, validate_flag
from connection_overrides.http.signatures import Query
from connection_overrides.model.resolution import Source
from connection_overrides.service.impact import ConnectionChange, EnvironmentChange


def _change_of(changes: type[StrEnum]) -> Callable[[str], str]:
    words = [str(change) for change in changes]

    def validate(value: str) -> str:
        if value not in words:
            raise PydanticCustomError("change", "must be {words}", {"words": " or ".join(words)})
        return value

    return validate


SourcesQuery = Annotated[
    str | None,
    AfterValidator(list_of(one_of(Source))),
    Query(
        alias="source",
        description="Only connections whose reference comes from one of these.",
        json_schema_extra=listed_schema({"$ref": "#/components/schemas/Source"}),
    ),
]
ExplainQuery = Annotated[
    str,
    AfterValidator(validate_flag),
    Query(description="Whether the steps of the decision are told.", json_schema_extra=FLAG_SCHEMA),
]
OnlyMissingQuery = Annotated[
    str,
    AfterValidator(validate_flag),
    Query(
        alias="onlyMissing",
        description="Whether only connections are listed that lack a reference in some environment.",
        json_schema_extra=FLAG_SCHEMA,
    ),
]
SharedQuery = Annotated[
    str,
    AfterValidator(validate_flag),
    Query(description="Whether only secrets of several environments are listed.", json_schema_extra=FLAG_SCHEMA),
]
EnvironmentChangeQuery = Annotated[
    str,
    AfterValidator(_change_of(EnvironmentChange)),
    Query(
        alias="change",
        description="What is asked about: the delete of the environment, or the other value of `inheritDefaults`.",
        json_schema_extra={"type": "string", "enum": [str(change) for change in EnvironmentChange]},
    ),
]
ConnectionChangeQuery = Annotated[
    str,
    AfterValidator(_change_of(ConnectionChange)),
    Query(
        alias="change",
        description="What is asked about: the delete of the connection, with its overrides.",
        json_schema_extra={"type": "string", "enum": [str(change) for change in ConnectionChange]},
    ),
]


def source_filter(value: str | None) -> frozenset[Source] | None:
    """Return the sources of a validated comma list."""
    return None if value is None else frozenset(Source(entry) for entry in value.split(","))
