"""Checks behind the validation of requests, which no request reaches: they keep a fault of the code from doing harm."""

import json
from io import StringIO
from typing import Any, cast

import pytest
from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response
from support.registry import Context

from connection_overrides.api.app import App
from connection_overrides.api.responses import path_of, shown
from connection_overrides.api.routes.meta import Health
from connection_overrides.api.routing import PUBLIC, SHOWN, Router
from connection_overrides.context import RequestContext
from connection_overrides.store import keys

NO_ITEM: Any = object()


@pytest.mark.parametrize("account", ["", "acme/other"])
def test_a_part_of_a_key_is_neither_empty_nor_has_the_separator(account: str) -> None:
    with pytest.raises(ValueError, match="separator"):
        keys.projects(account)


def test_only_items_have_a_key_and_a_path() -> None:
    with pytest.raises(TypeError):
        keys.key_of("acme", NO_ITEM)
    with pytest.raises(TypeError):
        path_of(NO_ITEM)


def test_a_response_that_does_not_satisfy_its_schema_is_500_and_its_value_is_logged_nowhere() -> None:
    router = Router("Test")

    @router.operation("GET", "/v1/test", SHOWN, scope=PUBLIC)
    def get_test(ctx: RequestContext) -> Response[Health]:  # noqa: ARG001 - as all operations
        return shown(cast("Health", {"status": "a secret"}))

    log = StringIO()
    logger = Logger(service="last checks", stream=log)
    app = App([router], client=cast("Any", None), table_name="registry", cursor_key=b"key", logger=logger)
    event = {
        "httpMethod": "GET",
        "resource": "/v1/test",
        "path": "/v1/test",
        "requestContext": {"requestId": "79b4f56e"},
    }

    result = app.handle(event, Context())

    assert (result["statusCode"], json.loads(result["body"])["type"]) == (500, "/v1/problems/internal-error")
    assert "secret" not in result["body"] + log.getvalue()
    assert json.loads(log.getvalue())["reason"].startswith("invalid response")
