"""The guard against the worst bug of the field: a lower environment's secret at work in a protected one.

A secret may be used by protected environments, or by defaults and unprotected environments, not by both. A write that
would begin such sharing is refused, unless the caller says that it is intended. `store/secret_usage.py` knows where a
secret may be used; whether it really is used there is read from the overrides and defaults themselves.
"""

from collections.abc import Collection, Mapping
from itertools import islice
from typing import Final

from connection_overrides.context import RequestContext
from connection_overrides.domain.models import Connection, Environment, Override
from connection_overrides.domain.secret_references import SecretId, secrets_in
from connection_overrides.errors import Dependent, SharedSecret
from connection_overrides.store import connections, overrides
from connection_overrides.store.secret_usage import NO_NEW_USES, UNUSED, NewUses, SecretUsage, UsageChange
from connection_overrides.store.snapshot import Snapshot

_DEPENDENTS_SHOWN: Final = 50
"""Overrides and defaults that a refusal lists; it says how many there are."""

type Uses = dict[SecretId, tuple[frozenset[str], bool]]
"""By secret: the environments that use it in overrides, and whether defaults use it."""


def guard_secrets(
    ctx: RequestContext,
    snapshot: Snapshot,
    override: Override,
    current: Override | None = None,
    *,
    allow_shared: bool,
) -> NewUses:
    """Return what must be written together with the override, so that no other write slips past.

    `snapshot` holds the usages of its secrets; `current` is the override that it replaces. Raises SharedSecret, which
    lists who uses one of them but not which, unless `allow_shared`.
    """
    secrets = secrets_in(override.connection_overrides)
    if current is not None:
        secrets -= secrets_in(current.connection_overrides)
    return _admit(
        ctx, snapshot, override.project_id, secrets, snapshot.require_environment(), allow_shared=allow_shared
    )


def guard_default(
    ctx: RequestContext, snapshot: Snapshot, connection: Connection, secrets: frozenset[SecretId], *, allow_shared: bool
) -> NewUses:
    """Return what must be written together with a connection whose default begins to use these secrets.

    Raises SharedSecret as `guard_secrets` does.
    """
    return _admit(ctx, snapshot, connection.project_id, secrets, None, allow_shared=allow_shared)


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
    own = frozenset() if environment is None else frozenset({environment.name})
    usages = {secret: snapshot.usages.get(secret, UNUSED) for secret in sorted(secrets)}
    depends_on_protection = not allow_shared and any(set(usage.environments) - own for usage in usages.values())
    ended: Uses = {}
    if not allow_shared and (conflicts := _conflicts(usages, environment, snapshot.protected)):
        ended = _require_ended(ctx, project_id, conflicts)
    changes = []
    for secret, usage in usages.items():
        ended_environments, defaults_ended = ended.get(secret, (frozenset(), False))
        changes.append(
            UsageChange(
                secret,
                environments=frozenset(usage.environments) - ended_environments | own,
                in_defaults=(usage.in_defaults and not defaults_ended) or environment is None,
                current=usage,
            )
        )
    return NewUses(tuple(changes), snapshot.protected if depends_on_protection else None)


def _conflicts(
    usages: Mapping[SecretId, SecretUsage], environment: Environment | None, protected: frozenset[str]
) -> Uses:
    """Return the recorded uses of each secret that would share it with the new use."""
    is_protected = environment is not None and environment.protected
    own = None if environment is None else environment.name
    conflicts: Uses = {}
    for secret, usage in usages.items():
        names = {name for name in usage.environments if name != own and (name in protected) != is_protected}
        in_defaults = is_protected and usage.in_defaults
        if names or in_defaults:
            conflicts[secret] = frozenset(names), in_defaults
    return conflicts


def _require_ended(ctx: RequestContext, project_id: str, conflicts: Uses) -> Uses:
    """Return the conflicting uses, all of which have ended, or raise SharedSecret with those that have not."""
    dependents: dict[Dependent, None] = {}
    ended: Uses = {}
    for name in sorted({name for names, _ in conflicts.values() for name in names}):
        wanted = {secret for secret, (names, _) in conflicts.items() if name in names}
        used: set[SecretId] = set()
        for override in overrides.list_all(ctx, project_id, name):
            if found := secrets_in(override.connection_overrides) & wanted:
                dependents[Dependent("override", environment_name=name, connection_name=override.name)] = None
                used |= found
        for secret in wanted - used:
            names, in_defaults = ended.get(secret, (frozenset(), False))
            ended[secret] = names | {name}, in_defaults
    wanted = {secret for secret, (_, in_defaults) in conflicts.items() if in_defaults}
    if wanted:
        used = set()
        for connection in connections.candidates(ctx, project_id):
            if found := secrets_in(connection.connection_details) & wanted:
                dependents[Dependent("connection", connection_name=connection.name)] = None
                used |= found
        for secret in wanted - used:
            ended[secret] = ended.get(secret, (frozenset(), False))[0], True
    if dependents:
        raise SharedSecret(None, islice(dependents, _DEPENDENTS_SHOWN), len(dependents))
    return ended
