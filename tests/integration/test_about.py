"""The public routes about the API itself."""

import base64
import hashlib
import re

import pytest
from support.conformance import document
from support.registry import Client

OPENAPI = "/v1/openapi.json"
ANYBODY = {"requestContext": {"requestId": "c0ffee", "path": OPENAPI}}


@pytest.fixture
def anybody() -> Client:
    """A caller without a token, and an API without a table."""
    return Client(None)


@pytest.mark.parametrize(
    ("path", "base"),
    [
        pytest.param("/", "", id="a custom domain name"),
        pytest.param("/live", "/live", id="a stage"),
        pytest.param("/live/", "/live", id="a stage, with a slash at the end"),
        pytest.param("/base/v1/", "/base/v1", id="a base path that contains v1"),
    ],
)
def test_the_index_links_to_the_public_routes_behind_any_base_path(anybody: Client, path: str, base: str) -> None:
    reply = anybody.call("GET", "/", requestContext={"requestId": "c0ffee", "path": path})

    assert (reply.status, reply.body) == (
        200,
        {
            "document": f"{base}/v1/openapi.json",
            "problems": f"{base}/v1/problems",
            "health": f"{base}/v1/health",
        },
    )


def test_the_index_links_to_the_page_if_it_is_enabled() -> None:
    index = Client(None, docs_page=True).call("GET", "/", requestContext={"requestId": "c0ffee", "path": "/"})

    assert index.body["page"] == "/v1/docs"


def test_health_answers_without_a_table(anybody: Client) -> None:
    reply = anybody.call("GET", "/v1/health", **ANYBODY)

    assert (reply.status, reply.body) == (200, {"status": "ok"})
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.headers["X-Request-Id"] == "c0ffee"


def test_the_document_is_the_committed_one(anybody: Client) -> None:
    reply = anybody.call("GET", OPENAPI, **ANYBODY)

    assert (reply.status, reply.body) == (200, document())
    assert reply.headers["Content-Type"] == "application/json"
    assert re.fullmatch(r'"[0-9a-f]{32}"', reply.headers["ETag"])


def test_the_document_has_the_base_path_of_its_own_url(anybody: Client) -> None:
    reply = anybody.call("GET", OPENAPI, requestContext={"requestId": "c0ffee", "path": f"/live{OPENAPI}"})

    assert [server["url"] for server in reply.body["servers"]] == ["/live"]
    problem = reply.body["components"]["schemas"]["ProjectNotFoundProblem"]
    assert problem["properties"]["type"]["const"] == "/live/v1/problems/project-not-found"
    assert reply.headers["ETag"] != anybody.call("GET", OPENAPI, **ANYBODY).headers["ETag"]


def test_the_current_tag_of_the_document_gets_304(anybody: Client) -> None:
    tag = anybody.call("GET", OPENAPI, **ANYBODY).headers["ETag"]

    known = anybody.call("GET", OPENAPI, headers={"If-None-Match": f'"other", {tag}'}, **ANYBODY)
    other = anybody.call("GET", OPENAPI, headers={"If-None-Match": '"other"'}, **ANYBODY)

    assert (known.status, known.body, known.headers["ETag"]) == (304, None, tag)
    assert other.status == 200


def test_a_health_check_without_a_tag_never_gets_304(anybody: Client) -> None:
    assert anybody.call("GET", "/v1/health", headers={"If-None-Match": '""'}, **ANYBODY).status == 200


def test_a_disabled_page_is_404(anybody: Client) -> None:
    reply = anybody.call("GET", "/v1/docs", **ANYBODY)

    assert (reply.status, reply.body["type"]) == (404, "/v1/problems/route-not-found")


def test_the_page_contains_all_its_parts_and_its_policy_lists_them() -> None:
    result = Client(None, docs_page=True).raw("GET", "/v1/docs", requestContext={"requestId": "c0ffee", "path": "/"})

    page, policy = result["body"], result["headers"]["Content-Security-Policy"]
    assert (result["statusCode"], result["headers"]["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert result["headers"]["X-Content-Type-Options"] == "nosniff"
    for part in ("script", "style"):
        texts = re.findall(rf"<{part}>(.*?)</{part}>", page, re.DOTALL)
        digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts]
        assert f"{part}-src {' '.join(f"'sha256-{digest}'" for digest in digests)}" in policy
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    frame = re.sub(r"<(script|style)>.*?</\1>", "", page, flags=re.DOTALL)
    assert re.findall(r'(?:src|href)="([^"]*)"', frame) == ["data:,", "openapi.json"]
    assert len(page) < 3_000_000, "a function's result can have 6 MB"
