"""A browser asks by OPTIONS before it calls, and sends no token with that."""

import pytest
from local.client import Client
from support.local_run import LocalRun


@pytest.mark.parametrize("path", ["/v1/projects", "/v1/projects/x/connections", "/v1/problems"])
def test_a_preflight_reaches_the_function_without_a_token(service: LocalRun, path: str) -> None:
    with Client(service.state.api_url, None) as client:
        reply = client.call("OPTIONS", path)

    assert reply.status != 401
    assert "x-amzn-errortype" not in reply.headers, "an answer of the gateway's own"
