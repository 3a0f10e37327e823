"""Cursors and links of lists, and the exact spelling of field names, pointers and media types."""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from support.registry import (
    CONNECTIONS,
    ENVIRONMENTS,
    OVERRIDES,
    PROJECTS,
    Client,
    connection_body,
    override_body,
    without,
)


@pytest.mark.parametrize("name", ["😀" * 58, "x" * 255, "a b&c=d#e", "(;')" * 50])
def test_every_list_can_be_followed_to_its_end(api: Client, project: str, name: str) -> None:
    for number in range(3):
        api.make_environment(project, f"{name[:-1]}{number}")
    names: list[str] = []
    query: dict[str, str] = {"limit": "1"}
    while True:
        reply = api.call("GET", ENVIRONMENTS, {"projectId": project}, query=query)
        assert reply.status == 200, reply
        names += [one["name"] for one in reply.body["results"]]
        if "nextCursor" not in reply.body:
            break
        link = reply.headers["Link"]
        assert link.endswith('>; rel="next"')
        query = dict(parse_qsl(urlsplit(link[1 : link.index(">")]).query, strict_parsing=True))
        assert query == {"limit": "1", "cursor": reply.body["nextCursor"]}

    assert names == sorted([*(f"{name[:-1]}{number}" for number in range(3)), "PROD"], key=str.encode)


def test_a_link_is_no_longer_than_the_request(api: Client, project: str) -> None:
    listed = ",".join(f"{number:02}" + "(" * 78 for number in range(100))
    for number in range(2):
        api.make_connection(project, f"{number:02}" + "(" * 78)

    reply = api.call("GET", CONNECTIONS, {"projectId": project}, query={"limit": "1", "connectionNames": listed})

    assert len(reply.headers["Link"]) < len(listed) + 400


def forgeries(cursor: str, account: str, path: str) -> list[str]:
    """A cursor forged by someone who knows the format but not the key."""
    sealed = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    position = "zzz"
    query = {"account": account, "path": path, "filters": {}}
    seals = [
        b"",
        sealed[:16],
        hashlib.sha256(json.dumps([position, query], sort_keys=True).encode()).digest()[:16],
        bytes(16),
    ]
    texts = [urlsafe_b64encode(seal + position.encode()).decode().rstrip("=") for seal in seals]
    old = json.dumps([5, hashlib.sha256(b"").hexdigest()[:24]]).encode()
    return [
        *texts,
        urlsafe_b64encode(old).decode().rstrip("="),
        cursor[:-1],
        cursor + "A",
        cursor + "=",
        cursor.swapcase(),
        cursor * 100,
        "é",
        "A",
        "",
    ]


def test_a_forged_or_foreign_cursor_is_400(api: Client, project: str) -> None:
    for name in ("A", "B"):
        api.make_environment(project, name)
    first = api.call("GET", ENVIRONMENTS, {"projectId": project}, query={"limit": "1"}).body["nextCursor"]

    path = f"/v1/projects/{project}/environments"
    for cursor in forgeries(first, api.account, path):
        reply = api.call("GET", ENVIRONMENTS, {"projectId": project}, query={"limit": "1", "cursor": cursor})
        assert (reply.status, reply.body["errors"][0]["code"]) == (400, "cursor_invalid"), cursor
    elsewhere = api.call("GET", CONNECTIONS, {"projectId": project}, query={"cursor": first})
    assert elsewhere.status == 400
    assert api.call("GET", ENVIRONMENTS, {"projectId": project}, query={"limit": "1", "cursor": first}).status == 200


def test_a_cursor_is_accepted_with_the_filters_in_any_order(api: Client, project: str) -> None:
    for name in ("A", "B"):
        api.make_connection(project, name)
    filters = {"platformConnectionType": "COMPONENT_BASIC", "authProvider": "NONE"}

    def page(query: dict[str, str]) -> Any:
        return api.call("GET", CONNECTIONS, {"projectId": project}, query={"limit": "1", **query}).body

    cursor = {"cursor": page(filters)["nextCursor"]}

    assert [one["name"] for one in page(dict(reversed(filters.items())) | cursor)["results"]] == ["B"]


@pytest.mark.parametrize(
    "body",
    [
        connection_body("x", platform_connection_type="COMPONENT_BASIC"),
        {**without(connection_body("x"), "authType"), "auth_type": "GENERIC_SECRET"},
        connection_body("x", connectionDetails={"connectionProperties": {"secret_name": "x"}}),
        connection_body(
            "x", connectionDetails={"connection_properties": {"secretName": "x"}, "connectionProperties": {}}
        ),
        connection_body(
            "x",
            connectionDetails={
                "secretsLocation": {"type": "AZURE_KEY_VAULT", "vault_url": "https://my-vault.vault.azure.net"},
                "connectionProperties": {"secretName": "x"},
            },
        ),
    ],
)
def test_a_field_has_one_spelling(api: Client, project: str, body: object) -> None:
    reply = api.call("POST", CONNECTIONS, {"projectId": project}, body)

    assert reply.status == 400
    assert "extra_forbidden" in {error["code"] for error in reply.body["errors"]}


def test_optional_members_sent_as_null_are_treated_as_omitted(api: Client, project: str) -> None:
    nothing = {"displayName": None, "description": None, "protected": None, "inheritDefaults": None}

    reply = api.call("POST", ENVIRONMENTS, {"projectId": project}, {"name": "X", **nothing})

    assert (reply.status, reply.body["protected"], reply.body["inheritDefaults"]) == (201, False, True)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"[key]": 1}, "/[key]"),
        ({"connectionOverrides": {"connectionProperties": {}, "[key]": 1}}, "/connectionOverrides/[key]"),
        (
            {
                "connectionOverrides": {
                    "secretsLocation": {"type": "HOSTED", "HOSTED": 1},
                    "connectionProperties": {"secretName": "x"},
                }
            },
            "/connectionOverrides/secretsLocation/HOSTED",
        ),
        (
            {
                "connectionOverrides": {
                    "secretsLocation": {"type": "AWS_SECRET_MANAGER"},
                    "connectionProperties": {"secretName": "x"},
                }
            },
            "/connectionOverrides/secretsLocation/region",
        ),
    ],
)
def test_a_pointer_leads_to_the_exact_value(api: Client, project: str, change: dict[str, Any], pointer: str) -> None:
    reply = api.call("POST", OVERRIDES, {"projectId": project}, override_body(**change))

    assert [error["pointer"] for error in reply.body["errors"]] == [pointer]


@pytest.mark.parametrize("encoded", ["%36", "%30"])
def test_a_409_has_the_items_location_however_the_project_id_was_encoded(api: Client, encoded: str) -> None:
    api.project_id = "60000000-0000-4000-8000-000000000000"
    api.make_project()
    api.make_environment(api.project_id)
    raw = api.project_id.replace(chr(int(encoded[1:], 16)), encoded)

    reply = api.call(
        "POST", ENVIRONMENTS, {"projectId": api.project_id}, {"name": "PROD"}, pathParameters={"projectId": raw}
    )

    assert (reply.status, reply.headers["Location"]) == (409, f"/v1/projects/{api.project_id}/environments/PROD")


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "application/json; foo=bar, text/plain"},
        {"Content-Type": "application/json;, text/plain"},
        {"Content-Type": 'application/json; a="b, text/plain'},
        {"Content-Type": "application/json\x85"},
        {"Content-Type": "application/json; charset=latin1"},
        {"Content-Encoding": "gzip"},
        {"Content-Encoding": "identity, br"},
        {"Content-Encoding": ""},
    ],
)
def test_a_content_type_other_than_json_in_utf8_is_415(api: Client, headers: dict[str, str]) -> None:
    assert api.call("POST", PROJECTS, body={"name": "x"}, headers=headers).status == 415


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": 'Application/JSON ; Charset="UTF-8"'},
        {"Content-Type": "application/json; profile=x ;charset=utf-8;"},
        {"Content-Encoding": "Identity"},
    ],
)
def test_json_in_utf8_is_accepted_however_it_is_declared(api: Client, headers: dict[str, str]) -> None:
    assert api.call("POST", PROJECTS, body={"name": "x"}, headers=headers).status == 201
