"""Changes by other clients between a write's read and its transaction: the table detects them."""

from collections.abc import Callable
from itertools import count
from typing import Any, Final

import pytest
from support import rows
from support.faults import TRANSACTION, Faults
from support.invariants import assert_nothing_is_orphaned_or_miscounted, read_table
from support.registry import (
    CONNECTION,
    CONNECTIONS,
    ENVIRONMENT,
    ENVIRONMENTS,
    OPEN,
    OVERRIDE,
    OVERRIDES,
    PROJECT,
    PROTECTED,
    Client,
    Reply,
    connection_body,
    override_body,
    without,
)
from support.writes import WRITES

UNUSED = {"connectionName": "Unused"}
AUTH_TYPE = {"authType": "OAUTH_CLIENT_CRED"}
OVERRIDE_BODY = without(override_body(), "environmentName", "connectionName")


def summary(reply: Reply) -> tuple[int, str | None]:
    return reply.status, reply.body["type"].rpartition("/")[2] if reply.body and "type" in reply.body else None


@pytest.fixture
def names(furnished: dict[str, str], faults: Faults) -> dict[str, str]:
    """The names of a furnished project's items."""
    faults.forget()
    return furnished


@pytest.fixture
def send_concurrently(concurrently: Callable[..., None], names: dict[str, str]) -> Callable[..., None]:
    """Let another client send requests about the items of `names` or `changes` of them, before the next transaction."""

    def request(method: str, resource: str, body: object, changes: dict[str, str], status: int) -> Callable[..., Reply]:
        query = {"cascade": "true"} if method == "DELETE" and resource in {CONNECTION, ENVIRONMENT} else {}

        def send(other: Client) -> Reply:
            reply = other.call(method, resource, {**names, **changes}, body, query=query)
            assert reply.status == status, reply
            return reply

        return send

    return lambda *requests: concurrently(*(request(*one) for one in requests))


def make_override(environment: str, connection: str = "Unused") -> tuple[Any, ...]:
    body = OVERRIDE_BODY | {"connectionOverrides": {"connectionProperties": {"secretName": "x"}}}
    body |= AUTH_TYPE if connection == "Unused" else {}
    changes = {"environmentName": environment, "connectionName": connection}
    return ("POST", OVERRIDES, {**body, **changes}, {}, 201)


NEW_ENVIRONMENT: Final[tuple[Any, ...]] = ("POST", ENVIRONMENTS, {"name": "NEW"}, {}, 201)
PROTECT: Final[tuple[Any, ...]] = ("PUT", ENVIRONMENT, PROTECTED, {}, 200)


@pytest.mark.parametrize("name", ["delete connection", "change auth type"])
@pytest.mark.parametrize(
    "requests", [[make_override("DEV")], [NEW_ENVIRONMENT, make_override("NEW")]], ids=["in an old", "in a new"]
)
def test_an_override_that_is_created_concurrently_prevents_a_change_of_its_connection(
    api: Client, names: dict[str, str], send_concurrently: Any, name: str, requests: list[Any]
) -> None:
    send_concurrently(*requests)

    reply = WRITES[name].send(api, names)

    assert summary(reply) == (409, "connection-in-use")
    assert reply.body["total"] == 1
    assert_nothing_is_orphaned_or_miscounted(api.client)


@pytest.mark.parametrize("resource", [CONNECTION, ENVIRONMENT])
@pytest.mark.parametrize("cascade", ["false", "true"])
def test_an_override_that_is_created_concurrently_is_deleted_by_a_cascade_or_prevents_the_delete(
    api: Client, names: dict[str, str], send_concurrently: Any, resource: str, cascade: str
) -> None:
    empty = {**names, "environmentName": "DEV", "connectionName": "Unused"}
    send_concurrently(make_override("DEV"))

    reply = api.call("DELETE", resource, empty, query={"cascade": cascade})

    assert reply.status == (204 if cascade == "true" else 409)
    assert_nothing_is_orphaned_or_miscounted(api.client)


@pytest.mark.parametrize("name", ["replace override", "delete override", "delete overrides", "cascade from connection"])
def test_a_write_without_the_scope_is_403_if_its_environment_becomes_protected_concurrently(
    api: Client, names: dict[str, str], send_concurrently: Any, name: str
) -> None:
    def overrides() -> dict[Any, Any]:
        return {key: row for key, row in read_table(api.client).items() if key[1].startswith("O/")}

    before = overrides()
    send_concurrently(PROTECT)
    api.scopes = "connections:write"

    reply = WRITES[name].send(api, names)

    assert summary(reply) == (403, "insufficient-scope")
    assert overrides() == before
    assert_nothing_is_orphaned_or_miscounted(api.client)


@pytest.mark.parametrize("name", ["replace environment", "delete environment", "cascade from environment"])
def test_an_environment_that_becomes_protected_concurrently_is_not_changed_or_deleted_without_the_scope(
    api: Client, names: dict[str, str], send_concurrently: Any, name: str
) -> None:
    environment = {**names, **WRITES[name].names}
    send_concurrently((*PROTECT[:3], WRITES[name].names, 200))
    api.scopes = "connections:read projects:admin"

    assert summary(WRITES[name].send(api, names)) == (403, "insufficient-scope")
    assert api.call("GET", ENVIRONMENT, environment).body["protected"] is True


@pytest.mark.parametrize(
    ("name", "resource", "problem"),
    [
        ("replace override", OVERRIDE, "override-not-found"),
        ("replace connection", CONNECTION, "connection-not-found"),
        ("replace environment", ENVIRONMENT, "environment-not-found"),
        ("delete override", OVERRIDE, "override-not-found"),
        ("delete overrides", OVERRIDE, "override-not-found"),
        ("delete override", ENVIRONMENT, "environment-not-found"),
        ("replace override", CONNECTION, "connection-not-found"),
        ("cascade from environment", ENVIRONMENT, "environment-not-found"),
        ("cascade from connection", CONNECTION, "connection-not-found"),
    ],
)
def test_a_write_to_an_item_that_is_deleted_concurrently_is_404_and_does_not_restore_it(
    api: Client, names: dict[str, str], send_concurrently: Any, name: str, resource: str, problem: str
) -> None:
    send_concurrently(("DELETE", resource, None, {}, 204))

    assert summary(WRITES[name].send(api, names)) == (404, problem)
    assert api.call("GET", resource, names).status == 404
    assert_nothing_is_orphaned_or_miscounted(api.client)


def test_a_cascade_succeeds_if_an_override_is_deleted_concurrently(
    api: Client, names: dict[str, str], send_concurrently: Any, faults: Faults
) -> None:
    send_concurrently()
    (nothing,) = faults.before[TRANSACTION]
    send_concurrently(("DELETE", OVERRIDE, None, {}, 204))
    # The first transaction finds the override, the second one would delete it.
    faults.before[TRANSACTION].insert(0, nothing)

    assert WRITES["cascade from connection"].send(api, names).status == 204
    assert_nothing_is_orphaned_or_miscounted(api.client)


def test_if_none_match_is_412_if_an_override_is_created_concurrently(
    api: Client, names: dict[str, str], send_concurrently: Any
) -> None:
    new = {**names, "environmentName": "DEV"}
    send_concurrently(make_override("DEV", "Salesforce"))

    reply = api.call("PUT", OVERRIDE, new, OVERRIDE_BODY, headers={"If-None-Match": "*"})

    assert summary(reply) == (412, "precondition-failed")
    kept = api.call("GET", OVERRIDE, new).body["connectionOverrides"]["connectionProperties"]
    assert kept == {"secretName": "x"}


@pytest.mark.parametrize(
    ("resource", "body"), [(ENVIRONMENTS, {"name": "A"}), (CONNECTIONS, connection_body("A"))], ids=["E", "C"]
)
def test_a_project_that_is_filled_concurrently_is_not_deleted(
    api: Client, concurrently: Any, resource: str, body: object
) -> None:
    project = {"projectId": api.make_project()}
    concurrently(lambda other: other.call("POST", resource, project, body))

    assert summary(api.call("DELETE", PROJECT, project)) == (409, "project-in-use")
    assert_nothing_is_orphaned_or_miscounted(api.client)


@pytest.mark.parametrize(
    ("method", "resource", "body"),
    [("PUT", PROJECT, {"name": "x"}), ("POST", CONNECTIONS, connection_body("A"))],
    ids=["replaced", "given a connection"],
)
def test_a_change_of_a_project_that_is_deleted_concurrently_is_404(
    api: Client, concurrently: Any, method: str, resource: str, body: object
) -> None:
    project = {"projectId": api.make_project()}
    concurrently(lambda other: WRITES["delete project"].send(other, project))

    assert summary(api.call(method, resource, project, body)) == (404, "project-not-found")
    assert all(rows.is_record(key) for key in read_table(api.client))


def test_a_project_deleted_while_its_rows_are_read_is_404(api: Client, faults: Faults) -> None:
    project = {"projectId": api.make_project()}
    other, others = Client(api.client, ids=count(1_000_000)), list[Reply]()
    faults.leave_keys_unprocessed()
    faults.before["BatchGetItem"] = [None, lambda: others.append(other.call("DELETE", PROJECT, project))]

    assert summary(api.call("DELETE", PROJECT, project)) == (404, "project-not-found")
    assert [reply.status for reply in others] == [204]


def test_a_cascade_deletes_an_override_that_has_replaced_the_one_that_was_read(
    api: Client, names: dict[str, str], send_concurrently: Any
) -> None:
    send_concurrently(("DELETE", OVERRIDE, None, {}, 204), make_override("PROD"))

    assert WRITES["cascade from environment"].send(api, names).status == 204

    api.make_environment(names["projectId"], "PROD")
    listed = api.call("GET", OVERRIDES, names, query={"environmentName": "PROD"})
    assert listed.body == {"results": []}, "nothing of the old environment is left"


def test_an_override_that_is_created_while_its_environment_is_replaced_prevents_its_deletion(
    api: Client, names: dict[str, str], send_concurrently: Any
) -> None:
    environment = {**names, "environmentName": "DEV"}
    send_concurrently(make_override("DEV"))
    assert api.call("PUT", ENVIRONMENT, environment, OPEN).status == 200

    assert summary(api.call("DELETE", ENVIRONMENT, environment)) == (409, "environment-in-use")


def test_an_override_has_the_provider_of_a_connection_that_is_created_again_concurrently(
    api: Client, names: dict[str, str], send_concurrently: Any
) -> None:
    new = connection_body("Unused", authProvider="hubspot", **AUTH_TYPE)
    send_concurrently(("DELETE", CONNECTION, None, UNUSED, 204), ("POST", CONNECTIONS, new, {}, 201))

    reply = api.call("POST", OVERRIDES, names, override_body(**UNUSED, **AUTH_TYPE))

    assert (reply.status, reply.body["authProvider"]) == (201, "hubspot")
    assert api.call("GET", OVERRIDE, {**names, **UNUSED}).body == reply.body


def test_a_delete_without_if_match_succeeds_after_others_replaced_the_item(
    api: Client, names: dict[str, str], faults: Faults
) -> None:
    other = Client(api.client, ids=count(1_000_000))

    def replace() -> None:
        faults.before[TRANSACTION] = []
        assert other.call("PUT", OVERRIDE, names, OVERRIDE_BODY).status == 200
        faults.before[TRANSACTION] = [replace] if len(faults.transactions()) < 9 else []

    faults.before[TRANSACTION] = [replace]

    assert api.call("DELETE", OVERRIDE, names).status == 204
    assert api.call("GET", OVERRIDE, names).status == 404
