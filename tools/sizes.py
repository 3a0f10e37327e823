"""`make sizes`: the unpacked size of functions and layers. Lambda allows 250 MB for a function with its layers.

Source: AWS Lambda Developer Guide, "Lambda quotas".
"""

import sys
from pathlib import Path
from typing import Final

_MEGABYTE: Final = 1_000_000
_SHOWN: Final = 8


def size_of(path: Path) -> int:
    """Return the size in bytes of a file, or of all files in a folder."""
    return path.stat().st_size if path.is_file() else sum(each.stat().st_size for each in path.rglob("*"))


def report(built: Path) -> str:
    """Return a line for each function and layer, followed by the largest packages of the layer."""
    lines = []
    for folder in sorted(path for path in built.iterdir() if path.is_dir()):
        lines.append(_line(folder.name, size_of(folder)))
        packages = {path.name: size_of(path) for path in folder.glob("python/*")}
        largest = sorted(packages, key=lambda name: packages[name], reverse=True)[:_SHOWN]
        lines += [_line(f"  {name}", packages[name]) for name in largest if len(packages) > 1]
    return "\n".join(lines)


def _line(name: str, size: int) -> str:
    return f"{name:<34}{size / _MEGABYTE:>8.2f} MB"


if __name__ == "__main__":
    sys.stdout.write(report(Path(sys.argv[1])) + "\n")
