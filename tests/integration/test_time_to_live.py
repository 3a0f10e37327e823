"""The stored result of a write with an idempotency key: data.yaml names the attribute of its expiry."""

from datetime import timedelta
from typing import Any

from support import rows
from support.registry import Client, override_body
from support.template import parse


def test_a_write_with_a_key_stores_one_row_that_expires_after_a_day(api: Client, dynamodb: Any, project: str) -> None:
    attribute = parse("data.yaml")["Resources"]["Table"]["Properties"]["TimeToLiveSpecification"]["AttributeName"]
    resource = "/v1/projects/{projectId}/connections/environment-overrides"

    made = api.call("POST", resource, {"projectId": project}, override_body(), headers={"Idempotency-Key": "k"})

    assert made.status == 201
    [expires] = [
        row[attribute]
        for row in rows.read_all(dynamodb)
        if rows.is_stored_result(rows.key_of(row)) and attribute in row
    ]
    in_a_day = (api.now + timedelta(days=1)).timestamp()
    # DynamoDB requires a whole number of seconds (Developer Guide, "Time to Live").
    assert abs(int(expires["N"]) - in_a_day) < 1
