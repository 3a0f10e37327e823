"""Reads of a project's items: one, a page, or all. What only reads has nothing else."""

from collections.abc import Iterator
from typing import Final

from connection_overrides.errors import ProjectNotFoundError
from connection_overrides.model.entities import Connection, Environment, Override, Project, ProjectContents
from connection_overrides.model.filters import ConnectionFilter
from connection_overrides.operation import Operation
from connection_overrides.store import keys
from connection_overrides.store.pages import Page, PageRequest, candidate_rows, fill_page
from connection_overrides.store.rows import (
    connection_from_row,
    contents_from_row,
    environment_from_row,
    override_from_row,
    project_from_row,
)
from connection_overrides.store.table import Table

ENVIRONMENTS_MAX: Final = 90
"""Environments per project: one transaction of 100 actions can speak of all of them and a few items more."""


class _Reads[T: Table]:
    """On a table of a kind: what also writes needs one that can be written."""

    def __init__(self, table: T) -> None:
        """Use that table."""
        self._table = table


class ProjectReads[T: Table = Table](_Reads[T]):
    """The projects of the caller's account."""

    def get_with_contents(self, operation: Operation, project_id: str) -> tuple[Project, ProjectContents] | None:
        """Return the project and what it holds, in one consistent read, or None."""
        project_key = keys.project(operation.account, project_id)
        contents_key = keys.project_state(operation.account, project_id)
        rows = self._table.get_many(operation, [project_key, contents_key])
        if len(rows) < len((project_key, contents_key)):
            return None
        return project_from_row(rows[project_key]), contents_from_row(rows[contents_key])

    def get(self, operation: Operation, project_id: str) -> Project | None:
        """Return the project, or None."""
        row = self._table.get(operation, keys.project(operation.account, project_id))
        return None if row is None else project_from_row(row)

    def require(self, operation: Operation, project_id: str) -> ProjectContents:
        """Return what the account's project holds, or raise ProjectNotFoundError."""
        row = self._table.get(operation, keys.project_state(operation.account, project_id))
        if row is None:
            raise ProjectNotFoundError("There is no such project.")
        return contents_from_row(row)

    def list(self, operation: Operation, request: PageRequest) -> Page[Project]:
        """Return a page of the account's projects, in the order of their ids."""
        rows = self._table.rows(operation, keys.projects(operation.account), request.after, request.limit + 1)
        return fill_page(request, map(project_from_row, rows), lambda project: project.project_id, lambda _: True)


class EnvironmentReads[T: Table = Table](_Reads[T]):
    """The environments of a project."""

    def get(self, operation: Operation, project_id: str, name: str) -> Environment | None:
        """Return the environment, or None."""
        row = self._table.get(operation, keys.environment(operation.account, project_id, name))
        return None if row is None else environment_from_row(row)

    def list(self, operation: Operation, project_id: str, request: PageRequest) -> Page[Environment]:
        """Return a page of the project's environments."""
        collection = keys.environments(operation.account, project_id)
        rows = self._table.rows(operation, collection, request.after, request.limit + 1)
        return fill_page(request, map(environment_from_row, rows), lambda environment: environment.name, lambda _: True)

    def all(self, operation: Operation, project_id: str) -> tuple[Environment, ...]:
        """Return every environment of the project, which are at most ENVIRONMENTS_MAX."""
        rows = self._table.rows(operation, keys.environments(operation.account, project_id), None, ENVIRONMENTS_MAX + 1)
        return tuple(map(environment_from_row, rows))


class ConnectionReads[T: Table = Table](_Reads[T]):
    """The connections of a project."""

    def get(self, operation: Operation, project_id: str, name: str) -> Connection | None:
        """Return the connection, or None."""
        row = self._table.get(operation, keys.connection(operation.account, project_id, name))
        return None if row is None else connection_from_row(row)

    def list(
        self, operation: Operation, project_id: str, request: PageRequest, wanted: ConnectionFilter
    ) -> Page[Connection]:
        """Return a page of the project's connections that the filter wants."""
        candidates = self.candidates(operation, project_id, request, wanted)
        return fill_page(request, candidates, lambda connection: connection.name, wanted.matches)

    def candidates(
        self, operation: Operation, project_id: str, request: PageRequest, wanted: ConnectionFilter
    ) -> Iterator[Connection]:
        """Yield the connections that may be on the page or after it; their kind is not looked at."""
        collection = keys.connections(operation.account, project_id)
        return map(connection_from_row, candidate_rows(self._table, operation, collection, request, wanted))


class OverrideReads[T: Table = Table](_Reads[T]):
    """The overrides of a project."""

    def get(
        self, operation: Operation, project_id: str, environment_name: str, connection_name: str
    ) -> Override | None:
        """Return the override, or None."""
        key = keys.override(operation.account, project_id, environment_name, connection_name)
        row = self._table.get(operation, key)
        return None if row is None else override_from_row(row)

    def list(
        self,
        operation: Operation,
        project_id: str,
        environment_name: str,
        request: PageRequest,
        wanted: ConnectionFilter,
    ) -> Page[Override]:
        """Return a page of the environment's overrides that the filter wants."""
        candidates = self.candidates(operation, project_id, environment_name, request, wanted)
        return fill_page(request, candidates, lambda override: override.connection_name, wanted.matches)

    def candidates(
        self,
        operation: Operation,
        project_id: str,
        environment_name: str,
        request: PageRequest,
        wanted: ConnectionFilter,
    ) -> Iterator[Override]:
        """Yield the overrides that may be on the page or after it; their kind is not looked at."""
        collection = keys.overrides(operation.account, project_id, environment_name)
        return map(override_from_row, candidate_rows(self._table, operation, collection, request, wanted))
