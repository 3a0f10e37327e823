"""Filters of lists: alternatives inside one, all of them together."""

from typing import NamedTuple, Protocol

from connection_overrides.model.kinds import AuthType, PlatformConnectionType


class OfAKind(Protocol):
    """What has a connection kind: a connection, or an override of one."""

    @property
    def platform_connection_type(self) -> PlatformConnectionType:
        """What it connects to."""

    @property
    def auth_provider(self) -> str:
        """Who authenticates."""

    @property
    def auth_type(self) -> AuthType:
        """How it authenticates."""


class ConnectionFilter(NamedTuple):
    """What a list is narrowed to. None stands for no restriction; a name or provider that nothing has is no error."""

    connection_names: frozenset[str] | None = None
    platform_connection_types: frozenset[PlatformConnectionType] | None = None
    auth_providers: frozenset[str] | None = None
    auth_types: frozenset[AuthType] | None = None

    @property
    def by_kind(self) -> bool:
        """Tell whether the filter looks at anything but names."""
        return not (self.platform_connection_types is self.auth_providers is self.auth_types is None)

    def matches(self, item: OfAKind) -> bool:
        """Tell whether the item's kind is wanted; names are looked up, not compared."""
        return (
            (self.platform_connection_types is None or item.platform_connection_type in self.platform_connection_types)
            and (self.auth_providers is None or item.auth_provider in self.auth_providers)
            and (self.auth_types is None or item.auth_type in self.auth_types)
        )
