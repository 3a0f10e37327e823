"""Restoring an item as a change left it: a new change, with all the checks of a normal write."""

from typing import Any, Final

import pytest
from support.history import ITEMS, change_path, changes, entries, restore, touched
from support.invariants import assert_nothing_is_orphaned_or_miscounted, read_table
from support.registry import (
    CONNECTION,
    CONNECTIONS,
    ENVIRONMENT,
    ENVIRONMENTS,
    EVERY_SCOPE,
    OPEN,
    OVERRIDE,
    PROTECTED,
    Client,
    as_replaced,
    connection_body,
)

UNPROTECTED: Final = EVERY_SCOPE.replace("environments:protected", "")
REASON: Final = {"Change-Reason": "back"}
KEY: Final = {"Idempotency-Key": "k"}
CASCADE: Final = {"cascade": "true"}
REPLACED: Final[dict[str, Any]] = {
    "override": {"authType": "GENERIC_SECRET", "blocked": True},
    "connection": {},
    "environment": {**OPEN, "displayName": "Production"},
}


@pytest.fixture
def names(api: Client, project: str) -> dict[str, str]:
    """The names of an override, a connection and an environment, which exist."""
    assert api.make_override(project).status == 201
    return {"projectId": project, "environmentName": "PROD", "connectionName": "Salesforce"}


def first(api: Client, names: dict[str, str], kind: str = "override") -> str:
    """Return the ID of the item's first change."""
    return str(entries(api, names, kind)[-1]["changeId"])


@pytest.mark.parametrize("kind", ITEMS)
def test_an_item_is_replaced_with_its_earlier_state(api: Client, names: dict[str, str], kind: str) -> None:
    created = api.call("GET", ITEMS[kind], names).body
    assert api.call("PUT", ITEMS[kind], names, REPLACED[kind]).status == 200

    done = restore(api, names, first(api, names, kind), kind, headers=REASON)

    assert done.status == 200
    assert done.body == as_replaced(as_replaced(created))
    read = api.call("GET", ITEMS[kind], names)
    assert (read.body, read.headers["ETag"]) == (done.body, done.headers["ETag"])
    entry = entries(api, names, kind)[0]
    assert (entry["action"], entry["revision"], entry["reason"], entry["item"]) == ("RESTORED", 3, "back", done.body)
    assert [one[:2] for one in touched(changes(api, names["projectId"])[0])] == [(kind, "RESTORED")]


@pytest.mark.parametrize("kind", ITEMS)
def test_a_deleted_item_is_created_again(api: Client, names: dict[str, str], kind: str) -> None:
    created = api.call("GET", ITEMS[kind], names).body
    query = {} if kind == "override" else CASCADE
    assert api.call("DELETE", ITEMS[kind], names, query=query).status == 204

    done = restore(api, names, first(api, names, kind), kind)

    dates = ("createdDate", "updatedDate")
    assert done.status == 201
    assert {name: value for name, value in done.body.items() if name not in dates} == {
        name: value for name, value in created.items() if name not in dates
    }
    assert done.headers["Location"].endswith(
        f"/{names['environmentName' if kind == 'environment' else 'connectionName']}"
    )
    assert api.call("GET", ITEMS[kind], names).body == done.body
    assert [entry["action"] for entry in entries(api, names, kind)] == ["RESTORED", "DELETED", "CREATED"]
    assert_nothing_is_orphaned_or_miscounted(api.client)


@pytest.mark.parametrize("kind", ITEMS)
def test_a_deletion_leaves_nothing_to_restore(api: Client, names: dict[str, str], kind: str) -> None:
    assert api.call("DELETE", ITEMS[kind], names, query={} if kind == "override" else CASCADE).status == 204
    before = read_table(api.client)

    refused = restore(api, names, entries(api, names, kind)[0]["changeId"], kind)

    assert (refused.status, refused.problem) == (409, "nothing-to-restore")
    assert read_table(api.client) == before


@pytest.mark.parametrize("kind", ITEMS)
def test_a_condition_holds_for_the_current_version(api: Client, names: dict[str, str], kind: str) -> None:
    change = first(api, names, kind)
    stale = api.call("GET", ITEMS[kind], names).headers["ETag"]
    current = api.call("PUT", ITEMS[kind], names, REPLACED[kind]).headers["ETag"]

    assert restore(api, names, change, kind, headers={"If-Match": stale}).problem == "precondition-failed"
    assert restore(api, names, change, kind, headers={"If-Match": current}).status == 200
    assert api.call("DELETE", ITEMS[kind], names, query={} if kind == "override" else CASCADE).status == 204
    assert restore(api, names, change, kind, headers={"If-Match": "*"}).status == 412
    assert restore(api, names, change, kind, headers={"If-None-Match": "*"}).status == 201


@pytest.mark.parametrize("deleted", [False, True])
@pytest.mark.parametrize("kind", ITEMS)
def test_a_repeated_restore_returns_the_stored_result_and_changes_nothing(
    api: Client, names: dict[str, str], kind: str, *, deleted: bool
) -> None:
    change = first(api, names, kind)
    if deleted:
        assert api.call("DELETE", ITEMS[kind], names, query={} if kind == "override" else CASCADE).status == 204
    done = restore(api, names, change, kind, headers=KEY)
    before = read_table(api.client)

    assert done.status == (201 if deleted else 200)
    assert restore(api, names, change, kind, headers=KEY) == done
    assert read_table(api.client) == before
    other = entries(api, names, kind)[0]["changeId"]
    assert restore(api, names, other, kind, headers=KEY).status == 422


def test_the_scopes_are_those_of_the_write(api: Client, names: dict[str, str]) -> None:
    ids = {kind: first(api, names, kind) for kind in ITEMS}
    api.scopes = "connections:read"
    scopes = {kind: restore(api, names, ids[kind], kind).body["requiredScopes"] for kind in ITEMS}

    write = ["connections:write"]
    assert scopes == {"override": write, "connection": write, "environment": ["projects:admin"]}


def test_a_protected_environment_needs_its_scope(api: Client, names: dict[str, str]) -> None:
    ids = {kind: first(api, names, kind) for kind in ("override", "environment")}
    assert api.call("PUT", ENVIRONMENT, names, PROTECTED).status == 200
    protected = entries(api, names, "environment")[0]["changeId"]
    api.scopes = UNPROTECTED

    for kind, change in ids.items():
        refused = restore(api, names, change, kind)
        assert (refused.status, refused.problem) == (403, "insufficient-scope")
        assert "environments:protected" in refused.body["requiredScopes"]
    api.scopes = EVERY_SCOPE
    assert restore(api, names, ids["environment"], "environment").status == 200
    api.scopes = UNPROTECTED
    assert restore(api, names, protected, "environment").status == 403
    assert restore(api, names, ids["override"]).status == 200


def test_an_inherited_default_needs_the_scope_for_protected_environments(api: Client, names: dict[str, str]) -> None:
    change = first(api, names, "connection")
    api.make_environment(names["projectId"], "LIVE", protected=True, inheritDefaults=True)
    api.scopes = UNPROTECTED

    assert restore(api, names, change, "connection").status == 403


def test_a_secret_that_came_to_be_shared_is_refused(api: Client, names: dict[str, str]) -> None:
    change = first(api, names)
    assert api.call("DELETE", OVERRIDE, names).status == 204
    api.make_environment(names["projectId"], "LIVE", protected=True)
    body = {
        "authType": "GENERIC_SECRET",
        "connectionOverrides": entries(api, names)[-1]["item"]["connectionOverrides"],
    }
    live = {**names, "environmentName": "LIVE"}
    assert api.call("PUT", OVERRIDE, live, body, headers={"If-None-Match": "*"}).status == 201

    refused = restore(api, names, change)
    allowed = {"allowSharedSecret": "true"}
    api.scopes = UNPROTECTED
    without_scope = restore(api, names, change, query=allowed)
    api.scopes = EVERY_SCOPE

    assert (refused.status, refused.problem) == (409, "shared-secret-reference")
    assert without_scope.status == 403
    assert restore(api, names, change, query=allowed).status == 201


def test_an_environment_that_would_become_inheriting_is_refused(api: Client, names: dict[str, str]) -> None:
    api.make_environment(names["projectId"], "LIVE", protected=True, inheritDefaults=True)
    live = {**names, "environmentName": "LIVE"}
    assert api.call("PUT", ENVIRONMENT, live, PROTECTED).status == 200

    change = first(api, live, "environment")
    assert restore(api, live, change, "environment").problem == "shared-secret-reference"
    assert restore(api, live, change, "environment", query={"allowSharedSecret": "true"}).status == 200


def test_an_override_of_another_auth_type_than_the_connection_has_now_is_refused(api: Client, project: str) -> None:
    oauth = {"authProvider": "salesforce", "authType": "OAUTH_CLIENT_CRED"}
    api.make_connection(project, "CRM", **oauth)
    names = {"projectId": project, "environmentName": "PROD", "connectionName": "CRM"}
    reference = {"connectionProperties": {"secretName": "x"}}
    body = {"authType": "OAUTH_CLIENT_CRED", "connectionOverrides": reference}
    assert api.call("PUT", OVERRIDE, names, body, headers={"If-None-Match": "*"}).status == 201
    change = first(api, names)
    assert api.call("DELETE", CONNECTION, names, query=CASCADE).status == 204
    gone = restore(api, names, change)
    api.make_connection(project, "CRM", **{**oauth, "authType": "OAUTH_USER_TOKENS"})
    other = restore(api, names, change)

    assert (gone.status, gone.problem) == (404, "connection-not-found")
    assert (other.status, [error["code"] for error in other.body["errors"]]) == (400, ["auth_type_mismatch"])


def test_the_auth_type_of_a_connection_that_was_created_again_is_restored_as_in_a_put(
    api: Client, project: str
) -> None:
    names = {"projectId": project, "environmentName": "PROD", "connectionName": "CRM"}
    salesforce = {"authProvider": "salesforce", "connectionDetails": None}
    api.make_connection(project, "CRM", **salesforce, authType="OAUTH_CLIENT_CRED")
    change = first(api, names, "connection")
    assert api.call("DELETE", CONNECTION, names).status == 204
    api.make_connection(project, "CRM", **salesforce, authType="OAUTH_USER_TOKENS")
    body = {"authType": "OAUTH_USER_TOKENS", "blocked": True}
    assert api.call("PUT", OVERRIDE, names, body, headers={"If-None-Match": "*"}).status == 201

    assert restore(api, names, change, "connection").problem == "connection-in-use"
    assert api.call("DELETE", OVERRIDE, names).status == 204
    assert restore(api, names, change, "connection").body["authType"] == "OAUTH_CLIENT_CRED"


def test_a_connection_that_was_created_again_with_another_type_is_not_restored(api: Client, project: str) -> None:
    names = {"projectId": project, "environmentName": "PROD", "connectionName": "CRM"}
    api.make_connection(project, "CRM")
    change = first(api, names, "connection")
    assert api.call("DELETE", CONNECTION, names).status == 204
    warehouse = connection_body(
        "CRM",
        platformConnectionType="DWH",
        authProvider="redshift",
        authType="PASSWORD",
        connectionDetails={"connectionProperties": {"host": {"value": "x"}}},
    )
    assert api.call("POST", CONNECTIONS, names, warehouse).status == 201
    before = read_table(api.client)

    assert restore(api, names, change, "connection").status == 400
    assert read_table(api.client) == before


def test_an_override_whose_environment_is_gone_is_not_restored(api: Client, names: dict[str, str]) -> None:
    change = first(api, names)
    assert api.call("DELETE", ENVIRONMENT, names, query=CASCADE).status == 204

    assert restore(api, names, change).problem == "environment-not-found"
    assert api.call("POST", ENVIRONMENTS, names, {"name": "PROD"}).status == 201
    assert restore(api, names, change).status == 201


def test_a_body_is_not_applied(api: Client, names: dict[str, str]) -> None:
    before = api.call("GET", OVERRIDE, names).body
    resource = change_path("override", "/restore")

    reply = api.raw("POST", resource, {**names, "changeId": first(api, names)}, {"blocked": True})

    assert reply["statusCode"] == 200
    assert api.call("GET", OVERRIDE, names).body == as_replaced(before)
