"""Environments in the table."""

from collections.abc import Collection
from typing import Final

from connection_overrides.errors import EnvironmentAlreadyExistsError, ProjectNotFoundError, QuotaExceededError
from connection_overrides.model.entities import Environment, Override
from connection_overrides.operation import Operation
from connection_overrides.store import keys
from connection_overrides.store.actions import (
    EXISTS,
    IS_NEW,
    Change,
    Condition,
    Count,
    Delete,
    Membership,
    Put,
    is_as_seen,
)
from connection_overrides.store.first_answers import write
from connection_overrides.store.protection import mark_protected
from connection_overrides.store.reads import ENVIRONMENTS_MAX, EnvironmentReads
from connection_overrides.store.rows import environment_to_row
from connection_overrides.store.writable_table import TRANSACTION_MAX, WritableTable, Written

CASCADE_MAX: Final = TRANSACTION_MAX - 4
"""Overrides that one transaction can delete beside their environment, its places in other rows, and a first answer."""

# The project is deleted, or another request takes the last place, between validation and this write.
_HAS_ROOM: Final = Condition("attribute_exists(#pk) AND #environmentCount < :maximum", {"maximum": ENVIRONMENTS_MAX})

# Attributes that are not there when they are not set.
_OPTIONAL: Final = ("displayName", "description")
_COUNTER: Final = "overrideCount"


class EnvironmentStore(EnvironmentReads[WritableTable]):
    """The environments of a project."""

    def create(self, operation: Operation, environment: Environment) -> None:
        """Store a new environment and count it, in one step that the table decides."""
        refusals = write(
            self._table,
            operation,
            [
                Count(
                    keys.project_state(operation.account, environment.project_id),
                    {"environmentCount": 1, "environmentRevision": 1},
                    _HAS_ROOM,
                ),
                Put(_key(operation, environment), environment_to_row(environment), IS_NEW),
                *_protection(operation, environment, before=False, after=environment.protected),
            ],
            environment,
        )
        if refusals is None:
            return
        no_room, taken, *_ = refusals
        if taken and taken.is_own_write(operation.write_id):
            return
        if no_room and no_room.row is None:
            raise ProjectNotFoundError("There is no such project.")
        if taken:
            raise EnvironmentAlreadyExistsError(
                "The project already has an environment of that name. Use PUT to change it.",
                ("environments", environment.name),
            )
        raise QuotaExceededError(f"A project holds at most {ENVIRONMENTS_MAX} environments.")

    def replace(self, operation: Operation, environment: Environment, seen: Environment) -> Written:
        """Store the environment in place of the one seen, if it is still as it was seen. Its counter goes on."""
        row = {name: value for name, value in environment_to_row(environment).items() if name != _COUNTER}
        refusals = write(
            self._table,
            operation,
            [
                Change(
                    _key(operation, environment),
                    row,
                    [name for name in _OPTIONAL if name not in row],
                    is_as_seen(seen.revision),
                ),
                *_protection(operation, environment, before=seen.protected, after=environment.protected),
            ],
            environment,
        )
        if refusals is None or (refusals[0] and refusals[0].is_own_write(operation.write_id)):
            return Written.DONE
        return Written.NOT_AS_SEEN

    def delete(self, operation: Operation, seen: Environment, overrides: Collection[Override]) -> Written:
        """Delete the environment with exactly these overrides, or nothing."""
        account, project_id = operation.account, seen.project_id
        refusals = write(
            self._table,
            operation,
            [
                Delete(_key(operation, seen), _holds(seen, len(overrides))),
                Count(keys.project_state(account, project_id), {"environmentCount": -1}, EXISTS),
                *_protection(operation, seen, before=seen.protected, after=False),
                *(
                    Delete(keys.override(account, project_id, seen.name, override.connection_name), EXISTS)
                    for override in overrides
                ),
            ],
            None,
        )
        return Written.DONE if refusals is None else Written.NOT_AS_SEEN


def is_as_protected(environment: Environment) -> Condition:
    """Return that the environment is there and takes the scopes that it took when it was seen."""
    # The environment is deleted, or becomes protected, after the caller's scopes were checked.
    return Condition("attribute_exists(#pk) AND #protected = :protected", {"protected": environment.protected})


def _protection(operation: Operation, environment: Environment, *, before: bool, after: bool) -> list[Membership]:
    if before == after:
        return []
    return [mark_protected(operation, environment.project_id, environment.name, protected=after)]


def _holds(seen: Environment, override_count: int) -> Condition:
    # The environment is changed, or an override is made or deleted in it, after they were looked at: none is orphaned.
    return Condition(
        "#writeId = :seen AND #overrideCount = :overrides",
        {"seen": seen.revision.write_id, "overrides": override_count},
    )


def _key(operation: Operation, environment: Environment) -> keys.Key:
    return keys.environment(operation.account, environment.project_id, environment.name)
