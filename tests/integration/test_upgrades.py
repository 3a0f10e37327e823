"""Rows have a schema version: a later release can read them, and an earlier one refuses them."""

from collections.abc import Callable
from typing import Any

import pytest
from support import rows
from support.invariants import assert_nothing_is_orphaned_or_miscounted, read_table
from support.registry import (
    CONNECTION,
    CONNECTIONS,
    EFFECTIVE,
    ENVIRONMENT,
    ENVIRONMENTS,
    MATRIX,
    OPEN,
    OVERRIDE,
    OVERRIDES,
    PROJECT,
    PROJECTS,
    Client,
    Reply,
    as_replaced,
    override_body,
    without,
)

from connection_overrides.store import items
from connection_overrides.store.items import Row

NAMES = {"environmentName": "PROD", "connectionName": "Salesforce"}
BARE_OVERRIDE = without(override_body(), *NAMES)
ITEMS: dict[str, tuple[str, Callable[[str], rows.Key], str, dict[str, Any]]] = {
    "project": (PROJECT, rows.project_entry, "description", {"name": "Sales", "description": "x"}),
    "environment": (
        ENVIRONMENT,
        lambda project: rows.environment(project, "PROD"),
        "description",
        OPEN | {"description": "x"},
    ),
    "connection": (
        CONNECTION,
        lambda project: rows.connection(project, "Salesforce"),
        "connectionDetails",
        {"connectionDetails": {"connectionProperties": {"secretName": "x"}}},
    ),
    "override": (
        OVERRIDE,
        lambda project: rows.override(project, "PROD", "Salesforce"),
        "connectionOverrides",
        BARE_OVERRIDE,
    ),
}
"""An item, the key of its row, one of its attributes, and a replacement that sets the attribute."""

REPEATABLE = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}


@pytest.fixture
def names(api: Client, project: str) -> dict[str, str]:
    """The names of an override that was created with an idempotency key, and of its parents. LIVE is protected.

    The table contains a row of every type.
    """
    api.make_environment(project, "LIVE", protected=True)
    names = {"projectId": project, **NAMES}
    assert create(api, names).status == 201
    return names


def create(api: Client, names: dict[str, str]) -> Reply:
    return api.call("POST", OVERRIDES, names, override_body(), headers=REPEATABLE)


def create_another(api: Client, names: dict[str, str]) -> Reply:
    body = override_body(environmentName="LIVE")
    return api.call("POST", OVERRIDES, names, body, query={"allowSharedSecret": "true"})


def get(resource: str, **query: str) -> Callable[[Client, dict[str, str]], Reply]:
    return lambda api, names: api.call("GET", resource, names, query=query)


def test_every_row_has_the_current_schema_version(api: Client, names: dict[str, str]) -> None:
    assert names
    schemas = {key: row.get("schema") for key, row in read_table(api.client).items()}

    assert None not in schemas.values(), schemas
    assert len(set(schemas.values())) == 1, schemas


@pytest.mark.parametrize(
    ("is_row", "request_of_it"),
    [
        pytest.param(lambda key: key == rows.project_entry(key[1][2:]), get(PROJECT), id="project"),
        pytest.param(lambda key: key[1] == rows.project_state("")[1], create_another, id="counters"),
        pytest.param(lambda key: key[1] == rows.environment("", "PROD")[1], get(ENVIRONMENTS), id="environment"),
        pytest.param(lambda key: key[1] == rows.connection("", "Salesforce")[1], get(CONNECTION), id="connection"),
        pytest.param(rows.is_override, get(OVERRIDE), id="override"),
        pytest.param(rows.is_secret_use, create_another, id="use of a secret"),
        pytest.param(lambda key: key[1] == rows.protected_environments("")[1], create_another, id="protected"),
        pytest.param(rows.is_stored_result, create, id="stored result"),
    ],
)
def test_a_row_with_a_newer_schema_version_is_500(
    api: Client,
    names: dict[str, str],
    is_row: Callable[[rows.Key], bool],
    request_of_it: Callable[[Client, dict[str, str]], Reply],
) -> None:
    newer = {key: row["schema"] + 1 for key, row in read_table(api.client).items() if is_row(key)}
    for key, schema in newer.items():
        rows.change(api.client, key, "schema", {"N": str(schema)})

    reply = request_of_it(api, names)

    assert (reply.status, reply.body["type"]) == (500, "/v1/problems/internal-error")
    assert any(key[1] in api.log[-1]["reason"] for key in newer), api.log[-1]


@pytest.mark.parametrize("schema", [None, {"N": "0"}, {"N": "-1"}, {"S": "first"}], ids=str)
def test_a_row_without_a_valid_schema_version_is_500(
    api: Client, names: dict[str, str], schema: dict[str, str] | None
) -> None:
    key = rows.override(names["projectId"], "PROD", "Salesforce")
    row = without(rows.read(api.client, key), "schema")
    rows.write(api.client, [row if schema is None else {**row, "schema": schema}])

    reply = get(OVERRIDE)(api, names)

    assert (reply.status, reply.problem) == (500, "internal-error")
    assert key[1] in api.log[-1]["reason"]


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize("kind", ITEMS)
def test_a_row_with_a_newer_schema_version_is_neither_replaced_nor_deleted(
    api: Client, names: dict[str, str], kind: str, method: str
) -> None:
    resource, key_of, _, body = ITEMS[kind]
    key = key_of(names["projectId"])
    rows.change(api.client, key, "schema", {"N": str(read_table(api.client)[key]["schema"] + 1)})
    before = read_table(api.client)

    reply = api.call(method, resource, names, body if method == "PUT" else None)

    assert (reply.status, reply.problem) == (500, "internal-error")
    assert read_table(api.client) == before


def in_schema(row: rows.Row, attribute: str, schema: int) -> rows.Row:
    """Return a row as it would have been written in schema 1 or 2: the attribute has another name in each."""
    # Schema 2 uses the attribute's name of schema 1 for something else.
    other = {f"{attribute}V1": {"S": "something else"}}
    return {**without(row, attribute), "schema": {"N": str(schema)}, **other, f"{attribute}V{schema}": row[attribute]}


def renamed(row: Row, suffix: str, new: str) -> Row:
    return {**row, **{name.replace(suffix, new): value for name, value in row.items() if name.endswith(suffix)}}


@pytest.fixture
def upgraded(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Deploy a release that writes schema 3 and reads schemas 1 and 2."""
    upgrades = [lambda row: renamed(row, "V1", "V2"), lambda row: renamed(row, "V2", "")]
    return lambda: monkeypatch.setattr(items, "SCHEMA_UPGRADES", upgrades)


@pytest.mark.parametrize("schema", [1, 2])
@pytest.mark.parametrize("kind", ITEMS)
def test_a_row_of_an_older_schema_is_read_and_replaced_in_the_newest(
    api: Client, names: dict[str, str], upgraded: Callable[[], None], kind: str, schema: int
) -> None:
    resource, key_of, attribute, body = ITEMS[kind]
    key = key_of(names["projectId"])
    assert api.call("PUT", resource, names, body).status == 200
    reads = [get(resource) for resource in (PROJECTS, PROJECT, ENVIRONMENTS, ENVIRONMENT, CONNECTIONS, CONNECTION)]
    reads += [get(OVERRIDE), get(OVERRIDES, environmentName="PROD"), get(EFFECTIVE), get(MATRIX)]
    before = [read(api, names) for read in reads]

    upgraded()
    rows.write(api.client, [in_schema(rows.read(api.client, key), attribute, schema)])
    after = [read(api, names) for read in reads]
    item = get(resource)(api, names).body
    replaced = api.call("PUT", resource, names, item)

    assert {reply.status for reply in before} == {200}
    assert after == before
    assert item[attribute] == body[attribute]
    assert (replaced.status, replaced.body) == (200, as_replaced(item))
    assert get(resource)(api, names) == replaced
    row = read_table(api.client)[key]
    assert (row["schema"], row[attribute]) == (3, body[attribute])


def test_a_stored_result_of_an_older_schema_is_returned(
    api: Client, names: dict[str, str], upgraded: Callable[[], None]
) -> None:
    first = create(api, names)
    [key] = filter(rows.is_stored_result, read_table(api.client))
    row = rows.read(api.client, key)
    result = in_schema(row["result"]["M"], "connectionOverrides", 1)

    upgraded()
    rows.write(api.client, [{**row, "result": {"M": result}}])

    assert row["schema"] == {"N": "1"}
    assert create(api, names) == first
    assert first.status == 201


def test_a_stored_result_of_an_unknown_type_is_500_with_its_key_in_the_log(api: Client, names: dict[str, str]) -> None:
    [key] = filter(rows.is_stored_result, read_table(api.client))
    rows.change(api.client, key, "resultType", {"S": "Vault"})

    reply = create(api, names)

    assert (reply.status, reply.body["type"]) == (500, "/v1/problems/internal-error")
    assert key[0] in api.log[-1]["reason"]


def test_items_created_next_to_rows_of_an_older_schema_have_the_newest(
    api: Client, names: dict[str, str], upgraded: Callable[[], None]
) -> None:
    before = read_table(api.client)

    upgraded()
    assert create_another(api, names).status == 201

    added = {key: row for key, row in read_table(api.client).items() if key not in before}
    assert rows.override(names["projectId"], "LIVE", "Salesforce") in added
    assert {row["schema"] for row in added.values()} == {3}
    assert_nothing_is_orphaned_or_miscounted(api.client)


def test_rows_of_the_first_schema_version_are_read_and_replaced(api: Client, names: dict[str, str]) -> None:
    before = read_table(api.client)
    for key in before:
        rows.change(api.client, key, "schema", {"N": "1"})

    reads = [
        get(resource)(api, names) for resource in (PROJECT, ENVIRONMENTS, CONNECTIONS, CONNECTION, OVERRIDE, EFFECTIVE)
    ]
    replaced = [
        api.call("PUT", PROJECT, names, {"name": "x"}),
        api.call("PUT", ENVIRONMENT, names, OPEN | {"description": "x"}),
        api.call("PUT", CONNECTION, names, {}),
        api.call("PUT", OVERRIDE, names, BARE_OVERRIDE),
    ]

    assert {reply.status for reply in reads} == {200}
    assert [(reply.status, reply.body["revision"]) for reply in replaced] == [(200, 2)] * 4
    assert create_another(api, names).status == 201
    replaced_keys = [
        rows.project_entry(names["projectId"]),
        rows.environment(names["projectId"], "PROD"),
        rows.connection(names["projectId"], "Salesforce"),
        rows.override(names["projectId"], "PROD", "Salesforce"),
    ]
    after = read_table(api.client)
    assert [after[key]["schema"] for key in replaced_keys] == [before[key]["schema"] for key in replaced_keys]
