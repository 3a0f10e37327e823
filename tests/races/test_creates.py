"""Many creates of the same thing at once: exactly one is told that it made it, and one is counted."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from support.registry import CONNECTIONS, ENVIRONMENTS, TABLE, Client, Reply, connection_body

AT_ONCE = 200
ROUNDS = 10


@pytest.fixture(scope="module")
def clients(dynamodb: Any) -> list[Client]:
    """As many functions as there are requests at once, as Lambda would start them."""
    # Write ids must differ between functions: a request takes an item with its own id for its own write.
    return [Client(dynamodb, ids=count(number * 1_000_000)) for number in range(1, AT_ONCE + 1)]


@pytest.fixture
def project(dynamodb: Any) -> str:
    api = Client(dynamodb, project_id=str(uuid4()))
    project_id = api.make_project()
    api.make_environment(project_id)
    api.make_connection(project_id)
    return project_id


def counters(client: Any, project: str, sk: str) -> dict[str, int]:
    item = client.get_item(TableName=TABLE, Key={"pk": {"S": f"acme/{project}"}, "sk": {"S": sk}}, ConsistentRead=True)[
        "Item"
    ]
    return {name: int(value["N"]) for name, value in item.items() if name.endswith("Count")}


def create(resource: str, project: str, body: object, client: Client) -> Reply:
    return client.call("POST", resource, {"projectId": project}, body)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_of_200_creates_of_an_override_one_is_201_and_the_rest_are_409(
    dynamodb: Any, clients: list[Client], project: str, _round: int
) -> None:
    with ThreadPoolExecutor(AT_ONCE) as threads:
        replies = list(threads.map(lambda client: client.make_override(project), clients))

    assert Counter(reply.status for reply in replies) == {201: 1, 409: AT_ONCE - 1}
    assert counters(dynamodb, project, "E/PROD") == {"overrideCount": 1}


def test_creates_of_different_overrides_are_all_counted(dynamodb: Any, clients: list[Client], project: str) -> None:
    names = [f"Connection {number}" for number in range(40)]
    for name in names:
        clients[0].make_connection(project, name)

    with ThreadPoolExecutor(len(names)) as threads:
        pairs = zip(clients, names, strict=False)
        replies = list(threads.map(lambda pair: pair[0].make_override(project, connection=pair[1]), pairs))

    assert Counter(reply.status for reply in replies) == {201: len(names)}
    assert counters(dynamodb, project, "E/PROD") == {"overrideCount": len(names)}


def test_of_many_creates_of_an_environment_and_a_connection_one_each_is_made(
    dynamodb: Any, clients: list[Client], project: str
) -> None:
    # One after the other: a function serves one request at a time.
    statuses = []
    for resource, body in ((ENVIRONMENTS, {"name": "X"}), (CONNECTIONS, connection_body("X"))):
        with ThreadPoolExecutor(AT_ONCE) as threads:
            replies = list(threads.map(partial(create, resource, project, body), clients))
        statuses.append(Counter(reply.status for reply in replies))

    assert statuses == [{201: 1, 409: AT_ONCE - 1}] * 2
    assert counters(dynamodb, project, "P") == {"environmentCount": 2, "connectionCount": 2}


def test_the_last_place_of_the_quota_is_given_once(dynamodb: Any, clients: list[Client], project: str) -> None:
    for number in range(88):
        clients[0].make_environment(project, f"E{number}")

    def create(pair: tuple[Client, int]) -> int:
        return pair[0].call("POST", ENVIRONMENTS, {"projectId": project}, {"name": f"Last {pair[1]}"}).status

    with ThreadPoolExecutor(20) as threads:
        statuses = Counter(threads.map(create, zip(clients[:20], range(20), strict=True)))

    assert statuses == {201: 1, 409: 19}
    assert counters(dynamodb, project, "P")["environmentCount"] == 90
