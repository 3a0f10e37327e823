"""Connections of a project."""

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from connection_overrides.caller import Scope
from connection_overrides.errors import (
    CascadeTooLargeError,
    ConnectionInUseError,
    ConnectionNotFoundError,
    Dependent,
    SharedSecretReferenceError,
)
from connection_overrides.model.entities import Connection, Environment, Override, ProjectContents, SecretReference
from connection_overrides.model.filters import ConnectionFilter
from connection_overrides.model.kinds import AuthType, PlatformConnectionType
from connection_overrides.model.secret_ids import secrets_in
from connection_overrides.operation import Operation
from connection_overrides.service.attempts import settle
from connection_overrides.service.existing import connection_in, project_in
from connection_overrides.service.kinds import RequestedKind
from connection_overrides.service.permissions import require_write_to
from connection_overrides.service.preconditions import Preconditions
from connection_overrides.service.secret_guard import NewUses, SecretGuard
from connection_overrides.store.connections import ConnectionStore, Parted, connection_exists, most_cascaded
from connection_overrides.store.environments import EnvironmentStore
from connection_overrides.store.pages import Page, PageRequest
from connection_overrides.store.projects import ProjectStore
from connection_overrides.store.reader import Reader
from connection_overrides.store.secret_uses import NO_NEW_USE, Admission
from connection_overrides.store.writable_table import Written


class ConnectionReplacement(NamedTuple):
    """What is said of a connection anew. `default_for` returns its default, once the auth type is known."""

    kind: RequestedKind
    description: str | None
    default_for: Callable[[AuthType], SecretReference | None]
    allow_shared: bool


class ConnectionService:
    """The connections of a project."""

    def __init__(
        self,
        projects: ProjectStore,
        environments: EnvironmentStore,
        connections: ConnectionStore,
        reader: Reader,
        guard: SecretGuard,
    ) -> None:
        """Keep connections there; projects are asked only to tell one 404 from another."""
        self._guard = guard
        self._projects = projects
        self._environments = environments
        self._connections = connections
        self._reader = reader

    def create_connection(
        self,
        operation: Operation,
        project_id: str,
        name: str,
        *,
        platform_connection_type: PlatformConnectionType,
        auth_provider: str,
        auth_type: AuthType,
        description: str | None,
        default: SecretReference | None,
        allow_shared: bool,
    ) -> Connection:
        """Make a connection of a kind that was found valid; a default of None leaves it without one.

        A default that a protected environment uses in an override is refused, unless `allow_shared`.
        """
        connection = Connection(
            project_id=project_id,
            name=name,
            platform_connection_type=platform_connection_type,
            auth_provider=auth_provider,
            auth_type=auth_type,
            description=description,
            default=default,
            revision=operation.first_revision(),
        )

        def attempt() -> Written | None:
            admission = self._admit_default(operation, connection, allow_shared=allow_shared)
            written = self._connections.create(operation, connection, admission)
            return written if written is Written.DONE else None

        settle(operation, attempt)
        return connection

    def replace_connection(
        self,
        operation: Operation,
        project_id: str,
        name: str,
        replacement: ConnectionReplacement,
        preconditions: Preconditions,
    ) -> Connection:
        """Replace what is said of a connection, whole: what the replacement leaves out is unset.

        Type and provider cannot change. The auth type can, while no environment overrides the connection.
        """

        def attempt() -> Connection | None:
            seen = self._reader.look(operation, project_id, connection_name=name)
            current = connection_in(seen)
            auth_type = replacement.kind.auth_type_for(current)
            default = replacement.default_for(auth_type)
            preconditions.require(current.revision)
            connection = current._replace(
                auth_type=auth_type,
                description=replacement.description,
                default=default,
                revision=operation.next_revision(current.revision),
            )
            admission = self._admit_default(operation, connection, current, allow_shared=replacement.allow_shared)
            if auth_type is current.auth_type:
                written = self._connections.replace(operation, connection, current, admission)
            else:
                environments = self._environments.all(operation, project_id)
                parted = self._connections.replace_auth_type(
                    operation,
                    connection,
                    current,
                    contents=project_in(seen),
                    environments=environments,
                    admission=admission,
                )
                if parted.in_the_way:
                    raise _in_use("The auth type cannot change while overrides exist. Delete them first.", parted)
                written = parted.written
            return connection if written is Written.DONE else None

        return settle(operation, attempt)

    def delete_connection(
        self, operation: Operation, project_id: str, name: str, preconditions: Preconditions, *, cascade: bool
    ) -> None:
        """Delete a connection; with `cascade` and its overrides, all or nothing.

        Without `cascade` a connection that has overrides is refused with their list; with it, one that has more than a
        single step can take is refused with their number. The overrides are found by the table itself: the first try
        tells those that stand in its way.
        """

        def attempt() -> Written | None:
            seen = self._reader.look(operation, project_id, connection_name=name)
            current, contents = connection_in(seen), project_in(seen)
            preconditions.require(current.revision)
            environments = self._environments.all(operation, project_id)
            parted = self._connections.delete(operation, current, contents, environments, {})
            if parted.in_the_way:
                if not cascade:
                    raise _in_use("The connection has overrides. Delete them first, or send cascade=true.", parted)
                parted = self._cascade(operation, current, contents, environments, parted)
            return parted.written if parted.written is Written.DONE else None

        settle(operation, attempt)

    def get_connection(self, operation: Operation, project_id: str, name: str) -> Connection:
        """Return the connection, or tell whether it or its project is not found."""
        connection = self._connections.get(operation, project_id, name)
        if connection is None:
            self._projects.require(operation, project_id)
            raise ConnectionNotFoundError("The project has no connection of that name.")
        return connection

    def list_connections(
        self, operation: Operation, project_id: str, request: PageRequest, wanted: ConnectionFilter
    ) -> Page[Connection]:
        """Return a page of the project's connections that the filter wants."""
        page = self._connections.list(operation, project_id, request, wanted)
        if page.saw_nothing:
            self._projects.require(operation, project_id)
        return page

    def _admit_default(
        self, operation: Operation, connection: Connection, current: Connection | None = None, *, allow_shared: bool
    ) -> Admission:
        """Return what must be written along with the connection; without a new secret nothing is looked at."""
        before = frozenset() if current is None else secrets_in(current.default)
        secrets = secrets_in(connection.default) - before
        if not secrets:
            return NO_NEW_USE
        seen = self._reader.look(operation, connection.project_id, connection_name=connection.name, uses_of=secrets)
        project_in(seen)
        try:
            return self._guard.admit(
                operation, connection.project_id, NewUses(None, secrets), seen, allow_shared=allow_shared
            )
        except SharedSecretReferenceError:
            # What is there already is told first: the caller may not have meant to share anything.
            if current is None and seen.connection is not None:
                raise connection_exists(connection) from None
            raise

    def _cascade(
        self,
        operation: Operation,
        connection: Connection,
        contents: ProjectContents,
        environments: Collection[Environment],
        parted: Parted,
    ) -> Parted:
        overrides: Mapping[str, Override] = {one.environment_name: one for one in parted.in_the_way}
        for environment in environments:
            if environment.name in overrides:
                require_write_to(environment, operation.caller, Scope.CONNECTIONS_WRITE)
        most = most_cascaded(len(environments))
        if len(overrides) > most:
            raise CascadeTooLargeError(
                f"The connection has {len(overrides)} overrides; at most {most} can be deleted with it in one step. "
                "Delete some of them first.",
                _dependents(parted),
                len(overrides),
            )
        return self._connections.delete(operation, connection, contents, environments, overrides)


def _in_use(detail: str, parted: Parted) -> ConnectionInUseError:
    return ConnectionInUseError(detail, _dependents(parted), len(parted.in_the_way))


def _dependents(parted: Parted) -> list[Dependent]:
    return [
        Dependent(kind="override", environment_name=one.environment_name, connection_name=one.connection_name)
        for one in parted.in_the_way
    ]
