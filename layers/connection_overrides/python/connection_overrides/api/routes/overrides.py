"""Operations of overrides: one is named by its URL, or by the body or query of the collection."""

from typing import Final

from aws_lambda_powertools.event_handler import Response

from connection_overrides.api import params
from connection_overrides.api.pages import ResultPage, listed, page_request
from connection_overrides.api.responses import created, deleted, found, replaced
from connection_overrides.api.routes.connections import CONNECTIONS
from connection_overrides.api.routing import CREATED, DELETED, FOUND, LISTED, NOT_MODIFIED, REPLACED, Router
from connection_overrides.caller import Scope
from connection_overrides.context import RequestContext
from connection_overrides.domain.models import NewOverride, Override
from connection_overrides.domain.replacements import ReplacedNamedOverride, ReplacedOverride
from connection_overrides.errors import (
    ChangeNotFound,
    ConnectionNotFound,
    EnvironmentNotFound,
    NothingToRestore,
    OverrideAlreadyExists,
    OverrideNotFound,
    PreconditionFailed,
)
from connection_overrides.services import overrides, restore

router: Final = Router("Environment connection overrides")

OVERRIDES: Final = f"{CONNECTIONS}/environment-overrides"
OVERRIDE: Final = f"{OVERRIDES}/{{environmentName}}/{{connectionName}}"

_NAMED_BY_BODY: Final = (EnvironmentNotFound, ConnectionNotFound)
_ITEM: Final = (OverrideNotFound, PreconditionFailed)


@router.operation(
    "POST", OVERRIDES, CREATED, scope=Scope.CONNECTIONS_WRITE, raises=(*_NAMED_BY_BODY, OverrideAlreadyExists)
)
def create_override(
    ctx: RequestContext,
    project_id: params.ProjectId,
    body: NewOverride,
    allow_shared_secret: params.AllowSharedSecret = False,
) -> Response[Override]:
    """Create an override.

    From now on the connection uses this secret reference in this environment. Of any number of creates, concurrent or
    not, exactly one succeeds; the others are refused with the URL of the existing override. `authType` must be the
    connection's. With `expiresAt`, the override ends by itself. In a protected environment this also needs the scope
    `environments:protected`.
    """
    return created(ctx, overrides.create_override(ctx, project_id, body, allow_shared_secret=allow_shared_secret))


@router.operation("GET", OVERRIDES, LISTED, scope=Scope.CONNECTIONS_READ)
def list_overrides(
    ctx: RequestContext,
    project_id: params.ProjectId,
    environment_name: params.EnvironmentNameQuery,
    filters: params.OverrideFilters,
    page: params.Page,
) -> Response[ResultPage[Override]]:
    """List the overrides of an environment.

    By the connection's name, in pages. Values of one filter are alternatives, and all filters must match. A page may
    have fewer results than `limit`, or none, and still a `nextCursor`.
    """
    return listed(ctx, overrides.list_overrides(ctx, project_id, environment_name, page_request(ctx, page), filters))


@router.operation("PUT", OVERRIDES, REPLACED, scope=Scope.CONNECTIONS_WRITE, raises=(*_NAMED_BY_BODY, *_ITEM))
def replace_named_override(
    ctx: RequestContext,
    project_id: params.ProjectId,
    body: ReplacedNamedOverride,
    allow_shared_secret: params.AllowSharedSecret = False,
) -> Response[Override]:
    """Replace the override that the body names.

    The reference is replaced as a whole. This never creates an override. In a protected environment it also needs the
    scope `environments:protected`.
    """
    return replaced(
        ctx,
        overrides.replace_override(
            ctx,
            project_id,
            body.environment_name,
            body.connection_name,
            body,
            may_create=False,
            allow_shared_secret=allow_shared_secret,
        ),
    )


@router.operation("DELETE", OVERRIDES, DELETED, scope=Scope.CONNECTIONS_WRITE, raises=(OverrideNotFound,))
def delete_overrides(
    ctx: RequestContext,
    project_id: params.ProjectId,
    environment_name: params.EnvironmentNameQuery,
    names: params.DeletedOverrides,
    ignore_missing: params.IgnoreMissing = False,
) -> Response[None]:
    """Delete overrides of an environment, all or nothing.

    If one of the connections has no override, nothing is deleted, and the response lists all that have none;
    `ignoreMissing=true` ignores them. In a protected environment this also needs the scope `environments:protected`. It
    does not accept `If-Match`, which applies to one item, at its own URL.
    """
    overrides.delete_overrides(
        ctx, project_id, environment_name, dict.fromkeys(names.connection_names), ignore_missing=ignore_missing
    )
    return deleted()


@router.operation("GET", OVERRIDE, FOUND, NOT_MODIFIED, scope=Scope.CONNECTIONS_READ, raises=_ITEM)
def get_override(
    ctx: RequestContext,
    project_id: params.ProjectId,
    environment_name: params.EnvironmentName,
    connection_name: params.ConnectionName,
) -> Response[Override]:
    """Get an override."""
    return found(ctx, overrides.get_override(ctx, project_id, environment_name, connection_name))


@router.operation("PUT", OVERRIDE, REPLACED, CREATED, scope=Scope.CONNECTIONS_WRITE, raises=_ITEM)
def replace_override(  # noqa: PLR0917 - Powertools passes them by name
    ctx: RequestContext,
    project_id: params.ProjectId,
    environment_name: params.EnvironmentName,
    connection_name: params.ConnectionName,
    body: ReplacedOverride,
    allow_shared_secret: params.AllowSharedSecret = False,
) -> Response[Override]:
    """Replace an override, or create it with `If-None-Match: *`.

    The reference is replaced as a whole. With `If-None-Match: *` this creates the override and never replaces one. In a
    protected environment it also needs the scope `environments:protected`.
    """
    override = overrides.replace_override(
        ctx,
        project_id,
        environment_name,
        connection_name,
        body,
        may_create=True,
        allow_shared_secret=allow_shared_secret,
    )
    return created(ctx, override) if override.revision == 1 else replaced(ctx, override)


@router.operation("DELETE", OVERRIDE, DELETED, scope=Scope.CONNECTIONS_WRITE, raises=_ITEM)
def delete_override(
    ctx: RequestContext,
    project_id: params.ProjectId,
    environment_name: params.EnvironmentName,
    connection_name: params.ConnectionName,
) -> Response[None]:
    """Delete an override.

    From now on the connection uses its default in this environment, if the environment inherits defaults. In a
    protected environment this also needs the scope `environments:protected`.
    """
    overrides.delete_override(ctx, project_id, environment_name, connection_name)
    return deleted()


@router.operation(
    "POST",
    f"{OVERRIDE}/history/{{changeId}}/restore",
    REPLACED,
    CREATED,
    scope=Scope.CONNECTIONS_WRITE,
    raises=(*_ITEM, ChangeNotFound, NothingToRestore),
)
def restore_override(  # noqa: PLR0917 - Powertools passes them by name
    ctx: RequestContext,
    project_id: params.ProjectId,
    environment_name: params.EnvironmentName,
    connection_name: params.ConnectionName,
    change_id: params.ChangeId,
    allow_shared_secret: params.AllowSharedSecret = False,
) -> Response[Override]:
    """Restore an override as a change left it.

    This is a new change, which any other write's checks apply to. If the override was deleted since, it is created.
    """
    override = restore.restore_override(
        ctx, project_id, environment_name, connection_name, change_id, allow_shared_secret=allow_shared_secret
    )
    return created(ctx, override) if override.revision == 1 else replaced(ctx, override)
