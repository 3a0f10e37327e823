"""A running service: the one at `E2E_URL`, with the token `E2E_TOKEN`, or a local run."""

import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from local.client import Client
from support.local_run import LocalRun


@dataclass(frozen=True)
class Service:
    """Its URL, and a token with all scopes."""

    api_url: str
    token: str


@pytest.fixture(scope="session")
def service(request: pytest.FixtureRequest) -> Service:
    """The service. A local run is started only if it is needed."""
    url = os.environ.get("E2E_URL")
    if url:
        return Service(url, os.environ["E2E_TOKEN"])
    run = request.getfixturevalue("local_service")
    assert isinstance(run, LocalRun)
    return Service(run.state.api_url, run.token())


@pytest.fixture
def client(service: Service) -> Iterator[Client]:
    """A client with all scopes."""
    with Client(service.api_url, service.token) as client:
        yield client


@pytest.fixture
def nobody(service: Service) -> Iterator[Client]:
    """A client without a token."""
    with Client(service.api_url, None) as client:
        yield client


@pytest.fixture
def project(client: Client) -> Iterator[str]:
    """The path of the test's own project, which is deleted afterwards with everything in it."""
    made = client.call("POST", "/v1/projects", {"name": "Smoke test"})
    assert made.status == 201, made
    path = made.headers["location"]
    yield path
    for environment in client.call("GET", f"{path}/environments").document["results"]:
        client.call("DELETE", f"{path}/environments/{environment['name']}?cascade=true")
    for connection in client.call("GET", f"{path}/connections").document["results"]:
        client.call("DELETE", f"{path}/connections/{connection['name']}?cascade=true")
    assert client.call("DELETE", path).status == 204
