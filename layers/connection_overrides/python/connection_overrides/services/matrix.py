"""The matrix: every connection in every environment, and the source of its reference."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

from connection_overrides.context import RequestContext
from connection_overrides.domain.filters import ConnectionFilter
from connection_overrides.domain.models import Connection, Environment, Source
from connection_overrides.domain.reports import MatrixRow
from connection_overrides.domain.resolution import resolve
from connection_overrides.services.effective import in_environments, reserving_a_call
from connection_overrides.store import connections, environments, projects
from connection_overrides.store.environments import ENVIRONMENTS_MAX
from connection_overrides.store.pagination import Page, PageRequest, fill_page, in_batches, replace_results
from connection_overrides.store.snapshot import read_connections_and_environments

_READ_AT_ONCE: Final = 100
"""Connections whose rows are begun together."""


class Matrix(NamedTuple):
    """A page of rows, below the names of all environments of the project."""

    environments: list[str]
    rows: Page[MatrixRow]


def get_matrix(
    ctx: RequestContext, project_id: str, request: PageRequest, filters: ConnectionFilter, *, only_missing: bool
) -> Matrix:
    """Return a page of the matrix, paged by connection.

    `only_missing` keeps the rows of connections that lack a reference in some environment.
    """
    if only_missing:
        every = PageRequest(_READ_AT_ONCE, request.after)
        found, all_environments = _candidates(ctx, project_id, every, filters)
        rows = fill_page(request, _rows(ctx, project_id, all_environments, found, filters), _name_of, _lacks_reference)
    else:
        found, all_environments = _candidates(ctx, project_id, request, filters)
        # The one connection beyond the limit, which shows that there is a next page, is not read in environments.
        page = fill_page(request, found, lambda connection: connection.name, filters.matches)
        rows = replace_results(page, _rows(ctx, project_id, all_environments, page.results, filters), _name_of)
    if rows.found_nothing and not all_environments:
        projects.get_state(ctx, project_id)
    return Matrix([environment.name for environment in all_environments], rows)


def _candidates(
    ctx: RequestContext, project_id: str, request: PageRequest, filters: ConnectionFilter
) -> tuple[Iterator[Connection], Sequence[Environment]]:
    """Return connections and environments; a project of ordinary size is read in one call."""
    if filters.connection_names is None:
        limit = request.limit + 1 + ENVIRONMENTS_MAX
        together = read_connections_and_environments(ctx, project_id, request.after, limit)
        if together is not None:
            return iter(together[0]), together[1]
    all_environments = environments.list_all(ctx, project_id)
    return connections.candidates(reserving_a_call(ctx), project_id, request, filters), all_environments


def _rows(
    ctx: RequestContext,
    project_id: str,
    all_environments: Sequence[Environment],
    found: Iterable[Connection],
    filters: ConnectionFilter,
) -> Iterator[MatrixRow]:
    """Yield a row for each connection, once all its cells are known. One that does not match has no cells."""
    for batch in in_batches(found, _READ_AT_ONCE):
        pairs = in_environments(ctx, project_id, all_environments, filter(filters.matches, batch))
        for connection in batch:
            own = islice(pairs, len(all_environments)) if filters.matches(connection) else ()
            cells = {environment.name: resolve(environment, one, override).source for environment, one, override in own}
            yield MatrixRow.model_construct(name=connection.name, cells=cells)


def _lacks_reference(row: MatrixRow) -> bool:
    return Source.NONE in row.cells.values()


def _name_of(row: MatrixRow) -> str:
    return row.name
