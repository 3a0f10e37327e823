"""The route that tells which secrets a project uses, and which are shared."""

from connection_overrides.caller import Scope
from connection_overrides.errors import ProjectNotFoundError, ReportTooLargeError
from connection_overrides.http.effective_parameters import SharedQuery
from connection_overrides.http.outcomes import LISTED
from connection_overrides.http.parameters import LIMIT_DEFAULT, OFF, CursorQuery, LimitQuery, ProjectIdPath, is_on
from connection_overrides.http.replies import PageReply
from connection_overrides.http.resolutions import UsedSecretReply
from connection_overrides.http.responses import Response
from connection_overrides.http.routing import Router
from connection_overrides.service.secret_report import SecretReportService


def declare_secret_references(router: Router, service: SecretReportService) -> None:
    """Declare the route of secret references."""

    @router.route(
        "GET",
        "/v1/projects/{projectId}/secret-references",
        scope=Scope.CONNECTIONS_READ,
        answers=(LISTED,),
        refuses=(ProjectNotFoundError, ReportTooLargeError),
    )
    def list_secret_references(
        *,
        project_id: ProjectIdPath,
        shared: SharedQuery = OFF,
        limit: LimitQuery = LIMIT_DEFAULT,
        cursor: CursorQuery = None,
    ) -> Response[PageReply[UsedSecretReply]]:
        """List the secrets that a project uses, and who uses them.

        `shared` are those that several environments use, through overrides or by falling back to the same default;
        one that a protected and an unprotected environment share `leaks`. Names of secrets are told, never secrets.
        They come in a stable order of their own. A project of more than 10,000 connections and overrides has no report.
        """
        page = service.list_used_secrets(
            router.about(project=project_id), project_id, router.page_request(limit, cursor), only_shared=is_on(shared)
        )
        return router.listed(page, UsedSecretReply.of)
