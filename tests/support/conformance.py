"""Whether requests and answers are as the OpenAPI document says."""

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
    """The document as it is committed; test_about.py tells whether it is the one that the API answers with."""
    committed: Json = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
    return committed


def resolved(node: Json) -> Json:
    """The object, or what it refers to."""
    while "$ref" in node:
        target: Any = document()
        for segment in node["$ref"].removeprefix("#/").split("/"):
            target = target[segment]
        node = target
    return node


def check_answer(
    method: str, resource: str, status: int, headers: Mapping[str, str], body: object, request: object = None
) -> None:
    """Check what one of the operations answered, and that a body it took is one that it says it takes."""
    operation = document()["paths"].get(resource, {}).get({"HEAD": "GET"}.get(method, method).lower())
    if operation is None:
        return
    assert str(status) in operation["responses"], f"{method} {resource} says nothing of {status}: {body}"
    response = resolved(operation["responses"][str(status)])
    for name, reference in response["headers"].items():
        assert name in headers or not resolved(reference)["required"], f"{status} without {name}"
    if method != "HEAD":
        _check_body(response, headers, body)
    if status < 300 and request is not None:
        _check(operation["requestBody"]["content"]["application/json"]["schema"], without_null(request))


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
    """A validator of a schema, as JSON, whose references lead into the document."""
    registry: Registry[Any] = Registry().with_resource(_URI, DRAFT202012.create_resource(document()))
    absolute = schema.replace('"#/', f'"{_URI}#/')
    return OAS31Validator(json.loads(absolute), registry=registry)


def without_null(value: Any) -> Any:
    """The value without members that are null: they count as left out."""
    match value:
        case dict():
            return {name: without_null(member) for name, member in value.items() if member is not None}
        case list():
            return [without_null(item) for item in value]
        case _:
            return value
