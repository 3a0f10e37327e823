"""Routes that tell what a change would do to effective connections."""

from typing import Final

from connection_overrides.caller import Scope
from connection_overrides.errors import ConnectionNotFoundError, EnvironmentNotFoundError, ProjectNotFoundError
from connection_overrides.http.effective_parameters import ConnectionChangeQuery, EnvironmentChangeQuery
from connection_overrides.http.outcomes import LISTED
from connection_overrides.http.parameters import (
    LIMIT_DEFAULT,
    ConnectionNamePath,
    CursorQuery,
    EnvironmentNamePath,
    LimitQuery,
    ProjectIdPath,
)
from connection_overrides.http.replies import PageReply
from connection_overrides.http.resolutions import EffectReply
from connection_overrides.http.responses import Response
from connection_overrides.http.routing import Router
from connection_overrides.service.impact import EnvironmentChange, ImpactService

_PROJECT: Final = "/v1/projects/{projectId}"


def declare_impact(router: Router, service: ImpactService) -> None:
    """Declare the routes of impact."""

    @router.route(
        "GET",
        f"{_PROJECT}/environments/{{environmentName}}/impact",
        scope=Scope.CONNECTIONS_READ,
        answers=(LISTED,),
        refuses=(ProjectNotFoundError, EnvironmentNotFoundError),
    )
    def list_environment_impact(
        *,
        project_id: ProjectIdPath,
        environment_name: EnvironmentNamePath,
        change: EnvironmentChangeQuery,
        limit: LimitQuery = LIMIT_DEFAULT,
        cursor: CursorQuery = None,
    ) -> Response[PageReply[EffectReply]]:
        """List the effective connections that a change of their environment would affect.

        `after` is the source that each would have then; NONE is one that would no longer be configured. Nothing is
        changed.
        """
        page = service.list_environment_impact(
            router.about(project=project_id, environment=environment_name),
            project_id,
            environment_name,
            EnvironmentChange(change),
            router.page_request(limit, cursor),
        )
        return router.listed(page, EffectReply.of)

    @router.route(
        "GET",
        f"{_PROJECT}/connections/{{connectionName}}/impact",
        scope=Scope.CONNECTIONS_READ,
        answers=(LISTED,),
        refuses=(ProjectNotFoundError, ConnectionNotFoundError),
    )
    def list_connection_impact(
        project_id: ProjectIdPath, connection_name: ConnectionNamePath, change: ConnectionChangeQuery
    ) -> Response[PageReply[EffectReply]]:
        """List the environments in which the delete of a connection would take its reference away.

        All are on one page. Nothing is changed.
        """
        operation = router.about(project=project_id, connection=connection_name, change=change)
        effects = service.list_connection_impact(operation, project_id, connection_name)
        return router.shown(PageReply(results=[EffectReply.of(effect) for effect in effects]))
