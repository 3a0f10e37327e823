"""Routes of overrides: one is named by its address, or by the body or the query of the collection."""

from typing import Final

from aws_lambda_powertools.event_handler import Response

from connection_overrides.caller import Scope
from connection_overrides.http.parameters import (
    LIMIT_DEFAULT,
    OFF,
    AuthProvidersQuery,
    AuthTypesQuery,
    ConnectionNamePath,
    ConnectionNamesOfDeleteQuery,
    ConnectionNamesQuery,
    CursorQuery,
    EnvironmentNamePath,
    EnvironmentNameQuery,
    IgnoreMissingQuery,
    LimitQuery,
    PlatformConnectionTypesQuery,
    ProjectIdPath,
    connection_filter,
    entries,
    is_on,
)
from connection_overrides.http.replies import OverrideReply, PageReply
from connection_overrides.http.requests import NamedOverride, OverrideBody
from connection_overrides.http.routing import Router
from connection_overrides.model.entities import Override
from connection_overrides.service.overrides import OverrideService

_OVERRIDES: Final = "/v1/projects/{projectId}/connections/environment-overrides"
_OVERRIDE: Final = f"{_OVERRIDES}/{{environmentName}}/{{connectionName}}"


def declare_overrides(router: Router, service: OverrideService) -> None:
    """Declare the routes of overrides."""
    _declare_collection(router, service)
    _declare_items(router, service)


def _declare_collection(router: Router, service: OverrideService) -> None:
    @router.route("POST", _OVERRIDES, scope=Scope.CONNECTIONS_WRITE)
    def create_override(project_id: ProjectIdPath, body: NamedOverride) -> Response[OverrideReply]:
        override = service.create_override(
            router.about(project=project_id, environment=body.environment_name, connection=body.connection_name),
            project_id,
            body.environment_name,
            body.connection_name,
            auth_type=body.auth_type,
            reference=body.to_reference(),
        )
        return _created(router, override)

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
        request = router.page_request(limit, cursor)
        operation = router.about(project=project_id, environment=environment_name)
        page = service.list_overrides(operation, project_id, environment_name, request, wanted)
        return router.listed([OverrideReply.of(override) for override in page.items], page.next_after)

    @router.route("PUT", _OVERRIDES, scope=Scope.CONNECTIONS_WRITE)
    def replace_named_override(project_id: ProjectIdPath, body: NamedOverride) -> Response[OverrideReply]:
        override = service.replace_override(
            router.about(project=project_id, environment=body.environment_name, connection=body.connection_name),
            project_id,
            body.environment_name,
            body.connection_name,
            auth_type=body.auth_type,
            reference=body.to_reference(),
            preconditions=router.preconditions,
            may_create=False,
        )
        return router.replaced(OverrideReply.of(override), override.revision)

    @router.route("DELETE", _OVERRIDES, scope=Scope.CONNECTIONS_WRITE)
    def delete_overrides(
        project_id: ProjectIdPath,
        environment_name: EnvironmentNameQuery,
        connection_names: ConnectionNamesOfDeleteQuery,
        ignore_missing: IgnoreMissingQuery = OFF,
    ) -> Response[None]:
        router.refuse_preconditions()
        operation = router.about(project=project_id, environment=environment_name)
        service.delete_overrides(
            operation, project_id, environment_name, entries(connection_names), ignore_missing=is_on(ignore_missing)
        )
        return router.deleted()


def _declare_items(router: Router, service: OverrideService) -> None:
    @router.route("GET", _OVERRIDE, scope=Scope.CONNECTIONS_READ)
    def get_override(
        project_id: ProjectIdPath, environment_name: EnvironmentNamePath, connection_name: ConnectionNamePath
    ) -> Response[OverrideReply]:
        operation = router.about(project=project_id, environment=environment_name, connection=connection_name)
        override = service.get_override(operation, project_id, environment_name, connection_name)
        return router.found(OverrideReply.of(override), override.revision)

    @router.route("PUT", _OVERRIDE, scope=Scope.CONNECTIONS_WRITE)
    def replace_override(
        project_id: ProjectIdPath,
        environment_name: EnvironmentNamePath,
        connection_name: ConnectionNamePath,
        body: OverrideBody,
    ) -> Response[OverrideReply]:
        override = service.replace_override(
            router.about(project=project_id, environment=environment_name, connection=connection_name),
            project_id,
            environment_name,
            connection_name,
            auth_type=body.auth_type,
            reference=body.to_reference(),
            preconditions=router.preconditions,
            may_create=True,
        )
        if override.revision.is_first:
            return _created(router, override)
        return router.replaced(OverrideReply.of(override), override.revision)

    @router.route("DELETE", _OVERRIDE, scope=Scope.CONNECTIONS_WRITE)
    def delete_override(
        project_id: ProjectIdPath, environment_name: EnvironmentNamePath, connection_name: ConnectionNamePath
    ) -> Response[None]:
        operation = router.about(project=project_id, environment=environment_name, connection=connection_name)
        service.delete_override(operation, project_id, environment_name, connection_name, router.preconditions)
        return router.deleted()


def _created(router: Router, override: Override) -> Response[OverrideReply]:
    return router.created(
        OverrideReply.of(override),
        override.revision,
        "projects",
        override.project_id,
        "connections",
        "environment-overrides",
        override.environment_name,
        override.connection_name,
    )
