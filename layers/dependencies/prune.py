"""Remove from the installed dependencies what no function reads: `python3.13 prune.py <folder>`.

The rest is byte for byte as its author published it, except for files that botocore reads completely at every start or
for every connection.
"""

import gzip
import json
import re
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

SERVICES: Final = {"dynamodb": frozenset({"BatchGetItem", "GetItem", "Query", "TransactWriteItems"})}
"""The AWS services that this project calls, and their operations. botocore describes more than 400 services."""

_OF_ALL_SERVICES: Final = frozenset(
    {"_retry.json", "endpoints.json", "partitions.json", "sdk-default-configuration.json"}
)

ROOTS: Final = ("Amazon Root CA ", "Starfield Services Root Certificate Authority")
"""Labels of the certificates that sign those of AWS's endpoints.

Source: Amazon Trust Services, "Repository" (https://www.amazontrust.com/repository/).
"""

_CERTIFICATE: Final = re.compile(
    r'# Label: "([^"]*)"\n(?:#[^\n]*\n)*(-----BEGIN CERTIFICATE-----\n.*?-----END [^\n]*\n)', re.DOTALL
)

# Scanners find packages by METADATA, and `importlib.metadata` their versions. Licences must go with the code.
_OF_DISTRIBUTIONS: Final = ("METADATA", "LICEN[CS]E*", "NOTICE*", "COPYING*", "AUTHORS*", "licenses", "sboms")


def prune(folder: Path) -> None:
    """Prune a folder into which pip installed."""
    # Command line programs. Their first line has the path of the interpreter on the build machine.
    shutil.rmtree(folder / "bin", ignore_errors=True)
    for pattern in ("*.pyi", "py.typed"):
        for stub in folder.rglob(pattern):
            stub.unlink()
    for distribution in folder.glob("*.dist-info"):
        kept = {path for pattern in _OF_DISTRIBUTIONS for path in distribution.glob(pattern)}
        _remove(path for path in distribution.iterdir() if path not in kept)
    certificates = folder / "botocore" / "cacert.pem"
    if certificates.is_file():
        _prune_certificates(certificates)
    # boto3's descriptions of its resources. This project uses none, and botocore describes clients.
    for unused in ("data", "examples"):
        shutil.rmtree(folder / "boto3" / unused, ignore_errors=True)
    data = folder / "botocore" / "data"
    if data.is_dir():
        _remove(path for path in data.iterdir() if path.name not in SERVICES.keys() | _OF_ALL_SERVICES)
        _prune_endpoints(data / "endpoints.json")
        for service, operations in SERVICES.items():
            for model in (data / service).glob("*/service-2.json.gz"):
                _prune_service(model, operations)


def _prune_certificates(path: Path) -> None:
    """Keep only the roots of AWS's endpoints: the file is parsed completely for every new connection."""
    found = _CERTIFICATE.findall(path.read_text(encoding="utf-8"))
    path.write_text("".join(one for label, one in found if label.startswith(ROOTS)), encoding="utf-8")


def _prune_endpoints(path: Path) -> None:
    """Keep only the endpoints of our services: the file is read completely at every start."""
    document: dict[str, Any] = json.loads(path.read_bytes())
    for partition in document["partitions"]:
        partition["services"] = {name: partition["services"][name] for name in SERVICES & partition["services"].keys()}
    _write(path, document)


def _prune_service(path: Path, operations: frozenset[str]) -> None:
    """Keep only the operations that are called, and all shapes that they refer to."""
    model: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
    model["operations"] = {name: one for name, one in model["operations"].items() if name in operations}
    named = _shapes_in(model["operations"])
    wanted: set[str] = set()
    while named:
        wanted |= named
        named = _shapes_in([model["shapes"][name] for name in sorted(named)]) - wanted
    model["shapes"] = {name: shape for name, shape in model["shapes"].items() if name in wanted}
    _write(path.with_suffix(""), model)
    path.unlink()


def _shapes_in(part: object) -> set[str]:
    """Return the names of the shapes that a part of a model refers to."""
    if isinstance(part, dict):
        # A member can also be named `shape`. Then its value is not a string.
        own = {part["shape"]} if isinstance(part.get("shape"), str) else set()
        return own.union(*map(_shapes_in, part.values()))
    if isinstance(part, list):
        return set().union(*map(_shapes_in, part))
    return set()


def _write(path: Path, document: object) -> None:
    path.write_text(json.dumps(document, separators=(",", ":")), encoding="utf-8")


def _remove(paths: Iterable[Path]) -> None:
    for path in list(paths):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


if __name__ == "__main__":
    prune(Path(sys.argv[1]))
