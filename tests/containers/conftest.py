"""`sam local` in real containers, on the table and with the issuer of one local run."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from local import containers
from local.settings import PROJECT
from support.local_run import LocalRun, local_run
from support.sam_local import SamLocal, free_port, sam_local


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalRun]:
    """A local run that containers can reach, with the data that events refer to."""
    try:
        containers.engine()
    except containers.NoEngineError as error:
        pytest.skip(f"not run: {error}")
    with local_run(tmp_path_factory.mktemp("local")) as run, containers.reachable(run.state):
        containers.seed(run.state)
        yield run


@pytest.fixture(scope="session")
def api(service: LocalRun) -> Iterator[str]:
    """The URL of the API served by `make sam-start-api`."""
    port = free_port()
    with sam_local(service.command("start-api", "--sam-port", port), port) as server:
        yield server.address


@pytest.fixture(scope="session")
def functions(service: LocalRun) -> Iterator[SamLocal]:
    """`sam local start-lambda`, which does the same as `sam local invoke` and reuses containers."""
    port = free_port()
    line = containers.sam(service.state, "start-lambda", "--port", port, "--warm-containers", "LAZY")
    with sam_local(line, port) as server:
        yield server


@pytest.fixture(scope="session")
def events() -> Path:
    """The folder of events."""
    return PROJECT / "events"
