"""Where secrets may be used, and which environments are protected: rows that let one write detect another.

A usage row is written by every write that begins to use the secret, in the same transaction. Nothing is removed from it
when a use ends: it may know of too many uses, never of too few. Whoever finds that one has ended leaves it out when the
row is written again.

Every new use is written on the condition that the row is the one that was read, so of two writes that begin at once the
second reads again, and finds the first. A write that adds nothing only demands that the row still says the same: it
conflicts with those who found that a use had ended, and with nobody else.
"""

from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple

from connection_overrides.context import RequestContext
from connection_overrides.domain.base import Model
from connection_overrides.domain.secret_references import SecretId
from connection_overrides.store import keys
from connection_overrides.store.items import Row, unreadable, upgrade
from connection_overrides.store.transaction import IS_NEW, Condition, Transaction

_NAMES: Final = "names"
"""The attribute with the names of the protected environments."""


class SecretUsage(Model):
    """Where a secret may be used: in overrides of these environments, and in defaults.

    `write_id` is of the write that said so, empty when none has yet.
    """

    environments: list[str]
    in_defaults: bool
    write_id: str


UNUSED: Final = SecretUsage.model_construct(environments=[], in_defaults=False, write_id="")


class UsageChange(NamedTuple):
    """How the usage of a secret is to be recorded, in place of what was read."""

    secret: SecretId
    environments: frozenset[str]
    in_defaults: bool
    current: SecretUsage


class NewUses(NamedTuple):
    """What is written together with a write that begins to use secrets.

    `protected` are the protected environments that the decision depends on, None if it depends on none.
    """

    changes: tuple[UsageChange, ...] = ()
    protected: frozenset[str] | None = None


NO_NEW_USES: Final = NewUses()


def record_uses(tx: Transaction, ctx: RequestContext, project_id: str, uses: NewUses) -> None:
    """Add the actions that record the uses, provided that what was read still holds."""
    if uses.protected is not None:
        # An environment becomes protected, or a protected one is deleted, after the uses of a secret were judged.
        key = keys.protected_environments(ctx.caller.account, project_id)
        tx.check(key, _are_protected(uses.protected))
    for change in uses.changes:
        key = keys.secret_usages(ctx.caller.account, project_id).key_of(change.secret.digest)
        row = {
            "environments": sorted(change.environments),
            "inDefaults": change.in_defaults,
            "writeId": ctx.write_id,
        }
        tx.put_row(key, row, _is_unchanged(change))


def record_protection(tx: Transaction, ctx: RequestContext, project_id: str, name: str, *, protected: bool) -> None:
    """Add the action that records that the environment is protected, or that it is not."""
    key = keys.protected_environments(ctx.caller.account, project_id)
    tx.change_set("ADD" if protected else "DELETE", key, _NAMES, name)


def protected_names(row: Row | None) -> frozenset[str]:
    """Return the names of the protected environments; the table keeps no row without any."""
    if row is None:
        return frozenset()
    try:
        names = upgrade(row).get(_NAMES, set())
    except ValueError as error:
        raise unreadable(row) from error
    if not (isinstance(names, set) and all(isinstance(name, str) for name in names)):
        raise unreadable(row)
    return frozenset(names)


def _are_protected(names: AbstractSet[str]) -> Condition:
    if not names:
        return Condition("attribute_not_exists(#names)")
    return Condition("#names = :protectedNames", {"protectedNames": set(names)})


def _is_unchanged(change: UsageChange) -> Condition:
    current = change.current
    if not current.write_id:
        return IS_NEW
    if (frozenset(current.environments), current.in_defaults) == (change.environments, change.in_defaults):
        # Another write begins a use of another kind, or finds that this one had ended, before this one is written.
        return Condition(
            "#environments = :readEnvironments AND #inDefaults = :readInDefaults",
            {"readEnvironments": sorted(current.environments), "readInDefaults": current.in_defaults},
        )
    # Another write begins to use the secret between the read and this write: it must be seen.
    return Condition("#writeId = :readWriteId", {"readWriteId": current.write_id})
