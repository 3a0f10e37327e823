"""Pages of a list: the results that match, as many as were asked for, and where to continue."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from connection_overrides.context import RequestContext
from connection_overrides.domain.filters import ConnectionFilter
from connection_overrides.errors import OutOfTime
from connection_overrides.store import database
from connection_overrides.store.items import Row
from connection_overrides.store.keys import Collection

_FILTERED_PAGE_SIZE: Final = 200


class PageRequest(NamedTuple):
    """A part of a list: at most `limit` results whose names sort after `after`."""

    limit: int
    after: str | None = None


ALL: Final = PageRequest(1_000)
"""To read a whole list: a call returns as much as DynamoDB allows, 1 MB."""


class Page[T](NamedTuple):
    """Results in the order of their names' UTF-8 bytes. `next_after` is None at the end of the list.

    `found_nothing` means that there was no candidate either: then nothing shows that the list's parent exists.
    """

    results: tuple[T, ...]
    next_after: str | None
    name_of: Callable[[T], str]
    found_nothing: bool

    def first(self, count: int) -> "Page[T]":
        """Return the page with its first results only, at least one; it continues with the others."""
        if count >= len(self.results):
            return self
        results = self.results[:count]
        return self._replace(results=results, next_after=self.name_of(results[-1]))


def in_batches[T](candidates: Iterable[T], size: int) -> Iterator[tuple[T, ...]]:
    """Yield the candidates in groups of `size`. When time runs out, those found so far come before OutOfTime."""
    batch: list[T] = []
    try:
        for candidate in candidates:
            batch.append(candidate)
            if len(batch) == size:
                yield tuple(batch)
                batch = []
    except OutOfTime:
        if batch:
            yield tuple(batch)
        raise
    if batch:
        yield tuple(batch)


def candidate_rows(
    ctx: RequestContext, collection: Collection, request: PageRequest, filters: ConnectionFilter | None = None
) -> Iterator[Row]:
    """Yield the rows that may be on the page: those of the wanted names, or all; other filters are not applied."""
    if filters is None or filters.connection_names is None:
        page_size = _FILTERED_PAGE_SIZE if filters is not None and filters.by_attribute else request.limit + 1
        return database.query(ctx, collection, request.after, page_size)
    after = "" if request.after is None else request.after
    names = (name for name in filters.connection_names if name.encode() > after.encode())
    return database.get_named(ctx, collection, names)


def fill_page[T](
    request: PageRequest,
    candidates: Iterable[T],
    name_of: Callable[[T], str],
    matches: Callable[[T], bool] = lambda _: True,
) -> Page[T]:
    """Return the next page of the candidates that match.

    When time runs out before the list ends, the page has fewer results than asked for, or none, and continues after
    the last candidate that was read. So `candidates` must include those that cannot match. Raises OutOfTime when not
    one could be read.
    """
    results: list[T] = []
    last = request.after
    try:
        for candidate in candidates:
            if matches(candidate):
                if len(results) == request.limit:
                    break
                results.append(candidate)
            last = name_of(candidate)
        else:
            return Page(tuple(results), None, name_of, found_nothing=last == request.after)
    except OutOfTime:
        if last == request.after:
            raise
    return Page(tuple(results), last, name_of, found_nothing=False)


def replace_results[T, R](page: Page[T], results: Iterable[R], name_of: Callable[[R], str]) -> Page[R]:
    """Return the page with another result for each of its own, as far as time allows.

    Raises OutOfTime when there is none for the first.
    """
    filled = fill_page(PageRequest(len(page.results)), results, name_of)
    next_after = page.next_after if filled.next_after is None else filled.next_after
    return filled._replace(next_after=next_after, found_nothing=page.found_nothing)
