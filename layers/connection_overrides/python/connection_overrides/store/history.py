"""The history of items, and the changes of a project: rows that are written with every change and never changed.

A change has one id in all its rows. It begins with the time in milliseconds, as that of a UUID of version 7 does (RFC
9562, section 5.7), so the rows of an item, and those of a project, are in the order of time.

That an override expires is a change that the clock makes, and nothing writes. It follows from the entry of the write
that said so. The project's change is written ahead, and so is a marker, whose removal by DynamoDB's time to live
becomes the event. Both are deleted by a write that changes the override before.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import takewhile
from math import ceil
from typing import Any, Final, NamedTuple

from connection_overrides.context import RequestContext
from connection_overrides.domain.base import to_milliseconds, to_rfc3339
from connection_overrides.domain.filters import ChangeFilter
from connection_overrides.domain.history import Change, ChangedItem, HistoryEntry, action_of, detail_type, is_kept
from connection_overrides.domain.models import Connection, Environment, Override, Stored, ThenUse
from connection_overrides.store import database, keys
from connection_overrides.store.items import Attributes, Row, current_schema, from_row, to_attributes, to_row, upgrade
from connection_overrides.store.keys import Key
from connection_overrides.store.pagination import Page, PageRequest, fill_page

_CHANGES_AT_ONCE: Final = 200


class StateUnknownError(Exception):
    """The history no longer says what the item was at a moment."""


class ItemChange(NamedTuple):
    """An item before and after a change; None stands for no item. `attributes` are those of the item after it."""

    before: Stored | None
    after: Stored | None
    attributes: Attributes | None

    @property
    def item(self) -> Stored:
        """The item as it is or, once it is deleted, as it was last."""
        item = self.after or self.before
        assert item is not None  # noqa: S101 - one of them exists
        return item

    def comes_too_late(self, moment: datetime) -> bool:
        """Return whether the item before the change is an override that has expired at that moment."""
        return isinstance(self.before, Override) and self.before.as_of(moment) is not self.before


class _Expiry(NamedTuple):
    """The end of an override at a moment, if nothing changes it before."""

    override: Override
    moment: datetime

    @property
    def change_id(self) -> str:
        return _change_id(self.moment, self.override.write_id)

    @property
    def changed(self) -> ChangedItem:
        lasting = self.override.lasting
        action = action_of(lasting, self.override, restored=self.override.then_use is ThenUse.PREVIOUS)
        return ChangedItem.of(lasting or self.override, action)


def moment_of(ctx: RequestContext, changes: Collection[ItemChange]) -> datetime:
    """Return the time of the changes, which is later than any earlier change of their items."""
    deleted = [change.item for change in changes if change.after is None]
    written = [change.after.updated_date for change in changes if change.after is not None]
    return max([*written, *([ctx.moment_after(*deleted)] if deleted or not written else [])])


def rows_of(ctx: RequestContext, changes: Sequence[ItemChange], moment: datetime) -> Iterator[tuple[Key, Attributes]]:
    """Yield the rows that record the changes at that time: one for each item, and one for the project.

    Each item has an event in one row: in its own, or in the project's if it is the project. The pipe of template.yaml
    turns the event into one of EventBridge. An override that is to expire has two rows more.
    """
    change_id = _change_id(moment, ctx.write_id)
    common = _said_by_all(ctx, change_id, moment)
    touched: list[Attributes] = []
    of_project: Attributes = {}
    for change in changes:
        action = action_of(change.after, change.before, restored=ctx.restores)
        changed = ChangedItem.of(change.item, action)
        touched.append({"M": to_attributes(to_row(changed))})
        event = {"event": {"M": to_attributes(_event_of(ctx, change.item, changed))}}
        if is_kept(change.item):
            own = to_attributes({"action": str(action), "revision": change.item.revision})
            if change.attributes is not None:
                own["item"] = {"M": change.attributes}
            if change.before is not None:
                own["before"] = {"M": to_attributes({"schema": current_schema(), **to_row(change.before)})}
            if expiry := _expiry_of(change.after):
                # It tells of both changes.
                own |= to_attributes({"expiresAt": _removal(ctx, expiry.moment)})
                yield from _rows_of_expiry(ctx, expiry)
            key = keys.history(keys.key_of(ctx.caller.account, change.item)).key_of(change_id)
            yield key, {**common, **event, **own}
        else:
            of_project = event
    key = keys.changes(ctx.caller.account, changes[0].item.project_id).key_of(change_id)
    yield key, {**common, **of_project, "items": {"L": touched}}


def prevented_expiries(ctx: RequestContext, changes: Iterable[ItemChange]) -> Iterator[Key]:
    """Yield the keys of the rows that say that an override will expire which is changed before."""
    for change in changes:
        if expiry := _expiry_of(change.before):
            yield from _keys_of_expiry(ctx, expiry)


def get[E: HistoryEntry[Any]](ctx: RequestContext, model: type[E], item: Key, change_id: str) -> E | None:
    """Return the entry of a change in the history of an item, or None."""
    row = database.get(ctx, keys.history(item).key_of(change_id))
    if row is not None:
        return _entry(model, row)
    for row_before in database.query(ctx, keys.history(item), change_id, 1, backward=True):
        expired = _expired(ctx, _entry(model, row_before))
        if expired is not None and expired.change_id == change_id:
            return expired
    return None


def list_page[E: HistoryEntry[Any]](ctx: RequestContext, model: type[E], item: Key, request: PageRequest) -> Page[E]:
    """Return a page of the history of an item, newest first."""
    rows = database.query(ctx, keys.history(item), request.after, request.limit + 1, backward=True)

    def entries() -> Iterator[E]:
        newer = request.after
        for entry in (_entry(model, row) for row in rows):
            expired = _expired(ctx, entry)
            if expired is not None and (newer is None or expired.change_id < newer):
                yield expired
            yield entry
            newer = entry.change_id

    return fill_page(request, entries(), lambda entry: entry.change_id)


def list_changes(ctx: RequestContext, project_id: str, request: PageRequest, filters: ChangeFilter) -> Page[Change]:
    """Return a page of the changes of a project that match, newest first."""
    after = request.after
    if after is None and filters.until is not None:
        after = _last_id(filters.until)
    rows = database.query(ctx, keys.changes(ctx.caller.account, project_id), after, _CHANGES_AT_ONCE, backward=True)
    first = "" if filters.since is None else _time_of(filters.since)
    found = takewhile(lambda change: change.change_id >= first, (from_row(Change, row) for row in rows))
    return fill_page(
        request,
        found,
        lambda change: change.change_id,
        lambda change: filters.matches(change) and not (change.expired and change.changed_date > ctx.present),
    )


def read_state[T: (Override, Connection, Environment)](
    ctx: RequestContext, model: type[HistoryEntry[T]], item_model: type[T], item: Key, moment: datetime
) -> T | None:
    """Return the item as it was at that moment, None if there was none.

    The entry of the last change until then may have expired. Then the next one says what was before it; and if the item
    has not changed since, it is as it was. Raises StateUnknownError if the next one has expired as well: it was written
    when history was kept for a shorter time.
    """
    collection, last = keys.history(item), _last_id(moment)
    for row in database.query(ctx, collection, last, 1, backward=True):
        return _as_of(moment, _entry(model, row).item)
    for row in database.query(ctx, collection, last, 1):
        return _as_of(moment, _entry(model, row).before)
    current = database.get(ctx, item)
    state = None if current is None else from_row(item_model, current)
    if state is None or state.created_date > moment:
        return None
    if state.updated_date > moment:
        raise StateUnknownError
    return _as_of(moment, state)


def _as_of[T: (Override, Connection, Environment)](moment: datetime, item: T | None) -> T | None:
    return item.as_of(moment) if isinstance(item, Override) else item


def _said_by_all(ctx: RequestContext, change_id: str, moment: datetime) -> Attributes:
    """Return what all rows of a change say."""
    said = {
        "schema": current_schema(),
        "changeId": change_id,
        "changedBy": ctx.caller.subject,
        "changedDate": to_rfc3339(moment),
        "requestId": ctx.request_id,
        **({} if ctx.reason is None else {"reason": ctx.reason}),
        "expiresAt": _removal(ctx, moment),
    }
    return to_attributes(said)


def _removal(ctx: RequestContext, moment: datetime) -> int:
    """Return when the history of that moment may be removed, in seconds since 1970."""
    return int(moment.timestamp() + ctx.retention.total_seconds())


def _event_of(ctx: RequestContext, item: Stored, changed: ChangedItem) -> dict[str, str]:
    """Return the event of a changed item, except for what its row says.

    A pipe copies strings as they are, but neither numbers nor lists, and its template cannot leave a member out. So
    all members are strings, and one without a value is empty.
    """
    return {
        "detailType": detail_type(changed.kind, changed.action),
        "account": ctx.caller.account,
        "projectId": item.project_id,
        "environmentName": changed.environment_name or "",
        "connectionName": changed.connection_name or "",
        "revision": str(changed.revision),
        "reason": ctx.reason or "",
    }


def _entry[E: HistoryEntry[Any]](model: type[E], row: Row) -> E:
    return from_row(model, {**row, **{name: upgrade(row[name]) for name in ("item", "before") if name in row}})


def _expiry_of(item: Stored | None) -> _Expiry | None:
    return _Expiry(item, item.expires_at) if isinstance(item, Override) and item.expires_at is not None else None


def _expired[E: HistoryEntry[Any]](ctx: RequestContext, entry: E) -> E | None:
    """Return the entry that follows if its override has expired, unless a change came before; otherwise None."""
    expiry = _expiry_of(entry.item)
    if expiry is None or expiry.moment > ctx.present:
        return None
    changed = expiry.changed
    return entry.model_copy(
        update={
            "change_id": expiry.change_id,
            "action": changed.action,
            "revision": changed.revision,
            "changed_date": expiry.moment,
            "item": expiry.override.lasting,
            "before": expiry.override,
            "expired": True,
        }
    )


def _rows_of_expiry(ctx: RequestContext, expiry: _Expiry) -> Iterator[tuple[Key, Attributes]]:
    """Yield the project's change, and the marker that the time to live removes once the override has expired."""
    of_project, marker = _keys_of_expiry(ctx, expiry)
    common = _said_by_all(ctx, expiry.change_id, expiry.moment)
    yield of_project, {**common, **to_attributes({"items": [to_row(expiry.changed)], "expired": True})}
    event = _event_of(ctx, expiry.override, expiry.changed)
    yield marker, {**common, **to_attributes({"expiry": event, "expiresAt": ceil(expiry.moment.timestamp())})}


def _keys_of_expiry(ctx: RequestContext, expiry: _Expiry) -> tuple[Key, Key]:
    """Return the keys of the project's change and of the marker."""
    account, override = ctx.caller.account, expiry.override
    return (
        keys.changes(account, override.project_id).key_of(expiry.change_id),
        keys.expiries(keys.key_of(account, override)).key_of(expiry.change_id),
    )


def _last_id(moment: datetime) -> str:
    """Return what sorts after the ids of all changes until that moment, and before all others."""
    return f"{_time_of(moment)}-~"


def _change_id(moment: datetime, write_id: str) -> str:
    """Return the id of a change that a request makes at that moment."""
    variant = "89ab"[int(write_id[3], 16) % 4]
    return f"{_time_of(moment)}-7{write_id[:3]}-{variant}{write_id[4:7]}-{write_id[7:19]}"


def _time_of(moment: datetime) -> str:
    time = f"{to_milliseconds(moment):012x}"
    return f"{time[:8]}-{time[8:]}"
