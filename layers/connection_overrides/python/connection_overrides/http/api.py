"""The way of a request: route, caller, scope, parameters, body, service, answer. Nothing on it fails open."""

import time
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from connection_overrides.caller import Caller
from connection_overrides.errors import ServiceError, StoreFaultError, UnauthorizedError
from connection_overrides.http.answers import NO_CONTENT, Answer, problem_answer
from connection_overrides.http.conditions import preconditions_of
from connection_overrides.http.cors import Cors
from connection_overrides.http.events import body_of, caller_of, path_parameters, query_parameters
from connection_overrides.http.exchange import Exchange
from connection_overrides.http.idempotency_keys import idempotency_key_of
from connection_overrides.http.observation import Observation, Observer
from connection_overrides.http.paths import base_path, decode_segment, encode_segments
from connection_overrides.http.routing import Route, Router
from connection_overrides.operation import Operation
from connection_overrides.service.permissions import require_scopes


class LambdaContext(Protocol):
    """What the Lambda runtime tells about an invocation."""

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until the function is stopped."""
        ...


class Surroundings(NamedTuple):
    """What a request gets from outside: the time (UTC), an id for its writes, and a way to wait for some seconds."""

    now: Callable[[], datetime]
    new_write_id: Callable[[], str]
    wait: Callable[[float], None] = time.sleep


class Api:
    """The entry point of a function behind API Gateway."""

    def __init__(
        self,
        router: Router,
        observer: Observer,
        surroundings: Surroundings,
        cors: Cors,
        all_routes: Callable[[], Router] | None = None,
    ) -> None:
        """Answer with the routes declared so far and later.

        `all_routes` returns the routes of the whole API. A function that has them answers OPTIONS on every path.
        """
        self._router = router
        self._all_routes = all_routes
        self._observer = observer
        self._surroundings = surroundings
        self._cors = cors

    def handle(self, event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Return the answer to a proxy event of API Gateway; whatever happens, it is an answer."""
        request_id = str(event["requestContext"]["requestId"])
        observation = Observation(request_id=request_id, method=event["httpMethod"], route=event["resource"])
        try:
            answer = self._answer(event, context, observation)
        except ServiceError as error:
            observation.refused(error)
            answer = problem_answer(error, request_id, _project_address(event))
        except Exception as error:  # noqa: BLE001 - the last door: a fault of ours becomes a 500 without its text
            observation.crashed(error)
            answer = problem_answer(StoreFaultError(type(error).__name__), request_id, "")
        observation.status = answer.status
        self._observer.report(observation)
        return answer.to_proxy_result(request_id, self._cors.headers(), with_body=event["httpMethod"] != "HEAD")

    def _answer(self, event: Mapping[str, Any], context: LambdaContext, observation: Observation) -> Answer:
        if event["httpMethod"] == "OPTIONS" and self._all_routes is not None:
            return self._options(self._all_routes().methods(event["resource"]))
        observation.caller = caller = caller_of(event, self._surroundings.now().timestamp())
        route = self._router.find(event["resource"], event["httpMethod"])
        exchange = self._admit(event, context, route, caller, observation)
        parameters = path_parameters(event)
        query = query_parameters(event, route)
        body = body_of(event, route)
        if exchange is not None:
            exchange.query = query
            exchange.idempotency_key = idempotency_key_of(
                event, route, exchange.operation.caller, path=parameters, query=query, body=body
            )
        answer = self._router.call(route, parameters, query, body, exchange, prefix=_prefix(event))
        observation.is_repeated = exchange is not None and exchange.is_repeated
        is_unchanged = _knows(event, route, answer.headers) if exchange is None else exchange.is_unchanged
        if is_unchanged:
            return Answer(304, headers={"ETag": answer.headers["ETag"]})
        return Answer(NO_CONTENT) if answer.status == NO_CONTENT else answer

    def _options(self, methods: Collection[str]) -> Answer:
        """Answer a preflight, or a client that asks what a resource takes: no token is needed (Fetch standard)."""
        return Answer(NO_CONTENT, headers={"Allow": ", ".join(methods), **self._cors.preflight_headers(methods)})

    def _admit(
        self,
        event: Mapping[str, Any],
        context: LambdaContext,
        route: Route,
        caller: Caller | None,
        observation: Observation,
    ) -> Exchange | None:
        """Return the exchange of a caller who has the route's scope; an open route has none."""
        if route.scope is None:
            return None
        if caller is None:
            raise UnauthorizedError("A valid access token is required.")
        require_scopes(caller, [route.scope])
        return Exchange(
            operation=Operation(
                caller=caller,
                write_id=self._surroundings.new_write_id(),
                now=self._surroundings.now(),
                time_left=lambda: context.get_remaining_time_in_millis() / 1000,
                wait=self._surroundings.wait,
            ),
            prefix=_prefix(event),
            # With a custom domain name, `path` begins with the base path as well.
            path=event["path"].removeprefix(base_path(event["resource"], event["path"])),
            query={},
            preconditions=preconditions_of(event, route),
            subject=observation.subject,
            signature=route.signature,
        )


def _knows(event: Mapping[str, Any], route: Route, headers: Mapping[str, str]) -> bool:
    """Tell whether the caller of an open route has the answer already; what has no tag is never known."""
    preconditions = preconditions_of(event, route)
    tag = headers.get("ETag")
    return tag is not None and tag.strip('"') in (preconditions.none_match or ())


def _prefix(event: Mapping[str, Any]) -> str:
    return base_path(event["resource"], event["requestContext"].get("path", ""))


def _project_address(event: Mapping[str, Any]) -> str:
    raw = (event.get("pathParameters") or {}).get("projectId", "")
    return f"{_prefix(event)}/v1/{encode_segments(['projects', decode_segment(raw) or raw])}"
