"""What is measured: each function as it is deployed, with the first event it gets, and what it is compared with."""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import boto3
from local import event_data
from local.issuer import JWKS_PATH, SigningKey, mint, signing_keys
from moto import mock_aws

from benchmarks.loopback import Request, Server
from benchmarks.runtime_api import RuntimeApi
from benchmarks.table import TABLE, Item, TableStandIn

ROOT: Final = Path(__file__).parents[1]
BUILT: Final = ROOT / ".aws-sam" / "local"
BENCH: Final = ROOT / ".aws-sam" / "bench"
RUNTIME: Final = BENCH / "bench" / "python"
"""Where AWS's runtime interface client is."""

_ISSUER: Final = "https://issuer.example"
_AUDIENCE: Final = "connection-overrides"
_REGION: Final = "us-east-1"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One function: its folder and its layers, its environment, its event, and a text that its answer must hold."""

    name: str
    code: Path
    layers: tuple[Path, ...]
    variables: Mapping[str, str]
    event: bytes
    expected: bytes

    def environment(self) -> dict[str, str]:
        """Return all the variables that its process has."""
        return {
            "AWS_ACCESS_KEY_ID": "measured",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
            "AWS_LAMBDA_FUNCTION_NAME": "measured",
            "AWS_LAMBDA_FUNCTION_VERSION": "1",
            "AWS_LAMBDA_LOG_FORMAT": "JSON",
            "AWS_REGION": _REGION,
            "AWS_DEFAULT_REGION": _REGION,
            "AWS_SECRET_ACCESS_KEY": "measured",
            "LAMBDA_TASK_ROOT": str(self.code),
            "LANG": "en_US.UTF-8",
            "PATH": os.defpath,
            "PYDANTIC_DISABLE_PLUGINS": "__all__",
            # As in Lambda, where packages lie on a file system that is read only.
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": os.pathsep.join(str(path) for path in (self.code, *self.layers, RUNTIME)),
            "STAGE": "local",
            **self.variables,
        }

    def first_answer(self, runtime_api: RuntimeApi) -> float:
        """Return the seconds from the start of a new process until its answer is posted.

        Raises AssertionError for another answer than the one expected.
        """
        command = (*interpreter(), "-m", "awslambdaric", "app.handler")
        seconds, answer = runtime_api.first_answer(command, self.environment(), str(self.code), self.event)
        if self.expected not in answer:
            raise AssertionError(f"{self.name}: {answer[:500]!r}")
        return seconds


@contextmanager
def candidates(folder: Path) -> Iterator[tuple[Candidate, ...]]:
    """Yield what is measured, the empty function first, while what they call answers. Keys are kept in the folder."""
    keys = signing_keys(folder)
    with ExitStack() as stack:
        table = stack.enter_context(TableStandIn(_items()).serving())
        jwks = stack.enter_context(_JwksEndpoint(keys).serving())
        ours = (BENCH / "opt" / "python",)
        on_table = {
            "AWS_ENDPOINT_URL_DYNAMODB": f"http://127.0.0.1:{table.port}",
            "CURSOR_KEY": "a key of the benchmark",
            "POWERTOOLS_METRICS_NAMESPACE": "ConnectionOverrides",
            "POWERTOOLS_SERVICE_NAME": "measured",
            "TABLE_NAME": TABLE,
        }
        trusted = {
            "POWERTOOLS_SERVICE_NAME": "measured",
            "TOKEN_ACCOUNT_CLAIM": "account_id",
            "TOKEN_AUDIENCE": _AUDIENCE,
            "TOKEN_ISSUER": _ISSUER,
            "TOKEN_JWKS_URL": f"http://127.0.0.1:{jwks.port}{JWKS_PATH}",
            "CALLER_KEY_PREFIX": "benchmark",
        }
        create = _event("registry/create-override")
        yield (
            Candidate("empty", BENCH / "empty", (), {}, create, b"204"),
            *(
                Candidate(
                    f"authorizer, {key.alg}", BUILT / "AuthorizerFunction", ours, trusted, _asking(key), b'"Allow"'
                )
                for key in keys
            ),
            Candidate("registry, create", BUILT / "RegistryFunction", ours, on_table, create, b'"statusCode": 201'),
            Candidate(
                "effective",
                BUILT / "EffectiveFunction",
                ours,
                on_table,
                _event("effective/get-effective-override"),
                b'"statusCode": 200',
            ),
            Candidate(
                "FastAPI, create",
                BENCH / "with_fastapi",
                (BENCH / "bench-fastapi" / "python",),
                on_table,
                create,
                b'"statusCode": 201',
            ),
        )


def interpreter() -> tuple[str, ...]:
    """Return this Python outside its virtual environment, as Lambda's has none.

    Nothing of this machine's or of the working folder's own is importable.
    """
    return str(Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"), "-s", "-P"


def _event(name: str) -> bytes:
    return (ROOT / "events" / f"{name}.json").read_bytes()


def _asking(key: SigningKey) -> bytes:
    """Return the event of the authorizer with a good token signed by that key."""
    token = mint(
        key, issuer=_ISSUER, audience=_AUDIENCE, account="acme", scopes="connections:read", subject="developer"
    )
    event: dict[str, Any] = json.loads(_event("authorizer/good-token-shape"))
    event["headers"] = {"Authorization": f"Bearer {token}"}
    event["multiValueHeaders"] = {"Authorization": [f"Bearer {token}"]}
    return json.dumps(event).encode()


def _items() -> list[Item]:
    """Return the rows that the events speak of, as the service itself writes them."""
    with mock_aws():
        client = boto3.client(
            "dynamodb",
            _REGION,
            aws_access_key_id="measured",
            aws_secret_access_key="measured",  # noqa: S106 - moto's
        )
        client.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        )
        event_data.create(client, TABLE)
        return list(client.scan(TableName=TABLE)["Items"])


class _JwksEndpoint(Server):
    def __init__(self, keys: tuple[SigningKey, ...]) -> None:
        super().__init__(("127.0.0.1", 0), _JwksRequest)
        self.body = json.dumps({"keys": [key.public_jwk() for key in keys]}).encode()


class _JwksRequest(Request):
    server: _JwksEndpoint

    def do_GET(self) -> None:
        """Answer with the keys."""
        self.answer(200, self.server.body, {"Content-Type": "application/json"})
