"""What a failed DynamoDB call means for the caller.

Source: Amazon DynamoDB Developer Guide, "Error handling with DynamoDB". Decided by error code and exception class,
never by an error's text.
"""

from typing import Final

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnectionError
from botocore.parsers import ResponseParserError

from connection_overrides.errors import OutcomeUnknownError, ServiceBusyError, ServiceError, StoreFaultError

CALL_FAILED: Final = (ClientError, BotoCoreError, ResponseParserError)
"""All that a call to DynamoDB raises: an answer that cannot be read is none of the SDK's own class of errors."""

type CallError = ClientError | BotoCoreError | ResponseParserError

IN_PROGRESS_CODE: Final = "TransactionInProgressException"
"""Our own transaction, sent more than once with one request token, is not decided yet: it may still be done."""

CONFLICT_CODES: Final = frozenset(
    {"TransactionConflictException", IN_PROGRESS_CODE, "IdempotentParameterMismatchException"}
)
"""Another transaction holds an item, or our generated request token: a new try may succeed."""

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
    """Return the code that DynamoDB gave, or an empty string."""
    return str(error.response.get("Error", {}).get("Code", ""))


def read_failed(error: CallError) -> ServiceError:
    """Return what a failed read means: there is nothing to be unsure about, so it may simply be asked again."""
    told = _told(error)
    return told if told is not None else ServiceBusyError("The service is busy; nothing was changed. Try again.")


def write_failed(error: CallError) -> ServiceError:
    """Return what a failed write means: when the reply was lost, the write may have happened."""
    told = _told(error)
    return told if told is not None else outcome_unknown()


def outcome_unknown() -> OutcomeUnknownError:
    """Return that nothing is known of a write: it may have happened, or may happen yet."""
    return OutcomeUnknownError("The store did not answer in time, so the outcome is not known. Look before you repeat.")


def _told(error: CallError) -> ServiceError | None:
    """Return what DynamoDB or the SDK itself decided, or None when the reply is missing."""
    if isinstance(error, ClientError):
        code = error_code(error)
        if code in _THROTTLED:
            return ServiceBusyError("The service is busy; nothing was changed. Try again.")
        if code in _FAILED_INSIDE:
            return None
        return StoreFaultError(code or "ClientError")
    if isinstance(error, HTTPClientError | NoConnectionError | ResponseParserError):
        return None
    return StoreFaultError(type(error).__name__)
