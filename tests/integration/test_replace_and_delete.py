"""PUT and DELETE of overrides, connections, environments and projects."""

from typing import Any

import pytest
from support import rows
from support.faults import Faults
from support.invariants import assert_nothing_is_orphaned_or_miscounted
from support.registry import (
    CONNECTION,
    CONNECTIONS,
    ENVIRONMENT,
    ENVIRONMENTS,
    OPEN,
    OVERRIDE,
    OVERRIDES,
    PROJECT,
    PROJECTS,
    PROTECTED,
    Client,
    Reply,
    as_replaced,
    connection_body,
    override_body,
    without,
)

NAMES = {"environmentName": "PROD", "connectionName": "Salesforce"}
OTHER = {"connectionProperties": {"secretName": "another"}}
READ_WRITE = "connections:read connections:write"


def addressed(api: Client, method: str, project: str, **more: Any) -> Reply:
    """A request to the override's own URL."""
    return api.call(method, OVERRIDE, {"projectId": project, **NAMES}, **more)


def summary(reply: Reply) -> tuple[int, str]:
    return reply.status, reply.body["type"].rpartition("/")[2]


@pytest.fixture
def override(api: Client, project: str) -> Reply:
    """The override of Salesforce in PROD."""
    return api.make_override(project)


@pytest.mark.parametrize("by", ["body", "address"])
def test_put_replaces_the_whole_reference_and_keeps_created_by(
    api: Client, project: str, override: Reply, by: str
) -> None:
    api.now = api.now.replace(hour=13)
    body = override_body(connectionOverrides=OTHER)
    if by == "body":
        reply = api.call("PUT", OVERRIDES, {"projectId": project}, body)
    else:
        reply = addressed(api, "PUT", project, body=without(body, *NAMES))

    assert reply.status == 200
    assert reply.body == override.body | {
        "connectionOverrides": OTHER,
        "updatedDate": "2026-01-31T13:00:00.123Z",
        "revision": 2,
    }
    assert reply.headers["ETag"] != override.headers["ETag"]
    assert "Location" not in reply.headers
    assert addressed(api, "GET", project).body == reply.body


@pytest.mark.parametrize("by", ["body", "address"])
def test_put_never_creates(api: Client, project: str, by: str) -> None:
    if by == "body":
        reply = api.call("PUT", OVERRIDES, {"projectId": project}, override_body(), headers={"If-None-Match": "*"})
    else:
        reply = addressed(api, "PUT", project, body=without(override_body(), *NAMES))

    assert summary(reply) == (404, "override-not-found")
    assert addressed(api, "GET", project).status == 404


def test_put_with_if_none_match_creates_at_the_overrides_own_url(api: Client, project: str) -> None:
    body = without(override_body(), *NAMES)

    made = addressed(api, "PUT", project, body=body, headers={"If-None-Match": "*"})
    again = addressed(api, "PUT", project, body=body, headers={"If-None-Match": "*"})

    assert (made.status, made.body["revision"]) == (201, 1)
    assert made.headers["Location"] == f"/v1/projects/{project}/connections/environment-overrides/PROD/Salesforce"
    assert summary(again) == (412, "precondition-failed")
    assert addressed(api, "GET", project).body == made.body


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"environmentName": "NONE"}, (404, "environment-not-found")),
        ({"connectionName": "None"}, (404, "connection-not-found")),
        ({"authType": "OAUTH_CLIENT_CRED"}, (400, "invalid-request")),
        ({"typo": 1}, (400, "invalid-request")),
    ],
)
def test_put_is_refused_for_the_same_reasons_as_create(
    api: Client, project: str, override: Reply, change: dict[str, Any], expected: tuple[int, str]
) -> None:
    assert summary(api.call("PUT", OVERRIDES, {"projectId": project}, override_body(**change))) == expected
    assert addressed(api, "GET", project).body == override.body


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_protected_environment_needs_its_scope(api: Client, project: str, method: str) -> None:
    api.make_environment(project, "LIVE", protected=True)
    api.make_override(project, "LIVE")
    api.scopes = READ_WRITE
    names = {"projectId": project, "environmentName": "LIVE", "connectionName": "Salesforce"}
    body = without(override_body(), *NAMES) if method == "PUT" else None

    reply = api.call(method, OVERRIDE, names, body)

    assert summary(reply) == (403, "insufficient-scope")
    assert 'scope="connections:write environments:protected"' in reply.headers["WWW-Authenticate"]
    assert api.call("GET", OVERRIDE, names).body["revision"] == 1


def test_a_second_delete_is_404(api: Client, project: str, override: Reply) -> None:
    assert override.status == 201

    gone = addressed(api, "DELETE", project)

    assert (gone.status, gone.body, gone.headers.get("Content-Type")) == (204, None, None)
    assert summary(addressed(api, "DELETE", project)) == (404, "override-not-found")
    assert api.make_override(project).status == 201


def delete_several(api: Client, project: str, names: str, **query: str) -> Reply:
    asked = {"environmentName": "PROD", "connectionNames": names, **query}
    return api.call("DELETE", OVERRIDES, {"projectId": project}, query=asked)


def test_delete_of_several_is_all_or_nothing(api: Client, project: str, override: Reply) -> None:
    for name in ("Marketo", "Zuora"):
        api.make_connection(project, name)
    api.make_override(project, connection="Marketo")

    refused = delete_several(api, project, "Marketo,Zuora,Nobody,Salesforce")
    left = api.call("GET", OVERRIDES, {"projectId": project}, query={"environmentName": "PROD"}).body["results"]
    done = delete_several(api, project, "Marketo,Zuora,Nobody,Salesforce,Marketo", ignoreMissing="true")

    assert refused.body == {
        "type": "/v1/problems/override-not-found",
        "title": "Override not found",
        "status": 404,
        "detail": "These connections have no override in this environment.",
        "instance": "urn:request:c0ffee",
        "connectionNames": ["Zuora", "Nobody"],
    }
    assert [one["name"] for one in left] == ["Marketo", "Salesforce"]
    assert done.status == 204
    assert delete_several(api, project, "Marketo", ignoreMissing="true").status == 204
    assert api.call("DELETE", ENVIRONMENT, {"projectId": project, "environmentName": "PROD"}).status == 204
    assert override.status == 201


def test_a_delete_without_effect_writes_nothing(api: Client, project: str, faults: Faults) -> None:
    faults.forget()

    assert delete_several(api, project, "Marketo", ignoreMissing="true").status == 204
    assert faults.calls == ["BatchGetItem"]


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"connectionNames": "A"},
        {"environmentName": "PROD"},
        {"environmentName": "PROD", "connectionNames": ""},
        {"environmentName": "PROD", "connectionNames": "A,,B"},
        {"environmentName": "PROD", "connectionNames": ",".join(f"C{number}" for number in range(91))},
        {"environmentName": "PROD", "connectionNames": "A", "ignoreMissing": "yes"},
        {"environmentName": "PROD", "connectionNames": "A", "cascade": "true"},
    ],
)
def test_a_delete_of_several_with_invalid_parameters_is_400(api: Client, project: str, query: dict[str, str]) -> None:
    assert summary(api.call("DELETE", OVERRIDES, {"projectId": project}, query=query)) == (400, "invalid-request")


def test_a_delete_of_several_accepts_no_conditions(api: Client, project: str, override: Reply) -> None:
    query = {"environmentName": "PROD", "connectionNames": "Salesforce"}

    reply = api.call("DELETE", OVERRIDES, {"projectId": project}, query=query, headers={"If-Match": '"1-x"'})

    assert summary(reply) == (400, "invalid-request")
    assert addressed(api, "GET", project).body == override.body


def named(api: Client, by: str, method: str, project: str, body: object = None, **query: str) -> Reply:
    """A request about the connection Salesforce, by its URL or by the query of the collection."""
    if by == "address":
        names = {"projectId": project, "connectionName": "Salesforce"}
        return api.call(method, CONNECTION, names, body, query=query)
    return api.call(method, CONNECTIONS, {"projectId": project}, body, query={"connectionName": "Salesforce", **query})


BY = pytest.mark.parametrize("by", ["address", "query"])


@BY
def test_put_of_a_connection_unsets_omitted_members(api: Client, project: str, by: str) -> None:
    before = named(api, "address", "GET", project).body
    details = {"description": "The CRM", "connectionProperties": {"secretName": "x"}}

    full = named(api, by, "PUT", project, connection_body(connectionDetails=details))
    empty = named(api, by, "PUT", project, {})

    assert (full.status, full.body["connectionDetails"], full.body["revision"]) == (200, details, 2)
    assert empty.body == as_replaced(as_replaced(without(before, "connectionDetails")))
    assert named(api, "address", "GET", project).body == empty.body


@BY
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": "Other"}, "immutable"),
        ({"platformConnectionType": "DWH"}, "immutable"),
        ({"authProvider": "salesforce"}, "immutable"),
        ({"authType": "PASSWORD"}, "kind_combination"),
        ({"connectionDetails": {"connectionProperties": {"credentialSecretName": "x"}}}, "extra_forbidden"),
    ],
)
def test_what_identifies_a_connection_cannot_change(
    api: Client, project: str, by: str, change: dict[str, Any], code: str
) -> None:
    reply = named(api, by, "PUT", project, change)

    assert reply.status == 400
    assert code in {error["code"] for error in reply.body["errors"]}
    assert named(api, "address", "GET", project).body["revision"] == 1


def test_an_auth_type_can_change_only_while_there_are_no_overrides(api: Client, project: str) -> None:
    for environment in ("DEV", "TEST"):
        api.make_environment(project, environment)
    kind = {"authProvider": "salesforce", "authType": "OAUTH_CLIENT_CRED"}
    api.make_connection(project, "CRM", **kind)
    reference = {"connectionProperties": {"secretName": "x"}}
    for environment in ("PROD", "DEV"):
        body = {"environmentName": environment, "connectionName": "CRM", "authType": "OAUTH_CLIENT_CRED"}
        api.call("POST", OVERRIDES, {"projectId": project}, body | {"connectionOverrides": reference})
    names = {"projectId": project, "connectionName": "CRM"}
    change = {"authType": "OAUTH_USER_TOKENS", "connectionDetails": reference}

    refused = api.call("PUT", CONNECTION, names, change)
    for environment in ("PROD", "DEV"):
        api.call("DELETE", OVERRIDE, {"projectId": project, "environmentName": environment, "connectionName": "CRM"})
    done = api.call("PUT", CONNECTION, names, change)

    assert summary(refused) == (409, "connection-in-use")
    assert refused.body["total"] == 2
    assert refused.body["dependents"] == [
        {"kind": "override", "environmentName": environment, "connectionName": "CRM"} for environment in ("DEV", "PROD")
    ]
    assert (done.status, done.body["authType"], done.body["revision"]) == (200, "OAUTH_USER_TOKENS", 2)


@BY
def test_a_connection_is_deleted_alone_or_with_its_overrides(
    api: Client, project: str, override: Reply, by: str
) -> None:
    api.make_environment(project, "DEV")

    refused = named(api, by, "DELETE", project)
    there = addressed(api, "GET", project)
    done = named(api, by, "DELETE", project, cascade="true")
    api.make_connection(project)

    assert summary(refused) == (409, "connection-in-use")
    assert refused.body["dependents"] == [{"kind": "override", **NAMES}]
    assert there.body == override.body
    assert (done.status, done.body) == (204, None)
    assert summary(addressed(api, "GET", project)) == (404, "override-not-found")
    assert api.call("DELETE", ENVIRONMENT, {"projectId": project, "environmentName": "PROD"}).status == 204


def test_a_cascade_into_a_protected_environment_needs_its_scope(api: Client, project: str) -> None:
    api.make_environment(project, "LIVE", protected=True)
    api.make_override(project, "LIVE")
    api.scopes = READ_WRITE

    reply = named(api, "address", "DELETE", project, cascade="true")

    assert summary(reply) == (403, "insufficient-scope")
    assert named(api, "address", "GET", project).status == 200


def test_a_connection_with_more_overrides_than_one_transaction_can_delete_is_refused_with_their_number(
    api: Client, project: str
) -> None:
    api.make_override(project)
    rows.copy_environment(api.client, project, "PROD", [f"E{number}" for number in range(31)])
    assert_nothing_is_orphaned_or_miscounted(api.client)

    refused = named(api, "address", "DELETE", project, cascade="true")
    names = {"projectId": project, "environmentName": "E0", "connectionName": "Salesforce"}
    assert api.call("DELETE", ENVIRONMENT, names, query={"cascade": "true"}).status == 204
    # Without the scope for protected environments it takes one action more, and so it does with a key.
    api.scopes = READ_WRITE
    query, key = {"cascade": "true"}, {"Idempotency-Key": "k"}
    done = api.call("DELETE", CONNECTION, names, query=query, headers=key)

    # With 32 environments, the maximum is 31, as with 31.
    assert summary(refused) == (409, "cascade-too-large")
    assert refused.body["total"] == 32
    assert "at most 31" in refused.body["detail"]
    assert done.status == 204


def test_put_of_an_environment_replaces_all_its_settings(api: Client, project: str, override: Reply) -> None:
    names = {"projectId": project, "environmentName": "PROD"}
    before = api.call("GET", ENVIRONMENT, names).body
    settings = {"displayName": "Production", "description": "Live", "inheritDefaults": False}

    full = api.call("PUT", ENVIRONMENT, names, {"name": "PROD", **OPEN, **settings})
    plain = api.call("PUT", ENVIRONMENT, names, OPEN)

    assert override.status == 201
    assert full.body == as_replaced(before, settings)
    assert plain.body == as_replaced(as_replaced(before))
    assert api.call("GET", ENVIRONMENT, names).body == plain.body
    # The counter is unchanged: the environment still has an override.
    assert summary(api.call("DELETE", ENVIRONMENT, names)) == (409, "environment-in-use")


def test_an_environments_name_cannot_change(api: Client, project: str) -> None:
    names = {"projectId": project, "environmentName": "PROD"}

    reply = api.call("PUT", ENVIRONMENT, names, OPEN | {"name": "DEV"})

    assert reply.body["violations"] == ["name: must be 'PROD': it cannot be changed"]


@pytest.mark.parametrize(("before", "after"), [(False, True), (True, False), (True, True)])
def test_setting_and_removing_protection_needs_the_scope(
    api: Client, project: str, *, before: bool, after: bool
) -> None:
    api.make_environment(project, "LIVE", protected=before)
    names = {"projectId": project, "environmentName": "LIVE"}
    api.scopes = "connections:read projects:admin"

    put = api.call("PUT", ENVIRONMENT, names, PROTECTED if after else OPEN)
    unprotected = api.call("GET", ENVIRONMENT, names).body

    assert summary(put) == (403, "insufficient-scope")
    assert (unprotected["protected"], unprotected["revision"]) == (before, 1)


def test_a_protected_environment_is_deleted_only_with_its_scope(api: Client, project: str) -> None:
    api.make_environment(project, "LIVE", protected=True)
    names = {"projectId": project, "environmentName": "LIVE"}
    api.scopes = "projects:admin"
    refused = api.call("DELETE", ENVIRONMENT, names)
    api.scopes = "projects:admin environments:protected"

    assert summary(refused) == (403, "insufficient-scope")
    assert api.call("DELETE", ENVIRONMENT, names).status == 204


def test_an_environment_is_deleted_alone_or_with_its_overrides(api: Client, project: str, override: Reply) -> None:
    names = {"projectId": project, "environmentName": "PROD"}

    refused = api.call("DELETE", ENVIRONMENT, names)
    there = addressed(api, "GET", project)
    done = api.call("DELETE", ENVIRONMENT, names, query={"cascade": "true"})
    gone = addressed(api, "GET", project)
    api.make_environment(project)

    assert summary(refused) == (409, "environment-in-use")
    assert (refused.body["dependents"], refused.body["total"]) == ([{"kind": "override", **NAMES}], 1)
    assert there.body == override.body
    assert done.status == 204
    assert summary(gone) == (404, "environment-not-found")
    assert summary(addressed(api, "GET", project)) == (404, "override-not-found")
    assert named(api, "address", "DELETE", project).status == 204


def test_an_environment_with_more_overrides_than_one_transaction_can_delete_is_refused_with_their_number(
    api: Client, project: str
) -> None:
    api.make_override(project)
    rows.copy_connection(api.client, project, "Salesforce", [f"C{number:02}" for number in range(47)])
    assert_nothing_is_orphaned_or_miscounted(api.client)
    names = {"projectId": project, "environmentName": "PROD"}

    refused = api.call("DELETE", ENVIRONMENT, names, query={"cascade": "true"})
    api.call("DELETE", OVERRIDE, {**names, "connectionName": "C00"})
    # A protected one has one place more, and so has a request with a key.
    api.call("PUT", ENVIRONMENT, names, PROTECTED)
    done = api.call("DELETE", ENVIRONMENT, names, query={"cascade": "true"}, headers={"Idempotency-Key": "k"})

    assert summary(refused) == (409, "cascade-too-large")
    assert (refused.body["total"], len(refused.body["dependents"])) == (48, 47)
    assert done.status == 204


def test_put_of_a_project_replaces_all_its_members(api: Client, project: str) -> None:
    before = api.call("GET", PROJECT, {"projectId": project}).body

    full = api.call("PUT", PROJECT, {"projectId": project}, {"name": "Sales 2", "description": "x"})
    plain = api.call("PUT", PROJECT, {"projectId": project}, {"name": "Sales 3"})

    assert full.body == as_replaced(before, {"name": "Sales 2", "description": "x"})
    assert plain.body == as_replaced(as_replaced(before), {"name": "Sales 3"})
    assert api.call("GET", PROJECTS).body["results"] == [plain.body]


def test_a_project_is_deleted_only_if_it_is_empty(api: Client, project: str) -> None:
    names = {"projectId": project}

    refused = api.call("DELETE", PROJECT, names)
    api.call("DELETE", ENVIRONMENT, {**names, "environmentName": "PROD"})
    api.call("DELETE", CONNECTION, {**names, "connectionName": "Salesforce"})
    done = api.call("DELETE", PROJECT, names)

    assert summary(refused) == (409, "project-in-use")
    assert refused.body["total"] == 2
    assert refused.body["dependents"] == [
        {"kind": "environment", "environmentName": "PROD"},
        {"kind": "connection", "connectionName": "Salesforce"},
    ]
    assert done.status == 204
    assert api.call("GET", PROJECTS).body == {"results": []}
    for method, resource, body in (
        ("GET", PROJECT, None),
        ("DELETE", PROJECT, None),
        ("PUT", PROJECT, {"name": "x"}),
        ("POST", ENVIRONMENTS, {"name": "x"}),
        ("POST", CONNECTIONS, connection_body("x")),
    ):
        assert summary(api.call(method, resource, names, body)) == (404, "project-not-found")


@pytest.mark.parametrize(
    ("method", "resource", "body"),
    [
        ("PUT", PROJECT, {"name": "x"}),
        ("DELETE", PROJECT, None),
        ("PUT", ENVIRONMENT, OPEN),
        ("DELETE", ENVIRONMENT, None),
        ("PUT", CONNECTION, {}),
        ("DELETE", CONNECTION, None),
        ("PUT", OVERRIDE, without(override_body(), *NAMES)),
        ("DELETE", OVERRIDE, None),
    ],
)
def test_another_accounts_items_are_404(api: Client, project: str, method: str, resource: str, body: object) -> None:
    api.make_override(project)
    api.account = "other"
    nowhere = "00000000-0000-4000-8000-000000000000"

    theirs = api.call(method, resource, {"projectId": project, **NAMES}, body)
    missing = api.call(method, resource, {"projectId": nowhere, **NAMES}, body)

    assert theirs == missing
    assert summary(theirs) == (404, "project-not-found")
