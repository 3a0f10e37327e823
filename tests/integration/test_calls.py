"""The number of calls to DynamoDB on the hot paths: each costs more than everything else in a request."""

from math import ceil

import pytest
from benchmarks import cost
from benchmarks.consumption import item_bytes
from support import rows
from support.faults import Faults
from support.registry import EFFECTIVE, EFFECTIVES, MATRIX, OVERRIDES, Client, override_body

PAGE = 25


def test_an_effective_connection_takes_one_read(api: Client, project: str, faults: Faults) -> None:
    api.make_override(project)
    faults.forget()
    names = {"projectId": project, "environmentName": "PROD", "connectionName": "Salesforce"}

    assert api.call("GET", EFFECTIVE, names, query={"explain": "true"}).status == 200
    assert faults.calls == ["BatchGetItem"]


def test_a_guarded_create_takes_one_read_and_one_write(api: Client, project: str, faults: Faults) -> None:
    # The secret of the second and third is already in use, in environments that are known to be unprotected.
    for environment in ("DEV", "TEST", "QA"):
        api.make_environment(project, environment)
        faults.forget()
        body = override_body(environmentName=environment)

        assert api.call("POST", OVERRIDES, {"projectId": project}, body).status == 201
        assert faults.calls == ["BatchGetItem", "TransactWriteItems"]


@pytest.mark.parametrize("environments", [1, 4, 9])
def test_a_page_of_the_matrix_takes_one_query_and_one_read_per_100_cells(
    api: Client, project: str, faults: Faults, environments: int
) -> None:
    rows.copy_environment(api.client, project, "PROD", [f"E{number}" for number in range(environments - 1)])
    rows.copy_connection(api.client, project, "Salesforce", [f"C{number}" for number in range(PAGE + 5)])
    faults.forget()

    page = api.call("GET", MATRIX, {"projectId": project})

    assert (len(page.body["results"]), len(page.body["environments"])) == (PAGE, environments)
    assert len(faults.calls) <= 1 + ceil(PAGE * environments / 100)


def test_a_page_of_effective_connections_takes_one_query_and_one_read(
    api: Client, project: str, faults: Faults
) -> None:
    rows.copy_connection(api.client, project, "Salesforce", [f"C{number}" for number in range(PAGE + 5)])
    faults.forget()

    page = api.call("GET", EFFECTIVES, {"projectId": project}, query={"environmentName": "PROD"})

    assert len(page.body["results"]) == PAGE
    assert faults.calls == ["Query", "BatchGetItem"]


def test_a_matrix_that_does_not_fit_into_one_query_reads_environments_and_connections_separately(
    api: Client, project: str, faults: Faults
) -> None:
    rows.copy_connection(api.client, project, "Salesforce", [f"C{number:02}" for number in range(95)])
    faults.forget()

    page = api.call("GET", MATRIX, {"projectId": project}, query={"limit": "1"})

    assert [line["name"] for line in page.body["results"]] == ["C00"]
    assert faults.calls == ["Query", "Query", "Query", "BatchGetItem"]


def test_the_items_of_each_call_are_those_in_the_cost_calculation(api: Client, project: str, faults: Faults) -> None:
    def items() -> tuple[int, int]:
        """The number of items that were read and written."""
        pairs = list(zip(faults.calls, faults.requests, strict=True))
        read = sum(len(one["RequestItems"]["registry"]["Keys"]) for call, one in pairs if call == "BatchGetItem")
        written = sum(len(one["TransactItems"]) for call, one in pairs if call == "TransactWriteItems")
        return read, written

    faults.forget()
    assert api.make_override(project).status == 201
    assert items() == (cost.CREATE_READS, cost.CREATE_WRITES)
    faults.forget()
    names = {"projectId": project, "environmentName": "PROD", "connectionName": "Salesforce"}
    assert api.call("GET", EFFECTIVE, names).status == 200
    assert items() == (cost.EFFECTIVE_READS, 0)


def test_the_rows_that_record_a_create_are_as_long_as_in_the_cost_calculation(api: Client, project: str) -> None:
    def records() -> dict[rows.Key, int]:
        return {key: item_bytes(row) for row in rows.read_all(api.client) if rows.is_record(key := rows.key_of(row))}

    before = records()
    assert api.make_override(project).status == 201
    sizes = [size for key, size in records().items() if key not in before]

    # A transactional write takes two units for each KB of an item.
    assert [ceil(size / 1_024) for size in sizes] == [1, 1]
    assert ceil(sum(sizes) / 100) * 100 == cost.HISTORY_BYTES
