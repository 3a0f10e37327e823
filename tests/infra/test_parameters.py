"""The template's parameters: allowed values, and combinations."""

import re

import pytest
from support.conditions import conditions, parameters, refusals
from support.template import STAGES, expanded, parse

DOMAIN = "api.example.com"
CERTIFICATE = "arn:aws:acm:eu-central-1:111122223333:certificate/0f3a-1"
ZONE = "Z0123456789ABC"
BOUNDARY = "arn:aws:iam::111122223333:policy/boundary"
RELEASE = "0123456789abcdef"


def takes(name: str, value: str) -> bool:
    return re.fullmatch(parse()["Parameters"][name]["AllowedPattern"], value) is not None


@pytest.mark.parametrize("stage", STAGES)
def test_parameters_with_a_default_can_be_omitted(stage: str) -> None:
    assert refusals(Stage=stage, Release=RELEASE) == []
    assert {name for name, is_so in conditions(Stage=stage).items() if is_so} == {
        "BoundsReads",
        "BoundsWrites",
        "RollsBackOnAlarms",
        "SendsEvents",
        *(["IsProduction"] if stage == "prod" else []),
        *(["PathsBeginWithStage"] if stage != "local" else []),
    }
    for name, value in parameters().items():
        written = parse()["Parameters"][name]
        if "AllowedPattern" in written:
            assert takes(name, value), name
        assert value in map(str, written.get("AllowedValues", [value])), name


@pytest.mark.parametrize("stage", STAGES)
def test_only_the_stage_local_can_omit_the_release(stage: str) -> None:
    assert len(refusals(Stage=stage)) == (0 if stage == "local" else 1)


def test_every_parameter_is_in_one_group_of_the_console() -> None:
    groups = parse()["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]

    assert sorted(name for group in groups for name in group["Parameters"]) == sorted(parse()["Parameters"])


@pytest.mark.parametrize("stage", STAGES)
def test_only_the_stage_local_can_use_another_dynamodb_endpoint(stage: str) -> None:
    refused = refusals(Stage=stage, Release=RELEASE, DynamoDbEndpoint="http://localhost:4566")

    assert refused == ([] if stage == "local" else ["DynamoDbEndpoint is allowed only in the stage local"])


def test_a_domain_name_and_its_certificate_require_each_other_and_a_hosted_zone_requires_the_name() -> None:
    assert refusals(Release=RELEASE, DomainName=DOMAIN) == ["DomainName requires CertificateArn"]
    assert refusals(Release=RELEASE, CertificateArn=CERTIFICATE) == ["CertificateArn requires DomainName"]
    assert refusals(Release=RELEASE, HostedZoneId=ZONE) == ["HostedZoneId requires DomainName"]
    assert refusals(Release=RELEASE, DomainName=DOMAIN, CertificateArn=CERTIFICATE) == []
    assert refusals(Release=RELEASE, DomainName=DOMAIN, CertificateArn=CERTIFICATE, HostedZoneId=ZONE) == []


@pytest.mark.parametrize("stage", STAGES)
def test_optional_resources_are_created_only_if_requested(stage: str) -> None:
    condition_of = {
        name: resource["Condition"]
        for name, resource in expanded(stage)["Resources"].items()
        if "Condition" in resource
    }

    assert condition_of == {
        "AlarmSubscription": "HasAlarmEmail",
        "Domain": "HasDomainName",
        "DomainMapping": "HasDomainName",
        "DomainRecord": "HasHostedZone",
        "EventPipe": "SendsEvents",
        "EventPipeRole": "SendsEvents",
        "EventsAlarm": "SendsEvents",
        "ExpiryPipe": "SendsEvents",
        "UndeliveredEvents": "SendsEvents",
        "WebAclAssociation": "HasWebAcl",
    }
    given = {
        "AlarmEmail": "oncall@example.com",
        "DomainName": DOMAIN,
        "HostedZoneId": ZONE,
        "WebAclArn": "arn:aws:wafv2:eu-central-1:111122223333:regional/webacl/mine/0f3a-1",
    }
    assert set(condition_of.values()) <= {name for name, is_so in conditions(**given).items() if is_so}


def test_with_a_domain_name_the_default_endpoint_is_disabled() -> None:
    [server] = expanded("prod")["Resources"]["Api"]["Properties"]["Body"]["servers"]

    settings = server["x-amazon-apigateway-endpoint-configuration"]
    assert settings == {"disableExecuteApiEndpoint": {"Fn::If": ["HasDomainName", True, False]}}
    assert expanded("prod")["Resources"]["Domain"]["Properties"]["SecurityPolicy"] == "TLS_1_2"


@pytest.mark.parametrize(
    ("name", "value", "taken"),
    [
        ("AlarmEmail", "oncall@example.com", True),
        ("AlarmEmail", "oncall", False),
        ("CertificateArn", CERTIFICATE, True),
        ("CertificateArn", "arn:aws-cn:acm:cn-north-1:111122223333:certificate/0f3a-1", True),
        ("CertificateArn", "arn:aws:iam::111122223333:server-certificate/mine", False),
        ("DomainName", DOMAIN, True),
        ("DomainName", "localhost", False),
        ("DomainName", "API.example.com", False),
        ("DomainName", "*.example.com", False),
        ("DomainName", "https://api.example.com", False),
        ("DynamoDbEndpoint", "http://host.docker.internal:4566", True),
        ("DynamoDbEndpoint", "http://db.example:4566", False),
        ("DynamoDbEndpoint", "http://localhost:1@db.example", False),
        ("EventBusName", "", True),
        ("EventBusName", "connection-changes", True),
        ("EventBusName", "arn:aws:events:eu-central-1:111122223333:event-bus/default", False),
        ("HostedZoneId", ZONE, True),
        ("KeyArn", "arn:aws:kms:eu-central-1:111122223333:key/mrk-0f3a", True),
        ("KeyArn", "arn:aws:kms:eu-central-1:111122223333:alias/mine", False),
        ("PermissionsBoundaryArn", BOUNDARY, True),
        ("PermissionsBoundaryArn", "boundary", False),
        ("Release", RELEASE, True),
        ("Release", "v1.0.0-rc.1", False),
        ("TableName", "arn:aws:dynamodb:eu-central-1:111122223333:table/mine", False),
        (
            "TableStreamArn",
            "arn:aws:dynamodb:eu-central-1:111122223333:table/mine/stream/2026-01-31T12:00:00.123",
            True,
        ),
        ("TableStreamArn", "arn:aws:dynamodb:eu-central-1:111122223333:table/mine", False),
        ("TableStreamArn", "", False),
        ("TokenAudience", "connection-overrides", True),
        ("TokenAudience", "api://default,https://api.example.com/", True),
        ("TokenAudience", "", False),
        ("TokenAudience", "a,", False),
        ("TokenAudience", ",a", False),
        ("TokenAudience", "a,,b", False),
        ("TokenAudience", "a, b", False),
        ("TokenScopeClaim", "", True),
        ("TokenScopeClaim", "https://example.com/scopes", True),
        ("TokenScopeClaim", "scope,roles", False),
        ("HostedZoneId", "example.com", False),
        ("WebAclArn", "arn:aws:wafv2:us-east-1:111122223333:global/webacl/mine/0f3a-1", False),
    ],
)
def test_a_pattern_accepts_valid_values_only(name: str, value: str, *, taken: bool) -> None:
    assert takes(name, value) is taken
