"""What a failed DynamoDB call means for the caller.

Decided by error code and exception class, never by an error's text (Amazon DynamoDB Developer Guide, "Error handling
with DynamoDB"; API Reference, TransactWriteItems, "Errors").
"""

from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnectionError
from botocore.parsers import ResponseParserError

from connection_overrides.errors import InternalError, OutcomeUnknown, Problem, ServiceUnavailable

CALL_FAILED: Final = (ClientError, BotoCoreError, ResponseParserError)
"""Everything that a call to DynamoDB raises: an unreadable response is none of the SDK's own class of errors."""

type CallError = ClientError | BotoCoreError | ResponseParserError

IN_PROGRESS: Final = "TransactionInProgressException"
"""Our own transaction, sent more than once with one request token, is undecided: it may still be carried out."""

_CANCELED: Final = "TransactionCanceledException"
_CONDITION_FAILED: Final = "ConditionalCheckFailed"
_CONFLICTS: Final = frozenset({"TransactionConflictException", IN_PROGRESS, "IdempotentParameterMismatchException"})
_PASSING_REASONS: Final = frozenset({"ProvisionedThroughputExceeded", "ThrottlingError", "TransactionConflict"})
_THROTTLED: Final = frozenset(
    {
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "Throttling",
        "ThrottlingException",
    }
)
_FAILED_INSIDE: Final = frozenset({"InternalFailure", "InternalServerError", "ServiceUnavailable"})


def error_code(error: ClientError) -> str:
    """Return DynamoDB's code of the error, or an empty string."""
    return str(error.response.get("Error", {}).get("Code", ""))


def read_failed(error: CallError) -> Problem:
    """Return what a failed read means: nothing is uncertain, so it may simply be repeated."""
    return _decided(error) or ServiceUnavailable()


def write_failed(error: CallError) -> Problem:
    """Return what a failed write means: without a response, it may have been carried out."""
    return _decided(error) or OutcomeUnknown()


def failed_conditions(error: ClientError) -> dict[int, Any]:
    """Return the item that each failed condition met, None for no item, by the position of its action.

    Empty means that the transaction may be sent again. The caller's fault takes precedence over throttling. Raises the
    problem of a transaction that failed for another reason.
    """
    code = error_code(error)
    if code in _CONFLICTS:
        return {}
    if code != _CANCELED:
        raise write_failed(error) from error
    reasons: list[Any] = list(error.response.get("CancellationReasons", []))
    codes = [str(reason.get("Code") or "None") for reason in reasons]
    failed = {place: reasons[place].get("Item") for place, reason in enumerate(codes) if reason == _CONDITION_FAILED}
    others = set(codes) - {"None"}
    if not failed and (not others or not others <= _PASSING_REASONS):
        raise InternalError(f"transaction canceled: {', '.join(codes)}") from error
    return failed


def _decided(error: CallError) -> Problem | None:
    """Return what DynamoDB or the SDK itself decided, or None when there was no response."""
    if isinstance(error, ClientError):
        code = error_code(error)
        if code in _THROTTLED:
            return ServiceUnavailable()
        return None if code in _FAILED_INSIDE else InternalError(code or "ClientError")
    if isinstance(error, HTTPClientError | NoConnectionError | ResponseParserError):
        return None
    return InternalError(type(error).__name__)
