"""What happens to a request before its operation is called: the middlewares, in the order of `MIDDLEWARES`.

Powertools validates path, query and body against the operation's signature; the others close the gaps around that.
Everything that is wrong with a request is collected in `violations`, and refused in one response.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import unquote

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.api_gateway import Route
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.event_handler.middlewares.openapi_validation import (
    OpenAPIRequestValidationMiddleware,
    OpenAPIResponseValidationMiddleware,
)
from aws_lambda_powertools.event_handler.openapi.compat import field_annotation_is_scalar_sequence
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.event_handler.types import EventHandlerInstance
from pydantic import BaseModel

from connection_overrides.api.body import read_object, require_json
from connection_overrides.api.headers import read_idempotency_key, read_preconditions, read_reason
from connection_overrides.caller import Caller
from connection_overrides.domain.violations import violations_of
from connection_overrides.errors import InvalidRequest, Unauthorized, Violation

if TYPE_CHECKING:
    from connection_overrides.api.routing import Operation
    from connection_overrides.context import RequestContext

_BROKEN_ENCODING: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_NAME_MAX: Final = 64
_REPLACEMENT: Final = "\ufffd"
_LOGGED: Final = {"project_id": "project", "environment_name": "environment", "connection_name": "connection"}


def admit(app: APIGatewayRestResolver, next_middleware: NextMiddleware) -> Response[Any]:
    """Find the operation and admit the caller.

    The caller is the one whom the authorizer vouched for, from the event's context and nowhere else. Its decision is
    cached, so the token's expiry is checked again. OPTIONS needs no token: it is a browser's preflight, or a client
    that asks what a resource supports. Raises RouteNotFound, MethodNotAllowed, Unauthorized or InsufficientScope.
    """
    ctx: RequestContext = app.context["ctx"]
    event = app.context["event"]
    if event["httpMethod"] == "OPTIONS" and (api := app.context["api"]) is not None:
        methods = api.methods(event["resource"])
        return Response(204, headers={"Allow": ", ".join(methods), **app.context["cors"].preflight_headers(methods)})
    authorized = event["requestContext"].get("authorizer")
    caller = Caller.from_context(authorized) if isinstance(authorized, Mapping) else None
    if caller is not None and not caller.has_expired(ctx.now.timestamp()):
        ctx.caller = caller
    operation: Operation = app.context["operations"].find(event["resource"], event["httpMethod"])
    if operation.scope is not None:
        if not ctx.caller.account:
            raise Unauthorized
        ctx.require(operation.scope)
    app.context.update(operation=operation, violations=[])
    return next_middleware(app)


def read_path(app: APIGatewayRestResolver, next_middleware: NextMiddleware) -> Response[Any]:
    """Decode the path parameters, which API Gateway leaves percent-encoded, for Powertools to validate."""
    parameters: dict[str, str] = {}
    for name, raw in (app.context["event"].get("pathParameters") or {}).items():
        value = unquote(raw)  # what is not UTF-8 becomes U+FFFD
        if _REPLACEMENT in value or _BROKEN_ENCODING.search(raw):
            _violate(app, ("path", name), "percent_encoding", "must be percent-encoded UTF-8")
        else:
            parameters[name] = value
    app.context.update(_route_args=parameters)
    return next_middleware(app)


def read_query(app: APIGatewayRestResolver, next_middleware: NextMiddleware) -> Response[Any]:
    """Refuse unknown and repeated parameters; a list is one comma list or a repeated parameter, which mean the same."""
    ctx: RequestContext = app.context["ctx"]
    event = app.context["event"]
    known = _query_parameters(app.context["_route"])
    query: dict[str, Any] = {}
    for name, values in (event.get("multiValueQueryStringParameters") or {}).items():
        location = ("query", name[:_NAME_MAX])
        if name not in known:
            _violate(app, location, "unknown_parameter", "is not a parameter of this request")
        elif any(_REPLACEMENT in value for value in values):
            _violate(app, location, "not_utf8", "must be UTF-8")
        elif known[name]:
            query[name] = [entry for value in values for entry in value.split(",")]
        elif len(values) != 1:
            _violate(app, location, "repeated_parameter", "must be given once")
        else:
            query[name] = values[0]
    ctx.query = query
    app.context.update(query_parameters=known)
    # Powertools reads the query from the event, which is a copy of its own.
    event["multiValueQueryStringParameters"] = {
        name: value if isinstance(value, list) else [value] for name, value in query.items()
    }
    event["queryStringParameters"] = None
    return next_middleware(app)


def read_body(app: APIGatewayRestResolver, next_middleware: NextMiddleware) -> Response[Any]:
    """Read the body of an operation that takes one. Raises UnsupportedMediaType or PayloadTooLarge."""
    event = app.context["event"]
    app.context.update(body=None)
    if app.context["operation"].takes_body:
        require_json(event)
        with _collecting(app):
            app.context.update(body=read_object(event))
    return next_middleware(app)


def read_headers(app: APIGatewayRestResolver, next_middleware: NextMiddleware) -> Response[Any]:
    """Read the preconditions, the reason and the idempotency key."""
    ctx: RequestContext = app.context["ctx"]
    event, operation = app.context["event"], app.context["operation"]
    with _collecting(app):
        ctx.preconditions = read_preconditions(event, operation)
    with _collecting(app):
        ctx.reason = read_reason(event, operation)
    with _collecting(app):
        path, body = app.context["_route_args"], app.context["body"]
        ctx.idempotency_key = read_idempotency_key(event, operation, ctx, path, body)
    # No operation declares a header as a parameter, but Powertools would index them for each kind of parameter.
    event.update(headers=None, multiValueHeaders=None)
    return next_middleware(app)


class RequestValidation(OpenAPIRequestValidationMiddleware):
    """Powertools' validation against the operation's signature, with all violations in one response."""

    def handler(self, app: EventHandlerInstance, next_middleware: NextMiddleware) -> Response[Any]:
        """Call the operation with validated arguments and the request, or raise InvalidRequest."""
        collected: list[Violation] = app.context["violations"]

        def proceed(app: EventHandlerInstance) -> Response[Any]:
            if collected:
                raise InvalidRequest(collected)
            ctx: RequestContext = app.context["ctx"]
            arguments: dict[str, Any] = app.context["_route_args"]
            for source in (arguments, dict(arguments.get("body", ()))):
                ctx.log |= {_LOGGED[name]: value for name, value in source.items() if name in _LOGGED}
            arguments.pop("validate_only", None)
            arguments["ctx"] = ctx
            return next_middleware(app)

        try:
            return super().handler(app, cast("NextMiddleware", proceed))
        except RequestValidationError as error:
            known = app.context["query_parameters"]
            found = [_with_query_name(violation, known) for violation in violations_of(error.errors(), ())]
            places = {violation.location for violation in collected}
            raise InvalidRequest(
                [*collected, *(one for one in found if one.location not in places and one.location[:1] not in places)]
            ) from None

    def _get_body(self, app: EventHandlerInstance) -> dict[str, Any]:
        """Return the body as `read_body` read it: Powertools would accept forms, and lenient JSON."""
        body: dict[str, Any] = app.context["body"] or {}
        return body


MIDDLEWARES: Final[list[Callable[..., Any]]] = [
    admit,
    read_path,
    read_query,
    read_body,
    read_headers,
    RequestValidation(),  # type: ignore[no-untyped-call] # of Powertools
    OpenAPIResponseValidationMiddleware(has_response_validation_error=True),
]
"""In the order in which they refuse a request."""


@lru_cache(maxsize=64)  # more than there are routes
def _query_parameters(route: Route) -> dict[str, bool]:
    """Return the names of the query's parameters, each with whether it takes a list."""
    found: dict[str, bool] = {}
    for parameter in route.dependant.query_params:
        model = parameter.field_info.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            fields = model.model_fields
        else:
            fields = {parameter.alias: parameter.field_info}
        found |= {
            field.alias or name: field_annotation_is_scalar_sequence(field.annotation) for name, field in fields.items()
        }
    return found


def _violate(app: APIGatewayRestResolver, location: tuple[str, ...], code: str, message: str) -> None:
    app.context["violations"].append(Violation(location, code, message))


@contextmanager
def _collecting(app: APIGatewayRestResolver) -> Iterator[None]:
    """Collect the violations of an InvalidRequest instead of raising it."""
    try:
        yield
    except InvalidRequest as error:
        app.context["violations"].extend(error.violations)


def _with_query_name(violation: Violation, known: Mapping[str, bool]) -> Violation:
    """Locate a violation in the query by the parameter's name alone, whatever model or list it is part of."""
    if violation.location[0] != "query":
        return violation
    name = next((segment for segment in violation.location[1:] if segment in known), violation.location[1])
    return violation._replace(location=("query", name))
