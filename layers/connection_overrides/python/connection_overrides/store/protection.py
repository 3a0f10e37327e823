"""The names of a project's protected environments, in one row, so that one read can tell the kind of them all.

The row is written in the same transaction as the environment, whenever one becomes protected or ceases to be.
"""

from collections.abc import Set as AbstractSet

from connection_overrides.operation import Operation
from connection_overrides.store import keys
from connection_overrides.store.actions import Check, Condition, Membership
from connection_overrides.store.guard_rows import NAMES


def mark_protected(operation: Operation, project_id: str, environment_name: str, *, protected: bool) -> Membership:
    """Return the action that notes that the environment is protected, or that it is not."""
    key = keys.protected_environments(operation.account, project_id)
    return Membership(key, NAMES, environment_name, is_member=protected)


def are_as_protected(operation: Operation, project_id: str, seen: AbstractSet[str]) -> Check:
    """Return the action that only lets the others write while exactly these environments are protected."""
    # An environment becomes protected, or one that was is deleted, after the uses of a secret were weighed by its kind.
    key = keys.protected_environments(operation.account, project_id)
    return Check(
        key, Condition("#names = :seen", {"seen": set(seen)}) if seen else Condition("attribute_not_exists(#names)")
    )
