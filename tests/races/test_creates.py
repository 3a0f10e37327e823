"""Many concurrent creates of the same item: exactly one succeeds, and one is counted."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from support import rows
from support.crowd import Crowd
from support.registry import (
    CONNECTIONS,
    ENVIRONMENTS,
    OVERRIDES,
    Client,
    Reply,
    connection_body,
    override_body,
)

AT_ONCE = 200
ROUNDS = 10


@pytest.fixture
def parents(crowd: Crowd, project: str) -> str:
    """The project, with an environment and a connection."""
    crowd.one.make_environment(project)
    crowd.one.make_connection(project)
    return project


def counters(client: Any, key: rows.Key) -> dict[str, int]:
    row = rows.read(client, key)
    return {name: int(row[name]["N"]) for name in rows.COUNTERS & row.keys()}


def create(resource: str, project: str, body: object, client: Client) -> Reply:
    return client.call("POST", resource, {"projectId": project}, body)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_of_200_creates_of_an_override_one_is_201_and_the_rest_are_409(
    dynamodb: Any, crowd: Crowd, parents: str, _round: int
) -> None:
    replies = crowd.at_once([lambda client: client.make_override(parents)] * AT_ONCE)

    assert Counter(reply.status for reply in replies) == {201: 1, 409: AT_ONCE - 1}
    assert counters(dynamodb, rows.environment(parents, "PROD")) == {"overrideCount": 1}


@pytest.mark.parametrize("_round", range(ROUNDS // 5))
def test_of_200_creates_in_the_place_of_an_expired_override_one_is_201_and_the_rest_are_409(
    dynamodb: Any, crowd: Crowd, parents: str, _round: int
) -> None:
    body = {**override_body(), "expiresAt": "2026-01-31T12:30:00Z", "thenUse": "DEFAULT"}
    assert crowd.one.call("POST", OVERRIDES, {"projectId": parents}, body).status == 201

    def make_later(client: Client) -> Reply:
        return replace(client, now=client.now + timedelta(hours=1)).make_override(parents)

    replies = crowd.at_once([make_later] * AT_ONCE)

    assert Counter(reply.status for reply in replies) == {201: 1, 409: AT_ONCE - 1}
    assert counters(dynamodb, rows.environment(parents, "PROD")) == {"overrideCount": 1}


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_of_40_creates_with_one_key_one_is_applied_and_all_have_the_same_response(
    dynamodb: Any, crowd: Crowd, parents: str, _round: int
) -> None:
    body, key = override_body(), {"Idempotency-Key": parents}
    names = {"projectId": parents}
    ask = partial(Client.call, method="POST", resource=OVERRIDES, parameters=names, body=body, headers=key)

    replies = crowd.at_once([ask] * 40)

    assert replies == [replies[0]] * 40
    assert replies[0].status == 201
    assert counters(dynamodb, rows.environment(parents, "PROD")) == {"overrideCount": 1}


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_of_40_different_creates_with_one_key_one_is_applied_and_the_rest_are_422(
    dynamodb: Any, crowd: Crowd, parents: str, _round: int
) -> None:
    names, key = [f"Connection {number}" for number in range(40)], {"Idempotency-Key": parents}
    for name in names:
        crowd.one.make_connection(parents, name)

    replies = crowd.at_once(
        partial(
            Client.call,
            method="POST",
            resource=OVERRIDES,
            parameters={"projectId": parents},
            body=override_body(connectionName=name),
            headers=key,
        )
        for name in names
    )

    assert Counter(reply.status for reply in replies) == {201: 1, 422: 39}
    assert counters(dynamodb, rows.environment(parents, "PROD")) == {"overrideCount": 1}


@pytest.mark.parametrize("secret", ["secret-{}", "one-secret"], ids=["a secret each", "one secret"])
def test_creates_of_different_overrides_are_all_counted(dynamodb: Any, crowd: Crowd, parents: str, secret: str) -> None:
    names = [f"Connection {number}" for number in range(40)]
    for name in names:
        crowd.one.make_connection(parents, name)

    replies = crowd.at_once(
        partial(Client.make_override, project_id=parents, connection=name, secret=secret.format(number))
        for number, name in enumerate(names)
    )

    assert Counter(reply.status for reply in replies) == {201: len(names)}
    assert counters(dynamodb, rows.environment(parents, "PROD")) == {"overrideCount": len(names)}


def test_of_many_creates_of_an_environment_and_a_connection_one_each_succeeds(
    dynamodb: Any, crowd: Crowd, parents: str
) -> None:
    # One after the other: a function serves one request at a time.
    statuses = []
    for resource, body in ((ENVIRONMENTS, {"name": "X"}), (CONNECTIONS, connection_body("X"))):
        replies = crowd.at_once([partial(create, resource, parents, body)] * AT_ONCE)
        statuses.append(Counter(reply.status for reply in replies))

    assert statuses == [{201: 1, 409: AT_ONCE - 1}] * 2
    assert counters(dynamodb, rows.project_state(parents)) == {"environmentCount": 2, "connectionCount": 2}


def test_the_last_place_of_a_quota_is_taken_once(dynamodb: Any, crowd: Crowd, parents: str) -> None:
    rows.copy_environment(dynamodb, parents, "PROD", [f"E{number}" for number in range(88)])

    replies = crowd.at_once(partial(create, ENVIRONMENTS, parents, {"name": f"Last {number}"}) for number in range(20))

    assert Counter(reply.status for reply in replies) == {201: 1, 409: 19}
    assert counters(dynamodb, rows.project_state(parents))["environmentCount"] == 90
