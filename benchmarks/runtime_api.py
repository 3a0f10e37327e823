"""A Lambda Runtime API on loopback, which gives events to one new process, each when the last one was answered.

Sources: AWS Lambda Developer Guide, "Using the Lambda runtime API for custom runtimes" and "Runtime hooks".
"""

import os
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from resource import struct_rusage
from threading import Event
from typing import Final, NamedTuple

from benchmarks.loopback import Request, Server

_VERSION: Final = "/2018-06-01/runtime"
_REQUEST_ID: Final = "5f0c1d0e-0000-4000-8000-00000000b001"
_PATIENCE: Final = 900
"""Seconds. A process that is counted runs fifty times slower, on a machine that others may use as well."""
_UNTIL: Final = 4_000_000_000_000
"""The deadline of every event: far away, since a process that is counted runs slower than one that is not."""


class NoAnswerError(Exception):
    """The process reported an error, ended, or did not answer in time."""


class Ended(NamedTuple):
    """A process that answered all its events."""

    answers: list[bytes]
    usage: struct_rusage


def run(
    command: Sequence[str], environment: Mapping[str, str], folder: Path, events: Iterable[bytes], *, snap_start: bool
) -> Ended:
    """Start the command, give it the events, and end it when it asks for one more.

    With `snap_start`, the runtime runs its hooks as if a snapshot were taken after init and restored at once. Raises
    NoAnswerError.
    """
    with RuntimeApi(events).serving() as api:
        variables = {
            **environment,
            "AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start" if snap_start else "on-demand",
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{api.port}",
        }
        with subprocess.Popen(  # noqa: S603 - our own command
            command, env=variables, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        ) as process:
            is_done = _waited(api.done, process.pid)
            # `process.terminate()` would reap a process that has ended by itself.
            os.kill(process.pid, signal.SIGTERM)
            _, _, usage = os.wait4(process.pid, 0)
            process.returncode = 0
            said = process.stderr.read().decode() if process.stderr else ""
    if not is_done or api.error is not None:
        raise NoAnswerError((api.error or b"no answer").decode(), said)
    return Ended(api.answers, usage)


def _waited(done: Event, pid: int) -> bool:
    """Wait for an event, for as long as the process lives and there is patience; return whether it came."""
    for _ in range(_PATIENCE):
        if done.wait(1):
            return True
        if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            break
    return False


class RuntimeApi(Server):
    """Gives each event to whoever asks for the next one, and keeps the answers."""

    def __init__(self, events: Iterable[bytes]) -> None:
        """Listen on a port of its own. Each event is asked for when the answer to the one before is there."""
        super().__init__(("127.0.0.1", 0), _RuntimeRequest)
        self.events = iter(events)
        self.answers: list[bytes] = []
        self.error: bytes | None = None
        self.done = Event()


class _RuntimeRequest(Request):
    server: RuntimeApi

    def do_GET(self) -> None:
        """Let the process go on after its snapshot, or give the next event; after the last one, let it wait."""
        if self.path == f"{_VERSION}/restore/next":
            self.answer(200, b"")
            return
        event = next(self.server.events, None)
        if event is None:
            self.server.done.set()
            time.sleep(_PATIENCE)
            return
        headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": _REQUEST_ID,
            "Lambda-Runtime-Deadline-Ms": str(_UNTIL),
            "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:us-east-1:000000000000:function:measured:live",
        }
        self.answer(200, event, headers)

    def do_POST(self) -> None:
        """Take an answer, or the news that there is none."""
        body = self.body()
        if self.path == f"{_VERSION}/invocation/{_REQUEST_ID}/response":
            self.server.answers.append(body)
            self.answer(202, b"")
        else:
            self.server.error = body
            self.answer(202, b"")
            self.server.done.set()
