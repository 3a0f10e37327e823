"""Environments in the table."""

from typing import Final

from connection_overrides.errors import EnvironmentAlreadyExistsError, ProjectNotFoundError, QuotaExceededError
from connection_overrides.model.entities import Environment
from connection_overrides.operation import Operation
from connection_overrides.store import keys
from connection_overrides.store.actions import IS_NEW, Condition, Count, Put
from connection_overrides.store.pages import Page, PageRequest, fill_page
from connection_overrides.store.rows import environment_from_row, environment_to_row
from connection_overrides.store.table import Table

ENVIRONMENTS_MAX: Final = 90
"""Environments per project: one transaction of 100 actions can speak of all of them and a few items more."""

# The project is deleted, or another request takes the last place, between validation and this write.
_HAS_ROOM: Final = Condition("attribute_exists(#pk) AND #environmentCount < :maximum", {"maximum": ENVIRONMENTS_MAX})


class EnvironmentStore:
    """The environments of a project."""

    def __init__(self, table: Table) -> None:
        """Use that table."""
        self._table = table

    def create(self, operation: Operation, environment: Environment) -> None:
        """Store a new environment and count it, in one step that the table decides."""
        project_id, name = environment.project_id, environment.name
        refusals = self._table.transact(
            operation,
            [
                Count(
                    keys.project_state(operation.account, project_id),
                    ("environmentCount", "environmentRevision"),
                    _HAS_ROOM,
                ),
                Put(keys.environment(operation.account, project_id, name), environment_to_row(environment), IS_NEW),
            ],
        )
        if refusals is None:
            return
        no_room, taken = refusals
        if taken and taken.is_own_write(operation.write_id):
            return
        if no_room and no_room.row is None:
            raise ProjectNotFoundError("There is no such project.")
        if taken:
            raise EnvironmentAlreadyExistsError(
                "The project already has an environment of that name. Use PUT to change it.", ("environments", name)
            )
        raise QuotaExceededError(f"A project holds at most {ENVIRONMENTS_MAX} environments.")

    def get(self, operation: Operation, project_id: str, name: str) -> Environment | None:
        """Return the environment, or None."""
        row = self._table.get(operation, keys.environment(operation.account, project_id, name))
        return None if row is None else environment_from_row(row)

    def list(self, operation: Operation, project_id: str, request: PageRequest) -> Page[Environment]:
        """Return a page of the project's environments."""
        collection = keys.environments(operation.account, project_id)
        rows = self._table.rows(operation, collection, request.after, request.limit + 1)
        return fill_page(
            operation, request, map(environment_from_row, rows), lambda environment: environment.name, lambda _: True
        )
