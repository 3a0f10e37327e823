"""Pages of lists: cursors, and how much of a list a response holds.

A cursor gives no access: the partition is always derived from the request. Its signature makes sure that one of another
list, another filter or another account, or a forged one, is refused instead of returning a wrong page.
"""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from typing import Annotated, Any, Final
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
"""Of the results in a function's response, which holds 6 MB (AWS Lambda quotas, "Invocation payload").

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

    model_config = ConfigDict(validate_by_name=True)  # Powertools validates a response from its attributes

    results: list[T]
    next_cursor: Annotated[str | None, OMIT_NONE] = None


def page_request(ctx: RequestContext, paging: Paging) -> PageRequest:
    """Return which part of the list is wanted. Raises InvalidRequest for a cursor of another list."""
    if paging.cursor is None:
        return PageRequest(paging.limit)
    position = _position_of(ctx, paging.cursor)
    if position is None:
        message = "must be a cursor returned by this list with the same filters"
        raise InvalidRequest.of(("query", "cursor"), "cursor_invalid", message)
    return PageRequest(paging.limit, position)


def listed(
    ctx: RequestContext,
    page: Page[Any],
    model: type[BaseModel] = ResultPage,
    **members: Any,  # noqa: ANN401 - of models
) -> Response[Any]:
    """Answer 200 with as much of a page as a response holds and, unless it is the last, a link to the next (RFC 8288).

    `members` are those that the model has beside those of a ResultPage.
    """
    results = _fitting(page.results)
    cursor, headers = None, {}
    if (next_after := page.first(len(results)).next_after) is not None:
        cursor = _cursor(ctx, next_after)
        query = {name: _comma_list(value) for name, value in {**ctx.query, "cursor": cursor}.items()}
        link = f"{ctx.base_path}{ctx.path}?{urlencode(query, safe=_SAFE_IN_QUERY, quote_via=quote)}"
        headers = {"Link": f'<{link}>; rel="next"'}
    return shown(model.model_construct(results=results, next_cursor=cursor, **members), headers)


def _cursor(ctx: RequestContext, position: str) -> str:
    """Return an opaque text for a position in this list, the last name returned, with a signature."""
    filters = {name: _comma_list(value) for name, value in ctx.query.items() if name not in {"limit", "cursor"}}
    identity = {"account": ctx.caller.account, "path": ctx.path, "filters": filters}
    text = json.dumps([position, identity], sort_keys=True)
    signature = hmac.digest(ctx.cursor_key, text.encode(), hashlib.sha256)[:_SIGNATURE_BYTES]
    return urlsafe_b64encode(signature + position.encode()).decode().rstrip("=")


def _position_of(ctx: RequestContext, cursor: str) -> str | None:
    """Return the position, or None unless `_cursor` returned exactly this text for exactly this list."""
    if len(cursor) > _CURSOR_MAX_LENGTH:
        return None
    try:
        position = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))[_SIGNATURE_BYTES:].decode()
    except ValueError:
        return None
    return position if hmac.compare_digest(_cursor(ctx, position).encode(), cursor.encode()) else None


def _fitting[T: BaseModel](results: Iterable[T]) -> list[T]:
    """Return the first results, as many as a response holds, but at least one if there is one."""
    kept: list[T] = []
    size = 0
    for result in results:
        size += _bytes_in_result(result.model_dump_json(by_alias=True)) + len(",")
        if kept and size > RESULTS_MAX_BYTES:
            break
        kept.append(result)
    return kept


def _comma_list(value: str | list[str]) -> str:
    return value if isinstance(value, str) else ",".join(value)


def _bytes_in_result(text: str) -> int:
    """Return the bytes that a part of a body takes in the result of a function, where the body is a JSON string.

    The runtime of Python 3.13 escapes there what JSON demands, and Unicode's two line separators (awslambdaric,
    `lambda_runtime_marshaller`, which uses simplejson).
    """
    in_quotes = len(json.dumps(text, ensure_ascii=False).encode())
    return in_quotes - len('""') + _ESCAPED_BYTES * sum(map(text.count, _LINE_SEPARATORS))
