"""What a function does once, before its first event."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def fast_import() -> Iterator[None]:
    """Import without garbage collection, and exclude what is there at the end from all later collections.

    A start makes many objects and hardly any garbage, so that collections in between find nothing. What is there at the
    end is taken out of all later ones (`gc.freeze`).
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
