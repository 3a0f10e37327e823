"""ETag, If-Match and If-None-Match (RFC 9110, section 13), HEAD, OPTIONS and CORS."""

from collections.abc import Callable
from typing import Any

import pytest
from support.registry import (
    CONNECTION,
    CONNECTIONS,
    ENVIRONMENT,
    OPEN,
    OVERRIDE,
    OVERRIDES,
    PROJECT,
    PROJECTS,
    Client,
    Reply,
    override_body,
    without,
)

NAMES = {"environmentName": "PROD", "connectionName": "Salesforce"}
ITEMS = (PROJECT, ENVIRONMENT, CONNECTION, OVERRIDE)
BODIES: dict[str, object] = {
    PROJECT: {"name": "Sales"},
    ENVIRONMENT: OPEN,
    CONNECTION: {},
    OVERRIDE: without(override_body(), *NAMES),
}
EACH_ITEM = pytest.mark.parametrize("item", ITEMS)
# From a tag to a header that matches it, and to one that does not.
HOLDS = pytest.mark.parametrize(
    "header", [str, lambda _: "*", lambda tag: f'"x", {tag}', lambda tag: f' ,{tag} ,,"y"', lambda tag: f"{tag},{tag}"]
)
FAILS = pytest.mark.parametrize(
    "header", [lambda tag: f"W/{tag}", lambda _: '"x"', lambda tag: f'"x", W/{tag}', lambda tag: f'"{tag[1:-2]}"']
)
type Header = Callable[[str], str]


@pytest.fixture
def project(api: Client, recall: Callable[[str, Callable[[], str]], str]) -> str:
    """A project with one of each item."""

    def make() -> str:
        project = api.make_project()
        api.make_environment(project)
        api.make_connection(project)
        assert api.make_override(project).status == 201
        return project

    return recall("one of each", make)


@pytest.fixture
def call(api: Client, project: str) -> Callable[..., Reply]:
    """Sends a request to one of the items, all of which exist."""

    def call(method: str, item: str, **headers: str) -> Reply:
        names = {"projectId": project, **NAMES}
        body = BODIES[item] if method == "PUT" else None
        return api.call(method, item, names, body, headers={name.replace("_", "-"): headers[name] for name in headers})

    return call


def summary(reply: Reply) -> tuple[int, str]:
    return reply.status, reply.body["type"].rpartition("/")[2]


@EACH_ITEM
@HOLDS
def test_put_with_a_matching_if_match_replaces_the_item(call: Any, item: str, header: Header) -> None:
    tag = call("GET", item).headers["ETag"]

    reply = call("PUT", item, If_Match=header(tag))

    assert (reply.status, reply.body["revision"]) == (200, 2)
    assert reply.headers["ETag"] != tag
    assert call("GET", item).headers["ETag"] == reply.headers["ETag"]


@EACH_ITEM
@FAILS
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_write_whose_if_match_does_not_match_is_412(call: Any, item: str, method: str, header: Header) -> None:
    before = call("GET", item)

    reply = call(method, item, If_Match=header(before.headers["ETag"]))

    assert summary(reply) == (412, "precondition-failed")
    assert call("GET", item) == before


@EACH_ITEM
def test_a_stale_tag_is_412_and_nothing_is_written(call: Any, item: str) -> None:
    stale = call("GET", item).headers["ETag"]
    current = call("PUT", item)

    assert call("PUT", item, If_Match=stale).status == 412
    assert call("DELETE", item, If_Match=stale).status == 412
    assert call("GET", item).body == current.body


def test_delete_with_a_matching_if_match_deletes_the_item(call: Any) -> None:
    tag = call("GET", OVERRIDE).headers["ETag"]

    assert call("DELETE", OVERRIDE, If_Match=tag).status == 204
    assert summary(call("DELETE", OVERRIDE, If_Match=tag)) == (404, "override-not-found")


def test_an_item_that_is_created_again_has_another_tag(call: Any, api: Client, project: str) -> None:
    tag = call("GET", OVERRIDE).headers["ETag"]
    call("DELETE", OVERRIDE)
    api.make_override(project)

    assert call("GET", OVERRIDE).body["revision"] == 1
    assert call("PUT", OVERRIDE, If_Match=tag).status == 412


@EACH_ITEM
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_write_whose_if_none_match_matches_is_412(call: Any, item: str, method: str) -> None:
    before = call("GET", item)

    assert call(method, item, If_None_Match="*").status == 412
    assert call(method, item, If_None_Match=before.headers["ETag"]).status == 412
    assert call("GET", item) == before


@EACH_ITEM
def test_a_failed_if_match_is_412_even_if_if_none_match_matches(call: Any, item: str) -> None:
    tag = call("GET", item).headers["ETag"]

    assert summary(call("GET", item, If_Match='"x"', If_None_Match=tag)) == (412, "precondition-failed")
    assert call("GET", item, If_Match=tag, If_None_Match=tag).status == 304


@pytest.mark.parametrize("header", ["If-Match", "If-None-Match"])
def test_a_create_and_a_list_accept_no_conditions(api: Client, header: str) -> None:
    reply = api.call("POST", PROJECTS, body={"name": "x"}, headers={header: "*"})

    assert (reply.status, reply.body["errors"][0]["pointer"]) == (400, f"/{header}")


@pytest.mark.parametrize("header", ["If-Match", "If-None-Match"])
def test_a_delete_of_several_items_accepts_no_conditions(api: Client, project: str, header: str) -> None:
    query = {"environmentName": "PROD", "connectionNames": "Salesforce"}

    reply = api.call("DELETE", OVERRIDES, {"projectId": project}, query=query, headers={header: "*"})

    assert (reply.status, reply.body["errors"][0]["pointer"]) == (400, f"/{header}")
    assert api.call("GET", OVERRIDE, {"projectId": project, **NAMES}).status == 200


@pytest.mark.parametrize("header", ["If-Match", "If-None-Match"])
@pytest.mark.parametrize("resource", [PROJECTS, CONNECTIONS])
def test_a_list_ignores_conditions(api: Client, project: str, resource: str, header: str) -> None:
    names = {"projectId": project}

    assert api.call("GET", resource, names, headers={header: '"x"'}) == api.call("GET", resource, names)


def test_contradictory_conditions_are_always_412(call: Any) -> None:
    assert call("PUT", OVERRIDE, If_Match="*", If_None_Match="*").status == 412
    call("DELETE", OVERRIDE)
    assert call("PUT", OVERRIDE, If_Match="*", If_None_Match="*").status == 412
    assert call("GET", OVERRIDE).status == 404


@EACH_ITEM
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("header", [str, lambda _: "*", lambda tag: f"W/{tag}", lambda tag: f'"x",{tag}'])
def test_a_get_whose_if_none_match_matches_is_304_without_a_body(
    call: Any, item: str, method: str, header: Header
) -> None:
    tag = call("GET", item).headers["ETag"]

    reply = call(method, item, If_None_Match=header(tag))

    assert (reply.status, reply.body) == (304, None)
    assert reply.headers == {
        "ETag": tag,
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "X-Request-Id": "c0ffee",
    }


@EACH_ITEM
def test_a_get_whose_if_none_match_does_not_match_returns_the_item(call: Any, item: str) -> None:
    assert call("GET", item, If_None_Match='"x", W/"y"') == call("GET", item)
    assert call("GET", item, If_Match='"x"').status == 412


@pytest.mark.parametrize("header", ["If-Match", "If-None-Match"])
@pytest.mark.parametrize("value", ["", "x", '"x', 'x"', '*, "x"', 'w/"x"', '"a" "b"', ",", '"a\x7f"', "**"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_condition_with_invalid_syntax_is_400(call: Any, header: str, value: str, method: str) -> None:
    reply = call(method, OVERRIDE, **{header.replace("-", "_"): value})

    assert reply.status == 400
    assert reply.body["errors"] == [
        {
            "in": "header",
            "pointer": f"/{header}",
            "code": "entity_tag",
            "message": "must be '*', or entity tags in double quotes",
        }
    ]
    assert call("GET", OVERRIDE).body["revision"] == 1


@pytest.mark.parametrize("item", [*ITEMS, PROJECTS])
def test_head_is_get_without_a_body(api: Client, project: str, item: str) -> None:
    names = {"projectId": project, **NAMES}

    full, head = api.call("GET", item, names), api.call("HEAD", item, names)

    assert (head.status, head.body, head.headers) == (200, None, full.headers)


def test_head_of_a_missing_item_is_404_without_a_body(api: Client) -> None:
    reply = api.call("HEAD", PROJECT, {"projectId": "00000000-0000-4000-8000-000000000000"})

    assert (reply.status, reply.body) == (404, None)


def test_head_needs_the_scope_of_get(api: Client, project: str) -> None:
    api.scopes = "connections:write"
    assert api.call("HEAD", PROJECT, {"projectId": project}).status == 403


NOBODY = {"requestContext": {"requestId": "c0ffee", "path": "/"}}


def test_options_returns_the_methods_of_a_resource_without_a_token(api: Client) -> None:
    reply = api.call("OPTIONS", OVERRIDE, {"projectId": "x", **NAMES}, **NOBODY)

    assert (reply.status, reply.body) == (204, None)
    assert reply.headers == {
        "Allow": "DELETE, GET, HEAD, OPTIONS, PUT",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "X-Request-Id": "c0ffee",
    }


def test_options_of_an_unknown_resource_is_404(api: Client) -> None:
    assert summary(api.call("OPTIONS", "/v1/nothing", **NOBODY)) == (404, "route-not-found")


def test_a_configured_origin_can_call(dynamodb: Any) -> None:
    api = Client(dynamodb, origin="https://console.example")

    preflight = api.call("OPTIONS", PROJECTS, **NOBODY)
    answers = [api.call("GET", PROJECTS), api.call("GET", PROJECTS, **NOBODY), preflight]

    assert preflight.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS, POST"
    allowed = preflight.headers["Access-Control-Allow-Headers"].split(", ")
    assert allowed == [
        "Authorization",
        "Change-Reason",
        "Content-Type",
        "Idempotency-Key",
        "If-Match",
        "If-None-Match",
        "traceparent",
    ]
    assert [answer.status for answer in answers] == [200, 401, 204]
    for answer in answers:
        assert answer.headers["Access-Control-Allow-Origin"] == "https://console.example"
        assert answer.headers["Vary"] == "Origin"
        exposed = answer.headers["Access-Control-Expose-Headers"].split(", ")
        # API Gateway renames the function's WWW-Authenticate.
        assert {"ETag", "WWW-Authenticate", "x-amzn-Remapped-WWW-Authenticate"} <= set(exposed)
        assert "Access-Control-Allow-Credentials" not in answer.headers


def test_without_a_configured_origin_no_page_can_call(api: Client) -> None:
    for answer in (api.call("GET", PROJECTS), api.call("OPTIONS", PROJECTS, headers={"Origin": "https://x.example"})):
        assert not any(name.startswith("Access-Control") for name in answer.headers)
