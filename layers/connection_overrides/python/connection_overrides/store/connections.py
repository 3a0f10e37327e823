"""Connections in the table."""

from typing import Final

from connection_overrides.errors import ConnectionAlreadyExistsError, ProjectNotFoundError
from connection_overrides.model.entities import Connection
from connection_overrides.model.filters import ConnectionFilter
from connection_overrides.operation import Operation
from connection_overrides.store import keys
from connection_overrides.store.actions import IS_NEW, Condition, Count, Put
from connection_overrides.store.pages import Page, PageRequest, candidate_rows, fill_page
from connection_overrides.store.rows import connection_from_row, connection_to_row
from connection_overrides.store.table import Table

# The project is deleted between validation and this write.
_EXISTS: Final = Condition("attribute_exists(#pk)")


class ConnectionStore:
    """The connections of a project."""

    def __init__(self, table: Table) -> None:
        """Use that table."""
        self._table = table

    def create(self, operation: Operation, connection: Connection) -> None:
        """Store a new connection and count it, in one step that the table decides."""
        project_id, name = connection.project_id, connection.name
        refusals = self._table.transact(
            operation,
            [
                Count(keys.project_state(operation.account, project_id), ("connectionCount",), _EXISTS),
                Put(keys.connection(operation.account, project_id, name), connection_to_row(connection), IS_NEW),
            ],
        )
        if refusals is None:
            return
        no_project, taken = refusals
        if taken and taken.is_own_write(operation.write_id):
            return
        if no_project:
            raise ProjectNotFoundError("There is no such project.")
        raise ConnectionAlreadyExistsError(
            "The project already has a connection of that name. Use PUT to change it.", ("connections", name)
        )

    def get(self, operation: Operation, project_id: str, name: str) -> Connection | None:
        """Return the connection, or None."""
        row = self._table.get(operation, keys.connection(operation.account, project_id, name))
        return None if row is None else connection_from_row(row)

    def list(
        self, operation: Operation, project_id: str, request: PageRequest, wanted: ConnectionFilter
    ) -> Page[Connection]:
        """Return a page of the project's connections that the filter wants."""
        collection = keys.connections(operation.account, project_id)
        rows = candidate_rows(self._table, operation, collection, request, wanted)
        return fill_page(
            operation, request, map(connection_from_row, rows), lambda connection: connection.name, wanted.matches
        )
