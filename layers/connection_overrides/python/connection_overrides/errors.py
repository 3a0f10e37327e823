"""What the service refuses and why. Each error states a fact; the HTTP layer decides how it is told."""

from collections.abc import Iterable
from typing import ClassVar, Literal, NamedTuple


class ServiceError(Exception):
    """Base of all refusals. `code` is stable and names the problem in the catalogue (`/v1/problems/<code>`)."""

    code: ClassVar[str]

    def __init__(self, detail: str) -> None:
        """Keep `detail`, a sentence for the caller; it never holds a secret-looking input value."""
        super().__init__(detail)
        self.detail = detail


class Violation(NamedTuple):
    """One broken rule. `location` leads from the part of the request (`body`, `path`, `query`) to the value."""

    location: tuple[str | int, ...]
    code: str
    message: str


class InvalidRequestError(ServiceError):
    """Body, path or query break rules; `violations` says which."""

    code = "invalid-request"

    def __init__(self, violations: Iterable[Violation]) -> None:
        """Keep the violations in the order found."""
        self.violations = tuple(violations)
        super().__init__("The request breaks one or more rules; see 'violations'.")


class UnsupportedMediaTypeError(ServiceError):
    """The body is not sent as `application/json` in UTF-8."""

    code = "unsupported-media-type"


class PayloadTooLargeError(ServiceError):
    """The body is larger than this API takes."""

    code = "payload-too-large"


class RouteNotFoundError(ServiceError):
    """No route has this path."""

    code = "route-not-found"


class MethodNotAllowedError(ServiceError):
    """The path is there, the method is not; `allowed` are those that are."""

    code = "method-not-allowed"

    def __init__(self, allowed: Iterable[str]) -> None:
        """Keep the methods that the path has."""
        self.allowed = tuple(allowed)
        super().__init__(f"This resource takes {', '.join(self.allowed)}.")


class UnauthorizedError(ServiceError):
    """The request carries no caller whom the authorizer vouched for, or the token has expired since."""

    code = "unauthorized"


class InsufficientScopeError(ServiceError):
    """The token lacks scopes; `required` are all that this request needs (RFC 6750, section 3.1)."""

    code = "insufficient-scope"

    def __init__(self, required: Iterable[str]) -> None:
        """Keep the scopes that the request needs."""
        self.required = tuple(sorted(required))
        super().__init__(f"This request needs the scope {' '.join(self.required)}.")


class ProjectNotFoundError(ServiceError):
    """The caller's account has no such project."""

    code = "project-not-found"


class EnvironmentNotFoundError(ServiceError):
    """The project has no such environment."""

    code = "environment-not-found"


class ConnectionNotFoundError(ServiceError):
    """The project has no such connection."""

    code = "connection-not-found"


class OverrideNotFoundError(ServiceError):
    """The connection has no override in that environment; `connection_names` are all for which that is so."""

    code = "override-not-found"

    def __init__(self, detail: str, connection_names: Iterable[str] = ()) -> None:
        """Keep the names, empty where the request names one connection only."""
        super().__init__(detail)
        self.connection_names = tuple(connection_names)


class Explanation(NamedTuple):
    """One step of a decision: what was asked, what was found, and the revision of the item that was found."""

    question: str
    finding: str
    revision: int | None


class ConnectionNotConfiguredError(ServiceError):
    """Nothing tells which secret the connection uses there; `trace` is how that was found, where it was asked for."""

    code = "connection-not-configured"

    def __init__(self, detail: str, trace: Iterable[Explanation] = ()) -> None:
        """Keep the steps in their order."""
        super().__init__(detail)
        self.trace = tuple(trace)


class ProblemNotFoundError(ServiceError):
    """The catalogue has no such problem."""

    code = "problem-not-found"


class AlreadyExistsError(ServiceError):
    """An item of that name is there; `existing` are the path segments below the project that address it."""

    def __init__(self, detail: str, existing: tuple[str, ...]) -> None:
        """Keep the segments, not yet percent-encoded."""
        super().__init__(detail)
        self.existing = existing


class EnvironmentAlreadyExistsError(AlreadyExistsError):
    """The project has an environment of that name."""

    code = "environment-already-exists"


class ConnectionAlreadyExistsError(AlreadyExistsError):
    """The project has a connection of that name."""

    code = "connection-already-exists"


class OverrideAlreadyExistsError(AlreadyExistsError):
    """The connection has an override in that environment."""

    code = "override-already-exists"


class IdempotencyKeyReusedError(ServiceError):
    """The key of this write was used for another request."""

    code = "idempotency-key-reused"


class PreconditionFailedError(ServiceError):
    """The item is not in the state that the caller demands."""

    code = "precondition-failed"


class Dependent(NamedTuple):
    """What stands in the way: an override has both names, an environment or a connection its own."""

    kind: Literal["environment", "connection", "override"]
    environment_name: str | None = None
    connection_name: str | None = None


class InUseError(ServiceError):
    """Others depend on the item. `dependents` are those found, of `total` that there are."""

    def __init__(self, detail: str, dependents: Iterable[Dependent], total: int) -> None:
        """Keep the dependents in the order found."""
        super().__init__(detail)
        self.dependents = tuple(dependents)
        self.total = total


class ConnectionInUseError(InUseError):
    """The connection has overrides."""

    code = "connection-in-use"


class EnvironmentInUseError(InUseError):
    """The environment has overrides."""

    code = "environment-in-use"


class ProjectInUseError(InUseError):
    """The project has environments or connections."""

    code = "project-in-use"


class SharedSecretReferenceError(InUseError):
    """A protected environment and others would use the same secret; `dependents` use it already."""

    code = "shared-secret-reference"


class CascadeTooLargeError(InUseError):
    """More overrides would have to go than one all-or-nothing step can take."""

    code = "cascade-too-large"


class QuotaExceededError(ServiceError):
    """The project holds as many as it may."""

    code = "quota-exceeded"


class ReportTooLargeError(ServiceError):
    """The project holds more than one request can look at."""

    code = "report-too-large"


class RetryLaterError(ServiceError):
    """Nothing was decided against the caller; the same request may succeed after `retry_after` seconds."""

    retry_after: ClassVar[int] = 2


class ServiceBusyError(RetryLaterError):
    """The store took no more requests, or others kept changing the same items; nothing was written."""

    code = "service-unavailable"


class OutOfTimeError(ServiceBusyError):
    """There is not enough time left for another call to the store."""


class OutcomeUnknownError(RetryLaterError):
    """The store did not answer in time: the write may or may not have happened."""

    code = "outcome-unknown"


class StoreFaultError(ServiceError):
    """The store refused for a reason that no caller can mend; `reason` is for the log only."""

    code = "internal-error"

    def __init__(self, reason: str) -> None:
        """Keep the reason out of the detail."""
        super().__init__("The service failed. The fault is on our side and has been logged.")
        self.reason = reason
