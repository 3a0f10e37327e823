"""Connections of a project: make, get, list."""

from connection_overrides.errors import ConnectionNotFoundError
from connection_overrides.model.entities import Connection, SecretReference
from connection_overrides.model.filters import ConnectionFilter
from connection_overrides.model.kinds import AuthType, PlatformConnectionType
from connection_overrides.operation import Operation
from connection_overrides.store.connections import ConnectionStore
from connection_overrides.store.pages import Page, PageRequest
from connection_overrides.store.projects import ProjectStore


class ConnectionService:
    """The connections of a project."""

    def __init__(self, projects: ProjectStore, connections: ConnectionStore) -> None:
        """Keep connections there; projects are asked only to tell one 404 from another."""
        self._projects = projects
        self._connections = connections

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
    ) -> Connection:
        """Make a connection of a kind that was found valid; a default of None leaves it without one."""
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
        self._connections.create(operation, connection)
        return connection

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
        if not page.items:
            self._projects.require(operation, project_id)
        return page
