"""Operations of connections: a connection is named by its URL, or by the query of the collection."""

from typing import Final

from aws_lambda_powertools.event_handler import Response

from connection_overrides.api import params
from connection_overrides.api.pages import ResultPage, listed, page_request
from connection_overrides.api.responses import created, deleted, found, replaced
from connection_overrides.api.routes.projects import PROJECT
from connection_overrides.api.routing import CREATED, DELETED, FOUND, LISTED, NOT_MODIFIED, REPLACED, Router
from connection_overrides.caller import Scope
from connection_overrides.context import RequestContext
from connection_overrides.domain.models import Connection, NewConnection
from connection_overrides.domain.replacements import ReplacedConnection
from connection_overrides.errors import (
    ChangeNotFound,
    ConnectionAlreadyExists,
    ConnectionInUse,
    NothingToRestore,
    PreconditionFailed,
    QuotaExceeded,
)
from connection_overrides.services import connections, restore

router: Final = Router("Connections")

CONNECTIONS: Final = f"{PROJECT}/connections"
CONNECTION: Final = f"{CONNECTIONS}/{{connectionName}}"

_WRITE_RAISES: Final = (PreconditionFailed, ConnectionInUse)


@router.operation(
    "POST", CONNECTIONS, CREATED, scope=Scope.CONNECTIONS_WRITE, raises=(ConnectionAlreadyExists, QuotaExceeded)
)
def create_connection(
    ctx: RequestContext,
    project_id: params.ProjectId,
    body: NewConnection,
    allow_shared_secret: params.AllowSharedSecret = False,
) -> Response[Connection]:
    """Create a connection.

    Of several creates of one name, exactly one succeeds. Without `connectionDetails` the connection has no default: it
    can be used only in environments that override it. While a protected environment inherits defaults, a connection
    with one also needs the scope `environments:protected`.
    """
    ctx.log["connection"] = body.name
    connection = connections.create_connection(ctx, project_id, body, allow_shared_secret=allow_shared_secret)
    return created(ctx, connection)


@router.operation("GET", CONNECTIONS, LISTED, scope=Scope.CONNECTIONS_READ)
def list_connections(
    ctx: RequestContext, project_id: params.ProjectId, filters: params.ConnectionFilters, page: params.Page
) -> Response[ResultPage[Connection]]:
    """List the connections of a project.

    By name, in pages. Values of one filter are alternatives, and all filters must match. A page may have fewer results
    than `limit`, or none, and still a `nextCursor`.
    """
    return listed(ctx, connections.list_connections(ctx, project_id, page_request(ctx, page), filters))


@router.operation("GET", CONNECTION, FOUND, NOT_MODIFIED, scope=Scope.CONNECTIONS_READ, raises=(PreconditionFailed,))
def get_connection(
    ctx: RequestContext, project_id: params.ProjectId, connection_name: params.ConnectionName
) -> Response[Connection]:
    """Get a connection, with the secret reference that it uses by default."""
    return found(ctx, connections.get_connection(ctx, project_id, connection_name))


@router.operation("PUT", CONNECTION, REPLACED, scope=Scope.CONNECTIONS_WRITE, raises=_WRITE_RAISES)
def replace_connection(
    ctx: RequestContext,
    project_id: params.ProjectId,
    connection_name: params.ConnectionName,
    body: ReplacedConnection,
    allow_shared_secret: params.AllowSharedSecret = False,
) -> Response[Connection]:
    """Replace the details of a connection.

    `connectionDetails` is replaced as a whole: what is left out is unset. Type and provider cannot change; `authType`
    can change while no environment overrides the connection. While a protected environment inherits defaults, a
    connection that has a default, or gets one, also needs the scope `environments:protected`.
    """
    return replaced(
        ctx,
        connections.replace_connection(ctx, project_id, connection_name, body, allow_shared_secret=allow_shared_secret),
    )


@router.operation("PUT", CONNECTIONS, REPLACED, scope=Scope.CONNECTIONS_WRITE, raises=_WRITE_RAISES)
def replace_named_connection(
    ctx: RequestContext,
    project_id: params.ProjectId,
    connection_name: params.ConnectionNameQuery,
    body: ReplacedConnection,
    allow_shared_secret: params.AllowSharedSecret = False,
) -> Response[Connection]:
    """Replace the details of the connection that the query names.

    The same as PUT to the connection's own URL.
    """
    return replace_connection(ctx, project_id, connection_name, body, allow_shared_secret)


@router.operation("DELETE", CONNECTION, DELETED, scope=Scope.CONNECTIONS_WRITE, raises=_WRITE_RAISES)
def delete_connection(
    ctx: RequestContext,
    project_id: params.ProjectId,
    connection_name: params.ConnectionName,
    cascade: params.Cascade = False,
) -> Response[None]:
    """Delete a connection.

    If it has overrides, the request is refused with their list. With `cascade=true` they are deleted together with the
    connection, all or nothing; if they are too many for one step, the request is refused with their number. Overrides
    in protected environments also need the scope `environments:protected`, and so does a default that a protected
    environment inherits.
    """
    connections.delete_connection(ctx, project_id, connection_name, cascade=cascade)
    return deleted()


@router.operation("DELETE", CONNECTIONS, DELETED, scope=Scope.CONNECTIONS_WRITE, raises=_WRITE_RAISES)
def delete_named_connection(
    ctx: RequestContext,
    project_id: params.ProjectId,
    connection_name: params.ConnectionNameQuery,
    cascade: params.Cascade = False,
) -> Response[None]:
    """Delete the connection that the query names.

    The same as DELETE at the connection's own URL.
    """
    return delete_connection(ctx, project_id, connection_name, cascade)


@router.operation(
    "POST",
    f"{CONNECTION}/history/{{changeId}}/restore",
    REPLACED,
    CREATED,
    scope=Scope.CONNECTIONS_WRITE,
    raises=(*_WRITE_RAISES, ChangeNotFound, NothingToRestore),
)
def restore_connection(
    ctx: RequestContext,
    project_id: params.ProjectId,
    connection_name: params.ConnectionName,
    change_id: params.ChangeId,
    allow_shared_secret: params.AllowSharedSecret = False,
) -> Response[Connection]:
    """Restore a connection as a change left it.

    This is a new change, which any other write's checks apply to. If the connection was deleted since, it is created.
    """
    connection = restore.restore_connection(
        ctx, project_id, connection_name, change_id, allow_shared_secret=allow_shared_secret
    )
    return created(ctx, connection) if connection.revision == 1 else replaced(ctx, connection)
