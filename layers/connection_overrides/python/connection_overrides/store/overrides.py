"""Overrides in the table, and the parents that a create depends on."""

from dataclasses import dataclass
from enum import Enum, auto

from connection_overrides.errors import OverrideAlreadyExistsError
from connection_overrides.model.entities import Connection, Environment, Override
from connection_overrides.model.filters import ConnectionFilter
from connection_overrides.operation import Operation
from connection_overrides.store import keys
from connection_overrides.store.actions import IS_NEW, Check, Condition, Count, Put
from connection_overrides.store.pages import Page, PageRequest, candidate_rows, fill_page
from connection_overrides.store.rows import (
    connection_from_row,
    environment_from_row,
    override_from_row,
    override_to_row,
)
from connection_overrides.store.table import Table


@dataclass(frozen=True, slots=True)
class Parents:
    """What an override stands on, as it was seen; None is what was not there."""

    project_exists: bool
    environment: Environment | None
    connection: Connection | None


class Created(Enum):
    """What became of a create that no item of that name hindered."""

    DONE = auto()
    PARENTS_CHANGED = auto()


class OverrideStore:
    """The overrides of a project."""

    def __init__(self, table: Table) -> None:
        """Use that table."""
        self._table = table

    def parents(self, operation: Operation, project_id: str, environment_name: str, connection_name: str) -> Parents:
        """Return project, environment and connection as they are now, in one consistent read."""
        state_key = keys.project_state(operation.account, project_id)
        environment_key = keys.environment(operation.account, project_id, environment_name)
        connection_key = keys.connection(operation.account, project_id, connection_name)
        rows = self._table.get_many(operation, [state_key, environment_key, connection_key])
        environment, connection = rows.get(environment_key), rows.get(connection_key)
        return Parents(
            project_exists=state_key in rows,
            environment=None if environment is None else environment_from_row(environment),
            connection=None if connection is None else connection_from_row(connection),
        )

    def create(self, operation: Operation, override: Override, environment: Environment) -> Created:
        """Store a new override and count it, if its parents are still as they were seen.

        Raises OverrideAlreadyExistsError when the table has one; PARENTS_CHANGED asks the caller to look again.
        """
        project_id = override.project_id
        refusals = self._table.transact(
            operation,
            [
                Check(keys.connection(operation.account, project_id, override.connection_name), _is_of_kind(override)),
                Count(
                    keys.environment(operation.account, project_id, override.environment_name),
                    ("overrideCount",),
                    _is_as_protected(environment),
                ),
                Put(
                    keys.override(operation.account, project_id, override.environment_name, override.connection_name),
                    override_to_row(override),
                    IS_NEW,
                ),
            ],
        )
        if refusals is None:
            return Created.DONE
        taken = refusals[-1]
        if taken is None:
            return Created.PARENTS_CHANGED
        if taken.is_own_write(operation.write_id):
            return Created.DONE
        raise OverrideAlreadyExistsError(
            "The connection already has an override in this environment. Use PUT to change it.",
            ("connections", "environment-overrides", override.environment_name, override.connection_name),
        )

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
        collection = keys.overrides(operation.account, project_id, environment_name)
        rows = candidate_rows(self._table, operation, collection, request, wanted)
        return fill_page(
            operation, request, map(override_from_row, rows), lambda override: override.connection_name, wanted.matches
        )


def _is_of_kind(override: Override) -> Condition:
    # The connection is deleted, or made anew with another kind, after the body was validated against it.
    return Condition(
        "attribute_exists(#pk) AND #platformConnectionType = :type AND #authProvider = :provider AND #authType = :auth",
        {
            "type": str(override.platform_connection_type),
            "provider": override.auth_provider,
            "auth": str(override.auth_type),
        },
    )


def _is_as_protected(environment: Environment) -> Condition:
    # The environment is deleted, or becomes protected, after the caller's scopes were checked.
    return Condition("attribute_exists(#pk) AND #protected = :protected", {"protected": environment.protected})
