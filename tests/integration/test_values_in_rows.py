"""Values in the table are returned unchanged, type by type."""

from typing import Any

import pytest
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
    connection_body,
    override_body,
)

TEXTS = ["", " ", "x", "1.5", "-0", "1e5", "true", "null", "None", "[]", '{"S": "x"}', "é😀\u2028", "\t\n", "x" * 2_048]
TYPES = ["S", "N", "B", "SS", "NS", "BS", "M", "L", "NULL", "BOOL"]
"""DynamoDB's names of the types."""


def warehouse(properties: object) -> dict[str, Any]:
    return {
        "platformConnectionType": "DWH",
        "authProvider": "snowflake",
        "authType": "KEY_PAIR",
        "connectionDetails": {"connectionProperties": properties},
    }


@pytest.mark.parametrize(
    "properties",
    [
        pytest.param({f"x{number}": {"value": text} for number, text in enumerate(TEXTS)}, id="texts"),
        pytest.param({name: {"value": name} for name in TYPES}, id="names of types"),
        pytest.param({name: {"secretName": name, "secretKey": name} for name in TYPES}, id="secrets"),
        pytest.param({"name": {"value": "a"}, "pk": {"value": "b"}, "a.b": {"value": "c"}}, id="words of expressions"),
        pytest.param({f"x{number}": {"value": str(number)} for number in range(50)}, id="as many as there may be"),
    ],
)
def test_a_map_of_properties_is_returned_as_sent(api: Client, project: str, properties: dict[str, Any]) -> None:
    names = {"projectId": project, "environmentName": "PROD", "connectionName": "Lake"}
    body = override_body(
        connectionName="Lake", authType="KEY_PAIR", connectionOverrides={"connectionProperties": properties}
    )

    connection = api.call("POST", CONNECTIONS, names, connection_body("Lake", **warehouse(properties)))
    override = api.call("POST", OVERRIDES, names, body)

    assert (connection.status, override.status) == (201, 201)
    assert connection.body["connectionDetails"]["connectionProperties"] == properties
    assert override.body["connectionOverrides"]["connectionProperties"] == properties
    assert api.call("GET", CONNECTION, names).body == connection.body
    assert api.call("GET", OVERRIDE, names).body == override.body
    assert api.call("GET", EFFECTIVE, names).body["reference"]["connectionProperties"] == properties
    assert override.body in api.call("GET", OVERRIDES, names, query={"environmentName": "PROD"}).body["results"]


@pytest.mark.parametrize("protected", [True, False])
@pytest.mark.parametrize("inherits", [True, False])
def test_flags_are_returned_as_sent(api: Client, *, protected: bool, inherits: bool) -> None:
    project = api.make_project()
    flags = {"protected": protected, "inheritDefaults": inherits}

    query = {"allowSharedSecret": "true"}
    made = api.call("POST", ENVIRONMENTS, {"projectId": project}, {"name": "X", **flags}, query)

    got = api.call("GET", ENVIRONMENT, {"projectId": project, "environmentName": "X"}).body
    assert {name: got[name] for name in flags} == flags
    assert got == made.body
    assert api.call("GET", ENVIRONMENTS, {"projectId": project}).body["results"] == [got]


@pytest.mark.parametrize("text", [text for text in TEXTS if len(text) < 1_000])
def test_a_text_is_returned_as_sent_and_a_missing_one_stays_missing(api: Client, text: str) -> None:
    with_text = api.call("POST", PROJECTS, body={"name": "x", "description": text})
    names = {"projectId": with_text.body["projectId"]}

    assert (with_text.status, with_text.body["description"]) == (201, text)
    assert api.call("GET", PROJECT, names).body == with_text.body
    without = api.call("PUT", PROJECT, names, {"name": "x"})
    assert "description" not in without.body
    assert api.call("GET", PROJECT, names).body == without.body


def test_a_counter_is_a_whole_number_however_often_it_was_incremented(api: Client, project: str) -> None:
    names = {"projectId": project, "environmentName": "PROD", "connectionName": "Salesforce"}
    api.make_override(project)
    for number in range(2, 13):
        body = override_body(connectionOverrides={"connectionProperties": {"secretName": f"s{number}"}})
        assert api.call("PUT", OVERRIDES, names, body).body["revision"] == number

    result = api.raw("GET", OVERRIDE, names)
    assert '"revision":12' in result["body"]
