"""Projects."""

from typing import Final

from connection_overrides.context import RequestContext
from connection_overrides.domain.filters import ConnectionFilter
from connection_overrides.domain.models import Project, ProjectBody
from connection_overrides.domain.replacements import ReplacedProject
from connection_overrides.errors import Dependent, ProjectInUse
from connection_overrides.services.writes import idempotent, idempotent_delete, retry_on_conflict
from connection_overrides.store import connections, environments, projects
from connection_overrides.store.pagination import Page, PageRequest

_SHOWN_OF_EACH: Final = 50
"""Environments, and connections, that a refusal lists; it says how many there are."""


@idempotent
@retry_on_conflict
def create_project(ctx: RequestContext, body: ProjectBody) -> Project:
    """Create a project. Names need not differ: the id tells projects apart."""
    project = Project.model_construct(**body.fields_of(ProjectBody), **ctx.stamp(), project_id=ctx.new_id())
    projects.insert(ctx, project)
    return project


def get_project(ctx: RequestContext, project_id: str) -> Project:
    """Return the project, or raise ProjectNotFound."""
    return projects.get(ctx, project_id)


def list_projects(ctx: RequestContext, request: PageRequest) -> Page[Project]:
    """Return a page of the account's projects, in the order of their ids."""
    return projects.list_page(ctx, request)


@idempotent
@retry_on_conflict
def replace_project(ctx: RequestContext, project_id: str, body: ReplacedProject) -> Project:
    """Replace what a client says about a project, whole."""
    body.require_unchanged(project_id=project_id)
    current = projects.get(ctx, project_id)
    ctx.preconditions.require(current)
    project = current.model_copy(update={**body.fields_of(ProjectBody), **ctx.stamp(current)})
    projects.replace(ctx, project, current)
    return project


@idempotent_delete
def delete_project(ctx: RequestContext, project_id: str) -> None:
    """Delete an empty project. Otherwise raise ProjectInUse with what it holds."""
    project, state = projects.get_with_state(ctx, project_id)
    ctx.preconditions.require(project)
    total = state.environment_count + state.connection_count
    if total:
        raise ProjectInUse(None, _dependents(ctx, project_id), total)
    projects.delete(ctx, project)


def _dependents(ctx: RequestContext, project_id: str) -> list[Dependent]:
    request = PageRequest(_SHOWN_OF_EACH)
    return [
        *(
            Dependent("environment", environment_name=environment.name)
            for environment in environments.list_page(ctx, project_id, request).results
        ),
        *(
            Dependent("connection", connection_name=connection.name)
            for connection in connections.list_page(ctx, project_id, request, ConnectionFilter()).results
        ),
    ]
