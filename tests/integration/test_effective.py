"""Effective connections: the item, its trace, the list and the matrix."""

from collections.abc import Callable
from typing import Any

import pytest
from support.registry import (
    CONNECTION,
    EFFECTIVE,
    EFFECTIVES,
    ENVIRONMENT,
    MATRIX,
    OPEN,
    OVERRIDE,
    OVERRIDES,
    Client,
    Reply,
    connection_body,
    override_body,
    without,
)

NAMES = {"environmentName": "PROD", "connectionName": "Salesforce"}
REFERENCE = override_body()["connectionOverrides"]
DEFAULT = {"connectionProperties": {"secretName": "dev-salesforce"}}


def get_effective(api: Client, project: str, **names: str) -> Reply:
    return api.call("GET", EFFECTIVE, {"projectId": project, **NAMES, **names})


def explain(api: Client, project: str, **names: str) -> Any:
    reply = api.call("GET", EFFECTIVE, {"projectId": project, **NAMES, **names}, query={"explain": "true"})
    return reply.body["trace"]


def block(api: Client, project: str, environment: str = "PROD", connection: str = "Salesforce") -> Reply:
    body = override_body(environmentName=environment, connectionName=connection, connectionOverrides=None, blocked=True)
    return api.call("POST", OVERRIDES, {"projectId": project}, body)


def summary(reply: Reply) -> tuple[int, str]:
    return reply.status, reply.body["type"].rpartition("/")[2]


def test_an_override_replaces_the_default_as_a_whole(api: Client, project: str) -> None:
    made = api.make_override(project)

    reply = get_effective(api, project)

    assert reply.status == 200
    assert reply.body == {
        "projectId": project,
        "environmentName": "PROD",
        "name": "Salesforce",
        "platformConnectionType": "COMPONENT_BASIC",
        "authProvider": "NONE",
        "authType": "GENERIC_SECRET",
        "source": "OVERRIDE",
        "reference": REFERENCE,
        "revision": 1,
        "updatedBy": "auth0|7",
        "updatedDate": "2026-01-31T12:00:00.123Z",
    }
    assert reply.headers["ETag"] == made.headers["ETag"]
    assert explain(api, project) == [{"question": "override", "finding": "present", "revision": 1}]


def test_without_an_override_an_inheriting_environment_uses_the_default(api: Client, project: str) -> None:
    api.call("PUT", CONNECTION, {"projectId": project, **NAMES}, {"connectionDetails": DEFAULT})

    reply = get_effective(api, project)

    assert (reply.status, reply.body["source"]) == (200, "DEFAULT")
    assert (reply.body["reference"], reply.body["revision"]) == (DEFAULT, 2)
    assert explain(api, project) == [
        {"question": "override", "finding": "absent"},
        {"question": "inheritDefaults", "finding": "yes"},
        {"question": "default", "finding": "present", "revision": 2},
    ]


@pytest.mark.parametrize("case", ["does not inherit", "has no default", "is blocked"])
def test_a_connection_that_is_not_configured_is_404_with_a_trace_on_request(
    api: Client, project: str, case: str
) -> None:
    names = {"projectId": project, **NAMES}
    if case == "does not inherit":
        api.call("PUT", ENVIRONMENT, names, OPEN | {"inheritDefaults": False})
        trace: list[dict[str, Any]] = [
            {"question": "override", "finding": "absent"},
            {"question": "inheritDefaults", "finding": "no"},
        ]
        detail = "The connection has no override in this environment, which inherits no defaults."
    elif case == "has no default":
        api.call("PUT", CONNECTION, names, {})
        trace = [
            {"question": "override", "finding": "absent"},
            {"question": "inheritDefaults", "finding": "yes"},
            {"question": "default", "finding": "absent", "revision": 2},
        ]
        detail = "The connection has neither an override in this environment nor a default."
    else:
        assert block(api, project).status == 201
        trace = [{"question": "override", "finding": "blocked", "revision": 1}]
        detail = "An override blocks the connection in this environment."

    reply = get_effective(api, project)

    assert reply.body == {
        "type": "/v1/problems/connection-not-configured",
        "title": "Connection not configured",
        "status": 404,
        "detail": detail,
        "instance": "urn:request:c0ffee",
    }
    assert explain(api, project) == trace


def test_each_missing_item_has_its_own_problem(api: Client, project: str) -> None:
    nowhere = "00000000-0000-4000-8000-000000000000"
    assert summary(get_effective(api, nowhere)) == (404, "project-not-found")
    assert summary(get_effective(api, project, environmentName="NONE")) == (404, "environment-not-found")
    assert summary(get_effective(api, project, connectionName="None")) == (404, "connection-not-found")
    foreign = Client(api.client, account="other")
    assert get_effective(foreign, project) == get_effective(foreign, nowhere)


def test_the_tag_changes_with_the_source_and_a_matching_one_gets_304(api: Client, project: str) -> None:
    def tag() -> str:
        return str(get_effective(api, project).headers["ETag"])

    tags = [tag()]
    api.make_override(project)
    tags.append(tag())
    api.call("PUT", OVERRIDE, {"projectId": project, **NAMES}, without(override_body(), *NAMES))
    tags.append(tag())
    known = api.call("GET", EFFECTIVE, {"projectId": project, **NAMES}, headers={"If-None-Match": tags[-1]})
    api.call("DELETE", OVERRIDE, {"projectId": project, **NAMES})

    assert len(set(tags)) == 3
    assert (known.status, known.body) == (304, None)
    assert tag() == tags[0], "the default is used again, as it was"


def test_an_override_that_blocks_behaves_like_any_other_override(api: Client, project: str) -> None:
    made = block(api, project)
    again = api.make_override(project)
    lifted = api.call("PUT", OVERRIDES, {"projectId": project}, override_body())
    set_again = api.call(
        "PUT", OVERRIDE, {"projectId": project, **NAMES}, {"authType": "GENERIC_SECRET", "blocked": True}
    )

    assert (made.status, made.body["connectionOverrides"], made.body["blocked"]) == (201, None, True)
    assert summary(again) == (409, "override-already-exists")
    assert (lifted.status, lifted.body["connectionOverrides"], "blocked" in lifted.body) == (200, REFERENCE, False)
    assert (set_again.status, set_again.body["blocked"], set_again.body["revision"]) == (200, True, 3)
    assert api.call("GET", OVERRIDE, {"projectId": project, **NAMES}).body == set_again.body


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"connectionOverrides": None}, "missing"),
        ({"connectionOverrides": None, "blocked": False}, "missing"),
        ({"connectionOverrides": None, "blocked": None}, "missing"),
        ({"blocked": True}, "blocked"),
        ({"connectionOverrides": None, "blocked": "true"}, "bool_type"),
    ],
)
def test_an_override_has_either_a_reference_or_blocks(
    api: Client, project: str, change: dict[str, object], code: str
) -> None:
    reply = api.call("POST", OVERRIDES, {"projectId": project}, override_body(**change))

    assert (reply.status, [error["code"] for error in reply.body["errors"]]) == (400, [code])


@pytest.fixture
def landscape(api: Client, recall: Callable[[str, Callable[[], str]], str]) -> str:
    """PROD and DEV. C0 has an override in PROD, C1 only a default, C2, a DWH, nothing, and C3 is blocked in PROD."""
    warehouse = {"platformConnectionType": "DWH", "authProvider": "snowflake", "authType": "KEY_PAIR"}

    def make() -> str:
        project = api.make_project()
        for environment in ("PROD", "DEV"):
            api.make_environment(project, environment)
        api.make_connection(project, "C2", **warehouse, connectionDetails=None)
        for number in (0, 1, 3):
            api.make_connection(project, f"C{number}")
        api.make_override(project, connection="C0")
        block(api, project, connection="C3")
        return project

    return recall("landscape", make)


def pages(api: Client, resource: str, project: str, **query: str) -> list[Any]:
    found: list[Any] = []
    while True:
        reply = api.call("GET", resource, {"projectId": project}, query=query)
        assert reply.status == 200, reply
        found += reply.body["results"]
        if "nextCursor" not in reply.body:
            return found
        query["cursor"] = reply.body["nextCursor"]


@pytest.mark.parametrize("limit", ["1", "2", "100"])
def test_the_list_contains_every_connection_in_name_order(api: Client, landscape: str, limit: str) -> None:
    listed = pages(api, EFFECTIVES, landscape, environmentName="PROD", limit=limit)

    assert [(one["name"], one["source"]) for one in listed] == [
        ("C0", "OVERRIDE"),
        ("C1", "DEFAULT"),
        ("C2", "NONE"),
        ("C3", "NONE"),
    ]
    assert listed[0] == get_effective(api, landscape, connectionName="C0").body
    assert listed[1] == get_effective(api, landscape, connectionName="C1").body
    assert listed[2].keys() & {"reference", "revision", "trace"} == set()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"source": "NONE"}, ["C2", "C3"]),
        ({"source": "DEFAULT,OVERRIDE"}, ["C0", "C1"]),
        ({"source": "DEFAULT", "connectionNames": "C0"}, []),
        ({"connectionNames": "C3,C1"}, ["C1", "C3"]),
        ({"platformConnectionType": "DWH"}, ["C2"]),
        ({"authProvider": "snowflake", "source": "NONE,OVERRIDE"}, ["C2"]),
    ],
)
@pytest.mark.parametrize("limit", ["1", "25"])
def test_the_list_can_be_filtered(
    api: Client, landscape: str, query: dict[str, str], names: list[str], limit: str
) -> None:
    listed = pages(api, EFFECTIVES, landscape, environmentName="PROD", limit=limit, **query)

    assert [one["name"] for one in listed] == names


@pytest.mark.parametrize("query", [{}, {"environmentName": "PROD", "source": "none"}, {"environmentName": "."}])
def test_a_list_with_invalid_parameters_is_400(api: Client, project: str, query: dict[str, str]) -> None:
    assert summary(api.call("GET", EFFECTIVES, {"projectId": project}, query=query)) == (400, "invalid-request")


def test_the_list_of_an_unknown_environment_is_404(api: Client, project: str) -> None:
    query = {"environmentName": "NONE"}
    assert summary(api.call("GET", EFFECTIVES, {"projectId": project}, query=query)) == (404, "environment-not-found")
    nobody = Client(api.client, account="other")
    assert summary(nobody.call("GET", EFFECTIVES, {"projectId": project}, query=query)) == (404, "project-not-found")


@pytest.mark.parametrize("limit", ["1", "3", "25"])
def test_the_matrix_has_the_source_of_every_connection_in_every_environment(
    api: Client, landscape: str, limit: str
) -> None:
    lines = pages(api, MATRIX, landscape, limit=limit)
    first = api.call("GET", MATRIX, {"projectId": landscape}, query={"limit": limit}).body

    assert first["environments"] == ["DEV", "PROD"]
    assert lines == [
        {"name": "C0", "cells": {"DEV": "DEFAULT", "PROD": "OVERRIDE"}},
        {"name": "C1", "cells": {"DEV": "DEFAULT", "PROD": "DEFAULT"}},
        {"name": "C2", "cells": {"DEV": "NONE", "PROD": "NONE"}},
        {"name": "C3", "cells": {"DEV": "DEFAULT", "PROD": "NONE"}},
    ]


@pytest.mark.parametrize("limit", ["1", "25"])
def test_the_matrix_can_be_filtered_by_missing_references(api: Client, landscape: str, limit: str) -> None:
    assert [line["name"] for line in pages(api, MATRIX, landscape, limit=limit, onlyMissing="true")] == ["C2", "C3"]
    named = pages(api, MATRIX, landscape, limit=limit, onlyMissing="true", connectionNames="C0,C3")
    assert [line["name"] for line in named] == ["C3"]


def test_the_matrix_of_an_empty_project_is_empty_and_of_an_unknown_one_404(api: Client) -> None:
    empty = api.call("GET", MATRIX, {"projectId": api.make_project()})
    none = api.call("GET", MATRIX, {"projectId": "00000000-0000-4000-8000-000000000000"})

    assert (empty.status, empty.body) == (200, {"environments": [], "results": []})
    assert summary(none) == (404, "project-not-found")


def test_the_matrix_does_not_list_environments_as_connections(api: Client) -> None:
    project = api.make_project()
    api.make_environment(project, "E/x".replace("/", ""))
    for name in ("~", "\U0003134a", "zzz", "Ax"):
        api.make_connection(project, name)

    lines = pages(api, MATRIX, project, limit="2")

    assert [line["name"] for line in lines] == ["Ax", "zzz", "~", "\U0003134a"]
    assert connection_body()["name"] == "Salesforce"
