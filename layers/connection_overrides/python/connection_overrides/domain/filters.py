"""Filters of lists: the query parameters that select results. Values of one filter are alternatives; all must hold."""

from enum import StrEnum
from typing import Annotated, Final, TypeVar

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from connection_overrides.domain.base import Moment, QueryModel, matching
from connection_overrides.domain.connection_types import AuthType, PlatformConnectionType
from connection_overrides.domain.history import Action, Change
from connection_overrides.domain.models import Source
from connection_overrides.domain.names import ConnectionName, EnvironmentName

LIST_MAX: Final = 100
"""Values of one filter."""

_NOT_ATTRIBUTES: Final = frozenset({"connection_names", "source"})
"""Names are looked up rather than compared, and a source is known only once the connection is resolved."""


def at_most(count: int) -> BeforeValidator:
    """Return a validator of a list's length, duplicates included."""

    def check(values: object) -> object:
        if isinstance(values, list) and len(values) > count:
            raise PydanticCustomError("list_length", "must have at most {count} entries", {"count": count})
        return values

    return BeforeValidator(check)


def _one_of(words: type[StrEnum]) -> BeforeValidator:
    def check(value: object) -> object:
        if value not in words.__members__:
            raise PydanticCustomError(
                "list_entry", "must be one of {words}", {"words": ", ".join(sorted(words.__members__))}
            )
        return value

    return BeforeValidator(check)


AuthProvider = Annotated[
    str,
    matching("[^,]{1,64}", "list_entry", "must be auth providers of 1 to 64 characters"),
    Field(json_schema_extra={"minLength": 1, "maxLength": 64, "pattern": "^[^,]*$"}),
]


_T = TypeVar("_T")
_Filter = Annotated[
    frozenset[_T] | None, at_most(LIST_MAX), Field(json_schema_extra={"minItems": 1, "maxItems": LIST_MAX})
]


class ConnectionFilter(QueryModel):
    """Selects connections. A filter that is left out matches everything; a name that nothing has is no error."""

    connection_names: _Filter[ConnectionName] = Field(
        None, description="Only connections of these names.", examples=[["Salesforce", "Data lake"]]
    )
    platform_connection_type: _Filter[Annotated[PlatformConnectionType, _one_of(PlatformConnectionType)]] = Field(
        None, description="Only these platform connection types.", examples=[["COMPONENT_BASIC", "DWH"]]
    )
    auth_provider: _Filter[AuthProvider] = Field(
        None, description="Only these auth providers.", examples=[["salesforce", "snowflake"]]
    )

    @property
    def by_attribute(self) -> bool:
        """Whether anything but names is filtered."""
        return bool(self._wanted())

    def matches(self, item: object) -> bool:
        """Return whether the item has the wanted attributes, whatever its name."""
        return all(getattr(item, name) in values for name, values in self._wanted().items())

    def _wanted(self) -> dict[str, frozenset[str]]:
        return {name: values for name, values in self if values is not None and name not in _NOT_ATTRIBUTES}


class OverrideFilter(ConnectionFilter):
    """Selects overrides."""

    auth_type: _Filter[Annotated[AuthType, _one_of(AuthType)]] = Field(
        None, description="Only these auth types.", examples=[["GENERIC_SECRET", "KEY_PAIR"]]
    )


class ChangeFilter(QueryModel):
    """Selects changes of a project. All that is given must hold; of an item, all of it of one and the same item."""

    since: Moment | None = Field(None, alias="from", description="Only changes from that moment on.")
    until: Moment | None = Field(None, alias="to", description="Only changes until that moment.")
    changed_by: str | None = Field(None, description="Only changes of this caller.", examples=["auth0|7"])
    environment_name: EnvironmentName | None = Field(None, description="Only changes in this environment.")
    connection_name: ConnectionName | None = Field(
        None, description="Only changes of this connection or its overrides."
    )
    action: Annotated[Action, _one_of(Action)] | None = Field(
        None, description="Only changes that did this to an item.", examples=["REPLACED"]
    )

    def matches(self, change: Change) -> bool:
        """Return whether the change has the wanted caller, and an item with all that is wanted."""
        wanted = {
            "environment_name": self.environment_name,
            "connection_name": self.connection_name,
            "action": self.action,
        }
        return self.changed_by in (None, change.changed_by) and any(
            all(value in (None, getattr(item, name)) for name, value in wanted.items()) for item in change.items
        )


class EffectiveFilter(ConnectionFilter):
    """Selects effective connections."""

    source: _Filter[Annotated[Source, _one_of(Source)]] = Field(
        None,
        description="Only connections whose reference comes from one of these.",
        examples=[["OVERRIDE", "DEFAULT"]],
    )
