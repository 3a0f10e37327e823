"""A list that runs out of time returns a short page with a cursor, however little matches, and never 503."""

from collections.abc import Callable
from typing import Any

import pytest
from support import rows
from support.faults import Faults
from support.registry import CONNECTIONS, EFFECTIVES, ENVIRONMENT, MATRIX, OVERRIDES, Client

ROWS_OF_A_QUERY = 2
CONNECTION_NAMES = [f"C{number:02}" for number in range(12)]
NAMES = {"environmentName": "PROD"}
NOBODY = {"authProvider": "nobody"}
SLOW_LISTS: list[tuple[str, dict[str, str], int]] = [
    (CONNECTIONS, {}, 1),
    (CONNECTIONS, NOBODY, 1),
    (OVERRIDES, NAMES, 1),
    (OVERRIDES, NAMES | NOBODY, 1),
    (EFFECTIVES, NAMES, 1),
    (EFFECTIVES, NAMES | NOBODY, 1),
    (EFFECTIVES, NAMES | {"source": "NONE"}, 1),
    (EFFECTIVES, NAMES | {"source": "DEFAULT"}, 1),
    (EFFECTIVES, NAMES | NOBODY | {"source": "DEFAULT"}, 1),
    (MATRIX, {}, 4),
    (MATRIX, NOBODY, 4),
    (MATRIX, {"onlyMissing": "true"}, 4),
    (MATRIX, {"onlyMissing": "true"} | NOBODY, 4),
    (ENVIRONMENT + "/impact", {"change": "delete"}, 1),
    (ENVIRONMENT + "/impact", {"change": "inheritDefaults"}, 1),
]
"""With the number of calls before time runs out: the reads of parents, and the first read of connections."""


@pytest.fixture
def filled(api: Client, recall: Callable[[str, Callable[[], str]], str]) -> dict[str, str]:
    """A project with thirteen connections, some of them overridden."""

    def make() -> str:
        project = api.make_project()
        api.make_environment(project)
        api.make_environment(project, "QA", inheritDefaults=False)
        for name in ("Salesforce", *CONNECTION_NAMES):
            api.make_connection(project, name, **({"connectionDetails": None} if "C09" < name < "D" else {}))
            if name < "C06":
                api.make_override(project, connection=name)
        return project

    return {"projectId": recall("filled", make), **NAMES}


@pytest.fixture
def slow(api: Client, faults: Faults) -> Callable[[int], None]:
    """Limit queries to few rows, and let time run out after some calls: then there is time for one more call."""
    call = faults.call

    def few_rows(operation: str, request: dict[str, Any]) -> dict[str, Any]:
        return call(operation, {**request, "Limit": ROWS_OF_A_QUERY} if operation == "Query" else request)

    def slow(calls: int) -> None:
        def milliseconds() -> int:
            made = len(faults.calls)
            return 25_000 if made < calls else 15_000 if made == calls else 5_000

        faults.call = few_rows
        api.context.get_remaining_time_in_millis = milliseconds  # type: ignore[method-assign]

    return slow


@pytest.mark.parametrize(("resource", "query", "calls"), SLOW_LISTS)
def test_a_list_that_runs_out_of_time_continues_with_its_cursor(
    api: Client,
    filled: dict[str, str],
    faults: Faults,
    slow: Callable[[int], None],
    resource: str,
    query: dict[str, str],
    calls: int,
) -> None:
    whole = api.call("GET", resource, filled, query={**query, "limit": "100"}).body["results"]
    slow(calls)

    results: list[Any] = []
    pages = 0
    cursor: dict[str, str] = {}
    while True:
        faults.forget()
        reply = api.call("GET", resource, filled, query={**query, **cursor})
        assert reply.status == 200, reply
        results += reply.body["results"]
        pages += 1
        if "nextCursor" not in reply.body:
            break
        assert cursor != {"cursor": reply.body["nextCursor"]}, "no progress"
        cursor = {"cursor": reply.body["nextCursor"]}

    assert results == whole
    assert pages > 1


@pytest.mark.parametrize(("resource", "query"), [(resource, query) for resource, query, _ in SLOW_LISTS])
def test_a_list_without_time_for_its_first_call_is_503(
    api: Client, filled: dict[str, str], resource: str, query: dict[str, str]
) -> None:
    api.context.milliseconds = 9_000

    reply = api.call("GET", resource, filled, query=query)

    assert (reply.status, reply.body["type"]) == (503, "/v1/problems/service-unavailable")


def test_the_parent_of_an_empty_page_is_not_read_if_a_candidate_was_read(
    api: Client, filled: dict[str, str], faults: Faults
) -> None:
    faults.forget()

    reply = api.call("GET", CONNECTIONS, filled, query=NOBODY)

    assert (reply.status, reply.body, faults.calls) == (200, {"results": []}, ["Query"])


def test_a_page_of_the_matrix_ends_after_the_last_complete_row(
    api: Client, filled: dict[str, str], faults: Faults
) -> None:
    rows.copy_environment(api.client, filled["projectId"], "QA", [f"E{number:02}" for number in range(88)])
    faults.forget()
    left = iter([25_000] * 4 + [5_000] * 10)
    api.context.get_remaining_time_in_millis = lambda: next(left)  # type: ignore[method-assign]

    reply = api.call("GET", MATRIX, filled, query={"connectionNames": "C00,C01,C02,C03"})

    # 90 environments: the first hundred cells complete one row, the next hundred the second.
    assert (reply.status, faults.calls) == (200, ["Query", "BatchGetItem", "BatchGetItem", "BatchGetItem"])
    assert [line["name"] for line in reply.body["results"]] == ["C00", "C01"]
    assert "nextCursor" in reply.body
