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

type Json = dict[str, Any]
type Change = Callable[[Json], object]

OLD: Json = {
    "info": {"version": "1.0.0"},
    "paths": {
        "/things": {
            "get": {
                "operationId": "listThings",
                "security": [],
                "parameters": [
                    {"in": "query", "name": "limit", "schema": {"type": "integer", "minimum": 1, "maximum": 100}},
                    {
                        "in": "query",
                        "name": "kind",
                        "style": "form",
                        "explode": False,
                        "schema": {"type": "array", "maxItems": 9, "items": {"type": "string", "enum": ["A", "B"]}},
                    },
                ],
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Page"}}}}
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
    (POST + "body.note now accepts only certain alternatives", lambda d: member(d, "note").update(anyOf=[{}])),
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
    lambda d: post(d).update(security=[]),
]


@pytest.mark.parametrize(("sentence", "change"), BREAKING, ids=[sentence for sentence, _ in BREAKING])
def test_a_breaking_change_is_detected(sentence: str, change: Change) -> None:
    assert sentence in breaks(OLD, changed(change))


@pytest.mark.parametrize("change", HARMLESS)
def test_a_compatible_change_is_not_reported(change: Change) -> None:
    assert breaks(OLD, changed(change)) == []


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


def test_without_a_previous_document_it_reports_that_and_passes(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compatibility.main() == 0, repository
    assert "not checked" in capsys.readouterr().err


def test_without_git_it_reports_that_and_passes(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repository))

    assert compatibility.main() == 0
