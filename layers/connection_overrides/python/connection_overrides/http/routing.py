"""Routes: what each one needs, recorded where it is declared, around the Powertools resolver that validates it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import signature
from typing import Any, Final

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.event_handler.openapi.params import Query

from connection_overrides.caller import Scope
from connection_overrides.errors import InvalidRequestError, MethodNotAllowedError, RouteNotFoundError, ServiceError
from connection_overrides.http.cursors import CursorSeal
from connection_overrides.http.exchange import Exchange
from connection_overrides.http.outcomes import Outcome
from connection_overrides.http.paths import rule_of
from connection_overrides.http.replies import PageReply, Reply
from connection_overrides.http.violations import invalid, violations_of
from connection_overrides.model.entities import Revision
from connection_overrides.operation import Operation
from connection_overrides.service.preconditions import Preconditions
from connection_overrides.store.pages import PageRequest

_EXCHANGE: Final = "exchange"
_JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Route:
    """A declared route. A `scope` of None means that it is open: no token is asked for.

    `answers` are its successes and `refuses` the refusals of its own, beside those that every route like it has.
    """

    method: str
    rule: str
    function: Callable[..., object]
    scope: Scope | None
    answers: tuple[Outcome, ...]
    refuses: tuple[type[ServiceError], ...]
    query_parameters: frozenset[str]

    @property
    def writes_several(self) -> bool:
        """Tell whether it writes, but not to one item that has a state already: demands on a state make no sense."""
        return self.method == "POST" or (self.method == "DELETE" and "connectionNames" in self.query_parameters)

    @property
    def takes_body(self) -> bool:
        """Tell whether a body is read."""
        return self.method in {"POST", "PUT", "PATCH"}


class Router:
    """The routes of a function. They are declared with their scope; none can be declared without a decision."""

    def __init__(self, seal: CursorSeal) -> None:
        """Begin without routes; lists give cursors with that seal."""
        self._seal = seal
        self._resolver = APIGatewayRestResolver(enable_validation=True)
        self._resolver.exception_handler(Exception)(self._keep)
        self._raised: list[Exception] = []
        self._routes: dict[str, dict[str, Route]] = {}

    def route[**P](
        self,
        method: str,
        resource: str,
        *,
        scope: Scope | None,
        answers: tuple[Outcome, ...],
        refuses: tuple[type[ServiceError], ...] = (),
    ) -> Callable[[Callable[P, Response[Any]]], Callable[P, Response[Any]]]:
        """Declare a route for API Gateway's resource, as `/v1/projects/{projectId}`.

        Its function's docstring, for clients, says in the first line what the route does, then what it promises.
        """
        rule = rule_of(resource)

        def declare(function: Callable[P, Response[Any]]) -> Callable[P, Response[Any]]:
            route = Route(method, rule, function, scope, answers, refuses, _query_parameters(function))
            self._routes.setdefault(resource, {})[method] = route
            return self._resolver.route(rule, method=method)(function)

        return declare

    def routes(self) -> Mapping[str, Mapping[str, Route]]:
        """Return the routes by resource and method."""
        return self._routes

    def described(self) -> dict[str, Any]:
        """Return what the resolver makes of the routes' signatures: an OpenAPI 3.1 document without our rules."""
        document: dict[str, Any] = json.loads(self._resolver.get_openapi_json_schema(title="", version=""))
        return document

    def find(self, resource: str, method: str) -> Route:
        """Return the route, or raise RouteNotFoundError or MethodNotAllowedError."""
        allowed = self.methods(resource)
        # HEAD is GET whose answer is sent without its body (RFC 9110, section 9.3.2).
        route = self._routes[resource].get("GET" if method == "HEAD" else method)
        if route is None:
            raise MethodNotAllowedError(allowed)
        return route

    def methods(self, resource: str) -> tuple[str, ...]:
        """Return the methods of API Gateway's resource, HEAD and OPTIONS among them, or raise RouteNotFoundError."""
        declared = self._routes.get(resource)
        if declared is None:
            raise RouteNotFoundError("There is no such resource.")
        return tuple(sorted({*declared, "OPTIONS", *(["HEAD"] if "GET" in declared else [])}))

    def resolve(self, event: dict[str, Any], context: object, exchange: Exchange | None) -> dict[str, Any]:
        """Validate the event and call its route; what the route raises is raised here."""
        self._raised.clear()
        self._resolver.append_context(**{_EXCHANGE: exchange})  # type: ignore[no-untyped-call] # the library's gap
        result: dict[str, Any] = self._resolver.resolve(event, context)  # type: ignore[arg-type] # the runtime's context, or a test's
        for error in self._raised:
            if isinstance(error, RequestValidationError):
                raise InvalidRequestError(violations_of(error.errors())) from None
            raise error
        return result

    def _keep(self, error: Exception) -> Response[Any]:
        """Keep an error for `resolve`: the resolver itself would log its text, which may hold input or an ARN."""
        self._raised.append(error)
        return Response(500)

    @property
    def exchange(self) -> Exchange:
        """The request in hand. Open routes have none."""
        exchange: Exchange = self._resolver.context[_EXCHANGE]
        return exchange

    @property
    def operation(self) -> Operation:
        """The caller's operation."""
        return self.exchange.operation

    @property
    def preconditions(self) -> Preconditions:
        """What the caller demands of the item."""
        return self.exchange.preconditions

    def about(self, **names: str) -> Operation:
        """Note for the log which project, environment or connection is asked about, and return the operation."""
        self.exchange.subject.update(names)
        return self.operation

    def created[T: Reply](self, reply: T, revision: Revision, *address: str) -> Response[T]:
        """Answer 201 with the entity, its address and its ETag."""
        headers = {"Location": self.exchange.address(*address), "ETag": entity_tag(revision)}
        self.exchange.subject["revision"] = revision.number
        return Response(201, content_type=_JSON, body=reply, headers=headers)

    def found[T: Reply](self, reply: T, revision: Revision) -> Response[T]:
        """Answer 200 with the entity and its ETag, or 304 when the caller has it already, or 412."""
        # In this order (RFC 9110, section 13.2.2).
        self.preconditions.require_match(revision)
        self.exchange.is_unchanged = self.preconditions.rules_out(revision)
        return self.replaced(reply, revision)

    def replaced[T: Reply](self, reply: T, revision: Revision) -> Response[T]:
        """Answer 200 with what the entity is now, and its ETag."""
        self.exchange.subject["revision"] = revision.number
        return Response(200, content_type=_JSON, body=reply, headers={"ETag": entity_tag(revision)})

    @staticmethod
    def deleted() -> Response[None]:
        """Answer 204."""
        return Response(204)

    def shown[T: Reply](self, reply: T, headers: Mapping[str, str] | None = None) -> Response[T]:
        """Answer 200 with what has no revision."""
        return Response(200, content_type=_JSON, body=reply, headers=dict(headers or {}))

    def page_request(self, limit: str, cursor: str | None) -> PageRequest:
        """Return which part of the list is asked for; a cursor that this very list did not give is refused."""
        if cursor is None:
            return PageRequest(int(limit))
        position = self._seal.read(cursor, self.exchange.list_identity())
        if position is None:
            raise invalid(("query", "cursor"), "cursor_invalid", "must be a cursor that this very list gave")
        return PageRequest(int(limit), position)

    def listed[T: Reply](self, results: list[T], next_after: str | None) -> Response[PageReply[T]]:
        """Answer 200 with a page and, unless it is the last, a cursor and a link to the next one (RFC 8288)."""
        next_cursor, headers = self.next_page(next_after)
        return self.shown(PageReply(results=results, next_cursor=next_cursor), headers)

    def next_page(self, next_after: str | None) -> tuple[str | None, Mapping[str, str]]:
        """Return the cursor of the next page and the headers that lead there, None and none when there is none."""
        if next_after is None:
            return None, {}
        cursor = self._seal.make(next_after, self.exchange.list_identity())
        return cursor, {"Link": f'<{self.exchange.next_address(cursor)}>; rel="next"'}


def entity_tag(revision: Revision) -> str:
    """Return the strong ETag of a revision (RFC 9110, section 8.8.3)."""
    return f'"{revision.tag}"'


def _query_parameters(function: Callable[..., object]) -> frozenset[str]:
    names: set[str] = set()
    for parameter in signature(function).parameters.values():
        marks = [mark for mark in getattr(parameter.annotation, "__metadata__", ()) if isinstance(mark, Query)]
        names.update(mark.alias or parameter.name for mark in marks)
    return frozenset(names)
