"""Where a secret may be used, remembered so that one write can tell whether another uses it too.

A row is made or renewed by every write that begins to use the secret, in the same transaction. Nothing is taken from it
when a use ends: it may know of too many uses, never of too few. Whoever finds that one has ended leaves it out when the
row is written anew.

Every beginning writes the row on the condition that it is the one seen, so of two that begin at once the second looks
again, and finds the first. One that has nothing to add demands only that the row still says the same: it stands in the
way of those who found that a use had ended, and of nobody else.
"""

from typing import Final, NamedTuple

from connection_overrides.model.secret_ids import SecretId, SecretUse
from connection_overrides.operation import Operation
from connection_overrides.store import keys
from connection_overrides.store.actions import IS_NEW, Action, Condition, Put
from connection_overrides.store.protection import are_as_protected


class UseChange(NamedTuple):
    """What is to be known of a secret's use, in place of what was seen."""

    secret: SecretId
    environments: frozenset[str]
    in_defaults: bool
    seen: SecretUse


class Admission(NamedTuple):
    """What is to be written along with a write that begins to use secrets.

    `protected` are the protected environments by which it was admitted, None where it did not matter which they are.
    """

    changes: tuple[UseChange, ...]
    protected: frozenset[str] | None


NO_NEW_USE: Final = Admission((), None)
"""Of a write that begins to use no secret."""


def admission_actions(operation: Operation, project_id: str, admission: Admission) -> list[Action]:
    """Return the actions that write what is to be known, if what was seen is still so."""
    checks = [] if admission.protected is None else [are_as_protected(operation, project_id, admission.protected)]
    return [*checks, *(_put(operation, project_id, change) for change in admission.changes)]


def _put(operation: Operation, project_id: str, change: UseChange) -> Put:
    said = {"environments": sorted(change.environments), "inDefaults": change.in_defaults}
    key = keys.secret_use(operation.account, project_id, change.secret.digest)
    return Put(key, {**said, "writeId": operation.write_id}, _is_as_seen(change))


def _is_as_seen(change: UseChange) -> Condition:
    seen = change.seen
    if not seen.write_id:
        return IS_NEW
    if (seen.environments, seen.in_defaults) == (change.environments, change.in_defaults):
        # Another write begins a use of another kind, or finds that this one had ended, before this one is written.
        return Condition(
            "#environments = :environments AND #inDefaults = :inDefaults",
            {"environments": sorted(seen.environments), "inDefaults": seen.in_defaults},
        )
    # Another write begins to use the secret between the look and this write: it must be seen.
    return Condition("#writeId = :seen", {"seen": seen.write_id})
