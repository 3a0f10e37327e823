"""Routes of environments."""

from typing import Final

from aws_lambda_powertools.event_handler import Response

from connection_overrides.caller import Scope
from connection_overrides.http.parameters import (
    LIMIT_DEFAULT,
    OFF,
    CascadeQuery,
    CursorQuery,
    EnvironmentNamePath,
    LimitQuery,
    ProjectIdPath,
    is_on,
)
from connection_overrides.http.replies import EnvironmentReply, PageReply
from connection_overrides.http.requests import NewEnvironment, ReplacedEnvironment, require_same_name
from connection_overrides.http.routing import Router
from connection_overrides.service.environments import EnvironmentService

_ENVIRONMENTS: Final = "/v1/projects/{projectId}/environments"
_ENVIRONMENT: Final = f"{_ENVIRONMENTS}/{{environmentName}}"


def declare_environments(router: Router, service: EnvironmentService) -> None:
    """Declare the routes of environments."""

    @router.route("POST", _ENVIRONMENTS, scope=Scope.PROJECTS_ADMIN)
    def create_environment(project_id: ProjectIdPath, body: NewEnvironment) -> Response[EnvironmentReply]:
        operation = router.about(project=project_id, environment=body.name)
        environment = service.create_environment(operation, project_id, body.name, body.to_settings())
        return router.created(
            EnvironmentReply.of(environment),
            environment.revision,
            "projects",
            project_id,
            "environments",
            environment.name,
        )

    @router.route("GET", _ENVIRONMENTS, scope=Scope.CONNECTIONS_READ)
    def list_environments(
        project_id: ProjectIdPath, limit: LimitQuery = LIMIT_DEFAULT, cursor: CursorQuery = None
    ) -> Response[PageReply[EnvironmentReply]]:
        request = router.page_request(limit, cursor)
        page = service.list_environments(router.about(project=project_id), project_id, request)
        return router.listed([EnvironmentReply.of(environment) for environment in page.items], page.next_after)

    @router.route("GET", _ENVIRONMENT, scope=Scope.CONNECTIONS_READ)
    def get_environment(project_id: ProjectIdPath, environment_name: EnvironmentNamePath) -> Response[EnvironmentReply]:
        operation = router.about(project=project_id, environment=environment_name)
        environment = service.get_environment(operation, project_id, environment_name)
        return router.found(EnvironmentReply.of(environment), environment.revision)

    @router.route("PUT", _ENVIRONMENT, scope=Scope.PROJECTS_ADMIN)
    def replace_environment(
        project_id: ProjectIdPath, environment_name: EnvironmentNamePath, body: ReplacedEnvironment
    ) -> Response[EnvironmentReply]:
        require_same_name(body.name, environment_name)
        operation = router.about(project=project_id, environment=environment_name)
        environment = service.replace_environment(
            operation, project_id, environment_name, body.to_settings(), router.preconditions
        )
        return router.replaced(EnvironmentReply.of(environment), environment.revision)

    @router.route("DELETE", _ENVIRONMENT, scope=Scope.PROJECTS_ADMIN)
    def delete_environment(
        project_id: ProjectIdPath, environment_name: EnvironmentNamePath, cascade: CascadeQuery = OFF
    ) -> Response[None]:
        operation = router.about(project=project_id, environment=environment_name)
        service.delete_environment(
            operation, project_id, environment_name, router.preconditions, cascade=is_on(cascade)
        )
        return router.deleted()
