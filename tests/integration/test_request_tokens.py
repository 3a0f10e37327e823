"""Writes that the SDK sends more than once: they are done once, and told as done."""

from collections.abc import Callable

import pytest
from support.faults import TRANSACTION, Cancelled, Faults, error
from support.registry import Reply
from support.writes import WRITES, Write

EACH_WRITE = pytest.mark.parametrize("name", WRITES)
EACH_DELETE = pytest.mark.parametrize("name", [name for name, write in WRITES.items() if write.method == "DELETE"])
EACH_REPLACE = pytest.mark.parametrize("name", [name for name, write in WRITES.items() if write.method == "PUT"])


@EACH_REPLACE
def test_a_replace_sent_again_by_the_sdk_recognises_itself(send: Callable[[], Reply], faults: Faults) -> None:
    faults.send_twice()

    reply = send()

    assert (reply.status, reply.body["revision"]) == (200, 2)


@EACH_DELETE
def test_a_delete_sent_again_by_the_sdk_is_done_once(send: Callable[[], Reply], faults: Faults) -> None:
    faults.honour_request_tokens()
    faults.send_twice()

    assert send().status == 204


@EACH_DELETE
def test_a_delete_whose_request_token_is_forgotten_finds_nothing(send: Callable[[], Reply], faults: Faults) -> None:
    faults.send_twice()

    assert send().status == 404


@EACH_WRITE
def test_a_write_that_is_still_in_progress_is_settled_by_its_own_request_token(
    send: Callable[[], Reply], write: Write, faults: Faults
) -> None:
    faults.honour_request_tokens()
    # The first send takes effect; all that is told of it is that it has not ended yet.
    faults.after[TRANSACTION] = [error("TransactionInProgressException")]

    reply = send()

    assert reply.status == write.done
    first, second = [request["ClientRequestToken"] for request in faults.transactions()][-2:]
    assert first == second


@EACH_WRITE
def test_a_write_that_stays_in_progress_has_an_unknown_outcome(send: Callable[[], Reply], faults: Faults) -> None:
    faults.before[TRANSACTION] = [error("TransactionInProgressException")] * 8

    reply = send()

    assert (reply.status, reply.body["type"]) == (503, "/v1/problems/outcome-unknown")
    assert reply.headers["Retry-After"] == "2"


@EACH_WRITE
def test_a_new_try_after_a_conflict_has_a_request_token_of_its_own(
    send: Callable[[], Reply], write: Write, faults: Faults
) -> None:
    faults.before[TRANSACTION] = [Cancelled("TransactionConflict")]

    assert send().status == write.done
    tokens = [request["ClientRequestToken"] for request in faults.transactions()]
    assert len(set(tokens)) == len(tokens)
