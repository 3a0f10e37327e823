"""The matrix: every connection in every environment, and where its reference comes from."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import batched

from connection_overrides.model.entities import Connection, Environment
from connection_overrides.model.filters import ConnectionFilter
from connection_overrides.model.resolution import Resolution, Source
from connection_overrides.operation import Operation
from connection_overrides.service.views import views_of
from connection_overrides.store.connections import ConnectionStore
from connection_overrides.store.environments import ENVIRONMENTS_MAX, EnvironmentStore
from connection_overrides.store.pages import Page, PageRequest, fill_page
from connection_overrides.store.projects import ProjectStore
from connection_overrides.store.reader import Reader


@dataclass(frozen=True, slots=True)
class Line:
    """A connection, and what it is in each environment, in the order of the environments' names."""

    connection: Connection
    cells: tuple[Resolution, ...]

    @property
    def is_missing_somewhere(self) -> bool:
        """Tell whether an environment has no reference for the connection."""
        return any(cell.source is Source.NONE for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Matrix:
    """A page of lines under all environments of the project."""

    environments: tuple[Environment, ...]
    lines: Page[Line]


class MatrixService:
    """The matrix of a project."""

    def __init__(
        self, projects: ProjectStore, environments: EnvironmentStore, connections: ConnectionStore, reader: Reader
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
        connections, environments = self._candidates(operation, project_id, request, wanted)
        if not environments:
            self._projects.require(operation, project_id)
        if only_missing:
            lines = fill_page(
                operation,
                request,
                self._lines(operation, project_id, environments, filter(wanted.matches, connections), request.limit),
                _name_of,
                lambda line: line.is_missing_somewhere,
            )
        else:
            # The one connection too many that tells of a next page is not looked at in every environment.
            page = fill_page(operation, request, connections, lambda connection: connection.name, wanted.matches)
            found = self._lines(operation, project_id, environments, page.items, request.limit)
            lines = Page(tuple(found), page.next_after, _name_of)
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
        return self._connections.candidates(operation, project_id, request, wanted), environments_alone

    def _lines(
        self,
        operation: Operation,
        project_id: str,
        environments: Sequence[Environment],
        connections: Iterable[Connection],
        at_once: int,
    ) -> Iterator[Line]:
        for batch in batched(connections, at_once, strict=False):
            views = views_of(self._reader, operation, project_id, environments, batch)
            for connection in batch:
                cells = (views[environment.name, connection.name].resolve() for environment in environments)
                yield Line(connection, tuple(cells))


def _name_of(line: Line) -> str:
    return line.connection.name
