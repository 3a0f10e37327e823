"""The commands behind the Makefile: `python -m local run`, `demo`, `token`, `cli`, `invoke` and `start-api`."""

import argparse
import os
import shlex
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import Final

from local import containers, demo, events
from local.console import SCOPES, Progress, fail, say
from local.environment import clean
from local.settings import DEFAULT_PORT, PROJECT, STOP_SIGNALS, Settings, StateFiles, default_workers
from local.sockets import PortError, listen
from local.state import NotRunningError, RunState

EXPECTED_FAILURES: Final = (
    NotRunningError,
    PortError,
    demo.DemoFailedError,
    containers.NoEngineError,
    events.NotAnEventError,
)


def main(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(arguments)
    options.state_dir = options.state_dir.absolute()
    try:
        match options.command:
            case "token":
                say(_running(options).token(account=options.account, scopes=options.scopes))
            case "cli":
                say(_shell_code(_running(options)))
            case "demo":
                _demo(options)
            case "invoke":
                return _invoke(options)
            case "start-api":
                return containers.start_api(_running(options), options.sam_port)
            case _:
                _run(options)
    except EXPECTED_FAILURES as error:
        return fail(error)
    return 0


def _running(options: argparse.Namespace) -> RunState:
    return RunState.read(options.state_dir, options.port)


def _shell_code(state: RunState) -> str:
    """Return what makes `overrides` in a shell the command line of the service, with a token for the account `acme`."""
    token = state.token(account=demo.ACCOUNT, scopes=SCOPES)
    return (
        f"export OVERRIDES_URL={shlex.quote(state.api_url)} OVERRIDES_TOKEN={shlex.quote(token)}\n"
        f'overrides() {{ {shlex.quote(str(demo.COMMAND_LINE))} "$@"; }}'
    )


def _demo(options: argparse.Namespace) -> None:
    try:
        state = _running(options)
    except NotRunningError:
        options.demo = True
        _run(options)
    else:
        demo.create(state)


def _invoke(options: argparse.Namespace) -> int:
    """Seed the table of the running service with the data that events refer to, and run one event in a container."""
    function = events.function_of(options.event)
    state = _running(options)
    containers.seed(state)
    return containers.invoke(state, function, events.issued(options.event, state))


def _run(options: argparse.Namespace) -> None:
    """Open the sockets and replace this process with the service, in a clean environment."""
    began = time.monotonic()
    api, emulator, issuer = listen(options.port), listen(0), listen(0)
    port = api.getsockname()[1]
    Progress(began).say(f"starting on port {port}")
    files = StateFiles.of_run(options.state_dir, port)
    for folder in (files.scratch, files.logs):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)
    settings = Settings(
        api_socket=api.detach(),
        emulator_socket=emulator.fileno(),
        issuer_socket=issuer.fileno(),
        files=files,
        workers=options.workers,
        verbose=options.verbose,
        demo=options.demo,
        cors_origin=options.cors_origin,
        began=began,
    )
    environment = clean(os.environ, emulator_port=emulator.getsockname()[1], files=files)
    os.chdir(PROJECT)
    # Blocked until the service has imported its modules, so that Ctrl-C is neither lost nor causes a traceback.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    os.execve(sys.executable, [sys.executable, "-m", "local.server", settings.to_json()], environment)  # noqa: S606  # no shell wanted


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) >= 2**16:
        raise argparse.ArgumentTypeError(f"not a port: {text}")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    parser.add_argument("--state-dir", type=Path, default=PROJECT / ".local", help="folder for the files of all runs")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--port", type=_port, default=DEFAULT_PORT, help="the port of the run")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (
        ("run", "serve until Ctrl-C"),
        ("demo", "create an example project, in the running service or in a new one"),
    ):
        command = commands.add_parser(name, help=text, parents=[shared])
        command.add_argument(
            "--workers", type=int, default=default_workers(), help="maximum number of concurrent requests"
        )
        command.add_argument("--verbose", action="store_true", help="also print logs on the console")
        command.add_argument("--demo", action="store_true", help="create an example project when ready")
        command.add_argument("--cors-origin", default="", help="an origin whose pages can call the service")
    invoke = commands.add_parser(
        "invoke", help="run one event in a container, with the table of a run", parents=[shared]
    )
    invoke.add_argument("event", type=Path, help="a file in events/<function>")
    start_api = commands.add_parser(
        "start-api", help="serve from containers, with the table of a run", parents=[shared]
    )
    start_api.add_argument("--sam-port", type=_port, default=3000)
    commands.add_parser("cli", help="print shell code that defines the command overrides", parents=[shared])
    token = commands.add_parser("token", help="print a token for the running service", parents=[shared])
    token.add_argument("--account", default="acme")
    token.add_argument("--scopes", default=SCOPES)
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
