"""Failures of the service, and requests that it cannot serve now."""

from collections.abc import Mapping

from connection_overrides.errors.base import Problem


class RetryLater(Problem):
    """Base of all that may succeed when it is repeated."""

    header_names = ("Retry-After",)

    def headers(self) -> Mapping[str, str]:
        """Return the seconds to wait."""
        return {"Retry-After": "2"}


class ServiceUnavailable(RetryLater):
    """The service is too busy, or cannot fetch the token issuer's keys. Nothing was changed."""

    slug = "service-unavailable"
    status = 503
    title = "Service unavailable"
    cause = "Many requests change the same items, the table is throttled, or the issuer does not respond."
    remedy = "Wait for the seconds in `Retry-After`, then retry."
    detail = "The service is busy; nothing was changed. Retry the request."


class OutOfTime(ServiceUnavailable):
    """Too little time is left for another call to the table."""

    detail = "There was not enough time left; nothing was changed. Retry the request."


class OutcomeUnknown(RetryLater):
    """The table did not respond in time: the change may or may not have been applied."""

    slug = "outcome-unknown"
    status = 503
    title = "Outcome unknown"
    cause = "The connection to the table broke or was too slow; or writes are switched off for maintenance."
    remedy = (
        "Retry if the request had an `Idempotency-Key`. Otherwise check whether the change was applied, and retry if "
        "it was not: of repeated creates, only one succeeds."
    )
    detail = "The outcome is unknown. Check whether the change was applied before you retry."


class InternalError(Problem):
    """The service failed. The fault is on our side and has been logged."""

    slug = "internal-error"
    status = 500
    title = "Internal error"
    cause = "A fault of the service or of its deployment."
    remedy = "Retry later, and report the `instance` if it happens again."
    detail = "The service failed. The fault is on our side and has been logged."

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
