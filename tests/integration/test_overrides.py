"""Overrides, from create to list."""

import pytest
from support.registry import ENVIRONMENTS, OVERRIDES, PROJECT, PROJECTS, Client, override_body

OVERRIDE = OVERRIDES + "/{environmentName}/{connectionName}"


def problem(slug: str, title: str, status: int, detail: str) -> dict[str, object]:
    return {
        "type": f"/v1/problems/{slug}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": "urn:request:c0ffee",
    }


def test_create_is_201_with_the_override_its_location_and_its_etag(api: Client, project: str) -> None:
    reply = api.make_override(project)

    assert reply.status == 201
    assert reply.body == {
        "projectId": project,
        "environmentName": "PROD",
        "name": "Salesforce",
        "platformConnectionType": "COMPONENT_BASIC",
        "authProvider": "NONE",
        "authType": "GENERIC_SECRET",
        "connectionOverrides": override_body()["connectionOverrides"],
        "createdBy": "auth0|7",
        "createdDate": "2026-01-31T12:00:00.123Z",
        "updatedBy": "auth0|7",
        "updatedDate": "2026-01-31T12:00:00.123Z",
        "revision": 1,
    }
    assert reply.headers == {
        "Content-Type": "application/json",
        "Location": f"/v1/projects/{project}/connections/environment-overrides/PROD/Salesforce",
        "ETag": reply.headers["ETag"],
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "X-Request-Id": "c0ffee",
    }


def test_a_second_create_is_409_with_the_existing_location_and_changes_nothing(api: Client, project: str) -> None:
    first = api.make_override(project)
    api.scopes = "connections:read connections:write"
    other = override_body(connectionOverrides={"connectionProperties": {"secretName": "another"}})

    second = api.call("POST", OVERRIDES, {"projectId": project}, other)

    assert second.status == 409
    assert second.headers["Content-Type"] == "application/problem+json"
    assert second.headers["Location"] == first.headers["Location"]
    assert second.body == problem(
        "override-already-exists",
        "Override already exists",
        409,
        "The connection already has an override in this environment. Use PUT to change it.",
    )
    names = {"projectId": project, "environmentName": "PROD", "connectionName": "Salesforce"}
    assert api.call("GET", OVERRIDE, names).body == first.body


@pytest.mark.parametrize(
    ("members", "slug"),
    [({"environmentName": "TEST"}, "environment-not-found"), ({"connectionName": "Marketo"}, "connection-not-found")],
)
def test_a_create_without_a_parent_is_404_of_that_parent(
    api: Client, project: str, members: dict[str, object], slug: str
) -> None:
    reply = api.call("POST", OVERRIDES, {"projectId": project}, override_body(**members))

    assert (reply.status, reply.body["type"]) == (404, f"/v1/problems/{slug}")


def test_another_accounts_project_is_404_like_one_that_does_not_exist(api: Client, project: str) -> None:
    api.make_override(project)
    unknown = "00000000-0000-4000-8000-00000000ffff"
    api.account = "globex"

    for call in (
        ("POST", OVERRIDES, override_body(), None),
        ("GET", PROJECT, None, None),
        ("GET", OVERRIDES, None, {"environmentName": "PROD"}),
        ("GET", ENVIRONMENTS, None, None),
    ):
        method, resource, body, query = call
        theirs = api.call(method, resource, {"projectId": project}, body, query)
        nothing = api.call(method, resource, {"projectId": unknown}, body, query)
        assert theirs == nothing
        assert theirs.body["type"] == "/v1/problems/project-not-found"
    assert api.call("GET", PROJECTS).body == {"results": []}


def test_an_auth_type_other_than_the_connections_is_400_with_both(api: Client, project: str) -> None:
    body = override_body(authType="OAUTH_CLIENT_CRED")

    reply = api.call("POST", OVERRIDES, {"projectId": project}, body)

    message = "must be 'GENERIC_SECRET', the auth type of the connection; got 'OAUTH_CLIENT_CRED'"
    assert reply.status == 400
    assert reply.body["violations"] == [f"authType: {message}"]
    assert reply.body["errors"] == [
        {"in": "body", "pointer": "/authType", "code": "auth_type_mismatch", "message": message}
    ]


def test_a_protected_environment_needs_its_scope_in_addition(api: Client, project: str) -> None:
    api.make_environment(project, "LIVE", protected=True)
    api.scopes = "connections:read connections:write projects:admin"

    refused = api.make_override(project, "LIVE")
    made = api.call("POST", ENVIRONMENTS, {"projectId": project}, {"name": "LIVE 2", "protected": True})

    assert refused.status == made.status == 403
    assert refused.headers["WWW-Authenticate"] == (
        'Bearer error="insufficient_scope", scope="connections:write environments:protected"'
    )
    assert refused.body["requiredScopes"] == ["connections:write", "environments:protected"]
    assert made.headers["WWW-Authenticate"].endswith('scope="environments:protected projects:admin"')
    assert made.body["requiredScopes"] == ["environments:protected", "projects:admin"]
    assert api.call("GET", OVERRIDES, {"projectId": project}, query={"environmentName": "LIVE"}).body == {"results": []}


def test_an_environments_overrides_are_listed_completely_by_name_in_pages(api: Client, project: str) -> None:
    names = ["Ä", "a b", "z", "😀", "雪", "B"]
    for name in names:
        api.make_connection(project, name)
        api.make_override(project, connection=name)

    listed: list[str] = []
    query = {"environmentName": "PROD", "limit": "2"}
    while True:
        page = api.call("GET", OVERRIDES, {"projectId": project}, query=query)
        listed += [item["name"] for item in page.body["results"]]
        assert ("nextCursor" in page.body) == ("Link" in page.headers)
        if "nextCursor" not in page.body:
            break
        query["cursor"] = page.body["nextCursor"]

    assert listed == sorted(names, key=str.encode)


def test_values_of_a_filter_are_alternatives_and_all_filters_must_match(api: Client, project: str) -> None:
    api.make_override(project)
    api.make_connection(project, "Google", authProvider="google", authType="OAUTH_CLIENT_CRED")
    body = override_body(connectionName="Google", authType="OAUTH_CLIENT_CRED")
    assert api.call("POST", OVERRIDES, {"projectId": project}, body).status == 201

    def names(**query: str) -> list[str]:
        reply = api.call("GET", OVERRIDES, {"projectId": project}, query={"environmentName": "PROD", **query})
        assert reply.status == 200, reply
        return [item["name"] for item in reply.body["results"]]

    assert names() == ["Google", "Salesforce"]
    assert names(connectionNames="Salesforce,Marketo") == ["Salesforce"]
    assert names(authType="OAUTH_CLIENT_CRED,COMPOSITE_TOKEN") == ["Google"]
    assert names(authProvider="google,NONE") == ["Google", "Salesforce"]
    assert names(authProvider="google", authType="GENERIC_SECRET") == []
    assert names(platformConnectionType="DWH") == []


def test_a_missing_environment_name_is_a_violation_of_the_query(api: Client, project: str) -> None:
    reply = api.call("GET", OVERRIDES, {"projectId": project})

    assert reply.status == 400
    assert reply.body["errors"] == [
        {"in": "query", "pointer": "/environmentName", "code": "missing", "message": "is required"}
    ]


@pytest.mark.parametrize("other", ["environment", "filter", "account", "tampered"])
def test_a_cursor_of_another_list_is_refused(api: Client, project: str, other: str) -> None:
    api.make_environment(project, "TEST")
    for name in ("a", "b"):
        api.make_connection(project, name)
        api.make_override(project, connection=name)
    query = {"environmentName": "PROD", "limit": "1"}
    cursor = api.call("GET", OVERRIDES, {"projectId": project}, query=query).body["nextCursor"]
    assert api.call("GET", OVERRIDES, {"projectId": project}, query={**query, "cursor": cursor}).status == 200

    match other:
        case "environment":
            query["environmentName"] = "TEST"
        case "filter":
            query["authProvider"] = "NONE"
        case "account":
            api.account = "globex"
        case "tampered":
            cursor = cursor[:-4] + "AAAA"
    reply = api.call("GET", OVERRIDES, {"projectId": project}, query={**query, "cursor": cursor})

    assert reply.status == 400
    assert reply.body["errors"][0]["code"] == "cursor_invalid"


def test_a_missing_override_is_distinguished_from_missing_parents(api: Client, project: str) -> None:
    def missing(environment: str, connection: str) -> str:
        names = {"projectId": project, "environmentName": environment, "connectionName": connection}
        reply = api.call("GET", OVERRIDE, names)
        assert reply.status == 404
        return str(reply.body["type"]).rsplit("/", 1)[1]

    assert missing("PROD", "Salesforce") == "override-not-found"
    assert missing("PROD", "x") == "connection-not-found"
    assert missing("x", "Salesforce") == "environment-not-found"


def test_the_log_has_the_names_in_a_request_and_its_outcome(api: Client, project: str) -> None:
    api.make_override(project)

    line = api.log[-1]
    names = {"project": project, "environment": "PROD", "connection": "Salesforce", "revision": 1}
    assert line == line | names | {"outcome": "created", "status": 201}
    assert "problem" not in line
