"""CloudFormation's permissions, compared with those that its registry lists for each type of the templates.

The registry's schemas list the permissions of every type's handlers. cfn-lint includes them.
"""

import re
from typing import Final

import pytest
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER
from support.bootstrap import actions, deployed

OF_BACKUPS: Final = {f"AWS::Backup::{name}" for name in ("BackupPlan", "BackupSelection", "BackupVault")}

UNUSED_SERVICES: Final = (
    "amplify|apprunner|appsync|bedrock-agentcore|cognito-idp|ec2|elasticfilesystem|elasticloadbalancing|firehose"
    "|kinesis|s3files"
)
"""Services that a type can be combined with, but is not in our templates."""

UNUSED: Final = {
    "the boundary of a role stays": r"iam:DeleteRolePermissionsBoundary",
    "an API has no resource policy": r"apigateway:UpdateRestApiPolicy",
    "the web ACL belongs to another stack": r"wafv2:(Get|Put)PermissionPolicy",
    "functions have no code signing, capacity provider, runtime pin, provisioned concurrency or recursion setting": (
        r"lambda:(GetCodeSigningConfig|(Put|Delete)FunctionCodeSigningConfig|PassCapacityProvider"
        r"|AssociateRuntimeAlias|PutRuntimeManagementConfig|(Put|Delete)ProvisionedConcurrencyConfig"
        r"|PutFunctionScalingConfig|PutFunctionRecursionConfig)"
    ),
    "CodeDeploy deploys to no server": r"codedeploy:RegisterOnPremisesInstance",
    "whoever deploys neither reads nor writes items": (
        r"dynamodb:(BatchWriteItem|DeleteItem|GetItem|PutItem|Query|Scan|UpdateItem)"
    ),
    "the table has no replica, import, Kinesis stream, contributor insights or resource policy": (
        r"dynamodb:(AssociateTableReplica|CreateTableReplica|ImportTable|DescribeImport|UpdateContributorInsights"
        r"|(Enable|Disable|Update)KinesisStreamingDestination|(Put|Delete)ResourcePolicy)"
        r"|s3:(ListBucket|GetObjectMetadata)|logs:(CreateLogStream|DescribeLogStreams|PutLogEvents)"
    ),
    "log groups have no delivery, data protection, index, resource policy, token or deletion protection": (
        r"logs:(CreateLogDelivery|(Put|Delete)DataProtectionPolicy|(Put|Delete)IndexPolicy"
        r"|(Put|Delete)ResourcePolicy|PutBearerTokenAuthentication|PutLogGroupDeletionProtection)"
        r"|s3:REST\.PUT\.OBJECT"
    ),
    "the pipe has no logs": r"logs:((Create|Get|Update|Delete)LogDelivery|ListLogDeliveries)|s3:(Get|Put)BucketPolicy",
    "the topic has no data protection policy": r"sns:PutDataProtectionPolicy",
    "the vault has no policy and no notifications, and its lock is removed by hand": (
        r"backup:((Put|Delete)BackupVault(AccessPolicy|Notifications)|DeleteBackupVaultLockConfiguration)"
    ),
    "the registry names it, but IAM does not know it": r"backup-storage:Mount",
}
"""What the registry lists for features that the templates do not use, by reason."""

BEYOND_THE_REGISTRY: Final = {"cloudformation:CreateChangeSet": "SAM's transform"}


def types() -> set[str]:
    return {one["Type"] for one in deployed()} | OF_BACKUPS


def named(resource_type: str) -> set[str]:
    handlers = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", resource_type).schema["handlers"]
    operations = ("create", "read", "update", "delete")
    return {action for one in operations for action in handlers.get(one, {}).get("permissions", [])}


def needed(resource_type: str) -> set[str]:
    unused = re.compile("|".join([f"({UNUSED_SERVICES}):.*", *UNUSED.values()]))
    return {action for action in named(resource_type) if not unused.fullmatch(action)}


def test_cloudformation_can_create_read_update_and_delete_every_type_of_the_templates() -> None:
    granted = actions("CloudFormationRole")

    assert {one: missing for one in types() if (missing := needed(one) - granted)} == {}


def test_cloudformation_has_no_permission_that_no_type_of_the_templates_needs() -> None:
    of_types = {action for one in types() for action in needed(one)}

    assert actions("CloudFormationRole") - of_types == set(BEYOND_THE_REGISTRY)


@pytest.mark.parametrize("reason", UNUSED)
def test_every_exception_is_in_the_registry(reason: str) -> None:
    assert any(re.fullmatch(UNUSED[reason], action) for one in types() for action in named(one))
