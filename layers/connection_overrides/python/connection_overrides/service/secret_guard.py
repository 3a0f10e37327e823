"""The guard against the worst bug of the field: a lower environment's secret at work in a protected one.

A secret may be used by protected environments, or by defaults and unprotected environments, not by both. A write that
would begin such a sharing is refused, unless the caller says that it is meant. What `store/secret_uses.py` remembers
tells where to look; whether a secret is really used there is seen in the overrides and defaults themselves.
"""

from collections.abc import Collection, Iterator, Mapping
from itertools import islice
from typing import Final, NamedTuple

from connection_overrides.errors import Dependent, SharedSecretReferenceError
from connection_overrides.model.entities import Environment
from connection_overrides.model.filters import ConnectionFilter
from connection_overrides.model.secret_ids import UNUSED, SecretId, SecretUse, secrets_in
from connection_overrides.operation import Operation
from connection_overrides.store.pages import ALL
from connection_overrides.store.reader import Seen
from connection_overrides.store.reads import ConnectionReads, EnvironmentReads, OverrideReads
from connection_overrides.store.secret_uses import Admission, UseChange

_EVERYTHING: Final = ConnectionFilter()
_DEPENDENTS_SHOWN: Final = 50
"""Overrides and defaults that a refusal lists; it says how many there are."""


class NewUses(NamedTuple):
    """Secrets that a write begins to use: in an override of that environment, or, for None, in a default."""

    environment: Environment | None
    secrets: frozenset[SecretId]


class SecretGuard:
    """Admits writes that begin to use secrets."""

    def __init__(self, environments: EnvironmentReads, overrides: OverrideReads, connections: ConnectionReads) -> None:
        """Look for other uses there."""
        self._environments = environments
        self._overrides = overrides
        self._connections = connections

    def admit(
        self, operation: Operation, project_id: str, new: NewUses, seen: Seen, *, allow_shared: bool
    ) -> Admission:
        """Return what must be written along with the write, so that no other slips past it.

        `seen` holds what is known of the secrets. Raises SharedSecretReferenceError, naming who uses one of them, but
        not which, unless `allow_shared`.
        """
        known = {secret: seen.uses.get(secret, UNUSED) for secret in sorted(new.secrets)}
        matters = not allow_shared and any(_others(use, new) for use in known.values())
        protected = self._protected(operation, project_id, seen) if matters else frozenset[str]()
        rivals = {} if allow_shared else _rivals(new, known, protected)
        ended = self._refuse_sharing(operation, project_id, rivals)
        changes = (_change(secret, use, new.environment, ended.get(secret, UNUSED)) for secret, use in known.items())
        return Admission(tuple(changes), seen.protected if matters else None)

    def _protected(self, operation: Operation, project_id: str, seen: Seen) -> frozenset[str]:
        """Return the names of the protected environments; those of a project from before they were noted are read."""
        if seen.protected is not None:
            return seen.protected
        return frozenset(one.name for one in self._environments.all(operation, project_id) if one.protected)

    def _refuse_sharing(
        self, operation: Operation, project_id: str, rivals: Mapping[SecretId, SecretUse]
    ) -> dict[SecretId, SecretUse]:
        """Return the rivals that have ended, unless others are found."""
        in_use: dict[Dependent, None] = {}
        ended: dict[SecretId, SecretUse] = {}
        for name in sorted(set().union(*(use.environments for use in rivals.values()))):
            asked = {secret for secret, use in rivals.items() if name in use.environments}
            for secret, connection_name in self._used_in(operation, project_id, name, asked):
                in_use[Dependent(kind="override", environment_name=name, connection_name=connection_name)] = None
                asked.discard(secret)
            _note_ended(ended, asked, environment=name)
        asked = {secret for secret, use in rivals.items() if use.in_defaults}
        for secret, connection_name in self._used_by_default(operation, project_id, asked):
            in_use[Dependent(kind="connection", connection_name=connection_name)] = None
            asked.discard(secret)
        _note_ended(ended, asked, environment=None)
        if in_use:
            raise SharedSecretReferenceError(
                "A protected environment and others would use the same secret. Use another one, or say that it is "
                "meant with allowSharedSecret=true.",
                islice(in_use, _DEPENDENTS_SHOWN),
                len(in_use),
            )
        return ended

    def _used_in(
        self, operation: Operation, project_id: str, environment_name: str, asked: Collection[SecretId]
    ) -> Iterator[tuple[SecretId, str]]:
        wanted = frozenset(asked)
        for override in self._overrides.candidates(operation, project_id, environment_name, ALL, _EVERYTHING):
            for secret in secrets_in(override.reference) & wanted:
                yield secret, override.connection_name

    def _used_by_default(
        self, operation: Operation, project_id: str, asked: Collection[SecretId]
    ) -> Iterator[tuple[SecretId, str]]:
        wanted = frozenset(asked)
        if not wanted:
            return
        for connection in self._connections.candidates(operation, project_id, ALL, _EVERYTHING):
            for secret in secrets_in(connection.default) & wanted:
                yield secret, connection.name


def _rivals(new: NewUses, known: Mapping[SecretId, SecretUse], protected: frozenset[str]) -> dict[SecretId, SecretUse]:
    """Return of each secret the known uses that do not go with the new one, where there are any."""
    is_protected = new.environment is not None and new.environment.protected
    rivals = {}
    for secret, use in known.items():
        names = {name for name in _others(use, new) if (name in protected) != is_protected}
        in_defaults = is_protected and use.in_defaults
        if names or in_defaults:
            rivals[secret] = SecretUse(frozenset(names), in_defaults=in_defaults, write_id="")
    return rivals


def _others(use: SecretUse, new: NewUses) -> frozenset[str]:
    """Return the environments of a known use besides that of the new one."""
    return use.environments if new.environment is None else use.environments - {new.environment.name}


def _note_ended(ended: dict[SecretId, SecretUse], secrets: Collection[SecretId], environment: str | None) -> None:
    for secret in secrets:
        before = ended.get(secret, UNUSED)
        names = before.environments if environment is None else before.environments | {environment}
        ended[secret] = SecretUse(names, in_defaults=before.in_defaults or environment is None, write_id="")


def _change(secret: SecretId, seen: SecretUse, environment: Environment | None, ended: SecretUse) -> UseChange:
    own = frozenset() if environment is None else frozenset({environment.name})
    return UseChange(
        secret,
        environments=(seen.environments - ended.environments) | own,
        in_defaults=(seen.in_defaults and not ended.in_defaults) or environment is None,
        seen=seen,
    )
