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


def base_path(resource: str, path: str) -> str:
    """Return the part of a path before that of API Gateway's resource: a stage, a base path, or nothing.

    The root may or may not end in a slash.
    """
    segments = path.rstrip("/").split("/")
    return "/".join(segments[: len(segments) - resource.rstrip("/").count("/")])
