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


def test_the_examples_of_bodies_are_accepted_in_the_order_of_the_document(api: Client, document: Any) -> None:
    """Those of one operation after another: none refuses a later one."""
    sent = []
    project_id, connections = "", dict[str, str]()
    for method, path, operation in operations(document):
        content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        for shape, example in content.get("examples", {}).items():
            # An override that blocks is of the first connection.
            connection = connections.get(shape, "Salesforce")
            names = {"projectId": project_id, "environmentName": "PROD", "connectionName": connection}
            query = {"connectionName": connection} if (method, path) == ("PUT", CONNECTIONS) else {}

            reply = api.call(method, path, names, example["value"], query)

            assert reply.status == (201 if method == "POST" else 200), (method, path, example, reply)
            sent.append((method, path, shape))
            if path == PROJECTS:
                project_id = reply.body["projectId"]
            if (method, path) == ("POST", CONNECTIONS):
                connections[shape] = reply.body["name"]
    shapes = ("secret", "credential", "warehouse")
    assert sent == [
        ("POST", PROJECTS, "example"),
        ("PUT", PROJECT, "example"),
        ("POST", ENVIRONMENTS, "production"),
        ("POST", ENVIRONMENTS, "test"),
        ("PUT", ENVIRONMENT, "example"),
        *(("POST", CONNECTIONS, shape) for shape in shapes),
        *(("PUT", CONNECTIONS, shape) for shape in shapes),
        *(("PUT", CONNECTION, shape) for shape in shapes),
        *(("POST", OVERRIDES, shape) for shape in (*shapes, "block")),
        *(("PUT", OVERRIDES, shape) for shape in (*shapes, "block")),
        *(("PUT", OVERRIDE, shape) for shape in (*shapes, "block")),
    ]


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
