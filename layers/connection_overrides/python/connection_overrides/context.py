"""One request, as every layer sees it: the one argument that carries it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from connection_overrides.caller import Caller
from connection_overrides.errors import InsufficientScope, PreconditionFailed

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


_BEGINNING: Final = datetime.fromtimestamp(0, UTC)


class Tagged(Protocol):
    """Something with a version: `tag` tells it from all others."""

    @property
    def tag(self) -> str: ...  # noqa: D102 - see the class

    @property
    def revision(self) -> int | None: ...  # noqa: D102 - see the class


class Versioned(Tagged, Protocol):
    """A stored item, whose versions are counted."""

    @property
    def revision(self) -> int: ...  # noqa: D102 - see the class

    @property
    def updated_date(self) -> datetime: ...  # noqa: D102 - see the class


class Preconditions(NamedTuple):
    """What the caller demands of an item's version (RFC 9110, section 13); None means no demand.

    `match` lists the tags of which one must be the item's, `none_match` those that must not be the item's. `exists`
    demands any version, `is_absent` that there is no item.
    """

    match: frozenset[str] | None = None
    none_match: frozenset[str] | None = None
    exists: bool = False
    is_absent: bool = False

    def is_ruled_out(self, item: Tagged) -> bool:
        """Return whether the item has a version that it must not have: for a reader, one that the reader has."""
        return self.is_absent or (self.none_match is not None and item.tag in self.none_match)

    def require_match(self, item: Tagged | None) -> None:
        """Raise PreconditionFailed unless the item has a version that it must have."""
        failed = self.exists or self.match is not None if item is None else not self._matches(item)
        if failed:
            raise PreconditionFailed

    def require(self, item: Tagged | None) -> None:
        """Raise PreconditionFailed unless the item, None when there is none, is as demanded."""
        self.require_match(item)
        if item is not None and self.is_ruled_out(item):
            raise PreconditionFailed

    def _matches(self, item: Tagged) -> bool:
        return self.match is None or item.tag in self.match


class IdempotencyKey(NamedTuple):
    """The key of a write that may be repeated. Both are digests.

    `name` tells the caller's key from all others of the account, `fingerprint` this request from others with that key.
    """

    name: str
    fingerprint: str


@dataclass(slots=True, kw_only=True, repr=False)
class RequestContext:
    """A request.

    `now` is in UTC. `write_id` identifies the request in everything that it writes; `new_id` returns a random UUID.
    `time_left` returns the seconds until the function is stopped; `sleep` waits for some seconds. `log` collects what
    the access log says of the request: validated names and stored values only. `base_path` is the part of the client's
    path before the API's own: a stage, a custom domain's base path, or nothing; `path` is the rest. `required_scopes`
    are those that it turned out to need. With `validate_only`, everything is checked and nothing is written. `reason`
    is what the caller says about the change, and `restores` that it brings back an earlier state. A change must be
    later than `not_before`, and its history is kept for `retention`.
    """

    caller: Caller
    client: "DynamoDBClient"
    table_name: str
    now: datetime
    write_id: str
    new_id: Callable[[], str]
    time_left: Callable[[], float]
    sleep: Callable[[float], None]
    request_id: str = ""
    base_path: str = ""
    path: str = ""
    query: Mapping[str, Any] = field(default_factory=dict)
    preconditions: Preconditions = field(default_factory=Preconditions)
    idempotency_key: IdempotencyKey | None = None
    cursor_key: bytes = b""
    is_replay: bool = False
    validate_only: bool = False
    required_scopes: set[str] = field(default_factory=set)
    reason: str | None = None
    restores: bool = False
    not_before: datetime = _BEGINNING
    retention: timedelta = timedelta(days=400)
    log: dict[str, object] = field(default_factory=dict)

    def require(self, *scopes: str) -> None:
        """Raise InsufficientScope, naming all of these scopes, unless the caller has every one."""
        self.required_scopes.update(scopes)
        if not self.caller.has(*scopes):
            raise InsufficientScope(scopes)

    def stamp(self, current: Versioned | None = None) -> dict[str, Any]:
        """Return what an item records of this write; `current` is the item that it replaces."""
        moment = self.moment_after() if current is None else self.moment_after(current)
        changed = {"updated_by": self.caller.subject, "updated_date": moment, "write_id": self.write_id}
        if current is not None:
            return {**changed, "revision": current.revision + 1}
        return {**changed, "revision": 1, "created_by": self.caller.subject, "created_date": moment}

    @property
    def present(self) -> datetime:
        """The time at which overrides are read, some of which have expired: now, or a time that changes follow."""
        return max(self.now, self.not_before)

    def follow(self, moment: datetime) -> None:
        """Date changes after that moment."""
        self.not_before = max(self.not_before, moment)

    def moment_after(self, *items: Versioned) -> datetime:
        """Return the time of a change of these items, in milliseconds.

        It is now or, if the clock has not reached that yet, a millisecond after their latest change: the changes of an
        item have an order, whatever clocks say.
        """
        latest = max([self.not_before, *(item.updated_date for item in items)])
        now = self.now.replace(microsecond=self.now.microsecond // 1000 * 1000)
        return now if now > latest else latest + timedelta(milliseconds=1)
