"""`sam local` in real containers, on the table and with the issuer of one local run."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
from local import containers
from local.settings import PROJECT
from support.local_run import LocalRun, local_run


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalRun]:
    """A local run that containers can reach, with what the events speak of."""
    try:
        containers.engine()
    except containers.NoEngineError as error:
        pytest.skip(f"not run: {error}")
    with local_run(tmp_path_factory.mktemp("local")) as run, containers.reachable(run.state):
        containers.seed(run.state)
        yield run


@contextmanager
def _listening(service: LocalRun, command: str, *arguments: str) -> Iterator[str]:
    """`sam local <command>`, and the address that it listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    options = ["--host", "127.0.0.1", "--port", str(port), *arguments]
    line = containers.sam(service.state, command, *options, env_vars=service.state_dir / f"{command}.json")
    with subprocess.Popen(  # noqa: S603 - our own command
        line, env=containers.environment(), cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        output = []
        # What nobody reads would fill the pipe, and stop the process with it.
        reader = Thread(target=lambda: process.stderr and process.stderr.read(), daemon=True)
        try:
            assert process.stderr
            for text in process.stderr:
                output.append(text)
                if "Running on http" in text:
                    break
            else:
                raise AssertionError("".join(output))
            reader.start()
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=60)
            reader.join(timeout=60)


@pytest.fixture(scope="session")
def api(service: LocalRun) -> Iterator[str]:
    """The address of `sam local start-api`."""
    with _listening(service, "start-api", "--warm-containers", "EAGER") as address:
        yield address


@pytest.fixture(scope="session")
def functions(service: LocalRun) -> Iterator[str]:
    """The address of `sam local start-lambda`: it does what `sam local invoke` does, and keeps containers warm."""
    with _listening(service, "start-lambda", "--warm-containers", "LAZY") as address:
        yield address


@pytest.fixture(scope="session")
def events() -> Path:
    """The folder of events."""
    return PROJECT / "events"
