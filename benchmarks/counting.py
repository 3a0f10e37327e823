"""What a run of a process takes: instructions, counted by Valgrind, or CPU time where there is no Valgrind.

Instructions hardly vary between runs, whatever else the machine does. CPU time does, so it takes more rounds.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

from benchmarks.runtime_api import NoAnswerError, run

_TOTAL: Final = re.compile(r"I +refs: +([\d,]+)")


class Counter(Protocol):
    """A way to count. `rounds` is how often each run is repeated, `at_once` how many processes may run together."""

    name: str
    rounds: int
    at_once: int

    def count(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        events: Iterable[bytes],
        *,
        snap_start: bool,
    ) -> tuple[float, list[bytes]]:
        """Return what the process took until all events were answered, and the answers. Raises NoAnswerError."""
        ...


class Instructions:
    """Instructions of all threads in user space, counted by Valgrind's Cachegrind."""

    name = "instructions, counted by Valgrind"
    rounds = 2
    at_once = os.cpu_count() or 1

    def count(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        events: Iterable[bytes],
        *,
        snap_start: bool,
    ) -> tuple[float, list[bytes]]:
        """Run the command below Valgrind."""
        with tempfile.TemporaryDirectory() as logs:
            log = Path(logs) / "log"
            valgrind = ("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null")
            answers, _ = run(
                (*valgrind, f"--log-file={log}", *command), environment, folder, events, snap_start=snap_start
            )
            found = _TOTAL.search(log.read_text(encoding="utf-8"))
        if found is None:
            raise NoAnswerError("Valgrind counted nothing")
        return int(found[1].replace(",", "")), answers


class CpuTime:
    """CPU time of the process, in user space and in the kernel."""

    name = "CPU time (user and system)"
    rounds = 15
    at_once = 1

    def count(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        events: Iterable[bytes],
        *,
        snap_start: bool,
    ) -> tuple[float, list[bytes]]:
        """Run the command as it is."""
        answers, usage = run(command, environment, folder, events, snap_start=snap_start)
        return usage.ru_utime + usage.ru_stime, answers


def counter() -> Counter:
    """Return the best way to count that this machine has."""
    return Instructions() if shutil.which("valgrind") else CpuTime()
