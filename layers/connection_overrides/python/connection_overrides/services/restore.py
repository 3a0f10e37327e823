"""Restoring an item as a change left it: a new write, with all the checks that any other write has."""

from connection_overrides.context import RequestContext
from connection_overrides.domain.models import (
    Connection,
    ConnectionBody,
    Environment,
    EnvironmentBody,
    NewConnection,
    NewEnvironment,
    NewOverride,
    Override,
    OverrideBody,
)
from connection_overrides.domain.replacements import ReplacedConnection, ReplacedEnvironment, ReplacedOverride
from connection_overrides.errors import ConnectionNotFound, EnvironmentNotFound, NothingToRestore, OverrideNotFound
from connection_overrides.services import connections, environments, history, overrides


def restore_override(
    ctx: RequestContext,
    project_id: str,
    environment_name: str,
    connection_name: str,
    change_id: str,
    *,
    allow_shared_secret: bool,
) -> Override:
    """Replace an override with what it was after a change; create it if it was deleted since."""
    of = history.of_override(ctx, project_id, environment_name, connection_name)
    item = _required(history.get_entry(ctx, of, change_id).item)
    if item.as_of(ctx.present) is not item:
        raise NothingToRestore("The change left an override that has expired.")
    ctx.restores = True
    fields = item.fields_of(OverrideBody)
    try:
        return overrides.replace_override(
            ctx,
            project_id,
            environment_name,
            connection_name,
            ReplacedOverride.model_construct(**fields),
            may_create=False,
            allow_shared_secret=allow_shared_secret,
        )
    except OverrideNotFound:
        ctx.preconditions.require(None)
        body = NewOverride.model_construct(**fields, environment_name=environment_name, connection_name=connection_name)
        return overrides.create_override(ctx, project_id, body, allow_shared_secret=allow_shared_secret)


def restore_connection(
    ctx: RequestContext, project_id: str, name: str, change_id: str, *, allow_shared_secret: bool
) -> Connection:
    """Replace a connection with what it was after a change; create it if it was deleted since."""
    item = _required(history.get_entry(ctx, history.of_connection(ctx, project_id, name), change_id).item)
    ctx.restores = True
    body = ReplacedConnection.model_construct(auth_type=item.auth_type, connection_details=item.connection_details)
    try:
        return connections.replace_connection(ctx, project_id, name, body, allow_shared_secret=allow_shared_secret)
    except ConnectionNotFound:
        ctx.preconditions.require(None)
        new = NewConnection.model_construct(**item.fields_of(ConnectionBody), name=name)
        return connections.create_connection(ctx, project_id, new, allow_shared_secret=allow_shared_secret)


def restore_environment(
    ctx: RequestContext, project_id: str, name: str, change_id: str, *, allow_shared_secret: bool
) -> Environment:
    """Replace the settings of an environment with what they were after a change; create it if it was deleted since."""
    item = _required(history.get_entry(ctx, history.of_environment(ctx, project_id, name), change_id).item)
    ctx.restores = True
    fields = item.fields_of(EnvironmentBody)
    try:
        return environments.replace_environment(
            ctx,
            project_id,
            name,
            ReplacedEnvironment.model_construct(**fields),
            allow_shared_secret=allow_shared_secret,
        )
    except EnvironmentNotFound:
        ctx.preconditions.require(None)
        new = NewEnvironment.model_construct(**fields, name=name)
        return environments.create_environment(ctx, project_id, new, allow_shared_secret=allow_shared_secret)


def _required[Item](item: Item | None) -> Item:
    if item is None:
        raise NothingToRestore
    return item
