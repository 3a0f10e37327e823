"""Responses are as short as UTF-8 allows, and never longer than a function's result can be."""

import json
from typing import Any

from support import rows
from support.registry import (
    CONNECTION,
    CONNECTIONS,
    EFFECTIVES,
    MATRIX,
    OVERRIDES,
    PROJECT,
    Client,
    override_body,
)

NAME = "Zürich 😀"
RESULT_MAX_BYTES = 6_291_556
"""The maximum of a function's result (AWS Lambda quotas, "Invocation payload": 6 MB)."""
WAREHOUSE = {"platformConnectionType": "DWH", "authProvider": "snowflake", "authType": "KEY_PAIR"}
REPORT = PROJECT + "/secret-references"


def test_names_are_not_escaped(api: Client, project: str) -> None:
    api.make_connection(project, NAME)
    names = {"projectId": project, "connectionName": NAME}

    for resource in (CONNECTION, CONNECTIONS):
        assert f'"name":"{NAME}"' in api.raw("GET", resource, names)["body"]


def test_names_in_a_problem_are_not_escaped(api: Client, project: str) -> None:
    api.make_connection(project, NAME)
    api.make_override(project, connection=NAME)

    result = api.raw("DELETE", CONNECTION, {"projectId": project, "connectionName": NAME})

    assert result["statusCode"] == 409
    assert f'"connectionName":"{NAME}"' in result["body"]


def test_a_lone_surrogate_in_a_query_gets_a_response_in_utf8(api: Client, project: str) -> None:
    result = api.raw("GET", CONNECTIONS, {"projectId": project}, query={"\ud800": "x"})

    assert result["statusCode"] == 400
    assert r'"pointer":"/\ud800"' in result["body"]
    result["body"].encode()


def walk(api: Client, resource: str, names: dict[str, str], query: dict[str, str]) -> list[list[str]]:
    """Return the names on each page, after checking that its result is not too long."""
    pages: list[list[str]] = []
    cursor: dict[str, str] = {}
    while True:
        result = api.raw("GET", resource, names, query={"limit": "100", **query, **cursor})
        assert result["statusCode"] == 200, result
        # As the runtime does it.
        assert len(json.dumps(result, ensure_ascii=False).encode()) < RESULT_MAX_BYTES
        body: dict[str, Any] = json.loads(result["body"])
        pages.append([one["secretName"] if resource == REPORT else one["name"] for one in body["results"]])
        assert ("Link" in result["headers"]) == ("nextCursor" in body)
        if "nextCursor" not in body:
            return pages
        cursor = {"cursor": body["nextCursor"]}


def test_a_page_of_the_longest_references_ends_before_the_result_is_too_long(api: Client, project: str) -> None:
    # A body can have 32 KB. In a result, which is JSON in JSON, each quotation mark takes four bytes.
    reference = {"connectionProperties": {f"p{number}": {"value": '"' * 1_950} for number in range(8)}}
    names = {"projectId": project, "environmentName": "PROD"}
    api.make_connection(project, "C00", **WAREHOUSE, connectionDetails=reference)
    body = override_body(connectionName="C00", authType="KEY_PAIR", connectionOverrides=reference)
    assert api.call("POST", OVERRIDES, names, body).status == 201
    everything = [f"C{number:02}" for number in range(85)]
    rows.copy_connection(api.client, project, "C00", everything[1:])

    in_prod = {"environmentName": "PROD"}
    for resource, query in (
        (CONNECTIONS, {"authProvider": "snowflake"}),
        (OVERRIDES, in_prod),
        (EFFECTIVES, in_prod | {"authProvider": "snowflake"}),
        (EFFECTIVES, in_prod | {"source": "OVERRIDE"}),
    ):
        first, second = walk(api, resource, names, query)
        assert first + second == everything
        # One more would be too long: the first page is as long as possible.
        assert len(first) > 75


def test_a_page_of_the_longest_names_ends_before_the_result_is_too_long(api: Client) -> None:
    project = api.make_project()
    quotes = '"' * 228  # A name can have 700 bytes when it is percent-encoded.
    for name, inherits in (("A00", True), ("B00", False)):
        api.make_environment(project, quotes + name, inheritDefaults=inherits)
        rows.copy_environment(api.client, project, quotes + name, [f"{quotes}{name[0]}{n:02}" for n in range(1, 45)])
    secret = {"connectionProperties": {"secretName": "secret-of-C00"}}
    api.make_connection(project, quotes + "C00", connectionDetails=secret)
    original = rows.read(api.client, rows.connection(project, quotes + "C00"))
    rows.write(api.client, [rows.copied(original, "C00", f"C{number:02}") for number in range(1, 70)])
    rows.add(api.client, rows.project_state(project), "connectionCount", 69)

    names = {"projectId": project}
    lines = [f"{quotes}C{number:02}" for number in range(70)]
    for query in ({}, {"onlyMissing": "true"}):
        first, second = walk(api, MATRIX, names, query)
        assert first + second == lines
        assert len(first) > 50
    first, second = walk(api, REPORT, names, {})
    assert sorted(first + second) == [f"secret-of-C{number:02}" for number in range(70)]
    assert len(first) > 50
