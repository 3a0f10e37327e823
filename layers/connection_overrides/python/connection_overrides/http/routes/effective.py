"""Routes of effective connections."""

from typing import Final

from connection_overrides.caller import Scope
from connection_overrides.errors import (
    ConnectionNotConfiguredError,
    ConnectionNotFoundError,
    EnvironmentNotFoundError,
    PreconditionFailedError,
    ProjectNotFoundError,
)
from connection_overrides.http.effective_parameters import ExplainQuery, OnlyMissingQuery, SourcesQuery, source_filter
from connection_overrides.http.outcomes import FOUND, LISTED, UNCHANGED
from connection_overrides.http.parameters import (
    LIMIT_DEFAULT,
    OFF,
    AuthProvidersQuery,
    ConnectionNamePath,
    ConnectionNamesQuery,
    CursorQuery,
    EnvironmentNamePath,
    EnvironmentNameQuery,
    LimitQuery,
    PlatformConnectionTypesQuery,
    ProjectIdPath,
    connection_filter,
    is_on,
)
from connection_overrides.http.replies import PageReply
from connection_overrides.http.resolutions import EffectiveReply, LineReply, MatrixReply
from connection_overrides.http.responses import Response
from connection_overrides.http.routing import Router
from connection_overrides.service.effective import EffectiveService
from connection_overrides.service.matrix import MatrixService

_EFFECTIVE: Final = "/v1/projects/{projectId}/connections/effective"
_MATRIX: Final = "/v1/projects/{projectId}/connections/matrix"


def declare_effective_connections(router: Router, service: EffectiveService, matrices: MatrixService) -> None:
    """Declare the routes of effective connections."""

    @router.route(
        "GET",
        f"{_EFFECTIVE}/{{environmentName}}/{{connectionName}}",
        scope=Scope.CONNECTIONS_READ,
        answers=(FOUND, UNCHANGED),
        refuses=(
            ProjectNotFoundError,
            EnvironmentNotFoundError,
            ConnectionNotFoundError,
            ConnectionNotConfiguredError,
            PreconditionFailedError,
        ),
    )
    def get_effective_connection(
        project_id: ProjectIdPath,
        environment_name: EnvironmentNamePath,
        connection_name: ConnectionNamePath,
        explain: ExplainQuery = OFF,
    ) -> Response[EffectiveReply]:
        """Get a connection as a pipeline in the environment must use it.

        It is the override, whole; else the connection's default, if the environment inherits defaults. Otherwise the
        answer is 404 `connection-not-configured`, as it is when an override blocks: nothing is borrowed from another
        environment. Revision and `ETag` are those of the override or the connection that the reference comes from.
        """
        operation = router.about(project=project_id, environment=environment_name, connection=connection_name)
        resolution, revision = service.get_effective(
            operation, project_id, environment_name, connection_name, explain=is_on(explain)
        )
        router.exchange.subject["source"] = str(resolution.source)
        return router.found(EffectiveReply.of(resolution, explain=is_on(explain)), revision)

    @router.route(
        "GET",
        _EFFECTIVE,
        scope=Scope.CONNECTIONS_READ,
        answers=(LISTED,),
        refuses=(ProjectNotFoundError, EnvironmentNotFoundError),
    )
    def list_effective_connections(
        *,
        project_id: ProjectIdPath,
        environment_name: EnvironmentNameQuery,
        sources: SourcesQuery = None,
        connection_names: ConnectionNamesQuery = None,
        platform_connection_types: PlatformConnectionTypesQuery = None,
        auth_providers: AuthProvidersQuery = None,
        limit: LimitQuery = LIMIT_DEFAULT,
        cursor: CursorQuery = None,
    ) -> Response[PageReply[EffectiveReply]]:
        """List all connections as an environment sees them.

        They come in the order of their names, those that are not configured with the source NONE.
        """
        wanted = connection_filter(
            connection_names=connection_names,
            platform_connection_types=platform_connection_types,
            auth_providers=auth_providers,
        )
        page = service.list_effective(
            router.about(project=project_id, environment=environment_name),
            project_id,
            environment_name,
            router.page_request(limit, cursor),
            wanted=wanted,
            sources=source_filter(sources),
        )
        return router.listed(page, lambda resolution: EffectiveReply.of(resolution, explain=False))

    @router.route("GET", _MATRIX, scope=Scope.CONNECTIONS_READ, answers=(LISTED,), refuses=(ProjectNotFoundError,))
    def get_matrix(
        *,
        project_id: ProjectIdPath,
        only_missing: OnlyMissingQuery = OFF,
        connection_names: ConnectionNamesQuery = None,
        platform_connection_types: PlatformConnectionTypesQuery = None,
        auth_providers: AuthProvidersQuery = None,
        limit: LimitQuery = LIMIT_DEFAULT,
        cursor: CursorQuery = None,
    ) -> Response[MatrixReply]:
        """Get every connection in every environment, with the source of its reference.

        It is paged by connection. `onlyMissing=true` keeps connections that lack a reference in some environment.
        """
        wanted = connection_filter(
            connection_names=connection_names,
            platform_connection_types=platform_connection_types,
            auth_providers=auth_providers,
        )
        matrix = matrices.get_matrix(
            router.about(project=project_id),
            project_id,
            router.page_request(limit, cursor),
            wanted=wanted,
            only_missing=is_on(only_missing),
        )
        part = router.part_of(matrix.lines, LineReply.of)
        return router.shown(MatrixReply.of(matrix.environments, part.results, part.next_cursor), part.headers)
