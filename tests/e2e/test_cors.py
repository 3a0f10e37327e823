"""Pages of another origin: responses name the configured origin, and no other."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from local.client import Client
from support.local_run import LocalRun, local_run, run_command

ORIGIN = "https://app.example"
CORS = ("access-control-allow-origin", "access-control-expose-headers", "vary")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalRun]:
    """A running service that pages of one other origin can call."""
    with local_run(tmp_path_factory.mktemp("cors"), "--cors-origin", ORIGIN) as run:
        yield run


@pytest.mark.parametrize(("path", "status"), [("/v1/projects", 401), ("/v1/nothing", 404), ("/v1/projects/%", 400)])
def test_a_page_of_the_origin_can_read_a_refusal(shared: LocalRun, path: str, status: int) -> None:
    with Client(shared.state.api_url, None) as client:
        reply = client.call("GET", path)

    assert reply.status == status
    origin, exposed, vary = (reply.headers.get(name, "") for name in CORS)
    assert (origin, vary) == (ORIGIN, "Origin")
    assert {"WWW-Authenticate", "Retry-After", "X-Request-Id"} <= set(exposed.split(", "))


def test_without_an_origin_no_page_can_read_responses(service: LocalRun) -> None:
    with Client(service.state.api_url, None) as client:
        reply = client.call("GET", "/v1/projects")

    assert reply.status == 401
    assert not set(CORS) & set(reply.headers)


@pytest.mark.parametrize("path", ["/v1/projects", "/v1/projects/x/connections", "/v1/problems"])
def test_a_preflight_reaches_the_function_without_a_token(service: LocalRun, path: str) -> None:
    with Client(service.state.api_url, None) as client:
        reply = client.call("OPTIONS", path)

    assert (reply.status, reply.document) == (204, None)
    assert "OPTIONS" in reply.headers["allow"]


def test_a_preflight_allows_calls_from_a_page_of_the_origin(shared: LocalRun) -> None:
    with Client(shared.state.api_url, None) as client:
        reply = client.call("OPTIONS", "/v1/projects")

    assert reply.headers["access-control-allow-origin"] == ORIGIN
    assert reply.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS, POST"
    assert "Authorization" in reply.headers["access-control-allow-headers"]


def test_a_value_that_is_not_an_origin_is_refused_in_one_line(tmp_path: Path) -> None:
    ended = run_command(tmp_path, "run", "--port", "0", "--cors-origin", "*")

    assert ended.returncode == 1
    assert ended.stderr.startswith("error: Parameter 'CorsOrigin' must be empty, or one http or https origin")
