"""Routes of environments."""

from typing import Final

from connection_overrides.caller import Scope
from connection_overrides.errors import (
    CascadeTooLargeError,
    EnvironmentAlreadyExistsError,
    EnvironmentInUseError,
    EnvironmentNotFoundError,
    PreconditionFailedError,
    ProjectNotFoundError,
    QuotaExceededError,
)
from connection_overrides.http.entity_replies import EnvironmentReply
from connection_overrides.http.idempotency import Writes
from connection_overrides.http.outcomes import CREATED, DELETED, FOUND, LISTED, REPLACED, UNCHANGED
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
from connection_overrides.http.replies import PageReply
from connection_overrides.http.requests import NewEnvironment, ReplacedEnvironment, require_same_name
from connection_overrides.http.responses import Response
from connection_overrides.http.routing import Router
from connection_overrides.service.environments import EnvironmentService

_ENVIRONMENTS: Final = "/v1/projects/{projectId}/environments"
_ENVIRONMENT: Final = f"{_ENVIRONMENTS}/{{environmentName}}"


def declare_environments(router: Router, writes: Writes, service: EnvironmentService) -> None:
    """Declare the routes of environments."""

    @router.route(
        "POST",
        _ENVIRONMENTS,
        scope=Scope.PROJECTS_ADMIN,
        answers=(CREATED,),
        refuses=(ProjectNotFoundError, EnvironmentAlreadyExistsError, QuotaExceededError),
    )
    def create_environment(project_id: ProjectIdPath, body: NewEnvironment) -> Response[EnvironmentReply]:
        """Create an environment.

        Of several creates of one name exactly one succeeds. A `protected` environment takes the scope
        `environments:protected` on top, here and in every later write that touches it. A project holds at most 90.
        """
        return writes.do(
            router.about(project=project_id, environment=body.name),
            lambda operation: service.create_environment(operation, project_id, body.name, body.to_settings()),
            lambda environment: router.created(
                EnvironmentReply.of(environment),
                environment.revision,
                "projects",
                project_id,
                "environments",
                environment.name,
            ),
        )

    @router.route(
        "GET", _ENVIRONMENTS, scope=Scope.CONNECTIONS_READ, answers=(LISTED,), refuses=(ProjectNotFoundError,)
    )
    def list_environments(
        project_id: ProjectIdPath, limit: LimitQuery = LIMIT_DEFAULT, cursor: CursorQuery = None
    ) -> Response[PageReply[EnvironmentReply]]:
        """List the environments of a project.

        By name, in pages.
        """
        request = router.page_request(limit, cursor)
        page = service.list_environments(router.about(project=project_id), project_id, request)
        return router.listed(page, EnvironmentReply.of)

    @router.route(
        "GET",
        _ENVIRONMENT,
        scope=Scope.CONNECTIONS_READ,
        answers=(FOUND, UNCHANGED),
        refuses=(ProjectNotFoundError, EnvironmentNotFoundError, PreconditionFailedError),
    )
    def get_environment(project_id: ProjectIdPath, environment_name: EnvironmentNamePath) -> Response[EnvironmentReply]:
        """Get an environment."""
        operation = router.about(project=project_id, environment=environment_name)
        environment = service.get_environment(operation, project_id, environment_name)
        return router.found(EnvironmentReply.of(environment), environment.revision)

    @router.route(
        "PUT",
        _ENVIRONMENT,
        scope=Scope.PROJECTS_ADMIN,
        answers=(REPLACED,),
        refuses=(ProjectNotFoundError, EnvironmentNotFoundError, PreconditionFailedError),
    )
    def replace_environment(
        project_id: ProjectIdPath, environment_name: EnvironmentNamePath, body: ReplacedEnvironment
    ) -> Response[EnvironmentReply]:
        """Replace the settings of an environment.

        What the body leaves out gets its default. The name cannot change, and the overrides stay. If the environment is
        protected, or is to be, this takes the scope `environments:protected` on top.
        """
        require_same_name(body.name, environment_name)
        return writes.do(
            router.about(project=project_id, environment=environment_name),
            lambda operation: service.replace_environment(
                operation, project_id, environment_name, body.to_settings(), router.preconditions
            ),
            lambda environment: router.replaced(EnvironmentReply.of(environment), environment.revision),
        )

    @router.route(
        "DELETE",
        _ENVIRONMENT,
        scope=Scope.PROJECTS_ADMIN,
        answers=(DELETED,),
        refuses=(
            ProjectNotFoundError,
            EnvironmentNotFoundError,
            EnvironmentInUseError,
            CascadeTooLargeError,
            PreconditionFailedError,
        ),
    )
    def delete_environment(
        project_id: ProjectIdPath, environment_name: EnvironmentNamePath, cascade: CascadeQuery = OFF
    ) -> Response[None]:
        """Delete an environment.

        One that has overrides is refused with their list. With `cascade=true` they are deleted along with it, all or
        nothing, or it is refused with their number if that is too many for one step. If the environment is protected,
        this takes the scope `environments:protected` on top.
        """
        return writes.do(
            router.about(project=project_id, environment=environment_name),
            lambda operation: service.delete_environment(
                operation, project_id, environment_name, router.preconditions, cascade=is_on(cascade)
            ),
            router.deleted,
        )
