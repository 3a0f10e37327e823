"""`Idempotency-Key`: a repeated write returns the stored result, and is applied once."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from support import rows as layout
from support.faults import LOST, TRANSACTION, Faults, error
from support.invariants import read_table
from support.registry import (
    CONNECTION,
    CONNECTIONS,
    ENVIRONMENT,
    ENVIRONMENTS,
    EVERY_SCOPE,
    OVERRIDE,
    OVERRIDES,
    PROJECTS,
    PROTECTED,
    Client,
    Reply,
    connection_body,
    override_body,
    without,
)
from support.writes import WRITES

KEY = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}
CREATES = {
    "project": (PROJECTS, {"name": "Sales"}),
    "environment": (ENVIRONMENTS, {"name": "TEST"}),
    "connection": (CONNECTIONS, connection_body("HubSpot")),
    "override": (OVERRIDES, override_body(connectionName="Unused", authType="OAUTH_CLIENT_CRED")),
}
NAMES = {"environmentName": "PROD", "connectionName": "Salesforce"}


def create(api: Client, project: str, headers: Mapping[str, str] = KEY, **members: object) -> Reply:
    return api.call("POST", OVERRIDES, {"projectId": project}, override_body(**members), headers=headers)


@pytest.mark.parametrize("name", CREATES)
def test_a_repeated_create_returns_the_stored_result_and_creates_nothing(
    api: Client, dynamodb: Any, furnished: dict[str, str], name: str
) -> None:
    resource, body = CREATES[name]

    first = api.call("POST", resource, furnished, body, headers=KEY)
    rows = read_table(dynamodb)
    again = api.call("POST", resource, furnished, body, headers=KEY)

    assert first.status == 201
    assert again == first
    assert read_table(dynamodb) == rows


@pytest.mark.parametrize("name", WRITES)
def test_a_repeated_write_returns_the_stored_result_and_changes_nothing(
    api: Client, dynamodb: Any, beginning: dict[str, str], name: str
) -> None:
    write = WRITES[name]
    names = {**beginning, **write.names}

    first = api.call(write.method, write.resource, names, write.body, write.query, KEY)
    rows = read_table(dynamodb)
    again = api.call(write.method, write.resource, names, write.body, write.query, KEY)

    assert first.status == write.done
    assert again == first
    assert read_table(dynamodb) == rows


def test_the_stored_result_is_returned_even_if_the_item_has_changed_since(api: Client, project: str) -> None:
    first = create(api, project)
    api.call("DELETE", OVERRIDE, {"projectId": project, **NAMES})

    again = create(api, project)

    assert again == first
    assert api.call("GET", OVERRIDE, {"projectId": project, **NAMES}).status == 404


def test_the_members_of_the_body_can_be_in_another_order(api: Client, project: str) -> None:
    first = create(api, project)
    body = dict(reversed(override_body().items()))

    assert api.call("POST", OVERRIDES, {"projectId": project}, body, headers=KEY) == first


def test_members_that_are_null_are_the_same_as_none(api: Client, dynamodb: Any, project: str) -> None:
    reference = {"connectionProperties": {"secretName": "x"}}
    nulls = {"secretsLocation": None, "connectionProperties": {"secretName": "x", "secretKey": None}}
    first = create(api, project, connectionOverrides=reference)
    rows = read_table(dynamodb)

    assert first.status == 201
    assert create(api, project, connectionOverrides=nulls) == first
    assert create(api, project, connectionOverrides=reference, blocked=None) == first
    assert read_table(dynamodb) == rows


UNPROTECTED = EVERY_SCOPE.replace("environments:protected", "")


@pytest.mark.parametrize(
    ("method", "resource", "names", "body", "query"),
    [
        ("POST", OVERRIDES, {}, override_body(), {}),
        ("PUT", ENVIRONMENT, {"environmentName": "QA"}, PROTECTED, {}),
        ("DELETE", ENVIRONMENT, {"environmentName": "QA"}, None, {}),
        ("DELETE", CONNECTION, {"connectionName": "Ads"}, None, {"cascade": "true"}),
        ("PUT", CONNECTION, {"connectionName": "Leads"}, {}, {}),
        ("DELETE", OVERRIDE, {"environmentName": "PROD", "connectionName": "Salesforce"}, None, {}),
        (
            "POST",
            OVERRIDES,
            {},
            override_body(
                environmentName="DEV", connectionOverrides={"connectionProperties": {"secretName": "prod-ads"}}
            ),
            {"allowSharedSecret": "true"},
        ),
    ],
    ids=["create", "environment", "delete of an environment", "cascade", "default", "nothing found", "sharing"],
)
def test_a_caller_who_has_lost_a_scope_does_not_get_the_stored_result(
    api: Client, dynamodb: Any, inheriting: str, method: str, resource: str, names: Any, body: object, query: Any
) -> None:
    def send() -> Reply:
        return api.call(method, resource, {"projectId": inheriting, **names}, body, query, KEY)

    first = send()
    rows = read_table(dynamodb)
    api.scopes = UNPROTECTED
    refused = send()
    api.scopes = EVERY_SCOPE

    assert first.status in {200, 201, 204, 404}
    assert (refused.status, refused.problem) == (403, "insufficient-scope")
    assert "environments:protected" in refused.body["requiredScopes"]
    assert read_table(dynamodb) == rows
    assert send() == first


def test_a_scope_that_a_request_did_not_need_may_be_lost(api: Client, inheriting: str) -> None:
    first = create(api, inheriting, environmentName="DEV")
    api.scopes = UNPROTECTED

    assert (first.status, create(api, inheriting, environmentName="DEV")) == (201, first)


def test_another_request_with_the_key_is_422_and_changes_nothing(api: Client, dynamodb: Any, project: str) -> None:
    create(api, project)
    rows = read_table(dynamodb)
    names = {"projectId": project, **NAMES}
    body = without(override_body(), "environmentName", "connectionName")

    others = [
        create(api, project, connectionOverrides={"connectionProperties": {"secretName": "another"}}),
        api.call("POST", OVERRIDES, names, override_body(), {"allowSharedSecret": "true"}, KEY),
        api.call("PUT", OVERRIDES, names, override_body(), headers=KEY),
        api.call("PUT", OVERRIDE, names, body, headers=KEY),
        api.call("PUT", OVERRIDE, names, body, headers={**KEY, "If-Match": "*"}),
        api.call("DELETE", OVERRIDE, names, headers=KEY),
    ]

    assert {(reply.status, reply.body["type"]) for reply in others} == {(422, "/v1/problems/idempotency-key-reused")}
    assert read_table(dynamodb) == rows


@pytest.mark.parametrize(
    "change",
    [
        {"parameters": {"connectionName": "Marketo"}},
        {"parameters": {"environmentName": "DEV"}},
        {"headers": {"If-Match": "*"}},
        {"headers": {"If-None-Match": '"1-0"'}},
        {"query": {"allowSharedSecret": "true"}},
        {"body": {"blocked": True, "authType": "GENERIC_SECRET"}},
    ],
    ids=str,
)
def test_a_write_that_differs_in_any_part_is_another_request(
    api: Client, furnished: dict[str, str], change: dict[str, dict[str, object]]
) -> None:
    names = furnished | NAMES
    request: dict[str, Any] = {
        "parameters": names,
        "body": without(override_body(), "environmentName", "connectionName"),
        "query": {},
        "headers": KEY,
    }
    first = api.call("PUT", OVERRIDE, **request)
    changed = {part: {**request[part], **change.get(part, {})} for part in request}
    if "body" in change:
        changed["body"] = change["body"]

    assert first.status == 200
    assert api.call("PUT", OVERRIDE, **changed).status == 422
    assert api.call("PUT", OVERRIDE, **request) == first


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("result", {"S": "text"}),
        ("result", {"M": {}}),
        ("resultType", {"N": "1"}),
        ("fingerprint", {"N": "1"}),
        ("expiresAt", {"S": "text"}),
    ],
)
def test_a_stored_result_that_cannot_be_read_is_500(
    api: Client, dynamodb: Any, project: str, name: str, value: dict[str, str]
) -> None:
    create(api, project)
    [key] = filter(layout.is_stored_result, read_table(dynamodb))
    layout.change(dynamodb, key, name, value)

    reply = create(api, project)

    assert (reply.status, reply.body["type"]) == (500, "/v1/problems/internal-error")


def test_a_refused_request_does_not_use_up_its_key(api: Client, project: str) -> None:
    create(api, project, headers={})
    refused = create(api, project)
    api.call("DELETE", OVERRIDE, {"projectId": project, **NAMES})

    assert refused.status == 409
    assert create(api, project).status == 201


SEVERAL = {"environmentName": "PROD", "connectionNames": "Salesforce,Marketo"}


@pytest.mark.parametrize(
    ("resource", "names", "query", "make"),
    [
        (ENVIRONMENT, {"environmentName": "TEST"}, {}, lambda api, project: api.make_environment(project, "TEST")),
        (CONNECTION, {"connectionName": "Marketo"}, {}, lambda api, project: api.make_connection(project, "Marketo")),
        (OVERRIDE, NAMES, {}, Client.make_override),
        (OVERRIDES, {}, {"environmentName": "PROD", "connectionNames": "Salesforce"}, Client.make_override),
    ],
    ids=["environment", "connection", "override", "overrides"],
)
def test_a_delete_that_was_404_is_404_again_and_deletes_nothing_that_was_created_since(
    api: Client,
    dynamodb: Any,
    project: str,
    resource: str,
    names: dict[str, str],
    query: dict[str, str],
    make: Callable[[Client, str], object],
) -> None:
    def delete(**headers: str) -> Reply:
        return api.call("DELETE", resource, {"projectId": project, **names}, query=query, headers=headers)

    before = read_table(dynamodb)
    without_a_key = delete()
    unchanged = read_table(dynamodb)
    first = delete(**KEY)
    added = read_table(dynamodb).keys() - before
    make(api, project)
    there = read_table(dynamodb)

    assert (without_a_key.status, unchanged) == (404, before)
    assert all(layout.is_stored_result(key) for key in added)
    assert len(added) == 1
    assert first == without_a_key
    assert (delete(**KEY), read_table(dynamodb)) == (first, there)
    assert delete().status == 204


def test_a_delete_without_effect_returns_its_stored_result_and_deletes_nothing_later(
    api: Client, dynamodb: Any, project: str
) -> None:
    query = {**SEVERAL, "ignoreMissing": "true"}
    names = {"projectId": project, **NAMES}

    first = api.call("DELETE", OVERRIDES, names, query=query, headers=KEY)
    create(api, project, headers={})
    rows = read_table(dynamodb)
    again = api.call("DELETE", OVERRIDES, names, query=query, headers=KEY)
    another = api.call("DELETE", OVERRIDES, names, query=SEVERAL, headers=KEY)

    assert (first.status, again) == (204, first)
    assert (another.status, another.problem) == (422, "idempotency-key-reused")
    assert read_table(dynamodb) == rows
    assert api.call("GET", OVERRIDE, names).status == 200
    other_key = {"Idempotency-Key": "another"}
    assert api.call("DELETE", OVERRIDES, names, query=query, headers=other_key).status == 204
    assert api.call("GET", OVERRIDE, names).status == 404


def test_a_delete_without_effect_stores_its_result_only_with_a_key(
    api: Client, dynamodb: Any, project: str, faults: Faults
) -> None:
    query = {**SEVERAL, "ignoreMissing": "true"}
    before = read_table(dynamodb)
    faults.forget()

    without_key = api.call("DELETE", OVERRIDES, {"projectId": project}, query=query)
    calls = list(faults.calls)
    unchanged = read_table(dynamodb)
    with_key = api.call("DELETE", OVERRIDES, {"projectId": project}, query=query, headers=KEY)

    assert (without_key.status, calls, unchanged) == (204, ["BatchGetItem"], before)
    assert with_key.status == 204
    [key] = read_table(dynamodb).keys() - before.keys()
    assert layout.is_stored_result(key)


def test_of_two_concurrent_deletes_without_effect_the_second_returns_the_result_of_the_first(
    api: Client, dynamodb: Any, project: str, faults: Faults
) -> None:
    query = {**SEVERAL, "ignoreMissing": "true"}
    another = Client(dynamodb, ids=count(1_000_000))
    others: list[Reply] = []

    def delete(client: Client) -> Reply:
        return client.call("DELETE", OVERRIDES, {"projectId": project}, query=query, headers=KEY)

    def delete_and_create() -> None:
        others.append(delete(another))
        create(another, project, headers={})

    faults.before[TRANSACTION] = [delete_and_create]

    assert [delete(api)] == others
    assert others[0].status == 204
    assert api.call("GET", OVERRIDE, {"projectId": project, **NAMES}).status == 200


@pytest.mark.parametrize("microsecond", [0, 999_999])
def test_a_stored_result_expires_after_a_day(api: Client, project: str, microsecond: int) -> None:
    api.now = api.now.replace(microsecond=microsecond)
    first = create(api, project)
    api.now += timedelta(days=1, seconds=-1)
    within = create(api, project)
    api.now += timedelta(seconds=1)
    after = create(api, project)
    api.call("DELETE", OVERRIDE, {"projectId": project, **NAMES})
    recreated = create(api, project)

    assert (within, after.status, recreated.status) == (first, 409, 201)
    assert create(api, project) == recreated != first


def test_a_key_belongs_to_one_caller_of_one_account(api: Client, dynamodb: Any, project: str) -> None:
    create(api, project)
    stranger = Client(dynamodb, account="globex", project_id=project)
    colleague = {"account": "acme", "subject": "auth0|8", "scopes": api.scopes, "expiresAt": "4000000000"}
    event = {"requestId": "c0ffee", "path": OVERRIDES.replace("{projectId}", project), "authorizer": colleague}

    reply = api.call("POST", OVERRIDES, {"projectId": project}, override_body(), headers=KEY, requestContext=event)

    assert create(stranger, project).status == 404
    assert reply.status == 409


@pytest.mark.parametrize("key", ["", " ", "two words", "x" * 256, "ключ", "tab\there"])
def test_an_invalid_key_is_400(api: Client, project: str, key: str) -> None:
    reply = create(api, project, headers={"Idempotency-Key": key})

    assert (reply.status, reply.body["errors"][0]["in"], reply.body["errors"][0]["code"]) == (
        400,
        "header",
        "idempotency_key",
    )


@pytest.mark.parametrize("key", ["!", "~" * 255])
def test_a_key_of_the_maximum_length_is_accepted(api: Client, project: str, key: str) -> None:
    first = create(api, project, headers={"Idempotency-Key": key})

    assert first.status == 201
    assert create(api, project, headers={"Idempotency-Key": key}) == first


def test_two_keys_are_400(api: Client, project: str) -> None:
    headers = {"Content-Type": ["application/json"], "idempotency-key": ["a", "b"]}

    reply = api.call("POST", OVERRIDES, {"projectId": project}, override_body(), multiValueHeaders=headers)

    assert reply.status == 400


def test_a_read_ignores_the_key(api: Client, project: str, faults: Faults) -> None:
    faults.forget()

    reply = api.call("GET", CONNECTION, {"projectId": project, **NAMES}, headers={"Idempotency-Key": "two words"})

    assert (reply.status, faults.calls) == (200, ["GetItem"])


def test_of_two_identical_concurrent_requests_the_second_returns_the_result_of_the_first(
    api: Client, dynamodb: Any, project: str, faults: Faults
) -> None:
    another = Client(dynamodb, ids=count(1_000_000))
    others: list[Reply] = []
    faults.before[TRANSACTION] = [lambda: others.append(create(another, project))]
    faults.forget()

    reply = create(api, project)

    assert [reply] == others
    assert reply.status == 201
    assert sorted(faults.calls) == sorted(2 * ["GetItem", "BatchGetItem", TRANSACTION]), "the result is not read again"


def test_of_two_different_concurrent_requests_with_one_key_the_second_is_422(
    api: Client, dynamodb: Any, project: str, faults: Faults
) -> None:
    api.make_environment(project, "TEST")
    another = Client(dynamodb, ids=count(1_000_000))
    others: list[Reply] = []
    faults.before[TRANSACTION] = [lambda: others.append(create(another, project))]

    reply = create(api, project, environmentName="TEST")

    assert ([other.status for other in others], reply.status) == ([201], 422)
    assert api.call("GET", OVERRIDE, {"projectId": project, **NAMES, "environmentName": "TEST"}).status == 404


def test_a_delete_that_is_done_concurrently_with_the_same_key_returns_that_result(
    api: Client, dynamodb: Any, project: str, faults: Faults
) -> None:
    create(api, project, headers={})
    names = {"projectId": project, **NAMES}
    another = Client(dynamodb, ids=count(1_000_000))
    others: list[Reply] = []
    faults.before["BatchGetItem"] = [lambda: others.append(another.call("DELETE", OVERRIDE, names, headers=KEY))]

    assert [api.call("DELETE", OVERRIDE, names, headers=KEY)] == others
    assert others[0].status == 204
    assert api.call("DELETE", OVERRIDE, names).status == 404


def test_a_write_whose_reply_was_lost_returns_the_stored_result(api: Client, project: str, faults: Faults) -> None:
    faults.after[TRANSACTION] = [LOST]

    reply = create(api, project)

    assert reply.status == 201
    assert create(api, project) == reply


def test_a_write_with_an_unknown_outcome_returns_its_result_when_it_is_repeated(
    api: Client, project: str, faults: Faults
) -> None:
    faults.after[TRANSACTION] = [LOST]
    faults.before["GetItem"] = [None, error("InternalServerError")]

    unknown = create(api, project)
    again = create(api, project)

    assert (unknown.status, unknown.body["type"]) == (503, "/v1/problems/outcome-unknown")
    assert again.status == 201
    assert api.call("GET", OVERRIDE, {"projectId": project, **NAMES}).body == again.body


def test_a_write_that_was_not_applied_is_applied_when_it_is_repeated(api: Client, project: str, faults: Faults) -> None:
    faults.before[TRANSACTION] = [error("InternalServerError")]

    unknown = create(api, project)

    assert (unknown.status, create(api, project).status) == (503, 201)


def test_a_write_that_the_sdk_sends_again_has_one_result(api: Client, project: str, faults: Faults) -> None:
    faults.send_twice()

    first = create(api, project)

    assert first.status == 201
    assert create(api, project) == first


def test_a_delete_that_the_sdk_sends_again_returns_its_stored_result(api: Client, project: str, faults: Faults) -> None:
    create(api, project, headers={})
    faults.send_twice()

    reply = api.call("DELETE", OVERRIDE, {"projectId": project, **NAMES}, headers=KEY)

    assert (reply.status, api.log[-1]["outcome"]) == (204, "deleted")


def test_neither_table_nor_log_contains_the_key_or_the_caller_in_plain_text(
    api: Client, dynamodb: Any, project: str
) -> None:
    create(api, project)
    create(api, project)

    [(key, stored)] = [(key, row) for key, row in read_table(dynamodb).items() if layout.is_stored_result(key)]
    assert KEY["Idempotency-Key"] not in str(stored)
    assert "auth0" not in str(key)
    assert [line["outcome"] for line in api.log[-2:]] == ["created", "repeated"]
    assert KEY["Idempotency-Key"] not in str(api.log)
