"""Writes that start to use one secret concurrently: never both in a protected environment and elsewhere."""

from collections.abc import Sequence
from itertools import count
from typing import Any

import pytest
from support.crowd import Ask, Crowd
from support.registry import CONNECTION, CONNECTIONS, ENVIRONMENT, OVERRIDES, Client, connection_body, override_body

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


def set_inheritance(project: str, *, inherits: bool) -> Ask:
    names = {"projectId": project, "environmentName": "LIVE"}
    flags = {"protected": True, "inheritDefaults": inherits}
    return lambda client: client.call("PUT", ENVIRONMENT, names, flags, {"allowSharedSecret": "true"})


def prepared(client: Client, *, live_inherits: bool = False) -> str:
    project = client.make_project()
    for name, protected in (("LIVE", True), ("LIVE2", True), ("DEV", False), ("TEST", False)):
        inherits = not protected or (name == "LIVE" and live_inherits)
        client.make_environment(project, name, protected=protected, inheritDefaults=inherits)
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


@pytest.mark.parametrize(
    ("pair", "live_inherits"),
    [
        ((0, 2), False),
        ((0, 4), False),
        ((0, 5), False),
        ((2, 1), False),
        # Then LIVE uses every default.
        ((2, 4), True),
        ((3, 5), True),
    ],
)
def test_of_two_writes_that_would_share_a_secret_at_most_one_succeeds(
    crowd: Crowd, pair: tuple[int, int], *, live_inherits: bool
) -> None:
    project = prepared(crowd.one, live_inherits=live_inherits)
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


def test_a_protected_environment_begins_to_inherit_while_others_write_defaults_and_overrides(crowd: Crowd) -> None:
    project = prepared(crowd.one)
    for number in range(ROUNDS // 2):
        assert set_inheritance(project, inherits=False)(crowd.one).status == 200
        begin = set_inheritance(project, inherits=True)
        default, override = as_replaced_default(project, number), in_environment(project, "DEV", number)

        begun, defaulted, overridden = crowd.at_once([begin, default, override])

        assert begun.status == 200
        assert (defaulted.status, overridden.status) in {(200, 201), (200, 409), (409, 201)}
        # What was refused is refused again, and what was allowed before is not judged again.
        again = [default(crowd.one), override(crowd.one)]
        assert [reply.status for reply in again] == [defaulted.status, 409]


def sent_by(client: Client, ask: Ask) -> Ask:
    return lambda _: ask(client)


def test_the_scope_for_defaults_is_checked_against_what_holds_at_the_write(crowd: Crowd) -> None:
    project = prepared(crowd.one)
    unprotected = Client(crowd.one.client, scopes="connections:read connections:write", ids=count(10**12))

    for number in range(ROUNDS // 2):
        assert set_inheritance(project, inherits=False)(crowd.one).status == 200
        default = sent_by(unprotected, as_replaced_default(project, number))

        begun, defaulted = crowd.at_once([set_inheritance(project, inherits=True), default])

        assert begun.status == 200
        assert defaulted.status in {200, 403}
        assert default(crowd.one).status == 403
