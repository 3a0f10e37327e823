"""Which secrets a project uses, where, and which of them environments share."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from itertools import chain, islice, zip_longest
from typing import Final, NamedTuple

from connection_overrides.errors import OutOfTimeError, ReportTooLargeError
from connection_overrides.model.entities import Connection, Environment, Override, ProjectContents
from connection_overrides.model.filters import ConnectionFilter
from connection_overrides.model.resolution import Source, resolve
from connection_overrides.model.secret_ids import SecretId, secrets_in
from connection_overrides.operation import Operation
from connection_overrides.store.pages import ALL, Page, PageRequest, fill_page
from connection_overrides.store.reads import ConnectionReads, EnvironmentReads, OverrideReads, ProjectReads
from connection_overrides.store.table import CALL_BUDGET

REPORT_MAX: Final = 10_000
"""Connections and overrides together of a project that is reported on: all are read for every page."""

USES_SHOWN: Final = 100
"""Effective connections, and defaults, that are named of one secret: more than there are environments."""

_EVERYTHING: Final = ConnectionFilter()


class SecretUser(NamedTuple):
    """An effective connection that uses a secret, through its override or by falling back to its default."""

    environment_name: str
    connection_name: str
    is_protected: bool
    source: Source


class UsedSecret(NamedTuple):
    """A secret, the connections whose defaults name it, and the effective connections that use it.

    At most 100 of each are named, in turns: every environment that uses the secret is named before any is named twice.
    The totals, and what is told of sharing, are of all.
    """

    secret: SecretId
    defaults: tuple[str, ...]
    defaults_total: int
    users: tuple[SecretUser, ...]
    users_total: int
    is_shared: bool
    """Whether several environments use it, however they come by it."""
    leaks: bool
    """Whether a protected environment shares it with an unprotected one."""


class _Uses(NamedTuple):
    """The uses of a secret in one environment: the first of them, and how many there are."""

    environment: Environment
    first: tuple[SecretUser, ...]
    total: int


class SecretReportService:
    """Looks at a whole project: every connection, and every override of every environment."""

    def __init__(
        self,
        projects: ProjectReads,
        environments: EnvironmentReads,
        connections: ConnectionReads,
        overrides: OverrideReads,
    ) -> None:
        """Read there; nothing is written."""
        self._projects = projects
        self._environments = environments
        self._connections = connections
        self._overrides = overrides

    def list_used_secrets(
        self, operation: Operation, project_id: str, request: PageRequest, *, only_shared: bool
    ) -> Page[UsedSecret]:
        """Return a page of the secrets, in an order of their own; `only_shared` keeps those of several environments.

        Raises ReportTooLargeError for a project of more than 10,000 connections and overrides, by its counters.
        """
        contents = self._projects.require(operation, project_id)
        environments = self._environments.all(operation, project_id)
        _require_reportable(contents, environments)
        whole = self._read(operation, project_id, environments)
        return fill_page(
            request,
            whole.used(operation, request.after or ""),
            lambda used: used.secret.digest,
            lambda used: used.is_shared or not only_shared,
        )

    def _read(self, operation: Operation, project_id: str, environments: Collection[Environment]) -> "_Whole":
        whole = _Whole(environments)
        for connection in self._connections.candidates(operation, project_id, ALL, _EVERYTHING):
            whole.add_connection(connection)
        for environment in environments:
            if environment.override_count:
                for override in self._overrides.candidates(operation, project_id, environment.name, ALL, _EVERYTHING):
                    whole.add_override(override)
        return whole


class _Whole:
    """All connections and overrides of a project, and which of them name which secret."""

    def __init__(self, environments: Collection[Environment]) -> None:
        self._environments = environments
        self._connections: dict[str, Connection] = {}
        self._overrides: dict[tuple[str, str], Override] = {}
        # In the order of their names, which is the order that they come in.
        self._defaults: defaultdict[SecretId, dict[str, None]] = defaultdict(dict)
        self._overriding: defaultdict[tuple[SecretId, str], dict[str, None]] = defaultdict(dict)
        self._secrets: set[SecretId] = set()

    def add_connection(self, connection: Connection) -> None:
        self._connections[connection.name] = connection
        for secret in secrets_in(connection.default):
            self._secrets.add(secret)
            self._defaults[secret][connection.name] = None

    def add_override(self, override: Override) -> None:
        self._overrides[override.environment_name, override.connection_name] = override
        for secret in secrets_in(override.reference):
            self._secrets.add(secret)
            self._overriding[secret, override.environment_name][override.connection_name] = None

    def used(self, operation: Operation, after: str) -> Iterator[UsedSecret]:
        """Yield the secrets whose digests come after that one, in their order. One is weighed whatever the time."""
        secrets = sorted((secret for secret in self._secrets if secret.digest > after), key=lambda one: one.digest)
        for number, secret in enumerate(secrets):
            if number and operation.time_left() < CALL_BUDGET:
                raise OutOfTimeError("There was not enough time left for the whole report. Try again.")
            yield self._used(secret)

    def _used(self, secret: SecretId) -> UsedSecret:
        uses = [found for one in self._environments if (found := self._uses(secret, one)).total]
        defaults = self._defaults.get(secret, {})
        by_turns = chain.from_iterable(zip_longest(*(found.first for found in uses)))
        return UsedSecret(
            secret,
            defaults=tuple(islice(defaults, USES_SHOWN)),
            defaults_total=len(defaults),
            users=tuple(islice((user for user in by_turns if user is not None), USES_SHOWN)),
            users_total=sum(found.total for found in uses),
            is_shared=len(uses) > 1,
            leaks=len({found.environment.protected for found in uses}) > 1,
        )

    def _uses(self, secret: SecretId, environment: Environment) -> _Uses:
        """Return the uses in an environment, by the rule that decides what is effective there."""
        naming = {
            Source.OVERRIDE: self._overriding.get((secret, environment.name), {}),
            Source.DEFAULT: self._defaults.get(secret, {}),
            Source.NONE: {},
        }
        first: list[SecretUser] = []
        total = 0
        for name in _in_order(naming[Source.DEFAULT], naming[Source.OVERRIDE]):
            if name not in self._connections:
                continue
            source = resolve(environment, self._connections[name], self._overrides.get((environment.name, name))).source
            if name in naming[source]:
                total += 1
                if len(first) < USES_SHOWN:
                    first.append(SecretUser(environment.name, name, environment.protected, source))
        return _Uses(environment, tuple(first), total)


def _in_order(some: Collection[str], others: Collection[str]) -> Collection[str]:
    """Return all names in the order of their UTF-8 bytes; each of the two is in that order."""
    return sorted({*some, *others}, key=str.encode) if others else some


def _require_reportable(contents: ProjectContents, environments: Collection[Environment]) -> None:
    overrides = sum(environment.override_count for environment in environments)
    if contents.connection_count + overrides > REPORT_MAX:
        raise ReportTooLargeError(
            f"The project has {contents.connection_count:,} connections and {overrides:,} overrides; "
            f"a report covers at most {REPORT_MAX:,} of them."
        )
