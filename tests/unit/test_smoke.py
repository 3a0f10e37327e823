"""How the smoke test after a deployment gets its token."""

import base64
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import parse_qs

import pytest
from tools.smoke import SmokeError, token_by_client_credentials

SECRET = "pass:word %"


class Issuer(HTTPServer):
    """Issues tokens to the client `smoke`; `asked` is the last request."""

    asked: dict[str, list[str]]
    answer: bytes = json.dumps({"access_token": "the token", "token_type": "Bearer"}).encode()


class Handler(BaseHTTPRequestHandler):
    server: Issuer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.asked = parse_qs(body)
        client = base64.b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode()
        self.send_response(200 if client == "smoke:pass%3Aword%20%25" else 401)
        self.end_headers()
        self.wfile.write(self.server.answer)

    def log_message(self, *_: object) -> None:
        """Write nothing."""


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with Issuer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def settings(issuer: Issuer, **others: str) -> dict[str, str]:
    url = f"http://127.0.0.1:{issuer.server_port}/token"
    return {"TOKEN_URL": url, "TOKEN_CLIENT_ID": "smoke", "TOKEN_CLIENT_SECRET": SECRET} | others


def test_a_token_is_requested_with_the_client_credentials_grant(issuer: Issuer) -> None:
    assert token_by_client_credentials(settings(issuer, TOKEN_SCOPE="a b", TOKEN_AUDIENCE="")) == "the token"
    assert issuer.asked == {"grant_type": ["client_credentials"], "scope": ["a b"]}


def test_a_token_is_requested_for_the_first_of_several_audiences(issuer: Issuer) -> None:
    assert token_by_client_credentials(settings(issuer, TOKEN_AUDIENCE="api://one,two")) == "the token"
    assert issuer.asked == {"grant_type": ["client_credentials"], "audience": ["api://one"]}


@pytest.mark.parametrize("answer", [b"", b"{}", b"[]", b'{"access_token": 1}'])
def test_an_issuer_that_returns_no_token_is_reported(issuer: Issuer, answer: bytes) -> None:
    issuer.answer = answer
    with pytest.raises(SmokeError, match="returned no token"):
        token_by_client_credentials(settings(issuer))


def test_a_refusal_is_reported_without_the_secret(issuer: Issuer) -> None:
    with pytest.raises(SmokeError, match="answered 401") as refusal:
        token_by_client_credentials(settings(issuer, TOKEN_CLIENT_SECRET="wrong"))
    assert "wrong" not in str(refusal.value)


@pytest.mark.parametrize("url", ["http://issuer.example/token", "http://127.0.0.1@issuer.example/", "ftp://127.0.0.1/"])
def test_a_secret_is_never_sent_without_tls(issuer: Issuer, url: str) -> None:
    with pytest.raises(SmokeError, match="must be https"):
        token_by_client_credentials(settings(issuer, TOKEN_URL=url))


def test_a_missing_setting_is_reported() -> None:
    with pytest.raises(SmokeError, match="TOKEN_URL is not set"):
        token_by_client_credentials({})
