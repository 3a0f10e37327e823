"""Projects in the table: one row for what a project is, one for what it counts."""

from connection_overrides.errors import ProjectNotFoundError, StoreFaultError
from connection_overrides.model.entities import Project
from connection_overrides.operation import Operation
from connection_overrides.store import keys
from connection_overrides.store.actions import IS_NEW, Put
from connection_overrides.store.pages import Page, PageRequest, fill_page
from connection_overrides.store.rows import project_from_row, project_to_row
from connection_overrides.store.table import Table


class ProjectStore:
    """The projects of the caller's account."""

    def __init__(self, table: Table) -> None:
        """Use that table."""
        self._table = table

    def create(self, operation: Operation, project: Project) -> None:
        """Store a project whose id was made for it, and its counters, both or neither."""
        refusals = self._table.transact(
            operation,
            [
                Put(keys.project(operation.account, project.project_id), project_to_row(project), IS_NEW),
                Put(
                    keys.project_state(operation.account, project.project_id),
                    {"environmentCount": 0, "connectionCount": 0, "environmentRevision": 0},
                    IS_NEW,
                ),
            ],
        )
        if refusals and not (refusals[0] and refusals[0].is_own_write(operation.write_id)):
            raise StoreFaultError("a new project id is already taken")

    def get(self, operation: Operation, project_id: str) -> Project | None:
        """Return the project, or None."""
        row = self._table.get(operation, keys.project(operation.account, project_id))
        return None if row is None else project_from_row(row)

    def require(self, operation: Operation, project_id: str) -> None:
        """Raise ProjectNotFoundError unless the account has the project."""
        if self._table.get(operation, keys.project_state(operation.account, project_id)) is None:
            raise ProjectNotFoundError("There is no such project.")

    def list(self, operation: Operation, request: PageRequest) -> Page[Project]:
        """Return a page of the account's projects, in the order of their ids."""
        rows = self._table.rows(operation, keys.projects(operation.account), request.after, request.limit + 1)
        return fill_page(
            operation, request, map(project_from_row, rows), lambda project: project.project_id, lambda _: True
        )
