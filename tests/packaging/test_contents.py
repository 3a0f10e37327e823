"""The contents of the built layers and functions, file by file."""

import importlib.util
import struct
from pathlib import Path

import pytest
from benchmarks.candidates import ROOT

CRUFT = {
    "*.lock",
    "*.pyi",
    "*.toml",
    "INSTALLER",
    "RECORD",
    "REQUESTED",
    "Makefile",
    "bin",
    "direct_url.json",
    "entry_points.txt",
    "prune.py",
    "py.typed",
    "requirements.txt",
    "test",
    "tests",
}
MOST_BYTES = 45_000_000
"""The maximum of all layers together, unpacked."""


@pytest.fixture
def folders(built: Path) -> list[Path]:
    return [path for path in built.iterdir() if path.is_dir()]


def test_there_are_three_functions_and_two_layers(folders: list[Path]) -> None:
    assert {path.name for path in folders} == {
        "AuthorizerFunction",
        "ConnectionOverridesLayer",
        "DependenciesLayer",
        "EffectiveFunction",
        "RegistryFunction",
    }


def test_each_module_has_bytecode_of_its_current_source_and_there_is_no_other_bytecode(folders: list[Path]) -> None:
    for folder in folders:
        sources = set(folder.rglob("*.py"))
        compiled = set(folder.rglob("*.pyc"))

        assert sources
        assert compiled == {Path(importlib.util.cache_from_source(str(source))) for source in sources}
        for source in sources:
            magic, flags, digest = struct.unpack(
                "<4sI8s", Path(importlib.util.cache_from_source(str(source))).read_bytes()[:16]
            )
            assert (magic, flags) == (importlib.util.MAGIC_NUMBER, 0b01), source
            assert digest == importlib.util.source_hash(source.read_bytes()), source


def test_the_layers_contain_nothing_that_no_function_reads(folders: list[Path]) -> None:
    assert {path for folder in folders for pattern in CRUFT for path in folder.rglob(pattern)} == set()


def test_no_file_contains_the_path_of_the_build(folders: list[Path]) -> None:
    for folder in folders:
        for path in (path for path in folder.rglob("*") if path.is_file()):
            assert str(ROOT).encode() not in path.read_bytes(), path


def test_every_distribution_can_be_found_by_name_and_includes_its_licence(layers: tuple[Path, ...]) -> None:
    distributions = list((layers[1] / "python").glob("*.dist-info"))

    assert len(distributions) > 10
    for distribution in distributions:
        assert (distribution / "METADATA").is_file()
        assert any("LICEN" in path.name.upper() for path in distribution.rglob("*")), distribution


def test_botocore_describes_only_the_service_that_is_called(layers: tuple[Path, ...]) -> None:
    data = layers[1] / "python" / "botocore" / "data"

    assert {path.name for path in data.iterdir() if path.is_dir()} == {"dynamodb"}


def test_boto3_describes_no_resource(layers: tuple[Path, ...]) -> None:
    assert list((layers[1] / "python" / "boto3").rglob("*.json")) == []


def test_the_layers_are_small(layers: tuple[Path, ...]) -> None:
    assert sum(path.stat().st_size for layer in layers for path in layer.rglob("*") if path.is_file()) < MOST_BYTES
