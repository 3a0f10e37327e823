"""Kinds of connections as requests give them: what does not go together, or cannot be changed, is a violation."""

from typing import NamedTuple

from connection_overrides.errors import InvalidRequestError, Violation
from connection_overrides.model.entities import Connection
from connection_overrides.model.kinds import AuthType, PlatformConnectionType, describe_alternatives, find_kind


class RequestedKind(NamedTuple):
    """The kind that a replacement gives; None is what it leaves as it is."""

    platform_connection_type: PlatformConnectionType | None
    auth_provider: str | None
    auth_type: AuthType | None

    def auth_type_for(self, connection: Connection) -> AuthType:
        """Return the auth type that the connection is to have.

        Raises InvalidRequestError when type or provider would change, or when the auth type does not go with them.
        """
        fixed = (
            ("platformConnectionType", self.platform_connection_type, connection.platform_connection_type),
            ("authProvider", self.auth_provider, connection.auth_provider),
        )
        violations = [
            Violation(("body", member), "immutable", f"must be '{current}': it cannot be changed")
            for member, requested, current in fixed
            if requested is not None and requested != current
        ]
        if violations:
            raise InvalidRequestError(violations)
        auth_type = connection.auth_type if self.auth_type is None else self.auth_type
        require_kind(connection.platform_connection_type, connection.auth_provider, auth_type)
        return auth_type


def require_kind(platform_connection_type: PlatformConnectionType, auth_provider: str, auth_type: AuthType) -> None:
    """Raise InvalidRequestError, naming what goes together, unless the three are a kind."""
    if find_kind(platform_connection_type, auth_provider, auth_type) is None:
        message = (
            "platformConnectionType, authProvider and authType must go together; "
            f"{platform_connection_type} takes {describe_alternatives(platform_connection_type)}"
        )
        raise InvalidRequestError([Violation(("body", "authType"), "kind_combination", message)])
