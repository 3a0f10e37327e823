"""An item's representation can be changed and put back: its read-only members are accepted and ignored."""

from datetime import timedelta
from typing import Any

import pytest
from support.registry import (
    CONNECTION,
    CONNECTIONS,
    ENVIRONMENT,
    ENVIRONMENTS,
    OPEN,
    OVERRIDE,
    OVERRIDES,
    PROJECT,
    PROJECTS,
    Client,
    Reply,
    as_replaced,
    connection_body,
    override_body,
)

NAMES = {"environmentName": "PROD", "connectionName": "Salesforce"}
BY_NAME = {"connectionName": "Salesforce"}
NEW = {"connectionProperties": {"secretName": "new"}}

CHANGES: dict[str, tuple[str, dict[str, str], dict[str, Any]]] = {
    "project": (PROJECT, {}, {"description": "The sales department's"}),
    "environment": (ENVIRONMENT, {}, {**OPEN, "displayName": "Production"}),
    "connection": (CONNECTION, {}, {"connectionDetails": NEW}),
    "connection named in the query": (CONNECTIONS, BY_NAME, {"connectionDetails": NEW}),
    "override": (OVERRIDE, {}, {"connectionOverrides": NEW}),
    "override named in the body": (OVERRIDES, {}, {"connectionOverrides": NEW}),
}
"""The URL where an item is replaced, and a change of the item."""

ITEMS = {PROJECT: PROJECT, ENVIRONMENT: ENVIRONMENT, CONNECTIONS: CONNECTION, OVERRIDES: OVERRIDE}
READ_ONLY = {
    "createdBy": "somebody",
    "createdDate": "1970-01-01T00:00:00.000Z",
    "updatedBy": "somebody",
    "updatedDate": "yesterday",
    "revision": 99,
}
COLLEAGUE = {"account": "acme", "subject": "auth0|8", "expiresAt": "4000000000"}


@pytest.fixture
def names(api: Client, project: str) -> dict[str, str]:
    """The names of an override and its parents."""
    assert api.make_override(project).status == 201
    return {"projectId": project, **NAMES}


def get(api: Client, resource: str, names: dict[str, str]) -> dict[str, Any]:
    reply = api.call("GET", ITEMS.get(resource, resource), names)
    assert reply.status == 200, reply
    return dict(reply.body)


def put(api: Client, name: str, names: dict[str, str], body: dict[str, Any], **changes: Any) -> Reply:
    resource, query, _ = CHANGES[name]
    # The collection's URL does not name the override: the body does, as `connectionName` instead of the item's `name`.
    named = {"connectionName": "Salesforce"} if resource == OVERRIDES else {}
    return api.call("PUT", resource, names, {**named, **body}, query, **changes)


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_representation_of_an_item_can_be_put_back(api: Client, names: dict[str, str], name: str) -> None:
    resource, _, change = CHANGES[name]
    item = get(api, resource, names)
    api.now += timedelta(hours=1)
    context = {"requestId": "c0ffee", "path": "/", "authorizer": {**COLLEAGUE, "scopes": api.scopes}}

    reply = put(api, name, names, item | change, requestContext=context)

    updated = {"revision": 2, "updatedBy": "auth0|8", "updatedDate": "2026-01-31T13:00:00.123Z"}
    assert (reply.status, reply.body) == (200, item | change | updated)
    assert get(api, resource, names) == reply.body
    assert item.keys() > READ_ONLY.keys()


@pytest.mark.parametrize("value", ["other", None, {"x": 1}], ids=["another value", "null", "another type"])
@pytest.mark.parametrize("name", CHANGES)
def test_the_value_of_a_read_only_member_is_ignored(
    api: Client, names: dict[str, str], name: str, value: object
) -> None:
    resource, _, change = CHANGES[name]
    item = get(api, resource, names)
    read_only = READ_ONLY if value == "other" else dict.fromkeys(READ_ONLY, value)

    reply = put(api, name, names, item | change | read_only)

    assert (reply.status, reply.body) == (200, as_replaced(item, change))


@pytest.mark.parametrize("name", CHANGES)
def test_an_unknown_member_is_refused_next_to_read_only_ones(api: Client, names: dict[str, str], name: str) -> None:
    item = get(api, CHANGES[name][0], names)

    for member in ("writeId", "schema", "pk", "overrideCount", "created_by", "CreatedBy"):
        reply = put(api, name, names, item | {member: item["revision"]})
        assert [(error["pointer"], error["code"]) for error in reply.body["errors"]] == [
            (f"/{member}", "extra_forbidden")
        ]
    assert get(api, CHANGES[name][0], names) == item


@pytest.mark.parametrize(
    ("name", "member", "value"),
    [
        *((name, "projectId", "0a1b2c3d-0000-4000-8000-00000000000f") for name in CHANGES),
        ("environment", "name", "TEST"),
        ("connection", "name", "Marketo"),
        ("connection", "platformConnectionType", "DWH"),
        ("connection", "authProvider", "salesforce"),
        ("override", "name", "Marketo"),
        ("override", "environmentName", "TEST"),
        ("override", "environmentName", "prod"),
        ("override", "environmentName", 1),
        ("override", "platformConnectionType", "DWH"),
        ("override", "authProvider", "salesforce"),
        ("override named in the body", "name", "Marketo"),
        ("override named in the body", "platformConnectionType", "DWH"),
        ("override named in the body", "authProvider", "salesforce"),
    ],
)
def test_a_member_that_identifies_another_item_is_refused(
    api: Client, names: dict[str, str], name: str, member: str, value: object
) -> None:
    resource, _, change = CHANGES[name]
    item = get(api, resource, names)

    reply = put(api, name, names, item | change | {member: value})

    assert (reply.status, reply.problem) == (400, "invalid-request")
    assert [(error["in"], error["pointer"], error["code"]) for error in reply.body["errors"]] == [
        ("body", f"/{member}", "immutable")
    ]
    assert get(api, resource, names) == item


def test_each_member_that_identifies_another_item_is_a_violation(api: Client, names: dict[str, str]) -> None:
    of_both = {"projectId": "x", "name": "Marketo", "platformConnectionType": "DWH", "authProvider": "snowflake"}
    of_override = {**of_both, "environmentName": "TEST"}

    connection = put(api, "connection", names, get(api, CONNECTION, names) | of_both)
    override = put(api, "override", names, get(api, OVERRIDE, names) | of_override)

    for reply, members in ((connection, of_both), (override, of_override)):
        assert {(error["pointer"], error["code"]) for error in reply.body["errors"]} == {
            (f"/{member}", "immutable") for member in members
        }


@pytest.mark.parametrize(
    ("resource", "body"),
    [
        pytest.param(PROJECTS, {"name": "x"}, id="project"),
        pytest.param(ENVIRONMENTS, {"name": "TEST"}, id="environment"),
        pytest.param(CONNECTIONS, connection_body("Marketo"), id="connection"),
        pytest.param(OVERRIDES, override_body(), id="override"),
    ],
)
def test_a_create_has_no_read_only_members(api: Client, project: str, resource: str, body: dict[str, object]) -> None:
    read_only = {"projectId": project, **READ_ONLY}
    if resource == OVERRIDES:
        read_only |= {"name": "Salesforce", "platformConnectionType": "COMPONENT_BASIC", "authProvider": "NONE"}

    reply = api.call("POST", resource, {"projectId": project}, body | read_only)

    assert (reply.status, reply.problem) == (400, "invalid-request")
    assert {(error["in"], error["pointer"], error["code"]) for error in reply.body["errors"]} == {
        ("body", f"/{member}", "extra_forbidden") for member in read_only
    }
