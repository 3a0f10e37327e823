"""Operations: a route with everything that is declared about it. None can be declared without a scope, or `PUBLIC`."""

import inspect
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from aws_lambda_powertools.event_handler.api_gateway import Router as PowertoolsRouter

from connection_overrides.api.params import ValidateOnly
from connection_overrides.caller import Scope
from connection_overrides.context import RequestContext
from connection_overrides.errors import MethodNotAllowed, Problem, RouteNotFound

PUBLIC: Final = None
"""The scope of an operation that needs no token."""


_VALIDATE_ONLY: Final = inspect.Parameter(
    "validate_only", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=ValidateOnly
)
"""Every write has it. The request knows its value, so operations do not get it."""


class Success(NamedTuple):
    """A successful response as documents describe it: `headers` are those it has beside every response's."""

    status: int
    description: str
    headers: tuple[str, ...] = ()
    media_type: str | None = "application/json"


CREATED: Final = Success(201, "Created. `Location` is its URL, `ETag` its version.", ("Location", "ETag"))
FOUND: Final = Success(200, "The item. `ETag` is its version.", ("ETag",))
NOT_MODIFIED: Final = Success(304, "The item's version matches `If-None-Match`.", ("ETag",), None)
REPLACED: Final = Success(200, "Replaced. The item as it is now; `ETag` is its new version.", ("ETag",))
DELETED: Final = Success(204, "Deleted.", (), None)
LISTED: Final = Success(200, "A page of the list. `Link` is the URL of the next page, if there is one.", ("Link",))
SHOWN: Final = Success(200, "Successful.")


class Operation(NamedTuple):
    """A method of a path. `raises` are the problems of its own, beside those that every similar operation has.

    A write that does not raise PreconditionFailed is not about a single item, so it refuses preconditions.
    """

    method: str
    path: str
    function: Callable[..., Any]
    tag: str
    successes: tuple[Success, ...]
    scope: Scope | None
    raises: tuple[type[Problem], ...]

    @property
    def writes(self) -> bool:
        """Whether it changes anything."""
        return self.method != "GET"

    @property
    def takes_body(self) -> bool:
        """Whether a body is read."""
        return "body" in inspect.signature(self.function).parameters


class Router(PowertoolsRouter):
    """Powertools' router, whose routes are declared as operations."""

    def __init__(self, tag: str) -> None:
        """Use the tag for the operations in documents."""
        super().__init__()  # type: ignore[no-untyped-call] # of Powertools
        self.tag = tag
        self.operations: list[Operation] = []

    def operation[F: Callable[..., Any]](
        self,
        method: str,
        path: str,
        *successes: Success,
        scope: Scope | None,
        raises: tuple[type[Problem], ...] = (),
    ) -> Callable[[F], F]:
        """Declare a function as the operation of a method and a path, such as `/v1/projects/{projectId}`.

        Its parameters are the operation's; one annotated as RequestContext gets the request. Its docstring is for
        clients: the first line is the summary.
        """

        def declare(function: F) -> F:
            signature = inspect.signature(function)
            parameters = [one for one in signature.parameters.values() if one.annotation is not RequestContext]
            if method != "GET":
                parameters.append(_VALIDATE_ONLY)
            # Powertools validates, and describes, what this signature says.
            function.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
            self.route(path.replace("{", "<").replace("}", ">"), method)(function)
            self.operations.append(Operation(method, path, function, self.tag, successes, scope, raises))
            return function

        return declare


class Operations:
    """The operations of some routers, by path and method."""

    def __init__(self, routers: Iterable[Router]) -> None:
        self._by_path: dict[str, dict[str, Operation]] = {}
        for router in routers:
            for operation in router.operations:
                self._by_path.setdefault(operation.path, {})[operation.method] = operation

    def find(self, path: str, method: str) -> Operation:
        """Return the operation, for HEAD that of GET. Raises RouteNotFound or MethodNotAllowed."""
        operation = self._by_path.get(path, {}).get("GET" if method == "HEAD" else method)
        if operation is None:
            raise MethodNotAllowed(self.methods(path))
        return operation

    def methods(self, path: str) -> list[str]:
        """Return the methods of a path, HEAD and OPTIONS among them. Raises RouteNotFound."""
        declared = self._by_path.get(path)
        if declared is None:
            raise RouteNotFound
        return sorted({*declared, "OPTIONS", *(["HEAD"] if "GET" in declared else [])})
