"""Projects in the table: one row for what a project is, one for what it counts."""

import contextlib
from itertools import batched
from typing import Final

from connection_overrides.errors import ServiceError, StoreFaultError
from connection_overrides.model.entities import Project, ProjectContents
from connection_overrides.operation import Operation
from connection_overrides.store import keys
from connection_overrides.store.actions import EXISTS, IS_NEW, Condition, Delete, Put, is_as_seen
from connection_overrides.store.first_answers import write
from connection_overrides.store.keys import Key
from connection_overrides.store.reads import ProjectReads
from connection_overrides.store.rows import contents_to_row, project_to_row
from connection_overrides.store.writable_table import TRANSACTION_MAX, WritableTable, Written

_EMPTY: Final = ProjectContents(environment_count=0, connection_count=0, environment_revision=0, notes_protection=True)

# An environment or a connection is made after the project was seen to be empty: none is orphaned.
_IS_EMPTY: Final = Condition("#environmentCount = :none AND #connectionCount = :none", {"none": 0})


class ProjectStore(ProjectReads[WritableTable]):
    """The projects of the caller's account."""

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
