"""One local run for all tests of this folder."""

from collections.abc import Iterator

import pytest
from local.client import Client
from support.local_run import LocalRun, local_run


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalRun]:
    """A running service that holds nothing."""
    with local_run(tmp_path_factory.mktemp("local")) as run:
        yield run


@pytest.fixture
def client(service: LocalRun) -> Iterator[Client]:
    """A client with all scopes."""
    with Client(service.state.api_url, service.token()) as client:
        yield client
