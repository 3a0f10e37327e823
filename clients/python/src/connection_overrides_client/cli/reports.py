"""`overrides matrix`, `secrets report`, `history`, `changes` and `restore`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from connection_overrides_client import operations
from connection_overrides_client.cli.exits import CommandError
from connection_overrides_client.cli.options import (
    AllowSharedSecret,
    ConnectionName,
    EnvironmentName,
    Preview,
    Reason,
    written,
)
from connection_overrides_client.cli.session import session
from connection_overrides_client.cli.tables import cell, table
from connection_overrides_client.cli.text import STYLES, reference
from connection_overrides_client.operations import ListOperation

_secrets = typer.Typer(help="The secrets that a project uses.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("matrix")(_matrix)
    app.add_typer(_secrets, name="secrets")
    app.command("history")(_history)
    app.command("changes")(_changes)
    app.command("restore")(_restore)


def _matrix(
    context: typer.Context,
    *,
    missing: Annotated[
        bool, typer.Option("--missing", help="Only connections that are not configured somewhere.")
    ] = False,
) -> None:
    """Show where each connection gets its secret from: OVERRIDE, DEFAULT, or NONE, which fails pipelines."""
    current = session(context)
    environments: list[str] = []
    rows: list[dict[str, Any]] = []
    for page in current.client.pages(operations.get_matrix(current.project, only_missing=missing)):
        # An environment may be created or deleted between two pages.
        environments += [name for name in page.document["environments"] if name not in environments]
        rows += page.document["results"]
    document = {"environments": environments, "results": rows}
    current.show(
        document,
        lambda: table(
            ("CONNECTION", *environments),
            ([row["name"], *(_source(row["cells"].get(name)) for name in environments)] for row in rows),
        ),
    )


def _source(source: str | None) -> object:
    return cell(source, STYLES.get(source or "", ""))


@_secrets.command("report")
def _report(
    context: typer.Context,
    *,
    shared: Annotated[bool, typer.Option("--shared", help="Only secrets that several environments use.")] = False,
) -> None:
    """List the secrets and who uses them. LEAKS: a protected environment and others use the same secret."""
    current = session(context)
    current.show_list(
        operations.list_secret_references(current.project, shared=shared),
        lambda found: table(
            ("SECRET", "VAULT", "SHARED", "LEAKS", "DEFAULT OF", "USED BY"),
            (
                (
                    one["secretName"],
                    one["vault"],
                    one["shared"],
                    cell(one["leaks"], "bold red" if one["leaks"] else ""),
                    _some(one["defaults"], one["defaultsTotal"]),
                    _some([f"{user['environmentName']}/{user['name']}" for user in one["usedBy"]], one["usedByTotal"]),
                )
                for one in found
            ),
        ),
    )


@_secrets.callback()
def _secrets_group() -> None:
    """Keep `report` a command of its group."""


def _some(names: list[str], total: int) -> str:
    more = f" and {total - len(names)} more" if total > len(names) else ""
    return ", ".join(names) + more


def _history(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[ENVIRONMENT CONNECTION]", help="The override.", show_default=False)
    ] = None,
    *,
    connection: Annotated[str | None, typer.Option(help="The default of this connection instead.")] = None,
    environment: Annotated[str | None, typer.Option(help="The settings of this environment instead.")] = None,
) -> None:
    """List the changes of an override, of a connection's default or of an environment, the newest first."""
    current = session(context)
    given = [one for one in (names or None, connection, environment) if one is not None]
    if len(given) != 1 or (names and len(names) != 2):  # noqa: PLR2004 - environment and connection
        raise CommandError("Give ENVIRONMENT CONNECTION, --connection NAME or --environment NAME.")
    operation: ListOperation[Any]
    if connection is not None:
        operation = operations.list_connection_history(current.project, connection)
    elif environment is not None:
        operation = operations.list_environment_history(current.project, environment)
    else:
        operation = operations.list_override_history(current.project, *names or ())
    current.show_list(
        operation,
        lambda found: table(
            ("CHANGE", "ON", "BY", "ACTION", "REVISION", "STATE", "REASON"),
            (
                (
                    one["changeId"],
                    one["changedDate"],
                    one["changedBy"],
                    _action(one),
                    one["revision"],
                    _state(one.get("item")),
                    one.get("reason"),
                )
                for one in found
            ),
        ),
    )


def _action(entry: Mapping[str, Any]) -> str:
    return f"{entry['action']} (expired)" if entry.get("expired") else str(entry["action"])


def _state(item: Mapping[str, Any] | None) -> str:
    """Return what an item says, on one line."""
    if not item:
        return ""
    if item.get("blocked"):
        return "blocked"
    found = item.get("connectionOverrides") or item.get("connectionDetails")
    if "protected" not in item:
        return reference(found)
    flags = (("protected", item["protected"]), ("inherits defaults", item["inheritDefaults"]))
    return ", ".join(name for name, is_set in flags if is_set)


def _changes(
    context: typer.Context,
    *,
    since: Annotated[str | None, typer.Option("--from", help="RFC 3339.", metavar="MOMENT")] = None,
    until: Annotated[str | None, typer.Option("--to", help="RFC 3339.", metavar="MOMENT")] = None,
    by: Annotated[str | None, typer.Option(help="The subject of the token that made the change.")] = None,
    environment: Annotated[str | None, typer.Option(help="Only changes in this environment.")] = None,
    connection: Annotated[str | None, typer.Option(help="Only changes of this connection.")] = None,
    action: Annotated[str | None, typer.Option(help="CREATED, REPLACED, BLOCKED, DELETED or RESTORED.")] = None,
) -> None:
    """List all changes of the project, the newest first."""
    current = session(context)
    operation = operations.list_changes(
        current.project,
        since=since,
        until=until,
        changed_by=by,
        environment_name=environment,
        connection_name=connection,
        action=action,
    )
    current.show_list(
        operation,
        lambda found: table(
            ("CHANGE", "ON", "BY", "WHAT", "REASON"),
            (
                (
                    change["changeId"],
                    change["changedDate"],
                    change["changedBy"],
                    "; ".join(_what(item) for item in change["items"]),
                    change.get("reason"),
                )
                for change in found
            ),
        ),
    )


def _what(item: Mapping[str, Any]) -> str:
    names = [item[key] for key in ("environmentName", "connectionName") if item.get(key)]
    return f"{item['action']} {item['kind']} {'/'.join(names)}"


def _restore(
    context: typer.Context,
    environment: EnvironmentName,
    connection: ConnectionName,
    change_id: Annotated[str, typer.Argument(metavar="CHANGE_ID", show_default=False)],
    *,
    allow_shared_secret: AllowSharedSecret = False,
    reason: Reason = None,
    preview: Preview = False,
) -> None:
    """Make an override what it was after a change of its history."""
    current = session(context)
    operation = operations.restore_override(
        current.project, environment, connection, change_id, allow_shared_secret=allow_shared_secret
    )
    written(current, operation, reason=reason, preview=preview)
