"""Writes that the SDK sends more than once: they are applied once, and reported as successful."""

from collections.abc import Callable

import pytest
from support.faults import TRANSACTION, Cancelled, Faults, error
from support.registry import Reply
from support.writes import WRITES, Write

EACH_WRITE = pytest.mark.parametrize("name", WRITES)
EACH_DELETE = pytest.mark.parametrize("name", [name for name, write in WRITES.items() if write.method == "DELETE"])
EACH_REPLACE = pytest.mark.parametrize("name", [name for name, write in WRITES.items() if write.method == "PUT"])


@EACH_REPLACE
def test_a_replace_that_the_sdk_sends_again_is_200(send: Callable[[], Reply], faults: Faults) -> None:
    faults.send_twice()

    reply = send()

    assert (reply.status, reply.body["revision"]) == (200, 2)


@EACH_DELETE
def test_a_delete_that_the_sdk_sends_again_is_204(send: Callable[[], Reply], faults: Faults) -> None:
    faults.honour_request_tokens()
    faults.send_twice()

    assert send().status == 204


@EACH_DELETE
def test_a_delete_whose_request_token_the_table_has_forgotten_is_404(send: Callable[[], Reply], faults: Faults) -> None:
    faults.send_twice()

    assert send().status == 404


@EACH_WRITE
def test_a_write_that_is_still_in_progress_is_sent_again_with_its_own_request_token(
    send: Callable[[], Reply], write: Write, faults: Faults
) -> None:
    faults.honour_request_tokens()
    # The first attempt takes effect, but the table reports that it is still in progress.
    faults.after[TRANSACTION] = [error("TransactionInProgressException")]

    reply = send()

    assert reply.status == write.done
    first, second = [request["ClientRequestToken"] for request in faults.transactions()][-2:]
    assert first == second


@EACH_WRITE
def test_a_write_that_stays_in_progress_is_503_outcome_unknown(send: Callable[[], Reply], faults: Faults) -> None:
    faults.before[TRANSACTION] = [error("TransactionInProgressException")] * 8

    reply = send()

    assert (reply.status, reply.body["type"]) == (503, "/v1/problems/outcome-unknown")
    assert reply.headers["Retry-After"] == "2"


@EACH_WRITE
def test_an_attempt_after_a_conflict_has_a_new_request_token(
    send: Callable[[], Reply], write: Write, faults: Faults
) -> None:
    faults.before[TRANSACTION] = [Cancelled("TransactionConflict")]

    assert send().status == write.done
    tokens = [request["ClientRequestToken"] for request in faults.transactions()]
    assert len(set(tokens)) == len(tokens)
