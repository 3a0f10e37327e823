"""One request as services and stores see it: who asks, when, and how long there is to answer."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from connection_overrides.caller import Caller
from connection_overrides.model.entities import Revision


class FirstAnswer(NamedTuple):
    """What a request was answered with, word by word, for whoever sends it again."""

    status: int
    body: str
    headers: Mapping[str, str]


class AnsweredBeforeError(Exception):
    """The key was used before. `answer` is what was answered then, None when it was another request."""

    def __init__(self, answer: FirstAnswer | None) -> None:
        """Keep the answer."""
        super().__init__("The key was used before.")
        self.answer = answer


class Repeatable(NamedTuple):
    """A write that may be sent again (`Idempotency-Key`): it is done once, and answered again as it was then.

    `name` tells the caller's key from all others of the account, `fingerprint` this request from others with the same
    key; both are digests. `answer_of` returns the answer to be kept, from what the write makes.
    """

    name: str
    fingerprint: str
    answer_of: Callable[[object], FirstAnswer]


class Operation(NamedTuple):
    """A caller's request.

    `write_id` is made once per request, outside every retry, so that a write can recognise itself. `now` is UTC, cut
    to milliseconds. `time_left` returns the seconds that remain before the function is stopped, `wait` takes seconds to
    wait between attempts. `repeatable` is None for a request without a key.
    """

    caller: Caller
    write_id: str
    now: datetime
    time_left: Callable[[], float]
    wait: Callable[[float], None]
    repeatable: Repeatable | None = None

    @property
    def account(self) -> str:
        """The tenant, first part of every key."""
        return self.caller.account

    def setting_aside(self, seconds: float) -> "Operation":
        """Return this request with less time: what is set aside is for what follows."""
        return self._replace(time_left=lambda: self.time_left() - seconds)

    def first_revision(self) -> Revision:
        """Return the revision of an item that this request creates."""
        subject = self.caller.subject
        return Revision(
            number=1,
            write_id=self.write_id,
            created_by=subject,
            created_date=self.now,
            updated_by=subject,
            updated_date=self.now,
        )

    def next_revision(self, seen: Revision) -> Revision:
        """Return the revision of an item that this request replaces."""
        return seen._replace(
            number=seen.number + 1,
            write_id=self.write_id,
            updated_by=self.caller.subject,
            updated_date=self.now,
        )
