"""The OpenAPI document compared with the API's behaviour: scopes, examples of bodies, problems."""

from collections.abc import Iterator
from typing import Any

import pytest
from support.functions import problem_types, public
from support.registry import (
    CONNECTION,
    CONNECTIONS,
    ENVIRONMENT,
    ENVIRONMENTS,
    OVERRIDE,
    OVERRIDES,
    PROJECT,
    PROJECTS,
    Client,
)

NAMES = {"environmentName": "PROD", "connectionName": "Salesforce", "slug": "unauthorized"}


@pytest.fixture(scope="module")
def document() -> Any:
    return public("/v1/openapi.json")


def operations(document: Any) -> Iterator[tuple[str, str, Any]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def test_each_operation_requires_the_scope_in_the_document(api: Client, project: str, document: Any) -> None:
    names = {"projectId": project, **NAMES}
    api.scopes = ""

    for method, path, operation in operations(document):
        reply = api.raw(method, path, names)
        if operation["security"]:
            [[scope]] = [demand["bearer"] for demand in operation["security"]]
            refused = api.call(method, path, names)
            assert (refused.status, refused.body["requiredScopes"]) == (403, [scope]), (method, path)
        else:
            assert reply["statusCode"] in {200, 404}, (method, path)


def test_the_scope_in_the_document_is_sufficient(api: Client, project: str, document: Any) -> None:
    for method, path, operation in operations(document):
        for demand in operation["security"]:
            api.scopes = " ".join(demand["bearer"])
            reply = api.call(method, path, {"projectId": project, **NAMES}, "{")
            assert reply.status not in {401, 403}, (method, path)


def examples(document: Any, method: str, resource: str) -> list[dict[str, Any]]:
    content = document["paths"][resource][method.lower()]["requestBody"]["content"]["application/json"]
    return [example["value"] for example in content["examples"].values()]


def connection_for(body: dict[str, Any], connections: list[dict[str, Any]]) -> str:
    """The name of the connection that fits the example of an override or of a replaced connection."""
    if "authType" in body:
        return next(str(one["name"]) for one in connections if one["authType"] == body["authType"])
    shape = body["connectionDetails"]["connectionProperties"].keys()
    return next(
        str(one["name"]) for one in connections if one["connectionDetails"]["connectionProperties"].keys() == shape
    )


BODIES = [
    ("POST", PROJECTS),
    ("PUT", PROJECT),
    ("POST", ENVIRONMENTS),
    ("PUT", ENVIRONMENT),
    ("POST", CONNECTIONS),
    ("PUT", CONNECTION),
    ("PUT", CONNECTIONS),
    ("POST", OVERRIDES),
    ("PUT", OVERRIDES),
    ("PUT", OVERRIDE),
]


def test_every_body_of_the_document_is_tested(document: Any) -> None:
    described = {(method, path) for method, path, operation in operations(document) if "requestBody" in operation}

    assert described == set(BODIES)


@pytest.mark.parametrize(("method", "resource"), BODIES)
def test_every_example_of_a_body_is_accepted_unchanged(api: Client, document: Any, method: str, resource: str) -> None:
    connections = examples(document, "POST", CONNECTIONS)
    for body in examples(document, method, resource):
        names = {"projectId": api.make_project(), "environmentName": "PROD"}
        query = {}
        if resource != ENVIRONMENTS:
            api.make_environment(names["projectId"])
        if resource.startswith(CONNECTIONS) and (method, resource) != ("POST", CONNECTIONS):
            for connection in connections:
                assert api.call("POST", CONNECTIONS, names, connection).status == 201
            names["connectionName"] = connection_for(body, connections)
            query = {"connectionName": names["connectionName"]} if resource == CONNECTIONS else {}
        if method == "PUT" and resource.startswith(OVERRIDES):
            override = {key: names[key] for key in ("environmentName", "connectionName")} | body
            assert api.call("POST", OVERRIDES, names, override).status == 201

        reply = api.call(method, resource, names, body, query=query)

        assert reply.status == (201 if method == "POST" else 200), (body, reply)


def test_the_type_of_each_problem_leads_to_its_explanation(api: Client) -> None:
    for slug, entry in problem_types().items():
        assert entry["type"] == f"/live/v1/problems/{slug}"
        assert 400 <= entry["status"] <= 599
        assert all(entry[member] for member in ("title", "meaning", "cause", "remedy"))
        shown = entry["example"]
        assert (shown["type"], shown["status"], shown["title"]) == (entry["type"], entry["status"], entry["title"])
        assert shown["detail"]
        path = f"/v1/problems/{slug}"
        behind_a_stage = {"requestContext": {"requestId": "c0ffee", "path": "/live" + path}}
        assert api.call("GET", "/v1/problems/{slug}", {"slug": slug}, **behind_a_stage).body == entry
