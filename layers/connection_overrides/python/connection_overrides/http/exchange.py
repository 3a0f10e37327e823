"""One request on its way through: what routes may know of it, and what the log will say about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from connection_overrides.http.paths import encode_segments
from connection_overrides.operation import Operation


@dataclass(slots=True)
class Exchange:
    """A request. `prefix` is what stands before `/v1` in the address used: nothing, a stage or a base path."""

    operation: Operation
    prefix: str
    path: str
    query: Mapping[str, str]
    subject: dict[str, object] = field(default_factory=dict[str, object])
    """What the request turned out to be about, for the log: validated names and stored values only."""

    def address(self, *segments: str) -> str:
        """Return the address of a resource below `/v1`."""
        return f"{self.prefix}/v1/{encode_segments(segments)}"

    def list_identity(self) -> dict[str, object]:
        """Return all that two requests for pages of the same list have in common."""
        filters = {name: value for name, value in self.query.items() if name not in {"limit", "cursor"}}
        return {"account": self.operation.account, "path": self.path, "filters": filters}

    def next_address(self, cursor: str) -> str:
        """Return the address of the page that the cursor leads to."""
        return f"{self.prefix}{self.path}?{urlencode({**self.query, 'cursor': cursor})}"
