"""The OpenAPI document: valid, complete, and with valid examples.

tests/integration/test_document.py compares it with the API's behaviour.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from support.functions import problem_types, public

type Json = dict[str, Any]


@cache
def document() -> Json:
    shown: Json = public("/v1/openapi.json")
    return shown


def resolved(node: Json) -> Json:
    """Return the object, or the target of its reference."""
    while "$ref" in node:
        target: Any = document()
        for segment in node["$ref"].removeprefix("#/").split("/"):
            target = target[segment]
        node = target
    return node


def operations() -> Iterator[tuple[str, Json]]:
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def contents() -> Iterator[tuple[str, Json]]:
    """Every body of every operation with a media type."""
    for name, operation in operations():
        for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
            yield f"{name} body {media_type}", content
        for status, response in operation["responses"].items():
            for media_type, content in resolved(response).get("content", {}).items():
                yield f"{name} {status} {media_type}", content


def test_it_is_valid_openapi() -> None:
    validate(document())


def test_every_operation_can_respond_with_414_and_431() -> None:
    of_the_gateway = {"414", "431"}
    assert [name for name, operation in operations() if not of_the_gateway <= operation["responses"].keys()] == []


def test_every_operation_has_a_description_an_operation_id_and_a_tag() -> None:
    names = [operation["operationId"] for _, operation in operations()]
    tags = {tag["name"] for tag in document()["tags"]}

    assert len(set(names)) == len(names)
    for name, operation in operations():
        assert operation["summary"], name
        assert operation["description"].endswith("."), name
        assert set(operation["tags"]) < tags, name
        assert all(resolved(response)["description"] for response in operation["responses"].values()), name
        assert all(parameter["description"] for parameter in operation["parameters"]), name
        # Powertools would add a 422 for every invalid body.
        ours = None if name.startswith("GET") else {"$ref": "#/components/responses/IdempotencyKeyReused"}
        assert operation["responses"].get("422") == ours, name


def test_no_schema_response_or_header_is_unused() -> None:
    text = json.dumps(document())
    for kind in ("schemas", "responses", "headers"):
        for name in document()["components"][kind]:
            assert f'"#/components/{kind}/{name}"' in text, name
    assert text.count('"null"') == 1, "only an override that blocks shows what it has not"


def test_every_json_body_has_examples_and_they_are_valid() -> None:
    registry: Registry[Any] = Registry().with_resource("urn:document", DRAFT202012.create_resource(document()))
    for name, content in contents():
        examples = content.get("examples", {})
        schema = json.loads(json.dumps(content["schema"]).replace('"#/', '"urn:document#/'))
        validator = OAS31Validator(schema, registry=registry)

        assert examples or "text/html" in name or "/v1/openapi.json 200" in name, name
        for example in examples.values():
            assert list(validator.iter_errors(example["value"])) == [], name


def test_every_problem_occurs_in_an_operation_except_those_without_one() -> None:
    shown = [
        (slug, example["value"], int(status))
        for _, operation in operations()
        for status, response in operation["responses"].items()
        for slug, example in resolved(response)
        .get("content", {})
        .get("application/problem+json", {})
        .get("examples", {})
        .items()
    ]
    catalogue = problem_types()

    assert catalogue.keys() - {slug for slug, _, _ in shown} == {"method-not-allowed"}
    for slug, example, status in shown:
        entry = catalogue[slug]
        # The catalogue is read behind a stage.
        assert (entry["type"], entry["status"]) == ("/live" + example["type"], status)
        assert entry["title"] == example["title"]


def test_connection_properties_have_the_three_shapes_of_the_connection_types() -> None:
    schemas = document()["components"]["schemas"]
    properties = schemas["ConnectionProperties"]
    kinds = [re.findall(r"`([\w-]+)`", row) for row in re.findall(r"^\| `.*$", properties["description"], re.MULTILINE)]

    assert {kind[0] for kind in kinds} == set(schemas["PlatformConnectionType"]["enum"])
    named = {word for kind in kinds for word in kind}
    assert set(schemas["AuthType"]["enum"]) < named
    shapes = [schemas[shape["$ref"].rpartition("/")[2]] for shape in properties["oneOf"]]
    assert [set(shape.get("properties", {})) for shape in shapes] == [
        {"secretName", "secretKey"},
        {"credentialSecretName"},
        set(),
    ]
    for name, schema in schemas.items():
        member = schema.get("properties", {}).get("connectionProperties")
        assert member in (None, {"$ref": "#/components/schemas/ConnectionProperties"}), name


def test_parameters_have_types_and_descriptions() -> None:
    by_id = {operation["operationId"]: operation for _, operation in operations()}
    parameters = {parameter["name"]: parameter for parameter in by_id["listOverrides"]["parameters"]}

    assert parameters["limit"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 100, "default": 25}
    assert parameters["cursor"]["schema"] == {"type": "string"}
    assert parameters["authType"]["schema"]["type"] == "array"
    assert parameters["authType"]["schema"]["items"] == {"$ref": "#/components/schemas/AuthType"}
    assert parameters["environmentName"]["required"]
    by_name = {parameter["name"]: parameter for parameter in by_id["deleteEnvironment"]["parameters"]}
    assert by_name["cascade"]["schema"] == {"type": "boolean", "default": False}
    assert {"If-Match", "If-None-Match"} < by_name.keys()
