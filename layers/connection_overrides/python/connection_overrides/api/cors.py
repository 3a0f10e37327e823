"""Which web page may read responses (Fetch standard, "CORS protocol"): one origin, or none."""

from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

_READABLE: Final = (
    # API Gateway renames a function's WWW-Authenticate (Developer Guide, "Amazon API Gateway important notes").
    "Allow, ETag, Link, Location, Preview, Retry-After, WWW-Authenticate, X-Request-Id, "
    "x-amzn-Remapped-WWW-Authenticate"
)
_SENDABLE: Final = "Authorization, Change-Reason, Content-Type, Idempotency-Key, If-Match, If-None-Match, traceparent"
_PREFLIGHT_SECONDS: Final = "600"


class Cors(NamedTuple):
    """The origin whose pages may call, such as `https://console.example`; None allows no page."""

    origin: str | None

    def headers(self) -> Mapping[str, str]:
        """Return the headers of every response."""
        if self.origin is None:
            return {}
        return {
            "Access-Control-Allow-Origin": self.origin,
            "Access-Control-Expose-Headers": _READABLE,
            "Vary": "Origin",
        }

    def preflight_headers(self, methods: Collection[str]) -> Mapping[str, str]:
        """Return the further headers of the response to OPTIONS."""
        if self.origin is None:
            return {}
        return {
            "Access-Control-Allow-Methods": ", ".join(methods),
            "Access-Control-Allow-Headers": _SENDABLE,
            "Access-Control-Max-Age": _PREFLIGHT_SECONDS,
        }
