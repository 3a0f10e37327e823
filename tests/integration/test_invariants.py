"""The check of the whole table finds each kind of damage: it is what the race tests rely on."""

from typing import Any

import pytest
from support.invariants import assert_nothing_is_orphaned_or_miscounted
from support.registry import TABLE, Client


def test_a_table_that_only_the_service_wrote_is_whole(api: Client, project: str, dynamodb: Any) -> None:
    assert api.make_override(project).status == 201

    assert_nothing_is_orphaned_or_miscounted(dynamodb)


@pytest.mark.parametrize(
    ("pk", "sk", "damage"),
    [
        ("acme", "P/{project}", "is an orphan"),
        ("acme/{project}", "P", "is an orphan"),
        ("acme/{project}", "E/PROD", "is an orphan"),
        ("acme/{project}", "C/Salesforce", "is an orphan"),
        ("acme/{project}/O/PROD", "O/Salesforce", "has overrideCount 1, but holds 0"),
    ],
)
def test_a_row_that_is_lost_is_found(api: Client, project: str, dynamodb: Any, pk: str, sk: str, damage: str) -> None:
    assert api.make_override(project).status == 201
    key = {"pk": {"S": pk.format(project=project)}, "sk": {"S": sk.format(project=project)}}
    dynamodb.delete_item(TableName=TABLE, Key=key)

    with pytest.raises(AssertionError, match=damage):
        assert_nothing_is_orphaned_or_miscounted(dynamodb)


@pytest.mark.parametrize(
    ("sk", "change", "damage"),
    [
        ("P", "ADD environmentCount :one", "has environmentCount 2, but holds 1"),
        ("P", "ADD connectionCount :one", "has connectionCount 2, but holds 1"),
        ("E/PROD", "ADD overrideCount :one", "has overrideCount 2, but holds 1"),
        ("E/GONE", "ADD overrideCount :one", "was brought back by a counter"),
        ("C/Salesforce", "SET authType = :one", "is of another kind than its connection"),
        ("X/PROD", "SET writeId = :one", "a key of no item"),
    ],
)
def test_a_row_that_is_wrong_is_found(
    api: Client, project: str, dynamodb: Any, sk: str, change: str, damage: str
) -> None:
    assert api.make_override(project).status == 201
    dynamodb.update_item(
        TableName=TABLE,
        Key={"pk": {"S": f"acme/{project}"}, "sk": {"S": sk}},
        UpdateExpression=change,
        ExpressionAttributeValues={":one": {"N": "1"}},
    )

    with pytest.raises(AssertionError, match=damage):
        assert_nothing_is_orphaned_or_miscounted(dynamodb)
