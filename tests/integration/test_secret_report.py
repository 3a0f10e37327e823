"""The report of the secrets that a project uses, and of how they are shared."""

from typing import Any

import pytest
from support import rows
from support.faults import Faults
from support.registry import OVERRIDES, PROJECT, Client, override_body

REPORT = PROJECT + "/secret-references"


def named(name: str) -> dict[str, Any]:
    return {"connectionProperties": {"secretName": name}}


@pytest.fixture
def project(api: Client) -> str:
    """LIVE is protected and inherits defaults, DEV and TEST are not protected; Salesforce has a default."""
    project = api.make_project()
    for name in ("LIVE", "DEV", "TEST"):
        api.make_environment(project, name, protected=name == "LIVE", inheritDefaults=True)
    api.make_connection(project)
    return project


def report(api: Client, project: str, **query: str) -> list[Any]:
    found: list[Any] = []
    while True:
        reply = api.call("GET", PROJECT + "/secret-references", {"projectId": project}, query={"limit": "1", **query})
        assert reply.status == 200, reply
        found += reply.body["results"]
        if "nextCursor" not in reply.body:
            return found
        query["cursor"] = reply.body["nextCursor"]


def test_the_report_has_all_sharing_including_that_through_defaults(api: Client, project: str) -> None:
    api.make_override(project, "TEST", "Salesforce", "test")
    api.make_connection(project, "Marketo", connectionDetails=named("unused"))
    for environment in ("LIVE", "DEV", "TEST"):
        body = override_body(environmentName=environment, connectionName="Marketo", connectionOverrides=None)
        api.call("POST", OVERRIDES, {"projectId": project}, body | {"blocked": True})

    everything = {one["secretName"]: one for one in report(api, project)}
    shared = report(api, project, shared="true")

    assert everything.keys() == {"dev-salesforce", "test", "unused"}
    assert [one["secretName"] for one in shared] == ["unused", "dev-salesforce"]
    assert everything["dev-salesforce"] == {
        "vault": "",
        "secretName": "dev-salesforce",
        "defaults": ["Salesforce"],
        "defaultsTotal": 1,
        "usedBy": [
            {"environmentName": "DEV", "name": "Salesforce", "protected": False, "source": "DEFAULT"},
            {"environmentName": "LIVE", "name": "Salesforce", "protected": True, "source": "DEFAULT"},
        ],
        "usedByTotal": 2,
        "shared": True,
        "leaks": True,
    }
    assert everything["test"]["usedBy"] == [
        {"environmentName": "TEST", "name": "Salesforce", "protected": False, "source": "OVERRIDE"}
    ]
    # LIVE uses the default as soon as its override is deleted.
    assert (everything["unused"]["defaults"], everything["unused"]["usedBy"]) == (["Marketo"], [])
    assert (everything["unused"]["shared"], everything["unused"]["leaks"]) == (True, True)
    assert (everything["test"]["shared"], everything["test"]["leaks"]) == (False, False)


@pytest.mark.parametrize("default", [True, False])
@pytest.mark.parametrize("inherits", [True, False])
@pytest.mark.parametrize("protected_override", [True, False])
@pytest.mark.parametrize("unprotected_override", [True, False])
def test_a_secret_leaks_if_a_protected_environment_may_use_it_and_so_may_others(
    api: Client, *, default: bool, inherits: bool, protected_override: bool, unprotected_override: bool
) -> None:
    project = api.make_project()
    for name, flags in (
        ("LIVE", {"protected": True, "inheritDefaults": inherits}),
        ("DEV", {"inheritDefaults": False}),
    ):
        api.make_environment(project, name, **flags)
    api.make_connection(project, connectionDetails=named("s" if default else "another"))
    if protected_override:
        api.make_override(project, "LIVE", secret="s", allowSharedSecret="true")
    if unprotected_override:
        api.make_override(project, "DEV", secret="s", allowSharedSecret="true")

    found = [one for one in report(api, project) if one["secretName"] == "s"]

    live, dev = protected_override or (default and inherits), unprotected_override
    assert bool(found) == (default or protected_override or unprotected_override)
    for one in found:
        assert one["leaks"] == (live and (dev or default))
        assert one["shared"] == ((live and dev) or one["leaks"])
    assert [one["secretName"] for one in report(api, project, shared="true") if one["secretName"] == "s"] == [
        one["secretName"] for one in found if one["shared"]
    ]


def test_the_report_of_an_unknown_project_is_404(api: Client) -> None:
    names = {"projectId": "00000000-0000-4000-8000-000000000000"}
    assert api.call("GET", PROJECT + "/secret-references", names).status == 404


def test_of_many_uses_a_hundred_are_listed_in_turns_and_all_are_counted(api: Client, project: str) -> None:
    rows.copy_connection(api.client, project, "Salesforce", [f"T{number:03}" for number in range(109)])
    api.make_environment(project, "ALONE", inheritDefaults=False)
    api.make_override(project, "ALONE", "T108", "dev-salesforce", allowSharedSecret="true")
    api.make_override(project, "DEV", "T000", "another")

    (one,) = report(api, project, shared="true")

    names = ["Salesforce", *(f"T{number:03}" for number in range(109))]
    assert one["defaults"] == names[:100]
    assert (one["defaultsTotal"], one["usedByTotal"]) == (110, 1 + 109 + 110 + 110)
    assert (one["shared"], one["leaks"], len(one["usedBy"])) == (True, True, 100)
    assert [(user["environmentName"], user["name"], user["source"]) for user in one["usedBy"][:8]] == [
        ("ALONE", "T108", "OVERRIDE"),
        ("DEV", "Salesforce", "DEFAULT"),
        ("LIVE", "Salesforce", "DEFAULT"),
        ("TEST", "Salesforce", "DEFAULT"),
        ("DEV", "T001", "DEFAULT"),
        ("LIVE", "T000", "DEFAULT"),
        ("TEST", "T000", "DEFAULT"),
        ("DEV", "T002", "DEFAULT"),
    ]


def test_every_environment_that_uses_a_secret_is_listed(api: Client) -> None:
    project = api.make_project()
    for name in ("A", "B"):
        api.make_connection(project, name)
    api.make_environment(project, "E00")
    rows.copy_environment(api.client, project, "E00", [f"E{number:02}" for number in range(1, 89)])
    api.make_environment(project, "E89", protected=True, inheritDefaults=True)

    (one,) = report(api, project)

    assert [user["environmentName"] for user in one["usedBy"]] == [f"E{number % 90:02}" for number in range(100)]
    assert (one["usedByTotal"], one["leaks"]) == (180, True)


def test_uses_through_overrides_and_defaults_are_in_name_order(api: Client, project: str) -> None:
    for name, secret in (("a", "x"), ("b", "other"), ("ä", "x")):
        api.make_connection(project, name, connectionDetails=named(secret))
    api.make_override(project, "DEV", "b", "x", allowSharedSecret="true")
    api.make_override(project, "DEV", "a", "y")

    (one,) = [one for one in report(api, project) if one["secretName"] == "x"]

    assert [(user["name"], user["source"]) for user in one["usedBy"] if user["environmentName"] == "DEV"] == [
        ("b", "OVERRIDE"),
        ("ä", "DEFAULT"),
    ]


def test_a_project_that_is_too_large_is_refused_by_its_counters(api: Client, project: str, faults: Faults) -> None:
    rows.change(api.client, rows.project_state(project), "connectionCount", {"N": "4000"})
    rows.change(api.client, rows.environment(project, "DEV"), "overrideCount", {"N": "3500"})
    rows.change(api.client, rows.environment(project, "LIVE"), "overrideCount", {"N": "2501"})
    faults.forget()

    reply = api.call("GET", REPORT, {"projectId": project})

    assert (reply.status, reply.body) == (
        409,
        {
            "type": "/v1/problems/report-too-large",
            "title": "Report too large",
            "status": 409,
            "detail": "The project has 4,000 connections and 6,001 overrides; a report covers at most 10,000 of them.",
            "instance": "urn:request:c0ffee",
        },
    )
    assert faults.calls == ["GetItem", "Query"]
    rows.change(api.client, rows.environment(project, "LIVE"), "overrideCount", {"N": "2500"})
    assert api.call("GET", REPORT, {"projectId": project}).status == 200


def test_a_report_that_runs_out_of_time_continues_with_its_cursor(api: Client, project: str, faults: Faults) -> None:
    for number in range(4):
        api.make_connection(project, f"C{number}", connectionDetails=named(f"s{number}"))
    whole = api.call("GET", REPORT, {"projectId": project}).body["results"]
    reads = ["GetItem", "Query", "Query"]
    api.context.get_remaining_time_in_millis = (  # type: ignore[method-assign]
        lambda: 25_000 if len(faults.calls) < len(reads) else 5_000
    )

    results: list[Any] = []
    query: dict[str, str] = {}
    for _ in whole:
        faults.forget()
        reply = api.call("GET", REPORT, {"projectId": project}, query=query)
        assert (reply.status, faults.calls) == (200, reads)
        results += reply.body["results"]
        query = {"cursor": reply.body.get("nextCursor", "")}

    assert (results, query) == (whole, {"cursor": ""})
