"""What items were, and how they became what they are. Nothing here writes."""

from collections.abc import Callable
from typing import Any, NamedTuple

from connection_overrides.context import RequestContext
from connection_overrides.domain.filters import ChangeFilter
from connection_overrides.domain.history import (
    Change,
    ConnectionEntry,
    EnvironmentEntry,
    HistoryEntry,
    OverrideEntry,
    PatchOperation,
)
from connection_overrides.errors import ChangeNotFound
from connection_overrides.store import history, keys, projects
from connection_overrides.store.keys import Key
from connection_overrides.store.pagination import Page, PageRequest
from connection_overrides.store.snapshot import read_snapshot


class ItemHistory[E: HistoryEntry[Any]](NamedTuple):
    """The history of an item. `require_item` raises the error of the item, or of its parent, if it does not exist."""

    entry: type[E]
    item: Key
    require_item: Callable[[], object]


def of_override(
    ctx: RequestContext, project_id: str, environment_name: str, connection_name: str
) -> ItemHistory[OverrideEntry]:
    """Return the history of an override, which may have been deleted."""
    key = keys.overrides(ctx.caller.account, project_id, environment_name).key_of(connection_name)

    def require() -> object:
        snapshot = read_snapshot(
            ctx, project_id, environment=environment_name, connection=connection_name, overrides_of=[connection_name]
        )
        return snapshot.require_override()

    return ItemHistory(OverrideEntry, key, require)


def of_connection(ctx: RequestContext, project_id: str, name: str) -> ItemHistory[ConnectionEntry]:
    """Return the history of a connection, which may have been deleted."""
    key = keys.connections(ctx.caller.account, project_id).key_of(name)
    return ItemHistory(
        ConnectionEntry, key, lambda: read_snapshot(ctx, project_id, connection=name).require_connection()
    )


def of_environment(ctx: RequestContext, project_id: str, name: str) -> ItemHistory[EnvironmentEntry]:
    """Return the history of an environment, which may have been deleted."""
    key = keys.environments(ctx.caller.account, project_id).key_of(name)
    return ItemHistory(
        EnvironmentEntry, key, lambda: read_snapshot(ctx, project_id, environment=name).require_environment()
    )


def list_entries[E: HistoryEntry[Any]](ctx: RequestContext, of: ItemHistory[E], request: PageRequest) -> Page[E]:
    """Return a page of the history, newest first."""
    page = history.list_page(ctx, of.entry, of.item, request)
    if page.found_nothing and request.after is None:
        of.require_item()
    return page


def get_entry[E: HistoryEntry[Any]](ctx: RequestContext, of: ItemHistory[E], change_id: str) -> E:
    """Return an entry, or raise ChangeNotFound."""
    entry = history.get(ctx, of.entry, of.item, change_id)
    if entry is None:
        raise ChangeNotFound
    return entry


def diff(ctx: RequestContext, of: ItemHistory[Any], change_id: str, against: str | None) -> list[PatchOperation]:
    """Return what turns the item as another change left it into the item as this one did (RFC 6902).

    Without another change, it is turned from what it was before this one. Raises ChangeNotFound.
    """
    # Loaded for the few requests that need it.
    import jsonpatch  # noqa: PLC0415

    entry: HistoryEntry[Any] = get_entry(ctx, of, change_id)
    base = entry.before if against is None else get_entry(ctx, of, against).item
    # No item is an object without members.
    first, second = ({} if one is None else one.model_dump(mode="json", by_alias=True) for one in (base, entry.item))
    return [PatchOperation.model_validate(operation) for operation in jsonpatch.make_patch(first, second)]


def list_changes(ctx: RequestContext, project_id: str, request: PageRequest, filters: ChangeFilter) -> Page[Change]:
    """Return a page of the changes of a project that match, newest first."""
    page = history.list_changes(ctx, project_id, request, filters)
    if page.found_nothing:
        projects.get_state(ctx, project_id)
    return page
