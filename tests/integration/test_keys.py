"""Keys of the table, as clients see them: different items never share a row, and no list contains foreign items."""

from collections.abc import Mapping
from itertools import count
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.registry import (
    CONNECTION,
    CONNECTIONS,
    EFFECTIVE,
    ENVIRONMENT,
    ENVIRONMENTS,
    OVERRIDE,
    OVERRIDES,
    PROJECT,
    PROJECTS,
    Client,
)

# Prefixes of one another, letters that keys may begin with, and possible separators and escapes.
NAMES = ["P", "E", "C", "O", "a", "ab", "a b", "a#b", "a|b", "a:b", "E#a", "O%2Fa", "a%2Fb", "%", "00000001"]
FEW = ["a", "ab", "a b", "O", "C%2Fa"]
PROJECT_ID = "0f000000-0000-4000-8000-000000000000"
ACCOUNTS = ["acme", "acme2", "acm", "a", "acme|x", "acme:x"]


def names_of(api: Client, resource: str, names: Mapping[str, str], query: Mapping[str, str] | None = None) -> list[str]:
    reply = api.call("GET", resource, names, query=query)
    assert reply.status == 200, reply
    return [result["name"] for result in reply.body["results"]]


def test_an_environment_and_a_connection_of_any_name_are_separate_items(api: Client) -> None:
    project = api.make_project()
    for name in NAMES:
        api.make_environment(project, name, description=f"environment {name}")
        api.make_connection(project, name, connectionDetails=None)

    for name in NAMES:
        names = {"projectId": project, "environmentName": name, "connectionName": name}
        assert api.call("GET", ENVIRONMENT, names).body["description"] == f"environment {name}"
        assert api.call("GET", CONNECTION, names).body["name"] == name
    for resource in (ENVIRONMENTS, CONNECTIONS):
        assert names_of(api, resource, {"projectId": project}) == sorted(NAMES)


def test_overrides_whose_names_could_be_concatenated_alike_are_separate_items(api: Client) -> None:
    project = api.make_project()
    for name in FEW:
        api.make_environment(project, name)
        api.make_connection(project, name, connectionDetails=None)
    pairs = [(environment, connection) for environment in FEW for connection in FEW]
    for number, (environment, connection) in enumerate(pairs):
        assert api.make_override(project, environment, connection, f"secret-{number}").status == 201

    for number, (environment, connection) in enumerate(pairs):
        names = {"projectId": project, "environmentName": environment, "connectionName": connection}
        found = api.call("GET", OVERRIDE, names).body
        assert (found["environmentName"], found["name"]) == (environment, connection)
        assert found["connectionOverrides"]["connectionProperties"]["secretName"] == f"secret-{number}"
        effective = api.call("GET", EFFECTIVE, names).body
        assert effective["reference"]["connectionProperties"]["secretName"] == f"secret-{number}"
    for environment in FEW:
        assert names_of(api, OVERRIDES, {"projectId": project}, {"environmentName": environment}) == sorted(FEW)


def test_a_delete_does_not_affect_items_with_similar_names(api: Client) -> None:
    project = api.make_project()
    for name in FEW:
        api.make_environment(project, name)
    api.make_connection(project, "a")
    api.make_connection(project, "ab")
    for environment in FEW:
        for connection in ("a", "ab"):
            assert api.make_override(project, environment, connection).status == 201
    cascade = {"cascade": "true"}

    assert api.call("DELETE", CONNECTION, {"projectId": project, "connectionName": "a"}, query=cascade).status == 204
    assert api.call("DELETE", ENVIRONMENT, {"projectId": project, "environmentName": "a"}, query=cascade).status == 204

    rest = sorted(set(FEW) - {"a"})
    assert names_of(api, CONNECTIONS, {"projectId": project}) == ["ab"]
    assert names_of(api, ENVIRONMENTS, {"projectId": project}) == rest
    for environment in rest:
        assert names_of(api, OVERRIDES, {"projectId": project}, {"environmentName": environment}) == ["ab"]


def test_tenants_of_similar_accounts_see_only_their_own_items(dynamodb: Any) -> None:
    tenants = [
        Client(dynamodb, account=account, project_id=PROJECT_ID, ids=count(1_000 * number))
        for number, account in enumerate(ACCOUNTS)
    ]
    for number, tenant in enumerate(tenants):
        tenant.make_project()
        tenant.make_environment(PROJECT_ID, "PROD", description=tenant.account)
        tenant.make_environment(PROJECT_ID, f"of {tenant.account}")
        tenant.make_connection(PROJECT_ID, connectionDetails=None)
        tenant.make_connection(PROJECT_ID, f"of {tenant.account}", connectionDetails=None)
        assert tenant.make_override(PROJECT_ID, secret=f"secret-{number}").status == 201

    for number, tenant in enumerate(tenants):
        names = {"projectId": PROJECT_ID, "environmentName": "PROD", "connectionName": "Salesforce"}
        assert len(tenant.call("GET", PROJECTS).body["results"]) == 1
        assert names_of(tenant, ENVIRONMENTS, names) == ["PROD", f"of {tenant.account}"]
        assert tenant.call("GET", ENVIRONMENT, names).body["description"] == tenant.account
        assert names_of(tenant, CONNECTIONS, names) == ["Salesforce", f"of {tenant.account}"]
        override = tenant.call("GET", OVERRIDE, names).body["connectionOverrides"]["connectionProperties"]
        assert override["secretName"] == f"secret-{number}"


@pytest.mark.parametrize("account", ["", "/", "acme/", "/acme", "acme/00000001-0000-4000-8000-000000000000"])
def test_an_account_that_could_reach_into_the_keys_of_another_is_401(dynamodb: Any, project: str, account: str) -> None:
    stranger = Client(dynamodb, account=account)

    assert stranger.call("GET", PROJECTS).status == 401
    assert stranger.call("GET", PROJECT, {"projectId": project}).status == 401
    assert stranger.call("GET", ENVIRONMENTS, {"projectId": project}).status == 401


def test_the_longest_names_fit_into_a_key(dynamodb: Any) -> None:
    api = Client(dynamodb, account="a" * 128)
    project = api.make_project()
    # 255 characters. In a URL, where é takes six bytes, they take 700 bytes, the maximum of a name.
    name = "é" * 89 + "x" * 166
    api.make_environment(project, name)
    api.make_connection(project, name)

    assert api.make_override(project, name, name).status == 201
    names = {"projectId": project, "environmentName": name, "connectionName": name}
    assert api.call("GET", EFFECTIVE, names).body["source"] == "OVERRIDE"


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=1, max_size=12))
def test_any_name_is_refused_or_stored_and_addresses_its_item(api: Client, project: str, name: str) -> None:
    names = {"projectId": project, "environmentName": name}

    made = api.call("POST", ENVIRONMENTS, names, {"name": name})

    if made.status == 201:
        assert made.body["name"] == name == normalize("NFC", name) == name.strip()
        assert api.call("DELETE", ENVIRONMENT, names).status == 204
    else:
        assert (made.status, [error["pointer"] for error in made.body["errors"]]) == (400, ["/name"])


def test_a_reserved_name_is_reserved_only_in_its_exact_spelling(api: Client, project: str) -> None:
    for name in ("Matrix", "EFFECTIVE", "Environment-Overrides", "matrix2"):
        api.make_connection(project, name)
    for name in ("matrix", "effective", "environment-overrides"):
        api.make_environment(project, name)

    assert api.call("GET", CONNECTION, {"projectId": project, "connectionName": "Matrix"}).body["name"] == "Matrix"
