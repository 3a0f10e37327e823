"""How a command that fails ends: what is printed, and the exit code."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import typer
from typer import TyperException

from connection_overrides_client.cli.exits import CommandError, Exit, exit_of_status
from connection_overrides_client.cli.text import printable
from connection_overrides_client.errors import (
    ApiError,
    Problem,
    ServiceUnreachable,
    TokenUnavailable,
    UnexpectedResponse,
)

if TYPE_CHECKING:
    from connection_overrides_client.cli.session import Session


def report(session: Session, error: BaseException) -> int:
    """Print what happened to stderr, and return the exit code. A traceback is printed with OVERRIDES_DEBUG=1 only."""
    # Typer and Rich turn it into an exit.
    if isinstance(error, BrokenPipeError) or isinstance(error.__context__, BrokenPipeError):
        _discard_stdout()
        return Exit.BROKEN_PIPE
    if isinstance(error, SystemExit):  # of the completion
        return error.code if isinstance(error.code, int) else Exit.OK
    if isinstance(error, (KeyboardInterrupt, typer.Abort)):
        return Exit.INTERRUPTED
    if session.surface.environment.get("OVERRIDES_DEBUG") == "1":
        traceback.print_exception(error)
    if isinstance(error, Problem):
        _print_problem(session, error)
        return exit_of_status(error.status)
    code, message = _described(error)
    session.stderr.print(printable(message), soft_wrap=True)
    return code


def _described(error: BaseException) -> tuple[Exit, str]:
    if isinstance(error, TyperException):
        return Exit.USAGE, error.format_message()
    if isinstance(error, (ApiError, CommandError)):
        return _code(error), str(error)
    # The message of another exception could contain anything.
    return Exit.ERROR, f"Unexpected {type(error).__name__}. OVERRIDES_DEBUG=1 shows where."


def _code(error: ApiError | CommandError) -> Exit:
    if isinstance(error, CommandError):
        return error.code
    if isinstance(error, UnexpectedResponse):
        return exit_of_status(error.status)
    known = {ServiceUnreachable: Exit.UNAVAILABLE, TokenUnavailable: Exit.FORBIDDEN}
    return known.get(type(error), Exit.ERROR)


def _print_problem(session: Session, problem: Problem) -> None:
    console = session.stderr

    def line(text: str, style: str = "") -> None:
        console.print(printable(text), style=style, soft_wrap=True)

    line(problem.title or f"Refused with status {problem.status}", "bold red")
    if problem.detail:
        line(problem.detail)
    for detail in (*problem.violations, *_dependents(problem.document), *_scopes(problem.document)):
        line(f"  {detail}")
    if problem.remedy:
        line(f"→ {problem.remedy}")
    if problem.request_id:
        line(f"request {problem.request_id}", "dim")


def _dependents(document: dict[str, Any]) -> Iterator[str]:
    dependents = document.get("dependents") or []
    for one in dependents:
        names = [one[key] for key in ("environmentName", "connectionName") if key in one]
        yield " ".join((str(one.get("kind", "")), " / ".join(map(str, names)))).strip()
    rest = int(document.get("total", 0)) - len(dependents)
    if dependents and rest > 0:
        yield f"and {rest} more"


def _scopes(document: dict[str, Any]) -> Iterator[str]:
    if scopes := document.get("requiredScopes"):
        yield "required: " + " ".join(map(str, scopes))


def _discard_stdout() -> None:
    """Let the interpreter flush what is left without an error (documentation of Python's `signal`, note on SIGPIPE)."""
    try:
        descriptor = sys.stdout.fileno()
    except (OSError, ValueError):
        return
    os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)
