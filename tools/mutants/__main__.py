"""Change the rules of the package one at a time, and list the changes that no test notices: `make mutants`."""

import argparse
import hashlib
import importlib
import json
import os
import random
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any, Final

from tools.mutants.children import PASSED, Children, Mutated, Recorder, first_failure, run_pytest
from tools.mutants.operators import Mutant, mutants_of

ROOT: Final = Path(__file__).parents[2]
STORE: Final = ROOT / ".mutants"
_KILLS: Final = STORE / "kills.json"
_FIRST_TESTS: Final = 25
_CONFIG: Final = tomllib.loads((Path(__file__).parent / "config.toml").read_text(encoding="utf-8"))
_PACKAGE: Final = ROOT / _CONFIG["package"]


@dataclass
class Reach:
    """Which tests run which lines."""

    seconds: dict[str, float] = field(default_factory=dict)
    tests_of: dict[tuple[str, int], set[str]] = field(default_factory=dict)

    def add(self, record: Mapping[str, Any]) -> None:
        """Add what the tests of one file run. Lines that run on import belong to all of them."""
        tests_of: dict[tuple[str, int], set[str]] = {}
        for test, (seconds, lines) in record["tests"].items():
            self.seconds[test] = seconds
            for module, line in lines:
                tests_of.setdefault((module, line), set()).add(test)
        tests_of |= {(module, line): set(record["tests"]) for module, line in record["imported"]}
        for place, tests in tests_of.items():
            # A line that only one test of a file runs may be behind a cache: the others may notice it as well.
            self.tests_of.setdefault(place, set()).update(record["tests"] if len(tests) == 1 else tests)

    def tests(self, module: str, lines: range) -> set[str]:
        """Return the tests that run one of the lines."""
        return set[str]().union(*(self.tests_of.get((module, line), set()) for line in lines))


@dataclass
class Results:
    """The results of the mutants."""

    kills: dict[str, str]
    modules: dict[str, Counter[str]] = field(default_factory=dict)
    kills_by: Counter[tuple[str, str]] = field(default_factory=Counter)
    """The number of mutants that a test has killed in a module, and in all of them ("")."""

    def note(self, module: str, mutant: Mutant, outcome: str) -> None:
        """Count the mutant, and print it immediately if it survived."""
        self.modules.setdefault(module, Counter())[outcome] += 1
        if outcome in {"survived", "not reached"}:
            suffix = " (no test runs it)" if outcome == "not reached" else ""
            _print(f"{module}:{mutant.line}{suffix}  {mutant.old}\n    → {mutant.new}")

    def note_failure(self, module: str, mutant: Mutant, failure: str | None) -> None:
        """Record which test failed: "" if none did, None if the time ran out."""
        self.kills.pop(_key(module, mutant), None)
        if failure:
            self.kills[_key(module, mutant)] = failure
            self.kills_by.update([(module, failure), ("", failure)])
            _KILLS.write_text(json.dumps(self.kills, indent=1), encoding="utf-8")
        self.note(module, mutant, "timed out" if failure is None else "killed" if failure else "survived")


def main() -> int:
    """Run the mutants, print the survivors and a table, and return whether enough were killed."""
    parser = argparse.ArgumentParser(prog="make mutants")
    parser.add_argument("--only", default="", help="a glob of modules, from the package's folder")
    parser.add_argument("--sample", type=int, default=0, help="how many mutants, chosen by --seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    os.chdir(ROOT)
    for name in _CONFIG["preload"]:
        importlib.import_module(name)

    chosen = _sources([options.only] if options.only else _CONFIG["modules"])
    reach = _recorded(options.jobs)
    mutants = [(module, mutant) for module, path in chosen.items() for mutant in _mutants(path)]
    accepted = {(one["file"], one["old"], one["new"]) for one in _CONFIG.get("accepted", ())}
    for stale in sorted(one for one in accepted if one[0] in chosen):
        if stale not in {(module, mutant.old, mutant.new) for module, mutant in mutants}:
            _print(f"accepted, but there is no such mutant: {stale}")
    if options.sample:
        numbers = random.Random(options.seed).sample(range(len(mutants)), min(options.sample, len(mutants)))  # noqa: S311
        mutants = [mutants[number] for number in sorted(numbers)]

    results = Results(json.loads(_KILLS.read_text(encoding="utf-8")) if _KILLS.exists() else {})
    for key, test in results.kills.items():
        results.kills_by.update([(key.partition(":")[0], test), ("", test)])
    children = Children(options.jobs)
    for number, (module, mutant) in enumerate(mutants):
        _progress(f"{number} of {len(mutants)}: {module}")
        tests = reach.tests(module, mutant.statement)
        if (module, mutant.old, mutant.new) in accepted:
            results.note(module, mutant, "accepted")
        elif not tests:
            results.note(module, mutant, "not reached")
        else:
            mutated = Mutated(_module_name(module), chosen[module], mutant.source)
            batches = _batches(module, mutant, tests, reach.seconds, results)
            children.submit(partial(first_failure, mutated, batches), partial(results.note_failure, module, mutant))
    children.finish()
    return _report(results)


def _sources(globs: Sequence[str]) -> dict[str, Path]:
    paths = sorted(path for glob in globs for one in _braces(glob) for path in _PACKAGE.glob(one))
    if not paths:
        sys.exit(f"no module matches {globs}")
    return {path.relative_to(_PACKAGE).as_posix(): path for path in paths}


def _braces(glob: str) -> Iterator[str]:
    parts = re.split(r"\{(.*?)\}", glob)
    yield from map("".join, product(*(part.split(",") if number % 2 else [part] for number, part in enumerate(parts))))


def _mutants(path: Path) -> Iterator[Mutant]:
    for mutant in mutants_of(path.read_text(encoding="utf-8")):
        if not any(re.search(pattern, mutant.old) for pattern in _CONFIG["ignore"]):
            yield mutant


def _recorded(jobs: int) -> Reach:
    """Return which tests run which lines of the package. Only files of tests that have changed are run again."""
    STORE.mkdir(exist_ok=True)
    files = sorted({file for folder in _CONFIG["tests"] for file in Path(folder).rglob("test_*.py")})
    sources = _sources(["**/*.py"])
    common = [*sources.values(), *Path("tests/support").glob("*.py"), *Path("tests").rglob("conftest.py")]
    before = hashlib.sha256()
    for path in sorted(common, key=str):
        before.update(path.read_bytes())
    reach = Reach()
    children = Children(jobs)
    names = {str(path): module for module, path in sources.items()}

    def done(store: Path, file: Path, record: dict[str, Any] | None) -> None:
        if record is None or record["status"] not in PASSED:
            sys.exit(f"{file} fails without any mutant")
        store.write_text(json.dumps(record), encoding="utf-8")
        reach.add(json.loads(json.dumps(record)))

    for number, file in enumerate(files):
        digest = before.copy()
        digest.update(file.read_bytes())
        store = STORE / f"{file.as_posix().replace('/', '.')}.json"
        if store.exists() and (record := json.loads(store.read_text(encoding="utf-8")))["digest"] == digest.hexdigest():
            reach.add(record)
        else:
            _progress(f"recording {number} of {len(files)}: {file}")
            children.submit(partial(_record, file, names, digest.hexdigest()), partial(done, store, file))
    children.finish()
    return reach


def _record(file: Path, names: Mapping[str, str], digest: str) -> dict[str, Any]:
    recorder = Recorder(names)
    status = run_pytest(["-m", _CONFIG["markers"], str(file)], recorder)
    return {"digest": digest, "status": status, "imported": recorder.imported, "tests": recorder.tests}


def _batches(
    module: str, mutant: Mutant, tests: Iterable[str], seconds: Mapping[str, float], results: Results
) -> list[dict[str, float]]:
    """Order the tests: what killed the mutant before, then the best of this module and of others, then the fastest."""
    killer = results.kills.get(_key(module, mutant))
    seen = Counter[str]()
    ranks = {}
    for test in sorted(tests, key=lambda test: seconds[test]):
        function = test.partition("[")[0]
        kills = (-results.kills_by[module, test], -results.kills_by["", test])
        ranks[test] = (test != killer, *kills, seen[function], seconds[test])
        seen[function] += 1
    order = sorted(ranks, key=lambda test: ranks[test])
    first = 1 if killer in ranks else _FIRST_TESTS
    return [{test: seconds[test] for test in part} for part in (order[:first], order[first:]) if part]


def _key(module: str, mutant: Mutant) -> str:
    return f"{module}: {mutant.old} → {mutant.new}"


def _module_name(module: str) -> str:
    return ".".join([_PACKAGE.name, *Path(module).with_suffix("").parts]).removesuffix(".__init__")


def _report(results: Results) -> int:
    columns = ("killed", "timed out", "survived", "not reached", "accepted")
    total = Counter[str]()
    width = max(map(len, results.modules), default=0)
    _print("\n" + " " * width + "".join(f"{column:>13}" for column in columns))
    for module, counts in sorted(results.modules.items()):
        total += counts
        _print(f"{module:{width}}" + "".join(f"{counts[column] or '':>13}" for column in columns))
    missed = total["survived"] + total["not reached"]
    score = 100 - 100 * missed / max(1, total.total() - total["accepted"])
    _print(f"{'total':{width}}" + "".join(f"{total[column]:>13}" for column in columns) + f"\n{score:.1f} % killed")
    return 0 if score >= _CONFIG["threshold"] else 1


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{text}")


def _print(text: str) -> None:
    _progress("")
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
