"""The benchmark works: one short round, which compares the build with itself."""

from pathlib import Path

import pytest
from benchmarks import report
from benchmarks.candidates import NOW, services
from benchmarks.counting import CpuTime
from benchmarks.measure import measure
from benchmarks.report import Measured


@pytest.fixture(scope="module")
def measured(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Measured:
    assert built
    keys = tmp_path_factory.mktemp("keys")
    with services(keys, NOW, NOW._replace(name="before")) as both:
        return measure(both, CpuTime(), 1, 5, keys)


def test_a_build_calls_and_consumes_the_same_as_itself(measured: Measured) -> None:
    now, before = measured.consumed

    assert now == before
    assert all(one.calls and one.reads for one in now)


def test_every_section_of_the_document_is_written(measured: Measured) -> None:
    for section, content in report.sections(measured):
        assert section.current().count("|") == content.count("|"), section.name
        assert section.current(), section.name


def test_a_start_takes_more_than_its_first_event_after_a_restore(measured: Measured) -> None:
    for name in ("registry, now", "effective, now"):
        assert measured.start(name)[0] > measured.restored(name)[0]
