"""Commands that generate clients, in the folder of tests/clients."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from support.conformance import ROOT

GENERATED: Final = ROOT / ".clients"
"""What is generated."""

BIN: Final = Path(sys.executable).parent
"""Commands of Python packages."""


def run(*command: str | Path, **variables: str) -> str:
    """Run a command with some environment variables, and return all that it prints."""
    path = os.pathsep.join([str(BIN), os.environ["PATH"]])
    result = subprocess.run(  # noqa: S603 - our own commands
        command,
        cwd=ROOT / "tests" / "clients",
        env={**os.environ, "PATH": path, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout
    return result.stdout
