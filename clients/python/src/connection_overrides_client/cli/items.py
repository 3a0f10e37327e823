"""`overrides projects`, `environments`, `connections` and `overrides`: list, get, create, set and delete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

import typer

from connection_overrides_client import operations
from connection_overrides_client.cli.exits import CommandError
from connection_overrides_client.cli.options import (
    AllowSharedSecret,
    Cascade,
    ConnectionName,
    Description,
    EnvironmentName,
    File,
    Key,
    Name,
    Preview,
    Reason,
    Secret,
    Vault,
    Yes,
    body_of,
    changed,
    deleted,
    referenced,
    reject_with_file,
    written,
)
from connection_overrides_client.cli.session import Session, project_id, session
from connection_overrides_client.cli.tables import details, table
from connection_overrides_client.cli.text import reference
from connection_overrides_client.operations import ListOperation, Operation

Protected = Annotated[
    bool | None, typer.Option("--protected/--unprotected", help="Whether writes need environments:protected.")
]
InheritDefaults = Annotated[
    bool | None,
    typer.Option("--inherit-defaults/--no-inherit-defaults", help="Whether connections use their default."),
]
DisplayName = Annotated[str | None, typer.Option(help="The name for people. An empty text removes it.")]
Blocked = Annotated[bool, typer.Option("--blocked", help="The connection has no secret in this environment.")]
ExpiresAt = Annotated[
    str | None,
    typer.Option(help="When the override ends by itself (RFC 3339). Empty: it does not.", metavar="MOMENT"),
]
ThenUse = Annotated[str | None, typer.Option(help="DEFAULT, BLOCKED or PREVIOUS: what follows --expires-at.")]

_READ_ONLY: Final = frozenset({
    "projectId", "createdBy", "createdDate", "updatedBy", "updatedDate", "revision", "environmentName", "name",
    "platformConnectionType", "authProvider",
})  # fmt: skip

_projects = typer.Typer(help="Projects.", no_args_is_help=True)
_environments = typer.Typer(help="The environments of a project.", no_args_is_help=True)
_connections = typer.Typer(help="The connections of a project, with their defaults.", no_args_is_help=True)
_overrides = typer.Typer(help="What replaces a connection's default in one environment.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the groups of commands."""
    app.add_typer(_projects, name="projects")
    app.add_typer(_environments, name="environments")
    app.add_typer(_connections, name="connections")
    app.add_typer(_overrides, name="overrides")


# What they have in common


def _list(current: Session, operation: ListOperation[Any], columns: Mapping[str, str]) -> None:
    """Show a list with these columns: titles by the names of members."""
    current.show_list(
        operation,
        lambda found: table(list(columns.values()), ([_shown(one, key) for key in columns] for one in found)),
    )


def _shown(item: Mapping[str, Any], member: str) -> object:
    value = item.get(member)
    if member in {"connectionDetails", "connectionOverrides"}:
        return "blocked" if item.get("blocked") else reference(value)
    return value


def _get(current: Session, operation: Operation[Any]) -> None:
    item = current.client.send(operation).document
    current.show(item, lambda: details(item))


def _read(current: Session, operation: Operation[Any]) -> tuple[dict[str, Any], str]:
    """Return the members of an item that clients set, and its version."""
    reply = current.client.send(operation)
    return {name: value for name, value in reply.document.items() if name not in _READ_ONLY}, reply.etag


# Projects


@_projects.command("list")
def _list_projects(context: typer.Context) -> None:
    """List the projects of the account."""
    _list(
        session(context),
        operations.list_projects(),
        {"projectId": "ID", "name": "NAME", "description": "DESCRIPTION"},
    )


@_projects.command("get")
def _get_project(context: typer.Context, name: Name) -> None:
    """Show a project, by name or id."""
    current = session(context)
    _get(current, operations.get_project(project_id(current.client, name)))


@_projects.command("create")
def _create_project(
    context: typer.Context,
    name: Name,
    *,
    description: Description = None,
    reason: Reason = None,
    preview: Preview = False,
) -> None:
    """Create a project."""
    body = changed({"name": name}, description=description)
    written(session(context), operations.create_project(body), reason=reason, preview=preview)


@_projects.command("set")
def _set_project(
    context: typer.Context,
    name: Name,
    *,
    new_name: Annotated[str | None, typer.Option("--name", help="Its new name.")] = None,
    description: Description = None,
    reason: Reason = None,
    preview: Preview = False,
) -> None:
    """Change a project. What is not given stays as it is."""
    current = session(context)
    project = project_id(current.client, name)
    reply = current.client.send(operations.get_project(project))
    before = {member: value for member, value in reply.document.items() if member in {"name", "description"}}
    body = changed(before, name=new_name, description=description)
    operation = operations.replace_project(project, body).if_match(reply.etag)
    written(current, operation, reason=reason, preview=preview)


@_projects.command("delete")
def _delete_project(
    context: typer.Context, name: Name, *, yes: Yes = False, reason: Reason = None, preview: Preview = False
) -> None:
    """Delete a project that is empty."""
    current = session(context)
    operation = operations.delete_project(project_id(current.client, name))
    deleted(current, operation, f"the project {name}", yes=yes, reason=reason, preview=preview)


# Environments


@_environments.command("list")
def _list_environments(context: typer.Context) -> None:
    """List the environments."""
    current = session(context)
    columns = {
        "name": "NAME",
        "protected": "PROTECTED",
        "inheritDefaults": "INHERITS DEFAULTS",
        "displayName": "DISPLAY NAME",
        "description": "DESCRIPTION",
    }
    _list(current, operations.list_environments(current.project), columns)


@_environments.command("get")
def _get_environment(context: typer.Context, name: Name) -> None:
    """Show an environment."""
    current = session(context)
    _get(current, operations.get_environment(current.project, name))


@_environments.command("create")
def _create_environment(
    context: typer.Context,
    name: Name,
    *,
    display_name: DisplayName = None,
    description: Description = None,
    protected: Protected = None,
    inherit_defaults: InheritDefaults = None,
    allow_shared_secret: AllowSharedSecret = False,
    reason: Reason = None,
    preview: Preview = False,
) -> None:
    """Create an environment. A protected one inherits no defaults unless told to."""
    current = session(context)
    body = changed(
        {"name": name},
        displayName=display_name,
        description=description,
        protected=protected,
        inheritDefaults=inherit_defaults,
    )
    operation = operations.create_environment(current.project, body, allow_shared_secret=allow_shared_secret)
    written(current, operation, reason=reason, preview=preview)


@_environments.command("set")
def _set_environment(
    context: typer.Context,
    name: Name,
    *,
    display_name: DisplayName = None,
    description: Description = None,
    protected: Protected = None,
    inherit_defaults: InheritDefaults = None,
    allow_shared_secret: AllowSharedSecret = False,
    reason: Reason = None,
    preview: Preview = False,
) -> None:
    """Change an environment. What is not given stays as it is."""
    current = session(context)
    before, etag = _read(current, operations.get_environment(current.project, name))
    body = changed(
        before,
        displayName=display_name,
        description=description,
        protected=protected,
        inheritDefaults=inherit_defaults,
    )
    operation = operations.replace_environment(current.project, name, body, allow_shared_secret=allow_shared_secret)
    written(current, operation.if_match(etag), reason=reason, preview=preview)


@_environments.command("delete")
def _delete_environment(
    context: typer.Context,
    name: Name,
    *,
    cascade: Cascade = False,
    yes: Yes = False,
    reason: Reason = None,
    preview: Preview = False,
) -> None:
    """Delete an environment."""
    current = session(context)
    operation = operations.delete_environment(current.project, name, cascade=cascade)
    deleted(current, operation, f"the environment {name}", yes=yes, reason=reason, preview=preview)


# Connections


@_connections.command("list")
def _list_connections(
    context: typer.Context,
    *,
    name: Annotated[list[str] | None, typer.Option(help="Only connections of this name; can be repeated.")] = None,
    kind: Annotated[list[str] | None, typer.Option("--type", help="Only connections of this type.")] = None,
    provider: Annotated[list[str] | None, typer.Option(help="Only connections of this provider.")] = None,
) -> None:
    """List the connections, with their defaults."""
    current = session(context)
    operation = operations.list_connections(
        current.project, connection_names=name, platform_connection_type=kind, auth_provider=provider
    )
    columns = {
        "name": "NAME",
        "platformConnectionType": "TYPE",
        "authProvider": "PROVIDER",
        "authType": "AUTH TYPE",
        "connectionDetails": "DEFAULT",
    }
    _list(current, operation, columns)


@_connections.command("get")
def _get_connection(context: typer.Context, name: Name) -> None:
    """Show a connection."""
    current = session(context)
    _get(current, operations.get_connection(current.project, name))


@_connections.command("create")
def _create_connection(
    context: typer.Context,
    name: Name,
    *,
    kind: Annotated[str | None, typer.Option("--type", show_default="COMPONENT_BASIC")] = None,
    provider: Annotated[str | None, typer.Option(show_default="NONE")] = None,
    auth_type: Annotated[str | None, typer.Option(show_default="GENERIC_SECRET")] = None,
    description: Description = None,
    secret: Secret = None,
    key: Key = None,
    vault: Vault = None,
    file: File = None,
    allow_shared_secret: AllowSharedSecret = False,
    reason: Reason = None,
    preview: Preview = False,
) -> None:
    """Create a connection. With --secret, that is its default."""
    current = session(context)
    reject_with_file(
        file, type=kind, provider=provider, auth_type=auth_type, description=description, secret=secret, key=key,
        vault=vault,
    )  # fmt: skip
    if file is not None:
        body = {**body_of(file), "name": name}
    else:
        kind = kind or "COMPONENT_BASIC"
        body = {
            "name": name,
            "platformConnectionType": kind,
            "authProvider": provider or "NONE",
            "authType": auth_type or "GENERIC_SECRET",
        }
        found = referenced(None, kind, secret=secret, key=key, vault=vault)
        if found is not None:
            body["connectionDetails"] = changed(found, description=description)
        elif description:
            raise CommandError("--description belongs to the default: it needs --secret.")
    operation = operations.create_connection(current.project, body, allow_shared_secret=allow_shared_secret)
    written(current, operation, reason=reason, preview=preview)


@_connections.command("set")
def _set_connection(
    context: typer.Context,
    name: Name,
    *,
    auth_type: Annotated[str | None, typer.Option(help="Cannot change while overrides exist.")] = None,
    description: Description = None,
    secret: Secret = None,
    key: Key = None,
    vault: Vault = None,
    file: File = None,
    allow_shared_secret: AllowSharedSecret = False,
    reason: Reason = None,
    preview: Preview = False,
) -> None:
    """Change a connection's default. What is not given stays as it is; --file replaces all of it."""
    current = session(context)
    reject_with_file(file, auth_type=auth_type, description=description, secret=secret, key=key, vault=vault)
    reply = current.client.send(operations.get_connection(current.project, name))
    before = reply.document
    if file is not None:
        body = body_of(file)
    else:
        kind = before["platformConnectionType"]
        found = referenced(before.get("connectionDetails"), kind, secret=secret, key=key, vault=vault)
        if found is None and description:
            raise CommandError("--description belongs to the default: it needs --secret.")
        body = changed({"authType": before["authType"]}, authType=auth_type)
        if found is not None:
            body["connectionDetails"] = changed(found, description=description)
    operation = operations.replace_connection(current.project, name, body, allow_shared_secret=allow_shared_secret)
    written(current, operation.if_match(reply.etag), reason=reason, preview=preview)


@_connections.command("delete")
def _delete_connection(
    context: typer.Context,
    name: Name,
    *,
    cascade: Cascade = False,
    yes: Yes = False,
    reason: Reason = None,
    preview: Preview = False,
) -> None:
    """Delete a connection."""
    current = session(context)
    operation = operations.delete_connection(current.project, name, cascade=cascade)
    deleted(current, operation, f"the connection {name}", yes=yes, reason=reason, preview=preview)


# Overrides


@_overrides.command("list")
def _list_overrides(
    context: typer.Context,
    environment: EnvironmentName,
    *,
    name: Annotated[list[str] | None, typer.Option(help="Only connections of this name; can be repeated.")] = None,
) -> None:
    """List the overrides of an environment."""
    current = session(context)
    columns = {
        "name": "CONNECTION",
        "connectionOverrides": "SECRET",
        "revision": "REVISION",
        "updatedBy": "BY",
        "updatedDate": "ON",
        "expiresAt": "EXPIRES",
    }
    _list(current, operations.list_overrides(current.project, environment, connection_names=name), columns)


@_overrides.command("get")
def _get_override(context: typer.Context, environment: EnvironmentName, connection: ConnectionName) -> None:
    """Show an override."""
    current = session(context)
    _get(current, operations.get_override(current.project, environment, connection))


@_overrides.command("create")
def _create_override(
    context: typer.Context,
    environment: EnvironmentName,
    connection: ConnectionName,
    *,
    secret: Secret = None,
    key: Key = None,
    vault: Vault = None,
    blocked: Blocked = False,
    expires_at: ExpiresAt = None,
    then_use: ThenUse = None,
    file: File = None,
    allow_shared_secret: AllowSharedSecret = False,
    reason: Reason = None,
    preview: Preview = False,
) -> None:
    """Create an override."""
    current = session(context)
    reject_with_file(
        file, secret=secret, key=key, vault=vault, blocked=blocked, expires_at=expires_at, then_use=then_use
    )
    if file is None and secret is None and not blocked:
        raise CommandError("An override needs --secret, --blocked or --file.")
    parent = current.client.send(operations.get_connection(current.project, connection)).document
    body = {
        "authType": parent["authType"],
        **(
            body_of(file)
            if file is not None
            else _override({}, parent["platformConnectionType"], secret, key, vault, blocked, expires_at, then_use)
        ),
        "environmentName": environment,
        "connectionName": connection,
    }
    operation = operations.create_override(current.project, body, allow_shared_secret=allow_shared_secret)
    written(current, operation, reason=reason, preview=preview)


@_overrides.command("set")
def _set_override(
    context: typer.Context,
    environment: EnvironmentName,
    connection: ConnectionName,
    *,
    secret: Secret = None,
    key: Key = None,
    vault: Vault = None,
    blocked: Blocked = False,
    expires_at: ExpiresAt = None,
    then_use: ThenUse = None,
    file: File = None,
    allow_shared_secret: AllowSharedSecret = False,
    reason: Reason = None,
    preview: Preview = False,
) -> None:
    """Change an override. What is not given stays as it is; --file replaces all of it."""
    current = session(context)
    reject_with_file(
        file, secret=secret, key=key, vault=vault, blocked=blocked, expires_at=expires_at, then_use=then_use
    )
    place = (current.project, environment, connection)
    reply = current.client.send(operations.get_override(*place))
    before = {name: value for name, value in reply.document.items() if name not in _READ_ONLY}
    kind = reply.document["platformConnectionType"]
    body = (
        {"authType": before["authType"], **body_of(file)}
        if file is not None
        else _override(before, kind, secret, key, vault, blocked, expires_at, then_use)
    )
    operation = operations.replace_override(*place, body, allow_shared_secret=allow_shared_secret)
    written(current, operation.if_match(reply.etag), reason=reason, preview=preview)


def _override(  # noqa: PLR0917 - the options of a command, in their order
    before: Mapping[str, Any],
    kind: str,
    secret: str | None,
    key: str | None,
    vault: str | None,
    blocked: bool,  # noqa: FBT001 - likewise
    expires_at: str | None,
    then_use: str | None,
) -> dict[str, Any]:
    """Return the members of an override with changes."""
    if blocked and not (secret is None and key is None and vault is None):
        raise CommandError("--blocked cannot be combined with --secret, --key or --vault.")
    body = changed(before, expiresAt=expires_at, thenUse="" if expires_at == "" else then_use)
    found = referenced(before.get("connectionOverrides"), kind, secret=secret, key=key, vault=vault)
    without = {name: value for name, value in body.items() if name not in {"blocked", "connectionOverrides"}}
    if blocked or found is None:
        return {**without, "blocked": True}
    return {**without, "connectionOverrides": found}


@_overrides.command("delete")
def _delete_override(
    context: typer.Context,
    environment: EnvironmentName,
    connection: ConnectionName,
    *,
    yes: Yes = False,
    reason: Reason = None,
    preview: Preview = False,
) -> None:
    """Delete an override: the environment uses the default again, if it inherits defaults."""
    current = session(context)
    operation = operations.delete_override(current.project, environment, connection)
    what = f"the override of {connection} in {environment}"
    deleted(current, operation, what, yes=yes, reason=reason, preview=preview)
