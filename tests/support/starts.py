"""A built function that handles one event in a separate process."""

import json
import subprocess
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.candidates import Candidate, interpreter
from support.template import ROOT

DRIVER: Final = ROOT / "tests" / "packaging" / "first_event.py"


@dataclass(frozen=True)
class Start:
    """The function's response, what was compiled for it, and the modules that it loaded with their bytecode."""

    answer: dict[str, Any]
    compiled: list[str]
    modules: dict[str, str | None]


def start(candidate: Candidate) -> Start:
    result = subprocess.run(  # noqa: S603 - our own command
        (*interpreter(), str(DRIVER)),
        env=candidate.environment(),
        cwd=candidate.code,
        input=candidate.event,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert result.returncode == 0, result.stderr.decode()
    return Start(**json.loads(result.stdout))
