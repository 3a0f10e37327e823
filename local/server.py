"""The process of a local run: issuer, emulator and HTTP front end on one event loop. Started by `local.__main__`.

It needs the environment from `local.environment`, because MiniStack reads its settings when it is imported.
"""

import asyncio
import logging
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Final

import ministack.app

from connection_overrides.api.cors import Cors
from local import demo, emulator, http11, selfcheck, stack, workers
from local.console import Progress, fail, say, welcome
from local.edge import Edge
from local.gateway import Gateway
from local.issuer import JWKS_PATH, JwksServer, SigningKey, signing_keys
from local.settings import AUDIENCE, HOST, PROJECT, STOP_SIGNALS, Settings
from local.sockets import port_of
from local.state import RunState, remove

EXPECTED_FAILURES: Final = (
    stack.StackFailedError,
    workers.FunctionFailedError,
    selfcheck.SelfCheckError,
    demo.DemoFailedError,
)


def main(settings: Settings) -> int:
    """Serve until a stop signal, and return the exit code."""
    _log_to(settings.files.logs / "emulator.log", verbose=settings.verbose)
    workers.install(settings.files.logs, verbose=settings.verbose)
    http11.install()
    emulator.adapt()
    code = 0
    try:
        asyncio.run(_serve(settings))
    except* EXPECTED_FAILURES as failures:
        code = fail(failures.exceptions[0])
        say(f"The logs are in {settings.files.logs}")
    finally:
        shutil.rmtree(settings.files.scratch, ignore_errors=True)
    say("Stopped.")
    return code


async def _serve(settings: Settings) -> None:
    stop = asyncio.Event()
    for number in STOP_SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)

    keys = signing_keys(settings.files.keys)
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(http11.serve_on(settings.issuer_socket, JwksServer(keys), stop))
            tasks.create_task(http11.serve_on(settings.emulator_socket, ministack.app.app, stop))
            work = tasks.create_task(_bring_up(settings, keys, tasks, stop))
            await stop.wait()
            work.cancel()
            remove(settings.files.run, os.getpid())
            await asyncio.to_thread(workers.stop_all)
    finally:
        remove(settings.files.run, os.getpid())
        workers.stop_all()


async def _bring_up(
    settings: Settings, keys: tuple[SigningKey, ...], tasks: asyncio.TaskGroup, stop: asyncio.Event
) -> None:
    progress = Progress(settings.began)
    emulator_url = _address(settings.emulator_socket)
    issuer = _address(settings.issuer_socket)
    progress.say("creating the stacks of data.yaml and template.yaml")
    parts = await asyncio.to_thread(
        stack.create,
        PROJECT,
        emulator_url,
        issuer=issuer,
        audience=AUDIENCE,
        jwks_url=issuer + JWKS_PATH,
        cors_origin=settings.cors_origin,
    )
    state = RunState(
        api_url=_address(settings.api_socket),
        issuer=issuer,
        audience=AUDIENCE,
        jwks_url=issuer + JWKS_PATH,
        dynamodb_url=emulator_url,
        table=parts.table,
        keys=keys,
        pid=os.getpid(),
    )
    progress.say("starting the functions")
    await asyncio.gather(*(asyncio.to_thread(workers.start_one_more, alias) for alias in parts.aliases))
    gateway = Gateway(parts, Cors(settings.cors_origin or None))
    http11.PlainHttp11.refuse = gateway.refuse
    # The server closes its copy of the socket first. The port stays in use, and protects the run's files, to the end.
    tasks.create_task(http11.serve_on(os.dup(settings.api_socket), Edge(gateway), stop))

    progress.say("checking that every route rejects invalid tokens")
    await asyncio.to_thread(selfcheck.check, state, parts.protected)
    state.write(settings.files.run)
    progress.say("ready")
    say(welcome(state))
    if settings.demo:
        await asyncio.to_thread(demo.create, state)
    for _ in range(settings.workers - 1):
        for alias in parts.aliases:
            await asyncio.to_thread(workers.start_one_more, alias)
        gateway.widen()


def _address(descriptor: int) -> str:
    return f"http://{HOST}:{port_of(descriptor)}"


def _log_to(path: Path, *, verbose: bool) -> None:
    """Write the emulator's log to a file and, if verbose, to the console."""
    handlers: list[logging.Handler] = [logging.FileHandler(path, encoding="utf-8")]
    if verbose:
        handlers.append(logging.StreamHandler(sys.stderr))
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s", handlers=handlers, force=True)


if __name__ == "__main__":
    sys.exit(main(Settings.from_json(sys.argv[1])))
