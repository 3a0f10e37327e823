"""What a change would do to effective connections, before it is made."""

from connection_overrides.context import RequestContext
from connection_overrides.domain.models import Connection, Environment, Override, Source
from connection_overrides.domain.reports import EnvironmentChange, Impact
from connection_overrides.domain.resolution import resolve
from connection_overrides.services.effective import READ_AT_ONCE, in_environment, in_environments, reserving_a_call
from connection_overrides.store import connections, environments
from connection_overrides.store.pagination import Page, PageRequest, fill_page
from connection_overrides.store.snapshot import read_snapshot


def list_environment_impact(
    ctx: RequestContext, project_id: str, environment_name: str, change: EnvironmentChange, request: PageRequest
) -> Page[Impact]:
    """Return a page of the connections that the change of their environment would affect, in name order."""
    every = PageRequest(READ_AT_ONCE, request.after)
    found = connections.candidates(reserving_a_call(ctx), project_id, every)
    pairs = in_environment(ctx, project_id, environment_name, found)
    impacts = (_impact(*pair, change) for pair in pairs)
    page = fill_page(request, impacts, lambda impact: impact.name, _changes_anything)
    if page.found_nothing:
        read_snapshot(ctx, project_id, environment=environment_name).require_environment()
    return page


def list_connection_impact(ctx: RequestContext, project_id: str, connection_name: str) -> list[Impact]:
    """Return the environments in which deleting the connection would remove its reference, in name order."""
    connection = read_snapshot(ctx, project_id, connection=connection_name).require_connection()
    pairs = in_environments(ctx, project_id, environments.list_all(ctx, project_id), [connection])
    return list(filter(_changes_anything, (_impact(*pair, EnvironmentChange.DELETE) for pair in pairs)))


def _impact(
    environment: Environment, connection: Connection, override: Override | None, change: EnvironmentChange
) -> Impact:
    after = Source.NONE
    if change is EnvironmentChange.INHERIT_DEFAULTS:
        changed = environment.model_copy(update={"inherit_defaults": not environment.inherit_defaults})
        after = resolve(changed, connection, override).source
    return Impact.model_construct(
        environment_name=environment.name,
        name=connection.name,
        before=resolve(environment, connection, override).source,
        after=after,
        leaks=environment.protected and after is Source.DEFAULT,
    )


def _changes_anything(impact: Impact) -> bool:
    return impact.before is not impact.after
