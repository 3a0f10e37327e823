"""The successes that a route can declare: status, headers and media type, as the document of the API tells them."""

from typing import Final, NamedTuple

_JSON: Final = "application/json"


class Outcome(NamedTuple):
    """A success. Without a `media_type` the answer has no body; `headers` are those it has on top of every answer's."""

    status: int
    meaning: str
    headers: tuple[str, ...] = ()
    media_type: str | None = _JSON


CREATED: Final = Outcome(201, "Made. `Location` is its address, `ETag` its state.", ("Location", "ETag"))
FOUND: Final = Outcome(200, "The item as it is now; `ETag` is its state.", ("ETag",))
UNCHANGED: Final = Outcome(304, "The item is still in the state that `If-None-Match` names.", ("ETag",), None)
REPLACED: Final = Outcome(200, "Replaced. The item as it is now; `ETag` is its new state.", ("ETag",))
DELETED: Final = Outcome(204, "Deleted.", (), None)
LISTED: Final = Outcome(200, "A page of the list. Unless it is the last, `Link` is the address of the next.", ("Link",))
SHOWN: Final = Outcome(200, "As asked for.")
PAGE: Final = Outcome(200, "A page for a browser.", ("Content-Security-Policy",), "text/html")
