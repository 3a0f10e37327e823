"""Projects, environments and connections: creates, refusals and missing items."""

import pytest
from support import rows
from support.faults import Faults
from support.registry import CONNECTIONS, ENVIRONMENTS, OVERRIDES, PROJECT, PROJECTS, Client, connection_body

UNKNOWN = "00000000-0000-4000-8000-00000000ffff"


@pytest.mark.parametrize(
    ("resource", "body", "slug", "address"),
    [
        (ENVIRONMENTS, {"name": "PROD"}, "environment-already-exists", "environments/PROD"),
        (CONNECTIONS, connection_body(), "connection-already-exists", "connections/Salesforce"),
    ],
)
def test_a_second_create_is_409_with_the_location_of_the_first(
    api: Client, project: str, resource: str, body: dict[str, object], slug: str, address: str
) -> None:
    reply = api.call("POST", resource, {"projectId": project}, body)

    assert (reply.status, reply.body["type"]) == (409, f"/v1/problems/{slug}")
    assert reply.headers["Location"] == f"/v1/projects/{project}/{address}"


@pytest.mark.parametrize(
    ("method", "resource", "body"),
    [
        ("GET", PROJECT, None),
        ("POST", ENVIRONMENTS, {"name": "PROD"}),
        ("GET", ENVIRONMENTS, None),
        ("GET", ENVIRONMENTS + "/{environmentName}", None),
        ("POST", CONNECTIONS, connection_body()),
        ("GET", CONNECTIONS, None),
        ("GET", CONNECTIONS + "/{connectionName}", None),
        ("GET", OVERRIDES + "/{environmentName}/{connectionName}", None),
    ],
)
def test_everything_below_an_unknown_project_is_project_not_found(
    api: Client, method: str, resource: str, body: object
) -> None:
    every_name = {"projectId": UNKNOWN, "environmentName": "PROD", "connectionName": "Salesforce"}
    parameters = {name: value for name, value in every_name.items() if f"{{{name}}}" in resource}

    reply = api.call(method, resource, parameters, body)

    assert (reply.status, reply.body["type"]) == (404, "/v1/problems/project-not-found")


@pytest.mark.parametrize(
    ("resource", "parameter", "slug"),
    [
        (ENVIRONMENTS, "environmentName", "environment-not-found"),
        (CONNECTIONS, "connectionName", "connection-not-found"),
    ],
)
def test_an_unknown_name_is_404_with_its_own_problem(
    api: Client, project: str, resource: str, parameter: str, slug: str
) -> None:
    reply = api.call("GET", f"{resource}/{{{parameter}}}", {"projectId": project, parameter: "prod"})

    assert (reply.status, reply.body["type"]) == (404, f"/v1/problems/{slug}")


def test_the_overrides_of_an_unknown_environment_are_404(api: Client, project: str) -> None:
    reply = api.call("GET", OVERRIDES, {"projectId": project}, query={"environmentName": "prod"})

    assert (reply.status, reply.body["type"]) == (404, "/v1/problems/environment-not-found")


def test_an_environment_is_returned_as_it_was_created(api: Client, project: str) -> None:
    body = {"name": "QA", "displayName": "Quality", "description": "a\nb", "protected": True, "inheritDefaults": False}

    made = api.call("POST", ENVIRONMENTS, {"projectId": project}, body)
    got = api.call("GET", ENVIRONMENTS + "/{environmentName}", {"projectId": project, "environmentName": "QA"})

    assert (made.status, got.status) == (201, 200)
    assert got.body == made.body
    assert got.headers["ETag"] == made.headers["ETag"]
    assert body.items() <= made.body.items()


def test_a_connection_without_details_has_no_default(api: Client, project: str) -> None:
    api.make_connection(project, "Bare", connectionDetails=None)

    got = api.call("GET", CONNECTIONS + "/{connectionName}", {"projectId": project, "connectionName": "Bare"})

    assert got.status == 200
    assert "connectionDetails" not in got.body


def test_the_ninety_first_environment_is_409_quota_exceeded(api: Client, project: str) -> None:
    rows.copy_environment(api.client, project, "PROD", [f"E{number}" for number in range(88)])
    api.make_environment(project, "the last")

    reply = api.call("POST", ENVIRONMENTS, {"projectId": project}, {"name": "E90"})

    assert len(api.call("GET", ENVIRONMENTS, {"projectId": project}, query={"limit": "100"}).body["results"]) == 90
    assert (reply.status, reply.body["type"]) == (409, "/v1/problems/quota-exceeded")
    assert reply.body["detail"] == "A project holds at most 90 environments."


def test_a_connection_beyond_five_thousand_is_409_quota_exceeded(api: Client) -> None:
    project = api.make_project()
    rows.change(api.client, rows.project_state(project), "connectionCount", {"N": "4999"})
    api.make_connection(project, "the last")

    reply = api.call("POST", CONNECTIONS, {"projectId": project}, connection_body("one more"))
    there = api.call("POST", CONNECTIONS, {"projectId": project}, connection_body("the last"))

    assert (reply.status, reply.body["type"]) == (409, "/v1/problems/quota-exceeded")
    assert reply.body["detail"] == "A project holds at most 5,000 connections."
    assert (there.status, there.body["type"]) == (409, "/v1/problems/connection-already-exists")


def test_a_text_with_control_characters_is_a_violation(api: Client) -> None:
    reply = api.call("POST", PROJECTS, body={"name": "x", "description": "a\x00b"})

    assert (reply.status, reply.body["errors"][0]["code"]) == (400, "text_control_character")


def test_an_unknown_problem_is_404(api: Client) -> None:
    reply = api.call("GET", "/v1/problems/{slug}", {"slug": "nothing"})

    assert (reply.status, reply.body["type"]) == (404, "/v1/problems/problem-not-found")


def test_an_unexpected_exception_is_500_and_only_its_place_is_logged(api: Client, project: str, faults: Faults) -> None:
    faults.before["GetItem"] = [RuntimeError("hunter2")]

    reply = api.call("GET", PROJECT, {"projectId": project})

    assert (reply.status, reply.body["type"]) == (500, "/v1/problems/internal-error")
    line = api.log[-1]
    assert (line["level"], line["reason"]) == ("ERROR", "RuntimeError")
    assert line["frames"]
    assert "hunter2" not in f"{reply}{line}"
