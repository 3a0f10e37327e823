"""What a local run can be told, and where it keeps its files."""

import json
import os
import signal
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Self

PROJECT: Final = Path(__file__).resolve().parent.parent
"""The checkout that is served."""

HOST: Final = "127.0.0.1"
"""Everything listens here and nowhere else."""

AUDIENCE: Final = "connection-overrides"
"""The `aud` of tokens of the development issuer."""

DEFAULT_PORT: Final = 8080
"""Where a run serves unless told otherwise."""

STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, `kill`, and the end of the terminal."""

MAX_WORKERS: Final = 4
"""Processes per function, at most: more than the machine has cores would only slow each other down."""

CREDENTIALS: Final = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    "AWS_EC2_METADATA_DISABLED": "true",
}
"""What the emulator knows its one account by. No key, no profile and no role of the developer's is looked for."""

THROTTLE: Final = 10_000
"""Requests per second: more than one machine serves, so that a load test measures the service and not the limit."""


@dataclass(frozen=True, slots=True)
class StateFiles:
    """The files of one local run; `keys` and `logs` outlive it."""

    folder: Path

    @classmethod
    def of_run(cls, state_dir: Path, port: int) -> Self:
        """Return the files of the run on `port`: in `state_dir` for the default port, in a subfolder for any other.

        A port is open once at a time, so no two runs share a folder.
        """
        return cls(state_dir if port == DEFAULT_PORT else state_dir / str(port))

    @property
    def run(self) -> Path:
        """What commands such as `make token` read; exists only while the service runs."""
        return self.folder / "run.json"

    @property
    def keys(self) -> Path:
        """Private keys of the development issuer, one PEM file per key id."""
        return self.folder / "keys"

    @property
    def logs(self) -> Path:
        """One file per function and one for the emulator, replaced by the next run on the same port."""
        return self.folder / "logs"

    @property
    def scratch(self) -> Path:
        """The emulator's temporary files, removed at the end of the run."""
        return self.folder / "scratch"


@dataclass(frozen=True, slots=True)
class Settings:
    """One local run.

    The sockets are open already and are inherited as file descriptors; `began` is a reading of the monotonic clock.
    While `cors_origin` is empty, no page of another origin may call the service.
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
        """Return the settings as one command line argument."""
        return json.dumps({**asdict(self), "files": str(self.files.folder)})

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the settings that `to_json` wrote."""
        values = json.loads(text)
        return cls(**values | {"files": StateFiles(Path(values["files"]))})


def default_workers() -> int:
    """Return how many requests run at a time: one per core that this process may use, at most `MAX_WORKERS`."""
    return min(MAX_WORKERS, os.process_cpu_count() or 1)
