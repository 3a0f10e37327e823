"""What each function's role may do with the table is what the function does with it, computed from both sides.

conftest.py holds every request of all tests against the registry's role as well.
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
    """The rights that calls of functions from now on need."""
    needed: set[str] = set()
    call = BaseClient._make_api_call  # type: ignore[attr-defined] # noqa: SLF001 - where botocore itself stubs

    def recorded(client: Any, operation: str, request: dict[str, Any]) -> Any:
        needed.update(rights.needed(operation, request))
        return call(client, operation, request)

    monkeypatch.setattr(BaseClient, "_make_api_call", recorded)
    return needed


@pytest.mark.usefixtures("event_rows")
@pytest.mark.parametrize("function", ["registry", "effective"])
def test_a_role_may_do_what_its_function_does_and_nothing_else(
    functions: dict[str, ModuleType], needed: set[str], function: str
) -> None:
    for name in STATUSES[function]:
        event = (ROOT / "events" / function / f"{name}.json").read_text(encoding="utf-8")
        assert functions[function].handler(json.loads(event), LambdaContext())["statusCode"] < 500

    assert rights.allowed(f"{function.title()}Role") == needed


def test_the_rights_that_requests_need_are_noted(api: Client) -> None:
    api.make_project()

    assert "PutItem" in RIGHTS


def test_the_authorizer_reaches_no_table() -> None:
    assert rights.allowed("AuthorizerRole") == set()
