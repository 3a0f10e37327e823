"""The guard against the worst bug of the field: a lower environment's secret at work in a protected one.

A protected environment uses the secrets of its overrides and, while it inherits defaults, those of all defaults, even
where it overrides them today. A secret that it uses may neither be a default nor in an override of an unprotected
environment. An override uses what it names and what it returns to once it expires. A write that would begin such
sharing is refused, unless the caller says that it is intended and has the scope for protected environments.
`store/secret_usage.py` knows where a secret may be used; whether it really is used there is read from the overrides and
defaults themselves.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from itertools import islice
from typing import Final

from connection_overrides.caller import Scope
from connection_overrides.context import RequestContext
from connection_overrides.domain.models import Connection, Environment, Override
from connection_overrides.domain.secret_references import SecretId, secrets_in
from connection_overrides.errors import Dependent, SharedSecret
from connection_overrides.store import connections, overrides
from connection_overrides.store.secret_usage import NO_NEW_USES, UNUSED, NewUses, Protection, SecretUsage, UsageChange
from connection_overrides.store.snapshot import Snapshot

_DEPENDENTS_SHOWN: Final = 50
"""Overrides and defaults that a refusal lists; it says how many there are."""

_SCOPES_TO_SHARE: Final = (Scope.CONNECTIONS_WRITE, Scope.ENVIRONMENTS_PROTECTED)

_DEFAULTS: Final = "/defaults"
"""Stands for all defaults among the names of environments, which contain no `/`."""

type Uses = Mapping[SecretId, frozenset[str]]
"""By secret: the environments that use it in overrides, and `_DEFAULTS` if defaults use it."""


def guard_inheritance(environment: Environment, current: Environment | None, *, allow_shared: bool) -> None:
    """Raise SharedSecret if a protected environment begins to inherit defaults, unless `allow_shared`."""
    begins = environment.shares_defaults and not (current is not None and current.shares_defaults)
    if begins and not allow_shared:
        raise SharedSecret(
            "A protected environment that inherits defaults shares their secrets with all other environments. Set "
            "inheritDefaults to false, or send allowSharedSecret=true if sharing is intended.",
            (),
            0,
        )


def guard_override(
    ctx: RequestContext,
    snapshot: Snapshot,
    override: Override,
    current: Override | None = None,
    *,
    allow_shared: bool,
) -> NewUses:
    """Return what must be written together with the override, so that no other write slips past.

    `snapshot` holds the usages of its secrets; `current` is the override that it replaces. Raises SharedSecret, which
    lists who uses one of them but not which, unless `allow_shared`; for that, InsufficientScope.
    """
    secrets = override.secrets if current is None else override.secrets - current.secrets
    return _admit(
        ctx, snapshot, override.project_id, secrets, snapshot.require_environment(), allow_shared=allow_shared
    )


def guard_default(
    ctx: RequestContext, snapshot: Snapshot, connection: Connection, current: Connection | None, *, allow_shared: bool
) -> NewUses:
    """Return what must be written together with the connection's default, as `guard_override` does for an override."""
    return _admit(
        ctx, snapshot, connection.project_id, new_secrets(connection, current), None, allow_shared=allow_shared
    )


def new_secrets(connection: Connection, current: Connection | None) -> frozenset[SecretId]:
    """Return the secrets of a connection's default that the current one does not use."""
    before = frozenset() if current is None else secrets_in(current.connection_details)
    return secrets_in(connection.connection_details) - before


def _admit(
    ctx: RequestContext,
    snapshot: Snapshot,
    project_id: str,
    secrets: Collection[SecretId],
    environment: Environment | None,
    *,
    allow_shared: bool,
) -> NewUses:
    """Admit new uses of secrets in an override of the environment or, for None, in a default."""
    if not secrets:
        return NO_NEW_USES
    usages = {secret: snapshot.usages.get(secret, UNUSED) for secret in sorted(secrets)}
    conflicts = _conflicts(usages, environment, snapshot.protection)
    protection: Protection | None = None
    ended: Uses = {}
    if allow_shared and ctx.caller.has(Scope.ENVIRONMENTS_PROTECTED):
        if conflicts:
            ctx.require(*_SCOPES_TO_SHARE)
    else:
        ended = _require_ended(ctx, project_id, conflicts, allow_shared=allow_shared)
        if any(_depends_on_protection(usage, environment) for usage in usages.values()):
            protection = snapshot.protection
    own = frozenset() if environment is None else {environment.name}
    changes = [
        UsageChange(
            secret,
            environments=frozenset(usage.environments) - ended.get(secret, frozenset()) | own,
            in_defaults=(usage.in_defaults and _DEFAULTS not in ended.get(secret, ())) or environment is None,
            current=usage,
        )
        for secret, usage in usages.items()
    ]
    return NewUses(tuple(changes), protection)


def _conflicts(usages: Mapping[SecretId, SecretUsage], environment: Environment | None, protection: Protection) -> Uses:
    """Return the recorded uses of each secret that would share it with the new use."""
    conflicts: dict[SecretId, frozenset[str]] = {}
    for secret, usage in usages.items():
        others = _other_environments(usage, environment)
        in_protected = others & protection.protected
        if environment is None:
            # A protected environment that inherits defaults would use this one.
            places = others if protection.sharing_defaults else in_protected
            defaults_conflict = False
        elif environment.protected:
            places, defaults_conflict = others - in_protected, True
        else:
            # A protected environment that inherits defaults uses each of them.
            places, defaults_conflict = in_protected, bool(protection.sharing_defaults)
        conflicts[secret] = places | {_DEFAULTS} if usage.in_defaults and defaults_conflict else places
    return {secret: places for secret, places in conflicts.items() if places}


def _depends_on_protection(usage: SecretUsage, environment: Environment | None) -> bool:
    """Return whether the secret is used where only the protection of environments tells if that is a conflict."""
    return bool(_other_environments(usage, environment)) or (environment is not None and usage.in_defaults)


def _other_environments(usage: SecretUsage, environment: Environment | None) -> frozenset[str]:
    own = frozenset() if environment is None else {environment.name}
    return frozenset(usage.environments) - own


def _require_ended(ctx: RequestContext, project_id: str, conflicts: Uses, *, allow_shared: bool) -> Uses:
    """Return the conflicting uses if all of them have ended.

    Otherwise raise SharedSecret with those that have not, or InsufficientScope if the caller would allow them but
    lacks the scope for that.
    """
    dependents: dict[Dependent, None] = {}
    ended: defaultdict[SecretId, frozenset[str]] = defaultdict(frozenset)
    for place in sorted(frozenset[str]().union(*conflicts.values()), key=lambda place: (place == _DEFAULTS, place)):
        wanted = {secret for secret, places in conflicts.items() if place in places}
        used: set[SecretId] = set()
        for dependent, secrets in _users(ctx, project_id, place):
            if not wanted.isdisjoint(secrets):
                dependents[dependent] = None
                used |= wanted & secrets
        for secret in wanted - used:
            ended[secret] |= {place}
    if dependents and allow_shared:
        ctx.require(*_SCOPES_TO_SHARE)
    if dependents:
        raise SharedSecret(None, islice(dependents, _DEPENDENTS_SHOWN), len(dependents))
    return ended


def _users(ctx: RequestContext, project_id: str, place: str) -> Iterator[tuple[Dependent, frozenset[SecretId]]]:
    """Yield the overrides of an environment, or the defaults, each with its secrets."""
    if place == _DEFAULTS:
        for connection in connections.candidates(ctx, project_id):
            yield Dependent("connection", connection_name=connection.name), secrets_in(connection.connection_details)
    else:
        for override in overrides.list_all(ctx, project_id, place):
            dependent = Dependent("override", environment_name=place, connection_name=override.name)
            yield dependent, override.secrets
