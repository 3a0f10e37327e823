"""Keeps secrets out of logs: at the level DEBUG, some packages of the clouds log whole responses."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

_LOG_RESPONSES: Final = (
    "botocore.parsers",
    "google.cloud.secretmanager_v1.services.secret_manager_service.transports.rest",
)
_is_reading: ContextVar[bool] = ContextVar("is_reading", default=False)


class _NotWhileReading(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:  # noqa: ARG002 - whatever the record is
        return not _is_reading.get()


_FILTER: Final = _NotWhileReading()


@contextmanager
def responses_not_logged() -> Iterator[None]:
    """Let no package log the responses that this thread gets."""
    for name in _LOG_RESPONSES:
        logging.getLogger(name).addFilter(_FILTER)  # once, however often this is called
    before = _is_reading.set(True)
    try:
        yield
    finally:
        _is_reading.reset(before)
