"""Environment connection overrides."""

from collections.abc import Collection

from connection_overrides.caller import Scope
from connection_overrides.errors import (
    EnvironmentNotFoundError,
    InvalidRequestError,
    OverrideAlreadyExistsError,
    OverrideNotFoundError,
    SharedSecretReferenceError,
    Violation,
)
from connection_overrides.model.entities import Connection, Environment, Override, SecretReference
from connection_overrides.model.filters import ConnectionFilter
from connection_overrides.model.kinds import AuthType
from connection_overrides.model.secret_ids import secrets_in
from connection_overrides.operation import Operation
from connection_overrides.service.attempts import settle
from connection_overrides.service.existing import connection_in, environment_in, override_in
from connection_overrides.service.permissions import require_write_to
from connection_overrides.service.preconditions import Preconditions
from connection_overrides.service.secret_guard import NewUses, SecretGuard
from connection_overrides.store.environments import EnvironmentStore
from connection_overrides.store.overrides import OverrideStore, override_exists
from connection_overrides.store.pages import Page, PageRequest
from connection_overrides.store.projects import ProjectStore
from connection_overrides.store.reader import Reader, Seen
from connection_overrides.store.secret_uses import Admission
from connection_overrides.store.writable_table import Written


class OverrideService:
    """The overrides of a project."""

    def __init__(
        self,
        projects: ProjectStore,
        environments: EnvironmentStore,
        overrides: OverrideStore,
        reader: Reader,
        guard: SecretGuard,
    ) -> None:
        """Keep overrides there; projects and environments are asked only to tell one 404 from another."""
        self._guard = guard
        self._projects = projects
        self._environments = environments
        self._overrides = overrides
        self._reader = reader

    def create_override(
        self,
        operation: Operation,
        project_id: str,
        environment_name: str,
        connection_name: str,
        *,
        auth_type: AuthType,
        reference: SecretReference | None,
        allow_shared: bool,
    ) -> Override:
        """Make the override of a connection in an environment.

        It is made only if, at the moment of the write, both exist, the connection is still of the kind that the
        reference was checked against, the environment is as protected as the caller's scopes were checked against,
        and there is no such override. The table decides. What changed in between is looked at again. A secret that a
        protected environment would share with others is refused, unless `allow_shared`.
        """

        def attempt() -> Override | None:
            seen = self._reader.look(
                operation,
                project_id,
                environment_name=environment_name,
                connection_name=connection_name,
                overrides_of=[connection_name],
                uses_of=secrets_in(reference),
            )
            environment, connection = _writable(seen, operation, auth_type)
            override = _new_override(operation, environment, connection, reference)
            try:
                admission = self._admit(operation, seen, override, None, allow_shared=allow_shared)
            except SharedSecretReferenceError:
                # What is there already is told first: the caller may not have meant to share anything.
                if seen.overrides:
                    raise override_exists(override) from None
                raise
            written = self._overrides.create(operation, override, environment, admission)
            return override if written is Written.DONE else None

        return settle(operation, attempt)

    def replace_override(
        self,
        operation: Operation,
        project_id: str,
        environment_name: str,
        connection_name: str,
        *,
        auth_type: AuthType,
        reference: SecretReference | None,
        preconditions: Preconditions,
        may_create: bool,
        allow_shared: bool,
    ) -> Override:
        """Replace the reference of an override, whole. The first revision of one that is made tells it from others.

        It is written only over the state that was looked at, and only while the environment is as protected as the
        caller's scopes were checked against. Without an override this is refused, unless `may_create` and the caller
        demands that there is none (`is_absent`): then it is made.
        """

        def attempt() -> Override | None:
            seen = self._look_at_one(operation, project_id, environment_name, connection_name, reference)
            environment, connection = _writable(seen, operation, auth_type)
            current = seen.overrides.get(connection_name)
            if current is None:
                if not (may_create and preconditions.is_absent):
                    raise OverrideNotFoundError(
                        "The connection has no override in this environment. PUT never creates one, unless it is sent "
                        "to the override's own address with 'If-None-Match: *'."
                    )
                preconditions.require(None)
                override = _new_override(operation, environment, connection, reference)
                admission = self._admit(operation, seen, override, None, allow_shared=allow_shared)
                try:
                    written = self._overrides.create(operation, override, environment, admission)
                except OverrideAlreadyExistsError:
                    return None  # made by another request meanwhile: the next look finds it, and the demand fails
            else:
                preconditions.require(current.revision)
                override = current._replace(reference=reference, revision=operation.next_revision(current.revision))
                admission = self._admit(operation, seen, override, current, allow_shared=allow_shared)
                written = self._overrides.replace(operation, override, current, environment, admission)
            return override if written is Written.DONE else None

        return settle(operation, attempt)

    def delete_overrides(
        self,
        operation: Operation,
        project_id: str,
        environment_name: str,
        connection_names: Collection[str],
        *,
        ignore_missing: bool,
    ) -> None:
        """Delete the overrides of all these connections in an environment, or none.

        Names without an override are refused, all at once, unless they are to be ignored.
        """

        def attempt() -> Written | None:
            seen = self._reader.look(
                operation, project_id, environment_name=environment_name, overrides_of=connection_names
            )
            environment = environment_in(seen)
            require_write_to(environment, operation.caller, Scope.CONNECTIONS_WRITE)
            missing = [name for name in connection_names if name not in seen.overrides]
            if missing and not ignore_missing:
                raise OverrideNotFoundError("These connections have no override in this environment.", missing)
            if not seen.overrides:
                return Written.DONE
            written = self._overrides.delete(operation, environment, seen.overrides.values(), only_as_seen=False)
            return written if written is Written.DONE else None

        settle(operation, attempt)

    def delete_override(
        self,
        operation: Operation,
        project_id: str,
        environment_name: str,
        connection_name: str,
        preconditions: Preconditions,
    ) -> None:
        """Delete one override."""

        def attempt() -> Written | None:
            seen = self._look_at_one(operation, project_id, environment_name, connection_name)
            environment = environment_in(seen)
            require_write_to(environment, operation.caller, Scope.CONNECTIONS_WRITE)
            override = override_in(seen)
            preconditions.require(override.revision)
            written = self._overrides.delete(operation, environment, [override], only_as_seen=preconditions.on_a_state)
            return written if written is Written.DONE else None

        settle(operation, attempt)

    def get_override(
        self, operation: Operation, project_id: str, environment_name: str, connection_name: str
    ) -> Override:
        """Return the override, or tell which of project, environment, connection and override is not found."""
        override = self._overrides.get(operation, project_id, environment_name, connection_name)
        if override is None:
            return override_in(self._look_at_one(operation, project_id, environment_name, connection_name))
        return override

    def list_overrides(
        self,
        operation: Operation,
        project_id: str,
        environment_name: str,
        request: PageRequest,
        wanted: ConnectionFilter,
    ) -> Page[Override]:
        """Return a page of the environment's overrides that the filter wants."""
        page = self._overrides.list(operation, project_id, environment_name, request, wanted)
        if page.saw_nothing and self._environments.get(operation, project_id, environment_name) is None:
            self._projects.require(operation, project_id)
            raise EnvironmentNotFoundError("The project has no environment of that name.")
        return page

    def _look_at_one(
        self,
        operation: Operation,
        project_id: str,
        environment_name: str,
        connection_name: str,
        reference: SecretReference | None = None,
    ) -> Seen:
        return self._reader.look(
            operation,
            project_id,
            environment_name=environment_name,
            connection_name=connection_name,
            overrides_of=[connection_name],
            uses_of=secrets_in(reference),
        )

    def _admit(
        self, operation: Operation, seen: Seen, override: Override, current: Override | None, *, allow_shared: bool
    ) -> Admission:
        before = frozenset() if current is None else secrets_in(current.reference)
        new = NewUses(seen.environment, secrets_in(override.reference) - before)
        return self._guard.admit(operation, override.project_id, new, seen, allow_shared=allow_shared)


def _writable(seen: Seen, operation: Operation, auth_type: AuthType) -> tuple[Environment, Connection]:
    """Return environment and connection, once the caller may write there and the auth type is the connection's."""
    environment = environment_in(seen)
    require_write_to(environment, operation.caller, Scope.CONNECTIONS_WRITE)
    connection = connection_in(seen)
    if connection.auth_type is not auth_type:
        message = f"must be '{connection.auth_type}', the auth type of the connection; got '{auth_type}'"
        raise InvalidRequestError([Violation(("body", "authType"), "auth_type_mismatch", message)])
    return environment, connection


def _new_override(
    operation: Operation, environment: Environment, connection: Connection, reference: SecretReference | None
) -> Override:
    return Override(
        project_id=environment.project_id,
        environment_name=environment.name,
        connection_name=connection.name,
        platform_connection_type=connection.platform_connection_type,
        auth_provider=connection.auth_provider,
        auth_type=connection.auth_type,
        reference=reference,
        revision=operation.first_revision(),
    )
