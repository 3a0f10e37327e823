"""Functions that share a process, as they do in the race tests, do not share their requests."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from support.conformance import document
from support.functions import respond
from support.registry import OVERRIDES, PROJECTS, Client, Reply


class Interrupted(dict[str, str]):
    """Path parameters. Before they are read, another function handles a complete request."""

    def __init__(self, parameters: dict[str, str], other: Callable[[], object]) -> None:
        super().__init__(parameters)
        self.other = other

    def items(self) -> Any:
        self.other()
        return super().items()


def list_overrides(api: Client, project: str, meanwhile: Callable[[], object]) -> list[str]:
    parameters = Interrupted({"projectId": project}, meanwhile)
    query = {"environmentName": "PROD"}
    listed = api.call("GET", OVERRIDES, {"projectId": project}, query=query, pathParameters=parameters)
    assert listed.status == 200, listed
    return [override["name"] for override in listed.body["results"]]


def test_a_request_keeps_its_query_while_another_function_handles_one(api: Client, project: str) -> None:
    api.make_override(project)
    another = Client(api.client)
    replies: list[Reply] = []

    listed = list_overrides(api, project, lambda: replies.append(another.call("GET", PROJECTS)))

    assert listed == ["Salesforce"]
    assert {reply.status for reply in replies} == {200}


@pytest.mark.parametrize("resource", document()["paths"])
def test_a_request_is_answered_correctly_while_another_function_answers_options(
    api: Client, project: str, functions: dict[str, ModuleType], resource: str
) -> None:
    api.make_override(project)
    effective = functions["effective"].handler
    answers: list[dict[str, Any]] = []

    listed = list_overrides(api, project, lambda: answers.append(respond(effective, "OPTIONS", resource)))

    methods = {method.upper() for method in document()["paths"][resource]} | {"OPTIONS"}
    allowed = ", ".join(sorted(methods | {"HEAD"} if "GET" in methods else methods))
    assert listed == ["Salesforce"]
    assert {(answer["statusCode"], answer["headers"]["Allow"]) for answer in answers} == {(204, allowed)}
