"""The registry on a table in process."""

import os
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import boto3
import pytest
from moto import mock_aws
from support.faults import TRANSACTION, Faults
from support.invariants import assert_nothing_is_orphaned_or_miscounted
from support.registry import TABLE, Client, Reply, create_table
from support.writes import WRITES, Write, furnish

# No test reads or needs real credentials.
_AWS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}


@pytest.fixture(scope="session")
def emulated_dynamodb() -> Iterator[Any]:
    """A DynamoDB client; making one takes longer than most tests."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in _AWS.items():
            environment.setitem(os.environ, name, value)
        with mock_aws():
            yield boto3.client("dynamodb")


@pytest.fixture
def dynamodb(emulated_dynamodb: Any) -> Any:
    """A DynamoDB client whose table is empty."""
    if TABLE in emulated_dynamodb.list_tables()["TableNames"]:
        emulated_dynamodb.delete_table(TableName=TABLE)
    create_table(emulated_dynamodb)
    return emulated_dynamodb


@pytest.fixture
def api(dynamodb: Any) -> Client:
    """An administrator of the account `acme`."""
    return Client(dynamodb)


@pytest.fixture
def project(api: Client) -> str:
    """A project with the environment PROD and the connection Salesforce."""
    project_id = api.make_project()
    api.make_environment(project_id)
    api.make_connection(project_id)
    return project_id


@pytest.fixture
def levels(api: Client) -> str:
    """A project with a protected environment, LIVE, and two that are not, DEV and TEST."""
    project = api.make_project()
    for name, protected in (("LIVE", True), ("DEV", False), ("TEST", False)):
        api.make_environment(project, name, protected=protected)
    return project


@pytest.fixture
def faults(dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> Faults:
    """Nothing goes wrong until a test says so."""
    faults = Faults(dynamodb._make_api_call)  # noqa: SLF001 - where botocore itself stubs
    monkeypatch.setattr(dynamodb, "_make_api_call", faults)
    return faults


@pytest.fixture
def concurrently(dynamodb: Any, faults: Faults) -> Iterator[Callable[..., None]]:
    """Have another client send requests, which must succeed, just before the next transaction."""
    other = Client(dynamodb, ids=count(1_000_000))

    def concurrently(*requests: Callable[[Client], Reply]) -> None:
        def send() -> None:
            for request in requests:
                reply = request(other)
                assert reply.status < 400, reply

        faults.before[TRANSACTION] = [send]
        faults.forget()

    yield concurrently
    assert not faults.before.get(TRANSACTION), "no transaction was sent"


@pytest.fixture
def write(name: str) -> Write:
    """The replace or delete of that name, which a test is parametrized with."""
    return WRITES[name]


@pytest.fixture(scope="session")
def furnished() -> dict[bool, tuple[dict[str, str], list[Any]]]:
    """Names and rows of a furnished project, and of an empty one, once each was made."""
    return {}


@pytest.fixture
def send(
    api: Client,
    write: Write,
    name: str,
    faults: Faults,
    furnished: dict[bool, tuple[dict[str, str], list[Any]]],
) -> Iterator[Callable[[], Reply]]:
    """Send the write; afterwards the whole table must be consistent."""
    empty = name == "delete project"
    if empty in furnished:
        requests = [{"PutRequest": {"Item": row}} for row in furnished[empty][1]]
        api.client.batch_write_item(RequestItems={TABLE: requests})
        # A request takes an item with its own write id for its own write.
        api.ids = count(1_000_000)
    else:
        furnished[empty] = furnish(api, empty=empty), api.client.scan(TableName=TABLE)["Items"]
    faults.forget()
    yield lambda: write.ask(api, furnished[empty][0])
    assert_nothing_is_orphaned_or_miscounted(api.client)
