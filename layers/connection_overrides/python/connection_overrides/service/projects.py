"""Projects."""

from collections.abc import Callable
from typing import Final

from connection_overrides.errors import Dependent, ProjectInUseError, ProjectNotFoundError
from connection_overrides.model.entities import Project
from connection_overrides.model.filters import ConnectionFilter
from connection_overrides.operation import Operation
from connection_overrides.service.attempts import settle
from connection_overrides.service.preconditions import Preconditions
from connection_overrides.store.connections import ConnectionStore
from connection_overrides.store.environments import EnvironmentStore
from connection_overrides.store.pages import Page, PageRequest
from connection_overrides.store.projects import ProjectStore
from connection_overrides.store.writable_table import Written

_SHOWN_OF_EACH: Final = 50
"""Environments, and connections, that a refusal lists; it says how many there are."""


class ProjectService:
    """The projects of the caller's account."""

    def __init__(
        self,
        projects: ProjectStore,
        environments: EnvironmentStore,
        connections: ConnectionStore,
        new_project_id: Callable[[], str],
    ) -> None:
        """Keep projects there; `new_project_id` returns an unused UUID in lower case."""
        self._projects = projects
        self._environments = environments
        self._connections = connections
        self._new_project_id = new_project_id

    def create_project(self, operation: Operation, name: str, description: str | None) -> Project:
        """Make a project. Names need not differ: the id tells projects apart."""
        project = Project(
            project_id=self._new_project_id(),
            name=name,
            description=description,
            revision=operation.first_revision(),
        )
        self._projects.create(operation, project)
        return project

    def replace_project(
        self, operation: Operation, project_id: str, name: str, description: str | None, preconditions: Preconditions
    ) -> Project:
        """Replace what is said of a project, whole."""

        def attempt() -> Project | None:
            current = self.get_project(operation, project_id)
            preconditions.require(current.revision)
            revision = operation.next_revision(current.revision)
            project = current._replace(name=name, description=description, revision=revision)
            written = self._projects.replace(operation, project, current)
            return project if written is Written.DONE else None

        return settle(operation, attempt)

    def delete_project(self, operation: Operation, project_id: str, preconditions: Preconditions) -> None:
        """Delete a project that holds nothing. What it still holds is listed in the refusal."""

        def attempt() -> Written | None:
            found = self._projects.get_with_contents(operation, project_id)
            if found is None:
                raise ProjectNotFoundError("There is no such project.")
            project, contents = found
            preconditions.require(project.revision)
            total = contents.environment_count + contents.connection_count
            if total:
                raise ProjectInUseError(
                    f"The project holds {contents.environment_count} environments and {contents.connection_count} "
                    "connections. Delete them first.",
                    self._dependents(operation, project_id),
                    total,
                )
            written = self._projects.delete(operation, project)
            return written if written is Written.DONE else None

        settle(operation, attempt)

    def get_project(self, operation: Operation, project_id: str) -> Project:
        """Return the project. Another account's project is not found, like one that never was."""
        project = self._projects.get(operation, project_id)
        if project is None:
            raise ProjectNotFoundError("There is no such project.")
        return project

    def list_projects(self, operation: Operation, request: PageRequest) -> Page[Project]:
        """Return a page of the account's projects, in the order of their ids."""
        return self._projects.list(operation, request)

    def _dependents(self, operation: Operation, project_id: str) -> list[Dependent]:
        request = PageRequest(_SHOWN_OF_EACH)
        environments = self._environments.list(operation, project_id, request).items
        connections = self._connections.list(operation, project_id, request, ConnectionFilter()).items
        return [
            *(Dependent(kind="environment", environment_name=one.name) for one in environments),
            *(Dependent(kind="connection", connection_name=one.name) for one in connections),
        ]
