"""One operation of the document, from its route and from what the resolver read in its signature."""

import inspect
from itertools import groupby
from typing import Any, Final

from connection_overrides.errors import PreconditionFailedError
from connection_overrides.http.openapi.example_replies import examples_of_reply
from connection_overrides.http.openapi.examples import examples_of_body
from connection_overrides.http.openapi.headers import IF_MATCH, IF_NONE_MATCH, KEY_OF_A_WRITE, refer
from connection_overrides.http.openapi.problems import TOO_LONG, name_of, problems_of, response_of, too_long
from connection_overrides.http.outcomes import UNCHANGED, Outcome
from connection_overrides.http.routing import Route

BEARER: Final = "bearer"
_JSON: Final = "application/json"

type Json = dict[str, Any]


def describe_operation(route: Route, tag: str, base: Json, shared: Json) -> Json:
    """Return the operation, and add to `shared` the responses that it refers to. `base` is the resolver's."""
    summary, _, description = inspect.cleandoc(route.function.__doc__ or "").partition("\n")
    operation: Json = {
        "operationId": _camel_case(route.function.__name__),
        "summary": summary.rstrip("."),
        "description": description.strip() or summary,
        "tags": [tag],
        "security": [] if route.scope is None else [{BEARER: [route.scope.value]}],
        "parameters": [*map(_parameter, base.get("parameters", [])), *_headers(route)],
    }
    if route.takes_body:
        schema = base["requestBody"]["content"][_JSON]["schema"]
        content = {"schema": schema, "examples": examples_of_body(schema)}
        operation["requestBody"] = {"required": True, "content": {_JSON: content}}
    schema = base["responses"]["200"]["content"][_JSON]["schema"]
    operation["responses"] = {
        **{str(outcome.status): _success(outcome, schema) for outcome in route.answers},
        **_refusals(route, shared),
    }
    return operation


def _success(outcome: Outcome, schema: Json) -> Json:
    response: Json = {"description": outcome.meaning, "headers": refer(*outcome.headers)}
    if outcome.media_type == _JSON:
        response["content"] = {_JSON: {"schema": schema, **examples_of_reply(schema)}}
    elif outcome.media_type is not None:
        response["content"] = {outcome.media_type: {"schema": {"type": "string"}}}
    return response


def _refusals(route: Route, shared: Json) -> Json:
    refusals: Json = {}
    for status, group in groupby(sorted(problems_of(route), key=lambda one: one.status), lambda one: one.status):
        problems = list(group)
        name = name_of(problems)
        shared[name] = response_of(problems)
        refusals[str(status)] = {"$ref": f"#/components/responses/{name}"}
    for problem in TOO_LONG:
        name = name_of([problem])
        shared[name] = too_long(problem)
        refusals[str(problem.status)] = {"$ref": f"#/components/responses/{name}"}
    return refusals


def _headers(route: Route) -> list[Json]:
    return [*([KEY_OF_A_WRITE] if route.writes else []), *_conditions(route)]


def _conditions(route: Route) -> list[Json]:
    if PreconditionFailedError in route.refuses:
        return [IF_MATCH, IF_NONE_MATCH]
    return [IF_NONE_MATCH] if UNCHANGED in route.answers else []


def _parameter(base: Json) -> Json:
    """Return the parameter. A list is a comma list; a default is what it means, not how it is spelt in the query."""
    schema = {name: value for name, value in base["schema"].items() if name != "description"}
    parameter = {**base, "schema": schema}
    match schema.get("type"):
        case "array":
            parameter |= {"style": "form", "explode": False}
        case "integer":
            schema["default"] = int(schema["default"])
        case "boolean":
            schema["default"] = schema["default"] == "true"
    if "type" in schema:
        schema.pop("anyOf", None)
    return parameter


def _camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
