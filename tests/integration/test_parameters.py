"""Parameters of path and query: required, unknown, repeated and omitted ones."""

from typing import Any

import pytest
from support import rows
from support.registry import (
    CONNECTION,
    CONNECTIONS,
    EFFECTIVE,
    EFFECTIVES,
    ENVIRONMENT,
    ENVIRONMENTS,
    MATRIX,
    OVERRIDE,
    OVERRIDES,
    PROJECT,
    PROJECTS,
    Client,
    Reply,
    connection_body,
    override_body,
    without,
)

NAMES = {"environmentName": "PROD", "connectionName": "Salesforce"}
BARE_OVERRIDE = without(override_body(), "environmentName", "connectionName")
UUID = "0a1b2c3d-0000-4000-8000-00000000000f"
REQUESTS: dict[str, tuple[str, str, object]] = {
    "list projects": ("GET", PROJECTS, None),
    "get a project": ("GET", PROJECT, None),
    "create an environment": ("POST", ENVIRONMENTS, {"name": "TEST"}),
    "get an environment": ("GET", ENVIRONMENT, None),
    "create a connection": ("POST", CONNECTIONS, connection_body("HubSpot")),
    "get a connection": ("GET", CONNECTION, None),
    "delete a connection": ("DELETE", CONNECTION, None),
    "create an override": ("POST", OVERRIDES, override_body()),
    "put an override": ("PUT", OVERRIDE, BARE_OVERRIDE),
    "get an effective connection": ("GET", EFFECTIVE, None),
    "get the matrix": ("GET", MATRIX, None),
}


def violations(reply: Reply) -> set[tuple[str, str, str]]:
    assert (reply.status, reply.problem) == (400, "invalid-request"), reply
    assert len(reply.body["violations"]) == len(reply.body["errors"])
    return {(error["in"], error["pointer"], error["code"]) for error in reply.body["errors"]}


@pytest.mark.parametrize("name", REQUESTS)
def test_an_unknown_parameter_is_400(api: Client, project: str, name: str) -> None:
    method, resource, body = REQUESTS[name]

    reply = api.call(method, resource, {"projectId": project, **NAMES}, body, query={"dryRun": "true"})

    assert violations(reply) == {("query", "/dryRun", "unknown_parameter")}


def test_a_parameter_of_another_request_is_400(api: Client, project: str) -> None:
    reply = api.call("GET", ENVIRONMENTS, {"projectId": project}, query={"cascade": "true"})

    assert violations(reply) == {("query", "/cascade", "unknown_parameter")}


@pytest.mark.parametrize(
    ("method", "resource", "query", "name"),
    [
        ("GET", OVERRIDES, {"environmentName": ["PROD", "PROD"]}, "environmentName"),
        ("GET", ENVIRONMENTS, {"limit": ["1", "2"]}, "limit"),
        ("DELETE", CONNECTION, {"cascade": ["true", "false"]}, "cascade"),
        ("DELETE", CONNECTIONS, {"connectionName": ["Salesforce", "Marketo"]}, "connectionName"),
        ("GET", EFFECTIVE, {"explain": ["true", "true"]}, "explain"),
    ],
)
def test_a_repeated_parameter_that_is_not_a_list_is_400_and_nothing_is_done(
    api: Client, project: str, method: str, resource: str, query: dict[str, list[str]], name: str
) -> None:
    names = {"projectId": project, **NAMES}

    reply = api.call(method, resource, names, multiValueQueryStringParameters=query)

    assert violations(reply) == {("query", f"/{name}", "repeated_parameter")}
    assert api.call("GET", CONNECTION, names).status == 200


@pytest.mark.parametrize(
    ("method", "resource", "body", "missing"),
    [
        ("GET", OVERRIDES, None, {"environmentName"}),
        ("GET", EFFECTIVES, None, {"environmentName"}),
        ("DELETE", OVERRIDES, None, {"environmentName", "connectionNames"}),
        ("PUT", CONNECTIONS, {}, {"connectionName"}),
        ("DELETE", CONNECTIONS, None, {"connectionName"}),
        ("GET", CONNECTION + "/impact", None, {"change"}),
    ],
)
def test_each_missing_parameter_is_a_violation(
    api: Client, project: str, method: str, resource: str, body: object, missing: set[str]
) -> None:
    reply = api.call(method, resource, {"projectId": project, **NAMES}, body)

    assert violations(reply) == {("query", f"/{name}", "missing") for name in missing}


def test_all_violations_are_in_one_response(api: Client) -> None:
    of_the_path = {"projectId": UUID.upper()}

    lists = api.call("GET", OVERRIDES, of_the_path, query={"limit": "0", "authType": "x"})
    writes = api.call("PUT", CONNECTIONS, of_the_path, {"connectionDetails": 1, "x": 2}, query={"connectionName": " "})

    assert violations(lists) == {
        ("path", "/projectId", "project_id_format"),
        ("query", "/environmentName", "missing"),
        ("query", "/limit", "limit_range"),
        ("query", "/authType", "list_entry"),
    }
    assert {(where, pointer) for where, pointer, _ in violations(writes)} == {
        ("path", "/projectId"),
        ("query", "/connectionName"),
        ("body", "/connectionDetails"),
        ("body", "/x"),
    }


@pytest.mark.parametrize(
    ("body", "in_body"),
    [
        ({"authType": 1, "x": 2}, {("/authType", "enum"), ("/x", "extra_forbidden")}),
        ('{"name": "x", "name": "x"}', {("", "duplicate_member")}),
        (None, {("", "missing")}),
    ],
    ids=["members", "no JSON", "no body"],
)
def test_violations_of_headers_query_path_and_body_are_in_one_response(
    api: Client, dynamodb: Any, body: object, in_body: set[tuple[str, str]]
) -> None:
    names = {"projectId": UUID.upper(), "connectionName": "a,b"}
    headers = {"If-Match": "no tag", "If-None-Match": "W/", "Idempotency-Key": "two words"}

    reply = api.call("PUT", CONNECTION, names, body, {"allowSharedSecret": "yes", "dryRun": "true"}, headers)

    assert violations(reply) == {
        ("header", "/If-Match", "entity_tag"),
        ("header", "/If-None-Match", "entity_tag"),
        ("header", "/Idempotency-Key", "idempotency_key"),
        ("query", "/dryRun", "unknown_parameter"),
        ("query", "/allowSharedSecret", "flag"),
        ("path", "/projectId", "project_id_format"),
        ("path", "/connectionName", "name_forbidden_character"),
        *(("body", pointer, code) for pointer, code in in_body),
    }
    assert rows.read_all(dynamodb) == []


def test_all_violations_of_a_create_are_in_one_response(api: Client) -> None:
    names = {"projectId": UUID.upper()}
    headers = {"If-Match": "*", "If-None-Match": "*", "Idempotency-Key": "two words"}

    reply = api.call("POST", ENVIRONMENTS, names, {"name": " "}, {"dryRun": "true"}, headers)

    assert violations(reply) == {
        ("header", "/If-Match", "conditional"),
        ("header", "/If-None-Match", "conditional"),
        ("header", "/Idempotency-Key", "idempotency_key"),
        ("query", "/dryRun", "unknown_parameter"),
        ("path", "/projectId", "project_id_format"),
        ("body", "/name", "name_blank_edge"),
    }


@pytest.mark.parametrize(
    ("resource", "body", "required"),
    [
        (CONNECTIONS, {"name": "x"}, {"platformConnectionType", "authProvider", "authType"}),
        (OVERRIDES, {"connectionName": "x"}, {"environmentName", "authType", "connectionOverrides"}),
    ],
)
def test_each_missing_member_of_a_body_is_a_violation(
    api: Client, project: str, resource: str, body: dict[str, str], required: set[str]
) -> None:
    reply = api.call("POST", resource, {"projectId": project}, body)

    assert violations(reply) == {("body", f"/{name}", "missing") for name in required}


def test_a_page_without_a_limit_has_25_results(api: Client) -> None:
    project = api.make_project()
    for number in range(26):
        api.make_environment(project, f"E{number:02}")

    def page(**query: str) -> Any:
        return api.call("GET", ENVIRONMENTS, {"projectId": project}, query=query).body

    assert page() == page(limit="25")
    assert (len(page()["results"]), "nextCursor" in page()) == (25, True)


@pytest.mark.parametrize("flag", [None, "false"])
def test_an_omitted_flag_is_false(api: Client, project: str, flag: str | None) -> None:
    api.make_override(project)
    query = {} if flag is None else {"cascade": flag}

    reply = api.call("DELETE", CONNECTION, {"projectId": project, **NAMES}, query=query)

    assert (reply.status, reply.problem) == (409, "connection-in-use")


@pytest.mark.parametrize("flag", ["", "True", "1", "yes", "true "])
def test_a_flag_that_is_neither_true_nor_false_is_400(api: Client, project: str, flag: str) -> None:
    reply = api.call("DELETE", CONNECTION, {"projectId": project, **NAMES}, query={"cascade": flag})

    assert [(where, pointer) for where, pointer, _ in violations(reply)] == [("query", "/cascade")]


@pytest.mark.parametrize("raw", ["%", "%zz", "%ff", "PROD%2"])
@pytest.mark.parametrize("parameter", ["environmentName", "connectionName"])
def test_a_path_parameter_that_is_not_percent_encoded_utf8_is_400(
    api: Client, project: str, parameter: str, raw: str
) -> None:
    path = f"/v1/projects/{project}/connections/environment-overrides"
    names = {"projectId": project, **NAMES, parameter: raw}

    reply = api.call(
        "GET", OVERRIDE, pathParameters=names, path=f"{path}/{names['environmentName']}/{names['connectionName']}"
    )

    assert violations(reply) == {("path", f"/{parameter}", "percent_encoding")}


@pytest.mark.parametrize("text", [UUID[:-1], UUID + "0", UUID.replace("-", ""), UUID + "\n", UUID.replace("a", "g")])
def test_a_project_id_that_is_almost_valid_is_400(api: Client, text: str) -> None:
    reply = api.call("GET", PROJECT, {"projectId": text})

    assert violations(reply) == {("path", "/projectId", "project_id_format")}


def test_a_project_id_is_used_exactly_as_sent(api: Client) -> None:
    api.project_id = UUID
    api.make_project()

    assert api.call("GET", PROJECT, {"projectId": UUID}).body["projectId"] == UUID
