"""What each function's role may do with the table is what the function does with it, computed from both sides."""

import ast
import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest
from botocore.client import BaseClient
from local import event_data
from support.events import STATUSES
from support.faults import TRANSACTION
from support.registry import TABLE, Context
from support.template import ROOT, STAGES, resources

from connection_overrides.store import actions, table

NAMES: Final = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
"""The right that each action of a transaction needs (Service Authorization Reference, "Amazon DynamoDB")."""


def in_the_code(module: ModuleType) -> Iterator[ast.AST]:
    source = module.__file__
    assert source
    return ast.walk(ast.parse(Path(source).read_text(encoding="utf-8")))


def calls_in_the_code() -> set[str]:
    """Every operation of the client that the code names."""
    methods = {
        node.attr
        for node in in_the_code(table)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute) and node.value.attr == "_client"
    }
    return {"".join(word.title() for word in method.split("_")) for method in methods}


def actions_in_the_code() -> set[str]:
    """Every action that the code can put into a transaction."""
    keys = (key for node in in_the_code(actions) if isinstance(node, ast.Dict) for key in node.keys)
    named = {key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)}
    return {NAMES[name] for name in named if name in NAMES}


def rights(calls: Iterator[tuple[str, dict[str, Any]]]) -> set[str]:
    """What a role needs for these calls."""
    needed: set[str] = set()
    for operation, request in calls:
        if operation == TRANSACTION:
            needed |= {NAMES[name] for item in request["TransactItems"] for name in item}
        else:
            needed.add(operation)
    return needed


TABLE_ARN = "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName}"


def allowed(stage: str, role: str) -> set[str]:
    return {
        action.removeprefix("dynamodb:")
        for policy in resources(stage, "AWS::IAM::Role")[role]["Policies"]
        for one in policy["PolicyDocument"]["Statement"]
        if one["Resource"] == {"Fn::Sub": TABLE_ARN}
        for action in one["Action"]
    }


@pytest.fixture
def calls(dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """The calls that functions make from now on."""
    event_data.create(dynamodb, TABLE)
    made: list[tuple[str, dict[str, Any]]] = []
    call = BaseClient._make_api_call  # type: ignore[attr-defined] # noqa: SLF001 - where botocore itself stubs

    def recorded(client: Any, operation: str, request: dict[str, Any]) -> Any:
        made.append((operation, request))
        return call(client, operation, request)

    monkeypatch.setattr(BaseClient, "_make_api_call", recorded)
    return made


def run_every_event(function: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TABLE_NAME", TABLE)
    monkeypatch.setenv("CURSOR_KEY", "a key of the tests")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", f"permissions of {function}")
    spec = importlib.util.spec_from_file_location(f"{function}_app", ROOT / "functions" / function / "app.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in STATUSES[function]:
        event = (ROOT / "events" / function / f"{name}.json").read_text(encoding="utf-8")
        assert module.handler(json.loads(event), Context())["statusCode"] < 500


@pytest.mark.parametrize("function", ["registry", "effective"])
def test_a_role_may_do_what_its_function_does_and_nothing_else(
    calls: list[tuple[str, dict[str, Any]]], monkeypatch: pytest.MonkeyPatch, function: str
) -> None:
    run_every_event(function, monkeypatch)

    for stage in STAGES:
        assert allowed(stage, f"{function.title()}Role") == rights(iter(calls))


def test_the_code_can_do_nothing_that_no_role_allows() -> None:
    reads = calls_in_the_code() - {TRANSACTION}

    assert reads == allowed("prod", "EffectiveRole")
    assert reads | actions_in_the_code() == allowed("prod", "RegistryRole")


def test_the_authorizer_reaches_no_table() -> None:
    assert allowed("prod", "AuthorizerRole") == set()
