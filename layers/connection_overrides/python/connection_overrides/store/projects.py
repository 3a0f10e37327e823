"""Projects in the table: one row for what a project is, one for what it counts."""

import contextlib
from itertools import batched
from typing import Final

from connection_overrides.errors import ProjectNotFoundError, ServiceError, StoreFaultError
from connection_overrides.model.entities import Project, ProjectContents
from connection_overrides.operation import Operation
from connection_overrides.store import keys
from connection_overrides.store.actions import EXISTS, IS_NEW, Condition, Delete, Put, is_as_seen
from connection_overrides.store.first_answers import write
from connection_overrides.store.keys import Key
from connection_overrides.store.pages import Page, PageRequest, fill_page
from connection_overrides.store.rows import contents_from_row, contents_to_row, project_from_row, project_to_row
from connection_overrides.store.table import TRANSACTION_MAX, Table, Written

_EMPTY: Final = ProjectContents(environment_count=0, connection_count=0, environment_revision=0, notes_protection=True)

# An environment or a connection is made after the project was seen to be empty: none is orphaned.
_IS_EMPTY: Final = Condition("#environmentCount = :none AND #connectionCount = :none", {"none": 0})


class ProjectStore:
    """The projects of the caller's account."""

    def __init__(self, table: Table) -> None:
        """Use that table."""
        self._table = table

    def create(self, operation: Operation, project: Project) -> None:
        """Store a project whose id was made for it, and its counters, both or neither."""
        refusals = write(
            self._table,
            operation,
            [
                Put(keys.project(operation.account, project.project_id), project_to_row(project), IS_NEW),
                Put(keys.project_state(operation.account, project.project_id), contents_to_row(_EMPTY), IS_NEW),
            ],
            project,
        )
        if refusals and not (refusals[0] and refusals[0].is_own_write(operation.write_id)):
            raise StoreFaultError("a new project id is already taken")

    def replace(self, operation: Operation, project: Project, seen: Project) -> Written:
        """Store the project in place of the one seen, if it is still as it was seen."""
        key = keys.project(operation.account, project.project_id)
        refusals = write(
            self._table, operation, [Put(key, project_to_row(project), is_as_seen(seen.revision))], project
        )
        if refusals is None or (refusals[0] and refusals[0].is_own_write(operation.write_id)):
            return Written.DONE
        return Written.NOT_AS_SEEN

    def delete(self, operation: Operation, seen: Project) -> Written:
        """Delete the project, if it is still as it was seen and holds nothing."""
        refusals = write(
            self._table,
            operation,
            [
                Delete(keys.project(operation.account, seen.project_id), is_as_seen(seen.revision)),
                Delete(keys.project_state(operation.account, seen.project_id), _IS_EMPTY),
                Delete(keys.protected_environments(operation.account, seen.project_id)),
            ],
            None,
        )
        if refusals is not None:
            return Written.NOT_AS_SEEN
        # Nothing can use a secret there any more. Should this fail, rows are left that nothing reaches.
        with contextlib.suppress(ServiceError):
            self._forget_uses(operation, seen.project_id)
        return Written.DONE

    def _forget_uses(self, operation: Operation, project_id: str) -> None:
        rows = self._table.rows(operation, keys.secret_uses(operation.account, project_id), None, TRANSACTION_MAX)
        for batch in batched(rows, TRANSACTION_MAX, strict=False):
            self._table.transact(operation, [Delete(Key(str(row["pk"]), str(row["sk"])), EXISTS) for row in batch])

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
