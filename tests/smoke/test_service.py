"""What must work after a release: `make e2e URL=… TOKEN=…` tests a deployed service, `make test` a local run.

Each test creates its own project and deletes it. Nothing else of the tenant is read or changed.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from local.client import Client, Reply

AT_ONCE = 10

DEFAULT = {"connectionProperties": {"secretName": "lower-salesforce"}}
OVERRIDE = {"connectionProperties": {"secretName": "live-salesforce", "secretKey": "apiKey"}}


def override(reference: object = OVERRIDE, environment: str = "LIVE") -> dict[str, Any]:
    return {
        "environmentName": environment,
        "connectionName": "Salesforce",
        "authType": "GENERIC_SECRET",
        "connectionOverrides": reference,
    }


def problem(reply: Reply) -> tuple[int, str]:
    assert reply.headers["content-type"] == "application/problem+json"
    return reply.status, reply.document["type"].rpartition("/")[2]


@pytest.fixture
def furnished(client: Client, project: str) -> str:
    """The project with a protected environment LIVE, an unprotected one DEV, and a connection that has a default."""
    for body in ({"name": "LIVE", "protected": True, "inheritDefaults": False}, {"name": "DEV"}):
        assert client.call("POST", f"{project}/environments", body).status == 201
    connection = {
        "name": "Salesforce",
        "platformConnectionType": "COMPONENT_BASIC",
        "authProvider": "NONE",
        "authType": "GENERIC_SECRET",
        "connectionDetails": DEFAULT,
    }
    assert client.call("POST", f"{project}/connections", connection).status == 201
    return project


def test_the_first_create_is_201_and_the_second_409_both_with_a_location(client: Client, furnished: str) -> None:
    first = client.call("POST", f"{furnished}/connections/environment-overrides", override())
    second = client.call("POST", f"{furnished}/connections/environment-overrides", override())

    assert first.status == 201
    assert problem(second) == (409, "override-already-exists")
    assert first.headers["location"] == second.headers["location"]
    assert client.call("GET", first.headers["location"]).document == first.document


def test_a_create_that_is_repeated_with_its_key_gets_the_same_response(client: Client, furnished: str) -> None:
    overrides, key = f"{furnished}/connections/environment-overrides", {"Idempotency-Key": furnished}
    first = client.call("POST", overrides, override(), key)
    again = client.call("POST", overrides, override(), key)
    other = client.call("POST", overrides, override(environment="DEV"), key)

    assert (first.status, again.status, again.document) == (201, 201, first.document)
    assert problem(other) == (422, "idempotency-key-reused")


def test_of_concurrent_creates_one_succeeds(service: Any, furnished: str) -> None:
    def create(_: int) -> int:
        with Client(service.api_url, service.token) as client:
            return client.call("POST", f"{furnished}/connections/environment-overrides", override()).status

    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        statuses = Counter(pool.map(create, range(AT_ONCE)))

    assert statuses == {201: 1, 409: AT_ONCE - 1}


def test_a_pipeline_never_runs_on_another_environments_secret(client: Client, furnished: str) -> None:
    live = f"{furnished}/connections/effective/LIVE/Salesforce"

    assert problem(client.call("GET", live)) == (404, "connection-not-configured")
    assert client.call("GET", f"{furnished}/connections/effective/DEV/Salesforce").document["source"] == "DEFAULT"
    leak = client.call("POST", f"{furnished}/connections/environment-overrides", override(DEFAULT))
    assert problem(leak) == (409, "shared-secret-reference")
    client.call("POST", f"{furnished}/connections/environment-overrides", override())
    found = client.call("GET", live)
    assert (found.document["source"], found.document["reference"]) == ("OVERRIDE", OVERRIDE)


def test_an_override_is_replaced_and_deleted_if_its_tag_matches(client: Client, furnished: str) -> None:
    made = client.call("POST", f"{furnished}/connections/environment-overrides", override())
    item = made.headers["location"]
    body = {"authType": "GENERIC_SECRET", "connectionOverrides": {"connectionProperties": {"secretName": "live-2"}}}

    replaced = client.call("PUT", item, body, {"If-Match": made.headers["etag"]})
    stale = client.call("DELETE", item, None, {"If-Match": made.headers["etag"]})
    deleted = client.call("DELETE", item, None, {"If-Match": replaced.headers["etag"]})

    assert (replaced.status, replaced.document["revision"]) == (200, 2)
    assert problem(stale) == (412, "precondition-failed")
    assert deleted.status == 204
    assert problem(client.call("GET", item)) == (404, "override-not-found")


def test_an_invalid_body_is_explained(client: Client, furnished: str) -> None:
    refused = client.call(
        "POST", f"{furnished}/connections/environment-overrides", override() | {"password": "hunter2"}
    )

    assert problem(refused) == (400, "invalid-request")
    assert refused.document["violations"]
    assert "hunter2" not in str(refused.document)


def test_a_request_without_a_valid_token_is_401_without_a_reason(service: Any, nobody: Client, furnished: str) -> None:
    head, _, signature = service.token.rpartition(".")
    with Client(service.api_url, f"{head}.{'A' * len(signature)}") as forger:
        replies = [each.call("GET", path) for each in (nobody, forger) for path in ("/v1/projects", furnished)]

    for reply in replies:
        assert problem(reply) == (401, "unauthorized")
        assert reply.headers["www-authenticate"].startswith("Bearer ")
    bodies = [{name: value for name, value in reply.document.items() if name != "instance"} for reply in replies]
    assert all(each == bodies[0] for each in bodies)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_path_is_404_with_and_without_a_token(client: Client, nobody: Client, method: str) -> None:
    for each in (client, nobody):
        assert problem(each.call(method, "/v1/nothing")) == (404, "route-not-found")


def test_the_links_of_the_index_work(nobody: Client) -> None:
    links = nobody.call("GET", "/").document

    assert {"document", "problems", "health"} <= set(links) <= {"document", "page", "problems", "health"}
    assert {nobody.call("HEAD", link).status for link in links.values()} == {200}


def test_public_routes_need_no_token(nobody: Client) -> None:
    assert nobody.call("GET", "/v1/health").status == 200
    assert nobody.call("GET", nobody.call("GET", "/v1/projects").document["type"]).status == 200
    document = nobody.call("GET", "/v1/openapi.json")
    assert document.status == 200
    assert document.document["openapi"].startswith("3.1")
    described = document.document["components"]["schemas"]["UnauthorizedProblem"]["properties"]["type"]
    assert described["const"] == nobody.call("GET", "/v1/projects").document["type"]


@pytest.mark.parametrize("path", ["/v1/health", "/v1/projects"])
def test_no_response_may_be_cached_and_each_has_a_request_id(client: Client, nobody: Client, path: str) -> None:
    for reply in (client.call("GET", path), nobody.call("GET", path)):
        assert reply.headers["cache-control"] == "no-store"
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["x-request-id"]
