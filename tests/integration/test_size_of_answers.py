"""Answers are as short as UTF-8 allows, and never longer than a function's result may be."""

import json
from typing import Any

import pytest
from support.registry import (
    CONNECTION,
    CONNECTIONS,
    EFFECTIVES,
    ENVIRONMENT,
    ENVIRONMENTS,
    MATRIX,
    OVERRIDES,
    PROJECT,
    PROJECTS,
    Client,
)

from connection_overrides.http import sizes
from connection_overrides.http.json_text import bytes_in_result, json_text

NAME = "Zürich 😀"
RESULT_MAX_BYTES = 6 * 1024 * 1024
LISTS = [
    (PROJECTS, {}),
    (ENVIRONMENTS, {}),
    (CONNECTIONS, {}),
    (OVERRIDES, {"environmentName": "PROD"}),
    (EFFECTIVES, {"environmentName": "PROD"}),
    (EFFECTIVES, {"environmentName": "PROD", "source": "OVERRIDE,DEFAULT"}),
    (MATRIX, {}),
    (MATRIX, {"onlyMissing": "true"}),
    (ENVIRONMENT + "/impact", {"change": "delete"}),
    (PROJECT + "/secret-references", {}),
]
"""Every list that has pages, with three results."""


def test_names_are_written_as_they_are(api: Client, project: str) -> None:
    api.make_connection(project, NAME)
    names = {"projectId": project, "connectionName": NAME}

    for resource in (CONNECTION, CONNECTIONS):
        assert f'"name":"{NAME}"' in api.raw("GET", resource, names)["body"]


def test_names_in_a_problem_are_written_as_they_are(api: Client, project: str) -> None:
    api.make_connection(project, NAME)
    api.make_override(project, connection=NAME)

    result = api.raw("DELETE", CONNECTION, {"projectId": project, "connectionName": NAME})

    assert result["statusCode"] == 409
    assert f'"connectionName":"{NAME}"' in result["body"]


def test_half_of_a_surrogate_pair_does_not_make_an_answer_that_is_not_utf8(api: Client, project: str) -> None:
    result = api.raw("GET", CONNECTIONS, {"projectId": project}, query={"\ud800": "x"})

    assert result["statusCode"] == 400
    assert r'"pointer":"/\ud800"' in result["body"]
    result["body"].encode()


@pytest.fixture
def names(api: Client, project: str) -> dict[str, str]:
    """A project of which every list has three results."""
    api.make_environment(project, "Zoë 😀", inheritDefaults=False)
    api.make_environment(project, "QA", inheritDefaults=False)
    for name in (NAME, '"quoted"'):
        api.make_connection(project, name)
        api.make_override(project, connection=name, secret=f"secret-{len(name)}")
    api.make_override(project)
    for _ in range(2):
        api.make_project()
    return {"projectId": project, "environmentName": "PROD"}


def walk(api: Client, resource: str, names: dict[str, str], query: dict[str, str]) -> list[list[Any]]:
    """The results of all pages, followed by their cursors."""
    pages: list[list[Any]] = []
    cursor: dict[str, str] = {}
    while True:
        reply = api.call("GET", resource, names, query={**query, **cursor})
        assert reply.status == 200, reply
        pages.append(reply.body["results"])
        assert ("Link" in reply.headers) == ("nextCursor" in reply.body)
        if "nextCursor" not in reply.body:
            return pages
        cursor = {"cursor": reply.body["nextCursor"]}


@pytest.mark.parametrize(("resource", "query"), LISTS)
def test_a_page_whose_items_do_not_fit_leads_on_after_the_last_that_does(
    api: Client, names: dict[str, str], resource: str, query: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (whole,) = walk(api, resource, names, query)
    assert len(whole) >= 3

    lengths = [bytes_in_result(json_text(result)) + len(",") for result in whole]
    monkeypatch.setattr(sizes, "RESULTS_MAX_BYTES", sum(lengths[:2]))
    assert len(walk(api, resource, names, query)[0]) == 2

    monkeypatch.setattr(sizes, "RESULTS_MAX_BYTES", 1)
    assert walk(api, resource, names, query) == [[result] for result in whole]


def test_a_page_of_the_longest_items_fits_into_a_result(api: Client, project: str) -> None:
    escaped_twice = {f"p{number}": {"value": '"' * (1_750 if number == 7 else 2_048)} for number in range(8)}
    for number in range(100):
        api.make_connection(
            project,
            f"{number:02}",
            platformConnectionType="DWH",
            authProvider="snowflake",
            authType="KEY_PAIR",
            connectionDetails={"connectionProperties": escaped_twice},
        )

    for resource in (CONNECTIONS, EFFECTIVES):
        query = {"limit": "100"} | ({"environmentName": "PROD"} if resource == EFFECTIVES else {})
        result = api.raw("GET", resource, {"projectId": project}, query=query)
        length = len(json.dumps(result, ensure_ascii=False).encode())
        assert RESULT_MAX_BYTES * 3 / 4 < length < RESULT_MAX_BYTES
        assert sum(map(len, walk(api, resource, {"projectId": project}, query))) == 101
