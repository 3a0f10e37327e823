"""Each function's role allows exactly what the function does with the table.

conftest.py checks every request of all tests against the registry's role as well.
"""

import json
from types import ModuleType
from typing import Any

import pytest
from botocore.client import BaseClient
from support import rights
from support.events import STATUSES
from support.registry import RIGHTS, Client
from support.registry import Context as LambdaContext
from support.template import ROOT


@pytest.fixture
def needed(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The actions that calls of functions need from now on."""
    needed: set[str] = set()
    call = BaseClient._make_api_call  # type: ignore[attr-defined] # noqa: SLF001 - where botocore itself stubs

    def recorded(client: Any, operation: str, request: dict[str, Any]) -> Any:
        needed.update(rights.needed(operation, request))
        return call(client, operation, request)

    monkeypatch.setattr(BaseClient, "_make_api_call", recorded)
    return needed


@pytest.mark.usefixtures("event_rows")
@pytest.mark.parametrize("function", ["registry", "effective"])
def test_a_role_allows_exactly_what_its_function_does(
    functions: dict[str, ModuleType], needed: set[str], function: str
) -> None:
    for name in STATUSES[function]:
        event = (ROOT / "events" / function / f"{name}.json").read_text(encoding="utf-8")
        assert functions[function].handler(json.loads(event), LambdaContext())["statusCode"] < 500

    assert rights.allowed(f"{function.title()}Role") == needed


def test_the_actions_that_requests_need_are_recorded(api: Client) -> None:
    api.make_project()

    assert "PutItem" in RIGHTS


def test_the_authorizer_has_no_access_to_a_table() -> None:
    assert rights.allowed("AuthorizerRole") == set()
