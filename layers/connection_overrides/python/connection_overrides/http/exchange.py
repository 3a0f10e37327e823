"""One request on its way through: what routes may know of it, and what the log will say about it."""

from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import quote, urlencode

from connection_overrides.http.paths import encode_segments
from connection_overrides.http.signatures import Signature
from connection_overrides.operation import Operation
from connection_overrides.service.preconditions import Preconditions

# RFC 3986, section 3.4, less what means something in a query: encoded, a link would be longer than what it repeats.
_SAFE_IN_QUERY: Final = "!$'()*,-./:;?@_~"


class IdempotencyKey(NamedTuple):
    """The key of a write that may be sent again, and what tells its request from others. Both are digests."""

    name: str
    fingerprint: str


class Exchange:
    """A request.

    `is_unchanged` tells whether the answer is one that the caller has already: then it is 304, without a body.
    `is_repeated` tells whether it is a first answer, given again.
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
        signature: Signature,
    ) -> None:
        """Begin. `prefix` is the part of the client's path before `/v1`: a stage, a base path, or nothing.

        `path` is the part from `/v1` on.

        `signature` is that of the route's function, which knows how its responses are written out.
        """
        self.operation = operation
        self.preconditions = preconditions
        self.prefix = prefix
        self.path = path
        self.query = query
        self.is_unchanged = False
        self.is_repeated = False
        self.idempotency_key: IdempotencyKey | None = None
        self.subject = subject
        self.signature = signature

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
