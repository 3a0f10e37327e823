"""The routes about the API itself: open, and the same for everybody."""

import base64
import hashlib
import re

import pytest
from support.conformance import document
from support.registry import Client, Context

from connection_overrides.http.api import Api, Surroundings
from connection_overrides.http.cors import Cors
from connection_overrides.http.cursors import CursorSeal
from connection_overrides.http.registry import declare_registry
from connection_overrides.http.routing import Router

OPENAPI = "/v1/openapi.json"
ANYBODY = {"requestContext": {"requestId": "c0ffee", "path": OPENAPI}}


@pytest.fixture
def anybody() -> Client:
    """A caller without a token, of a registry without a table."""
    return Client(None)


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


def test_who_knows_the_document_gets_304(anybody: Client) -> None:
    tag = anybody.call("GET", OPENAPI, **ANYBODY).headers["ETag"]

    known = anybody.call("GET", OPENAPI, headers={"If-None-Match": f'"other", {tag}'}, **ANYBODY)
    other = anybody.call("GET", OPENAPI, headers={"If-None-Match": '"other"'}, **ANYBODY)

    assert (known.status, known.body, known.headers["ETag"]) == (304, None, tag)
    assert other.status == 200


def test_what_has_no_tag_is_known_to_nobody(anybody: Client) -> None:
    assert anybody.call("GET", "/v1/health", headers={"If-None-Match": '""'}, **ANYBODY).status == 200


def test_a_page_that_is_switched_off_is_not_found(anybody: Client) -> None:
    reply = anybody.call("GET", "/v1/docs", **ANYBODY)

    assert (reply.status, reply.body["type"]) == (404, "/v1/problems/route-not-found")


def test_the_page_holds_all_its_parts_and_its_policy_names_them() -> None:
    router = Router(CursorSeal(b""))
    declare_registry(router, None, str, has_docs_page=True)  # type: ignore[arg-type] # the table is not asked
    client = Client(None)
    api = Api(router, client.recorder, Surroundings(lambda: client.now, str), Cors(None))
    event = {"resource": "/v1/docs", "path": "/v1/docs", "httpMethod": "GET", **ANYBODY}

    result = api.handle(event, Context())

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
    assert re.findall(r'(?:src|href)="([^"]*)"', frame) == ["data:,"]
    assert len(page) < 3_000_000, "a function's answer holds 6 MB"
