"""URLs: percent-encoding of names, and the path that the client used."""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote, unquote

from connection_overrides.domain.models import Connection, Environment, Override, Project

_BROKEN_ENCODING: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")


def encode_segments(segments: Iterable[str]) -> str:
    """Return path segments joined by `/`, each percent-encoded as UTF-8 (RFC 3986, section 2.1)."""
    return "/".join(quote(segment, safe="") for segment in segments)


def decode_segment(raw: str) -> str | None:
    """Return a percent-encoded path segment decoded, or None when it is not percent-encoded UTF-8."""
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


def path_of(item: object) -> str:
    """Return the path of an item's own URL, from `/v1` on."""
    match item:
        case Override():
            segments = [item.project_id, "connections", "environment-overrides", item.environment_name, item.name]
        case Connection():
            segments = [item.project_id, "connections", item.name]
        case Environment():
            segments = [item.project_id, "environments", item.name]
        case Project():
            segments = [item.project_id]
        case _:
            raise TypeError(type(item).__name__)
    return f"/v1/projects/{encode_segments(segments)}"
