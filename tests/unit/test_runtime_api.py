"""The benchmark's Lambda Runtime API."""

import sys
from pathlib import Path

import pytest
from benchmarks.runtime_api import NoAnswerError, run


def test_a_process_that_exits_is_reported_with_its_output(tmp_path: Path) -> None:
    with pytest.raises(NoAnswerError, match="out of luck"):
        run((sys.executable, "-c", "raise SystemExit('out of luck')"), {}, tmp_path, [b"{}"], snap_start=False)
