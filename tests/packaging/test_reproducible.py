"""Two builds of a layer, in different folders and with different hash seeds, have the same bytes."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from benchmarks.candidates import ROOT

ARCHITECTURE = "arm64" if os.uname().machine in {"arm64", "aarch64"} else "x86_64"


def build(layer: str, target: str, folder: Path, seed: str, umask: int) -> dict[str, tuple[int, int, bytes]]:
    """Build a layer from a copy of its sources, and return mode, time and content of each file."""
    shutil.copytree(ROOT / "layers" / layer, folder / "source")
    subprocess.run(  # noqa: S603 - our own command
        ["make", "--silent", "-C", str(folder / "source"), target, f"ARTIFACTS_DIR={folder / 'artifacts'}"],  # noqa: S607 - any make
        env={
            **os.environ,
            "ARCHITECTURE": ARCHITECTURE,
            "PATH": f"{ROOT / '.venv-sam' / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PYTHONHASHSEED": seed,
        },
        umask=umask,
        check=True,
        timeout=120,
    )
    return {
        str(path.relative_to(folder / "artifacts")): (
            path.stat().st_mode,
            path.stat().st_mtime_ns,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in (folder / "artifacts").rglob("*")
    }


@pytest.mark.parametrize(
    ("layer", "target"),
    [("connection_overrides", "build-ConnectionOverridesLayer"), ("dependencies", "build-DependenciesLayer")],
)
def test_two_builds_have_the_same_bytes(tmp_path: Path, layer: str, target: str) -> None:
    one, another = tmp_path / "one", tmp_path / "another" / "much" / "deeper"
    one.mkdir()
    another.mkdir(parents=True)

    first = build(layer, target, one, seed="1", umask=0o022)
    second = build(layer, target, another, seed="4242", umask=0o077)

    assert len(first) > 50
    assert first.keys() == second.keys()
    assert [name for name, content in first.items() if content != second[name]] == []
