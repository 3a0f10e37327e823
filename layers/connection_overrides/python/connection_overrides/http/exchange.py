"""One request on its way through: what routes may know of it, and what the log will say about it."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, urlencode

from connection_overrides.http.paths import encode_segments
from connection_overrides.operation import Operation
from connection_overrides.service.preconditions import Preconditions

# RFC 3986, section 3.4, less what means something in a query: encoded, a link would be longer than what it repeats.
_SAFE_IN_QUERY: Final = "!$'()*,-./:;?@_~"


class Exchange:
    """A request.

    `is_unchanged` tells whether the answer is one that the caller has already: then it is 304, without a body.
    `subject` is what the request turned out to be about, for the log: validated names and stored values only.
    """

    def __init__(
        self,
        operation: Operation,
        preconditions: Preconditions,
        *,
        prefix: str,
        path: str,
        query: Mapping[str, str],
        subject: dict[str, object],
    ) -> None:
        """Begin. `prefix` is what stands before `/v1` in the address used: nothing, a stage or a base path."""
        self.operation = operation
        self.preconditions = preconditions
        self.prefix = prefix
        self.path = path
        self.query = query
        self.is_unchanged = False
        self.subject = subject

    def address(self, *segments: str) -> str:
        """Return the address of a resource below `/v1`."""
        return f"{self.prefix}/v1/{encode_segments(segments)}"

    def list_identity(self) -> dict[str, object]:
        """Return all that two requests for pages of the same list have in common."""
        filters = {name: value for name, value in self.query.items() if name not in {"limit", "cursor"}}
        return {"account": self.operation.account, "path": self.path, "filters": filters}

    def next_address(self, cursor: str) -> str:
        """Return the address of the page that the cursor leads to."""
        query = urlencode({**self.query, "cursor": cursor}, safe=_SAFE_IN_QUERY, quote_via=quote)
        return f"{self.prefix}{self.path}?{query}"
