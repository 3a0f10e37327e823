"""Routes of projects."""

from typing import Final

from connection_overrides.caller import Scope
from connection_overrides.errors import PreconditionFailedError, ProjectInUseError, ProjectNotFoundError
from connection_overrides.http.entity_replies import ProjectReply
from connection_overrides.http.idempotency import Writes
from connection_overrides.http.outcomes import CREATED, DELETED, FOUND, LISTED, REPLACED, UNCHANGED
from connection_overrides.http.parameters import LIMIT_DEFAULT, CursorQuery, LimitQuery, ProjectIdPath
from connection_overrides.http.replies import PageReply
from connection_overrides.http.requests import ProjectBody
from connection_overrides.http.responses import Response
from connection_overrides.http.routing import Router
from connection_overrides.model.entities import Project
from connection_overrides.service.projects import ProjectService

_PROJECTS: Final = "/v1/projects"
_PROJECT: Final = f"{_PROJECTS}/{{projectId}}"


def declare_projects(router: Router, writes: Writes, service: ProjectService) -> None:
    """Declare the routes of projects."""

    @router.route("POST", _PROJECTS, scope=Scope.PROJECTS_ADMIN, answers=(CREATED,))
    def create_project(body: ProjectBody) -> Response[ProjectReply]:
        """Create a project.

        Answers with the project's id, by which everything in it is addressed. Two projects may have the same name.
        """

        def answer(project: Project) -> Response[ProjectReply]:
            router.about(project=project.project_id)
            return router.created(ProjectReply.of(project), project.revision, "projects", project.project_id)

        return writes.do(
            router.operation,
            lambda operation: service.create_project(operation, body.name, body.description),
            answer,
        )

    @router.route("GET", _PROJECTS, scope=Scope.CONNECTIONS_READ, answers=(LISTED,))
    def list_projects(
        limit: LimitQuery = LIMIT_DEFAULT, cursor: CursorQuery = None
    ) -> Response[PageReply[ProjectReply]]:
        """List the projects of the caller's account.

        By id, in pages. Projects of other accounts are never among them.
        """
        page = service.list_projects(router.operation, router.page_request(limit, cursor))
        return router.listed(page, ProjectReply.of)

    @router.route(
        "GET",
        _PROJECT,
        scope=Scope.CONNECTIONS_READ,
        answers=(FOUND, UNCHANGED),
        refuses=(ProjectNotFoundError, PreconditionFailedError),
    )
    def get_project(project_id: ProjectIdPath) -> Response[ProjectReply]:
        """Get a project.

        A project of another account answers exactly like one that does not exist.
        """
        project = service.get_project(router.about(project=project_id), project_id)
        return router.found(ProjectReply.of(project), project.revision)

    @router.route(
        "PUT",
        _PROJECT,
        scope=Scope.PROJECTS_ADMIN,
        answers=(REPLACED,),
        refuses=(ProjectNotFoundError, PreconditionFailedError),
    )
    def replace_project(project_id: ProjectIdPath, body: ProjectBody) -> Response[ProjectReply]:
        """Replace what is said of a project.

        What the body leaves out is unset. The id, the environments and the connections stay as they are.
        """
        return writes.do(
            router.about(project=project_id),
            lambda operation: service.replace_project(
                operation, project_id, body.name, body.description, router.preconditions
            ),
            lambda project: router.replaced(ProjectReply.of(project), project.revision),
        )

    @router.route(
        "DELETE",
        _PROJECT,
        scope=Scope.PROJECTS_ADMIN,
        answers=(DELETED,),
        refuses=(ProjectNotFoundError, ProjectInUseError, PreconditionFailedError),
    )
    def delete_project(project_id: ProjectIdPath) -> Response[None]:
        """Delete a project that holds nothing.

        One that still has environments or connections is refused with their list, and nothing is changed.
        """
        return writes.do(
            router.about(project=project_id),
            lambda operation: service.delete_project(operation, project_id, router.preconditions),
            router.deleted,
        )
