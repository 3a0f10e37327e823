"""Projects in the table: one row for the project itself, one for its counters."""

import contextlib
from collections.abc import Sequence
from dataclasses import replace as replace_fields
from itertools import batched
from typing import Final

from connection_overrides.context import RequestContext
from connection_overrides.domain.models import Project, ProjectState
from connection_overrides.errors import Conflict, InternalError, Problem, ProjectNotFound, QuotaExceeded
from connection_overrides.store import database, keys
from connection_overrides.store.items import Row, from_row, to_row
from connection_overrides.store.keys import Key
from connection_overrides.store.pagination import Page, PageRequest, candidate_rows, fill_page
from connection_overrides.store.transaction import (
    EXISTS,
    IS_NEW,
    TRANSACTION_MAX,
    Condition,
    Failure,
    Transaction,
    is_unchanged,
)

_EMPTY: Final = ProjectState.model_construct(environment_count=0, connection_count=0, environment_revision=0)

# An environment or a connection is created after the project was found empty: it would be orphaned.
_IS_EMPTY: Final = Condition("#environmentCount = :none AND #connectionCount = :none", {"none": 0})


def get(ctx: RequestContext, project_id: str) -> Project:
    """Return the project, or raise ProjectNotFound. Another account's project is not found either."""
    row = database.get(ctx, keys.projects(ctx.caller.account).key_of(project_id))
    if row is None:
        raise ProjectNotFound
    return from_row(Project, row)


def get_with_state(ctx: RequestContext, project_id: str) -> tuple[Project, ProjectState]:
    """Return the project and its counters, in one consistent read, or raise ProjectNotFound."""
    project_key = keys.projects(ctx.caller.account).key_of(project_id)
    state_key = keys.project_state(ctx.caller.account, project_id)
    rows = database.get_many(ctx, [project_key, state_key])
    if not {project_key, state_key} <= rows.keys():
        raise ProjectNotFound
    return from_row(Project, rows[project_key]), from_row(ProjectState, rows[state_key])


def get_state(ctx: RequestContext, project_id: str) -> ProjectState:
    """Return the project's counters, or raise ProjectNotFound."""
    row = database.get(ctx, keys.project_state(ctx.caller.account, project_id))
    if row is None:
        raise ProjectNotFound
    return from_row(ProjectState, row)


def list_page(ctx: RequestContext, request: PageRequest) -> Page[Project]:
    """Return a page of the account's projects, in the order of their ids."""
    rows = candidate_rows(ctx, keys.projects(ctx.caller.account), request)
    return fill_page(request, (from_row(Project, row) for row in rows), lambda project: project.project_id)


def insert(ctx: RequestContext, project: Project) -> None:
    """Store a project, whose id is new, and its counters."""
    taken = InternalError("a new project id is already taken")
    tx = Transaction(ctx)
    tx.create(project, failure=taken)
    tx.put_row(keys.project_state(ctx.caller.account, project.project_id), to_row(_EMPTY), IS_NEW, failure=taken)
    tx.commit(project)


def replace(ctx: RequestContext, project: Project, current: Project) -> None:
    """Store the project in place of the current one. Raises Conflict if that is no longer the current one."""
    tx = Transaction(ctx)
    tx.replace(project, current)
    tx.commit(project)


def delete(ctx: RequestContext, project: Project) -> None:
    """Delete a project. Raises Conflict if it has changed, or is not empty."""
    account, project_id = ctx.caller.account, project.project_id
    tx = Transaction(ctx)
    tx.delete_row(keys.key_of(account, project), is_unchanged(project))
    tx.delete_row(keys.project_state(account, project_id), _IS_EMPTY)
    tx.delete_row(keys.protected_environments(account, project_id))
    tx.commit()
    # Nothing can use a secret there any more. If this fails, rows remain that nothing reads.
    with contextlib.suppress(Conflict, Problem):
        _delete_usages(replace_fields(ctx, idempotency_key=None), project_id)


def has_room_for(counter: str, maximum: int) -> Condition:
    """Return the condition that the project exists and holds fewer than `maximum`."""
    # The project is deleted, or another request takes the last place, after the request was validated.
    return Condition(f"attribute_exists(#pk) AND #{counter} < :maximum", {"maximum": maximum})


def no_room_for(maximum: int, noun: str) -> Failure:
    """Return what it means if `has_room_for` fails."""

    def failure(rows: Sequence[Row | None]) -> Problem:
        return ProjectNotFound() if rows == [None] else quota_exceeded(maximum, noun)

    return failure


def quota_exceeded(maximum: int, noun: str) -> QuotaExceeded:
    """Return the refusal of one more than `maximum`."""
    return QuotaExceeded(f"A project holds at most {maximum:,} {noun}.")


def _delete_usages(ctx: RequestContext, project_id: str) -> None:
    rows = database.query(ctx, keys.secret_usages(ctx.caller.account, project_id), None, TRANSACTION_MAX)
    for batch in batched(rows, TRANSACTION_MAX, strict=False):
        tx = Transaction(ctx)
        for row in batch:
            tx.delete_row(Key(row["pk"], row["sk"]), EXISTS)
        tx.commit()
