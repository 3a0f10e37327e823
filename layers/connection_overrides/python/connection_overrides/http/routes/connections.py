"""Routes of connections."""

from aws_lambda_powertools.event_handler import Response

from connection_overrides.caller import Scope
from connection_overrides.http.parameters import (
    LIMIT_DEFAULT,
    AuthProvidersQuery,
    ConnectionNamePath,
    ConnectionNamesQuery,
    CursorQuery,
    LimitQuery,
    PlatformConnectionTypesQuery,
    ProjectIdPath,
    connection_filter,
)
from connection_overrides.http.replies import ConnectionReply, PageReply
from connection_overrides.http.requests import NewConnection
from connection_overrides.http.routing import Router
from connection_overrides.model.names import validate_name
from connection_overrides.service.connections import ConnectionService


def declare_connections(router: Router, service: ConnectionService) -> None:
    """Declare the routes of connections."""

    @router.route("POST", "/v1/projects/{projectId}/connections", scope=Scope.CONNECTIONS_WRITE)
    def create_connection(project_id: ProjectIdPath, body: NewConnection) -> Response[ConnectionReply]:
        details = body.connection_details
        connection = service.create_connection(
            router.about(project=project_id, connection=body.name),
            project_id,
            body.name,
            platform_connection_type=body.platform_connection_type,
            auth_provider=body.auth_provider,
            auth_type=body.auth_type,
            description=None if details is None else details.description,
            default=body.to_default(),
        )
        return router.created(
            ConnectionReply.of(connection), connection.revision, "projects", project_id, "connections", connection.name
        )

    @router.route("GET", "/v1/projects/{projectId}/connections", scope=Scope.CONNECTIONS_READ)
    def list_connections(
        *,
        project_id: ProjectIdPath,
        connection_names: ConnectionNamesQuery = None,
        platform_connection_types: PlatformConnectionTypesQuery = None,
        auth_providers: AuthProvidersQuery = None,
        limit: LimitQuery = LIMIT_DEFAULT,
        cursor: CursorQuery = None,
    ) -> Response[PageReply[ConnectionReply]]:
        wanted = connection_filter(
            connection_names=connection_names,
            platform_connection_types=platform_connection_types,
            auth_providers=auth_providers,
        )
        request = router.page_request(limit, cursor, validate_name)
        page = service.list_connections(router.about(project=project_id), project_id, request, wanted)
        return router.listed([ConnectionReply.of(connection) for connection in page.items], page.next_after)

    @router.route("GET", "/v1/projects/{projectId}/connections/{connectionName}", scope=Scope.CONNECTIONS_READ)
    def get_connection(project_id: ProjectIdPath, connection_name: ConnectionNamePath) -> Response[ConnectionReply]:
        operation = router.about(project=project_id, connection=connection_name)
        connection = service.get_connection(operation, project_id, connection_name)
        return router.found(ConnectionReply.of(connection), connection.revision)
