"""Bodies of requests. What they mean beyond their shape is decided by the model's rules, here called by `to_...`."""

import re
from typing import Annotated, Any, Final

from pydantic import AfterValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from connection_overrides.errors import InvalidRequestError
from connection_overrides.http.violations import invalid, violations_of
from connection_overrides.model.base import Model
from connection_overrides.model.entities import SecretReference
from connection_overrides.model.kinds import AuthType, PlatformConnectionType
from connection_overrides.model.names import ConnectionName, EnvironmentName, Name
from connection_overrides.model.properties import parse_properties
from connection_overrides.model.secrets import SecretsLocation
from connection_overrides.service.connections import ConnectionReplacement
from connection_overrides.service.environments import EnvironmentSettings
from connection_overrides.service.kinds import RequestedKind, require_kind

DESCRIPTION_MAX: Final = 1024
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def _validate_text(value: str) -> str:
    if _CONTROL.search(value):
        raise PydanticCustomError(
            "text_control_character", "must not contain control characters but line breaks and tabs"
        )
    return value


Description = Annotated[str, Field(max_length=DESCRIPTION_MAX), AfterValidator(_validate_text)]

# Enumerations arrive as JSON strings, which a strict model would refuse.
AuthTypeWord = Annotated[AuthType, Field(strict=False)]
PlatformConnectionTypeWord = Annotated[PlatformConnectionType, Field(strict=False)]


class ProjectBody(Model):
    """What is said of a project, in its create and in its replacement."""

    name: Name
    description: Description | None = None


class EnvironmentBody(Model):
    """What is said of an environment."""

    display_name: Name | None = None
    description: Description | None = None
    protected: bool | None = False
    inherit_defaults: bool | None = True

    def to_settings(self) -> EnvironmentSettings:
        """Return the settings."""
        return EnvironmentSettings(
            display_name=self.display_name,
            description=self.description,
            protected=self.protected is True,
            inherit_defaults=self.inherit_defaults is not False,
        )


class NewEnvironment(EnvironmentBody):
    """Body of an environment's create."""

    name: EnvironmentName


class ReplacedEnvironment(EnvironmentBody):
    """Body of an environment's replacement. A name may be repeated, not changed."""

    name: EnvironmentName | None = None


class Reference(Model):
    """A secret reference. Which properties it takes depends on the auth type."""

    secrets_location: SecretsLocation | None = None
    connection_properties: dict[str, Any]

    def to_reference(self, auth_type: AuthType, member: str) -> SecretReference:
        """Return the reference, or raise InvalidRequestError; `member` is where in the body this stands."""
        try:
            properties = parse_properties(self.connection_properties, auth_type, self.secrets_location)
        except ValidationError as error:
            found = error.errors(include_url=False, include_input=False)
            raise InvalidRequestError(violations_of(found, ("body", member, "connectionProperties"))) from None
        return SecretReference(secrets_location=self.secrets_location, connection_properties=properties)


class ConnectionDetails(Reference):
    """A connection's default, and what it is for."""

    description: Description | None = None


class ConnectionBody(Model):
    """What can change of a connection."""

    connection_details: ConnectionDetails | None = None

    @property
    def description(self) -> str | None:
        """What the connection is for."""
        return None if self.connection_details is None else self.connection_details.description

    def default_for(self, auth_type: AuthType) -> SecretReference | None:
        """Return the default of a connection of that auth type, or raise InvalidRequestError when it does not fit."""
        if self.connection_details is None:
            return None
        return self.connection_details.to_reference(auth_type, "connectionDetails")


class NewConnection(ConnectionBody):
    """Body of a connection's create."""

    name: ConnectionName
    platform_connection_type: PlatformConnectionTypeWord
    auth_provider: str
    auth_type: AuthTypeWord

    def to_default(self) -> SecretReference | None:
        """Return the default, or raise InvalidRequestError when kind or properties do not go together."""
        require_kind(self.platform_connection_type, self.auth_provider, self.auth_type)
        return self.default_for(self.auth_type)


class ReplacedConnection(ConnectionBody):
    """Body of a connection's replacement. What identifies it may be repeated; only the auth type can change."""

    name: ConnectionName | None = None
    platform_connection_type: PlatformConnectionTypeWord | None = None
    auth_provider: str | None = None
    auth_type: AuthTypeWord | None = None

    def to_replacement(self, *, allow_shared: bool) -> ConnectionReplacement:
        """Return the replacement; whether it fits is decided by the connection that is there."""
        return ConnectionReplacement(
            kind=RequestedKind(
                platform_connection_type=self.platform_connection_type,
                auth_provider=self.auth_provider,
                auth_type=self.auth_type,
            ),
            description=self.description,
            default_for=self.default_for,
            allow_shared=allow_shared,
        )


class OverrideBody(Model):
    """What is said of an override. Platform connection type and auth provider are the connection's own."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {"required": ["connectionOverrides"]},
                {"required": ["blocked"], "properties": {"blocked": {"const": True}}},
            ]
        }
    )

    auth_type: AuthTypeWord
    connection_overrides: Reference | None = None
    blocked: bool | None = False

    def to_reference(self) -> SecretReference | None:
        """Return the reference, None to block, or raise InvalidRequestError.

        That is when there is neither or both, or when the reference's properties do not fit the auth type.
        """
        place = ("body", "connectionOverrides")
        if self.connection_overrides is None:
            if not self.blocked:
                raise invalid(place, "missing", "is required, unless 'blocked' is true")
            return None
        if self.blocked:
            raise invalid(place, "blocked", "must be null when 'blocked' is true")
        return self.connection_overrides.to_reference(self.auth_type, "connectionOverrides")


class NamedOverride(OverrideBody):
    """Body of an override's create, and of its replacement where the address does not name it."""

    environment_name: EnvironmentName
    connection_name: ConnectionName


def require_same_name(given: str | None, addressed: str) -> None:
    """Raise InvalidRequestError when a body gives another name than the address."""
    if given not in {None, addressed}:
        raise invalid(("body", "name"), "immutable", "must be the name in the address: it cannot be changed")
