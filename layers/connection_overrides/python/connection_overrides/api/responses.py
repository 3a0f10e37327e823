"""Responses: of operations that succeed, and of problems (RFC 9457)."""

import json
import re
from typing import Any, Final
from urllib.parse import quote

from aws_lambda_powertools.event_handler import Response

from connection_overrides.context import RequestContext, Tagged
from connection_overrides.domain.models import Connection, Environment, Override, Project, Stored
from connection_overrides.errors import AlreadyExists, Problem

_JSON: Final = "application/json"
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class NotModified(Exception):
    """The caller already has the version of the item; `tag` is that version's."""

    def __init__(self, tag: str) -> None:
        super().__init__()
        self.tag = tag


def created[T: Stored](ctx: RequestContext, item: T) -> Response[T]:
    """Answer 201 with the item, its URL and its ETag."""
    ctx.log["revision"] = item.revision
    headers = {"Location": ctx.base_path + path_of(item), "ETag": f'"{item.tag}"'}
    return Response(201, _JSON, item, headers)


def replaced[T: Stored](ctx: RequestContext, item: T) -> Response[T]:
    """Answer 200 with the item as it is now, and its ETag."""
    ctx.log["revision"] = item.revision
    return Response(200, _JSON, item, {"ETag": f'"{item.tag}"'})


def found[T: Tagged](ctx: RequestContext, item: T) -> Response[T]:
    """Answer 200 with the item and its ETag. Raises PreconditionFailed or, if the caller has it, NotModified."""
    ctx.log["revision"] = item.revision
    # In this order (RFC 9110, section 13.2.2).
    ctx.preconditions.require_match(item)
    if ctx.preconditions.is_ruled_out(item):
        raise NotModified(item.tag)
    return Response(200, _JSON, item, {"ETag": f'"{item.tag}"'})


def shown[T](body: T, headers: dict[str, str] | None = None) -> Response[T]:
    """Answer 200 with something that has no version."""
    return Response(200, _JSON, body, headers)


def deleted() -> Response[None]:
    """Answer 204."""
    return Response(204)


def not_modified(tag: str) -> Response[str]:
    """Answer 304."""
    return Response(304, body="", headers={"ETag": f'"{tag}"'})


def problem_document(problem: Problem, request_id: str, base_path: str = "") -> dict[str, Any]:
    """Return the members of the problem's response. `type` is a path that works from where the request was sent."""
    return {
        "type": base_path + problem.uri(),
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "instance": f"urn:request:{request_id}",
        **problem.members(),
    }


def problem_response(problem: Problem, request_id: str, base_path: str = "") -> Response[str]:
    """Return the problem's response; `base_path` is the part of the client's path before `/v1`."""
    headers = dict(problem.headers())
    if isinstance(problem, AlreadyExists):
        headers["Location"] = base_path + path_of(problem.item)
    body = json_text(problem_document(problem, request_id, base_path))
    return Response(problem.status, "application/problem+json", body, headers)


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
    # Percent-encoded as UTF-8 (RFC 3986, section 2.1).
    return "/v1/projects/" + "/".join(quote(segment, safe="") for segment in segments)


def json_text(value: object) -> str:
    """Return the JSON of a response. Only what UTF-8 cannot encode is escaped (RFC 8259, section 8.1).

    That is half of a surrogate pair, which the name of an unknown query parameter may contain.
    """
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return text if text.isascii() else _SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", text)
