"""The changes of a project: who changed what, when and why. Names and ids only."""

import json
from datetime import timedelta
from itertools import combinations
from typing import Any, Final

import pytest
from support.history import CHANGES, changes, later, pages, records
from support.registry import CONNECTION, ENVIRONMENT, OPEN, OVERRIDE, OVERRIDES, Client, connection_body
from support.registry import CONNECTIONS as ALL_CONNECTIONS

SECRETS: Final = ("top-one", "top-two", "top-key", "top-default")
BLOCKED: Final = {"authType": "GENERIC_SECRET", "blocked": True}


def reference(secret: str) -> dict[str, Any]:
    return {"connectionProperties": {"secretName": secret, "secretKey": "top-key"}}


@pytest.fixture
def audited(api: Client, dynamodb: Any, project: str) -> str:
    """A project in which two people changed several items, a minute apart each."""
    names = {"projectId": project, "environmentName": "PROD", "connectionName": "Salesforce"}
    dev = {**names, "environmentName": "DEV"}
    body = {"authType": "GENERIC_SECRET", "connectionOverrides": reference("top-one")}
    ads = connection_body("Ads", connectionDetails=reference("top-default"))
    absent = {"If-None-Match": "*"}
    assert dynamodb
    api.now += timedelta(minutes=1)
    api.make_environment(project, "DEV")
    steps: list[tuple[str, str, str, dict[str, str], object, dict[str, str]]] = [
        ("ada", "POST", ALL_CONNECTIONS, names, ads, {}),
        ("ada", "PUT", OVERRIDE, names, body, absent),
        ("bob", "PUT", OVERRIDE, dev, {**body, "connectionOverrides": reference("top-two")}, absent),
        ("bob", "PUT", OVERRIDE, {**dev, "connectionName": "Ads"}, BLOCKED, absent),
        ("ada", "PUT", ENVIRONMENT, dev, OPEN, {}),
        ("bob", "PUT", CONNECTION, names, {"connectionDetails": reference("top-two")}, {}),
        ("ada", "DELETE", OVERRIDE, names, None, {}),
    ]
    for subject, method, resource, where, sent, headers in steps:
        api.now += timedelta(minutes=1)
        caller = {"account": "acme", "subject": subject, "scopes": api.scopes, "expiresAt": str(api.expires_at)}
        context = {"requestId": f"r-{subject}", "path": "/v1", "authorizer": caller}
        done = api.call(method, resource, where, sent, headers=headers, requestContext=context)
        assert done.status < 300, done
    api.now += timedelta(minutes=1)
    query = {"environmentName": "DEV", "connectionNames": "Ads,Salesforce"}
    assert api.call("DELETE", OVERRIDES, names, query=query, headers={"Change-Reason": "cleanup"}).status == 204
    return project


def expected(everything: list[Any], filters: dict[str, str]) -> list[Any]:
    """Return the changes that match, by the definition of each filter."""

    def matches(change: Any) -> bool:
        item = {
            name: value for name, value in filters.items() if name in {"environmentName", "connectionName", "action"}
        }
        return (
            filters.get("from", "") <= change["changedDate"] <= filters.get("to", "9")
            and filters.get("changedBy", change["changedBy"]) == change["changedBy"]
            and any(all(one.get(name) == value for name, value in item.items()) for one in change["items"])
        )

    return [change for change in everything if matches(change)]


FILTERS: Final[list[tuple[str, str]]] = [
    ("changedBy", "ada"),
    ("changedBy", "nobody"),
    ("environmentName", "DEV"),
    ("connectionName", "Salesforce"),
    ("action", "CREATED"),
    ("action", "BLOCKED"),
    ("action", "DELETED"),
    ("action", "RESTORED"),
    ("from", "2026-01-31T12:03:00.123Z"),
    ("to", "2026-01-31T12:06:00.123Z"),
]
COMBINED: Final = [
    dict(chosen)
    for size in (0, 1, 2, 3, 6)
    for chosen in combinations(FILTERS, size)
    if len(dict(chosen)) == size and (size < 3 or ("changedBy", "nobody") not in chosen)
]


def test_the_filters_select_alone_and_together(api: Client, audited: str) -> None:
    everything = changes(api, audited)
    found = [(filters, changes(api, audited, **filters)) for filters in COMBINED]

    assert len(everything) == 12
    for filters, results in found:
        assert results == expected(everything, filters), filters
    assert {bool(results) for _, results in found} == {True, False}


def test_from_and_to_include_the_moments_themselves(api: Client, audited: str) -> None:
    everything = changes(api, audited)
    moment = everything[3]["changedDate"]
    at_it = [change for change in everything if change["changedDate"] == moment]

    assert at_it
    assert changes(api, audited, **{"from": moment, "to": moment}) == at_it
    assert changes(api, audited, **{"from": later(moment, 1), "to": later(moment, 2)}) == []
    assert changes(api, audited, **{"from": moment.replace("Z", "+00:00"), "to": moment}) == at_it
    assert changes(api, audited, **{"from": later(moment, 1), "to": moment}) == []


def test_a_change_of_several_items_is_one_and_says_why(api: Client, audited: str) -> None:
    newest = changes(api, audited)[0]

    assert (newest["reason"], newest["changedBy"], newest["requestId"]) == ("cleanup", "auth0|7", "c0ffee")
    assert newest["items"] == [
        {"kind": "override", "action": "DELETED", "environmentName": "DEV", "connectionName": name, "revision": 1}
        for name in ("Ads", "Salesforce")
    ]


def test_neither_a_response_nor_a_row_contains_a_secret(api: Client, audited: str) -> None:
    shown = json.dumps(changes(api, audited))
    stored = [json.dumps(row, default=str) for (pk, _), row in records(api.client).items() if pk.endswith("/L")]

    assert stored
    for secret in (*SECRETS, "dev-salesforce"):
        assert secret not in shown
        assert not [row for row in stored if secret in row]


@pytest.mark.parametrize("limit", [1, 5, 12])
@pytest.mark.parametrize(
    "filters", [{}, {"changedBy": "ada"}, {"from": "2026-01-31T12:03:00.123Z", "action": "CREATED"}]
)
def test_pages_return_every_change_once_newest_first(
    api: Client, audited: str, limit: int, filters: dict[str, str]
) -> None:
    found = list(pages(api, CHANGES, {"projectId": audited}, {"limit": str(limit), **filters}))

    assert [change for page in found for change in page] == changes(api, audited, **filters)
    assert {len(page) for page in found[:-1]} <= {limit}


def test_a_cursor_belongs_to_its_filters(api: Client, audited: str) -> None:
    query = {"limit": "1", "changedBy": "ada"}
    cursor = api.call("GET", CHANGES, {"projectId": audited}, query=query).body["nextCursor"]

    other = api.call("GET", CHANGES, {"projectId": audited}, query={"limit": "1", "changedBy": "bob", "cursor": cursor})
    assert other.status == 400


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("from", "yesterday", "rfc3339"),
        ("to", "2026-01-31T12:00:00", "rfc3339"),
        ("from", "2026-01-31T12:00:00 02:00", "rfc3339"),
        ("action", "created", "list_entry"),
        ("environmentName", "a/b", None),
        ("connectionName", "", None),
        ("since", "2026-01-31T12:00:00Z", None),
    ],
)
def test_a_filter_that_is_wrong_is_refused(api: Client, project: str, name: str, value: str, code: str | None) -> None:
    reply = api.call("GET", CHANGES, {"projectId": project}, query={name: value})

    assert reply.status == 400
    assert code in {None, reply.body["errors"][0]["code"]}


def test_a_project_that_does_not_exist_has_no_changes(api: Client) -> None:
    nowhere = {"projectId": "00000000-0000-4000-8000-00000000ffff"}

    assert api.call("GET", CHANGES, nowhere).problem == "project-not-found"
