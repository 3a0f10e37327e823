"""The costs in docs/operations.md are those of the script, and its counts are those of the template.

tests/integration/test_log_lines.py compares the functions' lines and metrics with the script.
"""

import json
import re
from math import ceil
from typing import Any, Final

import pytest
from benchmarks import cost
from benchmarks.cost import LINE_BYTES, PROD, SECTION, Assumptions, Prices, costs, render
from support.template import parse

TEMPLATE: Final = parse()
REQUEST_ID: Final = "79b4f56e-95b1-4643-9700-2807f4e68189"
TRACE_ID: Final = "1-5759e988-bd862e3fe1be46a994272793"
ROUTE: Final = "/v1/projects/{projectId}/connections/effective/{environmentName}/{connectionName}"
CONTEXT: Final = {
    "$context.requestId": REQUEST_ID,
    "$context.xrayTraceId": TRACE_ID,
    "$context.requestTimeEpoch": "1769860800123",
    "$context.resourcePath": ROUTE,
    "$context.identity.sourceIp": "203.0.113.178",
    "$context.authorizer.principalId": "auth0|5f7c8ec7c33c6c004bbafe82",
}
"""The long values of a request. All others are a short number or word."""

# Lambda's own log lines of an invocation at INFO (Developer Guide, "Lambda Telemetry API Event schema reference").
PLATFORM_LINES: Final = (
    {
        "time": "2026-01-31T12:00:00.123Z",
        "type": "platform.start",
        "record": {
            "requestId": REQUEST_ID,
            "functionArn": f"arn:aws:lambda:us-east-1:123456789012:function:{'x' * 64}",
            "version": "42",
        },
    },
    {
        "time": "2026-01-31T12:00:00.123Z",
        "type": "platform.report",
        "record": {
            "requestId": REQUEST_ID,
            "metrics": {"durationMs": 14.123, "billedDurationMs": 15, "memorySizeMB": 1024, "maxMemoryUsedMB": 123},
            "tracing": {
                "spanId": "12345678-1234-4123-8123-123456789012",
                "type": "X-Amzn-Trace-Id",
                "value": f"Root={TRACE_ID};Parent=53995c3f42cd8ad8;Sampled=1",
            },
            "status": "success",
        },
    },
)


def rounded(lines: str) -> int:
    return ceil(len(lines) / 100) * 100


def test_the_document_contains_the_output_of_the_script() -> None:
    assert SECTION.current() == render()


def test_memory_retention_methods_and_alarms_are_those_of_the_template() -> None:
    resources = TEMPLATE["Resources"]

    def of_type(resource_type: str) -> dict[str, Any]:
        return {name: one["Properties"] for name, one in resources.items() if one["Type"] == resource_type}

    functions = of_type("AWS::Serverless::Function")
    memory = {name.removesuffix("Function").lower(): one["MemorySize"] / 1024 for name, one in functions.items()}
    assert memory == cost.MEMORY_GB
    assert TEMPLATE["Parameters"]["LogRetentionDays"]["Default"] == cost.LOG_DAYS
    assert TEMPLATE["Parameters"]["HistoryDays"]["Default"] == cost.HISTORY_DAYS
    [api] = of_type("AWS::Serverless::Api").values()
    assert sum(map(len, api["DefinitionBody"]["paths"].values())) == cost.METHODS
    assert len(of_type("AWS::Logs::MetricFilter")) == cost.FILTER_METRICS
    alarms = of_type("AWS::CloudWatch::Alarm").values()
    watched = [sum("MetricStat" in metric for metric in alarm.get("Metrics", ())) or 1 for alarm in alarms]
    assert sum(watched) == cost.ALARM_METRICS


def test_a_line_of_the_access_log_is_as_long_as_in_the_script() -> None:
    written = TEMPLATE["Resources"]["Api"]["Properties"]["AccessLogSetting"]["Format"]
    line = re.sub(r"\$context[.\w]+", lambda name: CONTEXT.get(name[0], "200"), written)

    assert json.loads(line)["requestId"] == REQUEST_ID
    assert rounded(line) == LINE_BYTES["access"]


def test_log_lines_of_lambda_are_as_long_as_in_the_script() -> None:
    lines = [json.dumps(line, separators=(",", ":")) for line in PLATFORM_LINES]

    assert rounded("".join(lines)) == LINE_BYTES["platform"]


def test_twice_the_calls_cost_twice_as_much_where_each_call_is_charged() -> None:
    once = {name: dollars for name, _, dollars in costs(Prices(), PROD)}
    given = Assumptions(creates=2 * PROD.creates, reads=2 * PROD.reads)
    twice = {name: dollars for name, _, dollars in costs(Prices(), given)}

    assert {name for name in once if twice[name] != pytest.approx(2 * once[name])} == {
        "SnapStart, snapshots",
        "DynamoDB, storage and point-in-time recovery",
        "DynamoDB, reads of the stream",
        "Metrics, the service's own",
        "Metrics, API Gateway's for each method",
        "Alarms",
        "Dashboard and key",
    }
