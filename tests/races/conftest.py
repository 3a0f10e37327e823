"""DynamoDB in a separate process, which decides one request at a time."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest
from botocore.config import Config
from support.crowd import Crowd
from support.invariants import assert_nothing_is_orphaned_or_miscounted
from support.registry import Client
from support.table import ENVIRONMENT, create_table

AT_ONCE = 200
_CROWD = pytest.StashKey[Crowd]()


@pytest.fixture(scope="session")
def dynamodb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A client of the emulated DynamoDB."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    home = tmp_path_factory.mktemp("emulator")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "SERVICES": "dynamodb",
        "LOG_LEVEL": "ERROR",
    }
    log = (home / "log").open("wb")
    emulator = subprocess.Popen(  # noqa: S603 - our own command
        [str(Path(sys.executable).parent / "ministack")], env=environment, cwd=home, stdout=log, stderr=log
    )
    settings = ENVIRONMENT | {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}"}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setenv(name, value)
        try:
            _wait_until_it_listens(port, emulator)
            # Timeouts for an emulator that answers hundreds of requests one after the other.
            patient = Config(connect_timeout=30, read_timeout=30, max_pool_connections=200)
            client = boto3.client("dynamodb", config=patient)
            create_table(client)
            yield client
        finally:
            emulator.terminate()
            emulator.wait(timeout=10)
            log.close()


def _wait_until_it_listens(port: int, emulator: subprocess.Popen[bytes]) -> None:
    while emulator.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            continue
        else:
            return
    raise AssertionError("the emulator ended at once")


@pytest.fixture(scope="session")
def crowd(dynamodb: Any, pytestconfig: pytest.Config) -> Crowd:
    """The callers of all races."""
    # Write IDs must differ: a request takes an item with its own write ID for one that it wrote itself.
    crowd = Crowd([Client(dynamodb, ids=count(number * 1_000_000)) for number in range(1, AT_ONCE + 1)])
    pytestconfig.stash[_CROWD] = crowd
    return crowd


@pytest.fixture
def project(dynamodb: Any) -> Iterator[str]:
    """The test's own project. Afterwards, the consistency of the whole table is checked."""
    yield Client(dynamodb, project_id=str(uuid4())).make_project()
    assert_nothing_is_orphaned_or_miscounted(dynamodb)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Report the number of requests and of responses by status: 503 is allowed, but should be rare."""
    crowd = config.stash.get(_CROWD, None)
    if crowd is not None:
        answers = ", ".join(f"{number} x {status}" for status, number in sorted(crowd.answers.items()))
        terminalreporter.write_line(f"{crowd.rounds} races, answered {answers}")
