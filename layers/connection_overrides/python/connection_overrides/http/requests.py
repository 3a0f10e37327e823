"""Bodies of requests. What they mean beyond their shape is decided by the model's rules, here called by `to_...`."""

import re
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field, ValidationError
from pydantic_core import PydanticCustomError

from connection_overrides.errors import InvalidRequestError
from connection_overrides.http.violations import invalid, violations_of
from connection_overrides.model.base import Model
from connection_overrides.model.entities import SecretReference
from connection_overrides.model.kinds import AuthType, PlatformConnectionType, describe_alternatives, find_kind
from connection_overrides.model.names import ConnectionName, EnvironmentName, Name
from connection_overrides.model.properties import parse_properties
from connection_overrides.model.secrets import SecretsLocation

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


class NewProject(Model):
    """Body of a project's create."""

    name: Name
    description: Description | None = None


class NewEnvironment(Model):
    """Body of an environment's create."""

    name: EnvironmentName
    display_name: Name | None = None
    description: Description | None = None
    protected: bool = False
    inherit_defaults: bool = True


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


class NewConnection(Model):
    """Body of a connection's create."""

    name: ConnectionName
    platform_connection_type: PlatformConnectionTypeWord
    auth_provider: str
    auth_type: AuthTypeWord
    connection_details: ConnectionDetails | None = None

    def to_default(self) -> SecretReference | None:
        """Return the default, or raise InvalidRequestError when kind or properties do not go together."""
        if find_kind(self.platform_connection_type, self.auth_provider, self.auth_type) is None:
            alternatives = describe_alternatives(self.platform_connection_type)
            raise invalid(
                ("body", "authType"),
                "kind_combination",
                f"platformConnectionType, authProvider and authType must go together; "
                f"{self.platform_connection_type} takes {alternatives}",
            )
        if self.connection_details is None:
            return None
        return self.connection_details.to_reference(self.auth_type, "connectionDetails")


class NewOverride(Model):
    """Body of an override's create. Platform connection type and auth provider are the connection's own."""

    environment_name: EnvironmentName
    connection_name: ConnectionName
    auth_type: AuthTypeWord
    connection_overrides: Reference

    def to_reference(self) -> SecretReference:
        """Return the reference, or raise InvalidRequestError when its properties do not fit the auth type."""
        return self.connection_overrides.to_reference(self.auth_type, "connectionOverrides")
