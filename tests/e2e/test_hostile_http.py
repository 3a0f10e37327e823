"""Requests that no client sends by mistake: each gets a problem document, and none bypasses the API."""

import socket
from typing import Any
from urllib.parse import urlsplit

import pytest
from local.client import Client
from local.settings import HOST as HOST_NAME
from support.local_run import LocalRun, send

LINE = b"GET /v1/projects HTTP/1.1\r\n"
HOST = b"Host: localhost\r\n"
AUTHORIZATION = b"Authorization: Bearer {token}\r\n"
END = b"\r\n"
HEAD = LINE + HOST + AUTHORIZATION
POST = b"POST /v1/projects HTTP/1.1\r\n" + HOST + AUTHORIZATION + b"Content-Type: application/json\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n"
ELEVEN_MEBIBYTES = b"a" * (11 * 1024 * 1024)


def get(target: bytes) -> bytes:
    return b"GET " + target + b" HTTP/1.1\r\n" + HOST + AUTHORIZATION + END


def method(name: bytes) -> bytes:
    return HEAD.replace(b"GET", name, 1) + END


REQUESTS = {
    # Invalid HTTP.
    "binary garbage": (b"\x00\x01\x02\r\n\r\n", 400),
    "only a method": (b"GET\r\n\r\n", 400),
    "HTTP/0.9": (b"GET /v1/projects\r\n\r\n", 400),
    "HTTP/2 preface": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "no Host": (LINE + AUTHORIZATION + END, 400),
    "two Hosts": (HEAD + HOST + END, 400),
    "NUL in a header": (HEAD + b"X-A: a\x00b\r\n" + END, 400),
    "space in a header's name": (HEAD + b"X A: a\r\n" + END, 400),
    # Targets.
    "raw UTF-8 in the path": (get("/v1/projäkte".encode()), 400),
    "space in the path": (get(b"/v1/projects/a b"), 400),
    "fragment": (get(b"/v1/projects#x"), 400),
    "no leading slash": (get(b"v1/projects"), 400),
    "absolute form without a path": (get(b"http://example.com"), 400),
    "asterisk form": (get(b"*"), 400),
    "authority form": (get(b"example.com:443").replace(b"GET", b"CONNECT", 1), 400),
    "percent sign alone in the path": (get(b"/v1/projects/%"), 400),
    "bad escape in the path": (get(b"/v1/projects/%zz"), 400),
    "NUL in the path": (get(b"/v1/projects/%00"), 400),
    "invalid UTF-8 in the path": (get(b"/v1/projects/%ff"), 400),
    "encoded slash": (get(b"/v1/projects/a%2Fb"), 400),
    "bad escape in the query": (get(b"/v1/projects?limit=%zz"), 400),
    "invalid UTF-8 in the query": (get(b"/v1/projects?limit=%ff"), 400),
    "dot segments": (get(b"/v1/projects/../projects"), 404),
    "stage name": (get(b"/live/v1/projects"), 404),
    "parameter in the path": (get(b"/v1/projects;a=b"), 404),
    "URL over 10 KB": (get(b"/v1/projects?a=" + b"a" * 10_240), 414),
    "URL over 200 KB": (get(b"/v1/projects?a=" + b"a" * 200_000), 414),
    # The emulator's own interfaces.
    "emulator health": (get(b"/_ministack/health"), 404),
    "emulator reset": (get(b"/_ministack/reset").replace(b"GET", b"POST", 1), 404),
    "emulator Lambda": (get(b"/2015-03-31/functions"), 404),
    "emulator execute-api": (get(b"/_aws/execute-api/x/live/v1/projects"), 404),
    "emulator by Host": (LINE.replace(b"/v1/projects", b"/bucket") + b"Host: s3.amazonaws.com\r\n" + END, 404),
    # Headers.
    "headers over 10 KB": (HEAD + b"X-A: " + b"a" * 10_240 + END + END, 431),
    "2,000 headers": (HEAD + b"".join(b"X-%d: 1\r\n" % i for i in range(2000)) + END, 431),
    "two Authorizations": (HEAD + AUTHORIZATION + END, 401),
    "two Authorizations, one lower case": (HEAD + AUTHORIZATION.replace(b"A", b"a", 1) + END, 401),
    "empty Authorization": (LINE + HOST + b"Authorization:\r\n" + END, 401),
    "AWS signature": (LINE + HOST + b"Authorization: AWS4-HMAC-SHA256 Credential=1/2/3/s3/aws4_request\r\n" + END, 401),
    # Methods.
    "TRACE": (method(b"TRACE"), 405),
    "PROPFIND": (method(b"PROPFIND"), 405),
    "unknown method": (method(b"FOO-BAR"), 405),
    "DELETE of the list": (method(b"DELETE"), 405),
    "empty segment": (b"GET /v1//projects HTTP/1.1\r\n" + HOST + AUTHORIZATION + END, 404),
    "slash at the end": (b"GET /v1/projects/ HTTP/1.1\r\n" + HOST + AUTHORIZATION + END, 404),
    # Bodies.
    "no body": (POST + END, 400),
    "invalid UTF-8": (POST + b'Content-Length: 12\r\n\r\n{"name":"\xff"}', 400),
    "unknown transfer coding": (POST + b"Transfer-Encoding: gzip\r\n\r\n", 400),
    "two lengths": (POST + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", 400),
    "two Content-Lengths": (POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\na", 400),
    "negative length": (POST + b"Content-Length: -1\r\n\r\n", 400),
    "bad chunk": (POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
    "two Content-Types": (POST + b"Content-Type: text/plain\r\nContent-Length: 12\r\n\r\n" + b'{"name":"x"}', 415),
    "over 10 MB": (POST + b"Content-Length: %d\r\n\r\n" % len(ELEVEN_MEBIBYTES) + ELEVEN_MEBIBYTES, 413),
    "over 10 MB in chunks": (
        POST + CHUNKED % len(ELEVEN_MEBIBYTES) + ELEVEN_MEBIBYTES + b"\r\n0\r\n\r\n",
        413,
    ),
}


@pytest.fixture(scope="module")
def catalogue(service: LocalRun) -> dict[str, Any]:
    """The catalogue of problems, by type."""
    with Client(service.state.api_url, None) as client:
        return {entry["type"]: entry for entry in client.call("GET", "/v1/problems").document["results"]}


@pytest.mark.parametrize(("raw", "status"), REQUESTS.values(), ids=REQUESTS)
def test_a_hostile_request_is_refused_with_a_problem_document(
    service: LocalRun, catalogue: dict[str, Any], raw: bytes, status: int
) -> None:
    answer = send(service.state.api_url, raw.replace(b"{token}", service.token().encode()))

    assert answer.status == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-request-id"]
    assert answer.document["status"] == status
    problem = catalogue[answer.document["type"]]
    assert (problem["status"], problem["title"]) == (status, answer.document["title"])
    assert answer.document["instance"] == f"urn:request:{answer.headers['x-request-id']}"


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
@pytest.mark.parametrize("path", ["/v1/nothing", "/v1", "/v1/projects/x/nothing", "/favicon.ico"])
@pytest.mark.parametrize("has_token", [False, True], ids=["without a token", "with a token"])
def test_an_unknown_path_is_404_for_every_method(
    service: LocalRun,
    method: str,
    path: str,
    has_token: bool,  # noqa: FBT001 # a case of the table
) -> None:
    with Client(service.state.api_url, service.token() if has_token else None) as client:
        reply = client.call(method, path)

    assert (reply.status, reply.headers["content-type"]) == (404, "application/problem+json")
    assert method == "HEAD" or reply.document["type"] == "/v1/problems/route-not-found"


def test_a_request_after_one_with_two_lengths_is_never_answered(service: LocalRun) -> None:
    two_lengths = POST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"
    with socket.create_connection((HOST_NAME, urlsplit(service.state.api_url).port or 0), timeout=20) as connection:
        connection.sendall(two_lengths + b"GET /v1/health HTTP/1.1\r\n" + HOST + END)
        received = b"".join(iter(lambda: connection.recv(65_536), b""))

    assert received.startswith(b"HTTP/1.1 400 ")
    assert received.count(b"HTTP/1.1 ") == 1
    assert b"\r\nconnection: close\r\n" in received


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(get(b"http://example.com/v1/projects?limit=1"), id="absolute form"),
        pytest.param(get(b"/v1/projects"), id="origin form"),
        pytest.param(get(b"/"), id="root"),
        pytest.param(get(b"http://example.com/"), id="root in absolute form"),
        pytest.param(HEAD + b"X-A: \xff\xfe\r\n" + END, id="header that is not ASCII"),
        pytest.param(HEAD + b"Upgrade: websocket\r\nConnection: upgrade\r\n" + END, id="upgrade to WebSocket"),
        pytest.param(HEAD + b"Upgrade: h2c\r\nConnection: upgrade\r\nHTTP2-Settings: AAAA\r\n" + END, id="to HTTP/2"),
        pytest.param(get(b"/v1/projects").replace(b"HTTP/1.1", b"HTTP/1.0"), id="HTTP/1.0"),
    ],
)
def test_an_unusual_but_valid_request_is_answered(service: LocalRun, raw: bytes) -> None:
    answer = send(service.state.api_url, raw.replace(b"{token}", service.token().encode()))
    assert answer.status == 200


def test_100_continue_is_sent_before_the_response(service: LocalRun) -> None:
    raw = POST + b'Expect: 100-continue\r\nContent-Length: 12\r\n\r\n{"name":"x"}'
    assert send(service.state.api_url, raw.replace(b"{token}", service.token().encode()), "POST").status == 201
