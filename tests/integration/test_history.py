"""The history of items: every change is recorded once, with the item as it became, and never changes."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

import jsonpatch
import pytest
from support.faults import TRANSACTION, Faults, error
from support.history import (
    ITEMS,
    UNKNOWN_CHANGE,
    Touched,
    change_path,
    changes,
    entries,
    pages,
    records,
    restore,
    touched,
)
from support.invariants import read_table
from support.registry import (
    CONNECTION,
    CONNECTIONS,
    ENVIRONMENT,
    ENVIRONMENTS,
    OPEN,
    OVERRIDE,
    OVERRIDES,
    Client,
    Reply,
    connection_body,
    override_body,
    without,
)
from support.writes import WRITES, Write

SALESFORCE: Final = ("PROD", "Salesforce")
REASON: Final = {"Change-Reason": "CHG-42: rotate"}
ADDRESSED: Final = without(override_body(), "environmentName", "connectionName")
BLOCKED: Final = {"authType": "GENERIC_SECRET", "blocked": True}

CREATES: Final[dict[str, tuple[str, str, dict[str, Any], dict[str, str], Touched]]] = {
    "environment": ("POST", ENVIRONMENTS, {"name": "TEST"}, {}, ("environment", "CREATED", "TEST", None)),
    "connection": ("POST", CONNECTIONS, connection_body("New"), {}, ("connection", "CREATED", None, "New")),
    "override": (
        "POST",
        OVERRIDES,
        override_body(environmentName="DEV"),
        {},
        ("override", "CREATED", "DEV", "Salesforce"),
    ),
    "override at its address": (
        "PUT",
        OVERRIDE,
        ADDRESSED,
        {"If-None-Match": "*"},
        ("override", "CREATED", "DEV", "Salesforce"),
    ),
    "blocked override": (
        "POST",
        OVERRIDES,
        {**BLOCKED, "environmentName": "DEV", "connectionName": "Salesforce"},
        {},
        ("override", "BLOCKED", "DEV", "Salesforce"),
    ),
}
"""Method, path, body, headers, and what the change does."""

RECORDED: Final[dict[str, list[Touched]]] = {
    "replace override": [("override", "REPLACED", *SALESFORCE)],
    "replace override by another secret": [("override", "REPLACED", *SALESFORCE)],
    "replace connection": [("connection", "REPLACED", None, "Salesforce")],
    "replace connection by another secret": [("connection", "REPLACED", None, "Salesforce")],
    "change auth type": [("connection", "REPLACED", None, "Unused")],
    "replace environment": [("environment", "REPLACED", "PROD", None)],
    "replace project": [("project", "REPLACED", None, None)],
    "delete override": [("override", "DELETED", *SALESFORCE)],
    "delete overrides": [("override", "DELETED", "PROD", "Marketo"), ("override", "DELETED", *SALESFORCE)],
    "delete environment": [("environment", "DELETED", "DEV", None)],
    "cascade from environment": [
        ("environment", "DELETED", "PROD", None),
        ("override", "DELETED", "PROD", "Marketo"),
        ("override", "DELETED", *SALESFORCE),
    ],
    "delete connection": [("connection", "DELETED", None, "Unused")],
    "cascade from connection": [("connection", "DELETED", None, "Salesforce"), ("override", "DELETED", *SALESFORCE)],
    # Nothing is left whose changes could be listed.
    "delete project": [],
}
"""What each of `WRITES` does."""


def assert_recorded(api: Client, before: Mapping[Any, Any], project: str, expected: list[Touched]) -> None:
    """Assert that exactly these items were recorded, in one change, and that no earlier record was touched."""
    after = records(api.client)
    assert {key: row for key, row in after.items() if key in before} == before
    kept = [item for item in expected if item[0] != "project"]
    assert len(after) - len(before) == len(kept) + bool(expected)
    if not expected:
        return
    change = changes(api, project)[0]
    assert touched(change) == expected
    for item in change["items"]:
        if item["kind"] == "project":
            continue
        names = {
            "projectId": project,
            **{name: item[name] for name in ("environmentName", "connectionName") if name in item},
        }
        entry = entries(api, names, item["kind"])[0]
        common = ("changeId", "changedBy", "changedDate", "requestId", "reason")
        assert {name: entry.get(name) for name in common} == {name: change.get(name) for name in common}
        assert (entry["action"], entry["revision"]) == (item["action"], item["revision"])
        live = api.call("GET", ITEMS[item["kind"]], names)
        assert entry.get("item") == (live.body if live.status == 200 else None)


def test_the_expected_records_are_those_of_every_write() -> None:
    assert RECORDED.keys() == WRITES.keys()


@pytest.mark.parametrize("name", WRITES)
def test_a_write_records_its_items_and_one_change(
    api: Client, beginning: dict[str, str], write: Write, name: str
) -> None:
    before = records(api.client)

    assert write.send(api, beginning).status == write.done

    assert_recorded(api, before, beginning["projectId"], RECORDED[name])


@pytest.mark.parametrize("what", CREATES)
def test_a_create_records_its_item_and_one_change(api: Client, furnished: dict[str, str], what: str) -> None:
    method, resource, body, headers, expected = CREATES[what]
    before = records(api.client)

    made = api.call(method, resource, {**furnished, "environmentName": "DEV"}, body, headers={**headers, **REASON})

    assert made.status == 201
    assert_recorded(api, before, furnished["projectId"], [expected])
    assert changes(api, furnished["projectId"])[0]["reason"] == REASON["Change-Reason"]


def test_the_creation_of_a_project_is_its_first_change(api: Client) -> None:
    project = api.make_project()

    [change] = changes(api, project)

    assert change["items"] == [{"kind": "project", "action": "CREATED", "revision": 1}]


@pytest.mark.parametrize("name", WRITES)
def test_a_refused_or_failed_write_records_nothing(
    api: Client, beginning: dict[str, str], write: Write, faults: Faults, name: str
) -> None:
    before = read_table(api.client)
    scopes, api.scopes = api.scopes, "connections:read"
    refused = write.send(api, beginning)
    api.scopes = scopes
    names = {**beginning, **write.names}
    stale = api.call(write.method, write.resource, names, write.body, write.query, {"If-Match": '"stale"'})
    faults.before[TRANSACTION] = [error("ThrottlingException")] * 20
    failed = write.send(api, beginning)
    faults.before.clear()

    assert (refused.status, stale.status, failed.status) == (403, 400 if name == "delete overrides" else 412, 503)
    assert read_table(api.client) == before


def test_a_create_of_what_exists_records_nothing(api: Client, furnished: dict[str, str]) -> None:
    before = records(api.client)

    assert api.call("POST", OVERRIDES, furnished, override_body()).status == 409
    assert api.call("POST", CONNECTIONS, furnished, connection_body()).status == 409
    assert api.call("POST", ENVIRONMENTS, furnished, {"name": "PROD"}).status == 409
    assert records(api.client) == before


def replace(api: Client, names: Mapping[str, str], body: Mapping[str, Any], **headers: str) -> Reply:
    reply = api.call("PUT", OVERRIDE, names, body, headers=headers)
    assert reply.status in {200, 201}, reply
    return reply


def with_secret(secret: str) -> dict[str, Any]:
    return {"authType": "GENERIC_SECRET", "connectionOverrides": {"connectionProperties": {"secretName": secret}}}


@pytest.fixture
def lives(api: Client, project: str) -> dict[str, str]:
    """An override that was created, replaced, blocked, deleted, created again and restored, a minute apart each."""
    names = {"projectId": project, "environmentName": "PROD", "connectionName": "Salesforce"}
    absent = {"If-None-Match": "*"}

    def wait() -> None:
        api.now += timedelta(minutes=1)

    wait()
    first = replace(api, names, with_secret("one"), **absent)
    assert first.status == 201
    for body in (with_secret("two"), BLOCKED):
        wait()
        replace(api, names, body)
    wait()
    assert api.call("DELETE", OVERRIDE, names).status == 204
    wait()
    replace(api, names, with_secret("three"), **absent)
    wait()
    assert restore(api, names, entries(api, names)[-2]["changeId"]).status == 200
    return names


ACTIONS: Final = ["RESTORED", "CREATED", "DELETED", "BLOCKED", "REPLACED", "CREATED"]


def secret_of(entry: Mapping[str, Any]) -> str | None:
    reference = entry.get("item", {}).get("connectionOverrides")
    return None if reference is None else reference["connectionProperties"]["secretName"]


def test_an_item_that_was_created_again_tells_both_lives(api: Client, lives: dict[str, str]) -> None:
    found = entries(api, lives)

    assert [entry["action"] for entry in found] == ACTIONS
    assert [entry["revision"] for entry in found] == [2, 1, 3, 3, 2, 1]
    assert [secret_of(entry) for entry in found] == ["two", "three", None, None, "two", "one"]
    assert ["item" in entry for entry in found] == [True, True, False, True, True, True]
    assert found[3]["item"]["blocked"] is True
    assert [entry["changeId"] for entry in found] == sorted((entry["changeId"] for entry in found), reverse=True)


def test_each_entry_is_read_by_its_id_and_stays_as_it_was(api: Client, lives: dict[str, str]) -> None:
    before = entries(api, lives)
    replace(api, lives, with_secret("four"))
    assert api.call("DELETE", OVERRIDE, lives).status == 204

    assert entries(api, lives)[2:] == before
    for entry in before:
        assert api.call("GET", change_path("override"), {**lives, "changeId": entry["changeId"]}).body == entry


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_an_entry_cannot_be_changed(api: Client, lives: dict[str, str], method: str) -> None:
    names = {**lives, "changeId": entries(api, lives)[0]["changeId"]}

    assert api.call(method, change_path("override"), names, {}).status == 405


@pytest.mark.parametrize("limit", [1, 2, 5, 6])
def test_pages_return_every_entry_once_newest_first(api: Client, lives: dict[str, str], limit: int) -> None:
    found = list(pages(api, f"{OVERRIDE}/history", lives, {"limit": str(limit)}))

    assert [entry for page in found for entry in page] == entries(api, lives)
    assert {len(page) for page in found[:-1]} <= {limit}


def test_a_cursor_belongs_to_one_history(api: Client, lives: dict[str, str]) -> None:
    cursor = api.call("GET", f"{OVERRIDE}/history", lives, query={"limit": "1"}).body["nextCursor"]
    api.make_override(lives["projectId"])
    api.make_connection(lives["projectId"], "Other")

    def status(resource: str, **changes: str) -> int:
        return api.call("GET", resource, {**lives, **changes}, query={"limit": "1", "cursor": cursor}).status

    assert status(f"{OVERRIDE}/history") == 200
    assert status(f"{OVERRIDE}/history", connectionName="Other") == 400
    assert status(f"{CONNECTION}/history") == 400
    assert status("/v1/projects/{projectId}/changes") == 400


@pytest.mark.parametrize("kind", ITEMS)
def test_the_history_of_a_deleted_item_is_kept(api: Client, lives: dict[str, str], kind: str) -> None:
    before = entries(api, lives, kind)
    resource = {"override": OVERRIDE, "connection": CONNECTION, "environment": ENVIRONMENT}[kind]
    query = {} if kind == "override" else {"cascade": "true"}
    assert api.call("DELETE", resource, lives, query=query).status == 204

    found = entries(api, lives, kind)

    assert found[1:] == before
    assert (found[0]["action"], found[0]["revision"], "item" in found[0]) == ("DELETED", before[0]["revision"], False)
    # The parents may be gone as well.
    assert api.call("DELETE", ENVIRONMENT, lives, query={"cascade": "true"}).status in {204, 404}
    assert entries(api, lives, kind) == found


def test_an_item_that_never_existed_has_no_history(api: Client, lives: dict[str, str]) -> None:
    def problem(resource: str, **changes: str) -> tuple[int, str | None]:
        reply = api.call("GET", f"{resource}/history", {**lives, **changes})
        return reply.status, reply.problem

    other_project = "00000000-0000-4000-8000-00000000ffff"
    api.make_connection(lives["projectId"], "Bare")
    assert problem(OVERRIDE, connectionName="Bare") == (404, "override-not-found")
    assert problem(OVERRIDE, connectionName="Nope") == (404, "connection-not-found")
    assert problem(OVERRIDE, environmentName="Nope") == (404, "environment-not-found")
    assert problem(CONNECTION, connectionName="Nope") == (404, "connection-not-found")
    assert problem(ENVIRONMENT, environmentName="Nope") == (404, "environment-not-found")
    for resource in (OVERRIDE, CONNECTION, ENVIRONMENT):
        assert problem(resource, projectId=other_project) == (404, "project-not-found")


@pytest.mark.parametrize("kind", ITEMS)
@pytest.mark.parametrize(("method", "suffix"), [("GET", ""), ("GET", "/diff"), ("POST", "/restore")])
def test_an_unknown_change_is_not_found(
    api: Client, lives: dict[str, str], kind: str, method: str, suffix: str
) -> None:
    others = {one: entries(api, lives, one)[-1]["changeId"] for one in ITEMS if one != kind}

    for change_id in (UNKNOWN_CHANGE, *others.values()):
        reply = api.call(method, change_path(kind, suffix), {**lives, "changeId": change_id})
        assert (reply.status, reply.problem) == (404, "change-not-found")
    malformed = api.call(method, change_path(kind, suffix), {**lives, "changeId": "x"})
    assert (malformed.status, malformed.body["errors"][0]["code"]) == (400, "change_id_format")


def test_another_tenant_sees_nothing_and_cannot_tell_that_there_is_something(
    api: Client, dynamodb: Any, lives: dict[str, str]
) -> None:
    stranger = Client(dynamodb, account="other")
    nowhere = {**lives, "projectId": "00000000-0000-4000-8000-00000000ffff"}

    def answers(method: str, resource: str, change_id: str = "") -> None:
        replies = [stranger.call(method, resource, {**names, "changeId": change_id}) for names in (lives, nowhere)]
        assert replies[0].status == 404
        assert replies[0].body == replies[1].body

    answers("GET", "/v1/projects/{projectId}/changes")
    for kind, resource in ITEMS.items():
        change_id = entries(api, lives, kind)[0]["changeId"]
        answers("GET", f"{resource}/history")
        answers("GET", change_path(kind), change_id)
        answers("GET", change_path(kind, "/diff"), change_id)
        answers("POST", change_path(kind, "/restore"), change_id)


REASONS: Final = {
    "one character": ("x", 200),
    "the longest": ("x" * 512, 200),
    "too long": ("x" * 513, 400),
    "empty": ("", 400),
    "blank": (" \t ", 400),
    "line break": ("a\nb", 400),
    "escape": ("a\x1bb", 400),
    "delete": ("a\x7fb", 400),
    "right to left": ("a\u202eb", 400),
    "accents": ("größer", 200),
}


@pytest.mark.parametrize("what", REASONS)
def test_a_reason_has_1_to_512_printable_characters(api: Client, lives: dict[str, str], what: str) -> None:
    reason, status = REASONS[what]
    before = records(api.client)

    reply = api.call("PUT", OVERRIDE, lives, BLOCKED, headers={"change-reason": reason})

    assert reply.status == status
    if status == 200:
        assert entries(api, lives)[0]["reason"] == reason
        assert changes(api, lives["projectId"])[0]["reason"] == reason
    else:
        assert reply.body["violations"] == [
            "Change-Reason: must have 1 to 512 characters, none of them a control character"
        ]
        assert records(api.client) == before


def test_blanks_around_a_reason_are_no_part_of_it_and_a_read_ignores_it(api: Client, lives: dict[str, str]) -> None:
    replaced = api.call("PUT", OVERRIDE, lives, BLOCKED, headers={"Change-Reason": " a  b\t"})
    read = api.call("GET", OVERRIDE, lives, headers={"Change-Reason": "x" * 600})

    assert replaced.status == read.status == 200
    assert entries(api, lives)[0]["reason"] == "a  b"


def test_an_entry_names_the_caller_and_the_request(api: Client, lives: dict[str, str]) -> None:
    event = api.call("PUT", OVERRIDE, lives, BLOCKED)

    entry = entries(api, lives)[0]
    assert entry["requestId"] == event.headers["X-Request-Id"] == "c0ffee"
    assert entry["changedBy"] == event.body["updatedBy"] == "auth0|7"
    assert entry["changedDate"] == event.body["updatedDate"]
    assert "reason" not in entry
    assert "before" not in entry


def state(entry: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Return the item of an entry. No item is an object without members."""
    return {} if entry is None else entry.get("item", {})


def test_a_diff_turns_one_state_into_the_other(api: Client, lives: dict[str, str]) -> None:
    found = entries(api, lives)

    for number, entry in enumerate(found):
        names = {**lives, "changeId": entry["changeId"]}
        before = found[number + 1] if number + 1 < len(found) else None
        patch = api.call("GET", change_path("override", "/diff"), names)
        assert patch.status == 200
        assert jsonpatch.apply_patch(state(before), patch.body) == state(entry)
        for other in found:
            query = {"against": other["changeId"]}
            patch = api.call("GET", change_path("override", "/diff"), names, query=query)
            assert jsonpatch.apply_patch(state(other), patch.body) == state(entry)
            assert (patch.body == []) == (state(other) == state(entry))


def test_a_diff_against_a_change_of_another_item_or_none_is_refused(api: Client, lives: dict[str, str]) -> None:
    names = {**lives, "changeId": entries(api, lives)[0]["changeId"]}

    def problem(against: str) -> str | None:
        return api.call("GET", change_path("override", "/diff"), names, query={"against": against}).problem

    assert problem(UNKNOWN_CHANGE) == "change-not-found"
    assert problem(entries(api, lives, "connection")[0]["changeId"]) == "change-not-found"
    assert problem("x") == "invalid-request"


DIFFERENT: Final[dict[str, tuple[str, list[dict[str, Any]]]]] = {
    "connection": (
        CONNECTION,
        [
            {},
            {"connectionDetails": {"description": "a/b~c", "connectionProperties": {"secretName": "x"}}},
            {"connectionDetails": {"connectionProperties": {"secretName": "x", "secretKey": "k"}}},
        ],
    ),
    "environment": (
        ENVIRONMENT,
        [
            {**OPEN, "description": "x"},
            {"protected": False, "inheritDefaults": False, "displayName": "Production"},
            OPEN,
        ],
    ),
}


@pytest.mark.parametrize("kind", DIFFERENT)
def test_a_diff_of_other_items_turns_one_state_into_the_other(api: Client, project: str, kind: str) -> None:
    names = {"projectId": project, "environmentName": "PROD", "connectionName": "Salesforce"}
    resource, bodies = DIFFERENT[kind]
    for body in bodies:
        assert api.call("PUT", resource, names, body).status == 200
    found = entries(api, names, kind)

    assert [entry["action"] for entry in found] == ["REPLACED", "REPLACED", "REPLACED", "CREATED"]
    for entry, before in zip(found, [*found[1:], None], strict=True):
        patch = api.call("GET", change_path(kind, "/diff"), {**names, "changeId": entry["changeId"]})
        assert jsonpatch.apply_patch(state(before), patch.body) == state(entry)


def test_changes_of_an_item_have_an_order_while_the_clock_stands_still_or_goes_back(api: Client, project: str) -> None:
    names = {"projectId": project, "environmentName": "PROD", "connectionName": "Salesforce"}
    steps: list[Callable[[], Reply]] = [
        lambda: api.make_override(project),
        lambda: api.call("PUT", OVERRIDE, names, BLOCKED),
        lambda: api.call("DELETE", OVERRIDE, names),
        lambda: api.make_override(project),
        lambda: api.call("DELETE", ENVIRONMENT, names, query={"cascade": "true"}),
        lambda: api.call("POST", ENVIRONMENTS, names, {"name": "PROD"}),
        lambda: api.make_override(project),
    ]
    for step in steps:
        assert step().status < 300
        api.now -= timedelta(hours=1)

    actions = [entry["action"] for entry in entries(api, names)]
    dates = [entry["changedDate"] for entry in entries(api, names)]

    assert actions == ["CREATED", "DELETED", "CREATED", "DELETED", "BLOCKED", "CREATED"]
    assert len(set(dates)) == len(dates)
    assert dates == sorted(dates, reverse=True)
    assert [entry["action"] for entry in entries(api, names, "environment")] == ["CREATED", "DELETED", "CREATED"]


def test_records_expire_after_the_time_for_which_history_is_kept(api: Client, project: str) -> None:
    expected = int((api.now + timedelta(days=400)).timestamp())

    found = records(api.client)

    assert found
    assert {int(row["expiresAt"]) - expected in {0, 1} for row in found.values()} == {True}
    # The items themselves do not.
    assert [row for key, row in read_table(api.client).items() if key not in found and "expiresAt" in row] == []
    assert project
