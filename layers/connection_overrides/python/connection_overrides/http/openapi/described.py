"""What Powertools makes of the routes' signatures: an OpenAPI 3.1 document without our rules."""

import functools
import json
import re
from collections.abc import Callable
from inspect import Parameter, signature
from typing import Annotated, Any, Final, get_args

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.openapi import params

from connection_overrides.http.routing import Router
from connection_overrides.http.signatures import Mark, Path

_PARAMETER: Final = re.compile(r"\{(\w+)\}")


def described(router: Router) -> dict[str, Any]:
    """Return the document."""
    resolver = APIGatewayRestResolver(enable_validation=True)
    for resource, routes in router.routes().items():
        for method, route in routes.items():
            resolver.route(_PARAMETER.sub(r"<\1>", resource), method=method)(_in_their_words(route.function))
    document: dict[str, Any] = json.loads(resolver.get_openapi_json_schema(title="", version=""))
    return document


def _in_their_words(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a stand-in for the function whose signature has Powertools' marks and type of response."""

    @functools.wraps(function)
    def stand_in(*_: object, **__: object) -> None:
        raise NotImplementedError  # it is described and never called

    read = signature(function)
    parameters = [
        parameter.replace(annotation=_marked(parameter)) if hasattr(parameter.annotation, "__metadata__") else parameter
        for parameter in read.parameters.values()
    ]
    reply = Response[get_args(read.return_annotation)]  # type: ignore[misc, valid-type] # known at run time only
    translated = read.replace(parameters=parameters, return_annotation=reply)
    stand_in.__signature__ = translated  # type: ignore[attr-defined] # what `inspect.signature` looks for
    return stand_in


def _marked(parameter: Parameter) -> object:
    marks = [_mark(mark) if isinstance(mark, Mark) else mark for mark in parameter.annotation.__metadata__]
    return Annotated[(parameter.annotation.__origin__, *marks)]


def _mark(mark: Mark) -> params.Param:
    of_place = params.Path if isinstance(mark, Path) else params.Query
    return of_place(alias=mark.alias, description=mark.description, json_schema_extra=mark.json_schema_extra)
