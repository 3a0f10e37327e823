"""One request as services and stores see it: who asks, when, and how long there is to answer."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from connection_overrides.caller import Caller
from connection_overrides.model.entities import Revision


class Operation(NamedTuple):
    """A caller's request.

    `write_id` is made once per request, outside every retry, so that a write can recognise itself. `now` is UTC, cut
    to milliseconds. `time_left` returns the seconds that remain before the function is stopped, `wait` takes seconds to
    wait between attempts.
    """

    caller: Caller
    write_id: str
    now: datetime
    time_left: Callable[[], float]
    wait: Callable[[float], None]

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
