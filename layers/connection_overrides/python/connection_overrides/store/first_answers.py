"""First answers to writes that may be sent again, kept for a day.

The row of an answer is written by the transaction that does what was asked, on the condition that there is none: so one
key does one thing, however often and however many at once it is sent, and what was done is never without its answer.
A request that was refused has written nothing, and no row.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, NamedTuple

from connection_overrides.operation import AnsweredBeforeError, FirstAnswer, Operation, Repeatable
from connection_overrides.store import keys
from connection_overrides.store.actions import Action, Condition, Put
from connection_overrides.store.attributes import Row, number, text, text_map
from connection_overrides.store.cancellation import Refusal
from connection_overrides.store.rows import read_row
from connection_overrides.store.table import Table
from connection_overrides.store.writable_table import WritableTable

KEPT: Final = timedelta(days=1)
"""How long a first answer is kept. DynamoDB removes it some time later; until then it counts for nothing."""

EXPIRES: Final = "expiresAt"
"""Seconds since 1970: the attribute by which the table removes rows (time to live)."""


class _Kept(NamedTuple):
    """A first answer with what it answers, and when it expires in seconds since 1970."""

    expires: int
    fingerprint: str
    answer: FirstAnswer


class FirstAnswerStore:
    """The first answers to the caller's account."""

    def __init__(self, table: Table) -> None:
        """Use that table."""
        self._table = table

    def require_unanswered(self, operation: Operation, repeatable: Repeatable) -> None:
        """Raise AnsweredBeforeError if the key was used before."""
        row = self._table.get(operation, keys.first_answer(operation.account, repeatable.name))
        if row is not None and (kept := _from_row(row)).expires > operation.now.timestamp():
            raise _answered_before(kept, repeatable)


def write(
    table: WritableTable, operation: Operation, actions: Sequence[Action], made: object
) -> tuple[Refusal | None, ...] | None:
    """Do all the actions or none, as `WritableTable.transact` does; keep the answer if the request may be sent again.

    `made` is what the answer is made of. Raises AnsweredBeforeError, and does nothing, if the key was used before.
    """
    repeatable = operation.repeatable
    if repeatable is None:
        return table.transact(operation, actions)
    refusals = table.transact(operation, [*actions, _keep(operation, repeatable, repeatable.answer_of(made))])
    if refusals is None:
        return None
    *others, used = refusals
    if used is not None and used.row is not None:
        raise _answered_before(_from_row(used.row), repeatable)
    return tuple(others)


def _keep(operation: Operation, repeatable: Repeatable, answer: FirstAnswer) -> Put:
    row = {
        "fingerprint": repeatable.fingerprint,
        "status": answer.status,
        "body": answer.body,
        "headers": dict(answer.headers),
        "writeId": operation.write_id,
        EXPIRES: int((operation.now + KEPT).timestamp()),
    }
    # Two requests with one key are under way at once: the second is answered as the first, and does nothing.
    unused = Condition("attribute_not_exists(#pk) OR #expiresAt <= :now", {"now": int(operation.now.timestamp())})
    return Put(keys.first_answer(operation.account, repeatable.name), row, unused)


def _from_row(row: Row) -> _Kept:
    return read_row(
        row,
        lambda: _Kept(
            number(row, EXPIRES),
            text(row, "fingerprint"),
            FirstAnswer(number(row, "status"), text(row, "body"), text_map(row, "headers")),
        ),
    )


def _answered_before(kept: _Kept, repeatable: Repeatable) -> AnsweredBeforeError:
    return AnsweredBeforeError(kept.answer if kept.fingerprint == repeatable.fingerprint else None)
