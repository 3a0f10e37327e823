"""What tests of several folders share."""

from collections.abc import Iterator

import pytest
from hypothesis import settings
from support.local_run import LocalRun, local_run

# A busy machine is no fault of what is tested.
settings.register_profile("tests", deadline=None, max_examples=50)
settings.load_profile("tests")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of the local run first: of several workers then one starts it, and the others take the rest."""
    items.sort(key=lambda item: {"e2e", "smoke"}.isdisjoint(item.path.parts))


@pytest.fixture(scope="session")
def local_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalRun]:
    """A running service, as `make run` starts it, which takes longer than all that is then asked of it."""
    with local_run(tmp_path_factory.mktemp("local")) as run:
        yield run
