"""What an administrator deploys once: who can assume which role, and the most that each role can do."""

import json
import re
from typing import Any, Final

import pytest
from support.bootstrap import STAGE, actions, deployed, inline_policies, listed, properties, resources, rights, trust
from support.template import ROOT

ACCOUNT: Final = "ap-southeast-1:111122223333"
STACKS: Final = {
    f"arn:aws:cloudformation:{ACCOUNT}:stack/connection-overrides-{STAGE}{name}/*" for name in ("", "-data")
}
SAM_TRANSFORM: Final = "arn:aws:cloudformation:ap-southeast-1:aws:transform/Serverless-2016-10-31"
HOLDERS: Final = ("DeployRole", "PlanRole", "CloudFormationRole", "PermissionsBoundary")
ENVIRONMENTS: Final = {"DeployRole": STAGE, "PlanRole": f"{STAGE}-plan"}

ON_ALL_RESOURCES: Final = {
    "backup-storage:MountCapsule": "the storage of a vault has no ARN",
    "cloudwatch:DescribeAlarms": "CodeDeploy describes all alarms of a deployment group at once",
    "codedeploy:StopDeployment": "a deployment has no ARN",
    "kms:CreateKey": "a new key has no ARN yet",
    "kms:ListAliases": "lists the account's",
    "logs:DescribeIndexPolicies": "lists the account's",
    "logs:DescribeLogGroups": "lists the account's",
    "logs:DescribeResourcePolicies": "lists the account's",
    "route53:ListHostedZones": "lists the account's",
    **dict.fromkeys(
        ("sns:GetSubscriptionAttributes", "sns:SetSubscriptionAttributes", "sns:Unsubscribe"),
        "IAM knows no resource for subscriptions",
    ),
    "xray:GetSamplingRules": "X-Ray has no resources",
    "xray:GetSamplingStatisticSummaries": "X-Ray has no resources",
    "xray:GetSamplingTargets": "X-Ray has no resources",
    "xray:PutTelemetryRecords": "X-Ray has no resources",
    "xray:PutTraceSegments": "X-Ray has no resources",
}
BEYOND_THE_STAGE: Final = {
    r"arn:aws:apigateway:ap-southeast-1::/(apikeys|domainnames|restapis|usageplans)(/\*)?": "random IDs",
    r"arn:aws:apigateway:ap-southeast-1::/(tags|restapis/\*/stages)/\*": "random IDs",
    rf"arn:aws:backup:{ACCOUNT}:(backup-plan|recovery-point):\*": "random IDs",
    rf"arn:aws:codedeploy:{ACCOUNT}:deploymentconfig:CodeDeployDefault\.Lambda\*": "AWS's own",
    r"arn:aws:iam::111122223333:role/aws-service-role/(backup|ops\.apigateway)\.amazonaws\.com/\*": "AWS's own",
    rf"arn:aws:events:{ACCOUNT}:event-bus/\*": "the administrator chooses the bus",
    rf"arn:aws:kms:{ACCOUNT}:key/\*": "random IDs",
    r"arn:aws:route53:::(change/\*|hostedzone/Z0123456789)": "the zone that the administrator names",
    rf"arn:aws:wafv2:{ACCOUNT}:regional/webacl/\*": "the web ACL is another stack's",
    re.escape(SAM_TRANSFORM): "AWS's own",
}


@pytest.mark.parametrize("holder", HOLDERS)
def test_no_action_is_a_pattern(holder: str) -> None:
    assert actions(holder)
    assert [one for one in actions(holder) if not re.fullmatch(r"[a-z0-9-]+:[A-Za-z0-9]+", one)] == []


def test_each_permission_on_all_resources_has_a_reason_and_each_reason_a_permission() -> None:
    assert {one for holder in HOLDERS for one, resource, _ in rights(holder) if resource == "*"} == set(
        ON_ALL_RESOURCES
    )


@pytest.mark.parametrize("holder", HOLDERS)
def test_every_other_permission_is_limited_to_the_stage_or_has_a_reason(holder: str) -> None:
    own = re.compile(rf"connection-overrides-{STAGE}(-\w+)?(/|-?\*)|(ArtifactBucket|CloudFormationRole)\.Arn")
    found = {resource for _, resource, _ in rights(holder)} - {"*"}

    assert {
        one for one in found if not own.search(one) and not any(re.fullmatch(p, one) for p in BEYOND_THE_STAGE)
    } == set()


@pytest.mark.parametrize("role", ENVIRONMENTS)
def test_each_github_role_trusts_exactly_one_environment_of_the_repository(role: str) -> None:
    claims = {"aud": "sts.amazonaws.com", "sub": f"repo:owner/name:environment:{ENVIRONMENTS[role]}"}

    assert trust(role) == {
        "Effect": "Allow",
        "Principal": {"Federated": "OidcProvider"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            "StringEquals": {f"token.actions.githubusercontent.com:{name}": value for name, value in claims.items()}
        },
    }


@pytest.mark.parametrize("repository", ["owner/name", "my-org_x/a.b_c", "owner@12/name@345"])
def test_a_repository_is_named_as_in_its_subject(repository: str) -> None:
    assert re.fullmatch(repository_pattern(), repository)


@pytest.mark.parametrize("repository", ["*/name", "owner/*", "owner", "owner/name:ref", "owner/name/x", "owner@x/name"])
def test_a_repository_name_has_no_patterns_and_no_other_claims(repository: str) -> None:
    assert not re.fullmatch(repository_pattern(), repository)


def repository_pattern() -> str:
    text = (ROOT / "infra/bootstrap.yaml").read_text(encoding="utf-8")
    return text.partition("  Repository:")[2].partition("AllowedPattern: ")[2].partition("\n")[0]


def test_only_cloudformation_assumes_the_execution_role_and_only_for_the_stacks_of_the_stage() -> None:
    statement = trust("CloudFormationRole")

    assert (statement["Principal"], statement["Action"]) == (
        {"Service": "cloudformation.amazonaws.com"},
        "sts:AssumeRole",
    )
    assert statement["Condition"]["StringEqualsIfExists"] == {"aws:SourceAccount": "111122223333"}
    assert set(statement["Condition"]["ArnLikeIfExists"]["aws:SourceArn"]) == STACKS


@pytest.mark.parametrize("role", ENVIRONMENTS)
def test_github_manages_the_stacks_of_the_stage_only_through_the_execution_role(role: str) -> None:
    for action, resource, condition in rights(role):
        if action == "iam:PassRole":
            assert resource == "CloudFormationRole.Arn"
            assert condition == {"StringEquals": {"iam:PassedToService": "cloudformation.amazonaws.com"}}
        elif action.startswith("s3:"):
            assert resource == f"ArtifactBucket.Arn/connection-overrides-{ENVIRONMENTS[role]}/*"
        else:
            assert action.startswith("cloudformation:")
            assert resource in STACKS | {SAM_TRANSFORM}
            if action == "cloudformation:CreateChangeSet" and resource in STACKS:
                assert condition == {"StringEquals": {"cloudformation:RoleArn": "CloudFormationRole.Arn"}}


def test_planning_executes_nothing_and_uploads_nothing_that_a_deployment_reads() -> None:
    read = {resource for action, resource, _ in rights("CloudFormationRole") if action.startswith("s3:")}

    assert {one for one in actions("PlanRole") if not re.match(r"\w+:(Describe|Get)", one)} == {
        "cloudformation:CreateChangeSet",
        "cloudformation:DeleteChangeSet",
        "iam:PassRole",
        "s3:AbortMultipartUpload",
        "s3:PutObject",
    }
    assert read == {resource for action, resource, _ in rights("DeployRole") if action == "s3:PutObject"}
    assert not read & {resource for action, resource, _ in rights("PlanRole") if action == "s3:PutObject"}


def test_roles_are_created_and_changed_only_with_the_boundary_and_never_lose_it() -> None:
    bounded = {"StringEquals": {"iam:PermissionsBoundary": "PermissionsBoundary"}}
    of_iam = [(action, condition) for action, _, condition in rights("CloudFormationRole") if action.startswith("iam:")]

    for name in ("CreateRole", "PutRolePolicy", "AttachRolePolicy", "PutRolePermissionsBoundary"):
        assert [condition for action, condition in of_iam if action == f"iam:{name}"] == [bounded]
    beyond_roles = r"iam:(DeleteRolePermissionsBoundary|\w*(User|Group|PolicyVersion|AccessKey|CreatePolicy)\w*)"
    assert not [action for action, _ in of_iam if re.fullmatch(beyond_roles, action)]


def test_roles_are_passed_only_to_the_services_that_use_them() -> None:
    [(resource, condition)] = [(of, when) for one, of, when in rights("CloudFormationRole") if one == "iam:PassRole"]

    assert resource == f"arn:aws:iam::111122223333:role/connection-overrides-{STAGE}-*"
    services = condition["StringEquals"]["iam:PassedToService"]
    assert services == [f"{name}.amazonaws.com" for name in ("backup", "codedeploy", "lambda", "pipes")]


def test_the_roles_of_this_template_cannot_change_its_own_resources() -> None:
    for name, resource in resources().items():
        if resource["Type"] in {"AWS::IAM::ManagedPolicy", "AWS::IAM::Role"}:
            assert properties(name)["Path"] == "/bootstrap/"
    assert not any("bootstrap" in resource for holder in HOLDERS for _, resource, _ in rights(holder))


def test_resources_that_are_named_without_the_stack_have_its_name_as_a_prefix() -> None:
    """Permissions are limited to names that begin with the stack's."""
    names = {
        "AWS::Backup::BackupVault": "BackupVaultName",
        "AWS::CloudWatch::Dashboard": "DashboardName",
        "AWS::KMS::Alias": "AliasName",
        "AWS::Lambda::LayerVersion": "LayerName",
        "AWS::Pipes::Pipe": "Name",
    }
    found = [(one["Type"], one["Properties"].get(names[one["Type"]])) for one in deployed() if one["Type"] in names]

    assert len(found) > len(names)
    assert [one for one in found if not re.search(r"AWS::StackName|connection-overrides-", json.dumps(one[1]))] == []


def test_the_boundary_allows_what_the_policies_of_each_role_allow() -> None:
    roles = [one["Properties"] for one in deployed() if one["Type"] == "AWS::IAM::Role"]
    documents = [policy["PolicyDocument"] for role in roles for policy in role.get("Policies", [])]
    said = {action for one in documents for statement in one["Statement"] for action in listed(statement["Action"])}

    assert said
    assert said <= actions("PermissionsBoundary")


def test_the_boundary_grants_nothing_on_roles_stacks_keys_or_buckets() -> None:
    assert not [one for one in actions("PermissionsBoundary") if re.match(r"(iam|sts|cloudformation|s3|kms:Put)", one)]


@pytest.mark.parametrize("role", ["CloudFormationRole", *ENVIRONMENTS])
def test_the_policies_of_a_role_fit_into_the_quota_of_iam(role: str) -> None:
    assert sum(size(one) for one in inline_policies(role)) <= 10_240


@pytest.mark.parametrize("policy", ["ChangeSetPolicy", "PermissionsBoundary"])
def test_a_managed_policy_fits_into_the_quota_of_iam(policy: str) -> None:
    assert size(properties(policy)["PolicyDocument"]) <= 6_144


def size(document: dict[str, Any]) -> int:
    """Return the number of characters that IAM counts: all except white space."""
    return len(json.dumps(document, separators=(",", ":")))


def test_the_bucket_is_encrypted_versioned_private_retained_and_cleaned_up() -> None:
    bucket = properties("ArtifactBucket")
    [encryption] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    [rule] = bucket["LifecycleConfiguration"]["Rules"]

    assert encryption["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert (len(bucket["PublicAccessBlockConfiguration"]), *bucket["PublicAccessBlockConfiguration"].values()) == (
        4,
        *[True] * 4,
    )
    assert rule["Status"] == "Enabled"
    assert rule["NoncurrentVersionExpiration"]["NoncurrentDays"] == 30
    assert rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"] == 7
    assert "ExpirationInDays" not in rule
    assert resources()["ArtifactBucket"]["DeletionPolicy"] == "RetainExceptOnCreate"
    assert resources()["ArtifactBucket"]["UpdateReplacePolicy"] == "Retain"


def test_the_bucket_refuses_requests_without_tls() -> None:
    [statement] = properties("ArtifactBucketPolicy")["PolicyDocument"]["Statement"]

    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Resource"] == ["ArtifactBucket.Arn", "ArtifactBucket.Arn/*"]
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
