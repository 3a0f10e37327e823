"""The quotas in docs/api.md: requests are accepted up to each limit, and refused beyond it."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from local.edge import MAX_HEADER_BYTES
from support import rows as layout
from support.faults import Faults
from support.history import changes
from support.invariants import assert_nothing_is_orphaned_or_miscounted, read_table
from support.registry import (
    CONNECTION,
    CONNECTIONS,
    ENVIRONMENT,
    ENVIRONMENTS,
    EVERY_SCOPE,
    OVERRIDES,
    PROJECT,
    PROJECTS,
    Client,
    connection_body,
)
from support.table import TABLE
from support.template import ROOT

UNPROTECTED = EVERY_SCOPE.replace("environments:protected", "")
REASONED = {"Idempotency-Key": "k", "Change-Reason": "x" * 512}
TEXT = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
ROWS = {
    what: (int(most.replace(",", "")), beyond)
    for what, most, beyond in re.findall(
        r"^\| ([^|]+) \| ([0-9,]+)[^|]*\| ([^|]+) \|", TEXT.split("## Quotas")[1].split("\n## ")[0], re.MULTILINE
    )
}
"""What is limited, the limit, and the response beyond it."""

type Probe = Callable[[Client, int], Any]


def set_counter(api: Client, create: Callable[[], object], number: int) -> None:
    """Set the counter that one create increments to `number`."""
    before = read_table(api.client)
    create()
    [(pk, sk, name)] = [
        (*key, name)
        for key, row in read_table(api.client).items()
        for name, value in row.items()
        if key in before and name.endswith("Count") and before[key].get(name) != value
    ]
    api.client.update_item(
        TableName=TABLE,
        Key={"pk": {"S": pk}, "sk": {"S": sk}},
        UpdateExpression="SET #counter = :number",
        ExpressionAttributeNames={"#counter": name},
        ExpressionAttributeValues={":number": {"N": str(number)}},
    )


def multiply(api: Client, name: str, number: int) -> None:
    """Copy each row with the name in its key until there are `number` of them, each with its own name."""
    rows = [
        json.loads(json.dumps(row).replace(name, f"{name}{each}"))
        for row in api.client.scan(TableName=TABLE)["Items"]
        if name in row["pk"]["S"] + row["sk"]["S"]
        for each in range(1, number)
    ]
    for start in range(0, len(rows), 25):
        batch = [{"PutRequest": {"Item": row}} for row in rows[start : start + 25]]
        api.client.batch_write_item(RequestItems={TABLE: batch})


def environments(api: Client, number: int) -> Any:
    project = api.make_project()
    set_counter(api, lambda: api.make_environment(project), number - 1)
    return api.call("POST", ENVIRONMENTS, {"projectId": project}, {"name": "the last"})


def connections(api: Client, number: int) -> Any:
    project = api.make_project()
    set_counter(api, lambda: api.make_connection(project), number - 1)
    return api.call("POST", CONNECTIONS, {"projectId": project}, connection_body("the last"))


def body_bytes(api: Client, number: int) -> Any:
    return api.call("POST", PROJECTS, body='{"name":"x"}' + " " * (number - len('{"name":"x"}')))


def names_in_a_delete(api: Client, number: int) -> Any:
    project = api.make_project()
    api.make_environment(project)
    query = {
        "environmentName": "PROD",
        "connectionNames": ",".join(f"C{each}" for each in range(number)),
        "ignoreMissing": "true",
    }
    return api.call("DELETE", OVERRIDES, {"projectId": project}, query=query)


def entries_of_a_list(api: Client, number: int) -> Any:
    query = {"connectionNames": ",".join(f"C{each}" for each in range(number))}
    return api.call("GET", CONNECTIONS, {"projectId": api.make_project()}, query=query)


def cascade_from_an_environment(api: Client, number: int) -> tuple[Any, int]:
    """Return the response, and the maximum number of overrides that can be deleted."""
    project = api.make_project()
    api.make_environment(project)
    api.make_connection(project)
    set_counter(api, lambda: api.make_override(project), number)
    multiply(api, "O/Salesforce", number)
    names = {"projectId": project, "environmentName": "PROD"}
    return api.call("DELETE", ENVIRONMENT, names, query={"cascade": "true"}), number - 1


def cascade_from_a_connection(api: Client, number: int) -> tuple[Any, int]:
    """Two thirds as many environments, each with an override: the maximum is lower by half of the environments."""
    environments = number * 2 // 3
    project = api.make_project()
    api.make_connection(project)
    set_counter(api, lambda: api.make_environment(project), environments)
    assert api.make_override(project).status == 201
    multiply(api, "PROD", environments)
    names = {"projectId": project, "connectionName": "Salesforce"}
    return api.call("DELETE", CONNECTION, names, query={"cascade": "true"}), number - 1 - environments // 2


def size_of_a_report(api: Client, number: int) -> Any:
    project = api.make_project()
    set_counter(api, lambda: api.make_connection(project), number)
    return api.call("GET", f"{PROJECT}/secret-references", {"projectId": project})


def properties_of_a_map(api: Client, number: int) -> Any:
    properties = {f"x{each}": {"value": "y"} for each in range(number)}
    body = connection_body(
        platformConnectionType="DWH",
        authProvider="snowflake",
        authType="KEY_PAIR",
        connectionDetails={"connectionProperties": properties},
    )
    return api.call("POST", CONNECTIONS, {"projectId": api.make_project()}, body)


PROBES: dict[str, Probe] = {
    "environments of a project": environments,
    "connections of a project": connections,
    "request body": body_bytes,
    "names in one DELETE of overrides": names_in_a_delete,
    "entries of a list in a query": entries_of_a_list,
    "connections and overrides of a project with a secret report": size_of_a_report,
    "properties of a map": properties_of_a_map,
}
CASCADES = {
    "overrides deleted with an environment": cascade_from_an_environment,
    "overrides deleted with a connection": cascade_from_a_connection,
}


@pytest.mark.parametrize("what", PROBES)
def test_a_quota_is_accepted_up_to_its_limit_and_refused_beyond_it(api: Client, what: str) -> None:
    most, beyond = ROWS[what]

    taken, refused = PROBES[what](api, most), PROBES[what](api, most + 1)

    assert taken.status < 300, taken
    assert str(refused.status) in beyond
    assert refused.problem == "invalid-request" or f"`{refused.problem}`" in beyond


@pytest.mark.parametrize("what", CASCADES)
def test_a_cascade_beyond_its_limit_is_refused_with_that_limit(api: Client, what: str) -> None:
    most, beyond = ROWS[what]

    refused, left = CASCADES[what](api, most + 1)

    assert f"{refused.status} `{refused.problem}`" in beyond
    assert re.findall(rf"\b{left}\b", refused.body["detail"]), refused.body["detail"]


@pytest.mark.parametrize("scopes", [EVERY_SCOPE, UNPROTECTED], ids=["all scopes", "without protected environments"])
@pytest.mark.parametrize("environments", [1, 31, 90])
def test_as_many_overrides_as_the_quota_allows_are_deleted_with_a_connection(
    api: Client, faults: Faults, environments: int, scopes: str
) -> None:
    """Every check takes place in the transaction: the stored result, and how environments are protected."""
    most = ROWS["overrides deleted with a connection"][0] - (environments + 1) // 2
    project = api.make_project()
    api.make_connection(project)
    api.make_environment(project)
    overridden = min(most, environments)
    layout.copy_environment(api.client, project, "PROD", [f"E{each}" for each in range(environments - overridden)])
    assert api.make_override(project).status == 201
    layout.copy_environment(api.client, project, "PROD", [f"P{each}" for each in range(overridden - 1)])
    names = {"projectId": project, "connectionName": "Salesforce"}
    api.scopes = scopes

    done = api.call("DELETE", CONNECTION, names, query={"cascade": "true"}, headers=REASONED)

    assert done.status == 204
    assert len(faults.transactions()[-1]["TransactItems"]) <= 100
    [change] = changes(api, project, action="DELETED")
    assert len(change["items"]) == overridden + 1
    assert_nothing_is_orphaned_or_miscounted(api.client)


@pytest.mark.parametrize("environments", [32, 89])
def test_one_override_more_than_the_quota_allows_is_refused(api: Client, environments: int) -> None:
    most = ROWS["overrides deleted with a connection"][0] - (environments + 1) // 2
    project = api.make_project()
    api.make_connection(project)
    api.make_environment(project)
    layout.copy_environment(api.client, project, "PROD", [f"E{each}" for each in range(environments - most - 1)])
    assert api.make_override(project).status == 201
    layout.copy_environment(api.client, project, "PROD", [f"P{each}" for each in range(most)])
    names = {"projectId": project, "connectionName": "Salesforce"}

    refused = api.call("DELETE", CONNECTION, names, query={"cascade": "true"})

    assert (refused.status, refused.problem, refused.body["total"]) == (409, "cascade-too-large", most + 1)
    assert f"at most {most} " in refused.body["detail"]


@pytest.mark.parametrize("protected", [False, True])
def test_as_many_overrides_as_the_quota_allows_are_deleted_with_an_environment(
    api: Client, faults: Faults, *, protected: bool
) -> None:
    most = ROWS["overrides deleted with an environment"][0]
    project = api.make_project()
    api.make_environment(project, protected=protected)
    api.make_connection(project)
    assert api.make_override(project).status == 201
    layout.copy_connection(api.client, project, "Salesforce", [f"C{each}" for each in range(most - 1)])
    names = {"projectId": project, "environmentName": "PROD"}

    done = api.call("DELETE", ENVIRONMENT, names, query={"cascade": "true"}, headers=REASONED)

    assert done.status == 204
    assert len(faults.transactions()[-1]["TransactItems"]) <= 100
    assert len(changes(api, project, action="DELETED")[0]["items"]) == most + 1


def test_as_many_names_as_the_quota_allows_are_deleted_and_recorded(api: Client, faults: Faults) -> None:
    most = ROWS["names in one DELETE of overrides"][0]
    project = api.make_project()
    api.make_environment(project, protected=True)
    api.make_connection(project)
    assert api.make_override(project).status == 201
    others = [f"C{each:02}" for each in range(most - 1)]
    layout.copy_connection(api.client, project, "Salesforce", others)
    query = {"environmentName": "PROD", "connectionNames": ",".join([*others, "Salesforce"])}

    done = api.call("DELETE", OVERRIDES, {"projectId": project}, query=query, headers=REASONED)

    assert done.status == 204
    assert len(faults.transactions()[-1]["TransactItems"]) <= 100
    assert [item["connectionName"] for item in changes(api, project)[0]["items"]] == [*others, "Salesforce"]


def test_every_quota_with_a_number_is_tested() -> None:
    # tests/e2e/test_hostile_http.py tests the last of these.
    assert ROWS.keys() - PROBES.keys() - CASCADES.keys() == {"a request line and headers"}
    assert ROWS["a request line and headers"][0] == MAX_HEADER_BYTES
