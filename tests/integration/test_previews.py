"""`validateOnly=true`: the response of a write, without the write."""

from collections.abc import Callable
from typing import Any

import pytest
from support.faults import Faults
from support.invariants import read_table
from support.previews import PREVIEW, same
from support.registry import (
    CONNECTION,
    CONNECTIONS,
    ENVIRONMENT,
    ENVIRONMENTS,
    OVERRIDE,
    OVERRIDES,
    PROJECT,
    PROJECTS,
    Client,
    Reply,
    connection_body,
    override_body,
    without,
)
from support.writes import WRITES

BARE_OVERRIDE = without(override_body(), "environmentName", "connectionName")
CREATES: dict[str, tuple[str, object]] = {
    "project": (PROJECTS, {"name": "Another"}),
    "environment": (ENVIRONMENTS, {"name": "QA"}),
    "environment that exists": (ENVIRONMENTS, {"name": "PROD"}),
    "connection": (CONNECTIONS, connection_body("New", connectionDetails=None)),
    "connection with a default": (CONNECTIONS, connection_body("New")),
    "connection that exists": (CONNECTIONS, connection_body("Salesforce")),
    "connection without a default that exists": (CONNECTIONS, connection_body("Salesforce", connectionDetails=None)),
    "override": (OVERRIDES, override_body(environmentName="DEV")),
    "override that exists": (OVERRIDES, override_body()),
    "override of another auth type": (OVERRIDES, override_body(environmentName="DEV", authType="PASSWORD")),
    "override of no connection": (OVERRIDES, override_body(connectionName="None")),
    "invalid": (OVERRIDES, {}),
}


def compared(api: Client, send: Callable[[dict[str, str]], Reply]) -> tuple[Reply, Reply]:
    """Send a preview, which changes nothing, and then the real request."""
    before = read_table(api.client)
    preview = send(PREVIEW)
    assert read_table(api.client) == before
    return preview, send({})


@pytest.mark.parametrize("name", WRITES)
def test_the_preview_of_a_write_is_its_response_and_changes_nothing(
    api: Client, beginning: dict[str, str], name: str
) -> None:
    write = WRITES[name]

    def send(query: dict[str, str]) -> Reply:
        names = {**beginning, **write.names}
        return api.call(write.method, write.resource, names, write.body, {**write.query, **query})

    same(*compared(api, send))


@pytest.mark.parametrize("name", CREATES)
def test_the_preview_of_a_create_is_its_response_and_changes_nothing(
    api: Client, furnished: dict[str, str], name: str
) -> None:
    resource, body = CREATES[name]
    same(*compared(api, lambda query: api.call("POST", resource, furnished, body, query)))


REFUSED: dict[str, tuple[str, str, dict[str, str], object, dict[str, str], dict[str, str]]] = {
    "stale": (
        "PUT",
        OVERRIDE,
        {},
        BARE_OVERRIDE,
        {},
        {"If-Match": '"x"'},
    ),
    "in use": ("DELETE", CONNECTION, {}, None, {}, {}),
    "environment in use": ("DELETE", ENVIRONMENT, {}, None, {}, {}),
    "project in use": ("DELETE", PROJECT, {}, None, {}, {}),
    "auth type in use": (
        "PUT",
        CONNECTION,
        {"connectionName": "Unused"},
        {"authType": "OAUTH_USER_TOKENS"},
        {},
        {},
    ),
    "not found": ("DELETE", OVERRIDE, {"connectionName": "None"}, None, {}, {}),
    "put that finds nothing": (
        "PUT",
        OVERRIDE,
        {"environmentName": "DEV"},
        BARE_OVERRIDE,
        {},
        {},
    ),
    "created at its address": (
        "PUT",
        OVERRIDE,
        {"environmentName": "DEV"},
        BARE_OVERRIDE,
        {},
        {"If-None-Match": "*"},
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_the_preview_of_a_refusal_is_the_refusal(api: Client, furnished: dict[str, str], name: str) -> None:
    method, resource, names, body, query, headers = REFUSED[name]
    if name == "auth type in use":
        override = override_body(environmentName="DEV", connectionName="Unused", authType="OAUTH_CLIENT_CRED")
        assert api.call("POST", OVERRIDES, furnished, override).status == 201

    same(
        *compared(
            api,
            lambda preview: api.call(method, resource, {**furnished, **names}, body, {**query, **preview}, headers),
        )
    )


def test_the_guard_and_the_scopes_are_previewed(api: Client, inheriting: str) -> None:
    def create(query: dict[str, str]) -> Reply:
        body = override_body(
            environmentName="DEV", connectionOverrides={"connectionProperties": {"secretName": "prod-ads"}}
        )
        return api.call("POST", OVERRIDES, {"projectId": inheriting}, body, query)

    preview, real = compared(api, create)
    same(preview, real)
    assert preview.problem == "shared-secret-reference"
    api.scopes = "connections:read connections:write"
    preview, real = compared(api, lambda query: create({**query, "allowSharedSecret": "true"}))
    same(preview, real)
    assert preview.problem == "insufficient-scope"


def test_a_preview_takes_one_call_less(api: Client, furnished: dict[str, str], faults: Faults) -> None:
    faults.forget()
    body = override_body(environmentName="DEV")

    assert api.call("POST", OVERRIDES, furnished, body, PREVIEW).status == 201
    assert faults.calls == ["BatchGetItem"]


def test_a_preview_with_a_key_does_not_use_it_up_and_shows_its_stored_result(
    api: Client, furnished: dict[str, str]
) -> None:
    key, body = {"Idempotency-Key": "k"}, override_body(environmentName="DEV")
    names = {**furnished, "environmentName": "DEV"}

    preview = api.call("POST", OVERRIDES, furnished, body, PREVIEW, key)
    first = api.call("POST", OVERRIDES, furnished, body, {}, key)
    assert api.call("DELETE", OVERRIDE, names).status == 204
    again = api.call("POST", OVERRIDES, furnished, body, PREVIEW, key)

    assert (preview.status, first.status) == (201, 201)
    assert again.body == first.body
    assert api.call("GET", OVERRIDE, names).status == 404


def test_a_read_has_no_preview(api: Client, furnished: dict[str, str]) -> None:
    reply: Any = api.call("GET", OVERRIDE, furnished, query=PREVIEW)
    assert (reply.status, reply.body["violations"]) == (400, ["validateOnly: is not a parameter of this request"])


@pytest.mark.parametrize("spelling", ["True", "1", "yes", "", " true", "true,true"])
def test_what_only_resembles_a_preview_writes_nothing(api: Client, furnished: dict[str, str], spelling: str) -> None:
    before = read_table(api.client)

    reply = api.call("POST", OVERRIDES, furnished, override_body(environmentName="DEV"), {"validateOnly": spelling})

    assert reply.status == 400
    assert read_table(api.client) == before
