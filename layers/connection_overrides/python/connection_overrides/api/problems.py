"""Answers of problems: problem details (RFC 9457)."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from connection_overrides.api.json_text import json_text
from connection_overrides.api.urls import path_of
from connection_overrides.errors import AlreadyExists, Problem


def problem_document(problem: Problem, request_id: str) -> dict[str, Any]:
    """Return the members of the problem's answer."""
    return {
        "type": problem.uri(),
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "instance": f"urn:request:{request_id}",
        **problem.members(),
    }


def problem_response(problem: Problem, request_id: str, base_path: str = "") -> Response[str]:
    """Return the problem's answer; `base_path` is the part of the client's path before `/v1`."""
    headers = dict(problem.headers())
    if isinstance(problem, AlreadyExists):
        headers["Location"] = base_path + path_of(problem.item)
    body = json_text(problem_document(problem, request_id))
    return Response(problem.status, "application/problem+json", body, headers)
