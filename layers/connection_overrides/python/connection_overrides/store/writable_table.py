"""The writes to DynamoDB: transactions, whose refusals are told apart by position."""

from collections.abc import Sequence
from enum import Enum, auto
from typing import Any, Final
from uuid import uuid4

from botocore.exceptions import ClientError

from connection_overrides.backoff import waits
from connection_overrides.errors import ServiceBusyError, StoreFaultError
from connection_overrides.operation import Operation
from connection_overrides.store.actions import Action
from connection_overrides.store.cancellation import Refusal, cancellation_of
from connection_overrides.store.faults import (
    CALL_FAILED,
    CONFLICT_CODES,
    IN_PROGRESS_CODE,
    error_code,
    outcome_unknown,
    write_failed,
)
from connection_overrides.store.table import ATTEMPTS, Table, has_time, row_of
from connection_overrides.store.values import to_value

TRANSACTION_MAX: Final = 100
"""Actions of one transaction (Amazon DynamoDB Developer Guide, "Quotas")."""


class Written(Enum):
    """What became of a write that depends on what was seen before."""

    DONE = auto()
    NOT_AS_SEEN = auto()
    """Nothing was written: what was seen has changed, and must be looked at again."""


class WritableTable(Table):
    """One table, to be read and written."""

    def transact(self, operation: Operation, actions: Sequence[Action]) -> tuple[Refusal | None, ...] | None:
        """Do all the actions or none. Return None when done, or a refusal for each condition that failed, by position.

        A conflict with another transaction is tried again with jitter while time is left (Amazon DynamoDB Developer
        Guide, "Transaction conflict handling"), with a request token of its own: that try was decided. One that is
        still in progress was not, and the SDK has sent it more than once: only its own token tells what became of it,
        since a delete, unlike a put, leaves nothing behind by which it could be recognised.
        """
        items: list[Any] = [action.to_request(self._name, to_value) for action in actions]
        token, in_progress = str(uuid4()), False
        for wait in waits(ATTEMPTS):
            if not has_time(operation):
                break
            try:
                self._client.transact_write_items(TransactItems=items, ClientRequestToken=token)
            except ClientError as error:
                refusals = _refusals(error)
                if refusals:
                    return refusals
                in_progress = error_code(error) == IN_PROGRESS_CODE
                token = token if in_progress else str(uuid4())
            except CALL_FAILED as error:
                raise write_failed(error) from error
            else:
                return None
            operation.wait(wait)
        if in_progress:
            raise outcome_unknown()
        raise ServiceBusyError("The service is busy, or others keep changing the same items; nothing was written.")


def _refusals(error: ClientError) -> tuple[Refusal | None, ...]:
    """Return the refusals of a transaction whose conditions failed, or none when it may be tried again.

    Raises what else it failed for.
    """
    cancellation = cancellation_of(error, row_of)
    if cancellation is None:
        if error_code(error) in CONFLICT_CODES:
            return ()
        raise write_failed(error) from error
    if cancellation.cause == "fault":
        raise StoreFaultError(f"transaction cancelled: {', '.join(cancellation.codes)}") from error
    return cancellation.refusals if cancellation.cause == "condition" else ()
