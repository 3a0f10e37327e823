"""One local run for all tests of this folder that do not need their own."""

from collections.abc import Iterator

import pytest
from local.client import Client
from support.local_run import LocalRun


@pytest.fixture(scope="session")
def service(local_service: LocalRun) -> LocalRun:
    """A running service."""
    return local_service


@pytest.fixture
def client(service: LocalRun) -> Iterator[Client]:
    """A client with all scopes."""
    with Client(service.state.api_url, service.token()) as client:
        yield client
