"""Rows that versions before this one wrote, as `rows/` keeps them: read, used, replaced, guarded and deleted."""

import json
from pathlib import Path
from typing import Any

import pytest
from support.faults import Faults
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
    TABLE,
    Client,
    override_body,
)

from connection_overrides.store.attributes import SCHEMA

ROWS = Path(__file__).parent / "rows"
PLAIN = {"connectionProperties": {"secretName": "plain"}}
SHARED = "/v1/problems/shared-secret-reference"


@pytest.fixture
def old(api: Client) -> str:
    """A project of version 1: PROD is protected; each of the others has an override."""
    items = json.loads((ROWS / "version-1.json").read_text(encoding="utf-8"))
    for item in items:
        api.client.put_item(TableName=TABLE, Item=item)
    project: str = items[0]["projectId"]["S"]
    return project


def use(api: Client, project: str, environment: str, secret: str, connection: str = "Plain") -> Any:
    reference = {"connectionProperties": {"secretName": secret}}
    body = override_body(environmentName=environment, connectionName=connection, connectionOverrides=reference)
    return api.call("POST", OVERRIDES, {"projectId": project}, body)


def test_there_are_rows_of_every_version_before_this_one() -> None:
    assert {path.stem for path in ROWS.glob("*.json")} == {f"version-{number}" for number in range(1, SCHEMA)}


def test_they_are_read(api: Client, old: str) -> None:
    names = {"projectId": old}
    environments = api.call("GET", ENVIRONMENTS, names).body["results"]
    connections = api.call("GET", CONNECTIONS, names).body["results"]

    assert [(one["name"], one["protected"], one["inheritDefaults"]) for one in environments] == [
        ("CLOSED", False, False),
        ("DEV", False, True),
        ("PROD", True, True),
    ]
    assert [one["name"] for one in connections] == ["Plain", "Salesforce", "Warehouse"]
    assert api.call("GET", PROJECT, names).status == 200
    effective = {
        (environment, connection): api.call(
            "GET", EFFECTIVE, {**names, "environmentName": environment, "connectionName": connection}
        )
        for environment, connection in (("PROD", "Salesforce"), ("DEV", "Salesforce"), ("DEV", "Warehouse"))
    }
    assert [reply.status for reply in effective.values()] == [200, 404, 200]
    assert effective["PROD", "Salesforce"].body["source"] == "OVERRIDE"


def test_they_are_replaced_in_the_form_of_this_version(api: Client, old: str) -> None:
    names = {"projectId": old, "environmentName": "PROD", "connectionName": "Salesforce"}
    body = override_body(connectionOverrides={"connectionProperties": {"secretName": "other"}})
    body = {name: body[name] for name in ("authType", "connectionOverrides")}

    replies = [
        api.call("PUT", OVERRIDE, names, body),
        api.call("PUT", CONNECTION, {**names, "connectionName": "Plain"}, {"connectionDetails": PLAIN}),
        api.call("PUT", ENVIRONMENT, {**names, "environmentName": "DEV"}, {"description": "x"}),
        api.call("PUT", PROJECT, names, {"name": "x"}),
    ]

    assert [(reply.status, reply.body["revision"]) for reply in replies] == [(200, 2)] * 4
    replaced = {key[1] for key, row in read_table(api.client).items() if row.get("schema") == SCHEMA}
    assert {"O/Salesforce", "C/Plain", "E/DEV", f"P/{old}"} <= replaced


def test_they_are_guarded_although_no_row_names_the_protected_environments(
    api: Client, old: str, faults: Faults
) -> None:
    assert use(api, old, "CLOSED", "prod-salesforce").body["type"] == SHARED
    assert use(api, old, "PROD", "dev-plain").body["type"] == SHARED
    faults.forget()

    assert use(api, old, "CLOSED", "dev-plain").status == 201
    assert faults.calls == ["BatchGetItem", "Query", "TransactWriteItems"]


def test_an_environment_that_becomes_protected_later_is_no_more_sure_than_the_ones_before(
    api: Client, old: str
) -> None:
    api.make_environment(old, "LIVE", protected=True)

    assert use(api, old, "CLOSED", "prod-salesforce").body["type"] == SHARED


def test_they_are_deleted(api: Client, old: str) -> None:
    for name in ("PROD", "DEV", "CLOSED"):
        names = {"projectId": old, "environmentName": name}
        assert api.call("DELETE", ENVIRONMENT, names, query={"cascade": "true"}).status == 204
    for name in ("Plain", "Salesforce", "Warehouse"):
        assert api.call("DELETE", CONNECTION, {"projectId": old, "connectionName": name}).status == 204

    assert api.call("DELETE", PROJECT, {"projectId": old}).status == 204
    assert read_table(api.client) == {}


@pytest.mark.parametrize("sk", ["P", "E/PROD", "C/Salesforce"])
def test_a_row_of_a_newer_version_is_a_fault_and_never_a_guess(api: Client, project: str, sk: str) -> None:
    api.client.update_item(
        TableName=TABLE,
        Key={"pk": {"S": f"acme/{project}"}, "sk": {"S": sk}},
        UpdateExpression="SET #schema = :newer",
        ExpressionAttributeNames={"#schema": "schema"},
        ExpressionAttributeValues={":newer": {"N": str(SCHEMA + 1)}},
    )

    assert api.make_override(project).status == 500
