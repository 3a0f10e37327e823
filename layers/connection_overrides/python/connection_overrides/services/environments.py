"""Environments of a project."""

from collections.abc import Sequence

from connection_overrides.caller import Scope
from connection_overrides.context import RequestContext
from connection_overrides.domain.base import to_milliseconds
from connection_overrides.domain.models import Environment, EnvironmentBody, NewEnvironment, Override
from connection_overrides.domain.replacements import ReplacedEnvironment
from connection_overrides.errors import (
    CascadeTooLarge,
    Dependent,
    EnvironmentAlreadyExists,
    EnvironmentInUse,
    EnvironmentNotFound,
    InUse,
    SharedSecret,
)
from connection_overrides.services.secret_guard import guard_inheritance
from connection_overrides.services.writes import (
    idempotent,
    idempotent_delete,
    require_write,
    retry_on_conflict,
    too_many,
)
from connection_overrides.store import environments, overrides, projects
from connection_overrides.store.environments import CASCADE_MAX, ENVIRONMENTS_MAX
from connection_overrides.store.overrides import count_deletions
from connection_overrides.store.pagination import Page, PageRequest
from connection_overrides.store.snapshot import read_snapshot


@idempotent
@retry_on_conflict
def create_environment(
    ctx: RequestContext, project_id: str, body: NewEnvironment, *, allow_shared_secret: bool
) -> Environment:
    """Create an environment. A protected one needs the scope for protected environments from the start.

    A protected one that inherits defaults is refused, unless `allow_shared_secret`.
    """
    stamp = ctx.stamp()
    environment = Environment.model_construct(
        **body.fields_of(EnvironmentBody),
        **stamp,
        name=body.name,
        project_id=project_id,
        override_count=0,
        # Overrides of a deleted environment of that name were deleted before.
        last_deletion=to_milliseconds(stamp["updated_date"]) - 1,
    )
    require_write(ctx, environment, Scope.PROJECTS_ADMIN)
    try:
        guard_inheritance(environment, None, allow_shared=allow_shared_secret)
    except SharedSecret:
        # That the environment exists comes first, and that the project does not.
        snapshot = read_snapshot(ctx, project_id, environment=body.name)
        snapshot.require_project()
        if snapshot.environment is not None:
            raise EnvironmentAlreadyExists(environment) from None
        raise
    if ctx.validate_only:
        snapshot = read_snapshot(ctx, project_id, environment=body.name)
        project = snapshot.require_project()
        if snapshot.environment is not None:
            raise EnvironmentAlreadyExists(environment)
        if project.environment_count >= ENVIRONMENTS_MAX:
            raise projects.quota_exceeded(ENVIRONMENTS_MAX, "environments")
    environments.insert(ctx, environment)
    return environment


def get_environment(ctx: RequestContext, project_id: str, name: str) -> Environment:
    """Return the environment, or raise ProjectNotFound or EnvironmentNotFound."""
    environment = environments.get(ctx, project_id, name)
    if environment is None:
        projects.get_state(ctx, project_id)
        raise EnvironmentNotFound
    return environment


def list_environments(ctx: RequestContext, project_id: str, request: PageRequest) -> Page[Environment]:
    """Return a page of the project's environments."""
    page = environments.list_page(ctx, project_id, request)
    if page.found_nothing:
        projects.get_state(ctx, project_id)
    return page


@idempotent
@retry_on_conflict
def replace_environment(
    ctx: RequestContext, project_id: str, name: str, body: ReplacedEnvironment, *, allow_shared_secret: bool
) -> Environment:
    """Replace the settings of an environment. Setting and lifting `protected` needs the scope for it.

    If it becomes a protected one that inherits defaults, this is refused, unless `allow_shared_secret`.
    """
    body.require_unchanged(project_id=project_id, name=name)
    current = read_snapshot(ctx, project_id, environment=name).require_environment()
    environment = current.model_copy(update={**body.fields_of(EnvironmentBody), **ctx.stamp(current)})
    require_write(ctx, current, Scope.PROJECTS_ADMIN)
    require_write(ctx, environment, Scope.PROJECTS_ADMIN)
    ctx.preconditions.require(current)
    guard_inheritance(environment, current, allow_shared=allow_shared_secret)
    environments.replace(ctx, environment, current)
    return environment


@idempotent_delete
def delete_environment(ctx: RequestContext, project_id: str, name: str, *, cascade: bool) -> None:
    """Delete an environment; with `cascade`, together with its overrides, all or nothing.

    Raises EnvironmentInUse with the overrides or, with `cascade`, CascadeTooLarge if they are too many for one step.
    """
    environment = read_snapshot(ctx, project_id, environment=name).require_environment()
    require_write(ctx, environment, Scope.PROJECTS_ADMIN)
    ctx.preconditions.require(environment)
    stored = [*overrides.list_stored(ctx, project_id, name)] if environment.override_count else []
    found = [override for one in stored if (override := one.as_of(ctx.present)) is not None]
    if found and not (cascade and count_deletions(found) <= CASCADE_MAX):
        raise _in_use(environment, found, cascade=cascade)
    overrides.purge(ctx, [override for override in stored if override.as_of(ctx.present) is None])
    environments.delete(ctx, environment, found)


def _in_use(environment: Environment, found: Sequence[Override], *, cascade: bool) -> InUse:
    dependents = [
        Dependent("override", environment_name=environment.name, connection_name=override.name)
        for override in found[:CASCADE_MAX]
    ]
    if cascade:
        return CascadeTooLarge(too_many("environment", found, CASCADE_MAX), dependents, len(found))
    return EnvironmentInUse(None, dependents, len(found))
