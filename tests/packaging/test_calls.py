"""The built functions call DynamoDB: pruning took nothing that a call needs, and no operation makes more calls."""

import dataclasses
import json
from collections.abc import Iterator
from typing import Any

import benchmarks.table
import boto3
import pytest
from benchmarks.candidates import Candidate
from benchmarks.table import TABLE, TableStandIn
from local import event_data
from moto import mock_aws
from support.registry import create_table
from support.starts import start
from support.template import ROOT

CALLS = {
    ("registry", "create-override"): (201, ["BatchGetItem", "TransactWriteItems"]),
    ("registry", "get-project"): (200, ["GetItem"]),
    ("registry", "list-projects"): (200, ["Query"]),
    ("effective", "get-effective-override"): (200, ["BatchGetItem"]),
}
"""By function and event: the status of the answer, and the calls."""


class Refusing(TableStandIn):
    """Is known by the name whose transactions are refused."""

    def reply(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        def renamed(value: object, name: str, other: str) -> Any:
            return json.loads(json.dumps(value).replace(f'"{name}"', f'"{other}"'))

        return dict(renamed(super().reply(operation, renamed(request, "refused", TABLE)), TABLE, "refused"))


@pytest.fixture(scope="module")
def items() -> list[Any]:
    """The rows that the events speak of."""
    with mock_aws():
        client: Any = boto3.client("dynamodb", "us-east-1", aws_access_key_id="test", aws_secret_access_key="test")
        create_table(client)
        event_data.create(client, "registry")
        return list(client.scan(TableName="registry")["Items"])


@pytest.fixture
def table(items: list[Any], request: pytest.FixtureRequest) -> Iterator[TableStandIn]:
    with getattr(request, "param", TableStandIn)(items).serving() as table:
        yield table


def status(candidate: Candidate, table: TableStandIn, event: str, table_name: str = TABLE) -> int:
    """The status of the answer to the first event of a function on that table."""
    variables = {
        **candidate.variables,
        "AWS_ENDPOINT_URL_DYNAMODB": f"http://127.0.0.1:{table.port}",
        "TABLE_NAME": table_name,
    }
    body = (ROOT / "events" / f"{event}.json").read_bytes()
    return int(start(dataclasses.replace(candidate, variables=variables, event=body)).answer["statusCode"])


@pytest.mark.parametrize(("function", "event"), CALLS)
def test_an_operation_makes_its_calls_and_no_more(
    deployed: dict[str, Candidate], table: TableStandIn, function: str, event: str
) -> None:
    expected, calls = CALLS[function, event]

    assert status(deployed[function], table, f"{function}/{event}") == expected
    assert table.calls == calls


@pytest.mark.parametrize("table", [Refusing], indirect=True)
def test_a_transaction_that_meets_another_is_tried_again_and_then_503(
    deployed: dict[str, Candidate], table: TableStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever cannot read why DynamoDB cancelled a transaction answers 500."""
    conflict = {
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "CancellationReasons": [{"Code": "TransactionConflict"}],
    }
    monkeypatch.setattr(benchmarks.table, "_REFUSAL", conflict)

    assert status(deployed["registry"], table, "registry/create-override", table_name="refused") == 503
