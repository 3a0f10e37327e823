"""Projects: make, get, list."""

from collections.abc import Callable

from connection_overrides.errors import ProjectNotFoundError
from connection_overrides.model.entities import Project
from connection_overrides.operation import Operation
from connection_overrides.store.pages import Page, PageRequest
from connection_overrides.store.projects import ProjectStore


class ProjectService:
    """The projects of the caller's account."""

    def __init__(self, projects: ProjectStore, new_project_id: Callable[[], str]) -> None:
        """Keep projects there; `new_project_id` returns an unused UUID in lower case."""
        self._projects = projects
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

    def get_project(self, operation: Operation, project_id: str) -> Project:
        """Return the project. Another account's project is not found, like one that never was."""
        project = self._projects.get(operation, project_id)
        if project is None:
            raise ProjectNotFoundError("There is no such project.")
        return project

    def list_projects(self, operation: Operation, request: PageRequest) -> Page[Project]:
        """Return a page of the account's projects, in the order of their ids."""
        return self._projects.list(operation, request)
