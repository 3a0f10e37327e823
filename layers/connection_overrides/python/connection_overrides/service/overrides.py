"""Environment connection overrides: make, get, list."""

from typing import Final

from connection_overrides.caller import Scope
from connection_overrides.errors import (
    ConnectionNotFoundError,
    EnvironmentNotFoundError,
    InvalidRequestError,
    OverrideNotFoundError,
    ProjectNotFoundError,
    ServiceBusyError,
    Violation,
)
from connection_overrides.model.entities import Connection, Environment, Override, SecretReference
from connection_overrides.model.filters import ConnectionFilter
from connection_overrides.model.kinds import AuthType
from connection_overrides.operation import Operation
from connection_overrides.service.permissions import require_write_to
from connection_overrides.store.environments import EnvironmentStore
from connection_overrides.store.overrides import Created, OverrideStore, Parents
from connection_overrides.store.pages import Page, PageRequest
from connection_overrides.store.projects import ProjectStore

_LOOKS_MAX: Final = 3
"""How often a create looks at parents that keep changing before it asks the caller to come back."""


class OverrideService:
    """The overrides of a project."""

    def __init__(self, projects: ProjectStore, environments: EnvironmentStore, overrides: OverrideStore) -> None:
        """Keep overrides there; the others are asked only to tell one 404 from another."""
        self._projects = projects
        self._environments = environments
        self._overrides = overrides

    def create_override(
        self,
        operation: Operation,
        project_id: str,
        environment_name: str,
        connection_name: str,
        *,
        auth_type: AuthType,
        reference: SecretReference,
    ) -> Override:
        """Make the override of a connection in an environment.

        It is made only if, at the moment of the write, both exist, the connection is still of the kind that the
        reference was checked against, the environment is as protected as the caller's scopes were checked against,
        and there is no such override. The table decides. Parents that changed in between are looked at again.
        """
        for _ in range(_LOOKS_MAX):
            parents = self._overrides.parents(operation, project_id, environment_name, connection_name)
            environment = _existing_environment(parents)
            require_write_to(environment, operation.caller, Scope.CONNECTIONS_WRITE)
            connection = _existing_connection(parents)
            _require_auth_type(connection, auth_type)
            override = Override(
                project_id=project_id,
                environment_name=environment_name,
                connection_name=connection_name,
                platform_connection_type=connection.platform_connection_type,
                auth_provider=connection.auth_provider,
                auth_type=connection.auth_type,
                reference=reference,
                revision=operation.first_revision(),
            )
            if self._overrides.create(operation, override, environment) is Created.DONE:
                return override
        raise ServiceBusyError("The environment or the connection keeps changing; nothing was written. Try again.")

    def get_override(
        self, operation: Operation, project_id: str, environment_name: str, connection_name: str
    ) -> Override:
        """Return the override, or tell which of project, environment, connection and override is not found."""
        override = self._overrides.get(operation, project_id, environment_name, connection_name)
        if override is None:
            parents = self._overrides.parents(operation, project_id, environment_name, connection_name)
            _existing_environment(parents)
            _existing_connection(parents)
            raise OverrideNotFoundError("The connection has no override in this environment.")
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
        if not page.items and self._environments.get(operation, project_id, environment_name) is None:
            self._projects.require(operation, project_id)
            raise EnvironmentNotFoundError("The project has no environment of that name.")
        return page


def _existing_environment(parents: Parents) -> Environment:
    if not parents.project_exists:
        raise ProjectNotFoundError("There is no such project.")
    if parents.environment is None:
        raise EnvironmentNotFoundError("The project has no environment of that name.")
    return parents.environment


def _existing_connection(parents: Parents) -> Connection:
    if parents.connection is None:
        raise ConnectionNotFoundError("The project has no connection of that name.")
    return parents.connection


def _require_auth_type(connection: Connection, auth_type: AuthType) -> None:
    if connection.auth_type is not auth_type:
        message = f"must be '{connection.auth_type}', the auth type of the connection; got '{auth_type}'"
        raise InvalidRequestError([Violation(("body", "authType"), "auth_type_mismatch", message)])
