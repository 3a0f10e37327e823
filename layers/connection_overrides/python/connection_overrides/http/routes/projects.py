"""Routes of projects."""

from typing import Final

from aws_lambda_powertools.event_handler import Response

from connection_overrides.caller import Scope
from connection_overrides.http.parameters import LIMIT_DEFAULT, CursorQuery, LimitQuery, ProjectIdPath
from connection_overrides.http.replies import PageReply, ProjectReply
from connection_overrides.http.requests import ProjectBody
from connection_overrides.http.routing import Router
from connection_overrides.service.projects import ProjectService

_PROJECTS: Final = "/v1/projects"
_PROJECT: Final = f"{_PROJECTS}/{{projectId}}"


def declare_projects(router: Router, service: ProjectService) -> None:
    """Declare the routes of projects."""

    @router.route("POST", _PROJECTS, scope=Scope.PROJECTS_ADMIN)
    def create_project(body: ProjectBody) -> Response[ProjectReply]:
        project = service.create_project(router.operation, body.name, body.description)
        router.about(project=project.project_id)
        return router.created(ProjectReply.of(project), project.revision, "projects", project.project_id)

    @router.route("GET", _PROJECTS, scope=Scope.CONNECTIONS_READ)
    def list_projects(
        limit: LimitQuery = LIMIT_DEFAULT, cursor: CursorQuery = None
    ) -> Response[PageReply[ProjectReply]]:
        page = service.list_projects(router.operation, router.page_request(limit, cursor))
        return router.listed([ProjectReply.of(project) for project in page.items], page.next_after)

    @router.route("GET", _PROJECT, scope=Scope.CONNECTIONS_READ)
    def get_project(project_id: ProjectIdPath) -> Response[ProjectReply]:
        project = service.get_project(router.about(project=project_id), project_id)
        return router.found(ProjectReply.of(project), project.revision)

    @router.route("PUT", _PROJECT, scope=Scope.PROJECTS_ADMIN)
    def replace_project(project_id: ProjectIdPath, body: ProjectBody) -> Response[ProjectReply]:
        operation = router.about(project=project_id)
        project = service.replace_project(operation, project_id, body.name, body.description, router.preconditions)
        return router.replaced(ProjectReply.of(project), project.revision)

    @router.route("DELETE", _PROJECT, scope=Scope.PROJECTS_ADMIN)
    def delete_project(project_id: ProjectIdPath) -> Response[None]:
        service.delete_project(router.about(project=project_id), project_id, router.preconditions)
        return router.deleted()
