"""Pages of lists: cursors, and how much of a list an answer holds.

A cursor gives no access: the partition is always derived from the request. Its signature makes sure that one of another
list, another filter or another account, or a forged one, is refused instead of returning a wrong page.
"""

import binascii
import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from typing import Annotated, Final, NamedTuple
from urllib.parse import quote, urlencode

from aws_lambda_powertools.event_handler import Response
from pydantic import BaseModel, ConfigDict

from connection_overrides.api.params import Paging
from connection_overrides.api.responses import shown
from connection_overrides.context import RequestContext
from connection_overrides.domain.base import OMIT_NONE, Model
from connection_overrides.errors import InvalidRequest
from connection_overrides.store.pagination import Page, PageRequest

RESULTS_MAX_BYTES: Final = 5_000_000
"""Of the results in a function's answer, which holds 6 MB (AWS Lambda quotas, "Invocation payload").

The rest fits beside them: the names of a matrix's environments, at most 90 of 700 bytes, cursor and link. A single
result is far smaller: the longest are a matrix row of 90 cells, and a secret with 100 effective connections.
"""

_LINE_SEPARATORS: Final = ("\u2028", "\u2029")
_ESCAPED_BYTES: Final = len("\\u2028") - len("\u2028".encode())

_SIGNATURE_BYTES: Final = 16
_CURSOR_MAX_LENGTH: Final = 2048
"""Longer than any: a position is a name of up to 700 bytes."""

# RFC 3986, section 3.4, without what has a meaning in a query: encoded, a link would be longer than what it repeats.
_SAFE_IN_QUERY: Final = "!$'()*,-./:;?@_~"


class ResultPage[T](Model):
    """A page of a list. Without `nextCursor` it is the last."""

    model_config = ConfigDict(validate_by_name=True)  # Powertools validates an answer from its attributes

    results: list[T]
    next_cursor: Annotated[str | None, OMIT_NONE] = None


class PagePart[T](NamedTuple):
    """As much of a page as an answer holds, with the cursor and the headers that lead to the rest of the list."""

    results: list[T]
    next_cursor: str | None
    headers: dict[str, str]


class CursorSigner(NamedTuple):
    """Encodes and decodes cursors. `key` is unknown to clients; every instance of a deployment has the same."""

    key: bytes

    def encode(self, position: str, query: Mapping[str, object]) -> str:
        """Return an opaque text that `decode` accepts for the same query; `position` is the last name returned."""
        signed = self._sign(position, query) + position.encode()
        return urlsafe_b64encode(signed).decode().rstrip("=")

    def decode(self, cursor: str, query: Mapping[str, object]) -> str | None:
        """Return the position, or None unless `encode` returned exactly this text for exactly this query."""
        if len(cursor) > _CURSOR_MAX_LENGTH:
            return None
        try:
            signed = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            position = signed[_SIGNATURE_BYTES:].decode()
        except (binascii.Error, ValueError):
            return None
        expected = self.encode(position, query)
        return position if hmac.compare_digest(expected.encode(), cursor.encode()) else None

    def _sign(self, position: str, query: Mapping[str, object]) -> bytes:
        text = json.dumps([position, query], sort_keys=True)
        return hmac.digest(self.key, text.encode(), hashlib.sha256)[:_SIGNATURE_BYTES]


def page_request(ctx: RequestContext, paging: Paging) -> PageRequest:
    """Return which part of the list is wanted. Raises InvalidRequest for a cursor of another list."""
    if paging.cursor is None:
        return PageRequest(paging.limit)
    position = CursorSigner(ctx.cursor_key).decode(paging.cursor, _identity(ctx))
    if position is None:
        message = "must be a cursor returned by this list with the same filters"
        raise InvalidRequest.of(("query", "cursor"), "cursor_invalid", message)
    return PageRequest(paging.limit, position)


def listed[T: BaseModel](ctx: RequestContext, page: Page[T]) -> Response[ResultPage[T]]:
    """Answer 200 with a page and, unless it is the last, a cursor and a link to the next one (RFC 8288)."""
    part = part_of(ctx, page)
    return shown(ResultPage.model_construct(results=part.results, next_cursor=part.next_cursor), part.headers)


def part_of[T: BaseModel](ctx: RequestContext, page: Page[T]) -> PagePart[T]:
    """Return as much of a page as an answer holds."""
    results = _fitting(page.results)
    next_after = page.first(len(results)).next_after
    if next_after is None:
        return PagePart(results, None, {})
    cursor = CursorSigner(ctx.cursor_key).encode(next_after, _identity(ctx))
    query = {name: _comma_list(value) for name, value in {**ctx.query, "cursor": cursor}.items()}
    link = f"{ctx.base_path}{ctx.path}?{urlencode(query, safe=_SAFE_IN_QUERY, quote_via=quote)}"
    return PagePart(results, cursor, {"Link": f'<{link}>; rel="next"'})


def _fitting[T: BaseModel](results: Iterable[T]) -> list[T]:
    """Return the first results, as many as an answer holds, but at least one if there is one."""
    kept: list[T] = []
    size = 0
    for result in results:
        size += _bytes_in_result(result.model_dump_json(by_alias=True)) + len(",")
        if kept and size > RESULTS_MAX_BYTES:
            break
        kept.append(result)
    return kept


def _identity(ctx: RequestContext) -> dict[str, object]:
    """Return what all requests for pages of the same list have in common."""
    filters = {name: _comma_list(value) for name, value in ctx.query.items() if name not in {"limit", "cursor"}}
    return {"account": ctx.caller.account, "path": ctx.path, "filters": filters}


def _comma_list(value: str | list[str]) -> str:
    return value if isinstance(value, str) else ",".join(value)


def _bytes_in_result(text: str) -> int:
    """Return the bytes that a part of a body takes in the result of a function, where the body is a JSON string.

    The runtime of Python 3.13 escapes there what JSON demands, and Unicode's two line separators (awslambdaric,
    `lambda_runtime_marshaller`, which uses simplejson).
    """
    in_quotes = len(json.dumps(text, ensure_ascii=False).encode())
    return in_quotes - len('""') + _ESCAPED_BYTES * sum(map(text.count, _LINE_SEPARATORS))
