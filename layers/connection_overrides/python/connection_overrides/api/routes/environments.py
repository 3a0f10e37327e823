"""Operations of environments."""

from typing import Final

from aws_lambda_powertools.event_handler import Response

from connection_overrides.api import params
from connection_overrides.api.pages import ResultPage, listed, page_request
from connection_overrides.api.responses import created, deleted, found, replaced
from connection_overrides.api.routes.projects import PROJECT
from connection_overrides.api.routing import CREATED, DELETED, FOUND, LISTED, NOT_MODIFIED, REPLACED, Router
from connection_overrides.caller import Scope
from connection_overrides.context import RequestContext
from connection_overrides.domain.models import Environment, NewEnvironment
from connection_overrides.domain.replacements import ReplacedEnvironment
from connection_overrides.errors import (
    ChangeNotFound,
    EnvironmentAlreadyExists,
    EnvironmentInUse,
    NothingToRestore,
    PreconditionFailed,
    QuotaExceeded,
)
from connection_overrides.services import environments, restore

router: Final = Router("Environments")

ENVIRONMENTS: Final = f"{PROJECT}/environments"
ENVIRONMENT: Final = f"{ENVIRONMENTS}/{{environmentName}}"


@router.operation(
    "POST", ENVIRONMENTS, CREATED, scope=Scope.PROJECTS_ADMIN, raises=(EnvironmentAlreadyExists, QuotaExceeded)
)
def create_environment(
    ctx: RequestContext,
    project_id: params.ProjectId,
    body: NewEnvironment,
    allow_shared_secret: params.AllowSharedSecret = False,
) -> Response[Environment]:
    """Create an environment.

    Of several creates of one name, exactly one succeeds. A `protected` environment also needs the scope
    `environments:protected`, here and in every later write that can change which secrets it uses. It inherits no
    defaults, unless the body says so and `allowSharedSecret=true`. A project holds at most 90 environments.
    """
    ctx.log["environment"] = body.name
    return created(ctx, environments.create_environment(ctx, project_id, body, allow_shared_secret=allow_shared_secret))


@router.operation("GET", ENVIRONMENTS, LISTED, scope=Scope.CONNECTIONS_READ)
def list_environments(
    ctx: RequestContext, project_id: params.ProjectId, page: params.Page
) -> Response[ResultPage[Environment]]:
    """List the environments of a project.

    By name, in pages.
    """
    return listed(ctx, environments.list_environments(ctx, project_id, page_request(ctx, page)))


@router.operation("GET", ENVIRONMENT, FOUND, NOT_MODIFIED, scope=Scope.CONNECTIONS_READ, raises=(PreconditionFailed,))
def get_environment(
    ctx: RequestContext, project_id: params.ProjectId, environment_name: params.EnvironmentName
) -> Response[Environment]:
    """Get an environment."""
    return found(ctx, environments.get_environment(ctx, project_id, environment_name))


@router.operation("PUT", ENVIRONMENT, REPLACED, scope=Scope.PROJECTS_ADMIN, raises=(PreconditionFailed,))
def replace_environment(
    ctx: RequestContext,
    project_id: params.ProjectId,
    environment_name: params.EnvironmentName,
    body: ReplacedEnvironment,
    allow_shared_secret: params.AllowSharedSecret = False,
) -> Response[Environment]:
    """Replace the settings of an environment.

    `protected` and `inheritDefaults` are required, so that no replacement lifts a protection by leaving it out. Other
    members that the body leaves out are unset. The name cannot change, and the overrides stay as they are. If the
    environment is protected, or is to be, this also needs the scope `environments:protected`; that a protected one
    begins to inherit defaults also takes `allowSharedSecret=true`.
    """
    return replaced(
        ctx,
        environments.replace_environment(
            ctx, project_id, environment_name, body, allow_shared_secret=allow_shared_secret
        ),
    )


@router.operation(
    "DELETE", ENVIRONMENT, DELETED, scope=Scope.PROJECTS_ADMIN, raises=(EnvironmentInUse, PreconditionFailed)
)
def delete_environment(
    ctx: RequestContext,
    project_id: params.ProjectId,
    environment_name: params.EnvironmentName,
    cascade: params.Cascade = False,
) -> Response[None]:
    """Delete an environment.

    If it has overrides, the request is refused with their list. With `cascade=true` they are deleted together with the
    environment, all or nothing; if they are too many for one step, the request is refused with their number. If the
    environment is protected, this also needs the scope `environments:protected`.
    """
    environments.delete_environment(ctx, project_id, environment_name, cascade=cascade)
    return deleted()


@router.operation(
    "POST",
    f"{ENVIRONMENT}/history/{{changeId}}/restore",
    REPLACED,
    CREATED,
    scope=Scope.PROJECTS_ADMIN,
    raises=(PreconditionFailed, ChangeNotFound, NothingToRestore),
)
def restore_environment(
    ctx: RequestContext,
    project_id: params.ProjectId,
    environment_name: params.EnvironmentName,
    change_id: params.ChangeId,
    allow_shared_secret: params.AllowSharedSecret = False,
) -> Response[Environment]:
    """Restore an environment as a change left it.

    This is a new change, which any other write's checks apply to. If the environment was deleted since, it is created.
    """
    environment = restore.restore_environment(
        ctx, project_id, environment_name, change_id, allow_shared_secret=allow_shared_secret
    )
    return created(ctx, environment) if environment.revision == 1 else replaced(ctx, environment)
