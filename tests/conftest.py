"""What the tests of several folders share."""

from collections.abc import Iterator

import pytest
from hypothesis import settings
from support.local_run import LocalRun, local_run

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
