"""The environment of the service's process, made from nothing rather than inherited."""

from collections.abc import Mapping
from typing import Final

from local.settings import CREDENTIALS, HOST, StateFiles

_KEPT: Final = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TERM")
"""What the developer's own shell may decide. No AWS_*, no proxy, no PYTHON*."""


def clean(inherited: Mapping[str, str], *, emulator_port: int, files: StateFiles) -> dict[str, str]:
    """Return the environment in which emulator and functions run.

    Neither credentials nor a profile of the developer can get in, no proxy stands between the processes, and nothing
    is written outside the folder of `files`.
    """
    kept = {name: inherited[name] for name in _KEPT if name in inherited}
    return (
        kept
        | CREDENTIALS
        | {
            "PYTHONUNBUFFERED": "1",
            "TMPDIR": str(files.scratch),
            # MiniStack's settings.
            "BIND_HOST": HOST,
            "GATEWAY_PORT": str(emulator_port),
            "LOG_LEVEL": "WARNING",
            "PERSIST_STATE": "0",
            "STATE_DIR": str(files.scratch / "state"),
            "S3_DATA_DIR": str(files.scratch / "s3"),
            "LAMBDA_EXECUTOR": "local",
            "LAMBDA_WARM_TTL_SECONDS": str(7 * 24 * 3600),  # an idle service stays warm
            "DOCKER_HOST": f"unix://{files.scratch}/no-docker.sock",  # nothing of the developer's Docker is looked at
            "IOT_MTLS_ENABLED": "0",  # it would open a port of its own
            "SFTP_ENABLED": "0",  # likewise
        }
    )
