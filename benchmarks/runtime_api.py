"""A Lambda Runtime API on loopback: one event for one new process, and the time until its answer is posted.

Source: AWS Lambda Developer Guide, "Using the Lambda runtime API for custom runtimes".
"""

import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import Final

from benchmarks.loopback import Request, Server

_VERSION: Final = "/2018-06-01/runtime"
_REQUEST_ID: Final = "5f0c1d0e-0000-4000-8000-00000000b001"
_PATIENCE: Final = 60
_TIMEOUT_MS: Final = 25_000


class NoAnswerError(Exception):
    """The process reported an error, ended, or did not answer in time."""


@dataclass(slots=True)
class Invocation:
    """The one event that a process gets, and what came of it."""

    event: bytes
    answer: bytes = b""
    answered_at: float = 0.0
    error: bytes | None = None
    done: Event = field(default_factory=Event)


class RuntimeApi(Server):
    """Gives the current invocation to whoever asks for the next one."""

    def __init__(self) -> None:
        """Listen on a port of its own."""
        super().__init__(("127.0.0.1", 0), _RuntimeRequest)
        self.invocation = Invocation(b"")

    def first_answer(
        self, command: Sequence[str], environment: Mapping[str, str], folder: str, event: bytes
    ) -> tuple[float, bytes]:
        """Start the command; return the seconds until its answer was posted, and the answer. Raises NoAnswerError."""
        self.invocation = Invocation(event)
        variables = {**environment, "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self.port}"}
        started_at = time.perf_counter()
        with subprocess.Popen(  # noqa: S603 - our own command
            command, env=variables, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        ) as process:
            is_done = self.invocation.done.wait(_PATIENCE)
            process.kill()
            _, said = process.communicate()
        if not is_done or self.invocation.error is not None:
            raise NoAnswerError((self.invocation.error or b"no answer").decode(), said.decode())
        return self.invocation.answered_at - started_at, self.invocation.answer


class _RuntimeRequest(Request):
    server: RuntimeApi

    def do_GET(self) -> None:
        """Give the event; a second one never comes."""
        invocation = self.server.invocation
        if invocation.answered_at:
            time.sleep(_PATIENCE)
            return
        deadline = int(time.time() * 1000) + _TIMEOUT_MS
        headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": _REQUEST_ID,
            "Lambda-Runtime-Deadline-Ms": str(deadline),
            "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:us-east-1:000000000000:function:measured:live",
        }
        self.answer(200, invocation.event, headers)

    def do_POST(self) -> None:
        """Take the answer, or the news that there is none."""
        now, body, invocation = time.perf_counter(), self.body(), self.server.invocation
        if self.path == f"{_VERSION}/invocation/{_REQUEST_ID}/response":
            invocation.answered_at, invocation.answer = now, body
        else:
            invocation.error = body
        self.answer(202, b"")
        invocation.done.set()
