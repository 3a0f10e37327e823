"""What is seen of a request: one log line and at most one business metric. No token, no body, no secret."""

import contextlib
import traceback
from typing import TYPE_CHECKING, Final, Protocol

from aws_lambda_powertools import Logger, single_metric
from aws_lambda_powertools.metrics import MetricUnit

from connection_overrides.errors import RetryLaterError, ServiceError, StoreFaultError

if TYPE_CHECKING:
    from connection_overrides.caller import Caller

_CREATED: Final = 201
_READS: Final = {"GET", "HEAD"}
_DONE: Final = {"PUT": "replaced", "DELETE": "deleted"}
_CLIENT_FAULT: Final = 400
_CONFLICT: Final = 409
_OUR_FAULT: Final = 500


class Observation:
    """A request as the log tells it. `subject` holds names that were validated, or that the table gave."""

    def __init__(self, request_id: str, *, method: str, route: str) -> None:
        """Begin with what is known before anything is done."""
        self.request_id = request_id
        self.method = method
        self.route = route
        self.status = 0
        self.is_repeated = False
        self.caller: Caller | None = None
        self.subject: dict[str, object] = {}
        self.problem: str | None = None
        self.reason: str | None = None
        self.frames: list[str] | None = None

    def refused(self, error: ServiceError) -> None:
        """Note which problem was answered and, for a fault of ours, why."""
        self.problem = error.code
        if isinstance(error, StoreFaultError):
            self.reason = error.reason
        elif isinstance(error, RetryLaterError) and error.__cause__ is not None:
            self.reason = type(error.__cause__).__name__

    def crashed(self, error: Exception) -> None:
        """Note where an unexpected error came from; its text may hold input, so it is not told."""
        self.problem = StoreFaultError.code
        self.reason = type(error).__name__
        stack = traceback.extract_tb(error.__traceback__)
        self.frames = [f"{frame.name}:{frame.lineno}" for frame in stack]

    @property
    def is_attributed(self) -> bool:
        """Whether the log names the caller: for writes and for refusals, not for reads that succeed."""
        return self.method not in _READS or self.status >= _CLIENT_FAULT

    @property
    def outcome(self) -> str:
        """One word for what happened, which names the business metric as well."""
        if self.is_repeated:
            return "repeated"
        if self.status == _CREATED:
            return "created"
        if self.status < _CLIENT_FAULT:
            return _DONE.get(self.method, "answered")
        if self.status == _CONFLICT:
            return "conflicted"
        return "refused" if self.status < _OUR_FAULT else "failed"


class Observer(Protocol):
    """Where observations go."""

    def report(self, observation: Observation) -> None:
        """Tell what was seen. Never raises: what was done stays done and must be answered."""
        ...


class LogObserver:
    """Writes the log line, and the metric in embedded metric format, to standard output."""

    def __init__(self, logger: Logger) -> None:
        """Use that logger."""
        self._logger = logger

    def report(self, observation: Observation) -> None:
        """Write line and metric. A reader's request that succeeds is no business event and has no metric."""
        with contextlib.suppress(Exception):
            self._log(observation)
        with contextlib.suppress(Exception):
            if observation.outcome != "answered":
                _count(observation)

    def _log(self, observation: Observation) -> None:
        caller = observation.caller
        line: dict[str, object] = {
            "request_id": observation.request_id,
            "method": observation.method,
            "route": observation.route,
            "status": observation.status,
            "outcome": observation.outcome,
            "account": caller.account if caller else None,
            "caller": caller.subject if caller and observation.is_attributed else None,
            "problem": observation.problem,
            "reason": observation.reason,
            "frames": observation.frames,
            **observation.subject,
        }
        write = self._logger.error if observation.status >= _OUR_FAULT else self._logger.info
        write("request", extra={name: value for name, value in line.items() if value is not None})


def _count(observation: Observation) -> None:
    # The route is no dimension: each pair of route and outcome would be billed as a metric of its own.
    with single_metric(name=observation.outcome.capitalize(), unit=MetricUnit.Count, value=1):
        pass
