"""Creates against deletes of their parents: every response is correct, and nothing is orphaned or miscounted."""

from collections.abc import Iterator
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from support.crowd import Ask, Crowd, statuses
from support.invariants import assert_nothing_is_orphaned_or_miscounted
from support.registry import (
    CONNECTION,
    CONNECTIONS,
    ENVIRONMENT,
    ENVIRONMENTS,
    OVERRIDE,
    OVERRIDES,
    PROJECT,
    Client,
    Reply,
    connection_body,
    override_body,
    without,
)

ROUNDS = 50
CREATES = 4
NUMBERED = [f"N{number}" for number in range(CREATES)]
CRM = {"authProvider": "salesforce", "authType": "OAUTH_CLIENT_CRED"}


def ask(method: str, resource: str, names: dict[str, str], body: object = None, **more: Any) -> Ask:
    return lambda client: client.call(method, resource, names, body, **more)


def create_by_turns(project: str, environment: str, connection: str, *, at_its_address: bool) -> Ask:
    """Create an override by POST, or by PUT to its own URL."""
    if not at_its_address:
        return partial(Client.make_override, project_id=project, environment=environment, connection=connection)
    names = {"projectId": project, "environmentName": environment, "connectionName": connection}
    body = without(override_body(), "environmentName", "connectionName")
    return ask("PUT", OVERRIDE, names, body, headers={"If-None-Match": "*"})


def told_truly(creates: list[Reply], delete: Reply, *, cascade: bool) -> None:
    """Assert that there is an order of requests in which each response is correct."""
    made = statuses(creates, 201, 404, 503)[201]
    if cascade:
        statuses([delete], 204, 503)
        return
    statuses([delete], 204, 409, 503)
    if delete.status == 204:
        assert made == 0
    if delete.status == 409:
        assert made > 0
        assert 1 <= delete.body["total"] <= made


@pytest.mark.parametrize("cascade", [False, True], ids=["alone", "cascade"])
def test_an_environment_is_deleted_before_its_overrides_are_created_or_with_them_or_not_at_all(
    crowd: Crowd, project: str, *, cascade: bool
) -> None:
    for connection in ("First", *NUMBERED):
        crowd.one.make_connection(project, connection)
    for number in range(ROUNDS):
        environment = f"E{number}"
        crowd.one.make_environment(project, environment)
        if cascade:
            crowd.one.make_override(project, environment, "First")
        names = {"projectId": project, "environmentName": environment}

        *creates, delete = crowd.at_once(
            [
                *(create_by_turns(project, environment, one, at_its_address=number % 2 == 1) for one in NUMBERED),
                ask("DELETE", ENVIRONMENT, names, query={"cascade": str(cascade).lower()}),
            ]
        )

        told_truly(creates, delete, cascade=cascade)
        # A project can have few environments: delete what is left.
        if delete.status != 204:
            crowd.one.call("DELETE", ENVIRONMENT, names, query={"cascade": "true"})
        listed = crowd.one.call("GET", OVERRIDES, names, query={"environmentName": environment})
        assert (listed.status, listed.body["type"]) == (404, "/v1/problems/environment-not-found")


@pytest.mark.parametrize("cascade", [False, True], ids=["alone", "cascade"])
def test_a_connection_is_deleted_before_its_overrides_are_created_or_with_them_or_not_at_all(
    crowd: Crowd, project: str, *, cascade: bool
) -> None:
    for environment in ("First", *NUMBERED):
        crowd.one.make_environment(project, environment)
    for number in range(ROUNDS):
        connection = f"C{number}"
        crowd.one.make_connection(project, connection)
        if cascade:
            crowd.one.make_override(project, "First", connection)
        names = {"projectId": project, "connectionName": connection}

        *creates, delete = crowd.at_once(
            [
                *(create_by_turns(project, one, connection, at_its_address=number % 2 == 1) for one in NUMBERED),
                ask("DELETE", CONNECTION, names, query={"cascade": str(cascade).lower()}),
            ]
        )

        told_truly(creates, delete, cascade=cascade)


def test_an_environment_that_is_created_while_a_connection_is_deleted_is_checked_for_overrides(
    crowd: Crowd, project: str
) -> None:
    for number in range(ROUNDS):
        connection, environment = f"C{number}", f"E{number}"
        crowd.one.make_connection(project, connection)

        def make_both(client: Client, environment: str = environment, connection: str = connection) -> Reply:
            client.make_environment(project, environment)
            return client.make_override(project, environment, connection)

        create, delete = crowd.at_once(
            [make_both, ask("DELETE", CONNECTION, {"projectId": project, "connectionName": connection})]
        )

        told_truly([create], delete, cascade=False)


def test_an_auth_type_changes_before_the_first_override_is_created_or_not_at_all(crowd: Crowd, project: str) -> None:
    for environment in NUMBERED:
        crowd.one.make_environment(project, environment)
    reference = {"connectionProperties": {"secretName": "x"}}
    for number in range(ROUNDS):
        name = f"C{number}"
        crowd.one.make_connection(project, name, **CRM)
        names = {"projectId": project, "connectionName": name}
        types = ["OAUTH_CLIENT_CRED", "OAUTH_USER_TOKENS"] * (CREATES // 2)

        *creates, change = crowd.at_once(
            [
                *(
                    ask(
                        "POST",
                        OVERRIDES,
                        {"projectId": project},
                        override_body(environmentName=one, connectionName=name, authType=type_)
                        | {"connectionOverrides": reference},
                    )
                    for one, type_ in zip(NUMBERED, types, strict=True)
                ),
                ask("PUT", CONNECTION, names, {"authType": "OAUTH_USER_TOKENS", "connectionDetails": reference}),
            ]
        )

        of_the_old, of_the_new = (statuses(creates[first::2], 201, 400, 503)[201] for first in (0, 1))
        statuses([change], 200, 409, 503)
        assert not (of_the_old and of_the_new)
        if change.status == 200:
            assert of_the_old == 0
        if change.status == 409:
            assert of_the_old > 0


@pytest.fixture
def empty_projects(dynamodb: Any) -> Iterator[Iterator[str]]:
    """Empty projects. Afterwards, the consistency of the whole table is checked."""
    yield (Client(dynamodb, project_id=str(uuid4())).make_project() for _ in range(ROUNDS))
    assert_nothing_is_orphaned_or_miscounted(dynamodb)


def test_a_project_is_deleted_before_anything_is_created_in_it_or_not_at_all(
    crowd: Crowd, empty_projects: Iterator[str]
) -> None:
    for project in empty_projects:
        names = {"projectId": project}

        replies = crowd.at_once(
            [
                ask("POST", ENVIRONMENTS, names, {"name": "A"}),
                ask("DELETE", PROJECT, names),
                ask("POST", CONNECTIONS, names, connection_body("A")),
                ask("PUT", PROJECT, names, {"name": "Another"}),
                ask("DELETE", PROJECT, names),
            ]
        )
        environment, first, connection, renamed, second = replies

        statuses([renamed], 200, 404)
        deletes = statuses([first, second], 204, 404, 409)
        made = statuses([environment, connection], 201, 404)[201]
        assert deletes == ({409: 2} if made else {204: 1, 404: 1})
        assert crowd.one.call("GET", PROJECT, names).status == (200 if made else 404)
