"""Concurrent replaces and deletes of the same items: the responses fit one order, and no revision is lost."""

from collections import Counter
from typing import Any

import pytest
from support.crowd import Ask, Crowd, statuses
from support.registry import (
    CONNECTION,
    ENVIRONMENT,
    OPEN,
    OVERRIDE,
    OVERRIDES,
    PROJECT,
    Client,
    Reply,
    override_body,
    without,
)

AT_ONCE = 40
ITEMS = (PROJECT, ENVIRONMENT, CONNECTION, OVERRIDE)
EACH_ITEM = pytest.mark.parametrize("item", ITEMS)
NAMES = {"environmentName": "PROD", "connectionName": "Salesforce"}
OVERRIDE_BODY = without(override_body(), *NAMES)


@pytest.fixture
def names(crowd: Crowd, project: str) -> dict[str, str]:
    """The names of a project, an environment, a connection and its override, all of which exist."""
    crowd.one.make_environment(project)
    crowd.one.make_connection(project)
    assert crowd.one.make_override(project).status == 201
    return {"projectId": project, **NAMES}


def replacement(item: str, number: int) -> dict[str, Any]:
    """Return a body that distinguishes one request's write from another's."""
    mark = f"write-{number}"
    reference = {"connectionProperties": {"secretName": mark}}
    bodies: dict[str, dict[str, Any]] = {
        PROJECT: {"name": mark},
        ENVIRONMENT: OPEN | {"description": mark},
        CONNECTION: {"connectionDetails": reference},
        OVERRIDE: OVERRIDE_BODY | {"connectionOverrides": reference},
    }
    return bodies[item]


def replace(item: str, names: dict[str, str], number: int, **headers: str) -> Ask:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda client: client.call("PUT", item, names, replacement(item, number), headers=sent)


def delete(item: str, names: dict[str, str], **query: str) -> Ask:
    return lambda client: client.call("DELETE", item, names, query=query)


@EACH_ITEM
def test_of_replaces_with_the_same_if_match_one_is_200_and_the_rest_are_412(
    crowd: Crowd, names: dict[str, str], item: str
) -> None:
    tag = crowd.one.call("GET", item, names).headers["ETag"]

    replies = crowd.at_once(replace(item, names, number, If_Match=tag) for number in range(AT_ONCE))

    assert statuses(replies, 200, 412) == {200: 1, 412: AT_ONCE - 1}
    winner = next(reply for reply in replies if reply.status == 200)
    assert crowd.one.call("GET", item, names).body == winner.body
    assert winner.body["revision"] == 2


@EACH_ITEM
def test_replaces_without_a_condition_lose_no_revision(crowd: Crowd, names: dict[str, str], item: str) -> None:
    done: list[Reply] = []
    for begin in range(0, AT_ONCE, 8):
        replies = crowd.at_once(replace(item, names, number) for number in range(begin, begin + 8))
        assert statuses(replies, 200, 503)[200] >= 1
        done += [reply for reply in replies if reply.status == 200]

    last = max(done, key=lambda reply: reply.body["revision"])
    assert sorted(reply.body["revision"] for reply in done) == list(range(2, len(done) + 2))
    assert crowd.one.call("GET", item, names).body == last.body


def test_replaces_of_an_environment_lose_no_override_that_is_created_concurrently(
    crowd: Crowd, names: dict[str, str]
) -> None:
    connections = [f"C{number}" for number in range(10)]
    for name in connections:
        crowd.one.make_connection(names["projectId"], name)

    replies = crowd.at_once(
        [
            *(replace(ENVIRONMENT, names, number) for number in range(4)),
            *(
                lambda client, name=name: Client.make_override(client, names["projectId"], connection=name)
                for name in connections
            ),
        ]
    )

    # Neither affects the other: a replace does not touch the counter.
    assert statuses(replies[4:], 201) == {201: 10}
    assert statuses(replies[:4], 200, 503)[200] >= 1


def test_of_puts_with_if_none_match_one_is_201_and_the_rest_are_412(crowd: Crowd, names: dict[str, str]) -> None:
    for _ in range(3):
        assert crowd.one.call("DELETE", OVERRIDE, names).status == 204

        replies = crowd.at_once(replace(OVERRIDE, names, number, If_None_Match="*") for number in range(AT_ONCE))

        assert statuses(replies, 201, 412) == {201: 1, 412: AT_ONCE - 1}
        winner = next(reply for reply in replies if reply.status == 201)
        assert crowd.one.call("GET", OVERRIDE, names).body == winner.body


@pytest.mark.parametrize("item", [OVERRIDE, CONNECTION, ENVIRONMENT, PROJECT])
def test_of_deletes_of_the_same_item_one_is_204_and_the_rest_are_404(
    crowd: Crowd, names: dict[str, str], item: str
) -> None:
    for other in (OVERRIDE, CONNECTION, ENVIRONMENT) if item == PROJECT else ():
        assert crowd.one.call("DELETE", other, names).status == 204
    cascade = {"cascade": "true"} if item in {CONNECTION, ENVIRONMENT} else {}

    replies = crowd.at_once([delete(item, names, **cascade)] * AT_ONCE)

    assert statuses(replies, 204, 404) == {204: 1, 404: AT_ONCE - 1}
    assert crowd.one.call("GET", item, names).status == 404


@pytest.mark.parametrize("ignore_missing", [False, True], ids=["all or nothing", "ignoreMissing"])
def test_deletes_of_overlapping_lists_delete_each_override_once(
    crowd: Crowd, names: dict[str, str], *, ignore_missing: bool
) -> None:
    project = names["projectId"]
    connections = [f"C{number}" for number in range(10)]
    for name in connections:
        crowd.one.make_connection(project, name)
    for _ in range(8):
        for name in connections:
            crowd.one.make_override(project, connection=name)
        lists = [[connections[(first + step) % 10] for step in range(4)] for first in range(10)]

        replies = crowd.at_once(
            delete(
                OVERRIDES,
                names,
                environmentName="PROD",
                connectionNames=",".join(one),
                ignoreMissing=str(ignore_missing).lower(),
            )
            for one in lists
        )

        told = statuses(replies, 204, 503) if ignore_missing else statuses(replies, 204, 404, 503)
        assert told[204] >= 1
        pairs = list(zip(lists, replies, strict=True))
        deleted = Counter(name for one, reply in pairs if reply.status == 204 for name in one)
        query = {"environmentName": "PROD", "connectionNames": ",".join(connections)}
        listed = crowd.one.call("GET", OVERRIDES, names, query=query).body["results"]
        assert {one["name"] for one in listed} == set(connections) - set(deleted)
        if not ignore_missing:
            # Of two all-or-nothing deletes, only one can have deleted it, and a refusal names what another deleted.
            assert set(deleted.values()) == {1}
            for reply in replies:
                assert reply.status != 404 or set(reply.body["connectionNames"]) <= set(deleted)
