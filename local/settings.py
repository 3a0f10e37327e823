"""Settings and files of a local run."""

import json
import os
import signal
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Self

PROJECT: Final = Path(__file__).resolve().parent.parent
"""The root of the checkout."""

HOST: Final = "127.0.0.1"
"""The only address that servers listen on."""

AUDIENCE: Final = "connection-overrides"
"""The `aud` of the development issuer's tokens."""

DEFAULT_PORT: Final = 8080
"""The port of a run, by default."""

STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, `kill`, and closing the terminal."""

MAX_WORKERS: Final = 4
"""The maximum number of processes per function. More processes than cores would only slow each other down."""

CREDENTIALS: Final = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    "AWS_EC2_METADATA_DISABLED": "true",
}
"""Credentials for the emulator. They keep the SDK from looking for the developer's credentials, profiles and roles."""

THROTTLE: Final = 10_000
"""Requests per second. More than one machine can serve, so that load tests measure the service, not the limit."""


@dataclass(frozen=True, slots=True)
class StateFiles:
    """The files of a local run. `keys` and `logs` remain after it."""

    folder: Path

    @classmethod
    def of_run(cls, state_dir: Path, port: int) -> Self:
        """Return the files of the run on `port`: in `state_dir` for the default port, in a subfolder for any other.

        Only one run can listen on a port, so runs do not share folders.
        """
        return cls(state_dir if port == DEFAULT_PORT else state_dir / str(port))

    @property
    def run(self) -> Path:
        """The file that commands such as `make token` read. It exists only while the service is running."""
        return self.folder / "run.json"

    @property
    def keys(self) -> Path:
        """Private keys of the development issuer, one PEM file per key ID."""
        return self.folder / "keys"

    @property
    def logs(self) -> Path:
        """One file per function and one for the emulator. The next run on the same port replaces them."""
        return self.folder / "logs"

    @property
    def scratch(self) -> Path:
        """The emulator's temporary files, removed when the run ends."""
        return self.folder / "scratch"


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a local run.

    The sockets are inherited file descriptors that are already listening. `began` is a value of the monotonic clock. An
    empty `cors_origin` means that pages of other origins cannot call the service.
    """

    api_socket: int
    emulator_socket: int
    issuer_socket: int
    files: StateFiles
    workers: int
    verbose: bool
    demo: bool
    cors_origin: str
    began: float

    def to_json(self) -> str:
        """Return the settings as a command line argument."""
        return json.dumps({**asdict(self), "files": str(self.files.folder)})

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the settings from the result of `to_json`."""
        values = json.loads(text)
        return cls(**values | {"files": StateFiles(Path(values["files"]))})


def default_workers() -> int:
    """Return the number of concurrent requests: one per core that this process can use, at most `MAX_WORKERS`."""
    return min(MAX_WORKERS, os.process_cpu_count() or 1)
