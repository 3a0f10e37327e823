"""Pages of a list: the items that match, how many were asked for, and where to go on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from connection_overrides.model.filters import ConnectionFilter
from connection_overrides.operation import Operation
from connection_overrides.store.attributes import Row
from connection_overrides.store.keys import Collection
from connection_overrides.store.table import CALL_BUDGET, Table

_FILTERED_PAGE_SIZE: Final = 200


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which part of a list: at most `limit` items whose names come after `after`."""

    limit: int
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Page[T]:
    """Items in the order of their names' UTF-8 bytes. `next_after` is None at the end of the list."""

    items: tuple[T, ...]
    next_after: str | None
    name_of: Callable[[T], str]

    def first(self, count: int) -> "Page[T]":
        """Return the page with its first items only, at least one; it leads on to the rest."""
        if count >= len(self.items):
            return self
        items = self.items[:count]
        return replace(self, items=items, next_after=self.name_of(items[-1]))


def candidate_rows(
    table: Table, operation: Operation, collection: Collection, request: PageRequest, wanted: ConnectionFilter
) -> Iterator[Row]:
    """Yield the rows that may be on the page: those of the wanted names, or all; the kind is not looked at yet."""
    if wanted.connection_names is None:
        page_size = _FILTERED_PAGE_SIZE if wanted.by_kind else request.limit + 1
        return table.rows(operation, collection, request.after, page_size)
    after = "" if request.after is None else request.after
    return table.named_rows(
        operation, collection, (name for name in wanted.connection_names if name.encode() > after.encode())
    )


def fill_page[T](
    operation: Operation,
    request: PageRequest,
    candidates: Iterator[T],
    name_of: Callable[[T], str],
    matches: Callable[[T], bool],
) -> Page[T]:
    """Return the next page of the candidates that match.

    A page may hold fewer than asked for, and yet not be the last, when the time is over before the list is.
    """
    items: list[T] = []
    last = request.after
    for candidate in candidates:
        if matches(candidate):
            if len(items) == request.limit:
                return Page(tuple(items), last, name_of)
            items.append(candidate)
        last = name_of(candidate)
        if operation.time_left() < CALL_BUDGET:
            return Page(tuple(items), last, name_of)
    return Page(tuple(items), None, name_of)
