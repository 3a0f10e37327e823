"""One operation of the document, from its declaration and from what Powertools derived from its signature."""

import inspect
from typing import Any, Final

from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from connection_overrides.api.openapi.examples import examples_of_body, examples_of_response
from connection_overrides.api.openapi.headers import IF_MATCH, IF_NONE_MATCH, KEY_OF_A_WRITE, REASON_OF_A_WRITE, refer
from connection_overrides.api.openapi.problems import responses_of
from connection_overrides.api.routing import NOT_MODIFIED, Operation, Success
from connection_overrides.domain.base import without_null
from connection_overrides.errors import PreconditionFailed

BEARER: Final = "bearer"
_JSON: Final = "application/json"

type Json = dict[str, Any]


def describe_operation(operation: Operation, base: Json, components: Json, base_path: str) -> Json:
    """Return the operation, for requests behind a base path, and add to `components` what it refers to.

    `base` is the operation as Powertools derived it.
    """
    summary, _, description = inspect.cleandoc(operation.function.__doc__ or "").partition("\n")
    schemas = _schemas_of_models(operation, components["schemas"])
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
    for response in responses_of(operation, base_path):
        described["responses"][response.status] = {"$ref": f"#/components/responses/{response.name}"}
        components["responses"][response.name] = response.content()
        components["schemas"] |= response.schemas()
    return described


def _success(success: Success, schema: Json) -> Json:
    response: Json = {"description": success.description, "headers": refer(*success.headers)}
    if success.media_type == _JSON:
        response["content"] = {_JSON: {"schema": schema, **examples_of_response(schema)}}
    elif success.media_type is not None:
        response["content"] = {success.media_type: {"schema": {"type": "string"}}}
    return response


def _headers(operation: Operation) -> list[Json]:
    headers = [KEY_OF_A_WRITE, REASON_OF_A_WRITE] if operation.writes else []
    if PreconditionFailed in operation.raises:
        return [*headers, IF_MATCH, IF_NONE_MATCH]
    return [*headers, IF_NONE_MATCH] if NOT_MODIFIED in operation.successes else headers


def _schemas_of_models(operation: Operation, schemas: Json) -> Json:
    """Return the schemas of query parameters that a model declares, for which Powertools writes only a basic type."""
    found: Json = {}
    for parameter in inspect.signature(operation.function).parameters.values():
        model = getattr(parameter.annotation, "__origin__", None)
        if isinstance(model, type) and issubclass(model, BaseModel):
            found |= schemas[model.__name__]["properties"]
    return found


def _parameter(base: Json, schemas: Json) -> Json:
    """Return the parameter with its full schema. A list may also be a comma-separated list."""
    schema = without_null(schemas.get(base["name"]) or base["schema"])
    schema = {name: value for name, value in schema.items() if name not in {"description", "uniqueItems"}}
    parameter = {**base, "schema": schema}
    if base["required"]:
        # Pages and tools fill in this one. That of an optional parameter would change what the request does.
        [parameter["example"]] = schema.pop("examples")
    if schema.get("type") == "array":
        parameter |= {"style": "form", "explode": False}
    return parameter
