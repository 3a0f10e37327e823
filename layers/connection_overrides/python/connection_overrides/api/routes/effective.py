"""Operations of effective connections: which secret is used where, and what a change would do to that."""

from enum import StrEnum
from typing import Annotated, Final

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from connection_overrides.api import params
from connection_overrides.api.pages import ResultPage, listed, page_request
from connection_overrides.api.responses import found, shown
from connection_overrides.api.routes.connections import CONNECTION, CONNECTIONS
from connection_overrides.api.routes.environments import ENVIRONMENT
from connection_overrides.api.routes.projects import PROJECT
from connection_overrides.api.routing import FOUND, LISTED, NOT_MODIFIED, Router
from connection_overrides.caller import Scope
from connection_overrides.context import RequestContext
from connection_overrides.domain.base import OMIT_NONE, Model
from connection_overrides.domain.reports import ConnectionChange, EnvironmentChange, Impact, MatrixRow, UsedSecret
from connection_overrides.domain.resolution import EffectiveConnection
from connection_overrides.errors import ConnectionNotConfigured, PreconditionFailed, ReportTooLarge
from connection_overrides.services import effective, impact, matrix, secret_report

router: Final = Router("Effective connections")

EFFECTIVE: Final = f"{CONNECTIONS}/effective"
EFFECTIVE_CONNECTION: Final = f"{EFFECTIVE}/{{environmentName}}/{{connectionName}}"


def _one_of(changes: type[StrEnum]) -> BeforeValidator:
    def check(value: object) -> object:
        if value not in changes:
            raise PydanticCustomError("change", "must be {changes}", {"changes": " or ".join(changes)})
        return value

    return BeforeValidator(check)


_EnvironmentChange = Annotated[
    EnvironmentChange,
    _one_of(EnvironmentChange),
    Query(
        alias="change",
        description="The change: to delete the environment, or to switch `inheritDefaults` to its other value.",
        examples=["delete"],
    ),
]
_ConnectionChange = Annotated[
    ConnectionChange,
    _one_of(ConnectionChange),
    Query(alias="change", description="The change: to delete the connection, with its overrides.", examples=["delete"]),
]


class MatrixPage(Model):
    """A page of the matrix. Without `nextCursor` it is the last."""

    environments: list[str]
    results: list[MatrixRow]
    next_cursor: Annotated[str | None, OMIT_NONE] = None


@router.operation(
    "GET",
    EFFECTIVE_CONNECTION,
    FOUND,
    NOT_MODIFIED,
    scope=Scope.CONNECTIONS_READ,
    raises=(ConnectionNotConfigured, PreconditionFailed),
)
def get_effective_connection(  # noqa: PLR0917 - Powertools passes them by name
    ctx: RequestContext,
    project_id: params.ProjectId,
    environment_name: params.EnvironmentName,
    connection_name: params.ConnectionName,
    explain: params.Explain = False,
    at: params.At = None,
) -> Response[EffectiveConnection]:
    """Get a connection as a pipeline in the environment must use it.

    That is the override, as a whole; else the connection's default, if the environment inherits defaults. Otherwise,
    and if an override blocks the connection, the response is 404 `connection-not-configured`: nothing is borrowed from
    another environment. Revision and `ETag` are those of the override or the connection that the reference comes from.
    With `at`, the response is the one that was right at that moment.
    """
    if at is None:
        connection = effective.get_effective_connection(
            ctx, project_id, environment_name, connection_name, explain=explain
        )
    else:
        connection = effective.get_effective_connection_at(
            ctx, project_id, environment_name, connection_name, at, explain=explain
        )
    ctx.log["source"] = connection.source
    return found(ctx, connection)


@router.operation("GET", EFFECTIVE, LISTED, scope=Scope.CONNECTIONS_READ)
def list_effective_connections(
    ctx: RequestContext,
    project_id: params.ProjectId,
    environment_name: params.EnvironmentNameQuery,
    filters: params.EffectiveFilters,
    page: params.Page,
) -> Response[ResultPage[EffectiveConnection]]:
    """List the effective connections of an environment.

    In the order of their names. Those that are not configured have the source NONE.
    """
    return listed(
        ctx,
        effective.list_effective_connections(ctx, project_id, environment_name, page_request(ctx, page), filters),
    )


@router.operation("GET", f"{CONNECTIONS}/matrix", LISTED, scope=Scope.CONNECTIONS_READ)
def get_matrix(
    ctx: RequestContext,
    project_id: params.ProjectId,
    filters: params.ConnectionFilters,
    page: params.Page,
    only_missing: params.OnlyMissing = False,
) -> Response[MatrixPage]:
    """Get every connection in every environment, with the source of its reference.

    Paged by connection. `onlyMissing=true` lists connections that lack a reference in some environment.
    """
    whole = matrix.get_matrix(ctx, project_id, page_request(ctx, page), filters, only_missing=only_missing)
    return listed(ctx, whole.rows, MatrixPage, environments=whole.environments)


@router.operation("GET", f"{ENVIRONMENT}/impact", LISTED, scope=Scope.CONNECTIONS_READ)
def list_environment_impact(
    ctx: RequestContext,
    project_id: params.ProjectId,
    environment_name: params.EnvironmentName,
    change: _EnvironmentChange,
    page: params.Page,
) -> Response[ResultPage[Impact]]:
    """List the effective connections that a change of their environment would affect.

    `after` is the source that each would have then; NONE means that it would no longer be configured. Nothing is
    changed.
    """
    request = page_request(ctx, page)
    return listed(ctx, impact.list_environment_impact(ctx, project_id, environment_name, change, request))


@router.operation("GET", f"{CONNECTION}/impact", LISTED, scope=Scope.CONNECTIONS_READ)
def list_connection_impact(
    ctx: RequestContext,
    project_id: params.ProjectId,
    connection_name: params.ConnectionName,
    change: _ConnectionChange,
) -> Response[ResultPage[Impact]]:
    """List the environments in which deleting a connection would remove its reference.

    All results are on one page. Nothing is modified.
    """
    ctx.log["change"] = change
    impacts = impact.list_connection_impact(ctx, project_id, connection_name)
    return shown(ResultPage.model_construct(results=impacts, next_cursor=None))


@router.operation("GET", f"{PROJECT}/secret-references", LISTED, scope=Scope.CONNECTIONS_READ, raises=(ReportTooLarge,))
def list_secret_references(
    ctx: RequestContext,
    project_id: params.ProjectId,
    page: params.Page,
    shared: params.Shared = False,
) -> Response[ResultPage[UsedSecret]]:
    """List the secrets that a project uses, and who uses them.

    `shared` means that several environments use the secret, or may: in overrides, or because they inherit defaults,
    also where an override hides the default today. `leaks` means that a protected environment does, and that it is a
    default or in an override of an unprotected one; then it is shared as well.
    Responses contain names of secrets, never secrets. The order is stable but has no meaning. There is no report of a
    project with more than 10,000 connections and overrides.
    """
    request = page_request(ctx, page)
    return listed(ctx, secret_report.list_secret_references(ctx, project_id, request, only_shared=shared))
