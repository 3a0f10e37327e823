"""Runs of pytest in forked processes, which inherit all imports except those of the package and the tests."""

import importlib.machinery
import importlib.util
import multiprocessing
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, Final

import pytest

_FORK: Final = multiprocessing.get_context("fork")
SECONDS: Final = 30  # for what usually takes moments; the machine may be slow
PASSED: Final = {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}
"""None is collected if the cases of a parametrized test are derived from the code: then no case fails."""
_MOST_BYTES: Final = 4 << 30
_TOOL: Final = 4  # the first of sys.monitoring that is not reserved


class Children:
    """The number of concurrent processes, and what to do with the result of each."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._running: dict[Connection, tuple[multiprocessing.process.BaseProcess, Callable[[Any], None]]] = {}

    def submit(self, work: Callable[[], object], done: Callable[[Any], None]) -> None:
        """Do the work in a child. `done` gets its result, or None if it ran out of time or died."""
        while len(self._running) >= self._most:
            self._wait()
        reader, writer = _FORK.Pipe(duplex=False)
        process = _FORK.Process(target=_run, args=(work, writer))
        process.start()
        writer.close()
        self._running[reader] = process, done

    def finish(self) -> None:
        """Wait until every child has ended."""
        while self._running:
            self._wait()

    def _wait(self) -> None:
        for reader in wait(list(self._running)):
            assert isinstance(reader, Connection)  # noqa: S101 - for mypy
            process, done = self._running.pop(reader)
            try:
                result = reader.recv()
            except EOFError:
                result = None
            reader.close()
            process.join()
            done(result)


def _run(work: Callable[[], object], writer: Connection) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_BYTES, _MOST_BYTES))
    null = os.open(os.devnull, os.O_WRONLY)
    for standard_output in (1, 2):
        os.dup2(null, standard_output)
    signal.alarm(SECONDS)
    writer.send(work())


class Mutated(importlib.machinery.SourceFileLoader):
    """Imports one module from another source than that in its file."""

    def __init__(self, module: str, path: Path, source: str) -> None:
        super().__init__(module, str(path))
        self._source = source

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> importlib.machinery.ModuleSpec | None:
        """Return the module's spec, or None for any other module."""
        return importlib.util.spec_from_loader(fullname, self) if fullname == self.name else None

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002
        """Return the code of the other source."""
        return compile(self._source, self.path, "exec", dont_inherit=True)


class Recorder:
    """A pytest plugin that records which lines each test runs, and how many seconds of a core it takes."""

    def __init__(self, modules: Mapping[str, str]) -> None:
        """Record the lines of these files only, under these names."""
        self._modules = modules
        self._lines: set[tuple[str, int]] = set()
        self._started = 0.0
        self.imported: list[tuple[str, int]] = []
        self.tests: dict[str, tuple[float, list[tuple[str, int]]]] = {}
        sys.monitoring.use_tool_id(_TOOL, "mutants")
        sys.monitoring.register_callback(_TOOL, sys.monitoring.events.LINE, self._note)
        sys.monitoring.set_events(_TOOL, sys.monitoring.events.LINE)

    def _note(self, code: CodeType, line: int) -> object:
        if code.co_filename in self._modules:
            self._lines.add((self._modules[code.co_filename], line))
        return sys.monitoring.DISABLE

    def pytest_collection_finish(self) -> None:
        """Store the lines that ran on import."""
        self.imported = sorted(self._lines)

    def pytest_runtest_logstart(self) -> None:
        """Start without lines."""
        signal.alarm(10 * SECONDS)
        self._lines = set()
        self._started = time.process_time()
        sys.monitoring.restart_events()

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Store the lines that the test ran."""
        self.tests[nodeid] = time.process_time() - self._started, sorted(self._lines)


class _Selection:
    """A pytest plugin: runs only these tests, in this order, each with a time limit."""

    def __init__(self, tests: Mapping[str, float]) -> None:
        self._tests = tests
        self.failed = ""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        order = {test: number for number, test in enumerate(self._tests)}
        items[:] = sorted((item for item in items if item.nodeid in order), key=lambda item: order[item.nodeid])

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        signal.alarm(SECONDS + round(10 * self._tests[nodeid]))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed = self.failed or report.nodeid


def run_pytest(arguments: Sequence[str], plugin: object) -> int:
    """Run pytest in this process, with only the plugins that the tests need."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    needed = ["-p", "pytest_socket", "-p", "no:cacheprovider", "--quiet", "--assert=plain"]
    return int(pytest.main([*needed, *arguments], [plugin]))


def first_failure(mutated: Mutated, batches: Sequence[Mapping[str, float]]) -> str:
    """Run the tests, given with their seconds, batch by batch. Return the one that fails, or "" if all pass."""
    sys.meta_path.insert(0, mutated)
    for tests in batches:
        selection = _Selection(tests)
        files = dict.fromkeys(test.partition("::")[0] for test in tests)
        status = run_pytest(["--exitfirst", *files], selection)
        if status not in PASSED:
            return selection.failed or f"exit status {status} of pytest"
    return ""
