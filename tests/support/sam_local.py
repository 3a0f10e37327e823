"""`sam local` as a server, with the logs of its functions."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import Queue
from threading import Thread
from typing import TextIO

from local import containers
from local.settings import PROJECT


@dataclass
class SamLocal:
    """A running server: its URL, and the lines that it and its functions have written since it started to listen."""

    address: str
    lines: Queue[str] = field(default_factory=Queue)

    def read(self, output: TextIO) -> None:
        for line in output:
            self.lines.put(line)


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return str(probe.getsockname()[1])


@contextmanager
def sam_local(line: list[str], port: str) -> Iterator[SamLocal]:
    """Run a command that serves with `sam local` on `port` until the context ends."""
    with subprocess.Popen(  # noqa: S603 - our own command
        line, env=containers.environment(), cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr
        server = SamLocal(f"http://127.0.0.1:{port}")
        # A pipe that is not read would fill up and block the process.
        reader = Thread(target=server.read, args=[process.stderr], daemon=True)
        output = ""
        try:
            for text in process.stderr:
                output += text
                if "Running on http" in text:
                    break
            else:
                raise AssertionError(output)
            reader.start()
            yield server
        finally:
            process.terminate()
            process.wait(timeout=60)
            reader.join(timeout=60)
