"""An override through front end, authorizer, function and table, in addition to `tests/smoke`."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from local.client import Client
from support.local_run import LocalRun

OVERRIDE = {
    "environmentName": "PROD",
    "connectionName": "Salesforce",
    "authType": "GENERIC_SECRET",
    "connectionOverrides": {"connectionProperties": {"secretName": "prod-salesforce", "secretKey": "apiKey"}},
}


@pytest.fixture
def project(client: Client) -> str:
    """The path of a project with the environment PROD and the connection Salesforce."""
    path = client.call("POST", "/v1/projects", {"name": "Analytics"}).headers["location"]
    client.call("POST", f"{path}/environments", {"name": "PROD"})
    connection: dict[str, Any] = {
        "name": "Salesforce",
        "platformConnectionType": "COMPONENT_BASIC",
        "authProvider": "NONE",
        "authType": "GENERIC_SECRET",
    }
    assert client.call("POST", f"{path}/connections", connection).status == 201
    return path


def test_of_200_concurrent_creates_one_is_201_and_the_rest_are_409(service: LocalRun, project: str) -> None:
    def create(_: int) -> int:
        with Client(service.state.api_url, token) as client:
            return client.call("POST", f"{project}/connections/environment-overrides", OVERRIDE).status

    token = service.token()
    with ThreadPoolExecutor(max_workers=200) as pool:
        statuses = Counter(pool.map(create, range(200)))
    assert statuses == {201: 1, 409: 199}


def test_another_account_does_not_see_the_project(service: LocalRun, project: str) -> None:
    with Client(service.state.api_url, service.token(account="other")) as client:
        assert client.call("GET", project).status == 404


def test_a_connection_can_be_reused_after_responses_without_a_body(client: Client, project: str) -> None:
    item = f"{project}/connections/environment-overrides/PROD/Salesforce"
    body = {name: value for name, value in OVERRIDE.items() if name not in {"environmentName", "connectionName"}}
    calls = (
        ("HEAD", item, None, 404),
        ("OPTIONS", item, None, 204),
        ("POST", f"{project}/connections/environment-overrides", OVERRIDE, 201),
        ("HEAD", item, None, 200),
        ("PUT", item, body, 200),
        ("DELETE", item, None, 204),
        ("GET", item, None, 404),
    )

    replies = [client.call(method, path, sent) for method, path, sent, _ in calls]

    assert [reply.status for reply in replies] == [status for *_, status in calls]
    without_body = [reply.document is None for reply in replies]
    assert without_body == [True, True, False, True, False, True, False]
    assert "content-length" not in replies[3].headers
