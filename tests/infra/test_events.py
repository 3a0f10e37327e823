"""The stream of the table and the pipe that sends events. tests/integration/test_change_events.py tests the events."""

from typing import Any

import pytest
from support.conditions import conditions
from support.template import REQUIRED, STAGES, only, parse, resources


@pytest.mark.parametrize("stage", STAGES)
def test_the_pipe_reads_the_stream_of_the_table_from_its_start(stage: str) -> None:
    table = parse("data.yaml")["Resources"]["Table"]["Properties"]
    pipe = only(stage, "AWS::Pipes::Pipe")
    stream = pipe["SourceParameters"]["DynamoDBStreamParameters"]

    assert table["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}
    assert parse("data.yaml")["Outputs"]["TableStreamArn"]["Value"] == {"Fn::GetAtt": ["Table", "StreamArn"]}
    assert pipe["Source"] == {"Ref": "TableStreamArn"}
    assert pipe["RoleArn"] == {"Fn::GetAtt": ["EventPipeRole", "Arn"]}
    assert pipe.get("DesiredState", "RUNNING") == "RUNNING"
    assert stream["StartingPosition"] == "TRIM_HORIZON"
    # EventBridge User Guide, "Amazon EventBridge Pipes batching and concurrency": the most that an event bus takes.
    assert stream["BatchSize"] == 10


@pytest.mark.parametrize("stage", STAGES)
def test_what_is_not_delivered_in_an_hour_goes_to_an_encrypted_queue_for_two_weeks(stage: str) -> None:
    stream = only(stage, "AWS::Pipes::Pipe")["SourceParameters"]["DynamoDBStreamParameters"]

    assert stream["MaximumRecordAgeInSeconds"] == 3600
    assert stream["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": ["UndeliveredEvents", "Arn"]}}
    assert resources(stage, "AWS::SQS::Queue") == {
        "UndeliveredEvents": {"SqsManagedSseEnabled": True, "MessageRetentionPeriod": 14 * 24 * 3600}
    }


def test_each_stream_has_a_pipe_of_its_own_because_a_pipe_cannot_change_its_source() -> None:
    name, parts = only("prod", "AWS::Pipes::Pipe")["Name"]["Fn::Sub"]
    label = evaluated(parts["Label"])

    assert name == "${AWS::StackName}-${Label}"
    assert label == "2026-01-31T12-00-00.123"
    assert len(f"connection-overrides-staging-{label}") <= 64


def evaluated(expression: Any) -> Any:
    """Return CloudFormation's value of an expression."""
    match expression:
        case {"Ref": name}:
            return REQUIRED[name]
        case {"Fn::Join": [separator, values]}:
            return separator.join(evaluated(values))
        case {"Fn::Split": [separator, text]}:
            return evaluated(text).split(separator)
        case {"Fn::Select": [index, values]}:
            return evaluated(values)[index]
    raise AssertionError(expression)


def test_without_an_event_bus_there_is_no_pipe() -> None:
    assert not conditions(EventBusName="")["SendsEvents"]
