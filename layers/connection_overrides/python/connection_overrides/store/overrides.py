"""Overrides in the table."""

from collections.abc import Collection, Iterator

from connection_overrides.context import RequestContext
from connection_overrides.domain.filters import ConnectionFilter
from connection_overrides.domain.models import Connection, Environment, Override
from connection_overrides.errors import OverrideAlreadyExists
from connection_overrides.store import database, keys
from connection_overrides.store.environments import check_protection, count_overrides
from connection_overrides.store.items import from_row, to_row
from connection_overrides.store.keys import Key
from connection_overrides.store.pagination import ALL, Page, PageRequest, candidate_rows, fill_page
from connection_overrides.store.secret_usage import NewUses, record_uses
from connection_overrides.store.transaction import EXISTS, IS_NEW, Condition, Transaction, is_unchanged


def get(ctx: RequestContext, project_id: str, environment_name: str, connection_name: str) -> Override | None:
    """Return the override, or None."""
    row = database.get(ctx, keys.override(ctx.caller.account, project_id, environment_name, connection_name))
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
    tx.put(_key(ctx, override), to_row(override), IS_NEW, failure=OverrideAlreadyExists(override))
    count_overrides(tx, ctx, environment, 1)
    connection_key = keys.connection(ctx.caller.account, override.project_id, connection.name)
    tx.check(connection_key, _has_type_of(override))
    record_uses(tx, ctx, override.project_id, uses)
    tx.commit(override)


def replace(
    ctx: RequestContext, override: Override, current: Override, environment: Environment, uses: NewUses
) -> None:
    """Store the override in place of the current one. Raises Conflict if what it depends on has changed.

    The connection needs no check: while an override exists it can neither be deleted nor get another type.
    """
    tx = Transaction(ctx)
    tx.put(_key(ctx, override), to_row(override), is_unchanged(current))
    check_protection(tx, ctx, environment)
    record_uses(tx, ctx, override.project_id, uses)
    tx.commit(override)


def delete(
    ctx: RequestContext, environment: Environment, overrides: Collection[Override], *, only_unchanged: bool
) -> None:
    """Delete all these overrides of an environment, or none. Raises Conflict if one does not exist any more.

    With `only_unchanged` it also raises Conflict if one has changed.
    """
    tx = Transaction(ctx)
    if overrides:
        count_overrides(tx, ctx, environment, -len(overrides))
    for override in overrides:
        condition = is_unchanged(override) if only_unchanged else EXISTS
        tx.delete(_key(ctx, override), condition)
    tx.commit()


def _key(ctx: RequestContext, override: Override) -> Key:
    return keys.override(ctx.caller.account, override.project_id, override.environment_name, override.name)


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
