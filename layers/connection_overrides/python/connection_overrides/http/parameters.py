"""Parameters of path and query: their types, with the validation that belongs to each."""

import re
from collections.abc import Callable
from typing import Annotated, Final

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError

from connection_overrides.http.paths import decode_segment
from connection_overrides.model.filters import ConnectionFilter
from connection_overrides.model.kinds import AuthType, PlatformConnectionType
from connection_overrides.model.names import validate_connection_name, validate_environment_name, validate_project_id

LIMIT_DEFAULT: Final = "25"
ON: Final = "true"
OFF: Final = "false"
DELETED_MAX: Final = 90
"""Names that one delete may give: one transaction of 100 actions takes them all."""

_LIMIT_MAX: Final = 100
_LIST_MAX: Final = 100
_PROVIDER_MAX: Final = 64
_LIMIT: Final = re.compile(r"[1-9][0-9]{0,2}")


def _decode(raw: str) -> str:
    decoded = decode_segment(raw)
    if decoded is None:
        raise PydanticCustomError("percent_encoding", "must be percent-encoded UTF-8")
    return decoded


def _validate_limit(value: str) -> str:
    if _LIMIT.fullmatch(value) is None or int(value) > _LIMIT_MAX:
        raise PydanticCustomError("limit_range", "must be a whole number from 1 to 100")
    return value


def _validate_flag(value: str) -> str:
    if value not in {ON, OFF}:
        raise PydanticCustomError("flag", "must be 'true' or 'false'")
    return value


def _list_of(validate_entry: Callable[[str], str], most: int = _LIST_MAX) -> Callable[[str], str]:
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


def _one_of(words: type[AuthType | PlatformConnectionType]) -> Callable[[str], str]:
    def validate(value: str) -> str:
        if value not in words.__members__:
            raise PydanticCustomError(
                "list_entry", "must be of {words}, separated by commas", {"words": ", ".join(sorted(words.__members__))}
            )
        return value

    return validate


ProjectIdPath = Annotated[str, BeforeValidator(_decode), AfterValidator(validate_project_id), Path(alias="projectId")]
EnvironmentNamePath = Annotated[
    str, BeforeValidator(_decode), AfterValidator(validate_environment_name), Path(alias="environmentName")
]
ConnectionNamePath = Annotated[
    str, BeforeValidator(_decode), AfterValidator(validate_connection_name), Path(alias="connectionName")
]
SlugPath = Annotated[str, BeforeValidator(_decode), Path(alias="slug")]

EnvironmentNameQuery = Annotated[str, AfterValidator(validate_environment_name), Query(alias="environmentName")]
ConnectionNamesQuery = Annotated[
    str | None, AfterValidator(_list_of(validate_connection_name)), Query(alias="connectionNames")
]
AuthTypesQuery = Annotated[str | None, AfterValidator(_list_of(_one_of(AuthType))), Query(alias="authType")]
PlatformConnectionTypesQuery = Annotated[
    str | None, AfterValidator(_list_of(_one_of(PlatformConnectionType))), Query(alias="platformConnectionType")
]
AuthProvidersQuery = Annotated[str | None, AfterValidator(_list_of(_validate_provider)), Query(alias="authProvider")]
ConnectionNameQuery = Annotated[str, AfterValidator(validate_connection_name), Query(alias="connectionName")]
ConnectionNamesOfDeleteQuery = Annotated[
    str, AfterValidator(_list_of(validate_connection_name, DELETED_MAX)), Query(alias="connectionNames")
]
CascadeQuery = Annotated[str, AfterValidator(_validate_flag), Query()]
IgnoreMissingQuery = Annotated[str, AfterValidator(_validate_flag), Query(alias="ignoreMissing")]
LimitQuery = Annotated[str, AfterValidator(_validate_limit), Query()]
CursorQuery = Annotated[str | None, Query()]


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
