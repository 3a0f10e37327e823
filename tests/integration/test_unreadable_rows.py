"""Rows in a form that this version does not know: an internal error, and never skipped."""

import pytest
from support import rows
from support.invariants import read_table
from support.registry import CONNECTIONS, ENVIRONMENTS, PROJECT, PROJECTS, Client

DEFAULT_OF_SALESFORCE = "dev-salesforce"


@pytest.mark.parametrize(
    ("resource", "attribute", "value"),
    [
        (CONNECTIONS, "authType", {"S": "FROM_THE_FUTURE"}),
        (CONNECTIONS, "connectionDetails", {"S": "no map"}),
        (CONNECTIONS, "name", {"N": "1"}),
        (CONNECTIONS, "createdDate", {"S": "yesterday"}),
        (ENVIRONMENTS, "protected", {"S": "true"}),
        (ENVIRONMENTS, "overrideCount", {"S": "1"}),
    ],
)
def test_a_row_that_this_version_cannot_read_is_500_with_its_key_in_the_log(
    api: Client, project: str, resource: str, attribute: str, value: dict[str, str]
) -> None:
    key = rows.connection(project, "Salesforce") if resource == CONNECTIONS else rows.environment(project, "PROD")
    rows.change(api.client, key, attribute, value)

    reply = api.call("GET", resource, {"projectId": project})

    assert (reply.status, reply.body["type"]) == (500, "/v1/problems/internal-error")
    assert key[1] in api.log[-1]["reason"]


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("names", {"L": [{"S": "PROD"}]}),
        ("names", {"NS": ["1"]}),
        ("environments", {"SS": ["PROD"]}),
        ("environments", {"L": [{"N": "1"}]}),
    ],
)
def test_a_usage_row_that_cannot_be_read_allows_nothing(
    api: Client, project: str, attribute: str, value: dict[str, object]
) -> None:
    api.make_environment(project, "LIVE", protected=True)
    keys = [rows.protected_environments(project)]
    if attribute == "environments":
        keys = [key for key in read_table(api.client) if rows.is_secret_use(key)]
    for key in keys:
        rows.change(api.client, key, attribute, value)

    reply = api.make_override(project, "PROD", "Salesforce", DEFAULT_OF_SALESFORCE)

    assert keys
    assert (reply.status, reply.body["type"]) == (500, "/v1/problems/internal-error")


def test_a_project_id_that_is_already_taken_is_500_and_the_project_is_unchanged(api: Client) -> None:
    api.project_id = api.make_project()
    before = api.call("GET", PROJECT, {"projectId": api.project_id})

    assert api.call("POST", PROJECTS, body={"name": "Another"}).status == 500
    assert api.call("GET", PROJECT, {"projectId": api.project_id}) == before
