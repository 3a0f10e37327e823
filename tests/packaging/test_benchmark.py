"""The benchmark still runs: one round of it, whose times mean nothing."""

from pathlib import Path

import pytest
from benchmarks.cold_start import measure
from benchmarks.report import table


@pytest.mark.usefixtures("built")
def test_every_candidate_answers_and_has_a_line(tmp_path: Path) -> None:
    measured = measure(1, tmp_path)

    assert list(measured) == [
        "empty",
        "authorizer, RS256",
        "authorizer, ES256",
        "registry, create",
        "effective",
        "FastAPI, create",
    ]
    assert table(measured).count("\n") == len(measured) + 2
