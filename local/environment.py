"""The environment of the service's process, built from scratch instead of inherited."""

from collections.abc import Mapping
from typing import Final

from local.settings import CREDENTIALS, HOST, StateFiles

_KEPT: Final = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TERM")
"""Variables that are inherited from the shell. No AWS_*, no proxies, no PYTHON*."""


def clean(inherited: Mapping[str, str], *, emulator_port: int, files: StateFiles) -> dict[str, str]:
    """Return the environment of the emulator and the functions.

    It contains none of the developer's credentials, profiles or proxies, and nothing is written outside the folder of
    `files`.
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
            "LAMBDA_WARM_TTL_SECONDS": str(7 * 24 * 3600),  # keeps an idle service warm
            "DOCKER_HOST": f"unix://{files.scratch}/no-docker.sock",  # the developer's Docker is not used
            "IOT_MTLS_ENABLED": "0",  # it would open another port
            "SFTP_ENABLED": "0",  # likewise
        }
    )
