"""The events of changes: what the pipe of template.yaml makes of the rows that requests write."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import pytest
from openapi_schema_validator import OAS31Validator, oas31_format_checker
from support import rows
from support.pipe import Event, Pipe, record
from support.registry import (
    CONNECTION,
    CONNECTIONS,
    ENVIRONMENT,
    OPEN,
    OVERRIDE,
    OVERRIDES,
    PROJECT,
    Client,
    override_body,
    without,
)
from support.template import ROOT

SCHEMAS: Final = {
    path.stem: OAS31Validator(json.loads(path.read_text(encoding="utf-8")), format_checker=oas31_format_checker)
    for path in (ROOT / "docs/events").glob("*.json")
}
BODY: Final = without(override_body(), "environmentName", "connectionName")
BLOCKED: Final = {"authType": "GENERIC_SECRET", "blocked": True}


class Events:
    """Reads the events of the rows that were written since the last time."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._pipe = Pipe()
        self._seen: set[rows.Key] = set()

    def new(self) -> list[Event]:
        """Return the events, each of which must be valid against the schema of its detail type."""
        found = list(self._new())
        for event in found:
            SCHEMAS[event["detail-type"]].validate(event)
        return found

    def _new(self) -> Iterator[Event]:
        for row in rows.read_all(self._client):
            key = rows.key_of(row)
            if key not in self._seen:
                self._seen.add(key)
                inserted = record(row)
                if self._pipe.sends(inserted):
                    yield self._pipe.event_of(inserted)


@pytest.fixture
def events(dynamodb: Any) -> Events:
    return Events(dynamodb)


def types(found: list[Event]) -> Counter[str]:
    return Counter(event["detail-type"] for event in found)


def furnished(api: Client) -> str:
    """Create a project with two environments, two connections and three overrides; return its ID."""
    project = api.make_project()
    for name in ("PROD", "TEST"):
        api.make_environment(project, name)
    for name in ("Salesforce", "Bucket"):
        api.make_connection(project, name)
    for names in (("PROD", "Salesforce"), ("PROD", "Bucket"), ("TEST", "Salesforce")):
        assert api.make_override(project, *names).status == 201
    return project


def test_a_change_is_one_event_with_ids_names_revision_and_who(api: Client, events: Events) -> None:
    project = api.make_project()
    api.make_environment(project, 'Prod "1" <$.x> é')
    api.make_connection(project)
    events.new()
    names = {"projectId": project, "environmentName": 'Prod "1" <$.x> é', "connectionName": "Salesforce"}
    reason = 'He said "now": <$.dynamodb>'

    made = api.call("PUT", OVERRIDE, names, BODY, headers={"If-None-Match": "*", "Change-Reason": reason})
    [entry] = api.call("GET", OVERRIDE + "/history", names).body["results"]

    assert made.status == 201
    assert events.new() == [
        {
            "source": "connection-overrides",
            "detail-type": "OverrideCreated",
            "detail": {
                "account": "acme",
                **names,
                "revision": "1",
                "changeId": entry["changeId"],
                "changedBy": "auth0|7",
                "changedDate": entry["changedDate"],
                "requestId": "c0ffee",
                "reason": reason,
            },
        }
    ]


def test_every_detail_type_has_a_schema_and_occurs(api: Client, events: Events) -> None:
    project = furnished(api)
    of_project = {"projectId": project}
    names = {**of_project, "environmentName": "PROD", "connectionName": "Salesforce"}
    assert types(events.new()) == {
        "ProjectCreated": 1,
        "EnvironmentCreated": 2,
        "ConnectionCreated": 2,
        "OverrideCreated": 3,
    }
    occurred = {"ProjectCreated", "EnvironmentCreated", "ConnectionCreated", "OverrideCreated"}

    for method, resource, body, expected in [
        ("PUT", PROJECT, {"name": "Sales 2"}, "ProjectReplaced"),
        ("PUT", ENVIRONMENT, OPEN, "EnvironmentReplaced"),
        ("PUT", CONNECTION, {"connectionDetails": None}, "ConnectionReplaced"),
        ("PUT", OVERRIDE, BODY, "OverrideReplaced"),
        ("PUT", OVERRIDE, BLOCKED, "OverrideBlocked"),
        ("DELETE", OVERRIDE, None, "OverrideDeleted"),
        ("RESTORE", OVERRIDE, None, "OverrideRestored"),
        ("RESTORE", ENVIRONMENT, None, "EnvironmentRestored"),
        ("RESTORE", CONNECTION, None, "ConnectionRestored"),
    ]:
        if method == "RESTORE":
            oldest = api.call("GET", resource + "/history", names).body["results"][-1]
            path = {**names, "changeId": oldest["changeId"]}
            reply = api.call("POST", resource + "/history/{changeId}/restore", path)
        else:
            reply = api.call(method, resource, names, body)
        assert reply.status in {200, 201, 204}, (expected, reply)
        [event] = events.new()
        assert event["detail-type"] == expected
        occurred.add(expected)
    for resource in (ENVIRONMENT, CONNECTION):
        assert api.call("DELETE", resource, names, query={"cascade": "true"}).status == 204
        occurred |= types(events.new()).keys()
    assert occurred == SCHEMAS.keys()


def test_each_item_of_a_change_has_an_event_of_its_own_with_the_id_of_the_change(api: Client, events: Events) -> None:
    project = furnished(api)
    events.new()

    query = {"environmentName": "PROD", "connectionNames": "Bucket,Salesforce"}
    assert api.call("DELETE", OVERRIDES, {"projectId": project}, query=query).status == 204
    several = events.new()
    names = {"projectId": project, "connectionName": "Salesforce"}
    assert api.call("DELETE", CONNECTION, names, query={"cascade": "true"}).status == 204
    cascade = events.new()

    assert types(several) == {"OverrideDeleted": 2}
    assert {event["detail"]["connectionName"] for event in several} == {"Bucket", "Salesforce"}
    assert types(cascade) == {"OverrideDeleted": 1, "ConnectionDeleted": 1}
    for found in (several, cascade):
        assert len({event["detail"]["changeId"] for event in found}) == 1


def test_only_an_inserted_entry_is_sent(api: Client, dynamodb: Any) -> None:
    """Entries expire, and every other row can change."""
    furnished(api)
    pipe, written = Pipe(), rows.read_all(dynamodb)

    sent = [row for row in written if pipe.sends(record(row))]

    assert len(sent) == 8
    assert all(rows.is_record(rows.key_of(row)) for row in sent)
    for name in ("MODIFY", "REMOVE"):
        assert not [row for row in written if pipe.sends(record(row, name))]


def test_no_event_contains_a_reference_or_a_description(api: Client, events: Events) -> None:
    project = api.make_project()
    api.make_environment(project, description="of the environment")
    details = {"description": "of the connection", "connectionProperties": {"secretName": "dev-salesforce"}}
    reply = api.call("POST", CONNECTIONS, {"projectId": project}, {**connection(), "connectionDetails": details})
    assert reply.status == 201
    assert api.make_override(project).status == 201

    text = json.dumps(events.new())

    assert text.count("detail-type") == 4
    for hidden in ("salesforce-credentials", "dev-salesforce", "apiKey", "us-east-1", "of the"):
        assert hidden not in text


def connection() -> dict[str, object]:
    return {
        "name": "Salesforce",
        "platformConnectionType": "COMPONENT_BASIC",
        "authProvider": "NONE",
        "authType": "GENERIC_SECRET",
    }
