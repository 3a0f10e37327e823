"""Answers of operations that succeed."""

from typing import Final

from aws_lambda_powertools.event_handler import Response

from connection_overrides.api.urls import path_of
from connection_overrides.context import RequestContext, Tagged
from connection_overrides.domain.models import Stored

_JSON: Final = "application/json"


class NotModified(Exception):
    """The caller already has the version of the item; `tag` is that version's."""

    def __init__(self, tag: str) -> None:
        super().__init__()
        self.tag = tag


def created[T: Stored](ctx: RequestContext, item: T) -> Response[T]:
    """Answer 201 with the item, its URL and its ETag."""
    ctx.log["revision"] = item.revision
    headers = {"Location": ctx.base_path + path_of(item), "ETag": _entity_tag(item.tag)}
    return Response(201, _JSON, item, headers)


def replaced[T: Stored](ctx: RequestContext, item: T) -> Response[T]:
    """Answer 200 with the item as it is now, and its ETag."""
    ctx.log["revision"] = item.revision
    return Response(200, _JSON, item, {"ETag": _entity_tag(item.tag)})


def found[T: Tagged](ctx: RequestContext, item: T) -> Response[T]:
    """Answer 200 with the item and its ETag. Raises PreconditionFailed or, if the caller has it, NotModified."""
    ctx.log["revision"] = item.revision
    # In this order (RFC 9110, section 13.2.2).
    ctx.preconditions.require_match(item)
    if ctx.preconditions.is_ruled_out(item):
        raise NotModified(item.tag)
    return Response(200, _JSON, item, {"ETag": _entity_tag(item.tag)})


def shown[T](body: T, headers: dict[str, str] | None = None) -> Response[T]:
    """Answer 200 with something that has no version."""
    return Response(200, _JSON, body, headers)


def deleted() -> Response[None]:
    """Answer 204."""
    return Response(204)


def not_modified(tag: str) -> Response[str]:
    """Answer 304."""
    return Response(304, body="", headers={"ETag": _entity_tag(tag)})


def _entity_tag(tag: str) -> str:
    """Return a strong entity tag (RFC 9110, section 8.8.3)."""
    return f'"{tag}"'
