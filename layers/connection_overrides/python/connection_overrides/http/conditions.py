"""Conditional requests: `If-Match` and `If-None-Match` (RFC 9110, section 13)."""

import re
from collections.abc import Mapping
from typing import Any, Final

from connection_overrides.http.events import header_values
from connection_overrides.http.routing import Route
from connection_overrides.http.violations import invalid
from connection_overrides.service.preconditions import Preconditions

_ENTITY_TAG: Final = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
_TAG: Final = _ENTITY_TAG.pattern.replace("(", "(?:")
# Section 5.6.1: empty elements of a list are passed over.
_LIST: Final = re.compile(rf"[ \t,]*{_TAG}(?:[ \t]*,[ \t,]*{_TAG})*[ \t,]*")
_ANY: Final = "*"


def preconditions_of(event: Mapping[str, Any], route: Route) -> Preconditions:
    """Return what the request demands, or raise InvalidRequestError: a demand that is not understood is not met.

    Nor is one on a write that is not about a single item. `If-Match` compares strongly: a weak tag never matches.
    `If-None-Match` compares weakly (section 8.8.3.2).
    """
    match, none_match = _header(event, "If-Match"), _header(event, "If-None-Match")
    if route.writes_several:
        for name, value in (("If-Match", match), ("If-None-Match", none_match)):
            if value is not None:
                raise invalid(("header", name), "conditional", "is for one item: send it to the item's own address")
    return Preconditions(
        match=None if match is None or match == _ANY else _tags(match, strong=True),
        exists=match == _ANY,
        none_match=None if none_match is None or none_match == _ANY else _tags(none_match, strong=False),
        is_absent=none_match == _ANY,
    )


def _header(event: Mapping[str, Any], name: str) -> str | None:
    values = header_values(event, name.lower())
    if not values:
        return None
    value = ",".join(values).strip(" \t")
    if value != _ANY and _LIST.fullmatch(value) is None:
        raise invalid(("header", name), "entity_tag", "must be '*', or entity tags in double quotes")
    return value


def _tags(value: str, *, strong: bool) -> frozenset[str]:
    return frozenset(match[2] for match in _ENTITY_TAG.finditer(value) if not (strong and match[1]))
