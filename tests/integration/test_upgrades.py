"""Rows have a schema version: a later release can read them, and an earlier one refuses them."""

from collections.abc import Callable

import pytest
from support import rows
from support.invariants import read_table
from support.registry import (
    CONNECTION,
    CONNECTIONS,
    EFFECTIVE,
    ENVIRONMENT,
    ENVIRONMENTS,
    OVERRIDE,
    OVERRIDES,
    PROJECT,
    Client,
    Reply,
    override_body,
    without,
)

NAMES = {"environmentName": "PROD", "connectionName": "Salesforce"}
REPEATABLE = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}


@pytest.fixture
def names(api: Client, project: str) -> dict[str, str]:
    """The names of an override that was created with an idempotency key, and of its parents. LIVE is protected.

    The table contains a row of every type.
    """
    api.make_environment(project, "LIVE", protected=True)
    names = {"projectId": project, **NAMES}
    assert create(api, names).status == 201
    return names


def create(api: Client, names: dict[str, str]) -> Reply:
    return api.call("POST", OVERRIDES, names, override_body(), headers=REPEATABLE)


def create_another(api: Client, names: dict[str, str]) -> Reply:
    body = override_body(environmentName="LIVE")
    return api.call("POST", OVERRIDES, names, body, query={"allowSharedSecret": "true"})


def get(resource: str, **query: str) -> Callable[[Client, dict[str, str]], Reply]:
    return lambda api, names: api.call("GET", resource, names, query=query)


def test_every_row_has_the_current_schema_version(api: Client, names: dict[str, str]) -> None:
    assert names
    schemas = {key: row.get("schema") for key, row in read_table(api.client).items()}

    assert None not in schemas.values(), schemas
    assert len(set(schemas.values())) == 1, schemas


@pytest.mark.parametrize(
    ("is_row", "request_of_it"),
    [
        pytest.param(lambda key: key == rows.project_entry(key[1][2:]), get(PROJECT), id="project"),
        pytest.param(lambda key: key[1] == rows.project_state("")[1], create_another, id="counters"),
        pytest.param(lambda key: key[1] == rows.environment("", "PROD")[1], get(ENVIRONMENTS), id="environment"),
        pytest.param(lambda key: key[1] == rows.connection("", "Salesforce")[1], get(CONNECTION), id="connection"),
        pytest.param(rows.is_override, get(OVERRIDE), id="override"),
        pytest.param(rows.is_secret_use, create_another, id="use of a secret"),
        pytest.param(lambda key: key[1] == rows.protected_environments("")[1], create_another, id="protected"),
        pytest.param(rows.is_stored_result, create, id="stored result"),
    ],
)
def test_a_row_with_a_newer_schema_version_is_500(
    api: Client,
    names: dict[str, str],
    is_row: Callable[[rows.Key], bool],
    request_of_it: Callable[[Client, dict[str, str]], Reply],
) -> None:
    newer = {key: row["schema"] + 1 for key, row in read_table(api.client).items() if is_row(key)}
    for key, schema in newer.items():
        rows.change(api.client, key, "schema", {"N": str(schema)})

    reply = request_of_it(api, names)

    assert (reply.status, reply.body["type"]) == (500, "/v1/problems/internal-error")
    assert any(key[1] in api.log[-1]["reason"] for key in newer), api.log[-1]


def test_rows_of_the_first_schema_version_are_read_and_replaced(api: Client, names: dict[str, str]) -> None:
    before = read_table(api.client)
    for key in before:
        rows.change(api.client, key, "schema", {"N": "1"})

    reads = [
        get(resource)(api, names) for resource in (PROJECT, ENVIRONMENTS, CONNECTIONS, CONNECTION, OVERRIDE, EFFECTIVE)
    ]
    replaced = [
        api.call("PUT", PROJECT, names, {"name": "x"}),
        api.call("PUT", ENVIRONMENT, names, {"description": "x"}),
        api.call("PUT", CONNECTION, names, {}),
        api.call("PUT", OVERRIDE, names, without(override_body(), *NAMES)),
    ]

    assert {reply.status for reply in reads} == {200}
    assert [(reply.status, reply.body["revision"]) for reply in replaced] == [(200, 2)] * 4
    assert create_another(api, names).status == 201
    replaced_keys = [
        rows.project_entry(names["projectId"]),
        rows.environment(names["projectId"], "PROD"),
        rows.connection(names["projectId"], "Salesforce"),
        rows.override(names["projectId"], "PROD", "Salesforce"),
    ]
    after = read_table(api.client)
    assert [after[key]["schema"] for key in replaced_keys] == [before[key]["schema"] for key in replaced_keys]
