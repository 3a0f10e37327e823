"""Paths: percent-encoding of names, and the address that a client used."""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote, unquote

_BROKEN_ENCODING: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")


def encode_segments(segments: Iterable[str]) -> str:
    """Return path segments joined by `/`, each percent-encoded as UTF-8 (RFC 3986, section 2.1)."""
    return "/".join(quote(segment, safe="") for segment in segments)


def decode_segment(raw: str) -> str | None:
    """Return what a percent-encoded path segment says, or None when it is not percent-encoded UTF-8."""
    if _BROKEN_ENCODING.search(raw):
        return None
    try:
        return unquote(raw, errors="strict")
    except UnicodeDecodeError:
        return None


def stage_prefix(event_path: str, context_path: str) -> str:
    """Return what stands before `/v1` in the address that the client used.

    `context_path` is `requestContext.path`: with API Gateway's own host name it begins with the stage, with a custom
    domain it begins with the base path.
    """
    marker = event_path.find("/v1/")
    tail = event_path[marker:] if marker >= 0 else event_path
    return context_path.removesuffix(tail) if context_path.endswith(tail) else ""
