"""Which secrets a project uses, where, and which of them environments share."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from connection_overrides.model.entities import Connection, Environment, Override
from connection_overrides.model.filters import ConnectionFilter
from connection_overrides.model.resolution import Source, resolve
from connection_overrides.model.secret_ids import SecretId, secrets_in
from connection_overrides.operation import Operation
from connection_overrides.store.connections import ConnectionStore
from connection_overrides.store.environments import EnvironmentStore
from connection_overrides.store.overrides import OverrideStore
from connection_overrides.store.pages import ALL, Page, PageRequest, fill_page
from connection_overrides.store.projects import ProjectStore

_EVERYTHING: Final = ConnectionFilter()


@dataclass(frozen=True, slots=True, order=True)
class SecretUser:
    """An effective connection that uses a secret, through its override or by falling back to its default."""

    environment_name: str
    connection_name: str
    is_protected: bool
    source: Source


@dataclass(frozen=True, slots=True)
class UsedSecret:
    """A secret, the connections whose defaults name it, and the effective connections that use it."""

    secret: SecretId
    defaults: tuple[str, ...]
    users: tuple[SecretUser, ...]

    @property
    def is_shared(self) -> bool:
        """Tell whether several environments use it, however they come by it."""
        return len({user.environment_name for user in self.users}) > 1

    @property
    def leaks(self) -> bool:
        """Tell whether a protected environment shares it with an unprotected one."""
        return len({user.is_protected for user in self.users}) > 1


class SecretReportService:
    """Looks at a whole project: every connection, and every override of every environment."""

    def __init__(
        self,
        projects: ProjectStore,
        environments: EnvironmentStore,
        connections: ConnectionStore,
        overrides: OverrideStore,
    ) -> None:
        """Read there; nothing is written."""
        self._projects = projects
        self._environments = environments
        self._connections = connections
        self._overrides = overrides

    def list_used_secrets(
        self, operation: Operation, project_id: str, request: PageRequest, *, only_shared: bool
    ) -> Page[UsedSecret]:
        """Return a page of the secrets, in an order of their own; `only_shared` keeps those of several environments."""
        self._projects.require(operation, project_id)
        after = request.after or ""
        found = sorted(self._used(operation, project_id), key=lambda used: used.secret.digest)
        return fill_page(
            request,
            (used for used in found if used.secret.digest > after),
            lambda used: used.secret.digest,
            lambda used: used.is_shared or not only_shared,
        )

    def _used(self, operation: Operation, project_id: str) -> Iterator[UsedSecret]:
        environments = self._environments.all(operation, project_id)
        connections = list(self._connections.candidates(operation, project_id, ALL, _EVERYTHING))
        defaults: defaultdict[SecretId, list[str]] = defaultdict(list)
        for connection in connections:
            for secret in secrets_in(connection.default):
                defaults[secret].append(connection.name)
        users: defaultdict[SecretId, list[SecretUser]] = defaultdict(list)
        for environment in environments:
            overrides = {
                override.connection_name: override
                for override in self._overrides.candidates(operation, project_id, environment.name, ALL, _EVERYTHING)
            }
            for secret, user in _users_in(environment, connections, overrides):
                users[secret].append(user)
        for secret in defaults.keys() | users.keys():
            yield UsedSecret(secret, tuple(defaults[secret]), tuple(users[secret]))


def _users_in(
    environment: Environment, connections: list[Connection], overrides: dict[str, Override]
) -> Iterator[tuple[SecretId, SecretUser]]:
    for connection in connections:
        resolution = resolve(environment, connection, overrides.get(connection.name))
        user = SecretUser(environment.name, connection.name, environment.protected, resolution.source)
        for secret in secrets_in(resolution.reference):
            yield secret, user
