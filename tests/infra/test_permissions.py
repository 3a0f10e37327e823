"""Permissions: roles, the key and the topic."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from support.template import STAGES, expanded, only, parse, resources

LOGS = {"logs:CreateLogStream", "logs:PutLogEvents"}
READS_ENCRYPTED = {"kms:Decrypt", "kms:DescribeKey"}
WRITES_ENCRYPTED = READS_ENCRYPTED | {
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
}
"""DynamoDB's use of a key on behalf of its caller (Developer Guide, "DynamoDB encryption at rest: usage notes")."""

TABLE = {"Fn::Sub": "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName}"}

MANAGED = "arn:${AWS::Partition}:iam::aws:policy/"


def statements(role: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for policy in role.get("Policies", []) for one in policy["PolicyDocument"]["Statement"]]


def documents(stage: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every statement of every policy of both templates."""
    for name, resource in [*expanded(stage)["Resources"].items(), *parse("data.yaml")["Resources"].items()]:
        properties = resource.get("Properties", {})
        for one in statements(properties):
            yield name, one
        for member in ("AssumeRolePolicyDocument", "KeyPolicy", "PolicyDocument"):
            for one in properties.get(member, {}).get("Statement", []):
                yield name, one


@pytest.mark.parametrize("stage", STAGES)
def test_each_role_can_log_and_use_the_key_as_its_function_does(stage: str) -> None:
    """Its permissions on the table are derived from the function's requests, in tests/integration."""
    roles = resources(stage, "AWS::IAM::Role")
    used = {
        "AuthorizerRole": set[str](),
        "EffectiveRole": READS_ENCRYPTED,
        "RegistryRole": WRITES_ENCRYPTED,
    }

    assert set(roles) == {*used, "DeploymentRole", "EventPipeRole"}
    for name, of_the_key in used.items():
        allowed = {(json.dumps(one["Resource"]), action) for one in statements(roles[name]) for action in one["Action"]}
        logs = json.dumps({"Fn::GetAtt": [name.replace("Role", "LogGroup"), "Arn"]})
        key, table = json.dumps({"Ref": "KeyArn"}), json.dumps(TABLE)
        assert {action for resource, action in allowed if resource == logs} == LOGS
        assert {action for resource, action in allowed if resource == key} == of_the_key
        assert {resource for resource, _ in allowed} <= {logs, key, table}
        assert roles[name]["ManagedPolicyArns"] == [{"Fn::Sub": MANAGED + "AWSXRayDaemonWriteAccess"}]
    for name, function in resources(stage, "AWS::Lambda::Function").items():
        assert function["Role"] == {"Fn::GetAtt": [name.replace("Function", "Role"), "Arn"]}


@pytest.mark.parametrize("stage", STAGES)
def test_the_pipe_can_only_read_the_stream_and_send_to_the_bus_and_its_queue(stage: str) -> None:
    role = resources(stage, "AWS::IAM::Role")["EventPipeRole"]
    [trusted] = role["AssumeRolePolicyDocument"]["Statement"]
    bus = "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/${EventBusName}"
    pipes = "arn:${AWS::Partition}:pipes:${AWS::Region}:${AWS::AccountId}:pipe/${AWS::StackName}-*"

    assert {json.dumps(one["Resource"]): set(one["Action"]) for one in statements(role)} == {
        # EventBridge User Guide, "Amazon DynamoDB stream as a source for EventBridge Pipes".
        json.dumps({"Ref": "TableStreamArn"}): {
            "dynamodb:DescribeStream",
            "dynamodb:GetRecords",
            "dynamodb:GetShardIterator",
            "dynamodb:ListStreams",
        },
        json.dumps({"Ref": "KeyArn"}): READS_ENCRYPTED,
        json.dumps({"Fn::Sub": bus}): {"events:PutEvents"},
        json.dumps({"Fn::GetAtt": ["UndeliveredEvents", "Arn"]}): {"sqs:SendMessage"},
    }
    assert trusted["Principal"] == {"Service": "pipes.amazonaws.com"}
    assert trusted["Condition"] == {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
        "ArnLike": {"aws:SourceArn": {"Fn::Sub": pipes}},
    }
    assert "ManagedPolicyArns" not in role


@pytest.mark.parametrize("stage", STAGES)
def test_roles_use_the_key_only_through_the_table(stage: str) -> None:
    on_the_key = [
        one
        for role in resources(stage, "AWS::IAM::Role").values()
        for one in statements(role)
        if one["Resource"] == {"Ref": "KeyArn"}
    ]

    assert on_the_key
    for one in on_the_key:
        through = {"kms:ViaService": {"Fn::Sub": "dynamodb.${AWS::Region}.${AWS::URLSuffix}"}}
        assert one["Condition"] == {"StringEquals": through}


@pytest.mark.parametrize("stage", STAGES)
def test_no_policy_allows_everything(stage: str) -> None:
    found = list(documents(stage))

    assert len(found) > len(resources(stage, "AWS::IAM::Role"))
    for name, one in found:
        assert "*" not in json.dumps([one["Action"], one.get("Principal", "")]), name
        # A key's own policy can refer to the key only as `*`.
        assert name == "Key" or "*" not in json.dumps(one.get("Resource", "")), name


@pytest.mark.parametrize("stage", STAGES)
def test_the_permissions_boundary_applies_to_every_role(stage: str) -> None:
    boundary = {"Fn::If": ["HasPermissionsBoundary", {"Ref": "PermissionsBoundaryArn"}, {"Ref": "AWS::NoValue"}]}
    roles = [*resources(stage, "AWS::IAM::Role").values(), parse("data.yaml")["Resources"]["BackupRole"]["Properties"]]

    assert [role["PermissionsBoundary"] for role in roles] == [boundary] * 6


def alarms_of(stack_name: str) -> dict[str, Any]:
    """The condition that is true only for alarms of a stack of this account."""
    source = "arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:${" + stack_name + "}-*"
    return {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
        "ArnLike": {"aws:SourceArn": {"Fn::Sub": source}},
    }


def test_the_key_is_rotated_retained_and_used_only_by_table_backups_logs_and_alarms() -> None:
    resource = parse("data.yaml")["Resources"]["Key"]
    properties = resource["Properties"]
    who = {
        one["Sid"]: (one["Principal"], one.get("Condition"), "kms:Decrypt" in one["Action"])
        for one in properties["KeyPolicy"]["Statement"]
    }
    services = ["backup", "dynamodb", "sns"]
    via = [{"Fn::Sub": f"{service}.${{AWS::Region}}.${{AWS::URLSuffix}}"} for service in services]
    through: dict[str, Any] = {"StringEquals": {"kms:ViaService": via}}
    account = {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}}
    logs = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${ServiceStackName}-*"

    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")
    assert (properties["EnableKeyRotation"], properties["PendingWindowInDays"]) == (True, 30)
    assert who == {
        "TheAccountManagesIt": (account, None, False),
        "TheAccountUsesItThroughServices": (account, through, True),
        "ServicesKeepGrants": (account, through | {"Bool": {"kms:GrantIsForAWSResource": "true"}}, False),
        "LogsOfTheServiceAreEncrypted": (
            {"Service": {"Fn::Sub": "logs.${AWS::Region}.${AWS::URLSuffix}"}},
            {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": {"Fn::Sub": logs}}},
            True,
        ),
        "AlarmsOfTheServiceReachTheirTopic": (
            {"Service": "cloudwatch.amazonaws.com"},
            alarms_of("ServiceStackName"),
            True,
        ),
    }


@pytest.mark.parametrize("stage", STAGES)
def test_only_alarms_of_this_stack_reach_the_topic(stage: str) -> None:
    statement, in_the_clear = only(stage, "AWS::SNS::TopicPolicy")["PolicyDocument"]["Statement"]

    assert only(stage, "AWS::SNS::Topic")["KmsMasterKeyId"] == {"Ref": "KeyArn"}
    assert (statement["Effect"], statement["Action"]) == ("Allow", "sns:Publish")
    assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert statement["Condition"] == alarms_of("AWS::StackName")
    assert (in_the_clear["Effect"], in_the_clear["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
