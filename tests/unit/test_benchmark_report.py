"""The ratios in docs/benchmarks.md follow from the measured counts."""

from benchmarks import report
from benchmarks.report import Consumed, Kind, Measured

NAMES = [f"{function}, {build}" for function in ("registry", "effective", "authorizer") for build in ("now", "before")]


def measured(*rounds: float) -> Measured:
    """Counts: the first event of the registry after a restore takes these, and took 40 before. The rest is constant."""
    counts = []
    for first in rounds:
        taken = {(name, kind): 100.0 for name in (*NAMES, "empty", "FastAPI") for kind in Kind}
        taken |= {(name, Kind.RESTORED): 140.0 for name in NAMES} | {("registry, now", Kind.RESTORED): 100 + first}
        taken |= {(name, Kind.WARM): 150.0 for name in (*NAMES, "FastAPI")} | {("registry, before", Kind.WARM): 140.0}
        counts.append(taken | {("registry, now", Kind.START): 60.0})
    consumed = [[Consumed("create", 2, 6, 8)], [Consumed("create", 3, 6, 10)]]
    return Measured("beans", 10, consumed, counts)


def sections(*rounds: float) -> dict[str, str]:
    return {section.name: content for section, content in report.sections(measured(*rounds))}


def test_a_ratio_is_the_median_of_the_rounds_with_the_lowest_and_the_highest() -> None:
    lines = sections(10, 12, 20)["restored"].splitlines()

    assert lines[2] == "| registry, now ÷ registry, before | 0.300 | 0.250 to 0.500 | ≤ 0.4 |"
    assert lines[3] == "| effective, now ÷ effective, before | 1.000 | 1.000 to 1.000 | ≤ 0.4 |"


def test_a_warm_event_is_the_difference_between_two_runs() -> None:
    assert measured(10).event("registry, now") == [5]
    assert "| registry, now ÷ registry, before | 1.250 |" in sections(10)["warm"]


def test_a_start_is_compared_with_fastapi_and_with_an_empty_function() -> None:
    assert "| registry, now ÷ FastAPI | 0.600 | 0.600 to 0.600 | ≤ 0.72 |" in sections(10)["start"]
    assert "| effective, now ÷ empty | 1.000 |" in sections(10)["start"]


def test_calls_and_units_are_shown_with_their_previous_values_if_they_differ() -> None:
    assert "| create | 2 (before: 3) | 6 | 8 (before: 10) | 0.82 |" in sections(10)["calls"]


def test_the_price_without_snapstart_is_a_start_divided_by_a_first_event() -> None:
    assert "6 times for the first create" in sections(10)["price"]
