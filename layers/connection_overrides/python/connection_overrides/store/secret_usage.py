"""Where secrets may be used, and which environments are protected: rows that let one write detect another.

A usage row is written by every write that begins to use the secret, in the same transaction. Nothing is removed from it
when a use ends: it may know of too many uses, never of too few. Whoever finds that one has ended leaves it out when the
row is written again.

Every new use is written on the condition that the row is the one that was read, so of two writes that begin at once the
second reads again, and finds the first. A write that adds nothing only demands that the row still says the same: it
conflicts with those who found that a use had ended, and with nobody else.
"""

from typing import Final, NamedTuple, Self

from connection_overrides.context import RequestContext
from connection_overrides.domain.base import Model
from connection_overrides.domain.models import Environment
from connection_overrides.domain.secret_references import SecretId
from connection_overrides.store import keys
from connection_overrides.store.items import Row, unreadable, upgrade
from connection_overrides.store.transaction import IS_NEW, Condition, Transaction

_PROTECTED: Final = "names"
_SHARING_DEFAULTS: Final = "sharingDefaults"
"""The attributes with the names of environments, both of them sets."""


class Protection(NamedTuple):
    """The names of a project's protected environments, and of those of them that share its defaults."""

    protected: frozenset[str] = frozenset()
    sharing_defaults: frozenset[str] = frozenset()


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

    `protection` is what the decision depends on, None if it does not depend on the protection of environments.
    """

    changes: tuple[UsageChange, ...] = ()
    protection: Protection | None = None

    def depending_on(self, protection: Protection | None) -> Self:
        """Return the same for a write that depends on that protection as well, which must have been read with this."""
        return self if protection is None else self._replace(protection=protection)


NO_NEW_USES: Final = NewUses()


def record_uses(tx: Transaction, ctx: RequestContext, project_id: str, uses: NewUses) -> None:
    """Add the actions that record the uses, provided that what was read still holds."""
    check_protection(tx, ctx, project_id, uses.protection)
    for change in uses.changes:
        key = keys.secret_usages(ctx.caller.account, project_id).key_of(change.secret.digest)
        row = {
            "environments": sorted(change.environments),
            "inDefaults": change.in_defaults,
            "writeId": ctx.write_id,
        }
        tx.put_row(key, row, _is_unchanged(change))


def check_protection(tx: Transaction, ctx: RequestContext, project_id: str, protection: Protection | None) -> None:
    """Add the action that demands that the protection is still the one that a decision depends on, if it does."""
    if protection is not None:
        tx.check(keys.protected_environments(ctx.caller.account, project_id), _is_still(protection))


def record_protection(tx: Transaction, ctx: RequestContext, environment: Environment, *, exists: bool = True) -> None:
    """Add the action that records how the environment, which may have been deleted, is protected."""
    key = keys.protected_environments(ctx.caller.account, environment.project_id)
    memberships = {
        _PROTECTED: exists and environment.protected,
        _SHARING_DEFAULTS: exists and environment.shares_defaults,
    }
    tx.change_sets(key, environment.name, memberships)


def protection_of(row: Row | None) -> Protection:
    """Return the protection that the row records; the table keeps no row without any."""
    if row is None:
        return Protection()
    try:
        current = upgrade(row)
    except ValueError as error:
        raise unreadable(row) from error
    protected, sharing_defaults = current.get(_PROTECTED, set()), current.get(_SHARING_DEFAULTS, set())
    for names in (protected, sharing_defaults):
        if not (isinstance(names, set) and all(isinstance(name, str) for name in names)):
            raise unreadable(row)
    return Protection(frozenset(protected), frozenset(sharing_defaults))


def _is_still(protection: Protection) -> Condition:
    # After a write was judged, an environment becomes protected or begins to share defaults, or ceases to.
    terms: list[str] = []
    values: dict[str, object] = {}
    for attribute, names in ((_PROTECTED, protection.protected), (_SHARING_DEFAULTS, protection.sharing_defaults)):
        terms.append(f"#{attribute} = :{attribute}" if names else f"attribute_not_exists(#{attribute})")
        values |= {attribute: set(names)} if names else {}
    return Condition(" AND ".join(terms), values)


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
