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


def problems_of(response: Json) -> Json:
    """The examples of a response that is a problem, by slug."""
    examples: Json = response.get("content", {}).get("application/problem+json", {}).get("examples", {})
    return examples


def nodes(node: Any, path: str = "") -> Iterator[tuple[str, Json]]:
    """Every object in the JSON with its path, except examples."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from nodes(item, f"{path}/{index}")
    elif isinstance(node, dict):
        yield path, node
        for name, value in node.items():
            if name != "examples":
                yield from nodes(value, f"{path}/{name}")


def test_it_is_valid_openapi() -> None:
    validate(document())


def test_every_operation_refers_to_the_response_for_what_any_request_can_be_refused_with() -> None:
    default = {"$ref": "#/components/responses/AnyOperationProblem"}
    assert [name for name, operation in operations() if operation["responses"].get("default") != default] == []

    statuses = {problem["value"]["status"] for problem in problems_of(resolved(default)).values()}
    assert statuses == {400, 401, 403, 413, 414, 415, 429, 431, 500, 503, 504}


def test_a_generator_gets_no_schema_that_it_would_not_understand() -> None:
    """No condition beside a type, no pattern that looks around, no default that looks like a guarantee."""
    for path, schema in nodes(document()["components"]["schemas"]):
        assert schema.keys().isdisjoint({"patternProperties", "default", "allOf", "not", "if"}), path
        assert "properties" not in schema or schema.keys().isdisjoint({"anyOf", "oneOf"}), path
        assert len(schema.get("oneOf", [{}, {}])) > 1, path
        assert "(?" not in schema.get("pattern", "").replace("(?:", ""), path
        assert "readOnly" not in schema or not schema.keys().isdisjoint({"type", "$ref"}), path


def test_the_type_of_a_problem_tells_it_from_all_others() -> None:
    schemas = document()["components"]["schemas"]
    for _, operation in operations():
        for response in operation["responses"].values():
            for media_type, content in resolved(response).get("content", {}).items():
                if media_type == "application/problem+json":
                    schema = resolved(content["schema"])
                    mapping = schema.get("discriminator", {"mapping": None})["mapping"]
                    one_of = [one["$ref"] for one in schema.get("oneOf", [content["schema"]])]
                    types = {resolved({"$ref": one})["properties"]["type"]["const"]: one for one in one_of}
                    assert mapping in (None, types)
                    assert len(types) == len(one_of)
    # The document is read behind a stage.
    assert schemas["OverrideAlreadyExistsProblem"]["properties"]["type"]["const"] == (
        "/live/v1/problems/override-already-exists"
    )


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
        # Swagger UI and Postman fill in an `example`, which changes what the request does.
        assert all(
            ("example" in parameter) == parameter.get("required", False) for parameter in operation["parameters"]
        )
        assert all("example" in one or one["schema"]["examples"] for one in operation["parameters"]), name
        # Powertools would add a 422 for every invalid body.
        ours = None if name.startswith("GET") else {"$ref": "#/components/responses/IdempotencyKeyReusedProblem"}
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
        (slug, example["value"], status)
        for _, operation in operations()
        for status, response in operation["responses"].items()
        for slug, example in problems_of(resolved(response)).items()
    ]
    catalogue = problem_types()

    assert catalogue.keys() - {slug for slug, _, _ in shown} == {"method-not-allowed"}
    for slug, example, status in shown:
        entry = catalogue[slug]
        assert (entry["type"], entry["status"], entry["title"]) == (
            example["type"],
            example["status"],
            example["title"],
        )
        assert status in {"default", str(entry["status"])}


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

    assert parameters["limit"]["schema"] == {
        "type": "integer",
        "minimum": 1,
        "maximum": 100,
        "default": 25,
        "examples": [50],
    }
    assert parameters["cursor"]["schema"].keys() == {"type", "examples"}
    assert parameters["authType"]["schema"]["type"] == "array"
    assert parameters["authType"]["schema"]["items"] == {"$ref": "#/components/schemas/AuthType"}
    assert parameters["environmentName"]["required"]
    by_name = {parameter["name"]: parameter for parameter in by_id["deleteEnvironment"]["parameters"]}
    assert by_name["cascade"]["schema"] == {"type": "boolean", "default": False, "examples": [True]}
    assert {"If-Match", "If-None-Match"} < by_name.keys()
