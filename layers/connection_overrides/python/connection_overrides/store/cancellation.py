"""Why a transaction was cancelled, read by position.

Source: Amazon DynamoDB API Reference, TransactWriteItems, "Errors". The client's fault wins over throttling.
"""

from collections.abc import Callable
from typing import Any, Final, Literal, NamedTuple

from botocore.exceptions import ClientError

from connection_overrides.store.attributes import Row
from connection_overrides.store.faults import error_code

_PASSED: Final = frozenset({"None", ""})
_PASSING: Final = frozenset({"ProvisionedThroughputExceeded", "ThrottlingError", "TransactionConflict"})


class Refusal(NamedTuple):
    """A condition that failed. `row` is the item as it stood, None when there was none."""

    row: Row | None

    def is_own_write(self, write_id: str) -> bool:
        """Tell whether the item is there because this very request wrote it: the SDK sent it again."""
        return self.row is not None and self.row.get("writeId") == write_id


class Cancellation(NamedTuple):
    """What became of each action. `cause` is `fault` when no retry can help."""

    cause: Literal["condition", "passing", "fault"]
    refusals: tuple[Refusal | None, ...]
    codes: tuple[str, ...]


def cancellation_of(error: ClientError, to_row: Callable[[Any], Row]) -> Cancellation | None:
    """Return what the error says about a cancelled transaction, or None when it is another error."""
    if error_code(error) != "TransactionCanceledException":
        return None
    reasons: list[Any] = list(error.response.get("CancellationReasons", []))
    codes = tuple(str(reason.get("Code", "")) for reason in reasons)
    refusals = tuple(
        Refusal(to_row(reason["Item"]) if reason.get("Item") else None)
        if reason.get("Code") == "ConditionalCheckFailed"
        else None
        for reason in reasons
    )
    failed = set(codes) - _PASSED
    if any(refusals):
        return Cancellation("condition", refusals, codes)
    return Cancellation("passing" if failed and failed <= _PASSING else "fault", refusals, codes)
