"""Writes that start to use one secret concurrently: never both in a protected environment and elsewhere."""

from collections.abc import Sequence
from typing import Any

import pytest
from support.crowd import Ask, Crowd
from support.registry import CONNECTION, CONNECTIONS, OVERRIDES, Client, connection_body, override_body

ROUNDS = 40
REFUSED = "/v1/problems/shared-secret-reference"


def reference(round_number: int) -> dict[str, Any]:
    return {"connectionProperties": {"secretName": f"secret-{round_number}"}}


def in_environment(project: str, environment: str, number: int) -> Ask:
    body = override_body(
        environmentName=environment, connectionName=f"C{number}", connectionOverrides=reference(number)
    )
    return lambda client: client.call("POST", OVERRIDES, {"projectId": project}, body)


def as_new_default(project: str, number: int) -> Ask:
    body = connection_body(f"New {number}", connectionDetails=reference(number))
    return lambda client: client.call("POST", CONNECTIONS, {"projectId": project}, body)


def as_replaced_default(project: str, number: int) -> Ask:
    names = {"projectId": project, "connectionName": f"C{number}"}
    return lambda client: client.call("PUT", CONNECTION, names, {"connectionDetails": reference(number)})


def prepared(client: Client) -> str:
    project = client.make_project()
    for name, protected in (("LIVE", True), ("LIVE2", True), ("DEV", False), ("TEST", False)):
        client.make_environment(project, name, protected=protected)
    for number in range(ROUNDS):
        client.make_connection(project, f"C{number}", connectionDetails=None)
    return project


def kinds_of(project: str, number: int) -> Sequence[tuple[bool, Ask]]:
    """Writes that start to use the secret with that number, and whether each is in a protected environment."""
    return (
        (True, in_environment(project, "LIVE", number)),
        (True, in_environment(project, "LIVE2", number)),
        (False, in_environment(project, "DEV", number)),
        (False, in_environment(project, "TEST", number)),
        (False, as_new_default(project, number)),
        (False, as_replaced_default(project, number)),
    )


@pytest.mark.parametrize("pair", [(0, 2), (0, 4), (0, 5), (2, 1)])
def test_of_two_writes_that_would_share_a_secret_at_most_one_succeeds(crowd: Crowd, pair: tuple[int, int]) -> None:
    project = prepared(crowd.one)
    for number in range(ROUNDS):
        writes = [kinds_of(project, number)[index] for index in pair]

        replies = crowd.at_once([ask for _, ask in writes])

        done = [reply for reply in replies if reply.status in {200, 201}]
        refused = [reply for reply in replies if reply.status == 409 and reply.body["type"] == REFUSED]
        assert (len(done), len(refused)) == (1, 1), replies


def test_of_many_concurrent_writes_only_those_of_one_side_succeed(crowd: Crowd) -> None:
    project = prepared(crowd.one)
    for number in range(ROUNDS // 2):
        writes = kinds_of(project, number)

        replies = crowd.at_once([ask for _, ask in writes])

        sides = {side for (side, _), reply in zip(writes, replies, strict=True) if reply.status in {200, 201}}
        assert len(sides) == 1, replies
        assert {reply.status for reply in replies} <= {200, 201, 409, 503}
