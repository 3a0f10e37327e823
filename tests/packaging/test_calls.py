"""The built functions call DynamoDB: pruning removed nothing that a call needs, and no operation makes more calls."""

import dataclasses
from collections.abc import Iterator

import pytest
from benchmarks.candidates import Candidate
from benchmarks.table import Table
from local import event_data
from support.starts import start
from support.template import ROOT


@pytest.fixture
def table() -> Iterator[Table]:
    """Serve a table with the items that the events refer to."""
    with Table.emulated() as table:
        event_data.create(table.client, table.name)
        yield table


def status(candidate: Candidate, table: Table, event: str) -> int:
    """Return the status of the first response of a function that uses this table."""
    variables = {
        **candidate.variables,
        "AWS_ENDPOINT_URL_DYNAMODB": f"http://127.0.0.1:{table.port}",
        "TABLE_NAME": table.name,
    }
    body = (ROOT / "events" / f"{event}.json").read_bytes()
    return int(start(dataclasses.replace(candidate, variables=variables, event=body)).answer["statusCode"])


@pytest.mark.parametrize(
    ("event", "expected", "calls"),
    [
        ("registry/create-override", 201, ["BatchGetItem", "TransactWriteItems"]),
        # The service knows why the table cancelled the transaction only from the reasons that botocore parses.
        ("registry/create-override-that-exists", 409, ["BatchGetItem", "TransactWriteItems"]),
        ("registry/get-project", 200, ["GetItem"]),
        ("registry/list-projects", 200, ["Query"]),
        ("effective/get-effective-override", 200, ["BatchGetItem"]),
    ],
)
def test_an_operation_makes_only_its_calls(
    deployed: dict[str, Candidate], table: Table, event: str, expected: int, calls: list[str]
) -> None:
    assert status(deployed[event.partition("/")[0]], table, event) == expected
    assert table.calls == calls
