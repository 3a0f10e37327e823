"""Environments in the table."""

from collections.abc import Collection
from typing import Final

from connection_overrides.context import RequestContext
from connection_overrides.domain.models import Environment, Override
from connection_overrides.errors import EnvironmentAlreadyExists
from connection_overrides.store import database, keys, projects
from connection_overrides.store.items import from_row
from connection_overrides.store.pagination import Page, PageRequest, candidate_rows, fill_page
from connection_overrides.store.secret_usage import record_protection
from connection_overrides.store.transaction import (
    EXISTS,
    TRANSACTION_MAX,
    Condition,
    Transaction,
    is_unchanged,
)

ENVIRONMENTS_MAX: Final = 90
"""Environments of a project: one transaction of 100 actions can speak of all of them and a few items more."""

CASCADE_MAX: Final = (TRANSACTION_MAX - 6) // 2
"""Overrides that one transaction can delete with their environment, as `count_deletions` counts them.

Each takes two actions, its own and its entry in the history, and so does the environment; four more are those of its
entries in two other rows, the project's change, and a stored result.
"""

OVERRIDE_COUNT: Final = "overrideCount"
"""The attribute that counts stored overrides, those that have expired included."""


def get(ctx: RequestContext, project_id: str, name: str) -> Environment | None:
    """Return the environment, or None."""
    row = database.get(ctx, keys.environments(ctx.caller.account, project_id).key_of(name))
    return None if row is None else from_row(Environment, row)


def list_page(ctx: RequestContext, project_id: str, request: PageRequest) -> Page[Environment]:
    """Return a page of the project's environments."""
    rows = candidate_rows(ctx, keys.environments(ctx.caller.account, project_id), request)
    return fill_page(request, (from_row(Environment, row) for row in rows), lambda environment: environment.name)


def list_all(ctx: RequestContext, project_id: str) -> tuple[Environment, ...]:
    """Return every environment of the project; there are at most 90."""
    rows = database.query(ctx, keys.environments(ctx.caller.account, project_id), None, ENVIRONMENTS_MAX + 1)
    return tuple(from_row(Environment, row) for row in rows)


def insert(ctx: RequestContext, environment: Environment) -> None:
    """Store a new environment and count it.

    Raises EnvironmentAlreadyExists, ProjectNotFound or QuotaExceeded.
    """
    tx = Transaction(ctx)
    tx.create(environment, failure=EnvironmentAlreadyExists(environment))
    tx.increment(
        keys.project_state(ctx.caller.account, environment.project_id),
        {"environmentCount": 1, "environmentRevision": 1},
        projects.has_room_for("environmentCount", ENVIRONMENTS_MAX),
        failure=projects.no_room_for(ENVIRONMENTS_MAX, "environments"),
    )
    if environment.protected:
        record_protection(tx, ctx, environment)
    tx.commit(environment)


def replace(ctx: RequestContext, environment: Environment, current: Environment) -> None:
    """Store the environment in place of the current one, whose counter goes on. Raises Conflict if that has changed."""
    tx = Transaction(ctx)
    tx.update(environment, current, kept=(OVERRIDE_COUNT, "lastDeletion"))
    if (environment.protected, environment.shares_defaults) != (current.protected, current.shares_defaults):
        record_protection(tx, ctx, environment)
    tx.commit(environment)


def delete(ctx: RequestContext, environment: Environment, overrides: Collection[Override]) -> None:
    """Delete the environment with exactly these overrides. Raises Conflict if it or they have changed."""
    project_id = environment.project_id
    tx = Transaction(ctx)
    tx.delete(environment, _holds_only(environment, len(overrides)))
    tx.increment(keys.project_state(ctx.caller.account, project_id), {"environmentCount": -1}, EXISTS)
    if environment.protected:
        record_protection(tx, ctx, environment, exists=False)
    for override in overrides:
        tx.delete(override, is_unchanged(override))
    tx.commit()


def count_overrides(tx: Transaction, environment: Environment, difference: int) -> None:
    """Add the action that counts overrides of the environment, if it still needs the scopes that it did when read."""
    tx.increment(environment, {OVERRIDE_COUNT: difference}, is_protected_as(environment))


def is_protected_as(environment: Environment) -> Condition:
    """Return the condition that the environment exists and still needs the scopes that it did when it was read."""
    # The environment is deleted, or becomes protected, after the caller's scopes were checked.
    return Condition("attribute_exists(#pk) AND #protected = :protected", {"protected": environment.protected})


def _holds_only(environment: Environment, override_count: int) -> Condition:
    # The environment is changed, or an override is created or deleted in it, after they were read: none is orphaned.
    return Condition(
        "#writeId = :readWriteId AND #overrideCount = :overrides",
        {"readWriteId": environment.write_id, "overrides": override_count},
    )
