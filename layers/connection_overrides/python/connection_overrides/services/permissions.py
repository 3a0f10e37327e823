"""What a caller may do: scopes, checked on every request."""

from collections.abc import Collection

from connection_overrides.caller import Caller, Scope
from connection_overrides.domain.models import Environment
from connection_overrides.errors import InsufficientScope


def require_scopes(caller: Caller, required: Collection[Scope]) -> None:
    """Raise InsufficientScope, naming all that is required, unless the caller has every scope."""
    if not caller.scopes.issuperset(required):
        raise InsufficientScope(required)


def require_write(caller: Caller, environment: Environment, scope: Scope) -> None:
    """Require `scope` and, if the environment is protected, `environments:protected` as well."""
    require_scopes(caller, [scope, Scope.ENVIRONMENTS_PROTECTED] if environment.protected else [scope])
