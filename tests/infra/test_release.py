"""How a version is released, and what watches it."""

import json
import re
from typing import Any

import pytest
from support.template import ROOT, STAGES, expanded, only, resources

ON_THE_ALIAS = {"RegistryErrorsAlarm": "RegistryFunction", "EffectiveErrorsAlarm": "EffectiveFunction"}
ON_THE_NEW_VERSION = {f"New{name}": function for name, function in ON_THE_ALIAS.items()}
ROLLBACK = ["ServerErrorsAlarm", "AuthorizerFailuresAlarm", *ON_THE_NEW_VERSION]
TRAFFIC = {"local": "AllAtOnce", "dev": "AllAtOnce"} | dict.fromkeys(["staging", "prod"], "Canary10Percent5Minutes")


def alarms(stage: str) -> dict[str, Any]:
    return resources(stage, "AWS::CloudWatch::Alarm")


@pytest.mark.parametrize("stage", STAGES)
def test_every_function_is_released_by_steps_and_rolled_back_by_alarms(stage: str) -> None:
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
def test_alarms_are_told_are_quiet_without_data_and_say_what_they_mean(stage: str) -> None:
    operations = (ROOT / "docs/operations.md").read_text(encoding="utf-8")

    assert set(alarms(stage)) == {*ROLLBACK, *ON_THE_ALIAS, "LatencyAlarm", "TableThrottlesAlarm"}
    for name, alarm in alarms(stage).items():
        assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "AlarmTopic"}], name
        assert alarm["TreatMissingData"] == "notBreaching"
        assert alarm["AlarmDescription"].endswith(".")
        assert f"`{name}`" in operations, "what it means and what to do is told there"


@pytest.mark.parametrize("stage", STAGES)
def test_errors_are_those_of_the_alias_and_for_a_rollback_those_of_the_new_version(stage: str) -> None:
    for name, function in (ON_THE_ALIAS | ON_THE_NEW_VERSION).items():
        alarm = alarms(stage)[name]
        dimensions = {one["Name"]: one["Value"] for one in alarm["Dimensions"]}
        version = dimensions.pop("ExecutedVersion", None)
        assert (alarm["Namespace"], alarm["MetricName"], alarm["Statistic"]) == ("AWS/Lambda", "Errors", "Sum")
        assert dimensions == {"FunctionName": {"Ref": function}, "Resource": {"Fn::Sub": f"${{{function}}}:live"}}
        if name in ON_THE_NEW_VERSION:
            logical_id, attribute = version["Fn::GetAtt"]
            assert attribute == "Version"
            assert resources(stage, "AWS::Lambda::Version")[logical_id]["FunctionName"] == {"Ref": function}
        else:
            assert version is None


@pytest.mark.parametrize("stage", STAGES)
def test_the_authorizer_is_judged_by_the_access_log_since_a_refusal_counts_as_its_error(stage: str) -> None:
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
def test_the_api_is_watched_under_the_name_and_the_stage_that_it_has(stage: str) -> None:
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
def test_the_dashboard_shows_every_alarm_but_those_of_a_release(stage: str) -> None:
    written = only(stage, "AWS::CloudWatch::Dashboard")["DashboardBody"]["Fn::Sub"]
    widgets = json.loads(written)["widgets"]
    [shown] = [widget["properties"]["alarms"] for widget in widgets if widget["type"] == "alarm"]

    assert {one.removeprefix("${").removesuffix(".Arn}") for one in shown} == set(alarms(stage)) - set(
        ON_THE_NEW_VERSION
    )
    for name in re.findall(r"\$\{(\w+)(?:\.Arn)?\}", written):
        assert name in expanded(stage)["Resources"]
