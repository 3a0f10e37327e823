"""The matrix: every connection in every environment, and where its reference comes from."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

from connection_overrides.model.entities import Connection, Environment
from connection_overrides.model.filters import ConnectionFilter
from connection_overrides.model.resolution import Resolution, Source
from connection_overrides.operation import Operation
from connection_overrides.service.views import views_of
from connection_overrides.store.pages import Page, PageRequest, fill_page, in_batches, seen_through
from connection_overrides.store.reader import Reader
from connection_overrides.store.reads import ENVIRONMENTS_MAX, ConnectionReads, EnvironmentReads, ProjectReads
from connection_overrides.store.table import CALL_BUDGET

_LOOKED_AT_ONCE: Final = 100
"""Connections whose lines are begun together."""


class Line(NamedTuple):
    """A connection, and what it is in each environment, in the order of the environments' names."""

    connection: Connection
    cells: tuple[Resolution, ...]

    @property
    def is_missing_somewhere(self) -> bool:
        """Tell whether an environment has no reference for the connection."""
        return any(cell.source is Source.NONE for cell in self.cells)


class Matrix(NamedTuple):
    """A page of lines under all environments of the project."""

    environments: tuple[Environment, ...]
    lines: Page[Line]


class MatrixService:
    """The matrix of a project."""

    def __init__(
        self, projects: ProjectReads, environments: EnvironmentReads, connections: ConnectionReads, reader: Reader
    ) -> None:
        """Read there; projects are asked only to tell an empty one from one that is not there."""
        self._projects = projects
        self._environments = environments
        self._connections = connections
        self._reader = reader

    def get_matrix(
        self,
        operation: Operation,
        project_id: str,
        request: PageRequest,
        *,
        wanted: ConnectionFilter,
        only_missing: bool,
    ) -> Matrix:
        """Return a page of the matrix, paged by connection.

        `only_missing` keeps the lines of connections that lack a reference in some environment.
        """
        if only_missing:
            every = PageRequest(_LOOKED_AT_ONCE, request.after)
            connections, environments = self._candidates(operation, project_id, every, wanted)
            found = self._lines(operation, project_id, environments, connections, wanted)
            lines = fill_page(request, found, _name_of, lambda line: line.is_missing_somewhere)
        else:
            connections, environments = self._candidates(operation, project_id, request, wanted)
            # The one connection too many that tells of a next page is not looked at in every environment.
            page = fill_page(request, connections, lambda connection: connection.name, wanted.matches)
            found = self._lines(operation, project_id, environments, page.items, wanted)
            lines = seen_through(page, found, _name_of)
        if lines.saw_nothing and not environments:
            self._projects.require(operation, project_id)
        return Matrix(tuple(environments), lines)

    def _candidates(
        self, operation: Operation, project_id: str, request: PageRequest, wanted: ConnectionFilter
    ) -> tuple[Iterator[Connection], Sequence[Environment]]:
        """Return connections and environments; a project of ordinary size is read by one call."""
        if wanted.connection_names is None:
            most = request.limit + 1 + ENVIRONMENTS_MAX
            whole = self._reader.connections_and_environments(operation, project_id, request.after, most)
            if whole is not None:
                connections, environments = whole
                return iter(connections), environments
        environments_alone = self._environments.all(operation, project_id)
        searching = operation.setting_aside(CALL_BUDGET)  # for the look at the overrides of what was found
        return self._connections.candidates(searching, project_id, request, wanted), environments_alone

    def _lines(
        self,
        operation: Operation,
        project_id: str,
        environments: Sequence[Environment],
        connections: Iterable[Connection],
        wanted: ConnectionFilter,
    ) -> Iterator[Line]:
        """Yield a line for each connection, once all its cells are known. One that is not wanted has none."""
        for batch in in_batches(connections, _LOOKED_AT_ONCE):
            looked_at = filter(wanted.matches, batch)
            views = views_of(self._reader, operation, project_id, environments, looked_at)
            for connection in batch:
                cells = islice(views, len(environments)) if wanted.matches(connection) else ()
                yield Line(connection, tuple(view.resolve() for view in cells))


def _name_of(line: Line) -> str:
    return line.connection.name
