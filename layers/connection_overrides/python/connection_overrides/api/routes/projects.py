"""Operations of projects."""

from typing import Final

from aws_lambda_powertools.event_handler import Response

from connection_overrides.api import params
from connection_overrides.api.pages import ResultPage, listed, page_request
from connection_overrides.api.responses import created, deleted, found, replaced
from connection_overrides.api.routing import CREATED, DELETED, FOUND, LISTED, NOT_MODIFIED, REPLACED, Router
from connection_overrides.caller import Scope
from connection_overrides.context import RequestContext
from connection_overrides.domain.models import Project, ProjectBody
from connection_overrides.domain.replacements import ReplacedProject
from connection_overrides.errors import PreconditionFailed, ProjectInUse
from connection_overrides.services import projects

router: Final = Router("Projects")

PROJECTS: Final = "/v1/projects"
PROJECT: Final = f"{PROJECTS}/{{projectId}}"


@router.operation("POST", PROJECTS, CREATED, scope=Scope.PROJECTS_ADMIN)
def create_project(ctx: RequestContext, body: ProjectBody) -> Response[Project]:
    """Create a project.

    The response contains the project's ID, which is part of every URL in it. Two projects may have the same name.
    """
    project = projects.create_project(ctx, body)
    ctx.log["project"] = project.project_id
    return created(ctx, project)


@router.operation("GET", PROJECTS, LISTED, scope=Scope.CONNECTIONS_READ)
def list_projects(ctx: RequestContext, page: params.Page) -> Response[ResultPage[Project]]:
    """List the projects of the caller's account.

    By id, in pages. Projects of other accounts are never included.
    """
    return listed(ctx, projects.list_projects(ctx, page_request(ctx, page)))


@router.operation("GET", PROJECT, FOUND, NOT_MODIFIED, scope=Scope.CONNECTIONS_READ, raises=(PreconditionFailed,))
def get_project(ctx: RequestContext, project_id: params.ProjectId) -> Response[Project]:
    """Get a project.

    Another account's project is 404, like one that does not exist.
    """
    return found(ctx, projects.get_project(ctx, project_id))


@router.operation("PUT", PROJECT, REPLACED, scope=Scope.PROJECTS_ADMIN, raises=(PreconditionFailed,))
def replace_project(ctx: RequestContext, project_id: params.ProjectId, body: ReplacedProject) -> Response[Project]:
    """Replace the name and description of a project.

    What the body leaves out is unset. The id, the environments and the connections stay as they are.
    """
    return replaced(ctx, projects.replace_project(ctx, project_id, body))


@router.operation("DELETE", PROJECT, DELETED, scope=Scope.PROJECTS_ADMIN, raises=(ProjectInUse, PreconditionFailed))
def delete_project(ctx: RequestContext, project_id: params.ProjectId) -> Response[None]:
    """Delete an empty project.

    If it still has environments or connections, the request is refused with their list, and nothing is changed.
    """
    projects.delete_project(ctx, project_id)
    return deleted()
