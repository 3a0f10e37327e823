"""Which secrets a project uses, where, and which of them environments share."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from itertools import chain, islice, zip_longest
from typing import Final, NamedTuple

from connection_overrides.context import RequestContext
from connection_overrides.domain.models import Connection, Environment, Override, ProjectState, Source
from connection_overrides.domain.reports import USES_SHOWN, SecretUser, UsedSecret
from connection_overrides.domain.resolution import resolve
from connection_overrides.domain.secret_references import SecretId, secrets_in
from connection_overrides.errors import OutOfTime, ReportTooLarge
from connection_overrides.store import connections, environments, overrides, projects
from connection_overrides.store.database import has_time
from connection_overrides.store.pagination import Page, PageRequest, fill_page

REPORT_MAX: Final = 10_000
"""Connections and overrides together of a project that is reported on: all are read for every page."""


class _Uses(NamedTuple):
    """The uses of a secret in one environment: the first of them, and how many there are."""

    environment: Environment
    first: list[SecretUser]
    total: int


def list_secret_references(
    ctx: RequestContext, project_id: str, request: PageRequest, *, only_shared: bool
) -> Page[UsedSecret]:
    """Return a page of the secrets, by their digests; `only_shared` keeps those that several environments use.

    Raises ReportTooLarge for a project of more than 10,000 connections and overrides, by its counters.
    """
    project = projects.get_state(ctx, project_id)
    all_environments = environments.list_all(ctx, project_id)
    _require_reportable(project, all_environments)
    contents = _Contents(all_environments)
    for connection in connections.candidates(ctx, project_id):
        contents.add_connection(connection)
    for environment in all_environments:
        if environment.override_count:
            for override in overrides.list_all(ctx, project_id, environment.name):
                contents.add_override(override)
    used = contents.used_secrets(ctx, request.after or "")
    return fill_page(request, used, _digest_of, lambda one: one.shared or not only_shared)


class _Contents:
    """All connections and overrides of a project, and which of them name which secret."""

    def __init__(self, all_environments: Collection[Environment]) -> None:
        self._environments = all_environments
        self._connections: dict[str, Connection] = {}
        self._overrides: dict[tuple[str, str], Override] = {}
        # Dictionaries keep the order in which names are added, which is name order.
        self._defaults: defaultdict[SecretId, dict[str, None]] = defaultdict(dict)
        self._overriding: defaultdict[tuple[SecretId, str], dict[str, None]] = defaultdict(dict)
        # Where a secret is in an override, or will be when another one expires.
        self._overriding_in: set[tuple[SecretId, str]] = set()
        self._secrets: set[SecretId] = set()

    def add_connection(self, connection: Connection) -> None:
        self._connections[connection.name] = connection
        for secret in secrets_in(connection.connection_details):
            self._secrets.add(secret)
            self._defaults[secret][connection.name] = None

    def add_override(self, override: Override) -> None:
        self._overrides[override.environment_name, override.name] = override
        for secret in secrets_in(override.connection_overrides):
            self._overriding[secret, override.environment_name][override.name] = None
        for secret in override.secrets:
            self._secrets.add(secret)
            self._overriding_in.add((secret, override.environment_name))

    def used_secrets(self, ctx: RequestContext, after: str) -> Iterator[UsedSecret]:
        """Yield the secrets whose digests sort after that one. The first is yielded whatever the time."""
        secrets = sorted((secret for secret in self._secrets if secret.digest > after), key=lambda one: one.digest)
        for number, secret in enumerate(secrets):
            if number and not has_time(ctx):
                raise OutOfTime
            yield self._used(secret)

    def _used(self, secret: SecretId) -> UsedSecret:
        uses = [found for one in self._environments if (found := self._uses(secret, one)).total]
        defaults = self._defaults.get(secret, {})
        overriding = {one.name for one in self._environments if (secret, one.name) in self._overriding_in}
        possible = [one for one in self._environments if one.name in overriding or (defaults and one.inherit_defaults)]
        others_may = bool(defaults) or any(one.name in overriding and not one.protected for one in possible)
        leaks = others_may and any(one.protected for one in possible)
        by_turns = chain.from_iterable(zip_longest(*(found.first for found in uses)))
        return UsedSecret.model_construct(
            vault=secret.vault,
            secret_name=secret.name,
            defaults=list(islice(defaults, USES_SHOWN)),
            defaults_total=len(defaults),
            used_by=list(islice((user for user in by_turns if user is not None), USES_SHOWN)),
            used_by_total=sum(found.total for found in uses),
            shared=leaks or len(possible) > 1,
            leaks=leaks,
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
                    first.append(
                        SecretUser.model_construct(
                            environment_name=environment.name, name=name, protected=environment.protected, source=source
                        )
                    )
        return _Uses(environment, first, total)


def _digest_of(used: UsedSecret) -> str:
    return SecretId(used.vault, used.secret_name).digest


def _in_order(some: Collection[str], others: Collection[str]) -> Collection[str]:
    """Return all names in the order of their UTF-8 bytes; each of the two is in that order."""
    return sorted({*some, *others}, key=str.encode) if others else some


def _require_reportable(project: ProjectState, all_environments: Collection[Environment]) -> None:
    override_count = sum(environment.override_count for environment in all_environments)
    if project.connection_count + override_count > REPORT_MAX:
        raise ReportTooLarge(
            f"The project has {project.connection_count:,} connections and {override_count:,} overrides; "
            f"a report covers at most {REPORT_MAX:,} of them."
        )
