"""The events of the API's functions are generated from events/events.yaml."""

from tools.events import EVENTS, rendered


def test_the_event_files_are_up_to_date_and_complete() -> None:
    files = [*EVENTS.glob("registry/*.json"), *EVENTS.glob("effective/*.json")]

    assert {path: path.read_text(encoding="utf-8") for path in files} == dict(rendered()), "stale: make events"
