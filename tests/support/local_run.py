"""A local run as a developer starts it: a separate process, used over loopback."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from local.settings import PROJECT, StateFiles
from local.state import RunState

ALL_SCOPES = "connections:read connections:write projects:admin environments:protected"
READY = "More tokens: make token"


def command(state_dir: Path, *arguments: str) -> list[str]:
    """Return the command line of `python -m local`, with the files of its runs in `state_dir`."""
    return [sys.executable, "-m", "local", "--state-dir", str(state_dir), *arguments]


def run_command(state_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m local` until it exits."""
    return subprocess.run(  # noqa: S603  # our own command
        command(state_dir, *arguments), cwd=PROJECT, capture_output=True, text=True, check=False, timeout=120
    )


@dataclass
class LocalRun:
    """A running service; `output` is what it has printed so far."""

    process: subprocess.Popen[str]
    state_dir: Path
    output: str = ""
    port: int = field(init=False)
    state: RunState = field(init=False)

    @property
    def files(self) -> StateFiles:
        """The folder of its files, below `state_dir`."""
        return StateFiles.of_run(self.state_dir, self.port)

    def command(self, name: str, *arguments: str) -> list[str]:
        """Return the command line of `python -m local <name>` for this run."""
        return command(self.state_dir, name, "--port", str(self.port), *arguments)

    def run_command(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `python -m local <name>` for this run until it exits."""
        return run_command(self.state_dir, name, "--port", str(self.port), *arguments)

    def wait_for(self, text: str) -> None:
        """Read the output up to a line that contains `text`."""
        assert self.process.stdout
        for line in self.process.stdout:
            self.output += line
            if text in line:
                return
        raise AssertionError(f"the local run ended early:\n{self.output}")

    def token(self, account: str = "acme", scopes: str = ALL_SCOPES) -> str:
        """Return a valid token."""
        return self.state.token(account=account, scopes=scopes)

    def interrupt(self) -> int:
        """Press Ctrl-C: the terminal signals every process of the group. Returns the exit code."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(timeout=60)

    def leaves_processes(self, seconds: float = 60.0) -> bool:
        """Return whether any process of the run is left after that time. Slow machines need more of it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                os.killpg(self.process.pid, 0)
            except ProcessLookupError:
                return False
            os.sched_yield()
        return True


@contextmanager
def local_run(state_dir: Path, *arguments: str, until: str = READY) -> Iterator[LocalRun]:
    """Start a local run on a free port, and stop it at the end."""
    with subprocess.Popen(  # noqa: S603  # our own command
        command(state_dir, "run", "--port", "0", *arguments),
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        run = LocalRun(process, state_dir)
        try:
            run.wait_for("Ctrl-C")
            if until not in run.output:
                run.wait_for(until)
            run.port = int(re.findall(r"starting on port (\d+)", run.output)[0])
            run.state = RunState.read(state_dir, run.port)
            yield run
        finally:
            if process.poll() is None:
                run.interrupt()


@dataclass(frozen=True)
class Answer:
    """An HTTP answer; `document` is its JSON body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def document(self) -> Any:
        return json.loads(self.body)


def send(api_url: str, raw: bytes, method: str = "GET") -> Answer:
    """Send these bytes and read one response."""
    parts = urlsplit(api_url)
    with socket.create_connection((str(parts.hostname), parts.port or 80), timeout=20) as connection:
        connection.sendall(raw)
        response = http.client.HTTPResponse(connection, method=method)
        response.begin()
        body = response.read()
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, body)
