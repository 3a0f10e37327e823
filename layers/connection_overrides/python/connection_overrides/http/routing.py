"""Routes: what each one needs, recorded where it is declared."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from connection_overrides.caller import Scope
from connection_overrides.errors import (
    IdempotencyKeyReusedError,
    MethodNotAllowedError,
    RouteNotFoundError,
    ServiceError,
)
from connection_overrides.http.answers import Answer
from connection_overrides.http.cursors import CursorSeal
from connection_overrides.http.exchange import Exchange
from connection_overrides.http.outcomes import Outcome
from connection_overrides.http.replies import PageReply, Reply
from connection_overrides.http.responses import Response
from connection_overrides.http.signatures import JSON, Signature
from connection_overrides.http.sizes import fitting
from connection_overrides.http.violations import invalid
from connection_overrides.model.entities import Revision
from connection_overrides.operation import AnsweredBeforeError, FirstAnswer, Operation
from connection_overrides.service.preconditions import Preconditions
from connection_overrides.store.pages import Page, PageRequest


class Route(NamedTuple):
    """A declared route. A `scope` of None means that it is open: no token is asked for.

    `answers` are its successes and `refuses` the refusals of its own, beside those that every route like it has.
    """

    method: str
    function: Callable[..., object]
    scope: Scope | None
    answers: tuple[Outcome, ...]
    refuses: tuple[type[ServiceError], ...]
    signature: Signature

    @property
    def query_parameters(self) -> frozenset[str]:
        """The names that its query takes."""
        return self.signature.query_parameters

    @property
    def writes_several(self) -> bool:
        """Tell whether it writes, but not to one item that has a state already: demands on a state make no sense."""
        return self.method == "POST" or (self.method == "DELETE" and "connectionNames" in self.query_parameters)

    @property
    def writes(self) -> bool:
        """Tell whether it changes anything."""
        return self.method != "GET"

    @property
    def takes_body(self) -> bool:
        """Tell whether a body is read."""
        return self.method in {"POST", "PUT", "PATCH"}


class PagePart[T: Reply](NamedTuple):
    """What an answer shows of a page, and the cursor and the headers that lead on: None and none at the list's end."""

    results: list[T]
    next_cursor: str | None
    headers: Mapping[str, str]


class Router:
    """The routes of a function. They are declared with their scope; none can be declared without a decision."""

    def __init__(self, seal: CursorSeal) -> None:
        """Begin without routes; lists give cursors with that seal."""
        self._seal = seal
        self._exchange: Exchange | None = None
        self._prefix = ""
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

        def declare(function: Callable[P, Response[Any]]) -> Callable[P, Response[Any]]:
            route = Route(method, function, scope, answers, refuses, Signature(function))
            self._routes.setdefault(resource, {})[method] = route
            return function

        return declare

    def routes(self) -> Mapping[str, Mapping[str, Route]]:
        """Return the routes by resource and method."""
        return self._routes

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

    def call(
        self,
        route: Route,
        path: Mapping[str, str],
        query: Mapping[str, str],
        body: Mapping[str, object] | None,
        exchange: Exchange | None,
        *,
        prefix: str,
    ) -> Answer:
        """Call the route with what its signature makes of the request; raise InvalidRequestError or what it raises.

        `prefix` is the part of the client's path before that of the route: a stage, a base path, or nothing.
        """
        arguments = route.signature.arguments(path, query, body)
        self._exchange, self._prefix = exchange, prefix
        try:
            response: Any = route.function(**arguments)
        except AnsweredBeforeError as before:
            return self._again(before.answer)
        return route.signature.answer(response)

    def _again(self, first: FirstAnswer | None) -> Answer:
        """Answer as the first time. Raises IdempotencyKeyReusedError where that was another request."""
        if first is None:
            raise IdempotencyKeyReusedError("This Idempotency-Key was used for another request. Use a new one.")
        self.exchange.is_repeated = True
        return Answer(first.status, first.body, first.headers)

    @property
    def exchange(self) -> Exchange:
        """The request in hand. Open routes have none."""
        if self._exchange is None:
            raise LookupError("an open route has no exchange")
        return self._exchange

    def link(self, resource: str) -> str:
        """Return the path of a resource without parameters, as the client of the request in hand reaches it."""
        return self._prefix + resource

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
        return Response(201, content_type=JSON, body=reply, headers=headers)

    def found[T: Reply](self, reply: T, revision: Revision) -> Response[T]:
        """Answer 200 with the entity and its ETag, or 304 when the caller has it already, or 412."""
        # In this order (RFC 9110, section 13.2.2).
        self.preconditions.require_match(revision)
        self.exchange.is_unchanged = self.preconditions.rules_out(revision)
        return self.replaced(reply, revision)

    def replaced[T: Reply](self, reply: T, revision: Revision) -> Response[T]:
        """Answer 200 with what the entity is now, and its ETag."""
        self.exchange.subject["revision"] = revision.number
        return Response(200, content_type=JSON, body=reply, headers={"ETag": entity_tag(revision)})

    @staticmethod
    def deleted(_nothing: None = None) -> Response[None]:
        """Answer 204."""
        return Response(204)

    def shown[T: Reply](self, reply: T, headers: Mapping[str, str] | None = None) -> Response[T]:
        """Answer 200 with what has no revision."""
        return Response(200, content_type=JSON, body=reply, headers=dict(headers or {}))

    def page_request(self, limit: str, cursor: str | None) -> PageRequest:
        """Return which part of the list is asked for; a cursor that this very list did not give is refused."""
        if cursor is None:
            return PageRequest(int(limit))
        position = self._seal.read(cursor, self.exchange.list_identity())
        if position is None:
            raise invalid(("query", "cursor"), "cursor_invalid", "must be a cursor that this very list gave")
        return PageRequest(int(limit), position)

    def listed[E, T: Reply](self, page: Page[E], reply_of: Callable[[E], T]) -> "Response[PageReply[T]]":
        """Answer 200 with a page and, unless it is the last, a cursor and a link to the next one (RFC 8288)."""
        part = self.part_of(page, reply_of)
        return self.shown(PageReply(results=part.results, next_cursor=part.next_cursor), part.headers)

    def part_of[E, T: Reply](self, page: Page[E], reply_of: Callable[[E], T]) -> PagePart[T]:
        """Return as much of a page as an answer holds, and what leads to the rest of the list."""
        results = fitting(reply_of(item) for item in page.items)
        next_after = page.first(len(results)).next_after
        if next_after is None:
            return PagePart(results, None, {})
        cursor = self._seal.make(next_after, self.exchange.list_identity())
        return PagePart(results, cursor, {"Link": f'<{self.exchange.next_address(cursor)}>; rel="next"'})


def entity_tag(revision: Revision) -> str:
    """Return the strong ETag of a revision (RFC 9110, section 8.8.3)."""
    return f'"{revision.tag}"'
