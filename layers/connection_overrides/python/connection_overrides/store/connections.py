"""Connections in the table."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

from connection_overrides.errors import ConnectionAlreadyExistsError, ProjectNotFoundError, QuotaExceededError
from connection_overrides.model.entities import Connection, Environment, Override, ProjectContents
from connection_overrides.operation import Operation
from connection_overrides.store import keys
from connection_overrides.store.actions import (
    EXISTS,
    IS_NEW,
    Action,
    Check,
    Condition,
    Count,
    Delete,
    Put,
    is_as_seen,
)
from connection_overrides.store.cancellation import Refusal
from connection_overrides.store.environments import is_as_protected
from connection_overrides.store.first_answers import write
from connection_overrides.store.reads import ConnectionReads
from connection_overrides.store.rows import connection_to_row, override_from_row
from connection_overrides.store.secret_uses import Admission, admission_actions
from connection_overrides.store.writable_table import TRANSACTION_MAX, WritableTable, Written

CONNECTIONS_MAX: Final = 5_000
"""Connections per project: who must look at all of them, as the guard of shared secrets may have to, has an end."""

# The project is deleted, or another request takes the last place, between validation and this write.
_HAS_ROOM: Final = Condition("attribute_exists(#pk) AND #connectionCount < :maximum", {"maximum": CONNECTIONS_MAX})

# An override is made after the connection was seen to have none: it would be orphaned, or be of another kind.
_HAS_NO_OVERRIDE: Final = Condition("attribute_not_exists(#pk)")


class Parted(NamedTuple):
    """What became of a write that an override forbids; `in_the_way` are the overrides that did."""

    written: Written
    in_the_way: tuple[Override, ...] = ()


def most_cascaded(environment_count: int) -> int:
    """Return how many overrides can go with a connection in one transaction, in a project of that many environments.

    Each of them takes two actions, its own and its environment's counter; every other environment takes one, the look
    that it has no such override; three more are the connection's, the project's and a first answer's.
    """
    return TRANSACTION_MAX - 3 - environment_count


class ConnectionStore(ConnectionReads[WritableTable]):
    """The connections of a project."""

    def create(self, operation: Operation, connection: Connection, admission: Admission) -> Written:
        """Store a new connection and count it, in one step that the table decides."""
        refusals = write(
            self._table,
            operation,
            [
                Count(keys.project_state(operation.account, connection.project_id), {"connectionCount": 1}, _HAS_ROOM),
                Put(_key(operation, connection), connection_to_row(connection), IS_NEW),
                *admission_actions(operation, connection.project_id, admission),
            ],
            connection,
        )
        if refusals is None:
            return Written.DONE
        no_room, taken, *_ = refusals
        if taken and taken.is_own_write(operation.write_id):
            return Written.DONE
        if no_room and no_room.row is None:
            raise ProjectNotFoundError("There is no such project.")
        if taken:
            raise connection_exists(connection)
        if no_room:
            raise QuotaExceededError(f"A project holds at most {CONNECTIONS_MAX:,} connections.")
        return Written.NOT_AS_SEEN

    def replace(self, operation: Operation, connection: Connection, seen: Connection, admission: Admission) -> Written:
        """Store the connection in place of the one seen, which has the same auth type, if it is still as it was."""
        puts = [_put(operation, connection, seen), *admission_actions(operation, connection.project_id, admission)]
        refusals = write(self._table, operation, puts, connection)
        if refusals is None or (refusals[0] and refusals[0].is_own_write(operation.write_id)):
            return Written.DONE
        return Written.NOT_AS_SEEN

    def replace_auth_type(
        self,
        operation: Operation,
        connection: Connection,
        seen: Connection,
        *,
        contents: ProjectContents,
        environments: Collection[Environment],
        admission: Admission,
    ) -> Parted:
        """Store the connection in place of one with another auth type, if none of the environments overrides it.

        `environments` must be all that the project had when `contents` was read, or later.
        """
        state = Check(keys.project_state(operation.account, seen.project_id), _has_the_same_environments(contents))
        looks = [Check(_override_key(operation, seen, one), _HAS_NO_OVERRIDE) for one in environments]
        puts = admission_actions(operation, connection.project_id, admission)
        refusals = write(self._table, operation, [_put(operation, connection, seen), state, *looks, *puts], connection)
        if refusals and refusals[0] and refusals[0].is_own_write(operation.write_id):
            return Parted(Written.DONE)
        return _parted(refusals if refusals is None else refusals[: 2 + len(looks)])

    def delete(
        self,
        operation: Operation,
        seen: Connection,
        contents: ProjectContents,
        environments: Collection[Environment],
        cascade: Mapping[str, Override],
    ) -> Parted:
        """Delete the connection with exactly the overrides of `cascade`, named by their environments, or nothing.

        `environments` must be all that the project had when `contents` was read, or later.
        """
        others = [one for one in environments if one.name not in cascade]
        refusals = write(
            self._table,
            operation,
            [
                Delete(_key(operation, seen), is_as_seen(seen.revision)),
                Count(
                    keys.project_state(operation.account, seen.project_id),
                    {"connectionCount": -1},
                    _has_the_same_environments(contents),
                ),
                *(Check(_override_key(operation, seen, one), _HAS_NO_OVERRIDE) for one in others),
                *(
                    action
                    for one in environments
                    if one.name in cascade
                    for action in _delete_override(operation, seen, one)
                ),
            ],
            None,
        )
        return _parted(refusals if refusals is None else refusals[: 2 + len(others)])


def connection_exists(connection: Connection) -> ConnectionAlreadyExistsError:
    """Return the refusal of a create whose connection is there."""
    return ConnectionAlreadyExistsError(
        "The project already has a connection of that name. Use PUT to change it.", ("connections", connection.name)
    )


def _parted(refusals: Sequence[Refusal | None] | None) -> Parted:
    """Read the refusals of a write whose first two actions are the connection's and the project's, the rest looks."""
    if refusals is None:
        return Parted(Written.DONE)
    connection, project, *looks = refusals
    found = () if connection or project else tuple(override_from_row(look.row) for look in looks if look and look.row)
    return Parted(Written.NOT_AS_SEEN, found)


def _put(operation: Operation, connection: Connection, seen: Connection) -> Put:
    return Put(_key(operation, connection), connection_to_row(connection), is_as_seen(seen.revision))


def _delete_override(operation: Operation, connection: Connection, environment: Environment) -> tuple[Action, Action]:
    key = keys.environment(operation.account, environment.project_id, environment.name)
    return (
        Count(key, {"overrideCount": -1}, is_as_protected(environment)),
        Delete(_override_key(operation, connection, environment), EXISTS),
    )


def _has_the_same_environments(contents: ProjectContents) -> Condition:
    # An environment is made after they were listed: an override in it would not be looked for.
    return Condition("#environmentRevision = :environments", {"environments": contents.environment_revision})


def _key(operation: Operation, connection: Connection) -> keys.Key:
    return keys.connection(operation.account, connection.project_id, connection.name)


def _override_key(operation: Operation, connection: Connection, environment: Environment) -> keys.Key:
    return keys.override(operation.account, connection.project_id, environment.name, connection.name)
