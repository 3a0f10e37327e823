"""Overrides in the table."""

from collections import Counter
from collections.abc import Collection, Iterator
from itertools import batched
from typing import Final

from connection_overrides.context import RequestContext
from connection_overrides.domain.filters import ConnectionFilter
from connection_overrides.domain.models import Connection, Environment, Override
from connection_overrides.errors import OverrideAlreadyExists
from connection_overrides.store import database, keys
from connection_overrides.store.environments import OVERRIDE_COUNT, count_overrides, is_protected_as
from connection_overrides.store.items import from_row
from connection_overrides.store.pagination import ALL, Page, PageRequest, candidate_rows, fill_page
from connection_overrides.store.secret_usage import NewUses, record_uses
from connection_overrides.store.transaction import EXISTS, TRANSACTION_MAX, Condition, Transaction, is_unchanged

DELETED_AT_ONCE: Final = (TRANSACTION_MAX - 3) // 2
"""Overrides that one transaction can delete, as `count_deletions` counts them.

The other three actions are their environment's counter, the project's change, and a stored result.
"""

_PURGED_AT_ONCE: Final = TRANSACTION_MAX // 2


def get(ctx: RequestContext, project_id: str, environment_name: str, connection_name: str) -> Override | None:
    """Return the override, or None."""
    collection = keys.overrides(ctx.caller.account, project_id, environment_name)
    row = database.get(ctx, collection.key_of(connection_name))
    return None if row is None else from_row(Override, row).as_of(ctx.present)


def list_page(
    ctx: RequestContext, project_id: str, environment_name: str, request: PageRequest, filters: ConnectionFilter
) -> Page[Override]:
    """Return a page of the environment's overrides that match."""
    collection = keys.overrides(ctx.caller.account, project_id, environment_name)
    stored = (from_row(Override, row) for row in candidate_rows(ctx, collection, request, filters))
    page = fill_page(
        request,
        stored,
        lambda override: override.name,
        lambda override: override.as_of(ctx.present) is not None and filters.matches(override),
    )
    return page._replace(results=tuple(filter(None, (override.as_of(ctx.present) for override in page.results))))


def list_all(ctx: RequestContext, project_id: str, environment_name: str) -> Iterator[Override]:
    """Yield every override of the environment."""
    stored = list_stored(ctx, project_id, environment_name)
    return filter(None, (override.as_of(ctx.present) for override in stored))


def list_stored(ctx: RequestContext, project_id: str, environment_name: str) -> Iterator[Override]:
    """Yield every override of the environment as it was written, those that have expired since included."""
    collection = keys.overrides(ctx.caller.account, project_id, environment_name)
    return (from_row(Override, row) for row in candidate_rows(ctx, collection, ALL))


def insert(  # noqa: PLR0917 - all that the write depends on
    ctx: RequestContext,
    override: Override,
    environment: Environment,
    connection: Connection,
    uses: NewUses,
    expired: Override | None,
) -> None:
    """Store a new override and count it, if its parents and the usage of its secrets are as they were read.

    `expired` is the one that it takes the place of, which is still stored and counted. Raises OverrideAlreadyExists, or
    Conflict if something else has changed.
    """
    tx = Transaction(ctx)
    if expired is None:
        tx.create(override, failure=OverrideAlreadyExists(override))
        count_overrides(tx, environment, 1)
    else:
        tx.create_over(override, expired)
        tx.check(environment, is_protected_as(environment))
    tx.check(connection, _has_type_of(override))
    record_uses(tx, ctx, override.project_id, uses)
    tx.commit(override)


def replace(
    ctx: RequestContext, override: Override, current: Override, environment: Environment, uses: NewUses
) -> None:
    """Store the override in place of the current one. Raises Conflict if what it depends on has changed.

    The connection needs no check: while an override exists it can neither be deleted nor get another type.
    """
    tx = Transaction(ctx)
    tx.replace(override, current)
    tx.check(environment, is_protected_as(environment))
    record_uses(tx, ctx, override.project_id, uses)
    tx.commit(override)


def delete(ctx: RequestContext, environment: Environment, overrides: Collection[Override]) -> None:
    """Delete all these overrides of an environment, or none. Raises Conflict if one has changed."""
    tx = Transaction(ctx)
    if overrides:
        count_overrides(tx, environment, -len(overrides))
    for override in overrides:
        tx.delete(override, is_unchanged(override))
    tx.commit()


def count_deletions(overrides: Collection[Override]) -> int:
    """Return how many deletions these count as: one that has yet to expire is two, since that is recorded ahead."""
    return len(overrides) + sum(override.expires_at is not None for override in overrides)


def purge(ctx: RequestContext, expired: Collection[Override]) -> None:
    """Delete the rows of overrides that have expired, all of one project. No client can tell.

    Raises Conflict if another request has done so, or has created one of them again.
    """
    for batch in batched(expired, _PURGED_AT_ONCE, strict=False):
        tx = Transaction(ctx)
        for name, number in Counter(override.environment_name for override in batch).items():
            environment = keys.environments(ctx.caller.account, batch[0].project_id).key_of(name)
            tx.increment(environment, {OVERRIDE_COUNT: -number}, EXISTS)
        for override in batch:
            tx.delete_row(keys.key_of(ctx.caller.account, override), is_unchanged(override))
        tx.commit_unrecorded()


def _has_type_of(override: Override) -> Condition:
    # The connection is deleted, or created again with another type, after the body was validated against it.
    return Condition(
        "attribute_exists(#pk) AND #platformConnectionType = :type AND #authProvider = :provider AND #authType = :auth",
        {
            "type": str(override.platform_connection_type),
            "provider": override.auth_provider,
            "auth": str(override.auth_type),
        },
    )
