"""Zip files of the functions and of our layer, as the emulator's Lambda takes them."""

import io
import py_compile
import tempfile
import zipfile
from pathlib import Path


def zipped(source: Path) -> bytes:
    """Return the folder as a zip file with compiled modules beside their sources.

    The bytecode is checked against nothing at import (PEP 552, unchecked hash): every worker unpacks the file into a
    folder of its own, where it would otherwise compile each module again.
    """
    buffer = io.BytesIO()
    with tempfile.TemporaryDirectory() as scratch, zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        compiled = Path(scratch) / "module.pyc"
        for path in sorted(source.rglob("*")):
            if path.is_dir() or "__pycache__" in path.parts:
                continue
            name = path.relative_to(source)
            archive.write(path, name)
            if path.suffix == ".py":
                py_compile.compile(
                    str(path),
                    cfile=str(compiled),
                    dfile=str(name),
                    doraise=True,
                    invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
                )
                archive.write(compiled, name.parent / "__pycache__" / f"{name.stem}.cpython-313.pyc")
    return buffer.getvalue()
