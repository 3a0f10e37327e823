"""What a write looks at before it is made: several items in one consistent read."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from connection_overrides.model.entities import Connection, Environment, Override, ProjectContents
from connection_overrides.operation import Operation
from connection_overrides.store import keys
from connection_overrides.store.rows import (
    connection_from_row,
    contents_from_row,
    environment_from_row,
    override_from_row,
)
from connection_overrides.store.table import Table


@dataclass(frozen=True, slots=True)
class Seen:
    """Items as they were seen; None, or a name that is left out, is what was not there or not asked for."""

    contents: ProjectContents | None
    environment: Environment | None
    connection: Connection | None
    overrides: Mapping[str, Override]


class Reader:
    """Reads a project's items together."""

    def __init__(self, table: Table) -> None:
        """Use that table."""
        self._table = table

    def look(
        self,
        operation: Operation,
        project_id: str,
        *,
        environment_name: str | None = None,
        connection_name: str | None = None,
        overrides_of: Collection[str] = (),
    ) -> Seen:
        """Return the project's counters and what else is asked for, in one call for up to 98 overrides.

        `overrides_of` names connections whose overrides in the environment are wanted.
        """
        account = operation.account
        contents_key = keys.project_state(account, project_id)
        environment_key = environment_name and keys.environment(account, project_id, environment_name)
        connection_key = connection_name and keys.connection(account, project_id, connection_name)
        override_keys = {
            name: keys.override(account, project_id, environment_name, name)
            for name in overrides_of
            if environment_name
        }
        wanted = [key for key in (contents_key, environment_key, connection_key, *override_keys.values()) if key]
        rows = self._table.get_many(operation, wanted)
        contents = rows.get(contents_key)
        environment = rows.get(environment_key) if environment_key else None
        connection = rows.get(connection_key) if connection_key else None
        return Seen(
            contents=None if contents is None else contents_from_row(contents),
            environment=None if environment is None else environment_from_row(environment),
            connection=None if connection is None else connection_from_row(connection),
            overrides={name: override_from_row(rows[key]) for name, key in override_keys.items() if key in rows},
        )
