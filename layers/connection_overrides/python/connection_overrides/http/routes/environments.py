"""Routes of environments."""

from aws_lambda_powertools.event_handler import Response

from connection_overrides.caller import Scope
from connection_overrides.http.parameters import (
    LIMIT_DEFAULT,
    CursorQuery,
    EnvironmentNamePath,
    LimitQuery,
    ProjectIdPath,
)
from connection_overrides.http.replies import EnvironmentReply, PageReply
from connection_overrides.http.requests import NewEnvironment
from connection_overrides.http.routing import Router
from connection_overrides.model.names import validate_name
from connection_overrides.service.environments import EnvironmentService


def declare_environments(router: Router, service: EnvironmentService) -> None:
    """Declare the routes of environments."""

    @router.route("POST", "/v1/projects/{projectId}/environments", scope=Scope.PROJECTS_ADMIN)
    def create_environment(project_id: ProjectIdPath, body: NewEnvironment) -> Response[EnvironmentReply]:
        environment = service.create_environment(
            router.about(project=project_id, environment=body.name),
            project_id,
            body.name,
            display_name=body.display_name,
            description=body.description,
            protected=body.protected,
            inherit_defaults=body.inherit_defaults,
        )
        return router.created(
            EnvironmentReply.of(environment),
            environment.revision,
            "projects",
            project_id,
            "environments",
            environment.name,
        )

    @router.route("GET", "/v1/projects/{projectId}/environments", scope=Scope.CONNECTIONS_READ)
    def list_environments(
        project_id: ProjectIdPath, limit: LimitQuery = LIMIT_DEFAULT, cursor: CursorQuery = None
    ) -> Response[PageReply[EnvironmentReply]]:
        request = router.page_request(limit, cursor, validate_name)
        page = service.list_environments(router.about(project=project_id), project_id, request)
        return router.listed([EnvironmentReply.of(environment) for environment in page.items], page.next_after)

    @router.route("GET", "/v1/projects/{projectId}/environments/{environmentName}", scope=Scope.CONNECTIONS_READ)
    def get_environment(project_id: ProjectIdPath, environment_name: EnvironmentNamePath) -> Response[EnvironmentReply]:
        operation = router.about(project=project_id, environment=environment_name)
        environment = service.get_environment(operation, project_id, environment_name)
        return router.found(EnvironmentReply.of(environment), environment.revision)
