"""Connection kinds: which platform connection type, auth provider and auth type go together.

`KINDS` is the table; validation, messages and documents derive from it, and nothing else repeats it.
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


class PropertyShape(StrEnum):
    """What `connectionProperties` of a kind looks like."""

    SECRET = "a secret"
    CREDENTIAL = "a cloud credential"
    PROPERTY_MAP = "a map of properties"


CONNECTOR_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
"""A connector's name: 1 to 64 lower-case letters, digits and `.`, `_`, `-`, beginning with a letter or digit."""


class Kind(NamedTuple):
    """A row of the table. `auth_providers` of None stands for any connector's name."""

    platform_connection_type: PlatformConnectionType
    auth_providers: frozenset[str] | None
    auth_types: frozenset[AuthType]
    shape: PropertyShape

    def accepts_provider(self, auth_provider: str) -> bool:
        """Tell whether this row is for that auth provider."""
        if self.auth_providers is None:
            return CONNECTOR_NAME.fullmatch(auth_provider) is not None
        return auth_provider in self.auth_providers


_OAUTH: Final = frozenset({AuthType.OAUTH_CLIENT_CRED, AuthType.OAUTH_USER_TOKENS, AuthType.OAUTH_AUTHORIZATION_CODE})
_BASIC: Final = PlatformConnectionType.COMPONENT_BASIC
_CLOUD: Final = PlatformConnectionType.CLOUD_PLATFORM_CREDENTIALS
_DWH: Final = PlatformConnectionType.DWH

KINDS: Final = (
    Kind(_BASIC, frozenset({"NONE"}), frozenset({AuthType.GENERIC_SECRET}), PropertyShape.SECRET),
    Kind(_BASIC, None, _OAUTH, PropertyShape.SECRET),
    Kind(_BASIC, frozenset({"netsuite"}), frozenset({AuthType.COMPOSITE_TOKEN}), PropertyShape.SECRET),
    Kind(_BASIC, frozenset({"x-ads"}), frozenset({AuthType.OAUTH_1_0_X_ADS}), PropertyShape.SECRET),
    Kind(
        _CLOUD,
        frozenset({"aws", "gcp", "azure"}),
        frozenset({AuthType.CLOUD_PROVIDER_SECRET}),
        PropertyShape.CREDENTIAL,
    ),
    Kind(_DWH, frozenset({"snowflake"}), frozenset({AuthType.KEY_PAIR}), PropertyShape.PROPERTY_MAP),
    Kind(_DWH, frozenset({"redshift"}), frozenset({AuthType.PASSWORD}), PropertyShape.PROPERTY_MAP),
)

SHAPE_OF_AUTH_TYPE: Final = {auth_type: kind.shape for kind in KINDS for auth_type in kind.auth_types}
"""Each auth type stands in one row only, so it alone tells the shape of the properties."""


def find_kind(platform_connection_type: PlatformConnectionType, auth_provider: str, auth_type: AuthType) -> Kind | None:
    """Return the row for the three, or None when they do not go together."""
    return next(
        (
            kind
            for kind in KINDS
            if kind.platform_connection_type is platform_connection_type
            and auth_type in kind.auth_types
            and kind.accepts_provider(auth_provider)
        ),
        None,
    )


def describe_alternatives(platform_connection_type: PlatformConnectionType) -> str:
    """Say which providers and auth types a platform connection type accepts, for messages and documents."""
    return "; ".join(
        f"{describe_providers(kind)} with {' or '.join(sorted(kind.auth_types))}"
        for kind in KINDS
        if kind.platform_connection_type is platform_connection_type
    )


def describe_providers(kind: Kind) -> str:
    """Say which providers a row is for."""
    return "a connector's name" if kind.auth_providers is None else " or ".join(sorted(kind.auth_providers))
