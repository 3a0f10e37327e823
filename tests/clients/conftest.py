"""A local run, and an empty folder for what is generated. Without npm on this machine, its generators are skipped."""

import shutil
from collections.abc import Iterator

import pytest
from support.generators import GENERATED
from support.local_run import LocalRun, local_run


@pytest.fixture(scope="session")
def npm() -> str:
    command = shutil.which("npm")
    if command is None:
        pytest.skip("no npm on this machine; on Debian: apt-get install npm")
    return command


@pytest.fixture(scope="session", autouse=True)
def _empty_folder() -> None:
    shutil.rmtree(GENERATED, ignore_errors=True)
    GENERATED.mkdir()


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalRun]:
    with local_run(tmp_path_factory.mktemp("local")) as run:
        yield run
