"""Parameters of path and query: their types, their validation, and what documents say of them."""

import re
from typing import Annotated, Final

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from connection_overrides.domain import names
from connection_overrides.domain.base import Moment, QueryModel, matching
from connection_overrides.domain.filters import ChangeFilter, ConnectionFilter, EffectiveFilter, OverrideFilter, at_most

DELETED_MAX: Final = 45
"""Names in one delete: with a history entry for each override, one transaction of 100 actions takes them all."""

CURSOR_EXAMPLE: Final = "Yy8x2mRr1kQ0U2FsZXNmb3JjZQ"

CHANGE_ID_EXAMPLE: Final = "019c13ec-9e7b-7000-8000-100004000800"

_LIMIT_MAX: Final = 100
_LIMIT: Final = re.compile(r"[1-9][0-9]{0,2}")
_FLAGS: Final = {"true": True, "false": False}


def _to_flag(value: object) -> bool:
    if not isinstance(value, str) or value not in _FLAGS:
        raise PydanticCustomError("flag", "must be 'true' or 'false'")
    return _FLAGS[value]


def _to_limit(value: object) -> int:
    if not isinstance(value, str) or _LIMIT.fullmatch(value) is None or int(value) > _LIMIT_MAX:
        raise PydanticCustomError("limit_range", "must be a whole number from 1 to 100")
    return int(value)


_Flag = Annotated[bool, BeforeValidator(_to_flag)]


class Paging(QueryModel):
    """Which part of a list is wanted."""

    limit: Annotated[int, BeforeValidator(_to_limit)] = Field(
        default=25,
        description="The maximum number of results on a page.",
        examples=[50],
        json_schema_extra={"minimum": 1, "maximum": _LIMIT_MAX},
    )
    cursor: str | None = Field(
        default=None,
        description="`nextCursor` of the previous page. It is opaque, and valid only for the same list with the same "
        "filters; `limit` may change.",
        examples=[CURSOR_EXAMPLE],
    )


class DeletedNames(QueryModel):
    """The connections whose overrides are to be deleted."""

    connection_names: Annotated[list[names.ConnectionName], at_most(DELETED_MAX)] = Field(
        description="The connections whose overrides are to be deleted.",
        examples=[["Salesforce", "Data lake"]],
        json_schema_extra={"minItems": 1, "maxItems": DELETED_MAX},
    )


ProjectId = Annotated[
    names.ProjectId,
    Path(alias="projectId", description="The project's id, in lower case."),
]
EnvironmentName = Annotated[
    names.EnvironmentName,
    Path(alias="environmentName", description=f"The environment's name, percent-encoded. {names.NAME_RULES}"),
]
ConnectionName = Annotated[
    names.ConnectionName,
    Path(alias="connectionName", description=f"The connection's name, percent-encoded. {names.NAME_RULES}"),
]
Slug = Annotated[
    str,
    Path(alias="slug", description="The problem's name: the end of its `type`.", examples=["override-already-exists"]),
]

_ChangeId = Annotated[
    str, matching(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", "change_id_format", "must be the ID of a change")
]
ChangeId = Annotated[
    _ChangeId,
    Path(alias="changeId", description="The change's ID.", examples=[CHANGE_ID_EXAMPLE]),
]
Against = Annotated[
    _ChangeId | None,
    Query(
        description="The change to compare with. Without it, the state before this change.",
        examples=[CHANGE_ID_EXAMPLE],
    ),
]
At = Annotated[
    Moment | None,
    Query(description="Resolve as of that moment, from the history. A `+` in an offset is percent-encoded."),
]

EnvironmentNameQuery = Annotated[
    names.EnvironmentName, Query(alias="environmentName", description=f"The environment's name. {names.NAME_RULES}")
]
ConnectionNameQuery = Annotated[
    names.ConnectionName, Query(alias="connectionName", description=f"The connection's name. {names.NAME_RULES}")
]
Page = Annotated[Paging, Query()]
DeletedOverrides = Annotated[DeletedNames, Query()]
ChangeFilters = Annotated[ChangeFilter, Query()]
ConnectionFilters = Annotated[ConnectionFilter, Query()]
OverrideFilters = Annotated[OverrideFilter, Query()]
EffectiveFilters = Annotated[EffectiveFilter, Query()]

Cascade = Annotated[_Flag, Query(description="Also delete dependent overrides.", examples=[True])]
IgnoreMissing = Annotated[
    _Flag, Query(alias="ignoreMissing", description="Ignore connections that have no override.", examples=[True])
]
AllowSharedSecret = Annotated[
    _Flag,
    Query(
        alias="allowSharedSecret",
        description="Allow a protected environment and others to use the same secret.",
        examples=[True],
    ),
]
ValidateOnly = Annotated[
    _Flag,
    Query(
        alias="validateOnly",
        description="Check everything and write nothing. The response is the one that the write would have, with "
        "`Preview: true`.",
        examples=[True],
    ),
]
Explain = Annotated[_Flag, Query(description="Include the trace of the decision.", examples=[True])]
OnlyMissing = Annotated[
    _Flag,
    Query(
        alias="onlyMissing",
        description="List only connections that lack a reference in some environment.",
        examples=[True],
    ),
]
Shared = Annotated[_Flag, Query(description="List only secrets that several environments use.", examples=[True])]
