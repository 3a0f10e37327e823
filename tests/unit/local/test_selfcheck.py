"""A local run ends, instead of showing its URL, if the service is not protected."""

import os
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import jwt
import pytest
from local.issuer import signing_keys
from local.selfcheck import SelfCheckError, check
from local.state import RunState

type Serve = Callable[[Callable[[str | None], int]], RunState]
"""Takes a function that returns the status for a bearer token or None. Returns the state of a service that does so."""


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Starts services on loopback."""
    servers = []

    def start(status_for: Callable[[str | None], int]) -> RunState:
        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                header = self.headers.get("Authorization")
                self.send_response(status_for(header.removeprefix("Bearer ") if header else None))
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_ANY = _answer  # noqa: N815  # the base class's names

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
                """Write nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        keys = signing_keys(tmp_path)
        return RunState(f"http://127.0.0.1:{server.server_port}", "i", "a", "j", "d", "t", keys, os.getpid())

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


ROUTES = (("GET", "/v1/projects"), ("ANY", "/v1/projects/{projectId}"))


def verified(state: RunState, token: str) -> bool:
    try:
        jwt.decode(token, jwt.PyJWK(state.keys[0].public_jwk()), algorithms=["RS256"], audience="a")
    except jwt.InvalidSignatureError:
        return False
    return True


def test_a_service_that_accepts_only_valid_tokens_passes(serve: Serve) -> None:
    state = serve(lambda token: 200 if token and verified(state, token) else 401)
    check(state, ROUTES)


def test_a_service_that_accepts_every_request_is_stopped(serve: Serve) -> None:
    with pytest.raises(SelfCheckError, match=r"^GET /v1/projects without a token answered 200 instead of 401$"):
        check(serve(lambda _: 200), ROUTES)


def test_a_service_that_does_not_verify_signatures_is_stopped(serve: Serve) -> None:
    with pytest.raises(SelfCheckError, match=r"^GET /v1/projects with a forged token answered 200 instead of 401$"):
        check(serve(lambda token: 200 if token else 401), ROUTES)


def test_a_service_that_accepts_no_request_is_stopped(serve: Serve) -> None:
    with pytest.raises(SelfCheckError, match=r"^GET /v1/projects with a valid token answered 401 instead of 200$"):
        check(serve(lambda _: 401), ROUTES)
