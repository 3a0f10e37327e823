"""The consumption of calls that the formulas for tenants do not cover."""

from typing import Any

import pytest
from benchmarks.consumption import Meter

KEY = {"pk": {"S": "p"}, "sk": {"S": "s"}}
LARGE = {**KEY, "text": {"S": "x" * 5_000}}


def meter(item: dict[str, Any]) -> Meter:
    """The consumption of a call on a table with one item, which stores no writes."""
    replies: dict[str, dict[str, Any]] = {
        "GetItem": {"Item": item},
        "Query": {"Items": [item]},
        "BatchGetItem": {"Responses": {"t": [item]}},
    }
    return Meter(lambda operation, _: replies.get(operation, {}))


@pytest.mark.parametrize(("consistent", "units"), [({"ConsistentRead": True}, 2), ({}, 1)])
def test_an_eventual_read_takes_half_of_a_consistent_one(consistent: dict[str, bool], units: float) -> None:
    for operation, request in (
        ("GetItem", {"TableName": "t", "Key": KEY, **consistent}),
        ("Query", {"TableName": "t", **consistent}),
        ("BatchGetItem", {"RequestItems": {"t": {"Keys": [KEY], **consistent}}}),
    ):
        counted = meter(LARGE)
        counted(operation, request)
        assert (counted.reads, counted.writes) == (units, 0), operation


@pytest.mark.parametrize("operation", ["PutItem", "UpdateItem", "DeleteItem"])
def test_a_write_outside_of_a_transaction_takes_half_of_one_inside(operation: str) -> None:
    counted = meter(LARGE)
    action = {"TableName": "t", "Item": LARGE} if operation == "PutItem" else {"TableName": "t", "Key": KEY}

    counted(operation, action)
    assert counted.writes == 5
    counted("TransactWriteItems", {"TransactItems": [{operation.removesuffix("Item"): action}]})
    assert counted.writes == 15


def test_a_read_that_returns_only_some_of_what_it_reads_is_refused() -> None:
    with pytest.raises(AssertionError):
        meter(LARGE)("Query", {"TableName": "t", "FilterExpression": "#a = :a"})
