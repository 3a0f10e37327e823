"""The real entry points, with the events for `sam local invoke`."""

import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from support.conformance import document
from support.events import STATUSES
from support.registry import Context

ROOT = Path(__file__).parents[2]
EVENTS = ROOT / "events"
FUNCTIONS = pytest.mark.parametrize("function", STATUSES)


def read(function: str, name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / function / f"{name}.json").read_text(encoding="utf-8"))
    return event


@FUNCTIONS
def test_each_event_has_an_expected_status(function: str) -> None:
    assert {path.stem for path in (EVENTS / function).glob("*.json")} == set(STATUSES[function])


@pytest.mark.parametrize(
    ("function", "name", "status"),
    [(function, name, status) for function, statuses in STATUSES.items() for name, status in statuses.items()],
)
@pytest.mark.usefixtures("event_rows")
def test_each_event_gets_its_status_and_logs_one_line(
    functions: dict[str, ModuleType], capsys: pytest.CaptureFixture[str], function: str, name: str, status: int
) -> None:
    event = read(function, name)
    event["multiValueHeaders"]["Authorization"] = [event["headers"].setdefault("Authorization", "Bearer a-token")]

    result = functions[function].handler(event, Context())

    assert result["statusCode"] == status, result
    request_id = event["requestContext"]["requestId"]
    assert result["headers"]["X-Request-Id"] == request_id
    has_body = status != 204 and event["httpMethod"] != "HEAD"
    assert bool(result["body"]) == has_body
    assert not has_body or json.loads(result["body"])
    text = capsys.readouterr().out
    secrets = re.findall(r'"(?:secretName|secretKey|credentialSecretName)": *"([^"]+)"', event["body"] or "")
    assert not [secret for secret in ("a-token", "dev-credentials", *secrets) if secret in text]
    log, *metrics = [json.loads(line) for line in text.splitlines()]
    assert (log["message"], log["request_id"], log["status"]) == ("request", request_id, status)
    assert (log["route"], log["method"]) == (event["resource"], event["httpMethod"])
    done = {"PUT": "Replaced", "DELETE": "Deleted"}.get(event["httpMethod"])
    outcome = {200: done, 201: "Created", 204: done, 409: "Conflicted"}.get(status, "Refused")
    assert [metric.get(outcome) for metric in metrics] == ([] if outcome is None else [[1.0]])
    for metric in metrics:
        # Each combination of dimensions is billed as a separate metric.
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
@pytest.mark.usefixtures("event_rows")
def test_the_log_names_the_callers_of_writes_and_refusals_only(
    functions: dict[str, ModuleType], capsys: pytest.CaptureFixture[str], function: str, name: str, caller: str | None
) -> None:
    functions[function].handler(read(function, name), Context())

    assert log_of(capsys.readouterr().out).get("caller") == caller


def test_only_the_effective_function_answers_options_for_paths_of_the_registry(
    functions: dict[str, ModuleType],
) -> None:
    preflight = read("effective", "preflight")

    answered, refused = (functions[function].handler(preflight, Context()) for function in ("effective", "registry"))

    assert "environment-overrides" in preflight["resource"]
    assert (answered["statusCode"], answered["headers"]["Allow"]) == (204, "DELETE, GET, HEAD, OPTIONS, POST, PUT")
    assert refused["statusCode"] == 405


def test_every_operation_has_an_event() -> None:
    events = [json.loads(path.read_text(encoding="utf-8")) for path in EVENTS.glob("*/*.json")]

    operations = {(method.upper(), path) for path, methods in document()["paths"].items() for method in methods}

    assert len(operations) > 30
    assert operations <= {(event["httpMethod"], event["resource"]) for event in events if "httpMethod" in event}
