"""`make bench`: what requests and starts take now and took before, written to docs/benchmarks.md as ratios."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path
from typing import Final

from benchmarks import report
from benchmarks.candidates import BEFORE, BENCH, NOW, Candidate, Service, candidates, services
from benchmarks.counting import Counter, counter
from benchmarks.report import Consumed, Kind, Measured
from benchmarks.requests import CALLS

_FIRST: Final = 10
"""Events that a process gets before those that count as warm."""

_KINDS: Final = {
    "empty": {Kind.START},
    "FastAPI": {Kind.START, Kind.BEGUN, Kind.WARM},
    "registry": set(Kind),
    "effective": set(Kind),
    "authorizer": {Kind.START, Kind.INIT, Kind.RESTORED},
}


def measure(both: Sequence[Service], count_by: Counter, rounds: int, warm: int, keys: Path) -> Measured:
    """Measure a service, and one to compare it with. Each round makes every run once. Keys are kept in the folder."""
    consumed = [list(_consumed(service)) for service in both]
    events = {Kind.START: 1, Kind.INIT: 0, Kind.RESTORED: 1, Kind.BEGUN: _FIRST, Kind.WARM: _FIRST + warm}
    with candidates(keys, both) as each, ThreadPoolExecutor(count_by.at_once) as pool:
        runs = [
            (candidate, kind)
            for candidate, kind in product(each.values(), Kind)
            if kind in _KINDS[candidate.name.partition(",")[0]]
        ]

        def count(run: tuple[Candidate, Kind]) -> float:
            candidate, kind = run
            counted = candidate.count(count_by, events[kind], snap_start=kind in {Kind.INIT, Kind.RESTORED})
            sys.stderr.write(".")
            return counted

        names = [(candidate.name, kind) for candidate, kind in runs]
        counts = [dict(zip(names, pool.map(count, runs), strict=True)) for _ in range(rounds)]
    return Measured(count_by.name, warm, consumed, counts)


def _consumed(service: Service) -> Iterator[Consumed]:
    table = service.table
    table.counts_units = True
    for call in CALLS:
        table.calls.clear()
        reads, writes = table.meter.reads, table.meter.writes
        service.send([call])
        yield Consumed(call.name, len(table.calls), table.meter.reads - reads, table.meter.writes - writes)
    table.counts_units = False


def main() -> int:
    """Measure, print the tables, and write them into the document if asked to."""
    parser = argparse.ArgumentParser(prog="benchmarks.measure", description=__doc__)
    parser.add_argument("--rounds", type=int, help="how often each run is made (default: as the way of counting needs)")
    parser.add_argument("--warm", type=int, default=50, help="warm events of one run")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    arguments = parser.parse_args()
    count_by = counter()
    with services(BENCH / "keys", NOW, BEFORE) as both:
        measured = measure(both, count_by, arguments.rounds or count_by.rounds, arguments.warm, BENCH / "keys")
    for section, content in report.sections(measured):
        sys.stdout.write(f"{content}\n\n")
        if arguments.write:
            section.write(content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
