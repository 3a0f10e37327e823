"""Each breaking change is detected, and no other change is reported."""

import copy
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tools import compatibility
from tools.compatibility import breaks, may_break
from tools.document_words import unknown_words
from tools.openapi import DOCUMENT

type Json = dict[str, Any]
type Schema = Json | bool
type Change = Callable[[Json], object]

OLD: Json = {
    "info": {"version": "1.0.0"},
    "servers": [{"url": "https://api.example.com"}],
    "paths": {
        "/things": {
            "get": {
                "operationId": "listThings",
                "security": [],
                "parameters": [
                    {
                        "in": "query",
                        "name": "limit",
                        "allowReserved": True,
                        "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 25},
                    },
                    {
                        "in": "query",
                        "name": "kind",
                        "style": "form",
                        "explode": False,
                        "schema": {"type": "array", "maxItems": 9, "items": {"type": "string", "enum": ["A", "B"]}},
                    },
                ],
                "responses": {
                    "default": {"$ref": "#/components/responses/Conflict"},
                    "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Page"}}}},
                },
            },
            "post": {
                "operationId": "createThing",
                "security": [{"bearer": ["write"]}],
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewThing"}}},
                },
                "responses": {
                    "201": {
                        "headers": {"ETag": {"$ref": "#/components/headers/ETag"}},
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
                    },
                    "409": {"$ref": "#/components/responses/Conflict"},
                },
            },
        }
    },
    "components": {
        "headers": {"ETag": {"required": True, "schema": {"type": "string"}}},
        "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        "responses": {
            "Conflict": {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/InUse"}}}}
        },
        "schemas": {
            "Page": {
                "type": "object",
                "required": ["results"],
                "properties": {"results": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}}},
            },
            "Thing": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": {"type": "string"},
                    "made": {"type": "string", "format": "date-time"},
                    "state": {"type": "string", "default": "open"},
                    "parent": {"$ref": "#/components/schemas/Thing"},
                },
            },
            "NewThing": {
                "type": "object",
                "additionalProperties": False,
                "required": ["name"],
                "properties": {
                    "name": {"type": "string", "minLength": 1, "maxLength": 9, "pattern": "^a"},
                    "note": {"type": "string"},
                    "kind": {"type": "string", "enum": ["A", "B"]},
                    "shape": {"oneOf": [{"$ref": "#/components/schemas/Round"}, {"$ref": "#/components/schemas/Map"}]},
                },
            },
            "Round": {"type": "object", "properties": {"radius": {"type": "integer"}}},
            "Map": {"type": "object", "patternProperties": {"^x": {"type": "string"}}},
            "Problem": {"type": "object", "required": ["type"], "properties": {"type": {"type": "string"}}},
            "InUse": {
                "allOf": [{"$ref": "#/components/schemas/Problem"}],
                "properties": {"total": {"type": "integer"}},
            },
        },
    },
}


def get(document: Json) -> Json:
    operation: Json = document["paths"]["/things"]["get"]
    return operation


def post(document: Json) -> Json:
    operation: Json = document["paths"]["/things"]["post"]
    return operation


def schema(document: Json, name: str) -> Json:
    found: Json = document["components"]["schemas"][name]
    return found


def member(document: Json, name: str) -> Json:
    found: Json = schema(document, "NewThing")["properties"][name]
    return found


def limit(document: Json) -> Json:
    found: Json = get(document)["parameters"][0]
    return found


def kinds(document: Json) -> Json:
    found: Json = get(document)["parameters"][1]
    return found


def changed(change: Change) -> Json:
    new = copy.deepcopy(OLD)
    change(new)
    return new


GET, POST = "GET /things: ", "POST /things: "
BREAKING: list[tuple[str, Change]] = [
    (GET + "removed", lambda d: d["paths"].pop("/things")),
    (POST + "removed", lambda d: d["paths"]["/things"].pop("post")),
    (GET + "operationId changed, which is a name in generated clients", lambda d: get(d).update(operationId="things")),
    (GET + "requires more of the caller", lambda d: get(d).update(security=[{"bearer": []}])),
    (POST + "requires more of the caller", lambda d: post(d).update(security=[{"bearer": ["write", "admin"]}])),
    (GET + "parameter limit removed", lambda d: get(d)["parameters"].pop(0)),
    (GET + "parameter limit is now required", lambda d: limit(d).update(required=True)),
    (
        GET + "parameter more is now required",
        lambda d: get(d)["parameters"].append({"in": "query", "name": "more", "required": True, "schema": {}}),
    ),
    (GET + "parameter kind has another style", lambda d: kinds(d).update(explode=True)),
    (GET + "parameter limit has another type", lambda d: limit(d)["schema"].update(type="string")),
    (GET + "parameter limit has a higher minimum", lambda d: limit(d)["schema"].update(minimum=2)),
    (GET + "parameter limit has a lower maximum", lambda d: limit(d)["schema"].update(maximum=50)),
    (GET + "parameter kind has a lower maxItems", lambda d: kinds(d)["schema"].update(maxItems=3)),
    (GET + "parameter kind[] no longer accepts B", lambda d: kinds(d)["schema"]["items"].update(enum=["A"])),
    (POST + "application/json is no longer accepted", lambda d: post(d)["requestBody"]["content"].clear()),
    (POST + "body.note is now required", lambda d: schema(d, "NewThing")["required"].append("note")),
    (POST + "body.note removed", lambda d: schema(d, "NewThing")["properties"].pop("note")),
    (POST + "body.note has another type", lambda d: member(d, "note").update(type="integer")),
    (POST + "body.note no longer accepts other values", lambda d: member(d, "note").update(enum=["x"])),
    (POST + "body.note has a lower maxLength", lambda d: member(d, "note").update(maxLength=9)),
    (POST + "body.name has another pattern", lambda d: member(d, "name").update(pattern="^b")),
    (POST + "body.kind no longer accepts A", lambda d: member(d, "kind").update(enum=["B", "C"])),
    (POST + "body.shape no longer accepts Map", lambda d: member(d, "shape")["oneOf"].pop()),
    (POST + "body.note no longer accepts other values", lambda d: member(d, "note").update(anyOf=[{"const": "x"}])),
    (
        POST + "body.shape.radius has another type",
        lambda d: schema(d, "Round")["properties"]["radius"].update(type="string"),
    ),
    (
        POST + "body.shape no longer accepts other members",
        lambda d: schema(d, "Round").update(additionalProperties=False),
    ),
    (POST + "body.shape accepts other names", lambda d: schema(d, "Map").update(patternProperties={})),
    (
        POST + "body.shape.* has a lower maxLength",
        lambda d: schema(d, "Map")["patternProperties"]["^x"].update(maxLength=1),
    ),
    (GET + "parameter limit has the default 50 instead of 25", lambda d: limit(d)["schema"].update(default=50)),
    (GET + "parameter limit has the default none instead of 25", lambda d: limit(d)["schema"].pop("default")),
    (GET + 'parameter kind has the default ["A"] instead of none', lambda d: kinds(d)["schema"].update(default=["A"])),
    (POST + "body.note has the default 0 instead of none", lambda d: member(d, "note").update(default=0)),
    (POST + "body.note has the default false instead of none", lambda d: member(d, "note").update(default=False)),
    (
        POST + 'body.shape has the default "x" instead of none',
        lambda d: schema(d, "NewThing")["properties"].update(
            shape={"default": "x", "allOf": [schema(d, "NewThing")["properties"]["shape"]]}
        ),
    ),
    (
        POST + '201.state has the default "shut" instead of "open"',
        lambda d: schema(d, "Thing")["properties"]["state"].update(default="shut"),
    ),
    (
        POST + '201.state has the default none instead of "open"',
        lambda d: schema(d, "Thing")["properties"]["state"].pop("default"),
    ),
    (GET + "parameter limit no longer has allowReserved", lambda d: limit(d).pop("allowReserved")),
    ("server https://api.example.com removed", lambda d: d.update(servers=[{"url": "/"}])),
    (
        "security scheme bearer has changed",
        lambda d: d["components"]["securitySchemes"]["bearer"].update(scheme="basic"),
    ),
    (POST + "requires more of the caller", lambda d: post(d).update(security=[{"bearer": ["read"]}])),
    (POST + "requires more of the caller", lambda d: post(d)["security"][0].update(key=[])),
    (
        POST + "201: header ETag has another type",
        lambda d: d["components"]["headers"]["ETag"].update(schema={"type": "integer"}),
    ),
    (
        GET + "parameter trace is now required",
        lambda d: d["paths"]["/things"].update(
            parameters=[{"in": "header", "name": "trace", "required": True, "schema": {}}]
        ),
    ),
    (GET + "default removed", lambda d: get(d)["responses"].pop("default")),
    (POST + "409 removed", lambda d: post(d)["responses"].pop("409")),
    (
        POST + "409: application/problem+json removed",
        lambda d: (post(d)["responses"].pop("409"), post(d)["responses"].update(default={"content": {}})),
    ),
    (POST + "201: header ETag removed", lambda d: post(d)["responses"]["201"]["headers"].clear()),
    (
        POST + "201: header ETag is no longer guaranteed",
        lambda d: d["components"]["headers"]["ETag"].update(required=False),
    ),
    (POST + "201: application/json removed", lambda d: post(d)["responses"]["201"]["content"].clear()),
    (POST + "201.made removed", lambda d: schema(d, "Thing")["properties"].pop("made")),
    (POST + "201.made has another format", lambda d: schema(d, "Thing")["properties"]["made"].update(format="date")),
    (POST + "201.name is no longer guaranteed", lambda d: schema(d, "Thing")["required"].clear()),
    (
        GET + "200.results[].name has another type",
        lambda d: schema(d, "Thing")["properties"]["name"].update(type="object"),
    ),
    (POST + "409.total removed", lambda d: schema(d, "InUse")["properties"].pop("total")),
    (POST + "409.type is no longer guaranteed", lambda d: schema(d, "Problem")["required"].clear()),
]
HARMLESS: list[Change] = [
    lambda d: d["paths"].update({"/more": {"get": {"responses": {}}}}),
    lambda d: get(d)["parameters"].append({"in": "query", "name": "more", "schema": {"type": "string"}}),
    lambda d: limit(d)["schema"].update(type=["integer", "string"]),
    lambda d: limit(d)["schema"].update(type="number"),
    lambda d: limit(d)["schema"].update(maximum=1000),
    lambda d: member(d, "kind")["enum"].append("C"),
    lambda d: member(d, "name").pop("pattern"),
    lambda d: member(d, "shape")["oneOf"].append({"$ref": "#/components/schemas/Thing"}),
    lambda d: schema(d, "NewThing")["properties"].update(more={"type": "string"}),
    lambda d: schema(d, "NewThing")["required"].clear(),
    lambda d: schema(d, "Thing")["properties"].update(more={"type": "string"}),
    lambda d: schema(d, "Thing")["required"].append("made"),
    lambda d: post(d)["responses"].update({"418": {}}),
    lambda d: post(d)["responses"].update(default=post(d)["responses"].pop("409")),
    lambda d: post(d)["responses"].update(default={"$ref": "#/components/responses/Conflict"}),
    lambda d: post(d).update(security=[]),
    lambda d: post(d)["security"].append({"key": []}),
    lambda d: post(d).update(security=[{"bearer": []}]),
    lambda d: post(d).pop("security") and d.update(security=[{"bearer": ["write"]}]),
    lambda d: d["servers"].append({"url": "/"}),
    lambda d: limit(d).update(style="form", explode=True),
    lambda d: limit(d).update(deprecated=True, description="How many", examples={"few": {"value": 5}}),
    lambda d: get(d).update(deprecated=True, summary="List", tags=["Things"], externalDocs={"url": "/"}),
    lambda d: d["paths"]["/things"].update(parameters=[get(d)["parameters"].pop()]),
    lambda d: (
        d["components"].update(parameters={"Limit": get(d)["parameters"].pop(0)})
        or get(d)["parameters"].append({"$ref": "#/components/parameters/Limit"})
    ),
    lambda d: post(d)["responses"]["201"].update(headers={"etag": {"$ref": "#/components/headers/ETag"}}),
    lambda d: get(d)["parameters"].append({"in": "query", "name": "more", "schema": {"default": 1}}),
    lambda d: member(d, "name").update(default="always sent"),
    lambda d: member(d, "note").update(default=None),
    lambda d: schema(d, "Thing")["properties"]["made"].update(default="2030-01-01T00:00:00Z"),
    lambda d: schema(d, "NewThing")["properties"].update(more={"type": "string", "default": "x"}),
    lambda d: schema(d, "NewThing").update(title="New", examples=[{"name": "a"}], example={}, deprecated=True),
]


@pytest.mark.parametrize(("sentence", "change"), BREAKING, ids=[sentence for sentence, _ in BREAKING])
def test_a_breaking_change_is_detected(sentence: str, change: Change) -> None:
    assert sentence in breaks(OLD, changed(change))


@pytest.mark.parametrize("change", HARMLESS)
def test_a_compatible_change_is_not_reported(change: Change) -> None:
    assert breaks(OLD, changed(change)) == []


SHAPES: Json = {
    "Round": {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"const": "ROUND"}, "r": {"type": "number"}},
    },
    "Flat": {"type": "object", "required": ["kind"], "properties": {"kind": {"const": "FLAT"}}},
    "Tree": {
        "type": "object",
        "properties": {"branches": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}},
    },
}
ROUND, FLAT, TREE = ({"$ref": f"#/components/schemas/{name}"} for name in SHAPES)


def document(*, body: Schema = True, response: Schema = True) -> Json:
    """A document of one operation."""
    operation = {
        "requestBody": {"content": {"application/json": {"schema": body}}},
        "responses": {"200": {"content": {"application/json": {"schema": response}}}},
    }
    return {"paths": {"/x": {"put": operation}}, "components": {"schemas": SHAPES}}


def findings(old: Schema, new: Schema) -> tuple[list[str], list[str]]:
    """The breaking changes of a schema in a request, and in a response."""
    return (
        [found.removeprefix("PUT /x: body") for found in breaks(document(body=old), document(body=new))],
        [found.removeprefix("PUT /x: 200") for found in breaks(document(response=old), document(response=new))],
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            {"anyOf": [{"type": "string", "maxLength": 9}, {"type": "null"}]},
            {"type": ["null", "string"], "maxLength": 9},
        ),
        ({"const": "A"}, {"enum": ["A"]}),
        ({"type": "string", "const": "A"}, {"enum": ["A"]}),
        ({"oneOf": [{"const": "A"}, {"const": "B"}]}, {"type": "string", "enum": ["B", "A"]}),
        ({"enum": ["A", None]}, {"anyOf": [{"type": "string", "enum": ["A"]}, {"type": "null"}]}),
        ({"oneOf": [ROUND]}, ROUND),
        ({"anyOf": [FLAT], "description": "Flat"}, {"allOf": [FLAT]}),
        ({**FLAT, "description": "Flat", "title": "Flat"}, FLAT),
        ({"anyOf": [ROUND, FLAT]}, {"oneOf": [FLAT, ROUND]}),
        ({"anyOf": [ROUND, {"anyOf": [FLAT, {"type": "null"}]}]}, {"anyOf": [{"type": "null"}, ROUND, FLAT]}),
        (ROUND, SHAPES["Round"]),
        (TREE, {"allOf": [TREE], "description": "A tree"}),
        ({"allOf": [{"type": "integer", "minimum": 1}, {"minimum": 3}]}, {"type": "integer", "minimum": 3}),
        ({"allOf": [{"type": ["number", "null"]}, {"type": ["integer", "string"]}]}, {"type": "integer"}),
        ({"allOf": [{"enum": [1, 2]}, {"enum": [2, 3]}]}, {"const": 2}),
        (
            {"type": "object", "allOf": [{"required": ["a"]}], "required": ["b"]},
            {"type": "object", "required": ["b", "a"]},
        ),
        (
            {
                "type": "object",
                "allOf": [{"properties": {"a": {"type": "string"}}}],
                "properties": {"a": {"minLength": 1}},
            },
            {"type": "object", "properties": {"a": {"type": "string", "minLength": 1}}},
        ),
        ({"type": "array"}, {"type": "array", "items": True}),
        ({"type": "array", "items": {}}, {"type": "array"}),
        (True, {}),
        ({"type": "string", "uniqueItems": True, "minimum": 3}, {"type": "string"}),
        ({"type": "integer", "default": 5, "$comment": "x"}, {"type": "integer"}),
        ({"$defs": {"x": True}, "type": "string"}, {"type": "string"}),
    ],
)
def test_two_ways_to_write_a_schema_are_the_same(one: Schema, other: Schema) -> None:
    assert findings(one, other) == ([], [])
    assert findings(other, one) == ([], [])


TEXT, NUMBER = {"type": "string"}, {"type": "number"}
NULLABLE = {"type": ["string", "null"]}


@pytest.mark.parametrize(
    ("old", "new", "in_request", "in_response"),
    [
        (NULLABLE, TEXT, [" has another type"], []),
        (TEXT, NULLABLE, [], [" has another type"]),
        (TEXT, {"anyOf": [TEXT, {"type": "null"}]}, [], [" has another type"]),
        (TEXT, True, [], [" has another type"]),
        ({}, TEXT, [" has another type"], []),
        (TEXT, False, [" has another type"], []),
        (NUMBER, {"type": "integer"}, [" has another type"], []),
        ({"type": "integer"}, NUMBER, [], [" has another type"]),
        ({"enum": ["A"]}, {"enum": ["B"]}, [" no longer accepts A"], [" has none of its values"]),
        ({"enum": ["A", 1]}, {"enum": ["A"]}, [" has another type"], []),
        ({"const": 1}, {"const": True}, [" has another type"], [" has another type"]),
        (TEXT, {**TEXT, "format": "date"}, [" has another format"], []),
        ({**TEXT, "format": "date"}, TEXT, [], [" has another format"]),
        (TEXT, {**TEXT, "contentEncoding": "base64"}, [" has another contentEncoding"], []),
        ({**TEXT, "contentMediaType": "a/b"}, TEXT, [], [" has another contentMediaType"]),
        (NUMBER, {**NUMBER, "exclusiveMinimum": 0}, [" has a higher exclusiveMinimum"], []),
        ({**NUMBER, "exclusiveMaximum": 9}, {**NUMBER, "exclusiveMaximum": 8}, [" has a lower exclusiveMaximum"], []),
        (NUMBER, {**NUMBER, "multipleOf": 2}, [" has another multipleOf"], []),
        ({"type": "array"}, {"type": "array", "uniqueItems": True}, [" has another uniqueItems"], []),
        ({"type": "array"}, {"type": "array", "items": TEXT}, ["[] has another type"], []),
        ({"type": "array", "items": TEXT}, {"type": "array"}, [], ["[] has another type"]),
        (
            {"type": "object"},
            {"type": "object", "dependentRequired": {"a": ["b"]}},
            [" has another dependentRequired"],
            [],
        ),
        ({"type": "object"}, {"type": "object", "propertyNames": {"enum": ["a"]}}, [" (names) has another type"], []),
        (
            {"type": "object", "propertyNames": {"enum": ["a", "b"]}},
            {"type": "object", "propertyNames": {"enum": ["a"]}},
            [" (names) no longer accepts b"],
            [],
        ),
        (
            {"type": "object", "additionalProperties": {"type": "string"}},
            {"type": "object", "additionalProperties": {"type": "integer"}},
            [".* has another type"],
            [".* has another type"],
        ),
        ({"type": "object"}, {"type": "object", "additionalProperties": TEXT}, [".* has another type"], []),
        (
            {"type": "object", "properties": {"a": TEXT}, "additionalProperties": TEXT},
            {"type": "object", "additionalProperties": TEXT},
            [],
            [".a removed"],
        ),
        (
            {"type": "object", "properties": {"a": NUMBER}, "additionalProperties": TEXT},
            {"type": "object", "additionalProperties": TEXT},
            [".a has another type"],
            [".a removed"],
        ),
        (TEXT, {**TEXT, "readOnly": True}, [" is now read-only"], []),
        (TEXT, {**TEXT, "writeOnly": True}, [], [" is no longer returned"]),
        ({"oneOf": [ROUND, FLAT]}, ROUND, [" no longer accepts Flat"], []),
        ({"oneOf": [ROUND, FLAT, TREE]}, {"oneOf": [ROUND, TREE]}, [], []),  # a tree may have any member
        (ROUND, {"oneOf": [ROUND, FLAT]}, [], []),
        (
            {"allOf": [ROUND], "anyOf": [{"required": ["r"]}, {"maxProperties": 1}]},
            {"allOf": [ROUND], "anyOf": [{"required": ["r"]}, {"maxProperties": 1, "required": ["s"]}]},
            [".r is now required"],
            [],
        ),
        (
            {"oneOf": [ROUND, FLAT], "discriminator": {"propertyName": "kind"}},
            {"oneOf": [ROUND, FLAT], "discriminator": {"propertyName": "sort"}},
            [" has another discriminator"],
            [" has another discriminator"],
        ),
        (
            {"oneOf": [ROUND, FLAT], "discriminator": {"propertyName": "kind"}},
            {"oneOf": [ROUND, FLAT]},
            [" has another discriminator"],
            [" has another discriminator"],
        ),
        ({"oneOf": [ROUND, FLAT]}, {"oneOf": [ROUND, FLAT], "discriminator": {"propertyName": "kind"}}, [], []),
        (
            {"oneOf": [ROUND, FLAT], "discriminator": {"propertyName": "kind", "mapping": {"FLAT": FLAT["$ref"]}}},
            {"oneOf": [ROUND, FLAT], "discriminator": {"propertyName": "kind", "mapping": {"FLAT": ROUND["$ref"]}}},
            [".kind no longer accepts FLAT"],
            [".kind has none of its values"],
        ),
        (
            {"oneOf": [ROUND, FLAT], "discriminator": {"propertyName": "kind", "mapping": {"FLAT": FLAT["$ref"]}}},
            {"oneOf": [ROUND, FLAT], "discriminator": {"propertyName": "kind", "mapping": {}}},
            [" no longer accepts FLAT"],
            [],
        ),
    ],
)
def test_a_change_of_a_schema_breaks_requests_or_responses(
    old: Schema, new: Schema, in_request: list[str], in_response: list[str]
) -> None:
    assert findings(old, new) == (in_request, in_response)


UNKNOWN: list[tuple[str, Change]] = [
    *(
        (f"/components/schemas/Thing/properties/made: this check does not know the word {word}", change)
        for word, change in [
            (word, lambda d, word=word: schema(d, "Thing")["properties"]["made"].update({word: {}}))
            for word in (
                *(
                    "$anchor",
                    "$dynamicRef",
                    "$id",
                    "contains",
                    "contentSchema",
                    "dependentSchemas",
                    "else",
                    "if",
                    "maxContains",
                ),
                *(
                    "not",
                    "nullable",
                    "prefixItems",
                    "then",
                    "unevaluatedItems",
                    "unevaluatedProperties",
                    "x-sort",
                    "xml",
                ),
            )
        ]
    ),
    ("/: this check does not know the word webhooks", lambda d: d.update(webhooks={})),
    ("/: this check does not know the word jsonSchemaDialect", lambda d: d.update(jsonSchemaDialect="x")),
    ("/components: this check does not know the word pathItems", lambda d: d["components"].update(pathItems={})),
    ("/paths//things: this check does not know the word servers", lambda d: d["paths"]["/things"].update(servers=[])),
    ("/paths//things/get: this check does not know the word callbacks", lambda d: get(d).update(callbacks={})),
    (
        "/paths//things/get/parameters/0: this check does not know the word content",
        lambda d: limit(d).update(content={}),
    ),
    (
        "/paths//things/post/requestBody/content/application/json: this check does not know the word encoding",
        lambda d: post(d)["requestBody"]["content"]["application/json"].update(encoding={}),
    ),
    (
        "/components/responses/Conflict: this check does not know the word schema",
        lambda d: d["components"]["responses"]["Conflict"].update(schema={}),
    ),
    (
        "/components/securitySchemes/bearer: this check does not know the word x-origin",
        lambda d: d["components"]["securitySchemes"]["bearer"].update({"x-origin": 1}),
    ),
    (
        "/components/schemas/Page/properties/results/items/anyOf/0: this check does not know the word not",
        lambda d: schema(d, "Page")["properties"]["results"].update(items={"anyOf": [{"not": {}}]}),
    ),
]


@pytest.mark.parametrize(("sentence", "change"), UNKNOWN, ids=[sentence for sentence, _ in UNKNOWN])
def test_a_word_that_the_check_does_not_know_is_refused(sentence: str, change: Change) -> None:
    assert [*unknown_words(changed(change))] == [sentence]


def test_every_word_of_the_document_is_known() -> None:
    current = json.loads(DOCUMENT.read_text(encoding="utf-8"))

    assert [*unknown_words(current)] == []
    assert breaks(current, current) == []


@pytest.mark.parametrize("change", HARMLESS)
def test_every_word_of_these_tests_is_known(change: Change) -> None:
    assert [*unknown_words(changed(change))] == []


def test_a_body_that_becomes_required_is_a_breaking_change() -> None:
    old = changed(lambda d: post(d)["requestBody"].update(required=False))

    assert breaks(old, OLD) == [POST + "body is now required"]


def test_only_a_new_major_version_allows_breaking_changes() -> None:
    assert not may_break(OLD, changed(lambda d: d["info"].update(version="1.9.0")))
    assert may_break(OLD, changed(lambda d: d["info"].update(version="2.0.0")))


@pytest.mark.parametrize(("new", "may"), [("0.1.9", False), ("0.2.0", True), ("1.0.0", True)])
def test_before_version_1_a_new_minor_version_allows_them_as_well(new: str, *, may: bool) -> None:
    old = changed(lambda d: d["info"].update(version="0.1.0"))

    assert may_break(old, changed(lambda d: d["info"].update(version=new))) is may


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository on main whose only commit has the document OLD; the tool runs in it."""
    document = tmp_path / "docs" / "openapi.json"
    document.parent.mkdir()
    document.write_text(json.dumps(OLD), encoding="utf-8")
    monkeypatch.setattr(compatibility, "DOCUMENT", document)
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    commit(tmp_path)
    return tmp_path


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)  # noqa: S603, S607 - our own


def commit(folder: Path) -> None:
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "Change", "--allow-empty")


def write(repository: Path, document: Json) -> None:
    (repository / "docs" / "openapi.json").write_text(json.dumps(document), encoding="utf-8")


def test_an_uncommitted_breaking_change_is_refused(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(repository, changed(lambda d: d["paths"]["/things"].pop("get")))

    assert compatibility.main() == 1
    assert capsys.readouterr().err == "breaking change: GET /things: removed\n"


def test_a_breaking_change_in_the_last_commit_of_main_is_refused(repository: Path) -> None:
    write(repository, changed(lambda d: d["paths"]["/things"].pop("get")))
    commit(repository)

    assert compatibility.main() == 1


def test_a_branch_is_compared_with_the_commit_where_it_left_main(repository: Path) -> None:
    git(repository, "checkout", "--quiet", "-b", "branch")
    write(repository, changed(lambda d: d["paths"]["/things"].pop("get")))
    commit(repository)
    commit(repository)

    assert compatibility.main() == 1


def test_a_breaking_change_with_a_new_major_version_is_reported_and_allowed(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(repository, changed(lambda d: (d["info"].update(version="2.0.0"), d["paths"]["/things"].pop("get"))))

    assert compatibility.main() == 0
    assert "GET /things: removed" in capsys.readouterr().err


def test_an_unknown_word_is_refused_in_any_version(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(repository, changed(lambda d: (d["info"].update(version="2.0.0"), member(d, "note").update({"not": {}}))))

    assert compatibility.main() == 1
    assert capsys.readouterr().err == (
        "cannot compare: /components/schemas/NewThing/properties/note: this check does not know the word not\n"
    )


def test_an_unknown_word_in_the_previous_document_is_refused(repository: Path) -> None:
    write(repository, changed(lambda d: member(d, "note").update({"not": {}})))
    commit(repository)
    write(repository, OLD)

    assert compatibility.main() == 1


def test_a_combination_that_cannot_be_compared_is_refused(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(repository, changed(lambda d: member(d, "name").update(allOf=[{"pattern": "b$"}])))

    assert compatibility.main() == 1
    assert capsys.readouterr().err == "cannot compare: allOf gives pattern two values, b$ and ^a\n"


def test_without_a_previous_document_it_reports_that_and_passes(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compatibility.main() == 0, repository
    assert "not checked" in capsys.readouterr().err


def test_without_git_it_reports_that_and_passes(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repository))

    assert compatibility.main() == 0
