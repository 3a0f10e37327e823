"""The functions log and count per request what benchmarks/cost.py calculates with."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from math import ceil
from typing import Any

import pytest
from benchmarks import cost
from benchmarks.cost import LINE_BYTES
from support.functions import Context, authorizing, started
from support.registry import EFFECTIVE, EFFECTIVES, OVERRIDE, OVERRIDES, PROJECT, override_body, without
from support.table import TABLE

REQUEST_ID = "79b4f56e-95b1-4643-9700-2807f4e68189"
SUBJECT = "auth0|5f7c8ec7c33c6c004bbafe82"
TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793"
REPORT = f"{PROJECT}/secret-references"

type Send = Callable[..., int]


@pytest.fixture
def send(project: str) -> Iterator[Send]:
    """Send a request to a function, which starts with its first one, and return the status of the response."""
    variables = {
        "POWERTOOLS_METRICS_NAMESPACE": "ConnectionOverrides/connection-overrides-prod",
        "_X_AMZN_TRACE_ID": TRACE,
    }
    names = {"projectId": project, "environmentName": "PROD", "connectionName": "Salesforce"}
    caller = {
        "principalId": SUBJECT,
        "account": "acme",
        "subject": SUBJECT,
        "scopes": "connections:read connections:write",
        "expiresAt": "4102444800",
    }
    with ExitStack() as stack:
        # A logger keeps the output stream of its creation, and a test has its own stream only while it runs.
        handler = cache(lambda name: stack.enter_context(started(name, **variables)))

        def send(function: str, method: str, resource: str, body: object = None, **headers: str) -> int:
            path = resource.format(**names)
            event = {
                "resource": resource,
                "path": path,
                "httpMethod": method,
                "headers": {"Content-Type": "application/json", **headers},
                "multiValueHeaders": {"Content-Type": ["application/json"]}
                | {name: [value] for name, value in headers.items()},
                "pathParameters": {name: value for name, value in names.items() if name in resource},
                "queryStringParameters": None,
                "multiValueQueryStringParameters": None,
                "requestContext": {"requestId": REQUEST_ID, "path": f"/live{path}", "authorizer": caller},
                "body": None if body is None else json.dumps(body),
                "isBase64Encoded": False,
            }
            return int(handler(function)(event, Context())["statusCode"])

        yield send


def enlarge(dynamodb: Any) -> None:
    """Set the project's counter to more connections than a report covers."""
    [state] = [row for row in dynamodb.scan(TableName=TABLE)["Items"] if "connectionCount" in row]
    dynamodb.put_item(TableName=TABLE, Item=state | {"connectionCount": {"N": "100000"}})


def rounded(line: str) -> int:
    return ceil(len(line) / 100) * 100


def test_a_response_logs_one_line_of_the_length_in_the_script_and_a_create_counts_one_metric(
    send: Send, capsys: pytest.CaptureFixture[str]
) -> None:
    assert send("registry", "POST", OVERRIDES, override_body()) == 201
    create, metric = capsys.readouterr().out.splitlines()
    assert send("effective", "GET", EFFECTIVE) == 200
    [answer] = capsys.readouterr().out.splitlines()

    assert rounded(create) == rounded(answer) == LINE_BYTES["answer"]
    assert rounded(metric) == LINE_BYTES["metric"]


def test_a_decision_of_the_authorizer_logs_one_line_of_the_length_in_the_script(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", TRACE)
    with authorizing() as authorize:
        authorize("acme", SUBJECT, REQUEST_ID)

    [decision] = capsys.readouterr().out.splitlines()
    assert rounded(decision) == LINE_BYTES["decision"]


def test_each_outcome_except_a_successful_read_is_one_metric_of_its_function(
    send: Send, dynamodb: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    metrics = set()

    def expect(status: int, function: str, method: str, resource: str, body: object = None, **headers: str) -> None:
        assert send(function, method, resource, body, **headers) == status
        _, *lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert len(lines) == (0 if (method, status) == ("GET", 200) else 1)
        for line in lines:
            [directive] = line["_aws"]["CloudWatchMetrics"]
            [metric] = directive["Metrics"]
            metrics.add((function, metric["Name"]))

    body, key = override_body(), {"Idempotency-Key": "k"}
    expect(201, "registry", "POST", OVERRIDES, body, **key)
    expect(201, "registry", "POST", OVERRIDES, body, **key)
    expect(409, "registry", "POST", OVERRIDES, body)
    expect(400, "registry", "POST", OVERRIDES, {})
    expect(200, "registry", "PUT", OVERRIDE, without(body, "environmentName", "connectionName"))
    expect(200, "registry", "GET", OVERRIDE)
    expect(200, "effective", "GET", EFFECTIVE)
    expect(204, "registry", "DELETE", OVERRIDE)
    expect(400, "effective", "GET", EFFECTIVES)
    enlarge(dynamodb)
    expect(409, "effective", "GET", REPORT)
    dynamodb.delete_table(TableName=TABLE)
    expect(500, "registry", "GET", OVERRIDE)
    expect(500, "effective", "GET", EFFECTIVE)

    assert len(metrics) == cost.OUTCOME_METRICS
