"""The backoff between attempts of a write: it grows, stays short, and differs between clients."""

import random
from itertools import count
from typing import Any

import pytest
from support.faults import TRANSACTION, Faults, cancelled
from support.registry import OVERRIDES, Client

SHORTEST, FIRST, LONGEST = 0.025, 0.05, 0.4
"""Seconds: the shortest of all waits, the longest first wait, and the longest of all waits."""
BUSY = cancelled("None", "TransactionConflict", "None", "None")
CHANGED = cancelled("None", "ConditionalCheckFailed", "None", "None")


def waits(dynamodb: Any, project: str, faults: Faults, conflicts: list[Exception]) -> list[float]:
    """The waits of a new client whose create meets these conflicts. The create succeeds, and is undone."""
    seconds: list[float] = []
    client = Client(dynamodb, wait=seconds.append, ids=count(1_000_000))
    faults.before[TRANSACTION] = [*conflicts]
    assert client.make_override(project).status == 201
    query = {"environmentName": "PROD", "connectionNames": "Salesforce"}
    assert client.call("DELETE", OVERRIDES, {"projectId": project}, query=query).status == 204
    return seconds


@pytest.mark.parametrize("conflict", [BUSY, CHANGED], ids=["another transaction", "a parent that changed"])
@pytest.mark.parametrize("times", [0, 1, 3, 7])
def test_each_conflict_is_one_wait_and_waits_grow_and_stay_short(
    dynamodb: Any, project: str, faults: Faults, conflict: Exception, times: int
) -> None:
    seconds = waits(dynamodb, project, faults, [conflict] * times)

    assert len(seconds) == times
    assert all(SHORTEST <= wait <= min(LONGEST, FIRST * 2**attempt) for attempt, wait in enumerate(seconds))


def test_the_last_of_many_waits_is_spread_far_beyond_the_first(dynamodb: Any, project: str, faults: Faults) -> None:
    last = {waits(dynamodb, project, faults, [BUSY] * 7)[-1] for _ in range(8)}

    assert len(last) == 8
    assert max(last) > 2 * FIRST


def test_copies_of_one_snapshot_do_not_wait_for_the_same_time(dynamodb: Any, project: str, faults: Faults) -> None:
    state = random.getstate()
    first = waits(dynamodb, project, faults, [BUSY] * 5)
    random.setstate(state)
    second = waits(dynamodb, project, faults, [BUSY] * 5)

    assert first != second
