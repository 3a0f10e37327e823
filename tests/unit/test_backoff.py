"""Waits between attempts."""

import random

from connection_overrides.backoff import waits


def test_waits_grow_and_stay_short() -> None:
    assert all(
        0.025 <= wait <= min(0.4, 0.05 * 2**attempt) for _ in range(100) for attempt, wait in enumerate(waits(8))
    )


def test_copies_of_one_snapshot_do_not_wait_for_the_same_time() -> None:
    state = random.getstate()
    first = list(waits(4))
    random.setstate(state)

    assert first != list(waits(4))
