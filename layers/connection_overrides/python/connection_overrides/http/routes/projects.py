"""Routes of projects."""

from aws_lambda_powertools.event_handler import Response

from connection_overrides.caller import Scope
from connection_overrides.http.parameters import LIMIT_DEFAULT, CursorQuery, LimitQuery, ProjectIdPath
from connection_overrides.http.replies import PageReply, ProjectReply
from connection_overrides.http.requests import NewProject
from connection_overrides.http.routing import Router
from connection_overrides.model.names import validate_project_id
from connection_overrides.service.projects import ProjectService


def declare_projects(router: Router, service: ProjectService) -> None:
    """Declare the routes of projects."""

    @router.route("POST", "/v1/projects", scope=Scope.PROJECTS_ADMIN)
    def create_project(body: NewProject) -> Response[ProjectReply]:
        project = service.create_project(router.operation, body.name, body.description)
        router.about(project=project.project_id)
        return router.created(ProjectReply.of(project), project.revision, "projects", project.project_id)

    @router.route("GET", "/v1/projects", scope=Scope.CONNECTIONS_READ)
    def list_projects(
        limit: LimitQuery = LIMIT_DEFAULT, cursor: CursorQuery = None
    ) -> Response[PageReply[ProjectReply]]:
        page = service.list_projects(router.operation, router.page_request(limit, cursor, validate_project_id))
        return router.listed([ProjectReply.of(project) for project in page.items], page.next_after)

    @router.route("GET", "/v1/projects/{projectId}", scope=Scope.CONNECTIONS_READ)
    def get_project(project_id: ProjectIdPath) -> Response[ProjectReply]:
        project = service.get_project(router.about(project=project_id), project_id)
        return router.found(ProjectReply.of(project), project.revision)
