"""One operation of the document, from its declaration and from what Powertools derived from its signature."""

import inspect
from typing import Any, Final

from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from connection_overrides.api.openapi.examples import examples_of_body, examples_of_response
from connection_overrides.api.openapi.headers import IF_MATCH, IF_NONE_MATCH, KEY_OF_A_WRITE, refer
from connection_overrides.api.openapi.problems import responses_of
from connection_overrides.api.openapi.schemas import without_null
from connection_overrides.api.routing import NOT_MODIFIED, Operation, Success
from connection_overrides.errors import PreconditionFailed

BEARER: Final = "bearer"
_JSON: Final = "application/json"

type Json = dict[str, Any]


def describe_operation(operation: Operation, base: Json, document: Json, responses: Json) -> Json:
    """Return the operation, and add to `responses` those that it refers to.

    `base` is the operation, and `document` the document, as Powertools derived them.
    """
    summary, _, description = inspect.cleandoc(operation.function.__doc__ or "").partition("\n")
    schemas = _schemas_of_models(operation, document)
    parameters = [_parameter(parameter, schemas) for parameter in base.get("parameters", [])]
    described: Json = {
        "operationId": to_camel(operation.function.__name__),
        "summary": summary.rstrip("."),
        "description": description.strip() or summary,
        "tags": [operation.tag],
        "security": [] if operation.scope is None else [{BEARER: [operation.scope.value]}],
        "parameters": [*parameters, *_headers(operation)],
    }
    if operation.takes_body:
        schema = base["requestBody"]["content"][_JSON]["schema"]
        content = {"schema": schema, "examples": examples_of_body(schema)}
        described["requestBody"] = {"required": True, "content": {_JSON: content}}
    schema = base["responses"]["200"]["content"][_JSON]["schema"]
    described["responses"] = {str(success.status): _success(success, schema) for success in operation.successes}
    for status, name, response in responses_of(operation):
        described["responses"][str(status)] = {"$ref": f"#/components/responses/{name}"}
        responses[name] = response
    return described


def _success(success: Success, schema: Json) -> Json:
    response: Json = {"description": success.description, "headers": refer(*success.headers)}
    if success.media_type == _JSON:
        response["content"] = {_JSON: {"schema": schema, **examples_of_response(schema)}}
    elif success.media_type is not None:
        response["content"] = {success.media_type: {"schema": {"type": "string"}}}
    return response


def _headers(operation: Operation) -> list[Json]:
    headers = [KEY_OF_A_WRITE] if operation.writes else []
    if PreconditionFailed in operation.raises:
        return [*headers, IF_MATCH, IF_NONE_MATCH]
    return [*headers, IF_NONE_MATCH] if NOT_MODIFIED in operation.successes else headers


def _schemas_of_models(operation: Operation, document: Json) -> Json:
    """Return the schemas of query parameters that a model declares, for which Powertools writes only a basic type."""
    found: Json = {}
    for parameter in inspect.signature(operation.function).parameters.values():
        model = getattr(parameter.annotation, "__origin__", None)
        if isinstance(model, type) and issubclass(model, BaseModel):
            found |= document["components"]["schemas"][model.__name__]["properties"]
    return found


def _parameter(base: Json, schemas: Json) -> Json:
    """Return the parameter with its full schema. A list may also be a comma-separated list."""
    schema = without_null(schemas.get(base["name"]) or base["schema"])
    schema = {name: value for name, value in schema.items() if name not in {"description", "uniqueItems"}}
    parameter = {**base, "schema": schema}
    if schema.get("type") == "array":
        parameter |= {"style": "form", "explode": False}
    return parameter
