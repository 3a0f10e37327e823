"""The bytes of responses: compact JSON with the least escaping, and never longer than a function's result can be."""

import json
from typing import Any

import pytest
from support.registry import CONNECTIONS, PROJECT, PROJECTS, Client, connection_body
from support.table import TABLE

RESULT_MAX_BYTES = 6 * 1024 * 1024
"""AWS Lambda quotas, "Invocation payload"."""


@pytest.mark.parametrize("text", ["Zürich 😀", "a\n\t", '"\\/', "\u2028\u2029"])
def test_a_response_is_compact_json_with_only_the_required_escapes(api: Client, text: str) -> None:
    made = api.call("POST", PROJECTS, body={"name": "x", "description": text})
    assert made.status == 201

    body = api.raw("GET", PROJECT, {"projectId": made.body["projectId"]})["body"]

    assert body == json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":"))
    assert json.loads(body)["description"] == text


def test_a_refusal_is_compact_json_as_well(api: Client) -> None:
    body = api.raw("GET", PROJECT, {"projectId": "é"})["body"]

    assert body == json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":"))


def result_bytes(result: dict[str, Any]) -> int:
    """Return the size of a function's result, as the runtime of Python 3.13 writes it.

    The runtime escapes what JSON requires and Unicode's two line separators (awslambdaric, which uses simplejson).
    """
    text = json.dumps(result, ensure_ascii=False)
    return len(text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").encode())


def test_a_page_of_characters_that_the_runtime_escapes_fits_into_a_result(api: Client) -> None:
    """A hundred such connections are too many for one page, although their text alone is not."""
    project = api.make_project()
    separators = {f"x{number}": {"value": "\u2028" * (2_048 if number < 5 else 400)} for number in range(6)}
    body = connection_body(
        "00",
        platformConnectionType="DWH",
        authProvider="snowflake",
        authType="KEY_PAIR",
        connectionDetails={"connectionProperties": separators},
    )
    names = {"projectId": project}
    text = json.dumps(body, ensure_ascii=False)
    assert api.call("POST", CONNECTIONS, names, text).status == 201
    copy_connections(api, range(1, 100))

    query = {"limit": "100"}
    result = api.raw("GET", CONNECTIONS, names, query=query)

    page = json.loads(result["body"])
    assert RESULT_MAX_BYTES * 3 / 4 < result_bytes(result) < RESULT_MAX_BYTES
    assert 100 * result_bytes(result) / len(page["results"]) > RESULT_MAX_BYTES
    rest = json.loads(api.raw("GET", CONNECTIONS, names, query={**query, "cursor": page["nextCursor"]})["body"])[
        "results"
    ]
    assert [one["name"] for one in page["results"] + rest] == [f"{number:02}" for number in range(100)]


def copy_connections(api: Client, numbers: range) -> None:
    """Copy the row of the connection `00` under more names."""
    [row] = [row for row in api.client.scan(TableName=TABLE)["Items"] if row.get("name") == {"S": "00"}]
    rows = [
        {**row, "name": {"S": f"{number:02}"}, "sk": {"S": row["sk"]["S"].replace("00", f"{number:02}")}}
        for number in numbers
    ]
    for start in range(0, len(rows), 25):
        batch = [{"PutRequest": {"Item": each}} for each in rows[start : start + 25]]
        api.client.batch_write_item(RequestItems={TABLE: batch})
