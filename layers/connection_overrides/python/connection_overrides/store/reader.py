"""What a write looks at before it is made: several items in one consistent read."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from connection_overrides.model.entities import Connection, Environment, Override, ProjectContents
from connection_overrides.model.secret_ids import SecretId, SecretUse
from connection_overrides.operation import Operation
from connection_overrides.store import keys
from connection_overrides.store.attributes import Row
from connection_overrides.store.guard_rows import protected_from_row, use_from_row
from connection_overrides.store.rows import (
    connection_from_row,
    contents_from_row,
    environment_from_row,
    override_from_row,
)
from connection_overrides.store.table import Table


class Seen(NamedTuple):
    """Items as they were seen; None, or a name that is left out, is what was not there or not asked for.

    `protected` names the protected environments, where uses of secrets were asked for and the project notes them.
    """

    contents: ProjectContents | None
    environment: Environment | None
    connection: Connection | None
    overrides: Mapping[str, Override]
    uses: Mapping[SecretId, SecretUse]
    protected: frozenset[str] | None


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
        uses_of: Collection[SecretId] = (),
    ) -> Seen:
        """Return the project's counters and what else is asked for, in one call for up to 98 items more.

        `overrides_of` names connections whose overrides in the environment are wanted, `uses_of` secrets.
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
        protected_key = keys.protected_environments(account, project_id) if uses_of else None
        use_keys = {secret: keys.secret_use(account, project_id, secret.digest) for secret in uses_of}
        parts = (
            contents_key,
            environment_key,
            connection_key,
            protected_key,
            *override_keys.values(),
            *use_keys.values(),
        )
        wanted = [key for key in parts if key]
        rows = self._table.get_many(operation, wanted)
        contents_row = rows.get(contents_key)
        contents = None if contents_row is None else contents_from_row(contents_row)
        environment = rows.get(environment_key) if environment_key else None
        connection = rows.get(connection_key) if connection_key else None
        protected = rows.get(protected_key) if protected_key else None
        return Seen(
            contents=contents,
            environment=None if environment is None else environment_from_row(environment),
            connection=None if connection is None else connection_from_row(connection),
            overrides={name: override_from_row(rows[key]) for name, key in override_keys.items() if key in rows},
            uses={secret: use_from_row(rows[key]) for secret, key in use_keys.items() if key in rows},
            protected=_protected(contents, protected),
        )

    def overrides(
        self, operation: Operation, project_id: str, places: Iterable[tuple[str, str]]
    ) -> dict[tuple[str, str], Override]:
        """Return the overrides that exist at up to 100 places, each an environment and a connection, in one call."""
        place_of = {keys.override(operation.account, project_id, *place): place for place in places}
        rows = self._table.get_many(operation, list(place_of))
        return {place_of[key]: override_from_row(row) for key, row in rows.items()}

    def connections_and_environments(
        self, operation: Operation, project_id: str, after: str | None, most: int
    ) -> tuple[list[Connection], list[Environment]] | None:
        """Return the connections after that name and all environments, if one call for `most` items brings them."""
        span = keys.connections_and_environments(operation.account, project_id, after)
        rows = self._table.whole_span(operation, span, most)
        if rows is None:
            return None
        is_connection = [keys.is_connection(str(row["sk"])) for row in rows]
        return (
            [connection_from_row(row) for row, is_one in zip(rows, is_connection, strict=True) if is_one],
            [environment_from_row(row) for row, is_one in zip(rows, is_connection, strict=True) if not is_one],
        )


def _protected(contents: ProjectContents | None, row: Row | None) -> frozenset[str] | None:
    if contents is None or not contents.notes_protection:
        return None
    return frozenset() if row is None else protected_from_row(row)
