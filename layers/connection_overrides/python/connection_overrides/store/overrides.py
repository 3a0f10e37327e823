"""Overrides in the table."""

from collections.abc import Collection, Iterator

from connection_overrides.context import RequestContext
from connection_overrides.domain.filters import ConnectionFilter
from connection_overrides.domain.models import Connection, Environment, Override
from connection_overrides.errors import OverrideAlreadyExists
from connection_overrides.store import database, keys
from connection_overrides.store.environments import count_overrides, is_protected_as
from connection_overrides.store.items import from_row
from connection_overrides.store.pagination import ALL, Page, PageRequest, candidate_rows, fill_page
from connection_overrides.store.secret_usage import NewUses, record_uses
from connection_overrides.store.transaction import Condition, Transaction, is_unchanged


def get(ctx: RequestContext, project_id: str, environment_name: str, connection_name: str) -> Override | None:
    """Return the override, or None."""
    collection = keys.overrides(ctx.caller.account, project_id, environment_name)
    row = database.get(ctx, collection.key_of(connection_name))
    return None if row is None else from_row(Override, row)


def list_page(
    ctx: RequestContext, project_id: str, environment_name: str, request: PageRequest, filters: ConnectionFilter
) -> Page[Override]:
    """Return a page of the environment's overrides that match."""
    collection = keys.overrides(ctx.caller.account, project_id, environment_name)
    rows = candidate_rows(ctx, collection, request, filters)
    return fill_page(
        request, (from_row(Override, row) for row in rows), lambda override: override.name, filters.matches
    )


def list_all(ctx: RequestContext, project_id: str, environment_name: str) -> Iterator[Override]:
    """Yield every override of the environment."""
    collection = keys.overrides(ctx.caller.account, project_id, environment_name)
    return (from_row(Override, row) for row in candidate_rows(ctx, collection, ALL))


def insert(
    ctx: RequestContext, override: Override, environment: Environment, connection: Connection, uses: NewUses
) -> None:
    """Store a new override and count it, if its parents and the usage of its secrets are as they were read.

    Raises OverrideAlreadyExists, or Conflict if something else has changed.
    """
    tx = Transaction(ctx)
    tx.create(override, failure=OverrideAlreadyExists(override))
    count_overrides(tx, environment, 1)
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
