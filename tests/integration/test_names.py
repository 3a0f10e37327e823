"""Invalid names of environments and connections. test_hostile_requests.py has valid ones."""

from urllib.parse import quote

import pytest
from support.registry import (
    CONNECTIONS,
    EFFECTIVES,
    ENVIRONMENTS,
    OVERRIDE,
    OVERRIDES,
    Client,
    Reply,
    connection_body,
    override_body,
)

LONGEST = [
    pytest.param("!" * 223 + "x" * 31, id="escaped ASCII"),
    pytest.param("é" * 89 + "x" * 166, id="two bytes"),
    pytest.param("日" * 77 + "x" * 7, id="three bytes"),
    pytest.param("😀" * 58 + "x" * 4, id="four bytes"),
]
"""Names of 700 bytes when percent-encoded."""


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "name_length"),
        ("x" * 256, "name_length"),
        ("a\nb", "name_control_character"),
        ("a\n", "name_control_character"),
        ("a\x7f", "name_control_character"),
        ("a\x85b", "name_control_character"),
        ("a\u00adb", "name_control_character"),
        ("a\u0378b", "name_control_character"),
        ("a\ue000b", "name_control_character"),
        ("a\u2028b", "name_control_character"),
        ("a\u2029b", "name_control_character"),
        ("a\u200bb", "name_control_character"),
        ("a\u202eb", "name_control_character"),
        ("a\U000e0041b", "name_control_character"),
        ("\ufeffa", "name_control_character"),
        ("a\u200d", "name_control_character"),
        ("a\U0010ffffb", "name_control_character"),
        ("a/b", "name_forbidden_character"),
        ("a\\b", "name_forbidden_character"),
        ("a,b", "name_forbidden_character"),
        ("a\ufffdb", "name_forbidden_character"),
        (" a", "name_blank_edge"),
        ("a\u00a0", "name_blank_edge"),
        ("a\u00a0b", "name_blank"),
        ("a\u3000b", "name_blank"),
        ("e\u0301", "name_not_nfc"),
        ("é" * 116 + "x" * 5, "name_encoded_length"),
        ("é" * 117, "name_encoded_length"),
    ],
)
def test_a_name_that_breaks_a_rule_is_refused_with_the_code_of_that_rule(api: Client, name: str, code: str) -> None:
    names = {"projectId": api.make_project()}

    for resource, body in ((ENVIRONMENTS, {"name": name}), (CONNECTIONS, connection_body(name))):
        reply = api.call("POST", resource, names, body)
        assert reply.status == 400
        assert [(error["in"], error["pointer"], error["code"]) for error in reply.body["errors"]] == [
            ("body", "/name", code)
        ]


@pytest.mark.parametrize("resource", [EFFECTIVES, OVERRIDES])
def test_a_lone_surrogate_in_a_query_is_not_a_name(api: Client, project: str, resource: str) -> None:
    # A body with one is refused before its names are read.
    reply = api.call("GET", resource, {"projectId": project}, query={"environmentName": "\ud800"})

    assert reply.status == 400
    assert [error["code"] for error in reply.body["errors"]] == ["name_control_character"]


def violations(reply: Reply) -> set[tuple[str, str, str]]:
    assert (reply.status, reply.problem) == (400, "invalid-request"), reply
    return {(error["in"], error["pointer"], error["code"]) for error in reply.body["errors"]}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        *((f"PROD{character}", "name_control_character") for character in "\u00ad\u200b\u202e\ufeff\U000e0041"),
        ("!" * 223 + "x" * 32, "name_encoded_length"),
        ("é" * 90 + "x" * 161, "name_encoded_length"),
        ("日" * 78, "name_encoded_length"),
        ("😀" * 58 + "x" * 5, "name_encoded_length"),
    ],
    ids=ascii,
)
def test_a_name_follows_the_same_rules_in_body_path_and_query(api: Client, project: str, name: str, code: str) -> None:
    names = {"projectId": project, "environmentName": name, "connectionName": name}
    both = {"environmentName": name, "connectionName": name}
    several = {"environmentName": name, "connectionNames": f"Salesforce,{name}"}

    created = api.call("POST", OVERRIDES, names, override_body(**both))
    got = api.call("GET", OVERRIDE, names)
    asked = [api.call(method, OVERRIDES, names, query=several) for method in ("GET", "DELETE")]

    assert violations(created) == {("body", f"/{member}", code) for member in both}
    assert violations(got) == {("path", f"/{parameter}", code) for parameter in both}
    for reply in asked:
        assert violations(reply) == {("query", f"/{parameter}", code) for parameter in several}


@pytest.mark.parametrize("name", LONGEST)
def test_a_name_of_700_encoded_bytes_is_accepted_in_body_path_and_query(api: Client, project: str, name: str) -> None:
    api.make_environment(project, name)
    api.make_connection(project, name)
    names = {"projectId": project, "environmentName": name, "connectionName": name}
    query = {"environmentName": name, "connectionNames": name}

    assert len(quote(name, safe="")) == 700
    assert api.make_override(project, name, name).status == 201
    assert api.call("GET", OVERRIDE, names).body["name"] == name
    assert [one["name"] for one in api.call("GET", OVERRIDES, names, query=query).body["results"]] == [name]
    assert api.call("DELETE", OVERRIDES, names, query=query).status == 204
