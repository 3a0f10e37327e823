"""`sam local`: functions in containers, with the table and the issuer of the local run."""

import contextlib
import os
import platform
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import boto3
import docker
from docker.errors import DockerException, ImageNotFound, NotFound

from local import event_data
from local.relay import relayed
from local.settings import CREDENTIALS, HOST, PROJECT, STOP_SIGNALS
from local.stack import ARCHITECTURES
from local.state import RunState

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

SAM: Final = PROJECT / ".venv-sam" / "bin" / "sam"
TEMPLATE: Final = PROJECT / ".aws-sam" / "local" / "template.yaml"
"""Built by `make build-local` for this machine."""

HOST_SEEN_FROM_CONTAINERS: Final = "host.docker.internal"
ARCHITECTURE: Final = ARCHITECTURES[platform.machine()]
IMAGE: Final = f"public.ecr.aws/lambda/python:3.13-{ARCHITECTURE}"
BRIDGE: Final = "bridge"
"""The network of SAM CLI's containers."""


class NoEngineError(Exception):
    """No container engine is available."""

    def __init__(self, reason: DockerException) -> None:
        where = os.environ.get("DOCKER_HOST", "the default socket")
        super().__init__(f"no container engine is available at {where}; start one, or set DOCKER_HOST ({reason})")


@dataclass(frozen=True, slots=True)
class Engine:
    """A container engine: the address of this machine for its containers, and whether it has the image."""

    gateway: str | None
    has_image: bool


def engine() -> Engine:
    """Return the container engine at `DOCKER_HOST` or at the default socket.

    Raises:
        NoEngineError: there is none.

    """
    try:
        with contextlib.closing(docker.from_env()) as client:
            return Engine(gateway=_gateway(client), has_image=_has_image(client))
    except DockerException as error:
        raise NoEngineError(error) from None


@contextlib.contextmanager
def reachable(state: RunState) -> Iterator[None]:
    """Make the table and the issuer reachable from containers.

    Raises:
        NoEngineError: no container engine is available.

    """
    with relayed(engine().gateway, (_port(state.dynamodb_url), _port(state.jwks_url))):
        yield


def invoke(state: RunState, function: str, event: str) -> int:
    """Run a function with `sam local invoke` and return the exit code. `event` is JSON text.

    Raises:
        NoEngineError: no container engine is available.

    """
    return _run(state, "invoke", function, "--event", "-", stdin=event)


def start_api(state: RunState, port: int) -> int:
    """Serve the API with `sam local start-api` until a stop signal, and return the exit code.

    Raises:
        NoEngineError: no container engine is available.

    """
    return _run(state, "start-api", "--host", HOST, "--port", str(port), "--warm-containers", "EAGER")


def _run(state: RunState, command: str, *arguments: str, stdin: str | None = None) -> int:
    # In its own session, SAM CLI gets exactly one signal, whoever sends it, and can remove its containers.
    with (
        reachable(state),
        subprocess.Popen(  # noqa: S603  # our own command
            sam(state, command, *arguments),
            env=environment(),
            cwd=PROJECT,
            stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as process,
    ):
        for number in STOP_SIGNALS:
            signal.signal(number, lambda *_: process.terminate())
        process.communicate(stdin)
        return process.returncode


def sam(state: RunState, command: str, *arguments: str) -> list[str]:
    """Return the command line of `sam local <command>` for the table and the issuer of a running service.

    Raises:
        NoEngineError: no container engine is available.

    """
    parameters = {
        "Stage": "local",
        "Architecture": ARCHITECTURE,
        "TokenIssuer": state.issuer,
        "TokenAudience": state.audience,
        "TokenJwksUrl": _seen_from_containers(state.jwks_url),
        "TableName": state.table,
        "DynamoDbEndpoint": _seen_from_containers(state.dynamodb_url),
    }
    line = [str(SAM), "local", command, "--template-file", str(TEMPLATE), *arguments]
    # An existing image is used: it is pulled only once, and a machine without a network may have built its own.
    if engine().has_image:
        line.append("--skip-pull-image")
    return [*line, "--parameter-overrides", *(f"{name}={value}" for name, value in parameters.items())]


def environment() -> dict[str, str]:
    """Return the environment for SAM CLI, with the emulator's credentials and no profile."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "DOCKER_HOST", "LANG") if name in os.environ}
    return kept | CREDENTIALS | {"SAM_CLI_TELEMETRY": "0"}


def seed(state: RunState) -> None:
    """Create the data that events refer to, in the table of the running service."""
    event_data.create(table_client(state), state.table)


def table_client(state: RunState) -> "DynamoDBClient":
    """Return a client for the running service's DynamoDB."""
    session = boto3.Session(CREDENTIALS["AWS_ACCESS_KEY_ID"], CREDENTIALS["AWS_SECRET_ACCESS_KEY"])
    return session.client("dynamodb", CREDENTIALS["AWS_DEFAULT_REGION"], endpoint_url=state.dynamodb_url)


def _gateway(client: docker.DockerClient) -> str | None:
    try:
        return str(client.networks.get(BRIDGE).attrs["IPAM"]["Config"][0]["Gateway"])
    except (NotFound, LookupError, TypeError):
        return None


def _has_image(client: docker.DockerClient) -> bool:
    try:
        client.images.get(IMAGE)
    except ImageNotFound:
        return False
    return True


def _seen_from_containers(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=f"{HOST_SEEN_FROM_CONTAINERS}:{parts.port}").geturl()


def _port(url: str) -> int:
    return urlsplit(url).port or 0
