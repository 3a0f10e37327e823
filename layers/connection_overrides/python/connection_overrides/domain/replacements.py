"""Bodies of PUT: what can change of an item, beside the read-only members of its own representation.

Read-only members are accepted and ignored, so that a client can GET an item, change it and PUT it back. Those that
identify the item must be its own.
"""

from typing import Any, ClassVar, Self

from pydantic import (
    GetJsonSchemaHandler,
    ModelWrapValidatorHandler,
    PrivateAttr,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic.json_schema import JsonSchemaValue
from pydantic_core.core_schema import CoreSchema, nullable_schema

from connection_overrides.domain.base import Model, without_null
from connection_overrides.domain.models import (
    AuthTypeName,
    Connection,
    ConnectionBody,
    ConnectionDetails,
    Environment,
    EnvironmentBody,
    NewOverride,
    Override,
    OverrideBody,
    Project,
    ProjectBody,
    Stored,
)
from connection_overrides.domain.violations import violations_of
from connection_overrides.errors import InvalidRequest, Violation


class Replacement(Model):
    """Base of all. `item` is the model of the item that is replaced."""

    item: ClassVar[type[Stored]]
    _read_only: dict[str, Any] = PrivateAttr(default_factory=dict)

    @classmethod
    def read_only_members(cls) -> frozenset[str]:
        """Return the JSON names of the item's members that this body cannot change."""
        shown = {name for name, field in cls.item.model_fields.items() if not field.exclude}
        return frozenset(to_camel(name) for name in shown - cls.model_fields.keys())

    @model_validator(mode="wrap")
    @classmethod
    def _set_read_only_aside(cls, body: Any, validate: ModelWrapValidatorHandler[Self]) -> Self:  # noqa: ANN401 - JSON
        if not isinstance(body, dict):
            return validate(body)
        read_only = {name: value for name, value in body.items() if name in cls.read_only_members()}
        replacement = validate({name: value for name, value in body.items() if name not in read_only})
        replacement._read_only.update(read_only)  # noqa: SLF001 - its own
        return replacement

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Return the schema with the read-only members, as the item has them."""
        schema = super().__get_pydantic_json_schema__(core_schema, handler)
        properties = handler.resolve_ref_schema(schema)["properties"]
        for name, field in cls.item.model_fields.items():
            if to_camel(name) in cls.read_only_members():
                optional = handler(nullable_schema(TypeAdapter(field.annotation).core_schema))
                properties[to_camel(name)] = {**without_null(optional), "readOnly": True}
        return schema

    def require_unchanged(self, **members: str) -> None:
        """Raise InvalidRequest if the body gives one of these members, by its name in Python, another value."""
        violations = [
            Violation(("body", to_camel(name)), "immutable", f"must be '{value}': it cannot be changed")
            for name, value in members.items()
            if self._read_only.get(to_camel(name)) not in (None, value)
        ]
        if violations:
            raise InvalidRequest(violations)


class ReplacedProject(ProjectBody, Replacement):
    """A project's replacement."""

    item = Project


class ReplacedEnvironment(EnvironmentBody, Replacement):
    """An environment's replacement."""

    item = Environment


class ReplacedConnection(Replacement):
    """A connection's replacement. Without `authType` it keeps its own."""

    item = Connection

    auth_type: AuthTypeName | None = None
    connection_details: ConnectionDetails | None = None

    def fields_for(self, current: Connection) -> dict[str, Any]:
        """Return the fields that this gives the connection. Raises InvalidRequest if they do not go together."""
        together = {
            "platformConnectionType": current.platform_connection_type,
            "authProvider": current.auth_provider,
            "authType": self.auth_type or current.auth_type,
            "connectionDetails": self.connection_details,
        }
        try:
            return dict(ConnectionBody.model_validate(together))
        except ValidationError as error:
            raise InvalidRequest(violations_of(error.errors(include_url=False, include_input=False))) from None


class ReplacedOverride(OverrideBody, Replacement):
    """An override's replacement, at its own URL."""

    item = Override


class ReplacedNamedOverride(NewOverride, Replacement):
    """An override's replacement that names the override itself."""

    item = Override
