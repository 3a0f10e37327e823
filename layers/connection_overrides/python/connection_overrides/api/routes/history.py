"""Operations of histories: what items were, who changed them, and why."""

from typing import Final

from aws_lambda_powertools.event_handler import Response

from connection_overrides.api import params
from connection_overrides.api.pages import ResultPage, listed, page_request
from connection_overrides.api.responses import shown
from connection_overrides.api.routes.connections import CONNECTION
from connection_overrides.api.routes.environments import ENVIRONMENT
from connection_overrides.api.routes.overrides import OVERRIDE
from connection_overrides.api.routes.projects import PROJECT
from connection_overrides.api.routing import LISTED, SHOWN, Router
from connection_overrides.caller import Scope
from connection_overrides.context import RequestContext
from connection_overrides.domain.history import Change, ConnectionEntry, EnvironmentEntry, OverrideEntry, PatchOperation
from connection_overrides.errors import ChangeNotFound, OverrideNotFound
from connection_overrides.services import history

router: Final = Router("History")

_CHANGES: Final = f"{PROJECT}/changes"


@router.operation("GET", _CHANGES, LISTED, scope=Scope.CONNECTIONS_READ)
def list_changes(
    ctx: RequestContext, project_id: params.ProjectId, filters: params.ChangeFilters, page: params.Page
) -> Response[ResultPage[Change]]:
    """List the changes of a project.

    Newest first, in pages. A change is everything that one request changed: who, when, why, and which items. It
    contains names and ids only; `requestId` is that of the response and of the access log.
    """
    return listed(ctx, history.list_changes(ctx, project_id, page_request(ctx, page), filters))


@router.operation("GET", f"{OVERRIDE}/history", LISTED, scope=Scope.CONNECTIONS_READ, raises=(OverrideNotFound,))
def list_override_history(
    ctx: RequestContext,
    project_id: params.ProjectId,
    environment_name: params.EnvironmentName,
    connection_name: params.ConnectionName,
    page: params.Page,
) -> Response[ResultPage[OverrideEntry]]:
    """List the changes of an override.

    Newest first, in pages, also after it was deleted. One that was created again tells both lives.
    """
    return listed(
        ctx,
        history.list_entries(
            ctx, history.of_override(ctx, project_id, environment_name, connection_name), page_request(ctx, page)
        ),
    )


@router.operation(
    "GET", f"{OVERRIDE}/history/{{changeId}}", SHOWN, scope=Scope.CONNECTIONS_READ, raises=(ChangeNotFound,)
)
def get_override_change(
    ctx: RequestContext,
    project_id: params.ProjectId,
    environment_name: params.EnvironmentName,
    connection_name: params.ConnectionName,
    change_id: params.ChangeId,
) -> Response[OverrideEntry]:
    """Get a change of an override, with the item as it became."""
    return shown(
        history.get_entry(ctx, history.of_override(ctx, project_id, environment_name, connection_name), change_id)
    )


@router.operation(
    "GET", f"{OVERRIDE}/history/{{changeId}}/diff", SHOWN, scope=Scope.CONNECTIONS_READ, raises=(ChangeNotFound,)
)
def diff_override_change(  # noqa: PLR0917 - Powertools passes them by name
    ctx: RequestContext,
    project_id: params.ProjectId,
    environment_name: params.EnvironmentName,
    connection_name: params.ConnectionName,
    change_id: params.ChangeId,
    against: params.Against = None,
) -> Response[list[PatchOperation]]:
    """Compare an override after a change with what it was.

    A JSON Patch (RFC 6902) that turns the item as the change `against` left it into the item as this change did.
    Without `against`, it begins with the item before this change.
    """
    return shown(
        history.diff(ctx, history.of_override(ctx, project_id, environment_name, connection_name), change_id, against)
    )


@router.operation("GET", f"{CONNECTION}/history", LISTED, scope=Scope.CONNECTIONS_READ)
def list_connection_history(
    ctx: RequestContext,
    project_id: params.ProjectId,
    connection_name: params.ConnectionName,
    page: params.Page,
) -> Response[ResultPage[ConnectionEntry]]:
    """List the changes of a connection.

    Newest first, in pages, also after it was deleted. One that was created again tells both lives.
    """
    return listed(
        ctx, history.list_entries(ctx, history.of_connection(ctx, project_id, connection_name), page_request(ctx, page))
    )


@router.operation(
    "GET", f"{CONNECTION}/history/{{changeId}}", SHOWN, scope=Scope.CONNECTIONS_READ, raises=(ChangeNotFound,)
)
def get_connection_change(
    ctx: RequestContext,
    project_id: params.ProjectId,
    connection_name: params.ConnectionName,
    change_id: params.ChangeId,
) -> Response[ConnectionEntry]:
    """Get a change of a connection, with the item as it became."""
    return shown(history.get_entry(ctx, history.of_connection(ctx, project_id, connection_name), change_id))


@router.operation(
    "GET", f"{CONNECTION}/history/{{changeId}}/diff", SHOWN, scope=Scope.CONNECTIONS_READ, raises=(ChangeNotFound,)
)
def diff_connection_change(
    ctx: RequestContext,
    project_id: params.ProjectId,
    connection_name: params.ConnectionName,
    change_id: params.ChangeId,
    against: params.Against = None,
) -> Response[list[PatchOperation]]:
    """Compare a connection after a change with what it was.

    A JSON Patch (RFC 6902) that turns the item as the change `against` left it into the item as this change did.
    Without `against`, it begins with the item before this change.
    """
    return shown(history.diff(ctx, history.of_connection(ctx, project_id, connection_name), change_id, against))


@router.operation("GET", f"{ENVIRONMENT}/history", LISTED, scope=Scope.CONNECTIONS_READ)
def list_environment_history(
    ctx: RequestContext,
    project_id: params.ProjectId,
    environment_name: params.EnvironmentName,
    page: params.Page,
) -> Response[ResultPage[EnvironmentEntry]]:
    """List the changes of an environment.

    Newest first, in pages, also after it was deleted. One that was created again tells both lives.
    """
    return listed(
        ctx,
        history.list_entries(ctx, history.of_environment(ctx, project_id, environment_name), page_request(ctx, page)),
    )


@router.operation(
    "GET", f"{ENVIRONMENT}/history/{{changeId}}", SHOWN, scope=Scope.CONNECTIONS_READ, raises=(ChangeNotFound,)
)
def get_environment_change(
    ctx: RequestContext,
    project_id: params.ProjectId,
    environment_name: params.EnvironmentName,
    change_id: params.ChangeId,
) -> Response[EnvironmentEntry]:
    """Get a change of an environment, with the item as it became."""
    return shown(history.get_entry(ctx, history.of_environment(ctx, project_id, environment_name), change_id))


@router.operation(
    "GET", f"{ENVIRONMENT}/history/{{changeId}}/diff", SHOWN, scope=Scope.CONNECTIONS_READ, raises=(ChangeNotFound,)
)
def diff_environment_change(
    ctx: RequestContext,
    project_id: params.ProjectId,
    environment_name: params.EnvironmentName,
    change_id: params.ChangeId,
    against: params.Against = None,
) -> Response[list[PatchOperation]]:
    """Compare an environment after a change with what it was.

    A JSON Patch (RFC 6902) that turns the item as the change `against` left it into the item as this change did.
    Without `against`, it begins with the item before this change.
    """
    return shown(history.diff(ctx, history.of_environment(ctx, project_id, environment_name), change_id, against))
