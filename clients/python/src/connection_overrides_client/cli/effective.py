"""`overrides effective`: which secret does a connection use? Pipelines wait for it, so it imports little."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from connection_overrides_client import operations
from connection_overrides_client.cli.exits import CommandError
from connection_overrides_client.cli.session import Session, session
from connection_overrides_client.cli.text import STYLES, printable, reference

if TYPE_CHECKING:
    from rich.table import Table

_QUESTIONS: Final = {
    "override": "Is there an override?",
    "inheritDefaults": "Does the environment inherit defaults?",
    "default": "Has the connection a default?",
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("effective")(effective)


def effective(
    context: typer.Context,
    environment: Annotated[str, typer.Argument(metavar="ENVIRONMENT", show_default=False)],
    connection: Annotated[str | None, typer.Argument(metavar="[CONNECTION]", show_default=False)] = None,
    *,
    explain: Annotated[bool, typer.Option("--explain", help="Show how it was decided.")] = False,
    at: Annotated[str | None, typer.Option(metavar="MOMENT", help="As of this moment (RFC 3339).")] = None,
) -> None:
    """Show which secret a connection uses in an environment, or list those of all connections."""
    current = session(context)
    if connection is None:
        if explain or at is not None:
            raise CommandError("--explain and --at need the name of a connection.")
        _show_all(current, environment)
        return
    operation = operations.get_effective_connection(current.project, environment, connection, explain=explain, at=at)
    found = current.client.send(operation).document
    if current.output == "table":
        # Without Rich, which would take longer to import than all the rest.
        sys.stdout.write("".join(_lines(found, has_colour=current.has_colour(sys.stdout))))
    else:
        current.show_document(found)


def _lines(found: dict[str, Any], *, has_colour: bool) -> Iterator[str]:
    source = found["source"]
    shown = typer.style(source, fg=STYLES.get(source), bold=True) if has_colour else source
    yield f"{printable(found['name'])} in {printable(found['environmentName'])}: {shown}\n"
    yield f"  secret    {printable(reference(found.get('reference')))}\n"
    yield f"  type      {found['platformConnectionType']}, {printable(found['authProvider'])}, {found['authType']}\n"
    yield f"  revision  {found['revision']} by {printable(found['updatedBy'])} on {found['updatedDate']}\n"
    if "expiresAt" in found:
        yield f"  expires   {found['expiresAt']}\n"
    for number, step in enumerate(found.get("trace", ()), 1):
        revision = f" (revision {step['revision']})" if "revision" in step else ""
        yield f"  {number}. {_QUESTIONS.get(step['question'], step['question'])} {step['finding']}{revision}\n"


def _show_all(current: Session, environment: str) -> None:
    current.show_list(operations.list_effective_connections(current.project, environment), _table)


def _table(found: list[dict[str, Any]]) -> Table:
    from connection_overrides_client.cli.tables import cell, table  # noqa: PLC0415 - slow to import

    return table(
        ("CONNECTION", "SOURCE", "SECRET", "REVISION", "EXPIRES"),
        (
            (
                one["name"],
                cell(one["source"], STYLES.get(one["source"], "")),
                reference(one.get("reference")),
                one.get("revision"),
                one.get("expiresAt"),
            )
            for one in found
        ),
    )
