"""The cost in docs/operations.md is the one that the script works out, from the template that is deployed."""

from benchmarks.cost import DOCUMENT, MEMORY_GB, Assumptions, Prices, costs, put_into
from support.template import parse


def test_the_document_holds_the_table_of_now() -> None:
    document = DOCUMENT.read_text(encoding="utf-8")

    assert document == put_into(document)
    assert "| **Sum** |" in document


def test_the_memory_is_the_templates() -> None:
    written = {
        name.removesuffix("Function").lower(): resource["Properties"]["MemorySize"] / 1024
        for name, resource in parse()["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }

    assert written == MEMORY_GB


def test_twice_the_calls_cost_twice_what_is_paid_by_the_call() -> None:
    once = {name: dollars for name, _, dollars in costs(Prices(), Assumptions())}
    given = Assumptions(creates=2 * Assumptions().creates, reads=2 * Assumptions().reads)
    twice = {name: dollars for name, _, dollars in costs(Prices(), given)}

    assert {name for name in once if abs(twice[name] - 2 * once[name]) > 1e-9} == {
        "SnapStart",
        "DynamoDB, storage and backup",
        "Alarms, dashboard, key",
    }
