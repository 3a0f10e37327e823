"""How a version is released, and which alarms monitor it."""

import json
import re
from typing import Any

import pytest
from support.template import ROOT, STAGES, expanded, only, resources

ROLLBACK = ["ServerErrorsAlarm", "AuthorizerFailuresAlarm", "NewVersionErrorsAlarm"]
ALARMS = {*ROLLBACK, "EventsAlarm", "FunctionErrorsAlarm", "LatencyAlarm", "QuotaAlarm", "TableThrottlesAlarm"}
TRAFFIC = {"local": "AllAtOnce", "dev": "AllAtOnce"} | dict.fromkeys(["staging", "prod"], "Canary10Percent5Minutes")


def alarms(stage: str) -> dict[str, Any]:
    return resources(stage, "AWS::CloudWatch::Alarm")


@pytest.mark.parametrize("stage", STAGES)
def test_every_function_is_released_gradually_and_rolled_back_by_alarms(stage: str) -> None:
    groups = resources(stage, "AWS::CodeDeploy::DeploymentGroup")

    assert set(groups) == {f"{name}DeploymentGroup" for name in resources(stage, "AWS::Lambda::Function")}
    for group in groups.values():
        configuration = {"Fn::Sub": ["CodeDeployDefault.Lambda${ConfigName}", {"ConfigName": TRAFFIC[stage]}]}
        assert group["DeploymentConfigName"] == configuration
        condition, on, off = group["AlarmConfiguration"]["Fn::If"]
        assert (condition, on["Enabled"], off) == ("RollsBackOnAlarms", True, {})
        assert [alarm["Name"]["Ref"] for alarm in on["Alarms"]] == ROLLBACK
        assert group["AutoRollbackConfiguration"]["Enabled"] is True
        assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]
        assert group["ServiceRoleArn"] == {"Fn::GetAtt": ["DeploymentRole", "Arn"]}
    policy = "arn:${AWS::Partition}:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited"
    assert resources(stage, "AWS::IAM::Role")["DeploymentRole"]["ManagedPolicyArns"] == [{"Fn::Sub": policy}]


@pytest.mark.parametrize("stage", STAGES)
def test_alarms_notify_the_topic_ignore_missing_data_and_have_descriptions(stage: str) -> None:
    operations = (ROOT / "docs/operations.md").read_text(encoding="utf-8")

    assert set(alarms(stage)) == ALARMS
    for name, alarm in alarms(stage).items():
        assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "AlarmTopic"}], name
        assert alarm["TreatMissingData"] == "notBreaching"
        assert alarm["AlarmDescription"].endswith(".")
        assert f"`{name}`" in operations, "its meaning and what to do are explained there"


def measured(alarm: dict[str, Any]) -> dict[str, tuple[str, str, dict[str, Any], str, int]]:
    """The metrics of an alarm with an expression, by ID: namespace, name, dimensions, statistic and period."""
    return {
        one["Id"]: (
            one["MetricStat"]["Metric"]["Namespace"],
            one["MetricStat"]["Metric"]["MetricName"],
            {dimension["Name"]: dimension["Value"] for dimension in one["MetricStat"]["Metric"]["Dimensions"]},
            one["MetricStat"]["Stat"],
            one["MetricStat"]["Period"],
        )
        for one in alarm["Metrics"]
        if "MetricStat" in one
    }


def expressions(alarm: dict[str, Any]) -> dict[str, str]:
    """The expressions of an alarm, by ID."""
    found = {one["Id"]: one["Expression"] for one in alarm["Metrics"] if "Expression" in one}
    return {name: one["Fn::Sub"] if isinstance(one, dict) else one for name, one in found.items()}


@pytest.mark.parametrize("stage", STAGES)
def test_errors_are_those_of_the_alias_and_for_a_rollback_those_of_the_new_version(stage: str) -> None:
    for name in ("FunctionErrorsAlarm", "NewVersionErrorsAlarm"):
        assert expressions(alarms(stage)[name]) == {"errors": "registry + effective"}
        # Lambda reports an error when the invocation ends, for the minute in which it began.
        assert (alarms(stage)[name]["EvaluationPeriods"], alarms(stage)[name]["DatapointsToAlarm"]) == (5, 1)
        for metric, (*what, dimensions, statistic, period) in measured(alarms(stage)[name]).items():
            function = f"{metric.title()}Function"
            version = dimensions.pop("ExecutedVersion", None)
            assert (*what, statistic, period) == ("AWS/Lambda", "Errors", "Sum", 60)
            assert dimensions == {"FunctionName": {"Ref": function}, "Resource": {"Fn::Sub": f"${{{function}}}:live"}}
            if name == "NewVersionErrorsAlarm":
                logical_id, attribute = version["Fn::GetAtt"]
                assert attribute == "Version"
                assert resources(stage, "AWS::Lambda::Version")[logical_id]["FunctionName"] == {"Ref": function}
            else:
                assert version is None


@pytest.mark.parametrize(
    ("requests", "errors", "goes_off"),
    [(5, 5, True), (99, 5, True), (99, 4, False), (1, 1, False), (100, 1, False), (100, 2, True), (10_000, 100, False)],
)
def test_five_failures_trigger_the_alarm_in_a_quiet_stage_and_one_percent_in_a_busy_one(
    requests: int,
    errors: int,
    goes_off: bool,  # noqa: FBT001 - a case of the table
) -> None:
    alarm = alarms("prod")["ServerErrorsAlarm"]

    [ratio] = expressions(alarm).values()
    assert ratio == "IF(requests >= 100, 100 * errors / requests, IF(errors >= 5, 100, 0))"
    value = eval(re.sub(r"\bIF\b", "either", ratio), {"either": either, "requests": requests, "errors": errors})  # noqa: S307 - the template's own arithmetic
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", 1)
    assert (value > alarm["Threshold"]) is goes_off
    assert {(statistic, period) for *_, statistic, period in measured(alarm).values()} == {("Sum", 300)}
    # CloudWatch moves a window of several minutes every minute (User Guide, "Evaluating an alarm").
    assert (alarm["EvaluationPeriods"], alarm.get("DatapointsToAlarm", 1)) == (1, 1)


def either(condition: object, yes: float, no: float) -> float:
    """CloudWatch's IF."""
    return yes if condition else no


def test_an_alarm_triggers_before_a_limit_is_reached() -> None:
    alarm = alarms("prod")["QuotaAlarm"]
    metrics = measured(alarm)

    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", 80)
    assert expressions(alarm) == {
        "used": "MAX([used_reads, used_writes, used_authorizer, used_effective, used_registry])",
        "used_reads": "100 * reads / PERIOD(reads) / most_reads",
        "used_writes": "100 * writes / PERIOD(writes) / most_writes",
        "used_authorizer": "100 * authorizer / ${ReadConcurrency}",
        "used_effective": "100 * effective / ${ReadConcurrency}",
        "used_registry": "100 * registry / ${WriteConcurrency}",
    }
    assert [one["Id"] for one in alarm["Metrics"] if one.get("ReturnData", True)] == ["used"]
    table = {"TableName": {"Ref": "TableName"}}
    for name in ("Read", "Write"):
        consumed, most = metrics[f"{name.lower()}s"], metrics[f"most_{name.lower()}s"]
        assert consumed == ("AWS/DynamoDB", f"Consumed{name}CapacityUnits", table, "Sum", 300)
        assert most == ("AWS/DynamoDB", f"OnDemandMax{name}RequestUnits", table, "Maximum", 300)
    for name in ("authorizer", "effective", "registry"):
        function = {"FunctionName": {"Ref": f"{name.title()}Function"}}
        assert metrics[name] == ("AWS/Lambda", "ConcurrentExecutions", function, "Maximum", 300)


def test_an_alarm_reports_failed_deliveries_of_events_and_those_that_were_given_up() -> None:
    alarm = alarms("prod")["EventsAlarm"]

    # A metric without data would make the sum have none.
    assert expressions(alarm) == {"events": "FILL(failures, 0) + FILL(expiries, 0) + FILL(undelivered, 0)"}
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", 0)
    queue = {"QueueName": {"Fn::GetAtt": ["UndeliveredEvents", "QueueName"]}}
    assert measured(alarm) == {
        "failures": ("AWS/EventBridge/Pipes", "ExecutionFailed", {"PipeName": {"Ref": "EventPipe"}}, "Sum", 300),
        "expiries": ("AWS/EventBridge/Pipes", "ExecutionFailed", {"PipeName": {"Ref": "ExpiryPipe"}}, "Sum", 300),
        "undelivered": ("AWS/SQS", "ApproximateNumberOfMessagesVisible", queue, "Maximum", 300),
    }


@pytest.mark.parametrize("stage", STAGES)
def test_authorizer_failures_are_counted_in_the_access_log_because_refusals_are_errors_of_the_function(
    stage: str,
) -> None:
    written = only(stage, "AWS::Logs::MetricFilter")
    [metric] = written["MetricTransformations"]
    alarm = alarms(stage)["AuthorizerFailuresAlarm"]
    fields = json.loads(only(stage, "AWS::ApiGateway::Stage")["AccessLogSetting"]["Format"])

    assert written["LogGroupName"] == {"Ref": "AccessLogGroup"}
    asked = re.findall(r"\(\$\.(\w+) = \"(\w+)\"\)", written["FilterPattern"])
    assert asked == [("errorType", "AUTHORIZER_FAILURE"), ("errorType", "AUTHORIZER_CONFIGURATION_ERROR")]
    assert fields["errorType"] == "$context.error.responseType"
    assert (alarm["Namespace"], alarm["MetricName"]) == (metric["MetricNamespace"], metric["MetricName"])
    assert not any(
        one["Value"] == {"Ref": "AuthorizerFunction"}
        for alarm in alarms(stage).values()
        for one in alarm.get("Dimensions", [])
    )


@pytest.mark.parametrize("stage", STAGES)
def test_the_alarms_of_the_api_use_its_name_and_stage(stage: str) -> None:
    where = {
        "ApiName": only(stage, "AWS::ApiGateway::RestApi")["Name"],
        "Stage": only(stage, "AWS::ApiGateway::Stage")["StageName"],
    }
    watched = [alarms(stage)["LatencyAlarm"]["Dimensions"]]
    watched += [
        one["MetricStat"]["Metric"]["Dimensions"]
        for one in alarms(stage)["ServerErrorsAlarm"]["Metrics"]
        if "MetricStat" in one
    ]

    assert where == {"ApiName": {"Fn::Sub": "${AWS::StackName}"}, "Stage": "live"}
    assert len(watched) == 3
    for dimensions in watched:
        assert {one["Name"]: one["Value"] for one in dimensions} == {
            "ApiName": {"Ref": "AWS::StackName"},
            "Stage": "live",
        }


@pytest.mark.parametrize("stage", STAGES)
def test_the_dashboard_shows_every_alarm_except_those_of_a_release(stage: str) -> None:
    body, parts = only(stage, "AWS::CloudWatch::Dashboard")["DashboardBody"]["Fn::Sub"]
    condition, with_events, without = parts["EventsAlarmToo"]["Fn::If"]
    written = body.replace("${EventsAlarmToo}", with_events["Fn::Sub"])
    widgets = json.loads(written)["widgets"]
    [shown] = [widget["properties"]["alarms"] for widget in widgets if widget["type"] == "alarm"]

    assert (condition, without) == ("SendsEvents", "")
    assert json.loads(body.replace("${EventsAlarmToo}", without))
    assert {one.removeprefix("${").removesuffix(".Arn}") for one in shown} == ALARMS - {"NewVersionErrorsAlarm"}
    for name in re.findall(r"\$\{(\w+)(?:\.Arn)?\}", written):
        assert name in expanded(stage)["Resources"] or name in expanded(stage)["Parameters"]
