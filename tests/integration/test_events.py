"""The real entry point, with the events that `sam local invoke` takes."""

import importlib.util
import json
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from local import event_data
from support.events import STATUSES
from support.registry import TABLE, Context

ROOT = Path(__file__).parents[2]
EVENTS = ROOT / "events"
FUNCTIONS = pytest.mark.parametrize("function", STATUSES)


@pytest.fixture
def load(dynamodb: Any, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Callable[[str], ModuleType]:
    """Load a function as Lambda does, on a table that holds what the events speak of."""
    for name, value in {
        "TABLE_NAME": TABLE,
        "CURSOR_KEY": "a key of the tests",
        # A logger lives as long as the process and keeps its stream; another service has another logger.
        "POWERTOOLS_SERVICE_NAME": request.node.name,
        "POWERTOOLS_METRICS_NAMESPACE": "ConnectionOverrides",
    }.items():
        monkeypatch.setenv(name, value)
    event_data.create(dynamodb, TABLE)

    def load(function: str) -> ModuleType:
        spec = importlib.util.spec_from_file_location(f"{function}_app", ROOT / "functions" / function / "app.py")
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


def read(function: str, name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / function / f"{name}.json").read_text(encoding="utf-8"))
    return event


@FUNCTIONS
def test_each_event_has_its_status(function: str) -> None:
    assert {path.stem for path in (EVENTS / function).glob("*.json")} == set(STATUSES[function])


@pytest.mark.parametrize(
    ("function", "name", "status"),
    [(function, name, status) for function, statuses in STATUSES.items() for name, status in statuses.items()],
)
def test_each_event_gets_its_answer_and_one_line_of_log(
    load: Callable[[str], ModuleType], capsys: pytest.CaptureFixture[str], function: str, name: str, status: int
) -> None:
    event = read(function, name)
    event["multiValueHeaders"]["Authorization"] = [event["headers"].setdefault("Authorization", "Bearer a-token")]

    result = load(function).handler(event, Context())

    assert result["statusCode"] == status, result
    request_id = event["requestContext"]["requestId"]
    assert result["headers"]["X-Request-Id"] == request_id
    has_body = status != 204 and event["httpMethod"] != "HEAD"
    assert bool(result["body"]) == has_body
    assert not has_body or json.loads(result["body"])
    output = capsys.readouterr().out
    secrets = re.findall(r'"(?:secretName|secretKey|credentialSecretName)": *"([^"]+)"', event["body"] or "")
    assert not [text for text in ("a-token", "dev-credentials", *secrets) if text in output]
    log, *metrics = [json.loads(line) for line in output.splitlines()]
    assert (log["message"], log["request_id"], log["status"]) == ("request", request_id, status)
    assert (log["route"], log["method"]) == (event["resource"], event["httpMethod"])
    done = {"PUT": "Replaced", "DELETE": "Deleted"}.get(event["httpMethod"])
    outcome = {200: done, 201: "Created", 204: done, 409: "Conflicted"}.get(status, "Refused")
    assert [metric.get(outcome) for metric in metrics] == ([] if outcome is None else [[1.0]])
    for metric in metrics:
        # Each combination of dimensions is billed as a metric of its own.
        assert metric["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["service"]]


def log_of(output: str) -> dict[str, Any]:
    """The first line that a function wrote."""
    line: dict[str, Any] = json.loads(output.splitlines()[0])
    return line


@pytest.mark.parametrize(
    ("function", "name", "caller"),
    [
        ("registry", "create-override", "developer"),
        ("registry", "delete-override", "developer"),
        ("registry", "create-override-that-exists", "developer"),
        ("registry", "refuse-unknown-field", "developer"),
        ("registry", "refuse-unknown-project", "developer"),
        ("registry", "refuse-missing-scope", "developer"),
        ("registry", "refuse-method", "developer"),
        ("effective", "get-effective-not-configured", "developer"),
        ("registry", "get-override", None),
        ("registry", "head-override", None),
        ("effective", "get-effective-override", None),
        ("registry", "refuse-without-caller", None),
        ("registry", "refuse-expired-caller", None),
        ("effective", "refuse-unknown-route", None),
        ("effective", "refuse-unknown-route-of-a-caller", "developer"),
    ],
)
def test_the_log_names_the_caller_of_writes_and_refusals_only(
    load: Callable[[str], ModuleType], capsys: pytest.CaptureFixture[str], function: str, name: str, caller: str | None
) -> None:
    load(function).handler(read(function, name), Context())

    assert log_of(capsys.readouterr().out).get("caller") == caller


def test_the_effective_function_answers_options_for_paths_of_the_registry_which_does_not(
    load: Callable[[str], ModuleType],
) -> None:
    preflight = read("effective", "preflight")

    answered, refused = (load(function).handler(preflight, Context()) for function in ("effective", "registry"))

    assert "environment-overrides" in preflight["resource"]
    assert (answered["statusCode"], answered["headers"]["Allow"]) == (204, "DELETE, GET, HEAD, OPTIONS, POST, PUT")
    assert refused["statusCode"] == 405


@FUNCTIONS
def test_every_operation_has_an_event(load: Callable[[str], ModuleType], function: str) -> None:
    asked = {
        (event["httpMethod"], event["resource"])
        for event in (json.loads(path.read_text(encoding="utf-8")) for path in (EVENTS / function).glob("*.json"))
    }

    routes = load(function).router().routes()

    assert {(method, resource) for resource, methods in routes.items() for method in methods} <= asked
