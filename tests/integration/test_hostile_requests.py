"""Invalid requests: each is refused with its own status, and none is an internal error."""

import json

import pytest
from support.registry import (
    CONNECTIONS,
    ENVIRONMENTS,
    OVERRIDE,
    OVERRIDES,
    PROJECT,
    PROJECTS,
    Client,
    connection_body,
    override_body,
)
from support.table import TABLE

GOOD = json.dumps(override_body())


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "missing"),
        (None, "missing"),
        ("{", "malformed"),
        ("\ufeff" + GOOD, "malformed"),
        (GOOD + GOOD, "malformed"),
        ("null", "dict_type"),
        ("[]", "dict_type"),
        (f"[{GOOD}]", "dict_type"),
        ('"text"', "dict_type"),
        ('{"authType":"GENERIC_SECRET",' + GOOD[1:], "duplicate_member"),
        ('{"x":NaN}', "not_a_number"),
        ('{"x":-Infinity}', "not_a_number"),
        ('{"x":' + "9" * 10_000 + "}", "number_too_long"),
        ('{"x":"\\ud800"}', "lone_surrogate"),
        ('{"\\udfff":1}', "lone_surrogate"),
        ('{"x":"\ud800"}', "lone_surrogate"),
        ("[" * 10_000 + "]" * 10_000, "too_deep"),
        ('{"x":"\ufffd"}', "not_utf8"),
    ],
)
def test_a_body_that_is_not_one_strict_json_object_is_400(
    api: Client, project: str, body: str | None, code: str
) -> None:
    reply = api.call("POST", OVERRIDES, {"projectId": project}, body)

    assert reply.status == 400
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert [(error["in"], error["pointer"], error["code"]) for error in reply.body["errors"]] == [("body", "", code)]


def test_a_base64_body_is_400(api: Client, project: str) -> None:
    reply = api.call("POST", OVERRIDES, {"projectId": project}, "e30=", isBase64Encoded=True)

    assert (reply.status, reply.body["errors"][0]["code"]) == (400, "base64")


@pytest.mark.parametrize("size", [65_537, 5_000_000])
def test_a_body_over_the_limit_is_413(api: Client, size: int) -> None:
    body = json.dumps({"name": "x"})

    reply = api.call("POST", PROJECTS, body=body + " " * (size - len(body)))

    assert (reply.status, reply.body["type"]) == (413, "/v1/problems/payload-too-large")


def test_a_body_at_the_limit_is_read(api: Client) -> None:
    body = json.dumps({"name": "x"})

    assert api.call("POST", PROJECTS, body=body + " " * (32_768 - len(body))).status == 201


@pytest.mark.parametrize(
    "content_types",
    [
        [],
        [""],
        ["text/plain"],
        ["application/jsonx"],
        ["application/problem+json"],
        ["application/json, application/json"],
        ["application/json", "application/json"],
        ["application/json; charset=latin-1"],
        ["application/json; charset=utf-8; charset=utf-16"],
        ["application/x-www-form-urlencoded"],
        ["multipart/form-data; boundary=x"],
    ],
)
def test_a_content_type_that_is_not_json_in_utf8_is_415(api: Client, content_types: list[str]) -> None:
    reply = api.call("POST", PROJECTS, body='{"name":"x"}', multiValueHeaders={"content-type": content_types})

    assert (reply.status, reply.body["type"]) == (415, "/v1/problems/unsupported-media-type")


@pytest.mark.parametrize(
    "content_type", ["application/json", "Application/JSON;charset=UTF-8", 'application/json ; charset="utf-8"']
)
def test_a_content_type_is_parsed_as_http_specifies(api: Client, content_type: str) -> None:
    reply = api.call("POST", PROJECTS, body='{"name":"x"}', multiValueHeaders={"CONTENT-TYPE": [content_type]})

    assert reply.status == 201


@pytest.mark.parametrize(
    "project_id",
    [
        "x",
        "0F000000-0000-4000-8000-000000000000",
        "0f000000-0000-4000-8000-000000000000\n",
        "\u0660f000000-0000-4000-8000-000000000000",
        "{0f000000-0000-4000-8000-000000000000}",
        "..",
        "\x00",
    ],
)
def test_a_project_id_that_is_not_a_lower_case_uuid_is_400(api: Client, project_id: str) -> None:
    reply = api.call("GET", PROJECT, {"projectId": project_id})

    assert reply.status == 400
    assert reply.body["violations"] == ["projectId: must be a UUID in lower case"]


@pytest.mark.parametrize("raw", ["%zz", "%", "%C3%28", "%ff", "%ed%a0%80", "%EF%BF%BD"])
def test_a_path_that_is_not_percent_encoded_utf8_is_400(api: Client, project: str, raw: str) -> None:
    reply = api.call(
        "GET",
        ENVIRONMENTS + "/{environmentName}",
        pathParameters={"projectId": project, "environmentName": raw},
        path=f"/v1/projects/{project}/environments/{raw}",
    )

    assert reply.status == 400
    assert reply.body["errors"][0]["code"] == "percent_encoding"


@pytest.mark.parametrize("name", [".", ".."])
def test_a_name_that_clients_remove_from_a_path_is_400(api: Client, project: str, name: str) -> None:
    for resource, body in ((ENVIRONMENTS, {"name": name}), (CONNECTIONS, connection_body(name))):
        reply = api.call("POST", resource, {"projectId": project}, body)
        assert (reply.status, reply.body["errors"][0]["code"]) == (400, "name_dot_segment")
    names = {"projectId": project, "environmentName": name, "connectionName": "x"}
    assert api.call("GET", OVERRIDE, names).status == 400


@pytest.mark.parametrize("name", ["environment-overrides", "effective", "matrix"])
def test_a_reserved_connection_name_is_400_in_body_and_path(api: Client, project: str, name: str) -> None:
    made = api.call("POST", CONNECTIONS, {"projectId": project}, connection_body(name))
    got = api.call("GET", CONNECTIONS + "/{connectionName}", {"projectId": project, "connectionName": name})

    assert made.body["errors"][0]["code"] == got.body["errors"][0]["code"] == "name_reserved"


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1.0", "1e1", " 1", "", "٣", "1_0", "9" * 5000])
def test_a_limit_that_is_not_a_number_from_1_to_100_is_400(api: Client, limit: str) -> None:
    reply = api.call("GET", PROJECTS, query={"limit": limit})

    assert reply.status == 400
    assert reply.body["violations"] == ["limit: must be a whole number from 1 to 100"]


@pytest.mark.parametrize("cursor", ["", "x", "é", "bnVsbA", "W10", "WzEsMl0", "WyJhIiwiYiJd", "A" * 100_000])
def test_a_cursor_that_the_service_did_not_return_is_400(api: Client, cursor: str) -> None:
    reply = api.call("GET", PROJECTS, query={"cursor": cursor})

    assert (reply.status, reply.body["errors"][0]["code"]) == (400, "cursor_invalid")


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"limit": ["1", "2"]}, "repeated_parameter"),
        ({"Limit": ["1"]}, "unknown_parameter"),
        ({"q" * 5000: ["1"]}, "unknown_parameter"),
        ({"cursor": ["\ufffd"]}, "not_utf8"),
        ({"cursor": ["x", "\ufffd"]}, "not_utf8"),
    ],
)
def test_unknown_and_repeated_query_parameters_are_400(
    api: Client, parameters: dict[str, list[str]], code: str
) -> None:
    reply = api.call("GET", PROJECTS, multiValueQueryStringParameters=parameters)

    assert (reply.status, reply.body["errors"][0]["code"]) == (400, code)


def test_the_name_of_an_unknown_parameter_is_truncated_to_64_characters(api: Client) -> None:
    reply = api.call("GET", PROJECTS, query={"q" * 64 + "x": "1"})

    assert reply.body["errors"][0]["pointer"] == "/" + "q" * 64


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"authType": "generic_secret"}, "list_entry"),
        ({"authType": ""}, "list_entry"),
        ({"platformConnectionType": "DWH,,DWH"}, "list_entry"),
        ({"authProvider": "x" * 65}, "list_entry"),
        ({"authProvider": ""}, "list_entry"),
        ({"connectionNames": "a,"}, "name_length"),
        ({"connectionNames": ",".join("a" * 101)}, "list_length"),
        ({"environmentName": "a/b"}, "name_forbidden_character"),
    ],
)
def test_filters_with_impossible_values_are_400(api: Client, project: str, query: dict[str, str], code: str) -> None:
    reply = api.call("GET", OVERRIDES, {"projectId": project}, query={"environmentName": "PROD", **query})

    assert (reply.status, reply.body["errors"][0]["code"]) == (400, code)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"platformConnectionType": "x"}, "must be one of CLOUD_PLATFORM_CREDENTIALS, COMPONENT_BASIC, DWH"),
        ({"connectionNames": ",".join("a" * 101)}, "must have at most 100 entries"),
    ],
)
def test_a_refusal_of_a_filter_names_its_values_or_its_size(
    api: Client, project: str, query: dict[str, str], message: str
) -> None:
    reply = api.call("GET", CONNECTIONS, {"projectId": project}, query=query)

    assert [error["message"] for error in reply.body["errors"]] == [message]


@pytest.mark.parametrize("provider", ["x", "x" * 64])
def test_a_filter_by_a_provider_of_no_connection_is_an_empty_page(api: Client, project: str, provider: str) -> None:
    reply = api.call("GET", CONNECTIONS, {"projectId": project}, query={"authProvider": provider})

    assert (reply.status, reply.body) == (200, {"results": []})


@pytest.mark.parametrize(
    ("resource", "allowed"),
    [
        (PROJECTS, "GET, HEAD, OPTIONS, POST"),
        (PROJECT, "DELETE, GET, HEAD, OPTIONS, PUT"),
        (OVERRIDES, "DELETE, GET, HEAD, OPTIONS, POST, PUT"),
    ],
)
@pytest.mark.parametrize("method", ["PATCH", "TRACE", "CONNECT", "get"])
def test_a_method_that_a_path_does_not_support_is_405_with_allow(
    api: Client, resource: str, allowed: str, method: str
) -> None:
    reply = api.call(method, resource, {"projectId": "x"})

    assert (reply.status, reply.headers["Allow"]) == (405, allowed)
    assert reply.body["type"] == "/v1/problems/method-not-allowed"


def test_a_resource_without_a_route_is_404(api: Client) -> None:
    reply = api.call("GET", "/v1/nothing")

    assert (reply.status, reply.body["type"]) == (404, "/v1/problems/route-not-found")


@pytest.mark.parametrize(
    ("method", "resource", "scope"),
    [
        ("GET", PROJECTS, "connections:read"),
        ("POST", PROJECTS, "projects:admin"),
        ("POST", ENVIRONMENTS, "projects:admin"),
        ("POST", CONNECTIONS, "connections:write"),
        ("POST", OVERRIDES, "connections:write"),
        ("GET", OVERRIDES, "connections:read"),
    ],
)
def test_a_missing_scope_is_403_before_anything_is_read(api: Client, method: str, resource: str, scope: str) -> None:
    api.scopes = " ".join({"connections:read", "connections:write", "projects:admin"} - {scope})

    reply = api.call(method, resource, {"projectId": "x"}, "not even JSON")

    assert (reply.status, reply.body["type"]) == (403, "/v1/problems/insufficient-scope")
    assert reply.headers["WWW-Authenticate"].endswith(f'error="insufficient_scope", scope="{scope}"')
    assert reply.body["requiredScopes"] == [scope]


def test_violations_are_limited_and_contain_no_values(api: Client, project: str) -> None:
    body = {f"field{number}": "hunter2" for number in range(1000)}

    reply = api.call("POST", OVERRIDES, {"projectId": project}, body)

    assert reply.status == 400
    assert len(reply.body["errors"]) == len(reply.body["violations"]) == 50
    assert "hunter2" not in str(reply)


@pytest.mark.parametrize(
    "text",
    [
        "é",
        "e\u0301 as text",
        "日本語",
        "😀\U0001f9d1\u200d\U0001f680",
        "\u200f\u202eabc",
        "a\nb\tc",
        '"\\/',
        "\U0010ffff",
        "\ufffd",
        "İıẞſ",
    ],
)
def test_a_text_is_returned_code_point_for_code_point(api: Client, text: str) -> None:
    made = api.call("POST", PROJECTS, body={"name": "x", "description": text})

    assert (made.status, made.body["description"]) == (201, text)
    assert api.call("GET", PROJECT, {"projectId": made.body["projectId"]}).body == made.body


@pytest.mark.parametrize(
    "name", ["é", "日本", "😀", "a b", "%41", "a%2Fb", "+", "?#;", "~", "...", "'\"", "x" * 255, "é" * 116 + "x" * 4]
)
def test_a_name_is_returned_code_point_for_code_point_and_addresses_its_item(
    api: Client, project: str, name: str
) -> None:
    api.make_environment(project, name)
    api.make_connection(project, name)
    made = api.make_override(project, name, name)
    names = {"projectId": project, "environmentName": name, "connectionName": name}

    got = api.call("GET", OVERRIDES + "/{environmentName}/{connectionName}", names)

    assert (made.status, got.status) == (201, 200)
    assert got.body == made.body
    assert (got.body["environmentName"], got.body["name"]) == (name, name)


def test_an_internal_error_is_500_without_details(api: Client, project: str) -> None:
    api.client.delete_table(TableName=TABLE)

    reply = api.call("GET", PROJECT, {"projectId": project})

    assert reply.status == 500
    assert reply.body == {
        "type": "/v1/problems/internal-error",
        "title": "Internal error",
        "status": 500,
        "detail": "The service failed. The fault is on our side and has been logged.",
        "instance": "urn:request:c0ffee",
    }
    assert api.log[-1]["reason"] == "ResourceNotFoundException"
