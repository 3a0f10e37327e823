"""Rows that this version did not write as it would: told apart from what a caller did wrong, and never passed over."""

import pytest
from support.invariants import read_table
from support.registry import CONNECTIONS, ENVIRONMENTS, PROJECT, PROJECTS, Client

DEFAULT_OF_SALESFORCE = "dev-salesforce"


@pytest.mark.parametrize(
    ("resource", "sk", "attribute", "value"),
    [
        (CONNECTIONS, "C/Salesforce", "authType", {"S": "FROM_THE_FUTURE"}),
        (CONNECTIONS, "C/Salesforce", "reference", {"S": "no map"}),
        (CONNECTIONS, "C/Salesforce", "name", {"N": "1"}),
        (CONNECTIONS, "C/Salesforce", "createdDate", {"S": "yesterday"}),
        (ENVIRONMENTS, "E/PROD", "protected", {"S": "true"}),
        (ENVIRONMENTS, "E/PROD", "overrideCount", {"S": "1"}),
    ],
)
def test_a_row_that_this_version_cannot_read_is_500_with_its_key_in_the_log(
    api: Client, project: str, resource: str, sk: str, attribute: str, value: dict[str, str]
) -> None:
    api.client.update_item(
        TableName="registry",
        Key={"pk": {"S": f"acme/{project}"}, "sk": {"S": sk}},
        UpdateExpression="SET #attribute = :other",
        ExpressionAttributeNames={"#attribute": attribute},
        ExpressionAttributeValues={":other": value},
    )

    reply = api.call("GET", resource, {"projectId": project})

    assert (reply.status, reply.body["type"]) == (500, "/v1/problems/internal-error")
    assert sk in str(api.recorder.seen[-1].reason)


@pytest.mark.parametrize(
    ("sk", "attribute", "value"),
    [
        ("G", "names", {"L": [{"S": "PROD"}]}),
        ("G", "names", {"NS": ["1"]}),
        ("S/", "environments", {"SS": ["PROD"]}),
        ("S/", "environments", {"L": [{"N": "1"}]}),
    ],
)
def test_what_the_guard_cannot_read_admits_nothing(
    api: Client, project: str, sk: str, attribute: str, value: dict[str, object]
) -> None:
    api.make_environment(project, "LIVE", protected=True)
    keys = [key for key in read_table(api.client) if key[1].startswith(sk)]
    for pk, row in keys:
        api.client.update_item(
            TableName="registry",
            Key={"pk": {"S": pk}, "sk": {"S": row}},
            UpdateExpression="SET #attribute = :other",
            ExpressionAttributeNames={"#attribute": attribute},
            ExpressionAttributeValues={":other": value},
        )

    reply = api.make_override(project, "PROD", "Salesforce", DEFAULT_OF_SALESFORCE)

    assert keys
    assert (reply.status, reply.body["type"]) == (500, "/v1/problems/internal-error")


def test_a_project_id_that_is_taken_is_500_and_leaves_the_project_alone(api: Client) -> None:
    api.project_id = api.make_project()
    before = api.call("GET", PROJECT, {"projectId": api.project_id})

    assert api.call("POST", PROJECTS, body={"name": "Another"}).status == 500
    assert api.call("GET", PROJECT, {"projectId": api.project_id}) == before
