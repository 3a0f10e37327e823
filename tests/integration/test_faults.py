"""Faults of the table, injected before or after the client's calls, and the resulting state."""

from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError, NoCredentialsError
from botocore.parsers import ResponseParserError
from support import rows
from support.faults import LOST, Cancelled, Faults, cancelled, error
from support.registry import CONNECTIONS, ENVIRONMENTS, OVERRIDES, PROJECT, PROJECTS, Client, override_body

NAMES = {"environmentName": "PROD", "connectionName": "Salesforce"}


def stored(api: Client, project: str) -> dict[str, Any] | None:
    reply = api.call("GET", OVERRIDES + "/{environmentName}/{connectionName}", {"projectId": project, **NAMES})
    return reply.body if reply.status == 200 else None


def test_a_create_that_the_sdk_sends_again_is_201(api: Client, project: str, faults: Faults) -> None:
    faults.send_twice()

    reply = api.make_override(project)

    assert reply.status == 201
    assert stored(api, project) == reply.body


@pytest.mark.parametrize("resource", [PROJECTS, ENVIRONMENTS, CONNECTIONS])
def test_every_create_that_the_sdk_sends_again_is_201(api: Client, faults: Faults, resource: str) -> None:
    project_id = api.make_project()
    faults.send_twice()
    if resource == PROJECTS:
        api.make_project()
    elif resource == ENVIRONMENTS:
        api.make_environment(project_id)
    else:
        api.make_connection(project_id)


@pytest.mark.parametrize(
    "fault",
    [
        Cancelled("TransactionConflict", at=1),
        Cancelled("ThrottlingError"),
        Cancelled("ProvisionedThroughputExceeded", at=1, others="TransactionConflict"),
        error("IdempotentParameterMismatchException"),
        error("TransactionConflictException"),
        cancelled("None", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"),
    ],
)
def test_a_conflict_is_retried_and_ends_in_201_or_503(
    api: Client, project: str, faults: Faults, fault: Exception | Cancelled
) -> None:
    faults.before["TransactWriteItems"] = [fault] * 8
    busy = api.make_override(project)
    nothing = stored(api, project)
    faults.before["TransactWriteItems"] = [fault] * 7
    made = api.make_override(project)

    assert (busy.status, busy.body["type"], busy.headers["Retry-After"]) == (
        503,
        "/v1/problems/service-unavailable",
        "2",
    )
    assert nothing is None
    assert (made.status, stored(api, project)) == (201, made.body)


@pytest.mark.parametrize(
    "fault",
    [
        error("ProvisionedThroughputExceededException"),
        error("ThrottlingException"),
        error("RequestLimitExceeded"),
        error("LimitExceededException"),
        error("Throttling"),
    ],
)
@pytest.mark.parametrize("operation", ["BatchGetItem", "TransactWriteItems"])
def test_throttling_is_503_and_nothing_is_written(
    api: Client, project: str, faults: Faults, operation: str, fault: Exception
) -> None:
    faults.before[operation] = [fault]

    reply = api.make_override(project)

    assert (reply.status, reply.body["type"]) == (503, "/v1/problems/service-unavailable")
    assert reply.headers["Retry-After"] == "2"
    assert stored(api, project) is None


@pytest.mark.parametrize(
    "fault",
    [
        LOST,
        ConnectTimeoutError(endpoint_url="http://table"),
        error("InternalServerError"),
        error("InternalFailure"),
        error("ServiceUnavailable"),
        ResponseParserError("garbage"),
    ],
)
def test_a_lost_reply_to_a_write_is_503_outcome_unknown(
    api: Client, project: str, faults: Faults, fault: Exception
) -> None:
    faults.after["TransactWriteItems"] = [fault]

    reply = api.make_override(project)

    assert (reply.status, reply.body["type"]) == (503, "/v1/problems/outcome-unknown")
    assert reply.headers["Retry-After"] == "2"
    assert stored(api, project) is not None
    assert api.make_override(project).status == 409


@pytest.mark.parametrize("fault", [LOST, ResponseParserError("garbage")])
@pytest.mark.parametrize("operation", ["GetItem", "BatchGetItem", "Query"])
def test_a_lost_reply_to_a_read_is_503_service_unavailable(
    api: Client, project: str, faults: Faults, operation: str, fault: Exception
) -> None:
    faults.before[operation] = [fault]
    query = {"environmentName": "PROD"}
    reply = {
        "GetItem": lambda: api.call("GET", PROJECT, {"projectId": project}),
        "BatchGetItem": lambda: api.make_override(project),
        "Query": lambda: api.call("GET", OVERRIDES, {"projectId": project}, query=query),
    }[operation]()

    assert (reply.status, reply.body["type"]) == (503, "/v1/problems/service-unavailable")


@pytest.mark.parametrize(
    "fault",
    [
        error("AccessDeniedException"),
        error("ResourceNotFoundException"),
        error("KMSAccessDeniedException"),
        error("ValidationException"),
        error(""),
        Cancelled("ValidationError", at=2),
        Cancelled("ItemCollectionSizeLimitExceeded", at=2),
        cancelled(),
        NoCredentialsError(),
    ],
)
def test_an_error_that_no_retry_can_fix_is_500_without_its_text(
    api: Client, project: str, faults: Faults, fault: Exception | Cancelled
) -> None:
    faults.before["TransactWriteItems"] = [fault]

    reply = api.make_override(project)

    assert (reply.status, reply.body["type"]) == (500, "/v1/problems/internal-error")
    assert "arn" not in str(reply)
    assert api.log[-1]["reason"]


@pytest.mark.parametrize("lost", ["connection", "environment"])
def test_a_create_whose_parent_is_deleted_concurrently_is_404_and_leaves_no_orphan(
    api: Client, project: str, faults: Faults, lost: str
) -> None:
    keys = {"connection": rows.connection(project, "Salesforce"), "environment": rows.environment(project, "PROD")}
    faults.before["TransactWriteItems"] = [lambda: rows.delete(api.client, keys[lost])]

    reply = api.make_override(project)

    assert (reply.status, reply.body["type"]) == (404, f"/v1/problems/{lost}-not-found")
    assert stored(api, project) is None


def test_a_create_whose_environment_becomes_protected_concurrently_is_403(
    api: Client, project: str, faults: Faults
) -> None:
    def protect() -> None:
        rows.change(api.client, rows.environment(project, "PROD"), "protected", {"BOOL": True})

    faults.before["TransactWriteItems"] = [protect]
    api.scopes = "connections:read connections:write"

    assert api.make_override(project).status == 403
    assert stored(api, project) is None


def test_a_create_whose_connection_gets_another_auth_type_concurrently_is_400(
    api: Client, project: str, faults: Faults
) -> None:
    def change() -> None:
        rows.change(api.client, rows.connection(project, "Salesforce"), "authType", {"S": "OAUTH_CLIENT_CRED"})

    faults.before["TransactWriteItems"] = [change]

    assert api.make_override(project).status == 400
    assert stored(api, project) is None


def test_a_create_whose_parents_keep_changing_is_503(api: Client, project: str, faults: Faults) -> None:
    changed = Cancelled("ConditionalCheckFailed", at=rows.environment(project, "PROD"))
    faults.before["TransactWriteItems"] = [changed] * 12

    assert api.make_override(project).status == 503


def test_with_little_time_left_no_call_is_made(api: Client, project: str, faults: Faults) -> None:
    api.context.milliseconds = 9_000
    faults.calls.clear()

    reply = api.make_override(project)

    assert (reply.status, faults.calls) == (503, [])


def test_unprocessed_keys_are_requested_again(api: Client, project: str, faults: Faults) -> None:
    make = faults.call
    rounds: list[int] = []

    def one_at_a_time(operation: str, request: dict[str, Any]) -> dict[str, Any]:
        if operation != "BatchGetItem":
            return make(operation, request)
        keys = request["RequestItems"]["registry"]["Keys"]
        rounds.append(len(keys))
        first = {"registry": {**request["RequestItems"]["registry"], "Keys": keys[:1]}}
        reply = make(operation, {"RequestItems": first})
        rest = {"registry": {"Keys": keys[1:]}} if keys[1:] else {}
        return {**reply, "UnprocessedKeys": rest}

    faults.call = one_at_a_time

    assert api.make_override(project).status == 201
    assert rounds == [6, 5, 4, 3, 2, 1]


def test_keys_that_stay_unprocessed_are_503(api: Client, project: str, faults: Faults) -> None:
    faults.call = lambda _, request: {"Responses": {}, "UnprocessedKeys": request["RequestItems"]}

    assert api.make_override(project).status == 503


def test_a_page_that_takes_several_queries_is_complete(api: Client, project: str, faults: Faults) -> None:
    for name in ("a", "b", "c"):
        api.make_connection(project, name)
    make = faults.call

    def one_item_a_page(operation: str, request: dict[str, Any]) -> dict[str, Any]:
        return make(operation, {**request, "Limit": 1} if operation == "Query" else request)

    faults.call = one_item_a_page

    reply = api.call("GET", CONNECTIONS, {"projectId": project})

    assert [item["name"] for item in reply.body["results"]] == ["Salesforce", "a", "b", "c"]


def test_a_create_that_is_409_does_not_change_the_override(api: Client, project: str, faults: Faults) -> None:
    first = api.make_override(project)
    body = override_body(connectionOverrides={"connectionProperties": {"secretName": "loser"}})
    faults.calls.clear()

    second = api.call("POST", OVERRIDES, {"projectId": project}, body)

    assert (second.status, stored(api, project)) == (409, first.body)
    assert faults.calls[:2] == ["BatchGetItem", "TransactWriteItems"]
