"""The consistency check of the whole table detects each type of damage. The race tests rely on it."""

from collections.abc import Callable
from typing import Any

import pytest
from support import rows
from support.invariants import assert_nothing_is_orphaned_or_miscounted
from support.registry import Client


def test_a_table_that_only_the_service_wrote_is_consistent(api: Client, project: str, dynamodb: Any) -> None:
    assert api.make_override(project).status == 201

    assert_nothing_is_orphaned_or_miscounted(dynamodb)


@pytest.mark.parametrize(
    ("key", "damage"),
    [
        (rows.project_entry, "is an orphan"),
        (rows.project_state, "is an orphan"),
        (lambda project: rows.environment(project, "PROD"), "is an orphan"),
        (lambda project: rows.connection(project, "Salesforce"), "is an orphan"),
        (lambda project: rows.override(project, "PROD", "Salesforce"), "has overrideCount 1, but holds 0"),
    ],
)
def test_a_missing_row_is_detected(
    api: Client, project: str, dynamodb: Any, key: Callable[[str], rows.Key], damage: str
) -> None:
    assert api.make_override(project).status == 201
    rows.delete(dynamodb, key(project))

    with pytest.raises(AssertionError, match=damage):
        assert_nothing_is_orphaned_or_miscounted(dynamodb)


@pytest.mark.parametrize(
    ("key", "counter", "damage"),
    [
        (rows.project_state, "environmentCount", "has environmentCount 2, but holds 1"),
        (rows.project_state, "connectionCount", "has connectionCount 2, but holds 1"),
        (lambda project: rows.environment(project, "PROD"), "overrideCount", "has overrideCount 2, but holds 1"),
        (lambda project: rows.environment(project, "GONE"), "overrideCount", "was brought back by a counter"),
    ],
)
def test_a_wrong_counter_is_detected(
    api: Client, project: str, dynamodb: Any, key: Callable[[str], rows.Key], counter: str, damage: str
) -> None:
    assert api.make_override(project).status == 201
    rows.add(dynamodb, key(project), counter, 1)

    with pytest.raises(AssertionError, match=damage):
        assert_nothing_is_orphaned_or_miscounted(dynamodb)


def test_an_override_of_another_type_than_its_connection_is_detected(api: Client, project: str, dynamodb: Any) -> None:
    assert api.make_override(project).status == 201
    rows.change(dynamodb, rows.connection(project, "Salesforce"), "authType", {"S": "OAUTH_CLIENT_CRED"})

    with pytest.raises(AssertionError, match="has another type than its connection"):
        assert_nothing_is_orphaned_or_miscounted(dynamodb)


def test_a_protected_environment_that_is_not_listed_as_such_is_detected(
    api: Client, project: str, dynamodb: Any
) -> None:
    api.make_environment(project, "LIVE", protected=True)
    rows.delete(dynamodb, rows.protected_environments(project))

    with pytest.raises(AssertionError, match="LIVE is protected, or noted as such, but not both"):
        assert_nothing_is_orphaned_or_miscounted(dynamodb)


def test_an_unknown_key_is_detected(dynamodb: Any) -> None:
    rows.change(dynamodb, ("acme", "X/PROD"), "writeId", {"S": "x"})

    with pytest.raises(AssertionError, match="a key of no item"):
        assert_nothing_is_orphaned_or_miscounted(dynamodb)
