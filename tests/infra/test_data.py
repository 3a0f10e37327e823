"""The data stack: an encrypted table with backups, and a first deployment that can fail."""

from typing import Any

import pytest
from support.template import parse

STATEFUL = {"Table", "Key", "BackupVault"}
OPTIONAL = {"BackupVault", "BackupPlan", "BackupRole", "BackupSelection"}


@pytest.fixture
def resources() -> dict[str, Any]:
    found: dict[str, Any] = parse("data.yaml")["Resources"]
    return found


def test_the_table_is_backed_up_encrypted_and_protected(resources: dict[str, Any]) -> None:
    table = resources["Table"]["Properties"]

    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    # tests/integration/test_time_to_live.py tests that this attribute is written.
    assert table["TimeToLiveSpecification"]["Enabled"] is True
    key = {"Fn::GetAtt": ["Key", "Arn"]}
    assert table["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}
    assert table["OnDemandThroughput"] == {
        "MaxReadRequestUnits": {"Ref": "TableMaxReadUnits"},
        "MaxWriteRequestUnits": {"Ref": "TableMaxWriteUnits"},
    }
    assert table["DeletionProtectionEnabled"] == {"Fn::If": ["IsProduction", True, False]}
    assert parse("data.yaml")["Conditions"]["IsProduction"] == {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}
    assert "TableName" not in table


def test_data_is_retained_if_its_stack_is_deleted_but_not_if_its_creation_fails(resources: dict[str, Any]) -> None:
    for name, resource in resources.items():
        policies = resource.get("DeletionPolicy"), resource.get("UpdateReplacePolicy")
        assert policies == (("RetainExceptOnCreate", "Retain") if name in STATEFUL else (None, None)), name


def test_the_table_is_created_last_because_a_protected_one_cannot_be_rolled_back(resources: dict[str, Any]) -> None:
    assert resources["Table"]["DependsOn"] == "KeyAlias"
    assert resources["KeyAlias"]["Properties"]["TargetKeyId"] == {"Ref": "Key"}
    assert set(resources) - OPTIONAL == {"Key", "KeyAlias", "Table"}


def test_the_service_stack_holds_no_data_so_its_first_creation_can_be_repeated() -> None:
    kept = {
        name
        for name, resource in parse()["Resources"].items()
        if resource.get("DeletionPolicy", "Delete") != "Delete" or resource["Type"].startswith("AWS::DynamoDB")
    }

    assert kept == set()


def test_backups_are_optional_and_a_locked_vault_prevents_early_deletion(resources: dict[str, Any]) -> None:
    assert {name for name, resource in resources.items() if resource.get("Condition") == "HasBackup"} == OPTIONAL
    lock = resources["BackupVault"]["Properties"]["LockConfiguration"]
    [rule] = resources["BackupPlan"]["Properties"]["BackupPlan"]["BackupPlanRule"]
    conditions = parse("data.yaml")["Conditions"]

    assert lock == {
        "MinRetentionDays": {"Ref": "BackupDays"},
        "ChangeableForDays": {"Fn::If": ["LocksForever", 3, {"Ref": "AWS::NoValue"}]},
    }
    assert rule["Lifecycle"] == {"DeleteAfterDays": {"Ref": "BackupDays"}}
    assert conditions["HasBackup"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "Backup"}, "off"]}]}
    assert conditions["LocksForever"] == {"Fn::Equals": [{"Ref": "Backup"}, "compliance"]}
    assert resources["BackupSelection"]["Properties"]["BackupSelection"]["Resources"] == [
        {"Fn::GetAtt": ["Table", "Arn"]}
    ]


def test_the_outputs_have_the_names_of_the_service_stacks_parameters() -> None:
    assert parse("data.yaml")["Outputs"].keys() < parse()["Parameters"].keys()
