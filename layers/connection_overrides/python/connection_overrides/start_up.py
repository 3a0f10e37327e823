"""What a function does once, before its first event."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def starting_up() -> Iterator[None]:
    """Load modules and make what lives as long as the process, without looking for garbage meanwhile or ever after.

    A start makes many objects and hardly any garbage, so that collections in between find nothing. What is there at the
    end is taken out of all later ones (`gc.freeze`).
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
