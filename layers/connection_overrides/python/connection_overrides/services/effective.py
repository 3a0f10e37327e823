"""Effective connections: what a pipeline in an environment must use, and why."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import batched, product
from typing import Final

from connection_overrides.context import RequestContext
from connection_overrides.domain.base import to_rfc3339
from connection_overrides.domain.filters import EffectiveFilter
from connection_overrides.domain.history import ConnectionEntry, EnvironmentEntry, OverrideEntry
from connection_overrides.domain.models import Connection, Environment, Override
from connection_overrides.domain.resolution import EffectiveConnection, Finding, resolve
from connection_overrides.errors import ConnectionNotConfigured, ConnectionNotFound, EnvironmentNotFound, InvalidRequest
from connection_overrides.store import connections, history, keys, projects
from connection_overrides.store.database import BATCH_MAX, CALL_BUDGET
from connection_overrides.store.pagination import Page, PageRequest, fill_page, in_batches, replace_results
from connection_overrides.store.snapshot import read_overrides, read_snapshot

READ_AT_ONCE: Final = 98
"""Overrides that one call returns beside their environment and the project."""

_REASONS: Final = {
    Finding.BLOCKED: "An override blocks the connection in this environment.",
    Finding.NO: "The connection has no override in this environment, which inherits no defaults.",
    Finding.ABSENT: "The connection has neither an override in this environment nor a default.",
}

type ConnectionInEnvironment = tuple[Environment, Connection, Override | None]
"""A connection and its override in an environment, None when it has none there."""


def get_effective_connection(
    ctx: RequestContext, project_id: str, environment_name: str, connection_name: str, *, explain: bool
) -> EffectiveConnection:
    """Return what the connection uses in the environment, read in one call.

    Raises ConnectionNotConfigured, with the trace of the decision if `explain`: a pipeline must fail clearly, never
    borrow another environment's secret.
    """
    snapshot = read_snapshot(
        ctx, project_id, environment=environment_name, connection=connection_name, overrides_of=[connection_name]
    )
    environment, connection = snapshot.require_environment(), snapshot.require_connection()
    explain_at = ctx.now if explain else None
    return _effective(environment, connection, snapshot.overrides.get(connection_name), explain_at)


def get_effective_connection_at(
    ctx: RequestContext,
    project_id: str,
    environment_name: str,
    connection_name: str,
    moment: datetime,
    *,
    explain: bool,
) -> EffectiveConnection:
    """Return what the connection used in the environment at that moment, from the history, in one query for each item.

    Raises InvalidRequest for a moment that is not in the time for which history is kept, and the errors that
    `get_effective_connection` would have raised then.
    """
    earliest = ctx.now - ctx.retention
    if not earliest <= moment <= ctx.now:
        message = f"must be between {to_rfc3339(earliest)}, since when history is kept, and now"
        raise InvalidRequest.of(("query", "at"), "moment_range", message)
    try:
        environment, connection, override = _read_states(ctx, project_id, environment_name, connection_name, moment)
    except history.StateUnknownError:
        message = "must be later: the history of that time was kept for fewer days than now"
        raise InvalidRequest.of(("query", "at"), "moment_range", message) from None
    if environment is None or connection is None:
        projects.get_state(ctx, project_id)
        raise EnvironmentNotFound if environment is None else ConnectionNotFound
    return _effective(environment, connection, override, moment if explain else None)


def _read_states(
    ctx: RequestContext, project_id: str, environment_name: str, connection_name: str, moment: datetime
) -> tuple[Environment | None, Connection | None, Override | None]:
    account = ctx.caller.account
    environment = keys.environments(account, project_id).key_of(environment_name)
    connection = keys.connections(account, project_id).key_of(connection_name)
    override = keys.overrides(account, project_id, environment_name).key_of(connection_name)
    return (
        history.read_state(ctx, EnvironmentEntry, Environment, environment, moment),
        history.read_state(ctx, ConnectionEntry, Connection, connection, moment),
        history.read_state(ctx, OverrideEntry, Override, override, moment),
    )


def _effective(
    environment: Environment, connection: Connection, override: Override | None, explain_at: datetime | None
) -> EffectiveConnection:
    resolution = resolve(environment, connection, override)
    if resolution.item is None:
        trace = [] if explain_at is None else resolution.trace(explain_at)
        steps = [step.model_dump(mode="json", by_alias=True) for step in trace]
        raise ConnectionNotConfigured(_REASONS[resolution.steps[-1][1]], steps)
    return EffectiveConnection.of(environment, connection, resolution, explain_at=explain_at)


def list_effective_connections(
    ctx: RequestContext, project_id: str, environment_name: str, request: PageRequest, filters: EffectiveFilter
) -> Page[EffectiveConnection]:
    """Return a page of what connections use in the environment, those without a source included."""

    def resolved(found: Iterable[Connection]) -> Iterator[EffectiveConnection]:
        for environment, connection, override in in_environment(ctx, project_id, environment_name, found):
            yield EffectiveConnection.of(environment, connection, resolve(environment, connection, override))

    searching = reserving_a_call(ctx)
    if filters.source is None:
        page = connections.list_page(searching, project_id, request, filters)
        found = replace_results(page, resolved(page.results), _name_of)
        environment_was_read = bool(page.results)
    else:
        wanted = filters.source
        every = PageRequest(READ_AT_ONCE, request.after)
        candidates = resolved(connections.candidates(searching, project_id, every, filters))
        found = fill_page(request, candidates, _name_of, lambda one: filters.matches(one) and one.source in wanted)
        environment_was_read = not found.found_nothing
    if not environment_was_read:
        read_snapshot(ctx, project_id, environment=environment_name).require_environment()
    return found


def reserving_a_call(ctx: RequestContext) -> RequestContext:
    """Return the request with less time left: one more call must fit in, for the overrides of what is found."""
    return replace(ctx, time_left=lambda: ctx.time_left() - CALL_BUDGET)


def in_environment(
    ctx: RequestContext, project_id: str, environment_name: str, found: Iterable[Connection]
) -> Iterator[ConnectionInEnvironment]:
    """Yield the connections as they are in the environment, or raise ProjectNotFound or EnvironmentNotFound."""
    for batch in in_batches(found, READ_AT_ONCE):
        names = [connection.name for connection in batch]
        snapshot = read_snapshot(ctx, project_id, environment=environment_name, overrides_of=names)
        environment = snapshot.require_environment()
        for connection in batch:
            yield environment, connection, snapshot.overrides.get(connection.name)


def in_environments(
    ctx: RequestContext, project_id: str, environments: Iterable[Environment], found: Iterable[Connection]
) -> Iterator[ConnectionInEnvironment]:
    """Yield every connection as it is in every environment, one connection after the other; 100 pairs take one call."""
    for batch in batched(product(found, environments), BATCH_MAX, strict=False):
        places = [(environment.name, connection.name) for connection, environment in batch]
        overrides = read_overrides(ctx, project_id, places)
        for place, (connection, environment) in zip(places, batch, strict=True):
            yield environment, connection, overrides.get(place)


def _name_of(effective: EffectiveConnection) -> str:
    return effective.name
