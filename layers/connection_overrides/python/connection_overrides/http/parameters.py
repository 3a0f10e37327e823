"""Parameters of path and query: their types, with the validation that belongs to each, and what documents say of it."""

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from connection_overrides.http.signatures import Path, Query
from connection_overrides.model.filters import ConnectionFilter
from connection_overrides.model.kinds import AuthType, PlatformConnectionType
from connection_overrides.model.names import (
    NAME_SCHEMA,
    PROJECT_ID_SCHEMA,
    validate_connection_name,
    validate_environment_name,
    validate_project_id,
)

LIMIT_DEFAULT: Final = "25"
ON: Final = "true"
OFF: Final = "false"
DELETED_MAX: Final = 90
"""Names that one delete may give: one transaction of 100 actions takes them all."""

_LIMIT_MAX: Final = 100
_LIST_MAX: Final = 100
_PROVIDER_MAX: Final = 64
_WITHOUT_COMMA: Final = "^[^,]*$"
_LIMIT: Final = re.compile(r"[1-9][0-9]{0,2}")


def _validate_limit(value: str) -> str:
    if _LIMIT.fullmatch(value) is None or int(value) > _LIMIT_MAX:
        raise PydanticCustomError("limit_range", "must be a whole number from 1 to 100")
    return value


def validate_flag(value: str) -> str:
    """Return the flag unchanged, or raise a validation error."""
    if value not in {ON, OFF}:
        raise PydanticCustomError("flag", "must be 'true' or 'false'")
    return value


def list_of(validate_entry: Callable[[str], str], most: int = _LIST_MAX) -> Callable[[str], str]:
    """Return a validator of a comma list; entries are validated one by one."""

    def validate(value: str) -> str:
        listed = value.split(",")
        if len(listed) > most:
            raise PydanticCustomError(
                "list_length", "must have at most {most} entries, separated by commas", {"most": most}
            )
        for entry in listed:
            validate_entry(entry)
        return value

    return validate


def _validate_provider(value: str) -> str:
    if not 1 <= len(value) <= _PROVIDER_MAX:
        raise PydanticCustomError("list_entry", "must be auth providers of 1 to 64 characters, separated by commas")
    return value


def one_of(words: type[StrEnum]) -> Callable[[str], str]:
    """Return a validator of the names of an enumeration."""

    def validate(value: str) -> str:
        if value not in words.__members__:
            raise PydanticCustomError(
                "list_entry", "must be of {words}, separated by commas", {"words": ", ".join(sorted(words.__members__))}
            )
        return value

    return validate


def listed_schema(entry: dict[str, Any], most: int = _LIST_MAX) -> dict[str, Any]:
    """Return the schema of a comma list."""
    return {"type": "array", "items": entry, "minItems": 1, "maxItems": most}


_NAME_RULES: Final = (
    "Case-sensitive, Unicode NFC, without control characters, `/`, `\\` or `,`, and no blank at either end."
)
FLAG_SCHEMA: Final[dict[str, Any]] = {"type": "boolean"}

ProjectIdPath = Annotated[
    str,
    AfterValidator(validate_project_id),
    Path(alias="projectId", description="The project's id, in lower case.", json_schema_extra=PROJECT_ID_SCHEMA),
]
EnvironmentNamePath = Annotated[
    str,
    AfterValidator(validate_environment_name),
    Path(
        alias="environmentName",
        description=f"The environment's name, percent-encoded. {_NAME_RULES}",
        json_schema_extra=NAME_SCHEMA,
    ),
]
ConnectionNamePath = Annotated[
    str,
    AfterValidator(validate_connection_name),
    Path(
        alias="connectionName",
        description=f"The connection's name, percent-encoded. {_NAME_RULES}",
        json_schema_extra=NAME_SCHEMA,
    ),
]
SlugPath = Annotated[
    str,
    Path(alias="slug", description="The problem's name, as `override-already-exists`."),
]

EnvironmentNameQuery = Annotated[
    str,
    AfterValidator(validate_environment_name),
    Query(alias="environmentName", description=f"The environment's name. {_NAME_RULES}", json_schema_extra=NAME_SCHEMA),
]
ConnectionNamesQuery = Annotated[
    str | None,
    AfterValidator(list_of(validate_connection_name)),
    Query(
        alias="connectionNames",
        description="Only connections of these names; one that nothing has is no error.",
        json_schema_extra=listed_schema(NAME_SCHEMA),
    ),
]
AuthTypesQuery = Annotated[
    str | None,
    AfterValidator(list_of(one_of(AuthType))),
    Query(
        alias="authType",
        description="Only these auth types.",
        json_schema_extra=listed_schema({"$ref": "#/components/schemas/AuthType"}),
    ),
]
PlatformConnectionTypesQuery = Annotated[
    str | None,
    AfterValidator(list_of(one_of(PlatformConnectionType))),
    Query(
        alias="platformConnectionType",
        description="Only these platform connection types.",
        json_schema_extra=listed_schema({"$ref": "#/components/schemas/PlatformConnectionType"}),
    ),
]
AuthProvidersQuery = Annotated[
    str | None,
    AfterValidator(list_of(_validate_provider)),
    Query(
        alias="authProvider",
        description="Only these auth providers; one that nothing has is no error.",
        json_schema_extra=listed_schema(
            {"type": "string", "minLength": 1, "maxLength": _PROVIDER_MAX, "pattern": _WITHOUT_COMMA}
        ),
    ),
]
ConnectionNameQuery = Annotated[
    str,
    AfterValidator(validate_connection_name),
    Query(alias="connectionName", description=f"The connection's name. {_NAME_RULES}", json_schema_extra=NAME_SCHEMA),
]
ConnectionNamesOfDeleteQuery = Annotated[
    str,
    AfterValidator(list_of(validate_connection_name, DELETED_MAX)),
    Query(
        alias="connectionNames",
        description="The connections whose overrides are to be deleted.",
        json_schema_extra=listed_schema(NAME_SCHEMA, DELETED_MAX),
    ),
]
CascadeQuery = Annotated[
    str,
    AfterValidator(validate_flag),
    Query(
        description="Whether the overrides that stand in the way are deleted as well.", json_schema_extra=FLAG_SCHEMA
    ),
]
IgnoreMissingQuery = Annotated[
    str,
    AfterValidator(validate_flag),
    Query(
        alias="ignoreMissing",
        description="Whether connections without an override are passed over.",
        json_schema_extra=FLAG_SCHEMA,
    ),
]
AllowSharedSecretQuery = Annotated[
    str,
    AfterValidator(validate_flag),
    Query(
        alias="allowSharedSecret",
        description="Whether a protected environment and others may use the same secret.",
        json_schema_extra=FLAG_SCHEMA,
    ),
]
LimitQuery = Annotated[
    str,
    AfterValidator(_validate_limit),
    Query(
        description="How many results a page has at most.",
        json_schema_extra={"type": "integer", "minimum": 1, "maximum": _LIMIT_MAX},
    ),
]
CursorQuery = Annotated[
    str | None,
    Query(
        description="`nextCursor` of the page before. It is opaque, and bound to this very list and its filters; "
        "`limit` may change.",
    ),
]


def is_on(flag: str) -> bool:
    """Return what a validated flag says."""
    return flag == ON


def entries(value: str) -> tuple[str, ...]:
    """Return the different entries of a validated comma list, in their order."""
    return tuple(dict.fromkeys(value.split(",")))


def connection_filter(
    *,
    connection_names: str | None,
    platform_connection_types: str | None,
    auth_providers: str | None,
    auth_types: str | None = None,
) -> ConnectionFilter:
    """Return the filter of validated comma lists."""
    return ConnectionFilter(
        connection_names=_entries(connection_names),
        platform_connection_types=_members(platform_connection_types, PlatformConnectionType),
        auth_providers=_entries(auth_providers),
        auth_types=_members(auth_types, AuthType),
    )


def _entries(value: str | None) -> frozenset[str] | None:
    return None if value is None else frozenset(value.split(","))


def _members[Word: (AuthType, PlatformConnectionType)](value: str | None, words: type[Word]) -> frozenset[Word] | None:
    return None if value is None else frozenset(words(entry) for entry in value.split(","))
