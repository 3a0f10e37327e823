"""Routes of connections: a connection is named by its address, or by the query of the collection."""

from typing import Final

from connection_overrides.caller import Scope
from connection_overrides.errors import (
    CascadeTooLargeError,
    ConnectionAlreadyExistsError,
    ConnectionInUseError,
    ConnectionNotFoundError,
    PreconditionFailedError,
    ProjectNotFoundError,
    QuotaExceededError,
    SharedSecretReferenceError,
)
from connection_overrides.http.entity_replies import ConnectionReply
from connection_overrides.http.idempotency import Writes
from connection_overrides.http.outcomes import CREATED, DELETED, FOUND, LISTED, REPLACED, UNCHANGED
from connection_overrides.http.parameters import (
    LIMIT_DEFAULT,
    OFF,
    AllowSharedSecretQuery,
    AuthProvidersQuery,
    CascadeQuery,
    ConnectionNamePath,
    ConnectionNameQuery,
    ConnectionNamesQuery,
    CursorQuery,
    LimitQuery,
    PlatformConnectionTypesQuery,
    ProjectIdPath,
    connection_filter,
    is_on,
)
from connection_overrides.http.replies import PageReply
from connection_overrides.http.requests import NewConnection, ReplacedConnection, require_same_name
from connection_overrides.http.responses import Response
from connection_overrides.http.routing import Router
from connection_overrides.service.connections import ConnectionService

_CONNECTIONS: Final = "/v1/projects/{projectId}/connections"
_CONNECTION: Final = f"{_CONNECTIONS}/{{connectionName}}"

_ABSENT_OR_CHANGED: Final = (ProjectNotFoundError, ConnectionNotFoundError, PreconditionFailedError)


def declare_connections(router: Router, writes: Writes, service: ConnectionService) -> None:
    """Declare the routes of connections."""

    @router.route(
        "POST",
        _CONNECTIONS,
        scope=Scope.CONNECTIONS_WRITE,
        answers=(CREATED,),
        refuses=(ProjectNotFoundError, ConnectionAlreadyExistsError, SharedSecretReferenceError, QuotaExceededError),
    )
    def create_connection(
        project_id: ProjectIdPath, body: NewConnection, allow_shared_secret: AllowSharedSecretQuery = OFF
    ) -> Response[ConnectionReply]:
        """Create a connection.

        Of several creates of one name exactly one succeeds. Without `connectionDetails` the connection has no default:
        it can be used only in environments that override it.
        """
        return writes.do(
            router.about(project=project_id, connection=body.name),
            lambda operation: service.create_connection(
                operation,
                project_id,
                body.name,
                platform_connection_type=body.platform_connection_type,
                auth_provider=body.auth_provider,
                auth_type=body.auth_type,
                description=body.description,
                default=body.to_default(),
                allow_shared=is_on(allow_shared_secret),
            ),
            lambda connection: router.created(
                ConnectionReply.of(connection),
                connection.revision,
                "projects",
                project_id,
                "connections",
                connection.name,
            ),
        )

    @router.route("GET", _CONNECTIONS, scope=Scope.CONNECTIONS_READ, answers=(LISTED,), refuses=(ProjectNotFoundError,))
    def list_connections(
        *,
        project_id: ProjectIdPath,
        connection_names: ConnectionNamesQuery = None,
        platform_connection_types: PlatformConnectionTypesQuery = None,
        auth_providers: AuthProvidersQuery = None,
        limit: LimitQuery = LIMIT_DEFAULT,
        cursor: CursorQuery = None,
    ) -> Response[PageReply[ConnectionReply]]:
        """List the connections of a project.

        By name, in pages. Entries of one filter are alternatives, and all filters must hold. A page may have fewer
        results than `limit`, or none, and still a `nextCursor`.
        """
        wanted = connection_filter(
            connection_names=connection_names,
            platform_connection_types=platform_connection_types,
            auth_providers=auth_providers,
        )
        request = router.page_request(limit, cursor)
        page = service.list_connections(router.about(project=project_id), project_id, request, wanted)
        return router.listed(page, ConnectionReply.of)

    @router.route(
        "GET", _CONNECTION, scope=Scope.CONNECTIONS_READ, answers=(FOUND, UNCHANGED), refuses=_ABSENT_OR_CHANGED
    )
    def get_connection(project_id: ProjectIdPath, connection_name: ConnectionNamePath) -> Response[ConnectionReply]:
        """Get a connection, with the reference that it uses by default."""
        operation = router.about(project=project_id, connection=connection_name)
        connection = service.get_connection(operation, project_id, connection_name)
        return router.found(ConnectionReply.of(connection), connection.revision)

    def replace(
        project_id: str, connection_name: str, body: ReplacedConnection, allow_shared_secret: str
    ) -> Response[ConnectionReply]:
        require_same_name(body.name, connection_name)
        replacement = body.to_replacement(allow_shared=is_on(allow_shared_secret))
        return writes.do(
            router.about(project=project_id, connection=connection_name),
            lambda operation: service.replace_connection(
                operation, project_id, connection_name, replacement, router.preconditions
            ),
            lambda connection: router.replaced(ConnectionReply.of(connection), connection.revision),
        )

    @router.route(
        "PUT",
        _CONNECTION,
        scope=Scope.CONNECTIONS_WRITE,
        answers=(REPLACED,),
        refuses=(*_ABSENT_OR_CHANGED, ConnectionInUseError, SharedSecretReferenceError),
    )
    def replace_connection(
        project_id: ProjectIdPath,
        connection_name: ConnectionNamePath,
        body: ReplacedConnection,
        allow_shared_secret: AllowSharedSecretQuery = OFF,
    ) -> Response[ConnectionReply]:
        """Replace the details of a connection.

        `connectionDetails` is replaced whole: what is left out is unset. Type and provider may be repeated but not
        changed; `authType` can change while no environment overrides the connection.
        """
        return replace(project_id, connection_name, body, allow_shared_secret)

    @router.route(
        "PUT",
        _CONNECTIONS,
        scope=Scope.CONNECTIONS_WRITE,
        answers=(REPLACED,),
        refuses=(*_ABSENT_OR_CHANGED, ConnectionInUseError, SharedSecretReferenceError),
    )
    def replace_named_connection(
        project_id: ProjectIdPath,
        connection_name: ConnectionNameQuery,
        body: ReplacedConnection,
        allow_shared_secret: AllowSharedSecretQuery = OFF,
    ) -> Response[ConnectionReply]:
        """Replace the details of the connection that the query names.

        The same as PUT to the connection's own address.
        """
        return replace(project_id, connection_name, body, allow_shared_secret)

    def delete(project_id: str, connection_name: str, cascade: str) -> Response[None]:
        return writes.do(
            router.about(project=project_id, connection=connection_name),
            lambda operation: service.delete_connection(
                operation, project_id, connection_name, router.preconditions, cascade=is_on(cascade)
            ),
            router.deleted,
        )

    @router.route(
        "DELETE",
        _CONNECTION,
        scope=Scope.CONNECTIONS_WRITE,
        answers=(DELETED,),
        refuses=(*_ABSENT_OR_CHANGED, ConnectionInUseError, CascadeTooLargeError),
    )
    def delete_connection(
        project_id: ProjectIdPath, connection_name: ConnectionNamePath, cascade: CascadeQuery = OFF
    ) -> Response[None]:
        """Delete a connection.

        One that has overrides is refused with their list. With `cascade=true` they are deleted along with it, all or
        nothing, or it is refused with their number if that is too many for one step. Overrides in protected
        environments take the scope `environments:protected` on top.
        """
        return delete(project_id, connection_name, cascade)

    @router.route(
        "DELETE",
        _CONNECTIONS,
        scope=Scope.CONNECTIONS_WRITE,
        answers=(DELETED,),
        refuses=(*_ABSENT_OR_CHANGED, ConnectionInUseError, CascadeTooLargeError),
    )
    def delete_named_connection(
        project_id: ProjectIdPath, connection_name: ConnectionNameQuery, cascade: CascadeQuery = OFF
    ) -> Response[None]:
        """Delete the connection that the query names.

        The same as DELETE at the connection's own address.
        """
        return delete(project_id, connection_name, cascade)
