"""`overrides run`: run a command with the secrets of an environment in its environment variables."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Final

import typer

from connection_overrides_client import operations
from connection_overrides_client.cli.exits import CommandError, Exit
from connection_overrides_client.cli.session import Session, session
from connection_overrides_client.errors import ApiError

_DANGEROUS: Final = re.compile(
    r"(LD|DYLD|GIT|PYTHON)_.*|BASH_ENV|NODE_(OPTIONS|PATH)|(_JAVA|JAVA_TOOL|JDK_JAVA)_OPTIONS", re.IGNORECASE
)
"""Variables with which loaders and interpreters run other code. Names of connections must not set them."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("run", context_settings={"ignore_unknown_options": False, "allow_interspersed_args": False})(_run)


def _run(
    context: typer.Context,
    command: Annotated[list[str], typer.Argument(metavar="-- COMMAND [ARGS]...", show_default=False)],
    *,
    environment: Annotated[str, typer.Option(help="The environment whose secrets are used.", show_default=False)],
    prefix: Annotated[str, typer.Option(help="What the names of all variables start with.", show_default=False)] = "",
    connection: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME[=VARIABLE]",
            help="Only this connection; can be repeated. VARIABLE replaces its name in the names of variables.",
        ),
    ] = None,
) -> None:
    """Run a command with secrets in environment variables that are named CONNECTION_PROPERTY.

    Secrets are fetched with your own rights, of all connections that are configured in the environment. Nothing is run
    if a connection given with --connection is not configured, or if a secret is missing.
    """
    current = session(context)
    names = dict(_named(one) for one in connection or ())
    effective = _effective(current, environment, list(names))
    variables = _variables(current, effective, names, prefix)
    execute = current.surface.execute or _execute
    code = execute(command, {**current.surface.environment, **variables})
    raise typer.Exit(code)


def _named(given: str) -> tuple[str, str]:
    """Return the connection and what replaces its name."""
    name, _, variable = given.partition("=")
    return name, variable or name


def _effective(current: Session, environment: str, names: Sequence[str]) -> list[dict[str, Any]]:
    """Return the connections as the environment uses them. Raises a Problem if one that is named is not configured."""
    if names:
        return [
            current.client.send(operations.get_effective_connection(current.project, environment, name)).document
            for name in names
        ]
    pages = current.client.pages(operations.list_effective_connections(current.project, environment))
    return [one for page in pages for one in page.document["results"] if one["source"] != "NONE"]


def _variables(
    current: Session, effective: Iterable[Mapping[str, Any]], names: Mapping[str, str], prefix: str
) -> dict[str, str]:
    """Return the variables. Raises CommandError if one cannot be set; no message contains a value."""
    variables: dict[str, str] = {}
    for connection in effective:
        name = connection["name"]
        for property_name, value in _fetched(current, connection["reference"]).items():
            variable = prefix + re.sub(r"[^A-Z0-9]", "_", f"{names.get(name, name)}_{property_name}".upper())
            if variable in variables:
                raise CommandError(f"Two properties would be {variable}. Use --connection NAME=VARIABLE.")
            if variable in current.surface.environment or (_DANGEROUS.fullmatch(variable) and not prefix):
                raise CommandError(f"{variable} must not be replaced. Use --prefix or --connection NAME=VARIABLE.")
            if not value or "\0" in value:
                raise CommandError(f"The secret for {variable} is empty or not text.", Exit.NOT_FOUND)
            variables[variable] = value
    return variables


def _fetched(current: Session, reference: Mapping[str, Any]) -> dict[str, str]:
    """Return the values of a secret reference by the names of properties. Raises CommandError if one is missing."""
    from connection_overrides_client import secrets  # noqa: PLC0415 - no other command reads secrets

    try:
        return (current.surface.fetch or secrets.fetch)(reference)
    except ApiError as error:
        raise CommandError(str(error), Exit.NOT_FOUND) from None


def _execute(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Replace this process with the command; on Windows, where that is not possible, wait for it."""
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        if os.name == "nt":
            import subprocess  # noqa: PLC0415 - not needed elsewhere

            return subprocess.run(list(command), env=dict(environment), check=False).returncode  # noqa: S603 - as asked
        os.execvpe(command[0], list(command), dict(environment))  # noqa: S606 - that is what the command is for
    except OSError as error:
        raise CommandError(f"{command[0]} cannot be run: {error.strerror}.", Exit.NOT_FOUND) from None
