"""What the tests of several folders share."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings
from support.local_run import LocalRun, local_run
from support.table import Tables, dynamodb_in_process, restore, snapshot

# A slow machine must not fail a test.
settings.register_profile("tests", deadline=None, max_examples=50)
settings.load_profile("tests")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests of the local run first: one of several workers then starts it, and the others run the rest."""
    items.sort(key=lambda item: {"e2e", "smoke"}.isdisjoint(item.path.parts))


@pytest.fixture(scope="session")
def local_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalRun]:
    """A running service, as started by `make run`. Starting it takes longer than all tests that use it."""
    with local_run(tmp_path_factory.mktemp("local")) as run:
        yield run


@pytest.fixture(scope="session")
def emulated_dynamodb() -> Iterator[Any]:
    """A DynamoDB client. Creating one takes longer than most tests."""
    with dynamodb_in_process() as client:
        yield client


@pytest.fixture(scope="session")
def empty(emulated_dynamodb: Any) -> Tables:
    """The empty table."""
    assert emulated_dynamodb
    return snapshot()


@pytest.fixture
def dynamodb(emulated_dynamodb: Any, empty: Tables) -> Any:
    """A DynamoDB client whose table is empty."""
    restore(empty)
    return emulated_dynamodb
