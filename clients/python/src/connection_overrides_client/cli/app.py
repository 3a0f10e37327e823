"""The command line: global options, the commands, and how they end."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from itertools import islice
from typing import Annotated, Any, Final

import httpx
import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

from connection_overrides_client.cli.exits import CommandError, Exit
from connection_overrides_client.cli.session import OUTPUTS, Session, Surface, session

_MODULES: Final = {
    "effective": ("effective",),
    "run": ("run",),
    "items": ("projects", "environments", "connections", "overrides"),
    "reports": ("matrix", "secrets", "history", "changes", "restore"),
    "configuration": ("export", "plan", "apply", "promote", "drift"),
    "login": ("login", "profiles"),
}
"""The commands that each module of this package registers. Only the module of the invoked command is imported."""

_EPILOG: Final = (
    "Exit codes: 0 success, 1 unexpected error, 2 plan or drift found changes, 3 refused by the service, 4 not found, "
    "5 conflict (409, 412), 6 no token or not allowed (401, 403), 7 service unavailable (unreachable, 429, 5xx), "
    "64 wrong usage, 130 interrupted, 141 the output was not read."
)


class Commands(TyperGroup):
    """The commands, each imported when it is needed."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002 - the type is internal to Typer
        """Return the names of all commands."""
        return [name for names in _MODULES.values() for name in names]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401 - the types are internal to Typer
        """Return the command of that name."""
        modules = [module for module, names in _MODULES.items() if cmd_name in names]
        # All of them, if none has that name: Typer suggests similar ones.
        for module in modules or _MODULES:
            if not self.commands.keys() & set(_MODULES[module]):
                app = typer.Typer(rich_markup_mode=None)
                import_module(f"connection_overrides_client.cli.{module}").register(app)
                self.commands.update(get_group(app).commands)
        return super().get_command(ctx, cmd_name)


def _output_first(arguments: Sequence[str]) -> list[str]:
    """Return the arguments with `--output` before the command, wherever it was given.

    What follows `--`, or what `run` runs, stays as it is.
    """
    if "run" in arguments:
        return list(arguments)
    end = arguments.index("--") if "--" in arguments else len(arguments)
    first: list[str] = []
    others: list[str] = []
    own = iter(arguments[:end])
    for argument in own:
        if argument in {"-o", "--output"}:
            first += [argument, *islice(own, 1)]
        else:
            (first if argument.startswith("--output=") else others).append(argument)
    return [*first, *others, *arguments[end:]]


def run(
    arguments: Sequence[str],
    *,
    transport: httpx.BaseTransport | None = None,
    environment: Mapping[str, str] | None = None,
    fetch: Callable[[Mapping[str, Any]], dict[str, str]] | None = None,
    execute: Callable[[Sequence[str], Mapping[str, str]], int] | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Run a command and return its exit code (see `exits`). Nothing is raised. `Surface` says what can be replaced."""
    current = Session(Surface(os.environ if environment is None else environment, transport, fetch, execute, sleep))
    try:
        result = get_command(_app()).main(
            _output_first(arguments),
            prog_name="overrides",
            standalone_mode=False,
            obj=current,
            windows_expand_args=False,
        )
        sys.stdout.flush()
    except BaseException as error:  # noqa: BLE001 - every end has an exit code
        from connection_overrides_client.cli.failures import report  # noqa: PLC0415 - not needed otherwise

        return report(current, error)
    finally:
        current.close()
    return int(result or Exit.OK)


def _app() -> typer.Typer:
    app = typer.Typer(
        cls=Commands,
        help="Which secret does a connection use in this environment?",
        epilog=_EPILOG,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_global_options)
    return app


def _global_options(
    context: typer.Context,
    profile: Annotated[
        str | None, typer.Option(help="The profile to use (OVERRIDES_PROFILE), by default 'default'.", metavar="NAME")
    ] = None,
    url: Annotated[
        str | None, typer.Option("--url", help="The URL of the service (OVERRIDES_URL).", metavar="URL")
    ] = None,
    project: Annotated[
        str | None,
        typer.Option(
            help="The id of the project, or its name if no other has it (OVERRIDES_PROJECT).", metavar="ID|NAME"
        ),
    ] = None,
    output: Annotated[
        str | None, typer.Option("--output", "-o", help="table (the default), json or yaml.", metavar="FORMAT")
    ] = None,
) -> None:
    """Set the global options."""
    if output is not None and output not in OUTPUTS:
        raise CommandError(f"--output must be one of {', '.join(OUTPUTS)}.")
    session(context).choose(profile=profile, url=url, project=project, output=output)
