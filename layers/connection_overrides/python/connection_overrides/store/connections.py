"""Connections in the table."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from connection_overrides.context import RequestContext
from connection_overrides.domain.filters import ConnectionFilter
from connection_overrides.domain.models import Connection, Environment, Override, ProjectState
from connection_overrides.errors import Conflict, ConnectionAlreadyExists
from connection_overrides.store import database, keys, projects
from connection_overrides.store.environments import count_overrides
from connection_overrides.store.items import Row, from_row
from connection_overrides.store.keys import Key
from connection_overrides.store.pagination import ALL, Page, PageRequest, candidate_rows, fill_page
from connection_overrides.store.secret_usage import NewUses, Protection, check_protection, record_uses
from connection_overrides.store.snapshot import read_overrides
from connection_overrides.store.transaction import (
    TRANSACTION_MAX,
    Condition,
    Transaction,
    is_unchanged,
)

CONNECTIONS_MAX: Final = 5_000
"""Connections of a project: whoever reads all of them, as the guard of shared secrets may have to, finishes."""

# An override is created after the connection was found to have none: it would be orphaned, or be of another type.
_HAS_NO_OVERRIDE: Final = Condition("attribute_not_exists(#pk)")


class DependentOverrides(Exception):
    """Overrides of the connection prevent the write; `overrides` are all of them."""

    def __init__(self, overrides: Sequence[Override]) -> None:
        super().__init__()
        self.overrides = overrides


def cascade_max(environment_count: int) -> int:
    """Return how many overrides one transaction can delete with a connection of a project of that many environments.

    They are counted as `count_deletions` does. Each takes three actions, its own, its entry in the history and its
    environment's counter; every other environment takes one, the check that it has no such override. Six more are the
    connection's, its entry in the history, the project's counters and its change, the check of how environments are
    protected, and a stored result.
    """
    return (TRANSACTION_MAX - 6 - environment_count) // 2


def get(ctx: RequestContext, project_id: str, name: str) -> Connection | None:
    """Return the connection, or None."""
    row = database.get(ctx, keys.connections(ctx.caller.account, project_id).key_of(name))
    return None if row is None else from_row(Connection, row)


def list_page(
    ctx: RequestContext, project_id: str, request: PageRequest, filters: ConnectionFilter
) -> Page[Connection]:
    """Return a page of the project's connections that match."""
    found = candidates(ctx, project_id, request, filters)
    return fill_page(request, found, lambda connection: connection.name, filters.matches)


def candidates(
    ctx: RequestContext, project_id: str, request: PageRequest = ALL, filters: ConnectionFilter | None = None
) -> Iterator[Connection]:
    """Yield the connections that may be on the page or after it: only the filter by name is applied."""
    collection = keys.connections(ctx.caller.account, project_id)
    return (from_row(Connection, row) for row in candidate_rows(ctx, collection, request, filters))


def insert(ctx: RequestContext, connection: Connection, uses: NewUses) -> None:
    """Store a new connection and count it.

    Raises ConnectionAlreadyExists, ProjectNotFound, QuotaExceeded, or Conflict if the usage of its secrets has changed.
    """
    tx = Transaction(ctx)
    tx.create(connection, failure=ConnectionAlreadyExists(connection))
    tx.increment(
        keys.project_state(ctx.caller.account, connection.project_id),
        {"connectionCount": 1},
        projects.has_room_for("connectionCount", CONNECTIONS_MAX),
        failure=projects.no_room_for(CONNECTIONS_MAX, "connections"),
    )
    record_uses(tx, ctx, connection.project_id, uses)
    tx.commit(connection)


def replace(ctx: RequestContext, connection: Connection, current: Connection, uses: NewUses) -> None:
    """Store the connection in place of the current one, which has the same auth type. Raises Conflict if it changed."""
    tx = Transaction(ctx)
    tx.replace(connection, current)
    record_uses(tx, ctx, connection.project_id, uses)
    tx.commit(connection)


def replace_auth_type(
    ctx: RequestContext,
    connection: Connection,
    current: Connection,
    *,
    project: ProjectState,
    environments: Collection[Environment],
    uses: NewUses,
) -> None:
    """Store the connection in place of one with another auth type, if none of the environments overrides it.

    `environments` must be all that the project had when `project` was read, or later. Raises DependentOverrides, or
    Conflict if something else has changed.
    """
    tx = Transaction(ctx)
    tx.replace(connection, current)
    state_key = keys.project_state(ctx.caller.account, current.project_id)
    tx.check(state_key, _has_same_environments(project))
    for environment in environments:
        tx.check(_override_key(ctx, current, environment), _HAS_NO_OVERRIDE, failure=_dependent_overrides)
    _preview_dependents(ctx, current, environments)
    record_uses(tx, ctx, connection.project_id, uses)
    tx.commit(connection)


def delete(
    ctx: RequestContext,
    connection: Connection,
    *,
    project: ProjectState,
    environments: Collection[Environment],
    cascade: Mapping[str, Override],
    protection: Protection | None,
) -> None:
    """Delete the connection with exactly the overrides of `cascade`, by the names of their environments.

    `environments` must be all that the project had when `project` was read, or later; `protection` is what the caller's
    scopes were checked against, None if that does not matter. Raises DependentOverrides, or Conflict if something else
    has changed.
    """
    tx = Transaction(ctx)
    tx.delete(connection, is_unchanged(connection))
    state_key = keys.project_state(ctx.caller.account, connection.project_id)
    tx.increment(state_key, {"connectionCount": -1}, _has_same_environments(project))
    for environment in environments:
        if environment.name in cascade:
            count_overrides(tx, environment, -1)
            tx.delete(cascade[environment.name], is_unchanged(cascade[environment.name]))
        else:
            tx.check(_override_key(ctx, connection, environment), _HAS_NO_OVERRIDE, failure=_dependent_overrides)
    check_protection(tx, ctx, connection.project_id, protection)
    _preview_dependents(ctx, connection, [one for one in environments if one.name not in cascade])
    tx.commit()


def _preview_dependents(ctx: RequestContext, connection: Connection, environments: Iterable[Environment]) -> None:
    """Raise DependentOverrides for a request that is only to be validated: no transaction finds them."""
    if ctx.validate_only:
        places = [(environment.name, connection.name) for environment in environments]
        if found := read_overrides(ctx, connection.project_id, places) if places else {}:
            raise DependentOverrides([*found.values()])


def _dependent_overrides(rows: Sequence[Row | None]) -> Exception:
    found = [from_row(Override, row) for row in rows if row is not None]
    return DependentOverrides(found) if found else Conflict()


def _has_same_environments(project: ProjectState) -> Condition:
    # An environment is created after they were listed: an override in it would not be checked for.
    return Condition("#environmentRevision = :environments", {"environments": project.environment_revision})


def _override_key(ctx: RequestContext, connection: Connection, environment: Environment) -> Key:
    return keys.overrides(ctx.caller.account, connection.project_id, environment.name).key_of(connection.name)
