"""Routes of environment connection overrides."""

from typing import Final

from aws_lambda_powertools.event_handler import Response

from connection_overrides.caller import Scope
from connection_overrides.http.parameters import (
    LIMIT_DEFAULT,
    AuthProvidersQuery,
    AuthTypesQuery,
    ConnectionNamePath,
    ConnectionNamesQuery,
    CursorQuery,
    EnvironmentNamePath,
    EnvironmentNameQuery,
    LimitQuery,
    PlatformConnectionTypesQuery,
    ProjectIdPath,
    connection_filter,
)
from connection_overrides.http.replies import OverrideReply, PageReply
from connection_overrides.http.requests import NewOverride
from connection_overrides.http.routing import Router
from connection_overrides.model.names import validate_name
from connection_overrides.service.overrides import OverrideService

_OVERRIDES: Final = "/v1/projects/{projectId}/connections/environment-overrides"


def declare_overrides(router: Router, service: OverrideService) -> None:
    """Declare the routes of overrides."""

    @router.route("POST", _OVERRIDES, scope=Scope.CONNECTIONS_WRITE)
    def create_override(project_id: ProjectIdPath, body: NewOverride) -> Response[OverrideReply]:
        override = service.create_override(
            router.about(project=project_id, environment=body.environment_name, connection=body.connection_name),
            project_id,
            body.environment_name,
            body.connection_name,
            auth_type=body.auth_type,
            reference=body.to_reference(),
        )
        return router.created(
            OverrideReply.of(override),
            override.revision,
            "projects",
            project_id,
            "connections",
            "environment-overrides",
            override.environment_name,
            override.connection_name,
        )

    @router.route("GET", _OVERRIDES, scope=Scope.CONNECTIONS_READ)
    def list_overrides(
        *,
        project_id: ProjectIdPath,
        environment_name: EnvironmentNameQuery,
        connection_names: ConnectionNamesQuery = None,
        auth_types: AuthTypesQuery = None,
        platform_connection_types: PlatformConnectionTypesQuery = None,
        auth_providers: AuthProvidersQuery = None,
        limit: LimitQuery = LIMIT_DEFAULT,
        cursor: CursorQuery = None,
    ) -> Response[PageReply[OverrideReply]]:
        wanted = connection_filter(
            connection_names=connection_names,
            platform_connection_types=platform_connection_types,
            auth_providers=auth_providers,
            auth_types=auth_types,
        )
        request = router.page_request(limit, cursor, validate_name)
        operation = router.about(project=project_id, environment=environment_name)
        page = service.list_overrides(operation, project_id, environment_name, request, wanted)
        return router.listed([OverrideReply.of(override) for override in page.items], page.next_after)

    @router.route("GET", f"{_OVERRIDES}/{{environmentName}}/{{connectionName}}", scope=Scope.CONNECTIONS_READ)
    def get_override(
        project_id: ProjectIdPath, environment_name: EnvironmentNamePath, connection_name: ConnectionNamePath
    ) -> Response[OverrideReply]:
        operation = router.about(project=project_id, environment=environment_name, connection=connection_name)
        override = service.get_override(operation, project_id, environment_name, connection_name)
        return router.found(OverrideReply.of(override), override.revision)
