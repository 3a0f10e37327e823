"""Names that environments and connections may not have. Those that they may are in test_hostile_requests.py."""

import pytest
from support.registry import CONNECTIONS, EFFECTIVES, ENVIRONMENTS, OVERRIDES, Client, connection_body


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "name_length"),
        ("x" * 256, "name_length"),
        ("a\nb", "name_control_character"),
        ("a\n", "name_control_character"),
        ("a\x7f", "name_control_character"),
        ("a\x85b", "name_control_character"),
        ("a\u2028b", "name_control_character"),
        ("a\u2029b", "name_control_character"),
        ("a/b", "name_forbidden_character"),
        ("a\\b", "name_forbidden_character"),
        ("a,b", "name_forbidden_character"),
        ("a\ufffdb", "name_forbidden_character"),
        (" a", "name_blank_edge"),
        ("a\u00a0", "name_blank_edge"),
        ("e\u0301", "name_not_nfc"),
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
def test_a_lone_surrogate_in_a_query_is_no_name(api: Client, project: str, resource: str) -> None:
    # A body that holds one is refused before its names are read.
    reply = api.call("GET", resource, {"projectId": project}, query={"environmentName": "\ud800"})

    assert reply.status == 400
    assert [error["code"] for error in reply.body["errors"]] == ["name_control_character"]
