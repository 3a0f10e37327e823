"""Checks of requests and responses against the OpenAPI document."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from openapi_schema_validator import OAS31Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

ROOT: Final = Path(__file__).parents[2]
_URI: Final = "urn:document"
_PROBLEM: Final = "application/problem+json"

type Json = dict[str, Any]


@cache
def document() -> Json:
    """The committed document. test_about.py tests that the API returns the same."""
    committed: Json = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
    return committed


def resolved(node: Json) -> Json:
    """Return the object, or the target of its reference."""
    while "$ref" in node:
        target: Any = document()
        for segment in node["$ref"].removeprefix("#/").split("/"):
            target = target[segment]
        node = target
    return node


def check_answer(
    method: str, resource: str, status: int, headers: Mapping[str, str], body: object, request: object = None
) -> None:
    """Check the response of an operation, and that the document allows a body that it accepted."""
    operation = document()["paths"].get(resource, {}).get({"HEAD": "GET"}.get(method, method).lower())
    if operation is None:
        return
    responses = operation["responses"]
    assert status >= 400 or str(status) in responses, f"{method} {resource} says nothing of {status}: {body}"
    response = resolved(responses.get(str(status), responses["default"]))
    for name, reference in response["headers"].items():
        assert name in headers or not resolved(reference)["required"], f"{status} without {name}"
    if method != "HEAD":
        _check_body(response, headers, body)
    if status < 300 and request is not None:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        _check(schema, without_read_only(resolved(schema), without_null(request)))


def _check_body(response: Json, headers: Mapping[str, str], body: object) -> None:
    media_type = headers.get("Content-Type", "").partition(";")[0]
    assert list(response.get("content", {})) == ([media_type] if body is not None else [])
    if media_type in {"application/json", _PROBLEM}:
        _check(response["content"][media_type]["schema"], body)


def _check(schema: Json, value: object) -> None:
    failures = list(validator(json.dumps(schema)).iter_errors(value))
    assert not failures, f"{failures[0].json_path}: {failures[0].message} in {value}"


@cache
def validator(schema: str) -> OAS31Validator:
    """A validator of a schema, given as JSON, with references into the document."""
    registry: Registry[Any] = Registry().with_resource(_URI, DRAFT202012.create_resource(document()))
    absolute = schema.replace('"#/', f'"{_URI}#/')
    return OAS31Validator(json.loads(absolute), registry=registry)


def without_read_only(schema: Json, body: Any) -> Json:
    """Return the body without the members that the API ignores, whatever their value (OpenAPI, "readOnly")."""
    members = schema["properties"]
    return {name: value for name, value in body.items() if not members.get(name, {}).get("readOnly")}


def without_null(value: Any) -> Any:
    """Return the value without members that are null, which count as omitted."""
    match value:
        case dict():
            return {name: without_null(member) for name, member in value.items() if member is not None}
        case list():
            return [without_null(item) for item in value]
        case _:
            return value
