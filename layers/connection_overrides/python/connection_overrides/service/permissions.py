"""What a caller may do: scopes, checked on every request."""

from collections.abc import Collection

from connection_overrides.caller import Caller, Scope
from connection_overrides.errors import InsufficientScopeError
from connection_overrides.model.entities import Environment


def require_scopes(caller: Caller, required: Collection[Scope]) -> None:
    """Raise InsufficientScopeError, naming all that is required, unless the caller has every scope."""
    if not caller.scopes.issuperset(required):
        raise InsufficientScopeError(required)


def require_write_to(environment: Environment, caller: Caller, scope: Scope) -> None:
    """Require `scope`, and `environments:protected` on top when the environment is protected."""
    require_scopes(caller, [scope, Scope.ENVIRONMENTS_PROTECTED] if environment.protected else [scope])
