"""Connection types: which platform connection type, auth provider and auth type go together.

`CONNECTION_TYPES` is the table; validation, messages and documents derive from it, and nothing else repeats it.
"""

import re
from enum import StrEnum
from typing import Final, NamedTuple


class PlatformConnectionType(StrEnum):
    """What a connection connects to."""

    COMPONENT_BASIC = "COMPONENT_BASIC"
    CLOUD_PLATFORM_CREDENTIALS = "CLOUD_PLATFORM_CREDENTIALS"
    DWH = "DWH"


class AuthType(StrEnum):
    """How a connection authenticates."""

    GENERIC_SECRET = "GENERIC_SECRET"
    OAUTH_CLIENT_CRED = "OAUTH_CLIENT_CRED"
    OAUTH_USER_TOKENS = "OAUTH_USER_TOKENS"
    OAUTH_AUTHORIZATION_CODE = "OAUTH_AUTHORIZATION_CODE"
    COMPOSITE_TOKEN = "COMPOSITE_TOKEN"
    OAUTH_1_0_X_ADS = "OAUTH_1_0_X_ADS"
    CLOUD_PROVIDER_SECRET = "CLOUD_PROVIDER_SECRET"
    KEY_PAIR = "KEY_PAIR"
    PASSWORD = "PASSWORD"


class PropertiesShape(StrEnum):
    """The form of a connection's `connectionProperties`, by the name of its schema."""

    SECRET = "SecretProperties"
    CREDENTIAL = "CredentialProperties"
    WAREHOUSE = "WarehouseProperties"


CONNECTOR_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
"""A connector's name: 1 to 64 lower-case letters, digits and `.`, `_`, `-`, beginning with a letter or digit."""


class ConnectionType(NamedTuple):
    """A row of the table. `auth_providers` of None means any connector's name."""

    platform_connection_type: PlatformConnectionType
    auth_providers: frozenset[str] | None
    auth_types: frozenset[AuthType]
    shape: PropertiesShape

    def accepts_provider(self, auth_provider: str) -> bool:
        """Return whether this row covers that auth provider."""
        if self.auth_providers is None:
            return CONNECTOR_NAME.fullmatch(auth_provider) is not None
        return auth_provider in self.auth_providers

    def describe_providers(self) -> str:
        """Return which providers this row covers, for people."""
        return "a connector's name" if self.auth_providers is None else " or ".join(sorted(self.auth_providers))


_OAUTH: Final = frozenset({AuthType.OAUTH_CLIENT_CRED, AuthType.OAUTH_USER_TOKENS, AuthType.OAUTH_AUTHORIZATION_CODE})
_BASIC: Final = PlatformConnectionType.COMPONENT_BASIC
_CLOUD: Final = PlatformConnectionType.CLOUD_PLATFORM_CREDENTIALS
_DWH: Final = PlatformConnectionType.DWH
_CLOUDS: Final = frozenset({"aws", "gcp", "azure"})

CONNECTION_TYPES: Final = (
    ConnectionType(_BASIC, frozenset({"NONE"}), frozenset({AuthType.GENERIC_SECRET}), PropertiesShape.SECRET),
    ConnectionType(_BASIC, None, _OAUTH, PropertiesShape.SECRET),
    ConnectionType(_BASIC, frozenset({"netsuite"}), frozenset({AuthType.COMPOSITE_TOKEN}), PropertiesShape.SECRET),
    ConnectionType(_BASIC, frozenset({"x-ads"}), frozenset({AuthType.OAUTH_1_0_X_ADS}), PropertiesShape.SECRET),
    ConnectionType(_CLOUD, _CLOUDS, frozenset({AuthType.CLOUD_PROVIDER_SECRET}), PropertiesShape.CREDENTIAL),
    ConnectionType(_DWH, frozenset({"snowflake"}), frozenset({AuthType.KEY_PAIR}), PropertiesShape.WAREHOUSE),
    ConnectionType(_DWH, frozenset({"redshift"}), frozenset({AuthType.PASSWORD}), PropertiesShape.WAREHOUSE),
)

SHAPE_OF_AUTH_TYPE: Final = {auth_type: row.shape for row in CONNECTION_TYPES for auth_type in row.auth_types}
"""Each auth type stands in one row only, so it alone determines the shape of the properties."""


def go_together(platform_connection_type: PlatformConnectionType, auth_provider: str, auth_type: AuthType) -> bool:
    """Return whether a row of the table has the three."""
    return any(
        row.platform_connection_type is platform_connection_type
        and auth_type in row.auth_types
        and row.accepts_provider(auth_provider)
        for row in CONNECTION_TYPES
    )


def describe_alternatives(platform_connection_type: PlatformConnectionType) -> str:
    """Return which providers and auth types a platform connection type accepts, for people."""
    return "; ".join(
        f"{row.describe_providers()} with {' or '.join(sorted(row.auth_types))}"
        for row in CONNECTION_TYPES
        if row.platform_connection_type is platform_connection_type
    )


def table_of_types() -> str:
    """Return the table in Markdown."""
    rows = [("platformConnectionType", "authProvider", "authType", "connectionProperties"), ("---",) * 4]
    for row in CONNECTION_TYPES:
        auth_types = ", ".join(f"`{auth_type}`" for auth_type in sorted(row.auth_types))
        rows.append((f"`{row.platform_connection_type}`", row.describe_providers(), auth_types, row.shape.value))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
