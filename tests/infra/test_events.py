"""The stream of the table and the pipes that send events. tests/integration/test_change_events.py tests the events."""

from typing import Any, Final

import pytest
from support.conditions import conditions
from support.template import REQUIRED, STAGES, parse, resources

PIPES: Final = {"EventPipe": "${AWS::StackName}-${Label}", "ExpiryPipe": "${AWS::StackName}-expiry-${Label}"}
"""The name of each pipe. AWS advises two readers of a stream at most."""


def pipe_of(stage: str, name: str) -> dict[str, Any]:
    pipes = resources(stage, "AWS::Pipes::Pipe")
    assert pipes.keys() == PIPES.keys()
    return pipes[name]


@pytest.mark.parametrize("name", PIPES)
@pytest.mark.parametrize("stage", STAGES)
def test_a_pipe_reads_the_stream_of_the_table_from_its_start(stage: str, name: str) -> None:
    table = parse("data.yaml")["Resources"]["Table"]["Properties"]
    pipe = pipe_of(stage, name)
    stream = pipe["SourceParameters"]["DynamoDBStreamParameters"]

    assert table["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert parse("data.yaml")["Outputs"]["TableStreamArn"]["Value"] == {"Fn::GetAtt": ["Table", "StreamArn"]}
    assert pipe["Source"] == {"Ref": "TableStreamArn"}
    assert pipe["RoleArn"] == {"Fn::GetAtt": ["EventPipeRole", "Arn"]}
    assert pipe.get("DesiredState", "RUNNING") == "RUNNING"
    assert stream["StartingPosition"] == "TRIM_HORIZON"
    # EventBridge User Guide, "Amazon EventBridge Pipes batching and concurrency": the most that an event bus takes.
    assert stream["BatchSize"] == 10


@pytest.mark.parametrize("name", PIPES)
@pytest.mark.parametrize("stage", STAGES)
def test_what_is_not_delivered_in_an_hour_goes_to_an_encrypted_queue_for_two_weeks(stage: str, name: str) -> None:
    stream = pipe_of(stage, name)["SourceParameters"]["DynamoDBStreamParameters"]

    assert stream["MaximumRecordAgeInSeconds"] == 3600
    assert stream["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": ["UndeliveredEvents", "Arn"]}}
    assert resources(stage, "AWS::SQS::Queue") == {
        "UndeliveredEvents": {"SqsManagedSseEnabled": True, "MessageRetentionPeriod": 14 * 24 * 3600}
    }


@pytest.mark.parametrize("name", PIPES)
def test_each_stream_has_pipes_of_its_own_because_a_pipe_cannot_change_its_source(name: str) -> None:
    expression, parts = pipe_of("prod", name)["Name"]["Fn::Sub"]
    label = evaluated(parts["Label"])

    assert expression == PIPES[name]
    assert label == "2026-01-31T12-00-00.123"
    whole = expression.replace("${AWS::StackName}", "connection-overrides-staging").replace("${Label}", label)
    assert len(whole) <= 64


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
