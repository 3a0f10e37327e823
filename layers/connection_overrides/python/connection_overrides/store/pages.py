"""Pages of a list: the items that match, how many were asked for, and where to go on."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from connection_overrides.errors import OutOfTimeError
from connection_overrides.model.filters import ConnectionFilter
from connection_overrides.operation import Operation
from connection_overrides.store.attributes import Row
from connection_overrides.store.keys import Collection
from connection_overrides.store.table import Table

_FILTERED_PAGE_SIZE: Final = 200


class PageRequest(NamedTuple):
    """Which part of a list: at most `limit` items whose names come after `after`."""

    limit: int
    after: str | None = None


ALL: Final = PageRequest(1_000)
"""For who looks at a whole list: a call brings as much as DynamoDB lets it, 1 MB."""


class Page[T](NamedTuple):
    """Items in the order of their names' UTF-8 bytes. `next_after` is None at the end of the list.

    `saw_nothing` tells that there was no candidate either: then nothing shows that what holds the list is there.
    """

    items: tuple[T, ...]
    next_after: str | None
    name_of: Callable[[T], str]
    saw_nothing: bool

    def first(self, count: int) -> "Page[T]":
        """Return the page with its first items only, at least one; it leads on to the rest."""
        if count >= len(self.items):
            return self
        items = self.items[:count]
        return self._replace(items=items, next_after=self.name_of(items[-1]))


def in_batches[T](candidates: Iterable[T], size: int) -> Iterator[tuple[T, ...]]:
    """Yield the candidates together, as many as `size` at once; before time is over, those that came until then."""
    batch: list[T] = []
    try:
        for candidate in candidates:
            batch.append(candidate)
            if len(batch) == size:
                yield tuple(batch)
                batch = []
    except OutOfTimeError:
        if batch:
            yield tuple(batch)
        raise
    if batch:
        yield tuple(batch)


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
    request: PageRequest, candidates: Iterable[T], name_of: Callable[[T], str], matches: Callable[[T], bool]
) -> Page[T]:
    """Return the next page of the candidates that match.

    A page may hold fewer than asked for, or none, and yet not be the last, when the time is over before the list is:
    it leads on after the last candidate that was looked at. So every candidate must be among `candidates`, those too
    that cannot match. Raises OutOfTimeError when not one could be looked at.
    """
    items: list[T] = []
    last = request.after
    try:
        for candidate in candidates:
            if matches(candidate):
                if len(items) == request.limit:
                    break
                items.append(candidate)
            last = name_of(candidate)
        else:
            return Page(tuple(items), None, name_of, saw_nothing=last == request.after)
    except OutOfTimeError:
        if last == request.after:
            raise
    return Page(tuple(items), last, name_of, saw_nothing=False)


def seen_through[T, R](page: Page[T], results: Iterable[R], name_of: Callable[[R], str]) -> Page[R]:
    """Return the page with a result in place of each item, as far as there is time for them.

    Raises OutOfTimeError when there is none for the first.
    """
    seen = fill_page(PageRequest(len(page.items)), results, name_of, lambda _: True)
    next_after = page.next_after if seen.next_after is None else seen.next_after
    return seen._replace(next_after=next_after, saw_nothing=page.saw_nothing)
