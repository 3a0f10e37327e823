"""The tables of docs/benchmarks.md."""

import os
import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum, auto
from pathlib import Path
from statistics import median
from textwrap import fill
from typing import Final, NamedTuple

from benchmarks.cost import Prices
from benchmarks.sections import Section

_DOCUMENT: Final = Path(__file__).parents[1] / "docs" / "benchmarks.md"
_PRICES: Final = Prices()


class Kind(Enum):
    """What a process does until its run ends."""

    START = auto()
    """Starts and answers one event."""
    INIT = auto()
    """Starts, and goes as far as the snapshot."""
    RESTORED = auto()
    """The same, and answers one event."""
    BEGUN = auto()
    """Starts and answers some events."""
    WARM = auto()
    """The same, and answers the events that count as warm."""


class Consumed(NamedTuple):
    """What one request takes of the table."""

    request: str
    calls: int
    reads: float
    writes: float

    @property
    def price(self) -> float:
        """What a million of these requests cost, in US dollars."""
        return self.reads * _PRICES.read_million + self.writes * _PRICES.write_million


type Round = Mapping[tuple[str, Kind], float]
"""What each run took, by the candidate's name and the kind of the run."""


class Measured(NamedTuple):
    """What was measured of both builds, the later first; in which unit, and how many events counted as warm."""

    counted_by: str
    warm: int
    consumed: Sequence[Sequence[Consumed]]
    rounds: Sequence[Round]

    def start(self, name: str) -> list[float]:
        """Return what the start until the first answer took, each round."""
        return [taken[name, Kind.START] for taken in self.rounds]

    def restored(self, name: str) -> list[float]:
        """Return what the first event after a snapshot took, each round."""
        return [taken[name, Kind.RESTORED] - taken[name, Kind.INIT] for taken in self.rounds]

    def event(self, name: str) -> list[float]:
        """Return what a warm event took, each round."""
        return [(taken[name, Kind.WARM] - taken[name, Kind.BEGUN]) / self.warm for taken in self.rounds]


class _Line(NamedTuple):
    """A line of a table: one candidate by another, and what the ratio should be at most."""

    one: str
    other: str
    goal: float | None = None


_WARM: Final = (
    _Line("registry, now", "registry, before", 1.05),
    _Line("effective, now", "effective, before", 1.05),
    _Line("registry, now", "FastAPI"),
)
_RESTORED: Final = (
    _Line("registry, now", "registry, before", 0.4),
    _Line("effective, now", "effective, before", 0.4),
    _Line("authorizer, now", "authorizer, before"),
)
_START: Final = (
    _Line("registry, now", "FastAPI", 0.72),
    _Line("registry, now", "registry, before"),
    _Line("effective, now", "effective, before"),
    _Line("authorizer, now", "authorizer, before"),
    _Line("registry, now", "empty"),
    _Line("effective, now", "empty"),
    _Line("authorizer, now", "empty"),
)


def sections(measured: Measured) -> Iterator[tuple[Section, str]]:
    """Yield every section of the document with its content in Markdown."""
    yield _section("calls"), _calls(*measured.consumed)
    yield _section("warm"), _ratios(measured.event, _WARM)
    yield _section("restored"), _ratios(measured.restored, _RESTORED)
    yield _section("start"), _ratios(measured.start, _START)
    yield _section("price"), _price(measured)
    yield _section("run"), _run(measured)


def _section(name: str) -> Section:
    return Section(name, _DOCUMENT, "make bench")


def _calls(now: Sequence[Consumed], before: Sequence[Consumed]) -> str:
    lines = [
        "| Request | Calls | Read units | Write units | Price, now ÷ before |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {one.request} | {_pair(one.calls, other.calls)} | {_pair(one.reads, other.reads)} "
        f"| {_pair(one.writes, other.writes)} | {one.price / other.price:.2f} |"
        for one, other in zip(now, before, strict=True)
    ]
    return "\n".join(lines)


def _pair(now: float, before: float) -> str:
    return f"{now:g}" if now == before else f"{now:g} (before: {before:g})"


def _ratios(measure: Callable[[str], list[float]], lines: Sequence[_Line]) -> str:
    table = ["| Ratio | Median | Lowest to highest | Goal |", "| --- | ---: | ---: | ---: |"]
    for line in lines:
        found = [one / other for one, other in zip(measure(line.one), measure(line.other), strict=True)]
        goal = "" if line.goal is None else f"≤ {line.goal:g}"
        table.append(
            f"| {line.one} ÷ {line.other} | {median(found):.3f} | {min(found):.3f} to {max(found):.3f} | {goal} |"
        )
    return "\n".join(table)


def _price(measured: Measured) -> str:
    each = {
        what: median(measured.start(name)) / median(measured.restored(name))
        for what, name in (("create", "registry, now"), ("effective connection", "effective, now"))
    }
    told = " and ".join(f"{times:.0f} times for the first {what}" for what, times in each.items())
    return fill(
        "Where SnapStart is off, no snapshot is primed and a caller waits for the whole start. That takes as much as "
        f"the first event after a restore {told}.",
        120,
    )


def _run(measured: Measured) -> str:
    return fill(
        f"Counted: {measured.counted_by}. Rounds: {len(measured.rounds)}. Warm events in each: {measured.warm}. "
        f"Machine: {os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}.",
        120,
    )
