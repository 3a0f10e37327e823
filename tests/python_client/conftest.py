"""The Python client and the service, in one process."""

from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import pytest
from connection_overrides_client import Client
from connection_overrides_client import operations as do
from support import registry
from support.service import URL, Service


@pytest.fixture(autouse=True)
def no_metrics(monkeypatch: pytest.MonkeyPatch) -> None:
    """The service, which is in the same process, prints its metrics between what the client prints."""
    monkeypatch.setattr("connection_overrides.api.access_log.single_metric", lambda **_: nullcontext())


@pytest.fixture
def service(dynamodb: Any) -> Service:
    """The service, with an empty table."""
    return Service(registry.Client(dynamodb))


@pytest.fixture
def client(service: Service) -> Iterator[Client]:
    """A client with all scopes, which does not wait between attempts."""
    with Client(URL, "all", sleep=lambda _: None, transport=service) as client:
        yield client


@pytest.fixture
def project(client: Client) -> str:
    """A project with DEV, PROD (protected) and the connection Salesforce, whose default is DEV's secret."""
    return furnished(client)


def furnished(client: Client) -> str:
    project_id = client.call(do.create_project({"name": "Analytics"})).project_id
    client.call(do.create_environment(project_id, {"name": "DEV"}))
    client.call(do.create_environment(project_id, {"name": "PROD", "protected": True}))
    client.call(do.create_connection(project_id, registry.connection_body()))
    return project_id
