"""The entry point of a function behind API Gateway: an event in, a response out, whatever happens."""

import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.openapi.exceptions import ResponseValidationError
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from connection_overrides.api import access_log
from connection_overrides.api.cors import Cors
from connection_overrides.api.headers import VALIDATE_ONLY
from connection_overrides.api.request import MIDDLEWARES
from connection_overrides.api.responses import NotModified, json_text, not_modified, problem_response
from connection_overrides.api.routing import Operations, Router
from connection_overrides.caller import NOBODY
from connection_overrides.context import RequestContext
from connection_overrides.errors import InternalError, Problem

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_ALWAYS: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class LambdaContext(Protocol):
    """What the Lambda runtime says about an invocation."""

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until the function is stopped."""
        ...


def common_headers(cors: Cors, request_id: str) -> dict[str, str]:
    """Return the headers of every response."""
    return {**_ALWAYS, **cors.headers(), "X-Request-Id": request_id}


class _Resolver(APIGatewayRestResolver):
    """Powertools' resolver, with the event of its own request: Powertools keeps one event for the whole process."""

    @property
    def current_event(self) -> APIGatewayProxyEvent:  # type: ignore[override] # an attribute of the base's class
        event: APIGatewayProxyEvent = self.context["proxy_event"]
        return event


class App:
    """Answers API Gateway's proxy events with the operations of some routers.

    With `api`, the routers of the whole API, it answers OPTIONS for all of them. Tests replace clock, ids and waiting.
    """

    def __init__(
        self,
        routers: Iterable[Router],
        *,
        api: Iterable[Router] | None = None,
        client: "DynamoDBClient",
        table_name: str,
        cursor_key: bytes,
        retention: timedelta = timedelta(days=400),
        cors_origin: str | None = None,
        logger: Logger | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        new_id: Callable[[], str] = lambda: str(uuid.uuid4()),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        routers = tuple(routers)
        self._operations, self._api = Operations(routers), None if api is None else Operations(api)
        self._client, self._table_name, self._cursor_key = client, table_name, cursor_key
        self._retention = retention
        self._cors = Cors(cors_origin)
        self._logger = logger or Logger()
        self._now, self._new_id, self._sleep = now, new_id, sleep
        self._resolver = self._create_resolver(routers)

    def handle(self, event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Return the response to a proxy event of API Gateway."""
        method, resource = event["httpMethod"], event["resource"]
        ctx = self._create_context(event, context)
        # Powertools finds the route by path: the resource as a path is unambiguous, whatever names the real path has.
        routed = {**event, "path": resource, "httpMethod": "GET" if method == "HEAD" else method}
        self._resolver.context.update(
            ctx=ctx,
            event=routed,
            proxy_event=APIGatewayProxyEvent(routed),
            operations=self._operations,
            api=self._api,
            cors=self._cors,
        )
        result = self._resolver.resolve(routed, cast("Any", context))
        status = result["statusCode"]
        access_log.write(self._logger, ctx, method=method, route=resource, status=status)
        common = common_headers(self._cors, ctx.request_id)
        headers = {name: values[0] for name, values in result["multiValueHeaders"].items()}
        return {
            "statusCode": status,
            "headers": {**headers, **({"Preview": "true"} if ctx.validate_only else {}), **common},
            "body": "" if method == "HEAD" else result["body"] or "",
            "isBase64Encoded": False,
        }

    def _create_context(self, event: Mapping[str, Any], context: LambdaContext) -> RequestContext:
        query = event.get("multiValueQueryStringParameters") or {}
        # On the route for unknown paths, the resource does not tell how many segments are the API's own.
        unknown = (event.get("pathParameters") or {}).get("proxy", "")
        resource, path = event["resource"].replace("{proxy+}", unknown), event["path"]
        return RequestContext(
            caller=NOBODY,
            client=self._client,
            table_name=self._table_name,
            cursor_key=self._cursor_key,
            retention=self._retention,
            validate_only=event["httpMethod"] != "GET" and query.get(VALIDATE_ONLY) == ["true"],
            now=self._now(),
            write_id=self._new_id().replace("-", ""),
            new_id=self._new_id,
            time_left=lambda: context.get_remaining_time_in_millis() / 1000,
            sleep=self._sleep,
            request_id=str(event["requestContext"]["requestId"]),
            base_path=_base_path(resource, event["requestContext"].get("path") or ""),
            # With a custom domain name, `path` begins with the base path as well.
            path=path.removeprefix(_base_path(resource, path)),
        )

    def _create_resolver(self, routers: Iterable[Router]) -> APIGatewayRestResolver:
        resolver = _Resolver(serializer=json_text, debug=False)
        resolver.use(MIDDLEWARES)
        for router in routers:
            resolver.include_router(router)
        resolver.exception_handler(Problem)(self._answer_problem)
        resolver.exception_handler(NotModified)(lambda error: not_modified(error.tag))
        resolver.exception_handler(ResponseValidationError)(self._answer_invalid_response)
        resolver.exception_handler(Exception)(self._answer_crash)
        return resolver

    def _answer_problem(self, problem: Problem) -> Response[str]:
        ctx: RequestContext = self._resolver.context["ctx"]
        access_log.record_problem(ctx, problem)
        return problem_response(problem, ctx.request_id, ctx.base_path)

    def _answer_invalid_response(self, error: ResponseValidationError) -> Response[str]:
        """Answer 500 when an operation's response does not satisfy its own schema: the fault is ours."""
        places = [".".join(map(str, one["loc"])) for one in error.errors()]
        return self._answer_problem(InternalError(f"invalid response: {', '.join(places)}"))

    def _answer_crash(self, error: Exception) -> Response[str]:
        ctx: RequestContext = self._resolver.context["ctx"]
        access_log.record_crash(ctx, error)
        return problem_response(InternalError(type(error).__name__), ctx.request_id, ctx.base_path)


def _base_path(resource: str, path: str) -> str:
    """Return the part of a path before that of API Gateway's resource: a stage, a base path, or nothing.

    The root may or may not end in a slash.
    """
    segments = path.rstrip("/").split("/")
    return "/".join(segments[: len(segments) - resource.rstrip("/").count("/")])
