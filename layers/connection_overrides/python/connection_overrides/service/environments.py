"""Environments of a project: make, get, list."""

from connection_overrides.caller import Scope
from connection_overrides.errors import EnvironmentNotFoundError
from connection_overrides.model.entities import Environment
from connection_overrides.operation import Operation
from connection_overrides.service.permissions import require_write_to
from connection_overrides.store.environments import EnvironmentStore
from connection_overrides.store.pages import Page, PageRequest
from connection_overrides.store.projects import ProjectStore


class EnvironmentService:
    """The environments of a project."""

    def __init__(self, projects: ProjectStore, environments: EnvironmentStore) -> None:
        """Keep environments there; projects are asked only to tell one 404 from another."""
        self._projects = projects
        self._environments = environments

    def create_environment(
        self,
        operation: Operation,
        project_id: str,
        name: str,
        *,
        display_name: str | None,
        description: str | None,
        protected: bool,
        inherit_defaults: bool,
    ) -> Environment:
        """Make an environment. Making a protected one touches a protected environment, and needs its scope."""
        environment = Environment(
            project_id=project_id,
            name=name,
            display_name=display_name,
            description=description,
            protected=protected,
            inherit_defaults=inherit_defaults,
            override_count=0,
            revision=operation.first_revision(),
        )
        require_write_to(environment, operation.caller, Scope.PROJECTS_ADMIN)
        self._environments.create(operation, environment)
        return environment

    def get_environment(self, operation: Operation, project_id: str, name: str) -> Environment:
        """Return the environment, or tell whether it or its project is not found."""
        environment = self._environments.get(operation, project_id, name)
        if environment is None:
            self._projects.require(operation, project_id)
            raise EnvironmentNotFoundError("The project has no environment of that name.")
        return environment

    def list_environments(self, operation: Operation, project_id: str, request: PageRequest) -> Page[Environment]:
        """Return a page of the project's environments."""
        page = self._environments.list(operation, project_id, request)
        if not page.items:
            self._projects.require(operation, project_id)
        return page
