"""The build of `make packaging`, extracted as Lambda extracts it."""

import dataclasses
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarks.candidates import BENCH, BUILT, NOW, Candidate, candidates, services

FUNCTIONS = ("authorizer", "registry", "effective")


@pytest.fixture(scope="session")
def built() -> Path:
    if not (BENCH / "opt").is_dir():
        pytest.fail("run `make packaging`: it builds what these tests read")
    return BUILT


@pytest.fixture(scope="session")
def layers(built: Path) -> tuple[Path, ...]:
    return built / "ConnectionOverridesLayer", built / "DependenciesLayer"


@pytest.fixture(scope="session")
def deployed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Candidate]]:
    """Each function, in a copy whose sources are all newer than their bytecode and invalid.

    Reading a source fails, even if only to compare it with its bytecode.
    """
    folder = tmp_path_factory.mktemp("deployed")
    shutil.copytree(BENCH / "opt", folder / "opt")
    for name in ("Authorizer", "Effective", "Registry"):
        shutil.copytree(built / f"{name}Function", folder / f"{name}Function")
    for source in folder.rglob("*.py"):
        source.write_text("raise ImportError('a source was read')\n", encoding="utf-8")
        os.utime(source)
    with services(folder / "keys", NOW) as measured, candidates(folder / "keys", measured) as by_name:
        yield {
            function: dataclasses.replace(
                by_name[f"{function}, now"],
                code=folder / by_name[f"{function}, now"].code.name,
                layers=(folder / "opt" / "python",),
            )
            for function in FUNCTIONS
        }
