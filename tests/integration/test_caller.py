"""The caller that the functions read from the authorizer's context."""

from typing import Final

import pytest
from support.registry import PROJECTS, Client

CONTEXT: Final = {"account": "acme", "subject": "s", "scopes": "connections:read", "expiresAt": "4000000000"}


@pytest.mark.parametrize(
    "authorizer",
    [
        None,
        {},
        "acme",
        CONTEXT | {"account": "a/b"},
        CONTEXT | {"scopes": None},
        CONTEXT | {"scopes": ["connections:read"]},
        CONTEXT | {"expiresAt": "x"},
        CONTEXT | {"expiresAt": "1"},
    ],
)
def test_a_context_without_a_valid_caller_is_401(api: Client, authorizer: object) -> None:
    context = {"requestId": "c0ffee", "path": PROJECTS, "authorizer": authorizer}

    reply = api.call("GET", PROJECTS, requestContext=context)

    assert (reply.status, reply.body["type"]) == (401, "/v1/problems/unauthorized")
    assert reply.headers["WWW-Authenticate"] == 'Bearer realm="connection-overrides"'


@pytest.mark.parametrize(("seconds_left", "status"), [(10, 200), (-29, 200), (-31, 401)])
def test_a_token_is_accepted_until_30_seconds_after_it_expired(api: Client, seconds_left: int, status: int) -> None:
    api.expires_at = int(api.now.timestamp()) + seconds_left

    assert api.call("GET", PROJECTS).status == status
