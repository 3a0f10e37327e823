"""What is recorded of a request: one log line and at most one business metric. No token, no body, no secret."""

import contextlib
import traceback
from http import HTTPStatus
from typing import Final

from aws_lambda_powertools import Logger, single_metric
from aws_lambda_powertools.metrics import MetricUnit

from connection_overrides.context import RequestContext
from connection_overrides.errors import InternalError, Problem, RetryLater

_READS: Final = {"GET", "HEAD"}
_SUCCEEDED: Final = {"PUT": "replaced", "DELETE": "deleted"}


def write(logger: Logger, ctx: RequestContext, *, method: str, route: str, status: int) -> None:
    """Write the line, and the metric in embedded metric format, to standard output.

    Never raises: what was done stays done and must be answered. The caller is named for writes and refusals, not for
    reads that succeed; those have no metric either.
    """
    outcome = _outcome(ctx, method, status)
    line = {
        "request_id": ctx.request_id,
        "method": method,
        "route": route,
        "status": status,
        "outcome": outcome,
        "account": ctx.caller.account or None,
        "caller": None if method in _READS and status < HTTPStatus.BAD_REQUEST else ctx.caller.subject or None,
        **ctx.log,
    }
    with contextlib.suppress(Exception):
        log = logger.error if status >= HTTPStatus.INTERNAL_SERVER_ERROR else logger.info
        log("request", extra={name: value for name, value in line.items() if value is not None})
    with contextlib.suppress(Exception):
        if outcome != "answered":
            # The route is no dimension: each pair of route and outcome would be billed as a metric of its own.
            with single_metric(name=outcome.capitalize(), unit=MetricUnit.Count, value=1):
                pass


def record_problem(ctx: RequestContext, problem: Problem) -> None:
    """Record which problem is answered and, if the fault is ours, why."""
    ctx.log["problem"] = problem.slug
    if isinstance(problem, InternalError):
        ctx.log["reason"] = problem.reason
    elif isinstance(problem, RetryLater) and problem.__cause__ is not None:
        ctx.log["reason"] = type(problem.__cause__).__name__


def record_crash(ctx: RequestContext, error: Exception) -> None:
    """Record where an unexpected error came from, but not its text, which may contain input."""
    ctx.log["problem"] = InternalError.slug
    ctx.log["reason"] = type(error).__name__
    ctx.log["frames"] = [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]


def _outcome(ctx: RequestContext, method: str, status: int) -> str:
    """Return one word for what happened, which is also the name of the business metric."""
    if ctx.is_replay and status < HTTPStatus.BAD_REQUEST:
        return "repeated"
    if status == HTTPStatus.CREATED:
        return "created"
    if status < HTTPStatus.BAD_REQUEST:
        return _SUCCEEDED.get(method, "answered")
    if status == HTTPStatus.CONFLICT:
        return "conflicted"
    return "refused" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "failed"
