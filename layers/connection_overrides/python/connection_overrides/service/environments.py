"""Environments of a project."""

from typing import NamedTuple

from connection_overrides.caller import Scope
from connection_overrides.errors import (
    CascadeTooLargeError,
    Dependent,
    EnvironmentInUseError,
    EnvironmentNotFoundError,
    InUseError,
)
from connection_overrides.model.entities import Environment, Override
from connection_overrides.model.filters import ConnectionFilter
from connection_overrides.operation import Operation
from connection_overrides.service.attempts import settle
from connection_overrides.service.existing import environment_in
from connection_overrides.service.permissions import require_write_to
from connection_overrides.service.preconditions import Preconditions
from connection_overrides.store.environments import CASCADE_MAX, EnvironmentStore
from connection_overrides.store.overrides import OverrideStore
from connection_overrides.store.pages import Page, PageRequest
from connection_overrides.store.projects import ProjectStore
from connection_overrides.store.reader import Reader
from connection_overrides.store.writable_table import Written


class EnvironmentSettings(NamedTuple):
    """What is said of an environment; a replacement says all of it anew."""

    display_name: str | None
    description: str | None
    protected: bool
    inherit_defaults: bool


class EnvironmentService:
    """The environments of a project."""

    def __init__(
        self, projects: ProjectStore, environments: EnvironmentStore, overrides: OverrideStore, reader: Reader
    ) -> None:
        """Keep environments there; projects are asked only to tell one 404 from another."""
        self._projects = projects
        self._environments = environments
        self._overrides = overrides
        self._reader = reader

    def create_environment(
        self, operation: Operation, project_id: str, name: str, settings: EnvironmentSettings
    ) -> Environment:
        """Make an environment. Making a protected one touches a protected environment, and needs its scope."""
        environment = Environment(
            project_id=project_id,
            name=name,
            display_name=settings.display_name,
            description=settings.description,
            protected=settings.protected,
            inherit_defaults=settings.inherit_defaults,
            override_count=0,
            revision=operation.first_revision(),
        )
        require_write_to(environment, operation.caller, Scope.PROJECTS_ADMIN)
        self._environments.create(operation, environment)
        return environment

    def replace_environment(
        self,
        operation: Operation,
        project_id: str,
        name: str,
        settings: EnvironmentSettings,
        preconditions: Preconditions,
    ) -> Environment:
        """Replace what is said of an environment, whole. Setting and lifting `protected` needs the scope for it."""

        def attempt() -> Environment | None:
            current = environment_in(self._reader.look(operation, project_id, environment_name=name))
            environment = current._replace(
                display_name=settings.display_name,
                description=settings.description,
                protected=settings.protected,
                inherit_defaults=settings.inherit_defaults,
                revision=operation.next_revision(current.revision),
            )
            for one in (current, environment):
                require_write_to(one, operation.caller, Scope.PROJECTS_ADMIN)
            preconditions.require(current.revision)
            written = self._environments.replace(operation, environment, current)
            return environment if written is Written.DONE else None

        return settle(operation, attempt)

    def delete_environment(
        self, operation: Operation, project_id: str, name: str, preconditions: Preconditions, *, cascade: bool
    ) -> None:
        """Delete an environment; with `cascade` and its overrides, all or nothing.

        Without `cascade` an environment that has overrides is refused with their list; with it, one that has more than
        a single step can take is refused with their number.
        """

        def attempt() -> Written | None:
            environment = environment_in(self._reader.look(operation, project_id, environment_name=name))
            require_write_to(environment, operation.caller, Scope.PROJECTS_ADMIN)
            preconditions.require(environment.revision)
            overrides = self._all_overrides(operation, environment) if environment.override_count else ()
            if overrides and not (cascade and environment.override_count <= CASCADE_MAX):
                raise _refusal(environment, overrides, cascade=cascade)
            written = self._environments.delete(operation, environment, overrides)
            return written if written is Written.DONE else None

        settle(operation, attempt)

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
        if page.saw_nothing:
            self._projects.require(operation, project_id)
        return page

    def _all_overrides(self, operation: Operation, environment: Environment) -> tuple[Override, ...]:
        """Return the environment's overrides, as many as one step can delete."""
        request = PageRequest(CASCADE_MAX)
        page = self._overrides.list(operation, environment.project_id, environment.name, request, ConnectionFilter())
        return page.items


def _refusal(environment: Environment, overrides: tuple[Override, ...], *, cascade: bool) -> InUseError:
    total = environment.override_count
    dependents = [
        Dependent(kind="override", environment_name=environment.name, connection_name=override.connection_name)
        for override in overrides
    ]
    if cascade:
        return CascadeTooLargeError(
            f"The environment has {total} overrides; at most {CASCADE_MAX} can be deleted with it in one step. "
            "Delete some of them first.",
            dependents,
            total,
        )
    return EnvironmentInUseError(
        f"The environment has {total} overrides. Delete them first, or send cascade=true.", dependents, total
    )
