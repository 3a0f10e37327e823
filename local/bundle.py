"""Zip files of the functions and of our layer, for the emulator's Lambda."""

import io
import py_compile
import tempfile
import zipfile
from pathlib import Path


def zipped(source: Path) -> bytes:
    """Return the folder as a zip file, including bytecode.

    Imports do not check the bytecode against its source (PEP 552, unchecked hash). Each worker extracts the file into
    its own folder, where it would otherwise compile each module again.
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
