"""The OpenAPI document: valid, committed, complete, and true in its examples."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from openapi_spec_validator import validate
from support.conformance import Json, document, resolved, validator
from tools.openapi import DOCUMENT, render

from connection_overrides.http import requests
from connection_overrides.http.catalogue import PROBLEMS
from connection_overrides.http.openapi.whole import whole_api
from connection_overrides.http.routing import Route
from connection_overrides.model.kinds import KINDS, AuthType, PlatformConnectionType


def routes() -> dict[tuple[str, str], Route]:
    return {
        (resource, method.lower()): route
        for resource, methods in whole_api().routes().items()
        for method, route in methods.items()
    }


def operations() -> Iterator[tuple[str, Json]]:
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def contents() -> Iterator[tuple[str, Json]]:
    """Every body of every operation that has a media type."""
    for name, operation in operations():
        for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
            yield f"{name} body {media_type}", content
        for status, response in operation["responses"].items():
            for media_type, content in resolved(response).get("content", {}).items():
                yield f"{name} {status} {media_type}", content


def test_the_committed_document_is_the_one_that_the_code_makes() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == render(), "stale: make openapi"


def test_it_is_valid_openapi_and_valid_in_its_own_words() -> None:
    validate(document())


def test_any_address_can_be_too_long() -> None:
    of_the_gateway = {"414", "431"}
    assert [name for name, operation in operations() if not of_the_gateway <= operation["responses"].keys()] == []


def test_it_has_the_routes_of_the_function_and_the_scope_of_each() -> None:
    declared = routes()

    described = {
        (path, method): operation
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    }

    assert described.keys() == declared.keys()
    for place, route in declared.items():
        expected = [] if route.scope is None else [{"bearer": [route.scope.value]}]
        assert described[place]["security"] == expected, place


def test_every_operation_says_what_it_does_and_has_a_name_and_a_tag_of_its_own() -> None:
    names = [operation["operationId"] for _, operation in operations()]
    tags = {tag["name"] for tag in document()["tags"]}

    assert len(set(names)) == len(names)
    for name, operation in operations():
        assert operation["summary"], name
        assert operation["description"].endswith("."), name
        assert set(operation["tags"]) < tags, name
        assert all(resolved(response)["description"] for response in operation["responses"].values()), name
        assert all(parameter["description"] for parameter in operation["parameters"]), name
        # The library that describes signatures would promise 422 for every body that is wrong.
        ours = None if name.startswith("GET") else {"$ref": "#/components/responses/IdempotencyKeyReused"}
        assert operation["responses"].get("422") == ours, name


def test_no_schema_response_or_header_is_left_unused() -> None:
    text = render()
    for kind in ("schemas", "responses", "headers"):
        for name in document()["components"][kind]:
            assert f'"#/components/{kind}/{name}"' in text, name
    assert text.count('"null"') == 1, "only an override that blocks shows what it has not"


@pytest.mark.parametrize(
    ("name", "content"), list(contents()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_json_body_has_examples_and_they_are_valid(name: str, content: Json) -> None:
    examples = content.get("examples", {})

    assert examples or "text/html" in name or "/v1/openapi.json 200" in name
    for example in examples.values():
        check = validator(json.dumps(content["schema"]))
        assert list(check.iter_errors(example["value"])) == []


def test_every_example_of_a_body_is_taken_by_its_model() -> None:
    seen = set()
    for _, operation in operations():
        for content in operation.get("requestBody", {}).get("content", {}).values():
            model: Any = getattr(requests, content["schema"]["$ref"].rpartition("/")[2])
            seen.add(model)
            for example in content["examples"].values():
                body = model.model_validate(example["value"])
                if isinstance(body, requests.NewConnection):
                    assert body.to_default()
                if isinstance(body, requests.OverrideBody):
                    assert (body.to_reference() is None) == bool(body.blocked)

    assert len(seen) == 7


def test_every_problem_of_the_catalogue_can_occur_somewhere_but_those_without_an_operation() -> None:
    listed = {
        slug
        for _, operation in operations()
        for response in operation["responses"].values()
        for slug in resolved(response).get("content", {}).get("application/problem+json", {}).get("examples", {})
    }

    assert set(PROBLEMS) - listed == {"method-not-allowed"}


def test_connection_properties_are_the_three_shapes_of_the_table_of_kinds() -> None:
    schemas = document()["components"]["schemas"]
    properties = schemas["ConnectionProperties"]
    rows = re.findall(r"^\| `\w+` \|.*$", properties["description"], re.MULTILINE)

    assert len(rows) == len(KINDS)
    for row, kind in zip(rows, KINDS, strict=True):
        assert kind.platform_connection_type in row
        assert all(f"`{auth_type}`" in row for auth_type in kind.auth_types)
    shapes = [schemas[shape["$ref"].rpartition("/")[2]] for shape in properties["oneOf"]]
    assert [set(shape.get("properties", {})) for shape in shapes] == [
        {"secretName", "secretKey"},
        {"credentialSecretName"},
        set(),
    ]
    assert schemas["AuthType"]["enum"] == list(AuthType)
    assert schemas["PlatformConnectionType"]["enum"] == list(PlatformConnectionType)
    for name in ("Reference", "ReferenceReply", "ConnectionDetails", "ConnectionDetailsReply"):
        member = schemas[name]["properties"]["connectionProperties"]
        assert member == {"$ref": "#/components/schemas/ConnectionProperties"}


def test_parameters_say_what_they_take() -> None:
    [listing] = [operation for name, operation in operations() if operation["operationId"] == "listOverrides"]
    parameters = {parameter["name"]: parameter for parameter in listing["parameters"]}

    assert parameters["limit"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 100, "default": 25}
    assert parameters["cursor"]["schema"] == {"type": "string"}
    assert (parameters["authType"]["style"], parameters["authType"]["explode"]) == ("form", False)
    assert parameters["authType"]["schema"]["items"] == {"$ref": "#/components/schemas/AuthType"}
    assert parameters["environmentName"]["required"]
    [deletion] = [operation for name, operation in operations() if operation["operationId"] == "deleteEnvironment"]
    by_name = {parameter["name"]: parameter for parameter in deletion["parameters"]}
    assert by_name["cascade"]["schema"] == {"type": "boolean", "default": False}
    assert {"If-Match", "If-None-Match"} < by_name.keys()


def test_nothing_of_it_is_imported_when_a_function_starts() -> None:
    script = (
        "import sys\n"
        "from connection_overrides.http import api, effective, registry\n"
        "print([name for name in sys.modules if name.startswith('connection_overrides.http.openapi')])"
    )

    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603 - our own lines

    assert run.stdout == "[]\n"
