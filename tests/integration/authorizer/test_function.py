"""The function as Lambda runs it: `functions/authorizer/app.py`, its environment, and an issuer on loopback."""

import importlib.util
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from local.events import issued
from local.issuer import signing_keys
from local.settings import AUDIENCE
from local.state import RunState
from support.events import GOOD, REASONS
from support.issuer import Issuer, event, rs256
from support.jwks_server import JwksServer, Request

_ROOT = Path(__file__).parents[3]
_APP = _ROOT / "functions" / "authorizer" / "app.py"
_EVENTS = {path.stem: path for path in sorted((_ROOT / "events" / "authorizer").glob("*.json"))}

type Handler = Callable[[Mapping[str, object], object], Mapping[str, Any]]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunState:
    """The state of a running service, which `make sam-invoke` uses."""
    return RunState(
        api_url="",
        issuer="http://127.0.0.1:36147",
        audience=AUDIENCE,
        jwks_url="",
        dynamodb_url="",
        table="",
        keys=signing_keys(tmp_path_factory.mktemp("keys")),
        pid=0,
    )


@pytest.fixture
def endpoint(issuer: Issuer, run: RunState) -> Iterator[JwksServer]:
    keys = [*issuer.jwks()["keys"], *(key.public_jwk() for key in run.keys)]
    server = JwksServer(lambda request: request.reply({"keys": keys}))
    yield server
    server.stop()


@pytest.fixture
def environment(
    endpoint: JwksServer, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> dict[str, str]:
    environment = {
        "STAGE": "local",
        "TOKEN_ISSUER": "https://issuer.example/",
        "TOKEN_AUDIENCE": "connection-overrides",
        "TOKEN_JWKS_URL": f"http://127.0.0.1:{endpoint.port}/jwks.json",
        "TOKEN_REQUIRE_AT_JWT": "false",
        "CALLER_KEY_PREFIX": "stack",
        # Loggers live as long as the process, one per service name, and keep their first output stream.
        "POWERTOOLS_SERVICE_NAME": request.node.name,
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return environment


@pytest.fixture
def load(environment: dict[str, str]) -> Callable[[], Handler]:  # noqa: ARG001 - set first
    """Load the function in the test itself: its logger keeps the current output stream."""
    return _load


@pytest.fixture
def load_local(load: Callable[[], Handler], run: RunState, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Handler]:
    """Load the function with the issuer of the running service."""
    monkeypatch.setenv("TOKEN_ISSUER", run.issuer)
    return load


def _load() -> Handler:
    """Load the entry point as a new execution environment does."""
    spec = importlib.util.spec_from_file_location("app", _APP)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    loaded: Handler = module.handler
    return loaded


def _good(issuer: Issuer) -> str:
    now = int(time.time())
    claims = issuer.claims(iat=now, nbf=now, exp=now + 300)
    return issuer.token(claims=claims)


def test_a_valid_token_is_allowed_and_one_line_is_logged_without_it(
    load: Callable[[], Handler], issuer: Issuer, capsys: pytest.CaptureFixture[str]
) -> None:
    token = _good(issuer)
    answer = load()(event(f"Bearer {token}"), None)
    assert answer["context"]["account"] == "account-1"
    assert answer["usageIdentifierKey"].startswith("stack-")
    output = capsys.readouterr().out
    [line] = [json.loads(line) for line in output.splitlines()]
    assert line == {
        **line,
        "level": "INFO",
        "message": "authorization decided",
        "request_id": "request-1",
        "outcome": "allowed",
        "account": "account-1",
    }
    for part in token.split("."):
        assert part not in output


@pytest.mark.parametrize(("name", "reason"), REASONS.items())
def test_an_event_is_refused_for_the_reason_in_its_file_name(
    load_local: Callable[[], Handler], run: RunState, capsys: pytest.CaptureFixture[str], name: str, reason: str
) -> None:
    with pytest.raises(Exception, match=r"^Unauthorized$") as refusal:
        load_local()(json.loads(issued(_EVENTS[name], run)), None)
    assert type(refusal.value) is Exception
    line = json.loads(capsys.readouterr().out)
    assert (line["outcome"], line["reason"]) == ("refused", reason)


def test_the_event_with_a_valid_token_is_allowed(load_local: Callable[[], Handler], run: RunState) -> None:
    answer = load_local()(json.loads(issued(_EVENTS[GOOD], run)), None)
    assert answer["context"]["account"] == "account-1"


def test_every_event_of_the_events_folder_is_tested() -> None:
    assert _EVENTS.keys() == {*REASONS, GOOD}


def test_a_hundred_concurrent_calls_cause_one_fetch(
    load: Callable[[], Handler], endpoint: JwksServer, issuer: Issuer
) -> None:
    handler, token = load(), event(f"Bearer {_good(issuer)}")
    with ThreadPoolExecutor(100) as threads:
        answers = [future.result() for future in [threads.submit(handler, token, None) for _ in range(100)]]
    assert {answer["principalId"] for answer in answers} == {"client-1"}
    assert len(endpoint.requests) == 1


def test_a_flood_of_unknown_keys_is_unauthorized_causes_one_fetch_and_blocks_no_valid_token(
    load: Callable[[], Handler], endpoint: JwksServer, issuer: Issuer
) -> None:
    handler, good = load(), event(f"Bearer {_good(issuer)}")
    for number in range(100):
        with pytest.raises(Exception, match=r"^Unauthorized$"):
            handler(event(f"Bearer {issuer.token(issuer.header(kid=f'unknown-{number}'))}"), None)
        assert handler(good, None)["principalId"] == "client-1"
    assert len(endpoint.requests) == 1


def test_a_flood_of_bad_signatures_is_unauthorized_causes_one_fetch_and_blocks_no_valid_token(
    load: Callable[[], Handler], endpoint: JwksServer, issuer: Issuer
) -> None:
    handler, good = load(), event(f"Bearer {_good(issuer)}")
    forged = event(f"Bearer {issuer.token(sign=rs256(issuer.stranger))}")
    for _ in range(100):
        with pytest.raises(Exception, match=r"^Unauthorized$"):
            handler(forged, None)
        assert handler(good, None)["principalId"] == "client-1"
    assert len(endpoint.requests) == 1


def test_while_the_issuer_fails_only_tokens_with_known_keys_are_decided(
    load: Callable[[], Handler], endpoint: JwksServer, issuer: Issuer
) -> None:
    working, good = endpoint.answer, event(f"Bearer {_good(issuer)}")

    def failing(request: Request) -> None:
        request.reply(b"", status=500)

    endpoint.answer = failing
    with pytest.raises(Exception, match=r"^status$"):
        load()(good, None)
    endpoint.answer = working
    handler = load()
    assert handler(good, None)["principalId"] == "client-1"
    endpoint.answer = failing
    assert handler(good, None)["principalId"] == "client-1"


@pytest.mark.parametrize(
    ("name", "value"),
    [("TOKEN_JWKS_URL", "http://issuer.example/"), ("TOKEN_ISSUER", ""), ("STAGE", "prod"), ("STAGE", "")],
)
def test_the_function_does_not_start_with_an_invalid_setting(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(Exception, match=rf"^({name}|TOKEN_JWKS_URL)\b"):
        _load()
    monkeypatch.setenv(name, environment[name])
    _load()


def test_an_import_loads_neither_boto3_nor_pydantic_and_fetches_no_keys(
    environment: dict[str, str], endpoint: JwksServer
) -> None:
    program = (
        "import importlib.util, sys\n"
        f"spec = importlib.util.spec_from_file_location('app', {str(_APP)!r})\n"
        "spec.loader.exec_module(importlib.util.module_from_spec(spec))\n"
        "print(sorted({'boto3', 'botocore.session', 'pydantic', 'aws_xray_sdk'} & sys.modules.keys()))\n"
    )
    loaded = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment
    )
    assert loaded.stdout == "[]\n"
    assert endpoint.requests == []
