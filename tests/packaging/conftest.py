"""What `make packaging` built, unpacked as Lambda unpacks it."""

import dataclasses
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarks.candidates import BENCH, BUILT, Candidate, candidates

FUNCTIONS = {
    "authorizer": "authorizer, RS256",
    "registry": "registry, create",
    "effective": "effective",
}
"""The functions, each with the event of the benchmark that it gets."""


@pytest.fixture(scope="session")
def built() -> Path:
    if not (BENCH / "opt").is_dir():
        pytest.fail("run `make packaging`: it builds what these tests look into")
    return BUILT


@pytest.fixture(scope="session")
def layers(built: Path) -> tuple[Path, ...]:
    return built / "ConnectionOverridesLayer", built / "DependenciesLayer"


@pytest.fixture(scope="session")
def deployed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Candidate]]:
    """Each function on a copy whose sources are all newer than their bytecode, and all broken.

    Whoever reads one of them, be it to compare it with its bytecode, fails.
    """
    folder = tmp_path_factory.mktemp("deployed")
    shutil.copytree(BENCH / "opt", folder / "opt")
    for name in ("Authorizer", "Effective", "Registry"):
        shutil.copytree(built / f"{name}Function", folder / f"{name}Function")
    for source in folder.rglob("*.py"):
        source.write_text("raise ImportError('a source was read')\n", encoding="utf-8")
        os.utime(source)
    with candidates(folder / "keys") as measured:
        by_name = {candidate.name: candidate for candidate in measured}
        yield {
            function: dataclasses.replace(
                by_name[name], code=folder / by_name[name].code.name, layers=(folder / "opt" / "python",)
            )
            for function, name in FUNCTIONS.items()
        }
