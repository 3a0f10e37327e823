"""Faults of the table during every replace and delete, and the resulting state."""

from collections.abc import Callable
from itertools import cycle
from typing import Any

import pytest
from support.faults import LOST, TRANSACTION, Cancelled, Faults, error
from support.invariants import read_table
from support.registry import Client, Reply
from support.writes import READ, WRITES, Write

EACH_WRITE = pytest.mark.parametrize("name", WRITES)
EACH_POSITION = pytest.mark.parametrize(
    ("name", "position"),
    [(name, position) for name, write in WRITES.items() for position in range(write.first_actions)],
)
BUSY = (503, "/v1/problems/service-unavailable", "2")
UNKNOWN = (503, "/v1/problems/outcome-unknown", "2")


def summary(reply: Reply) -> tuple[int, str, str | None]:
    return reply.status, reply.body["type"], reply.headers.get("Retry-After")


@EACH_WRITE
def test_a_write_makes_only_its_calls(send: Callable[[], Reply], write: Write, faults: Faults) -> None:
    assert send().status == write.done
    assert tuple(faults.calls) == write.calls
    assert len(faults.transactions()[-1]["TransactItems"]) == write.actions
    # DynamoDB refuses an empty map of names or values, which the table in process does not.
    actions = [action for item in faults.transactions()[-1]["TransactItems"] for action in item.values()]
    assert {} not in [member for action in actions for member in action.values()]


@EACH_WRITE
def test_a_conflict_at_any_position_ends_in_503_with_nothing_changed(
    api: Client, send: Callable[[], Reply], write: Write, faults: Faults
) -> None:
    before = read_table(api.client)
    codes = cycle(["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"])
    for position in range(write.first_actions):
        faults.before[TRANSACTION] = [Cancelled(next(codes), position)] * 8
        assert summary(send()) == BUSY
    assert read_table(api.client) == before


@EACH_WRITE
def test_a_temporary_conflict_is_retried(send: Callable[[], Reply], write: Write, faults: Faults) -> None:
    faults.before[TRANSACTION] = [Cancelled("TransactionConflict")] * 7

    assert send().status == write.done


@EACH_POSITION
def test_after_a_failed_condition_the_items_are_read_again_whatever_else_failed(
    send: Callable[[], Reply], write: Write, faults: Faults, position: int
) -> None:
    faults.before[TRANSACTION] = [
        Cancelled("ConditionalCheckFailed", position),
        Cancelled("ConditionalCheckFailed", position, others="TransactionConflict"),
    ]

    assert send().status == write.done
    assert faults.calls.count(write.calls[0]) == 3 * write.calls.count(write.calls[0])


@EACH_WRITE
def test_a_condition_that_keeps_failing_is_503_after_twelve_attempts_with_nothing_changed(
    api: Client, send: Callable[[], Reply], write: Write, faults: Faults
) -> None:
    before = read_table(api.client)
    positions = cycle(range(write.first_actions))
    faults.before[TRANSACTION] = [Cancelled("ConditionalCheckFailed", next(positions)) for _ in range(12)]

    assert summary(send()) == BUSY
    assert faults.calls.count(write.calls[0]) == 12 * write.calls.count(write.calls[0])
    assert read_table(api.client) == before


@EACH_WRITE
def test_a_cancellation_reason_that_no_retry_can_fix_is_500_with_nothing_changed(
    api: Client, send: Callable[[], Reply], write: Write, faults: Faults
) -> None:
    before = read_table(api.client)
    for position in range(write.first_actions):
        for code in ("ValidationError", "ItemCollectionSizeLimitExceeded"):
            faults.before[TRANSACTION] = [Cancelled(code, position)]

            assert summary(send()) == (500, "/v1/problems/internal-error", None)
            assert code in api.log[-1]["reason"]
    assert read_table(api.client) == before


@EACH_WRITE
def test_a_throttled_write_is_503_with_nothing_changed(api: Client, send: Callable[[], Reply], faults: Faults) -> None:
    before = read_table(api.client)
    for code in ("ProvisionedThroughputExceededException", "ThrottlingException"):
        faults.before[TRANSACTION] = [error(code)]

        assert summary(send()) == BUSY
    assert read_table(api.client) == before


@EACH_WRITE
def test_a_lost_reply_is_503_outcome_unknown(send: Callable[[], Reply], write: Write, faults: Faults) -> None:
    faults.after[TRANSACTION] = [LOST]
    lost, again = send(), send()

    assert summary(lost) == UNKNOWN
    if write.method == "PUT":
        assert (again.status, again.body["revision"]) == (200, 3)
    else:
        assert again.status == 404


@pytest.mark.parametrize("name", [name for name, write in WRITES.items() if READ in write.calls])
def test_unprocessed_keys_are_requested_again(send: Callable[[], Reply], write: Write, faults: Faults) -> None:
    faults.leave_keys_unprocessed()

    assert send().status == write.done


@EACH_WRITE
def test_with_little_time_left_no_call_is_made(api: Client, send: Callable[[], Reply], faults: Faults) -> None:
    api.context.milliseconds = 9_999

    assert summary(send()) == BUSY
    assert faults.calls == []
    api.context.milliseconds = 25_000


@EACH_WRITE
def test_if_the_time_runs_out_after_the_read_nothing_is_written(
    api: Client, send: Callable[[], Reply], write: Write, faults: Faults
) -> None:
    before: Any = read_table(api.client)
    faults.before[write.calls[0]] = [lambda: setattr(api.context, "milliseconds", 9_999)]
    faults.forget()

    assert summary(send()) == BUSY
    assert TRANSACTION not in faults.calls
    assert read_table(api.client) == before
