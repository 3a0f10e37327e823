"""Overrides that end by themselves: from that moment, everything reads as if they had been changed then."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import jsonpatch
import pytest
from support import rows
from support.history import UNKNOWN_CHANGE, change_path, changes, entries, later, pages, records, restore, touched
from support.invariants import assert_nothing_is_orphaned_or_miscounted, read_table
from support.pipe import Pipe, record
from support.previews import PREVIEW, same
from support.registry import (
    CONNECTION,
    CONNECTIONS,
    EFFECTIVE,
    EFFECTIVES,
    ENVIRONMENT,
    MATRIX,
    OPEN,
    OVERRIDE,
    OVERRIDES,
    PROJECT,
    PROTECTED,
    Client,
    Reply,
    connection_body,
    without,
)

HOUR: Final = timedelta(hours=1)
END: Final = "2026-01-31T13:00:00.123Z"
"""An hour after the beginning of each test."""
BLOCKED: Final = {"authType": "GENERIC_SECRET", "blocked": True}
THEN: Final = ("DEFAULT", "BLOCKED", "PREVIOUS")


def with_secret(secret: str, **members: object) -> dict[str, Any]:
    reference = {"connectionProperties": {"secretName": secret}}
    return {"authType": "GENERIC_SECRET", "connectionOverrides": reference, **members}


def spare(then_use: str = "PREVIOUS", expires_at: str = END) -> dict[str, Any]:
    return with_secret("spare", expiresAt=expires_at, thenUse=then_use)


@pytest.fixture
def names(project: str) -> dict[str, str]:
    return {"projectId": project, "environmentName": "PROD", "connectionName": "Salesforce"}


def create(api: Client, names: Mapping[str, str], body: Mapping[str, Any]) -> Reply:
    whole = {**body, **without(names, "projectId")}
    reply = api.call("POST", OVERRIDES, names, whole)
    assert reply.status == 201, reply
    return reply


def replace(api: Client, names: Mapping[str, str], body: Mapping[str, Any], **options: Any) -> Reply:
    reply = api.call("PUT", OVERRIDE, names, body, **options)
    assert reply.status == 200, reply
    return reply


def go_to(api: Client, moment: str) -> None:
    api.now = datetime.fromisoformat(moment)


def secret_of(reference: Mapping[str, Any] | None) -> str | None:
    return None if reference is None else reference["connectionProperties"]["secretName"]


def seen(api: Client, names: Mapping[str, str], **query: str) -> tuple[str, str | None]:
    """Return source and secret of the effective connection, as one and all lists of the present agree on them."""
    one = api.call("GET", EFFECTIVE, names, query=query)
    source, secret = ("NONE", None) if one.status == 404 else (one.body["source"], secret_of(one.body["reference"]))
    if one.status == 404:
        assert one.problem == "connection-not-configured"
    if query:
        return source, secret
    at = api.call("GET", EFFECTIVE, names, query={"at": later(api.now.isoformat(), 0)})
    assert (at.status, without(at.body, "instance")) == (one.status, without(one.body, "instance"))
    [listed] = api.call("GET", EFFECTIVES, names, query={"environmentName": "PROD"}).body["results"]
    assert (listed["source"], secret_of(listed.get("reference"))) == (source, secret)
    [row] = api.call("GET", MATRIX, names).body["results"]
    assert row["cells"]["PROD"] == source
    item = api.call("GET", OVERRIDE, names)
    overrides = api.call("GET", OVERRIDES, names, query={"environmentName": "PROD"}).body["results"]
    assert overrides == ([item.body] if item.status == 200 else [])
    assert secret == (secret_of(item.body.get("connectionOverrides")) if source == "OVERRIDE" else secret)
    report = api.call("GET", PROJECT + "/secret-references", names).body["results"]
    used = [found["secretName"] for found in report if found["usedBy"]]
    assert used == ([] if secret is None else [secret])
    return source, secret


EXPECTED: Final = {
    ("created", "DEFAULT"): ("DEFAULT", "dev-salesforce"),
    ("created", "BLOCKED"): ("NONE", None),
    ("created", "PREVIOUS"): ("DEFAULT", "dev-salesforce"),
    ("replaced", "DEFAULT"): ("DEFAULT", "dev-salesforce"),
    ("replaced", "BLOCKED"): ("NONE", None),
    ("replaced", "PREVIOUS"): ("OVERRIDE", "prod"),
    ("replaced a block", "PREVIOUS"): ("NONE", None),
    ("blocks", "PREVIOUS"): ("OVERRIDE", "prod"),
    ("blocks", "DEFAULT"): ("DEFAULT", "dev-salesforce"),
}


@pytest.mark.parametrize(("how", "then_use"), EXPECTED)
def test_every_read_changes_at_that_very_millisecond(
    api: Client, names: dict[str, str], how: str, then_use: str
) -> None:
    body = {**BLOCKED, "expiresAt": END, "thenUse": then_use} if how == "blocks" else spare(then_use)
    if how == "created":
        create(api, names, body)
    else:
        create(api, names, BLOCKED if how == "replaced a block" else with_secret("prod"))
        api.now += timedelta(seconds=1)
        replace(api, names, body)
    during = ("NONE", None) if how == "blocks" else ("OVERRIDE", "spare")
    after = EXPECTED[how, then_use]

    assert seen(api, names) == during
    go_to(api, later(END, -1))
    assert seen(api, names) == during
    go_to(api, END)
    assert seen(api, names) == after
    api.now += HOUR
    assert seen(api, names) == after
    assert seen(api, names, at=later(END, -1)) == during
    assert seen(api, names, at=END) == after


def test_the_override_shows_when_it_ends_and_becomes_another_version_then(api: Client, names: dict[str, str]) -> None:
    create(api, names, with_secret("prod"))
    api.now += timedelta(seconds=1)
    made = replace(api, names, spare(expires_at="2026-01-31T14:00:00.123+01:00"))
    assert (made.body["expiresAt"], made.body["thenUse"], made.body["revision"]) == (END, "PREVIOUS", 2)
    assert api.call("GET", EFFECTIVE, names).body["expiresAt"] == END

    go_to(api, END)
    found = api.call("GET", OVERRIDE, names)

    assert {"expiresAt", "thenUse"}.isdisjoint(found.body)
    assert found.body == {
        **without(made.body, "expiresAt", "thenUse"),
        **with_secret("prod"),
        "revision": 3,
        "updatedDate": END,
    }
    assert found.headers["ETag"] != made.headers["ETag"]
    stale = {"If-Match": made.headers["ETag"]}
    assert api.call("PUT", OVERRIDE, names, BLOCKED, headers=stale).problem == "precondition-failed"
    assert replace(api, names, BLOCKED, headers={"If-Match": found.headers["ETag"]}).body["revision"] == 4


def test_explain_shows_the_time_that_remains(api: Client, names: dict[str, str]) -> None:
    create(api, names, spare("BLOCKED"))
    step = {"question": "override", "finding": "present", "revision": 1, "expiresAt": END, "thenUse": "BLOCKED"}

    def explained(**query: str) -> Reply:
        return api.call("GET", EFFECTIVE, names, query={"explain": "true", **query})

    first = explained()
    assert first.body["trace"] == [{**step, "remainingSeconds": 3600}]
    go_to(api, later(END, -1))
    last = explained()
    assert last.body["trace"] == [{**step, "remainingSeconds": 1}]
    assert explained(at=later(END, -1001)).body["trace"] == [{**step, "remainingSeconds": 2}]
    # A strong tag of a response that counts down.
    assert first.headers["ETag"] != last.headers["ETag"]
    assert api.call("GET", EFFECTIVE, names).headers["ETag"] == api.call("GET", OVERRIDE, names).headers["ETag"]
    go_to(api, END)
    assert explained().body["trace"] == [{"question": "override", "finding": "blocked", "revision": 2}]


INVALID: Final[dict[str, tuple[dict[str, Any], list[str]]]] = {
    "now": ({"expiresAt": "2026-01-31T12:00:00.123Z", "thenUse": "BLOCKED"}, ["expiresAt: must be in the future"]),
    "past": ({"expiresAt": "0001-01-01T00:00:00Z", "thenUse": "DEFAULT"}, ["expiresAt: must be in the future"]),
    "no thenUse": ({"expiresAt": END}, ["thenUse: is required with 'expiresAt'"]),
    "null thenUse": ({"expiresAt": END, "thenUse": None}, ["thenUse: is required with 'expiresAt'"]),
    "no expiresAt": ({"thenUse": "BLOCKED"}, ["thenUse: must be left out without 'expiresAt'"]),
    "another word": (
        {"expiresAt": END, "thenUse": "NONE"},
        ["thenUse: must be one of 'DEFAULT', 'BLOCKED' or 'PREVIOUS'"],
    ),
    "no offset": (
        {"expiresAt": "2026-01-31T13:00:00", "thenUse": "DEFAULT"},
        ["expiresAt: must be a date and time with an offset, such as 2026-01-31T14:01:00Z"],
    ),
    "a number": (
        {"expiresAt": 1_769_864_400, "thenUse": "DEFAULT"},
        ["expiresAt: must be a date and time with an offset, such as 2026-01-31T14:01:00Z"],
    ),
}


@pytest.mark.parametrize("what", INVALID)
def test_both_members_are_required_and_the_time_is_in_the_future(api: Client, names: dict[str, str], what: str) -> None:
    members, violations = INVALID[what]
    create(api, {**names, "connectionName": other(api, names)}, BLOCKED)
    body = {**with_secret("spare"), **members}

    for reply in (
        api.call("POST", OVERRIDES, names, {**body, **without(names, "projectId")}),
        api.call("PUT", OVERRIDE, names, body, headers={"If-None-Match": "*"}),
        api.call("PUT", OVERRIDE, {**names, "connectionName": "Other"}, body),
    ):
        assert (reply.status, reply.body["violations"]) == (400, violations)


def other(api: Client, names: Mapping[str, str]) -> str:
    body = connection_body("Other", connectionDetails=None)
    assert api.call("POST", CONNECTIONS, names, body).status == 201
    return "Other"


def test_null_means_that_it_does_not_end_and_the_end_of_all_time_is_a_time(api: Client, names: dict[str, str]) -> None:
    last = "9999-12-31T23:59:59.999Z"
    made = create(api, names, with_secret("spare", expiresAt=None, thenUse=None))
    assert {"expiresAt", "thenUse"}.isdisjoint(made.body)

    made = replace(api, names, spare("DEFAULT", last))
    assert made.body["expiresAt"] == last
    # What was read can be put back, and a PUT without the members lets it stay.
    assert replace(api, names, made.body).body["expiresAt"] == last
    assert "expiresAt" not in replace(api, names, with_secret("spare")).body


@pytest.mark.parametrize("then_use", ["DEFAULT", "PREVIOUS"])
def test_an_override_that_has_ended_is_as_absent_as_one_that_was_deleted(
    api: Client, names: dict[str, str], then_use: str
) -> None:
    create(api, names, spare(then_use))
    go_to(api, END)
    query = {"environmentName": "PROD", "connectionNames": "Salesforce"}

    def problem(method: str, resource: str, body: object = None, **options: Any) -> str | None:
        return api.call(method, resource, names, body, **options).problem

    assert problem("GET", OVERRIDE) == "override-not-found"
    assert problem("PUT", OVERRIDE, BLOCKED) == "override-not-found"
    assert problem("PUT", OVERRIDES, {**BLOCKED, **without(names, "projectId")}) == "override-not-found"
    assert problem("PUT", OVERRIDE, BLOCKED, headers={"If-Match": "*"}) == "override-not-found"
    assert problem("DELETE", OVERRIDE) == "override-not-found"
    assert problem("DELETE", OVERRIDES, query=query) == "override-not-found"
    assert api.call("DELETE", OVERRIDES, names, query={**query, "ignoreMissing": "true"}).status == 204
    impact = api.call("GET", CONNECTION + "/impact", names, query={"change": "delete"}).body["results"]
    assert [one["before"] for one in impact] == ["DEFAULT"]


CREATES: Final[dict[str, Callable[[Client, Mapping[str, str]], Reply]]] = {
    "POST": lambda api, names: api.call(
        "POST", OVERRIDES, names, {**with_secret("new"), **without(names, "projectId")}
    ),
    "PUT": lambda api, names: api.call("PUT", OVERRIDE, names, with_secret("new"), headers={"If-None-Match": "*"}),
    "restore": lambda api, names: restore(api, names, entries(api, names)[-1]["changeId"]),
}


@pytest.mark.parametrize("how", CREATES)
def test_after_its_end_it_can_be_created_again(api: Client, names: dict[str, str], how: str) -> None:
    first = create(api, names, with_secret("first"))
    replace(api, names, spare("DEFAULT"))
    go_to(api, END)

    made = CREATES[how](api, names)

    assert (made.status, made.body["revision"], "expiresAt" in made.body) == (201, 1, False)
    assert made.body["createdDate"] == later(END, 1)
    assert made.headers["ETag"] != first.headers["ETag"]
    assert [(one["action"], one["revision"]) for one in entries(api, names)] == [
        ("RESTORED" if how == "restore" else "CREATED", 1),
        ("DELETED", 2),
        ("REPLACED", 2),
        ("CREATED", 1),
    ]
    assert_nothing_is_orphaned_or_miscounted(api.client)
    assert api.call("DELETE", OVERRIDE, names).status == 204
    assert api.call("DELETE", ENVIRONMENT, names).status == 204


def several(api: Client, names: Mapping[str, str], number: int, body: Mapping[str, Any]) -> list[str]:
    """Create connections, each with an override; return their names."""
    made = [f"C{index}" for index in range(number)]
    for name in made:
        assert api.call("POST", CONNECTIONS, names, connection_body(name, connectionDetails=None)).status == 201
        create(api, {**names, "connectionName": name}, body)
    return made


def test_what_has_ended_does_not_keep_its_parents(api: Client, names: dict[str, str]) -> None:
    made = several(api, names, 3, spare("DEFAULT"))
    assert api.call("DELETE", ENVIRONMENT, names).body["total"] == 3
    assert api.call("DELETE", CONNECTION, {**names, "connectionName": "C0"}).body["total"] == 1
    create(api, names, with_secret("prod"))
    go_to(api, END)

    held = api.call("DELETE", ENVIRONMENT, names)
    assert (held.body["total"], [one["connectionName"] for one in held.body["dependents"]]) == (1, ["Salesforce"])
    before = read_table(api.client)
    preview = api.call("DELETE", CONNECTION, {**names, "connectionName": "C0"}, query=PREVIEW)
    assert (preview.status, read_table(api.client)) == (204, before)
    same(preview, api.call("DELETE", CONNECTION, {**names, "connectionName": "C0"}))
    assert_nothing_is_orphaned_or_miscounted(api.client)
    assert api.call("DELETE", ENVIRONMENT, names, query={"cascade": "true"}).status == 204
    assert_nothing_is_orphaned_or_miscounted(api.client)
    for name in made[1:]:
        assert api.call("DELETE", CONNECTION, {**names, "connectionName": name}).status == 204
        assert [one["action"] for one in entries(api, {**names, "connectionName": name})] == ["DELETED", "CREATED"]


def test_the_auth_type_can_change_once_all_overrides_have_ended(api: Client, names: dict[str, str]) -> None:
    salesforce = {**names, "connectionName": "OAuth"}
    kind = {"authProvider": "salesforce", "authType": "OAUTH_CLIENT_CRED", "connectionDetails": None}
    assert api.call("POST", CONNECTIONS, names, connection_body("OAuth", **kind)).status == 201
    create(api, salesforce, {**spare("DEFAULT"), "authType": "OAUTH_CLIENT_CRED"})
    other_type = {"authType": "OAUTH_USER_TOKENS"}

    assert api.call("PUT", CONNECTION, salesforce, other_type).problem == "connection-in-use"
    go_to(api, END)
    same(
        api.call("PUT", CONNECTION, salesforce, other_type, query=PREVIEW),
        api.call("PUT", CONNECTION, salesforce, other_type),
    )
    assert api.call("GET", CONNECTION, salesforce).body["authType"] == "OAUTH_USER_TOKENS"
    assert_nothing_is_orphaned_or_miscounted(api.client)


def test_an_environment_can_be_deleted_with_any_number_of_ended_overrides(api: Client, names: dict[str, str]) -> None:
    several(api, names, 1, spare("DEFAULT"))
    rows.copy_connection(api.client, names["projectId"], "C0", [f"D{index}" for index in range(120)])
    go_to(api, END)

    assert api.call("DELETE", ENVIRONMENT, names, query=PREVIEW).status == 204
    assert api.call("DELETE", ENVIRONMENT, names).status == 204
    assert not [key for key in read_table(api.client) if rows.is_override(key)]
    assert_nothing_is_orphaned_or_miscounted(api.client)


def at_the_end(request: Callable[[Client], Reply]) -> Callable[[Client], Reply]:
    def send(client: Client) -> Reply:
        go_to(client, later(END, 1_000))
        return request(client)

    return send


def test_of_two_creates_in_the_place_of_an_ended_override_one_succeeds(
    api: Client, names: dict[str, str], concurrently: Callable[..., None]
) -> None:
    create(api, names, spare("DEFAULT"))
    go_to(api, END)
    concurrently(at_the_end(lambda other: create(other, names, with_secret("theirs"))))

    reply = api.call("POST", OVERRIDES, names, {**with_secret("ours"), **without(names, "projectId")})

    assert (reply.status, reply.problem) == (409, "override-already-exists")
    go_to(api, later(END, 2_000))
    assert seen(api, names) == ("OVERRIDE", "theirs")
    assert_nothing_is_orphaned_or_miscounted(api.client)


@pytest.mark.parametrize("resource", [CONNECTION, ENVIRONMENT])
def test_what_is_created_in_the_place_of_an_ended_override_keeps_its_parents(
    api: Client, names: dict[str, str], concurrently: Callable[..., None], resource: str
) -> None:
    create(api, names, spare("DEFAULT"))
    go_to(api, END)
    concurrently(at_the_end(lambda other: create(other, names, with_secret("theirs"))))

    reply = api.call("DELETE", resource, names)

    assert (reply.status, reply.body["total"]) == (409, 1)
    assert_nothing_is_orphaned_or_miscounted(api.client)


# Limits: the end of an override is recorded ahead, so to delete one that has yet to end takes twice as many actions.


@pytest.mark.parametrize(("lasting", "ending", "status"), [(42, 3, 204), (41, 4, 400), (0, 24, 204), (0, 25, 400)])
def test_a_deletion_takes_one_that_is_yet_to_end_for_two(
    api: Client, names: dict[str, str], lasting: int, ending: int, status: int
) -> None:
    made = [*several(api, names, lasting, BLOCKED)]
    for index in range(ending):
        name = f"E{index}"
        assert api.call("POST", CONNECTIONS, names, connection_body(name, connectionDetails=None)).status == 201
        create(api, {**names, "connectionName": name}, spare("DEFAULT"))
        made.append(name)
    query = {"environmentName": "PROD", "connectionNames": ",".join(made)}

    reply = api.call("DELETE", OVERRIDES, names, query=query, headers={"Idempotency-Key": "k"})

    assert reply.status == status
    if status == 400:
        assert reply.body["violations"] == [
            "connectionNames: must have at most 48 entries, where one that is yet to expire counts twice"
        ]
    else:
        assert not [key for key in read_table(api.client) if rows.is_expiry_marker(key)]


@pytest.mark.parametrize(("ending", "status"), [(23, 204), (24, 409)])
def test_a_cascade_from_an_environment_takes_one_that_is_yet_to_end_for_two(
    api: Client, names: dict[str, str], ending: int, status: int
) -> None:
    several(api, names, ending, spare("DEFAULT"))
    query = {"cascade": "true"}

    reply = api.call("DELETE", ENVIRONMENT, names, query=query, headers={"Idempotency-Key": "k"})

    assert reply.status == status
    if status == 409:
        assert (reply.problem, reply.body["total"]) == ("cascade-too-large", 24)
        assert reply.body["detail"] == (
            "The environment has 24 overrides; at most 47 can be deleted with it in one step. "
            "One that is yet to expire counts twice. Delete some first."
        )


@pytest.mark.parametrize(("environments", "status"), [(18, 204), (19, 409)])
def test_a_cascade_from_a_connection_takes_one_that_is_yet_to_end_for_two(
    api: Client, names: dict[str, str], environments: int, status: int
) -> None:
    for index in range(1, environments):
        api.make_environment(names["projectId"], f"E{index}")
        create(api, {**names, "environmentName": f"E{index}"}, spare("DEFAULT"))
    create(api, names, spare("DEFAULT"))

    reply = api.call("DELETE", CONNECTION, names, query={"cascade": "true"}, headers={"Idempotency-Key": "k"})

    assert reply.status == status


# History


@pytest.mark.parametrize("then_use", THEN)
def test_history_tells_the_end_when_it_has_come(api: Client, names: dict[str, str], then_use: str) -> None:
    create(api, names, with_secret("prod"))
    api.now += timedelta(minutes=1)
    replace(api, names, spare(then_use), headers={"Change-Reason": "CHG-7"})
    go_to(api, later(END, -1))
    before = entries(api, names)
    listed = changes(api, names["projectId"])
    assert [one["action"] for one in before] == ["REPLACED", "CREATED"]
    go_to(api, END)

    [entry, *others] = entries(api, names)
    [change, *other_changes] = changes(api, names["projectId"])

    assert (others, other_changes) == (before, listed)
    item = api.call("GET", OVERRIDE, names)
    assert entry == {
        **without(before[0], "item"),
        "changeId": entry["changeId"],
        "action": {"DEFAULT": "DELETED", "BLOCKED": "BLOCKED", "PREVIOUS": "RESTORED"}[then_use],
        "revision": 2 if then_use == "DEFAULT" else 3,
        "changedDate": END,
        "expired": True,
        **({"item": item.body} if item.status == 200 else {}),
    }
    assert entry["reason"] == "CHG-7"
    assert change["changeId"] == entry["changeId"]
    assert without(change, "items") == without(entry, "item", "action", "revision")
    assert touched(change) == [("override", entry["action"], "PROD", "Salesforce")]
    assert change["items"][0]["revision"] == entry["revision"]
    one = {**names, "changeId": entry["changeId"]}
    assert api.call("GET", change_path("override"), one).body == entry
    patch = api.call("GET", change_path("override", "/diff"), one).body
    assert jsonpatch.apply_patch(before[0]["item"], patch) == entry.get("item", {})
    for unknown in (UNKNOWN_CHANGE, f"f{entry['changeId'][1:]}"):
        reply = api.call("GET", change_path("override"), {**names, "changeId": unknown})
        assert reply.problem == "change-not-found"
    for limit in ("1", "2"):
        paged = pages(api, f"{OVERRIDE}/history", names, {"limit": limit})
        assert [found for page in paged for found in page] == [entry, *before]


def test_before_its_end_nobody_can_ask_for_it(api: Client, names: dict[str, str]) -> None:
    create(api, names, spare())
    go_to(api, END)
    change_id = entries(api, names)[0]["changeId"]
    go_to(api, later(END, -1))

    assert api.call("GET", change_path("override"), {**names, "changeId": change_id}).problem == "change-not-found"
    assert [one for one in changes(api, names["projectId"]) if one.get("expired")] == []
    assert len(list(pages(api, PROJECT + "/changes", names, {"limit": "1"}))) == 4


PREVENTIONS: Final[dict[str, Callable[[Client, Mapping[str, str]], Reply]]] = {
    "replaced": lambda api, names: api.call("PUT", OVERRIDE, names, with_secret("next")),
    "replaced, to end later": lambda api, names: api.call(
        "PUT", OVERRIDE, names, spare("BLOCKED", later(END, 3_600_000))
    ),
    "deleted": lambda api, names: api.call("DELETE", OVERRIDE, names),
    "deleted by name": lambda api, names: api.call(
        "DELETE", OVERRIDES, names, query={"environmentName": "PROD", "connectionNames": "Salesforce"}
    ),
    "deleted with its environment": lambda api, names: api.call(
        "DELETE", ENVIRONMENT, names, query={"cascade": "true"}
    ),
    "deleted with its connection": lambda api, names: api.call("DELETE", CONNECTION, names, query={"cascade": "true"}),
}


@pytest.mark.parametrize("how", PREVENTIONS)
def test_what_is_changed_before_its_end_never_ends(api: Client, names: dict[str, str], how: str) -> None:
    create(api, names, spare("BLOCKED"))
    go_to(api, later(END, -1))

    assert PREVENTIONS[how](api, names).status in {200, 204}
    go_to(api, later(END, 1))

    assert [one for one in entries(api, names) if one.get("expired")] == []
    assert [one for one in changes(api, names["projectId"]) if one.get("expired")] == []
    markers = [row for key, row in read_table(api.client).items() if rows.is_expiry_marker(key)]
    assert len(markers) == (1 if how == "replaced, to end later" else 0)


def test_what_is_changed_after_its_end_has_ended(api: Client, names: dict[str, str]) -> None:
    create(api, names, spare("BLOCKED"))
    go_to(api, END)

    assert replace(api, names, with_secret("next")).body["revision"] == 3
    assert api.call("DELETE", OVERRIDE, names).status == 204

    found = entries(api, names)
    assert [(one["action"], one.get("expired", False)) for one in found] == [
        ("DELETED", False),
        ("REPLACED", False),
        ("BLOCKED", True),
        ("CREATED", False),
    ]
    assert [one["changedDate"] for one in found[:3]] == [later(END, 2), later(END, 1), END]
    patch = api.call("GET", change_path("override", "/diff"), {**names, "changeId": found[1]["changeId"]}).body
    assert jsonpatch.apply_patch(found[2]["item"], patch) == found[1]["item"]
    assert len([one for one in changes(api, names["projectId"]) if one.get("expired")]) == 1
    # The event of what has happened still leaves.
    assert len([key for key in read_table(api.client) if rows.is_expiry_marker(key)]) == 1


def test_changes_are_filtered_by_what_ended_too(api: Client, names: dict[str, str]) -> None:
    create(api, names, spare("DEFAULT"))
    go_to(api, END)

    def found(**filters: str) -> list[bool]:
        return [one.get("expired", False) for one in changes(api, names["projectId"], **filters)]

    assert (
        found(action="DELETED") == found(**{"from": END}) == found(environmentName="PROD", action="DELETED") == [True]
    )
    assert True not in found(to=later(END, -1))
    assert found(action="DELETED", changedBy="somebody else") == []


def test_a_state_that_ended_can_be_restored_only_without_the_end_that_is_past(
    api: Client, names: dict[str, str]
) -> None:
    create(api, names, with_secret("prod"))
    api.now += timedelta(minutes=1)
    replace(api, names, spare("PREVIOUS"))
    [ending, _] = entries(api, names)
    replace(api, names, BLOCKED)

    again = restore(api, names, ending["changeId"])
    assert (again.status, again.body["expiresAt"], again.body["thenUse"]) == (200, END, "PREVIOUS")
    go_to(api, END)
    # What it replaced when it was restored was the block.
    assert seen(api, names) == ("NONE", None)
    late = restore(api, names, ending["changeId"])
    assert (late.status, late.problem) == (409, "nothing-to-restore")
    [ended, *_] = entries(api, names)
    assert ended["expired"]
    replace(api, names, with_secret("next"))
    assert restore(api, names, ended["changeId"]).body["blocked"] is True


# What an ending override replaces when it ends itself


def test_the_end_can_be_moved_while_the_secret_stays(api: Client, names: dict[str, str]) -> None:
    create(api, names, with_secret("prod"))
    replace(api, names, spare("PREVIOUS"))
    sooner, much_later = later(END, -60_000), later(END, 60_000)

    for moved in (much_later, sooner):
        replace(api, names, spare("PREVIOUS", moved))
    go_to(api, sooner)

    assert seen(api, names) == ("OVERRIDE", "prod")


def test_a_third_secret_returns_to_what_lasts_and_never_to_what_has_ended(api: Client, names: dict[str, str]) -> None:
    create(api, names, with_secret("prod"))
    replace(api, names, spare("PREVIOUS"))

    def third(expires_at: str) -> dict[str, Any]:
        return with_secret("third", expiresAt=expires_at, thenUse="PREVIOUS")

    refused = api.call("PUT", OVERRIDE, names, third(later(END, -1)))
    assert (refused.status, refused.body["errors"][0]["code"]) == (400, "expiry_order")
    assert refused.body["violations"] == [
        f"thenUse: must not be 'PREVIOUS' before {END}, when the override that is replaced expires itself"
    ]
    replace(api, names, third(END))
    go_to(api, END)
    assert seen(api, names) == ("OVERRIDE", "prod")


# The guard


def guarded(api: Client, names: Mapping[str, str]) -> None:
    """Protect PROD, and add DEV."""
    assert api.call("PUT", ENVIRONMENT, names, PROTECTED).status == 200
    api.make_environment(names["projectId"], "DEV")


def test_the_guard_counts_what_an_override_returns_to(api: Client, names: dict[str, str]) -> None:
    guarded(api, names)
    dev = {**names, "environmentName": "DEV"}
    create(api, names, with_secret("prod"))
    replace(api, names, spare("PREVIOUS"))

    def refused(body: Mapping[str, Any], place: Mapping[str, str]) -> Any:
        reply = api.call("POST", OVERRIDES, names, {**body, **without(place, "projectId")})
        assert (reply.status, reply.problem) == (409, "shared-secret-reference")
        return reply.body["dependents"]

    used = [{"kind": "override", "environmentName": "PROD", "connectionName": "Salesforce"}]
    assert refused(with_secret("prod"), dev) == refused(with_secret("spare"), dev) == used
    default = {"connectionDetails": {"connectionProperties": {"secretName": "prod"}}}
    assert api.call("PUT", CONNECTION, names, default).body["dependents"] == used
    go_to(api, END)
    assert refused(with_secret("prod"), dev) == used
    create(api, dev, with_secret("spare"))


def test_without_a_return_the_secret_that_was_replaced_is_free(api: Client, names: dict[str, str]) -> None:
    guarded(api, names)
    create(api, names, with_secret("prod"))
    replace(api, names, spare("BLOCKED"))

    create(api, {**names, "environmentName": "DEV"}, with_secret("prod"))
    # To return to it would share it.
    reply = api.call("PUT", OVERRIDE, names, with_secret("prod"))
    assert reply.problem == "shared-secret-reference"


def test_the_report_counts_what_an_override_returns_to_as_shared(api: Client, names: dict[str, str]) -> None:
    guarded(api, names)
    create(api, names, with_secret("prod"))
    replace(api, names, spare("PREVIOUS"))
    body = {**with_secret("prod"), "environmentName": "DEV", "connectionName": "Salesforce"}
    shared = {"allowSharedSecret": "true"}
    assert api.call("POST", OVERRIDES, names, body, query=shared).status == 201

    found = {one["secretName"]: one for one in api.call("GET", PROJECT + "/secret-references", names).body["results"]}

    assert [use["environmentName"] for use in found["prod"]["usedBy"]] == ["DEV"]
    assert (found["prod"]["shared"], found["prod"]["leaks"]) == (True, True)
    assert (found["spare"]["shared"], found["spare"]["leaks"]) == (False, False)


@pytest.mark.parametrize("then_use", THEN)
def test_an_end_in_a_protected_environment_needs_its_scope(api: Client, names: dict[str, str], then_use: str) -> None:
    create(api, names, with_secret("prod"))
    guarded(api, names)
    api.scopes = "connections:write"

    assert api.call("PUT", OVERRIDE, names, spare(then_use)).problem == "insufficient-scope"


# Clocks, repetitions, rows and events


def test_a_change_that_must_be_later_than_the_end_finds_that_it_has_come(api: Client, names: dict[str, str]) -> None:
    other(api, names)
    create(api, {**names, "connectionName": "Other"}, BLOCKED)
    create(api, names, spare("DEFAULT"))
    go_to(api, later(END, 60_000))
    assert api.call("DELETE", OVERRIDE, {**names, "connectionName": "Other"}).status == 204
    # The clock is set back. Reads go by it, but the next change of an override in PROD is later than the deletion.
    go_to(api, later(END, -60_000))
    assert seen_one(api, names) == "OVERRIDE"

    late = api.call("PUT", OVERRIDE, names, with_secret("next"))

    assert (late.status, late.problem) == (404, "override-not-found")
    preview = api.call("PUT", OVERRIDE, names, with_secret("next"), query=PREVIEW)
    assert (preview.status, preview.problem) == (404, "override-not-found")
    made = create(api, names, with_secret("next"))
    assert made.body["createdDate"] == later(END, 60_001)
    go_to(api, later(END, 120_000))
    assert [one["action"] for one in entries(api, names)] == ["CREATED", "DELETED", "CREATED"]
    assert_nothing_is_orphaned_or_miscounted(api.client)


def seen_one(api: Client, names: Mapping[str, str]) -> str:
    source: str = api.call("GET", EFFECTIVE, names).body["source"]
    return source


def test_what_was_purged_is_created_again_after_its_end_whatever_the_clock_says(
    api: Client, names: dict[str, str]
) -> None:
    create(api, names, spare("DEFAULT"))
    go_to(api, later(END, 60_000))
    assert api.call("DELETE", CONNECTION, names).status == 204
    go_to(api, later(END, -60_000))
    assert api.call("POST", CONNECTIONS, names, connection_body()).status == 201

    made = create(api, names, with_secret("next"))

    assert made.body["createdDate"] > END
    go_to(api, later(END, 120_000))
    assert [one["action"] for one in entries(api, names)] == ["CREATED", "DELETED", "CREATED"]


def test_a_repeat_after_the_end_gets_the_first_answer(api: Client, names: dict[str, str]) -> None:
    create(api, names, with_secret("prod"))
    key = {"Idempotency-Key": "k"}
    first = replace(api, names, spare("DEFAULT"), headers=key)
    go_to(api, END)

    again = replace(api, names, spare("DEFAULT"), headers=key)

    assert (again.body, again.headers["ETag"]) == (first.body, first.headers["ETag"])
    assert api.call("GET", OVERRIDE, names).status == 404


def test_the_preview_is_the_answer_and_writes_nothing(api: Client, names: dict[str, str]) -> None:
    create(api, names, with_secret("prod"))
    before = read_table(api.client)
    preview = api.call("PUT", OVERRIDE, names, spare(), query=PREVIEW)
    assert read_table(api.client) == before
    same(preview, api.call("PUT", OVERRIDE, names, spare()))


def test_the_time_to_live_removes_the_marker_at_the_end_and_never_the_override(
    api: Client, names: dict[str, str]
) -> None:
    create(api, names, spare("DEFAULT", "2026-01-31T13:00:00.000Z"))
    found = read_table(api.client)
    end = int(datetime.fromisoformat("2026-01-31T13:00:00Z").timestamp())

    [marker] = [row for key, row in found.items() if rows.is_expiry_marker(key)]
    assert marker["expiresAt"] == end
    # A text, which DynamoDB's time to live passes over.
    [override] = [row for key, row in found.items() if rows.is_override(key)]
    assert override["expiresAt"] == "2026-01-31T13:00:00.000Z"
    # The entry tells of both changes.
    kept = {key: int(row["expiresAt"]) - 400 * 24 * 3600 for key, row in records(api.client).items()}
    assert [moment for (_, sk), moment in kept.items() if sk.startswith("H/O/")] == [end]
    # Without the marker, nothing else changes.
    [key] = [key for key in found if rows.is_expiry_marker(key)]
    rows.delete(api.client, key)
    go_to(api, END)
    assert [one["action"] for one in entries(api, names)] == ["DELETED", "CREATED"]


def test_an_event_leaves_when_the_time_to_live_removes_the_marker(api: Client, names: dict[str, str]) -> None:
    create(api, names, spare("BLOCKED"))
    go_to(api, END)
    [entry, *_] = entries(api, names)
    pipe, written = Pipe("ExpiryPipe"), rows.read_all(api.client)

    sent = [removed for row in written if pipe.sends(removed := record(row, "REMOVE", by_time_to_live=True))]

    assert [pipe.event_of(one) for one in sent] == [
        {
            "source": "connection-overrides",
            "detail-type": "OverrideBlocked",
            "detail": {
                "account": "acme",
                **names,
                "revision": "2",
                "changeId": entry["changeId"],
                "changedBy": "auth0|7",
                "changedDate": END,
                "requestId": "c0ffee",
                "reason": "",
            },
        }
    ]
    # A marker that a write deletes says that the override will not end. No other pipe sends it.
    assert not [row for row in written if pipe.sends(record(row)) or pipe.sends(record(row, "REMOVE"))]
    [marker] = [row for row in written if rows.is_expiry_marker(rows.key_of(row))]
    assert not Pipe().sends(record(marker))


def test_an_override_inherits_nothing_from_an_environment_that_does_not(api: Client, names: dict[str, str]) -> None:
    create(api, names, spare("DEFAULT"))
    assert api.call("PUT", ENVIRONMENT, names, {**OPEN, "inheritDefaults": False}).status == 200
    go_to(api, END)

    assert seen(api, names) == ("NONE", None)
