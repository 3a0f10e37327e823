"""`make bench`: the time from the start of a process to its first answer, as ratios to that of an empty function."""

import argparse
import statistics
import sys
from pathlib import Path

from benchmarks.candidates import BENCH, candidates
from benchmarks.report import DOCUMENT, Measured, document, table
from benchmarks.runtime_api import RuntimeApi


def measure(rounds: int, keys: Path) -> Measured:
    """Return the seconds of every candidate in every round.

    Each round starts every candidate once, so that what else the machine does falls on all of them. One round before
    the first is not counted: it fills the page cache.
    """
    with candidates(keys) as measured, RuntimeApi().serving() as runtime_api:
        seconds: Measured = {candidate.name: [] for candidate in measured}
        for number in range(rounds + 1):
            for candidate in measured:
                taken = candidate.first_answer(runtime_api)
                if number:
                    seconds[candidate.name].append(taken)
    return seconds


def main() -> int:
    """Measure, print the table, and write it down if asked to."""
    parser = argparse.ArgumentParser(prog="benchmarks.cold_start", description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--write", action="store_true", help=f"write docs/{DOCUMENT.name}")
    parser.add_argument("--times", action="store_true", help="print the medians in milliseconds as well")
    arguments = parser.parse_args()
    measured = measure(arguments.rounds, BENCH / "keys")
    report = [table(measured)]
    if arguments.times:
        report += [f"{name}: {statistics.median(seconds) * 1000:.0f} ms" for name, seconds in measured.items()]
    sys.stdout.write("\n".join(report) + "\n")
    if arguments.write:
        DOCUMENT.write_text(document(measured), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
