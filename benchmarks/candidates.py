"""What is measured: each function as it is deployed, with its hot event, and what it is compared with."""

import dataclasses
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from local.issuer import JWKS_PATH, SigningKey, mint, signing_keys

from benchmarks.certificates import certificate, trusted
from benchmarks.counting import Counter
from benchmarks.loopback import Request, Server
from benchmarks.requests import CREATE, CREATE_PROJECT, GET_EFFECTIVE, PROJECT, Call
from benchmarks.runtime_api import run
from benchmarks.table import TABLE, Table

ROOT: Final = Path(__file__).parents[1]
BUILT: Final = ROOT / ".aws-sam" / "local"
BENCH: Final = ROOT / ".aws-sam" / "bench"
RUNTIME: Final = BENCH / "bench" / "python"
"""Where AWS's runtime interface client is."""

_ISSUER: Final = "https://issuer.example"
_AUDIENCE: Final = "connection-overrides"
_REGION: Final = "us-east-1"
_CERTIFICATE: Final = "table.key"


class Build(NamedTuple):
    """A build of the service: folders of its functions, of its unpacked layers, and of its example events."""

    name: str
    functions: Path
    layers: Path
    events: Path

    def event(self, name: str) -> Any:  # noqa: ANN401 - JSON
        """Return an event of that build."""
        return json.loads((self.events / f"{name}.json").read_bytes())


NOW: Final = Build("now", BUILT, BENCH / "opt" / "python", ROOT / "events")
_OLD: Final = ROOT / ".aws-sam" / "bench-before"
BEFORE: Final = Build("before", _OLD / "functions", _OLD / "opt" / "python", _OLD / "source" / "events")


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
            # Otherwise each process would have its own order of sets, and its own collisions.
            "PYTHONHASHSEED": "0",
            "PYTHONPATH": os.pathsep.join(str(path) for path in (self.code, *self.layers, RUNTIME)),
            "STAGE": "local",
            **self.variables,
        }

    def answers(self, events: Iterable[bytes]) -> list[bytes]:
        """Return what a new process answers to those events. Raises NoAnswerError."""
        return run(
            (*interpreter(), "-m", "awslambdaric", "app.handler"),
            self.environment(),
            self.code,
            events,
            snap_start=False,
        ).answers

    def count(self, counter: Counter, events: int, *, snap_start: bool = False) -> float:
        """Return what a new process takes until it has answered its event that many times.

        Raises NoAnswerError, and AssertionError for another answer than the one expected.
        """
        count, answers = counter.count(
            (*interpreter(), "-m", "awslambdaric", "app.handler"),
            self.environment(),
            self.code,
            [self.event] * events,
            snap_start=snap_start,
        )
        for answer in answers:
            self.check(answer)
        return count

    def check(self, answer: bytes) -> None:
        """Raise AssertionError for another answer than the one expected."""
        if self.expected not in answer:
            raise AssertionError(f"{self.name}: {answer[:500]!r}")


class Service:
    """A build with a table of its own, which holds a project that it made by itself."""

    def __init__(self, build: Build, table: Table, keys: Path) -> None:
        """Make the project. Raises AssertionError if a request is not answered as expected."""
        self.build = build
        self.table = table
        self.variables = _on(table, build.layers, keys)
        self.project_id = ""
        [created] = self.send([CREATE_PROJECT])
        self.project_id = created["projectId"]
        self.send(PROJECT)

    def candidate(self, call: Call) -> Candidate:
        """Return the function of that call, with its event."""
        return Candidate(
            f"{call.function}, {self.build.name}",
            self.build.functions / f"{call.function.title()}Function",
            (self.build.layers,),
            self.variables,
            call.event(self.build.event("registry/create-override"), self.project_id),
            f'"statusCode": {call.status}'.encode(),
        )

    def send(self, calls: Sequence[Call]) -> list[Any]:
        """Send requests to one function, and return the bodies of its answers."""
        each = [self.candidate(call) for call in calls]
        answers = each[0].answers([candidate.event for candidate in each])
        for candidate, answer in zip(each, answers, strict=True):
            candidate.check(answer)
        return [json.loads(json.loads(answer)["body"] or "null") for answer in answers]


@contextmanager
def services(keys: Path, *builds: Build) -> Iterator[list[Service]]:
    """Yield a service of each build, with a table of its own. Keys are kept in the folder."""
    tls = certificate(keys / _CERTIFICATE)
    with ExitStack() as stack:
        yield [
            Service(build, stack.enter_context(Table.emulated(f"{TABLE}-{number}", tls)), keys)
            for number, build in enumerate(builds)
        ]


@contextmanager
def candidates(keys: Path, measured: Sequence[Service]) -> Iterator[dict[str, Candidate]]:
    """Yield what is measured, by name, while what it calls answers. Keys are kept in the folder.

    The tables keep no write from now on, so that each process finds the same.
    """
    key = next(key for key in signing_keys(keys) if key.alg == "RS256")
    create = measured[0].candidate(CREATE)
    tls = certificate(keys / _CERTIFICATE)
    fastapi = BENCH / "bench-fastapi" / "python"
    with _JwksEndpoint(key).serving() as jwks, Table.emulated("measured-fastapi", tls) as table:
        for parent in ("E/PROD", "C/Salesforce"):
            table.put({"pk": {"S": f"acme/{measured[0].project_id}"}, "sk": {"S": parent}, **_ATTRIBUTES})
        for one in (table, *(service.table for service in measured)):
            one.keeps_writes = False
        each = [
            Candidate("empty", BENCH / "empty", (), {}, create.event, b"204"),
            dataclasses.replace(
                create,
                name="FastAPI",
                code=BENCH / "with_fastapi",
                layers=(fastapi,),
                variables=_on(table, fastapi, keys),
            ),
        ]
        for service in measured:
            each += [service.candidate(CREATE), service.candidate(GET_EFFECTIVE), _authorizer(service.build, key, jwks)]
        yield {candidate.name: candidate for candidate in each}


_ATTRIBUTES: Final = {
    "createdBy": {"S": "developer"},
    "createdDate": {"S": "2026-01-31T12:00:00.000Z"},
    "name": {"S": "a name"},
    "overrideCount": {"N": "1"},
    "projectId": {"S": "3f2b8c1e-7a44-4d0c-9a5e-0c6f5b1d2e3a"},
    "revision": {"N": "1"},
    "updatedBy": {"S": "developer"},
    "updatedDate": {"S": "2026-01-31T12:00:00.000Z"},
    "writeId": {"S": "0" * 32},
}
"""Of the parents that FastAPI's create reads. The rows of ours have as many."""


def interpreter() -> tuple[str, ...]:
    """Return this Python outside its virtual environment, as Lambda's has none.

    Nothing of this machine's or of the working folder's own is importable.
    """
    return str(Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"), "-s", "-P"


def _on(table: Table, layers: Path, keys: Path) -> dict[str, str]:
    """Return what a function gets to know of its table. It trusts all that its own botocore trusts, and the table."""
    bundle = keys / f"{table.name}.pem"
    trusted(keys / _CERTIFICATE, layers / "botocore" / "cacert.pem", bundle)
    return {
        "AWS_CA_BUNDLE": str(bundle),
        "AWS_ENDPOINT_URL_DYNAMODB": f"https://127.0.0.1:{table.port}",
        "CURSOR_KEY": "a key of the benchmark",
        "HISTORY_DAYS": "400",
        "POWERTOOLS_METRICS_NAMESPACE": "ConnectionOverrides",
        "POWERTOOLS_SERVICE_NAME": "measured",
        "TABLE_NAME": table.name,
    }


def _authorizer(build: Build, key: SigningKey, jwks: "_JwksEndpoint") -> Candidate:
    """Return the authorizer, asked with a good token. The issuer's keys are fetched from loopback."""
    token = mint(
        key, issuer=_ISSUER, audience=_AUDIENCE, account="acme", scopes="connections:read", subject="developer"
    )
    event = build.event("authorizer/good-token-shape")
    event["headers"] = {"Authorization": f"Bearer {token}"}
    event["multiValueHeaders"] = {"Authorization": [f"Bearer {token}"]}
    variables = {
        "CALLER_KEY_PREFIX": "benchmark",
        "POWERTOOLS_SERVICE_NAME": "measured",
        "TOKEN_ACCOUNT_CLAIM": "account_id",
        "TOKEN_AUDIENCE": _AUDIENCE,
        "TOKEN_ISSUER": _ISSUER,
        "TOKEN_JWKS_URL": f"http://127.0.0.1:{jwks.port}{JWKS_PATH}",
    }
    code, layers = build.functions / "AuthorizerFunction", (build.layers,)
    return Candidate(f"authorizer, {build.name}", code, layers, variables, json.dumps(event).encode(), b'"Allow"')


class _JwksEndpoint(Server):
    def __init__(self, key: SigningKey) -> None:
        super().__init__(("127.0.0.1", 0), _JwksRequest)
        self.body = json.dumps({"keys": [key.public_jwk()]}).encode()


class _JwksRequest(Request):
    server: _JwksEndpoint

    def do_GET(self) -> None:
        """Answer with the keys."""
        self.answer(200, self.server.body, {"Content-Type": "application/json"})
