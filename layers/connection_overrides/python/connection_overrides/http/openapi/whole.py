"""The routes of all functions on one router: what the whole API takes. None of them is called."""

from functools import cache
from typing import TYPE_CHECKING, cast

from connection_overrides.http.cursors import CursorSeal
from connection_overrides.http.effective import declare_effective
from connection_overrides.http.registry import declare_registry
from connection_overrides.http.routing import Router

if TYPE_CHECKING:
    from connection_overrides.store.writable_table import WritableTable


@cache
def whole_api() -> Router:
    """Return the routes."""
    router, nothing = Router(CursorSeal(b"")), cast("WritableTable", None)
    declare_registry(router, nothing, str)
    declare_effective(router, nothing)
    return router
