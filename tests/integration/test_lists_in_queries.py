"""A list in a query can be comma-separated, a repeated parameter, or both. All mean the same."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from support.conformance import document
from support.registry import CONNECTIONS, EFFECTIVES, MATRIX, OVERRIDE, OVERRIDES, Client, Reply, override_body

type Query = dict[str, list[str]]

FORMS = {
    "comma list": ["{0},{1},{2}"],
    "repeated": ["{0}", "{1}", "{2}"],
    "comma list first": ["{0},{1}", "{2}"],
    "comma list last": ["{0}", "{1},{2}"],
}
"""The values of the parameter, with the entries of the list."""

LISTS = {
    "connectionNames": ["A", "B", "D"],
    "platformConnectionType": ["COMPONENT_BASIC", "COMPONENT_BASIC", "DWH"],
    "authProvider": ["NONE", "salesforce", "snowflake"],
    "authType": ["GENERIC_SECRET", "OAUTH_CLIENT_CRED", "KEY_PAIR"],
    "source": ["OVERRIDE", "OVERRIDE", "DEFAULT"],
}
"""Entries that select the connections A, B and D; as a source, E as well."""

FILTERS = {
    OVERRIDES: ["connectionNames", "platformConnectionType", "authProvider", "authType"],
    CONNECTIONS: ["connectionNames", "platformConnectionType", "authProvider"],
    EFFECTIVES: ["connectionNames", "platformConnectionType", "authProvider", "source"],
    MATRIX: ["connectionNames", "platformConnectionType", "authProvider"],
}


@pytest.fixture
def kinds(api: Client, recall: Callable[[str, Callable[[], str]], str]) -> str:
    """A project with connections of several types. PROD overrides A, B and D, blocks C, and uses E's default."""

    def make() -> str:
        project = api.make_project()
        api.make_environment(project)
        for name, platform, provider, auth, properties in (
            ("A", "COMPONENT_BASIC", "NONE", "GENERIC_SECRET", {"secretName": "x"}),
            ("B", "COMPONENT_BASIC", "salesforce", "OAUTH_CLIENT_CRED", {"secretName": "x"}),
            ("C", "CLOUD_PLATFORM_CREDENTIALS", "aws", "CLOUD_PROVIDER_SECRET", None),
            ("D", "DWH", "snowflake", "KEY_PAIR", {"user": {"value": "x"}}),
            ("E", "CLOUD_PLATFORM_CREDENTIALS", "aws", "CLOUD_PROVIDER_SECRET", {"credentialSecretName": "x"}),
        ):
            details = None if properties is None else {"connectionProperties": properties}
            kind = {"platformConnectionType": platform, "authProvider": provider, "authType": auth}
            api.make_connection(project, name, **kind, connectionDetails=details)
            reference = {"connectionOverrides": details, "blocked": details is None}
            if name != "E":
                body = override_body(connectionName=name, authType=auth, **reference)
                assert api.call("POST", OVERRIDES, {"projectId": project}, body).status == 201
        return project

    return recall("kinds", make)


def written(parameter: str, form: str) -> Query:
    return {parameter: [value.format(*LISTS[parameter]) for value in FORMS[form]]}


def send(api: Client, resource: str, project: str, query: Query, method: str = "GET", **changes: Any) -> Reply:
    environment = {"environmentName": ["PROD"]} if resource in {OVERRIDES, EFFECTIVES} else {}
    query = {**environment, **query}
    return api.call(method, resource, {"projectId": project}, multiValueQueryStringParameters=query, **changes)


def names(reply: Reply) -> list[str]:
    assert reply.status == 200, reply
    return [one.get("name") or one["connectionName"] for one in reply.body["results"]]


def violations(reply: Reply) -> set[tuple[str, str, str]]:
    assert (reply.status, reply.problem) == (400, "invalid-request"), reply
    return {(error["in"], error["pointer"], error["code"]) for error in reply.body["errors"]}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("resource", "parameter"), [(resource, parameter) for resource, lists in FILTERS.items() for parameter in lists]
)
def test_a_filter_returns_the_same_pages_in_every_form_of_its_list(
    api: Client, kinds: str, resource: str, parameter: str, form: str
) -> None:
    expected = ["A", "B", "D", "E"] if parameter == "source" else ["A", "B", "D"]
    query: Query = {**written(parameter, form), "limit": ["1"]}
    pages = [send(api, resource, kinds, query)]
    while "Link" in pages[-1].headers:
        link = urlsplit(pages[-1].headers["Link"].removeprefix("<").partition(">")[0])
        query = parse_qs(link.query, strict_parsing=True)
        assert query.pop("environmentName", ["PROD"]) == ["PROD"]
        pages.append(send(api, resource, kinds, query))

    assert names(send(api, resource, kinds, written(parameter, form))) == expected
    assert [name for page in pages for name in names(page)] == expected


@pytest.mark.parametrize("first", FORMS)
@pytest.mark.parametrize("next_", FORMS)
def test_a_cursor_is_valid_in_every_form_of_the_filter(api: Client, kinds: str, first: str, next_: str) -> None:
    page = send(api, OVERRIDES, kinds, {**written("connectionNames", first), "limit": ["2"]})

    rest = send(api, OVERRIDES, kinds, {**written("connectionNames", next_), "cursor": [page.body["nextCursor"]]})

    assert names(page) + names(rest) == ["A", "B", "D"]


@pytest.mark.parametrize("form", FORMS)
def test_a_delete_of_several_deletes_the_same_in_every_form_of_its_list(api: Client, kinds: str, form: str) -> None:
    assert send(api, OVERRIDES, kinds, written("connectionNames", form), "DELETE").status == 204

    assert names(send(api, OVERRIDES, kinds, {})) == ["C"]


def test_a_delete_repeated_with_its_key_is_the_same_request_in_every_form_of_its_list(api: Client, kinds: str) -> None:
    def delete(form: str) -> Reply:
        key = {"Content-Type": ["application/json"], "Idempotency-Key": ["a"]}
        return send(api, OVERRIDES, kinds, written("connectionNames", form), "DELETE", multiValueHeaders=key)

    first = delete("comma list")

    assert first.status == 204
    assert [delete(form) for form in FORMS] == [first] * len(FORMS)


@pytest.mark.parametrize("values", [["A", ""], ["A,", "B"], [""], ["A", ","]], ids=str)
def test_an_empty_entry_is_400_in_every_form_of_a_list(api: Client, kinds: str, values: list[str]) -> None:
    for method in ("GET", "DELETE"):
        reply = send(api, OVERRIDES, kinds, {"connectionNames": values}, method)
        assert violations(reply) == {("query", "/connectionNames", "name_length")}


@pytest.mark.parametrize(("method", "most"), [("GET", 100), ("DELETE", 45)])
def test_the_entries_of_all_its_parameters_count_towards_the_limit_of_a_list(
    api: Client, kinds: str, method: str, most: int
) -> None:
    entries = [f"C{number}" for number in range(most)]
    half = [",".join(entries[: most // 2]), *entries[most // 2 :]]

    allowed = send(api, OVERRIDES, kinds, {"connectionNames": half}, method)
    refused = send(api, OVERRIDES, kinds, {"connectionNames": [*half, "one more"]}, method)

    assert allowed.problem == (None if method == "GET" else "override-not-found")
    assert violations(refused) == {("query", "/connectionNames", "list_length")}


def parameters_that_are_no_list() -> list[tuple[str, str, str]]:
    return [
        (method.upper(), resource, parameter["name"])
        for resource, operations in document()["paths"].items()
        for method, operation in operations.items()
        for parameter in operation["parameters"]
        if parameter.get("in") == "query" and parameter["schema"].get("type") != "array"
    ]


@pytest.mark.parametrize(("method", "resource", "parameter"), parameters_that_are_no_list())
def test_a_repeated_parameter_that_is_not_a_list_is_400(
    api: Client, kinds: str, method: str, resource: str, parameter: str
) -> None:
    parameters = {"projectId": kinds, "environmentName": "PROD", "connectionName": "A"}

    reply = api.call(method, resource, parameters, multiValueQueryStringParameters={parameter: ["true", "true"]})

    of_it = {violation for violation in violations(reply) if violation[:2] == ("query", f"/{parameter}")}
    assert of_it == {("query", f"/{parameter}", "repeated_parameter")}
    assert api.call("GET", OVERRIDE, parameters).status == 200
