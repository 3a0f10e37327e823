"""The layout of the table's rows: keys, counters and attributes. No other module of the tests knows it.

The keys are built by hand, so that tests detect a fault in the service's own keys.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from support.table import TABLE

type Key = tuple[str, str]
"""`pk` and `sk`."""

type Row = dict[str, Any]
"""A row as DynamoDB's JSON, in which each value has its type."""

COUNTERS: Final = frozenset({"environmentCount", "connectionCount", "overrideCount"})
OF_ITS_TYPE: Final = "of its type"
TYPE_MEMBERS: Final = ("platformConnectionType", "authProvider", "authType")

_BATCH: Final = 25


def project_entry(project: str, account: str = "acme") -> Key:
    """Return the key of a project in the account's list."""
    return account, f"P/{project}"


def project_state(project: str, account: str = "acme") -> Key:
    """Return the key of a project's counters."""
    return f"{account}/{project}", "P"


def environment(project: str, name: str, account: str = "acme") -> Key:
    return f"{account}/{project}", f"E/{name}"


def connection(project: str, name: str, account: str = "acme") -> Key:
    return f"{account}/{project}", f"C/{name}"


def override(project: str, environment_name: str, connection_name: str, account: str = "acme") -> Key:
    return f"{account}/{project}/O/{environment_name}", f"O/{connection_name}"


def protected_environments(project: str, account: str = "acme") -> Key:
    """Return the key of the names of a project's protected environments."""
    return f"{account}/{project}", "G"


def is_secret_use(key: Key) -> bool:
    return key[1].startswith("S/")


def is_stored_result(key: Key) -> bool:
    """Return whether it is the key of the stored result of a write with an `Idempotency-Key`."""
    return key[1] == "I"


def is_override(key: Key) -> bool:
    return key[1].startswith("O/")


def is_without_write_id(key: Key) -> bool:
    """Return whether a row with that key has no write ID."""
    return key[1] in {"P", "G"} or is_record(key) or is_expiry_marker(key)


def is_record(key: Key) -> bool:
    """Return whether it is the key of an entry in the history of an item, or of a project's change."""
    return key[1].startswith(("H/", "L/"))


def is_expiry_marker(key: Key) -> bool:
    """Return whether it is the key of the marker that an override will expire."""
    return key[1].startswith("X/")


def noted_as_protected(key: Key, row: Mapping[str, Any]) -> set[Key]:
    """Return the environments in a row of names of protected environments."""
    return {(key[0], f"E/{name}") for name in row.get("names", ())} if key[1] == "G" else set()


def parents(key: Key) -> list[tuple[Key, str]]:
    """Return the rows that must exist for this one, each with the counter that counts this one, if any."""
    account, *path = key[0].split("/")
    match path, key[1].split("/"):
        case [], ["P", project]:
            return [(project_state(project, account), "")]
        case [project], ["P"] | ["S", _] | ["G"]:
            return [(project_entry(project, account), "")]
        case [project], ["E", _]:
            return [(project_entry(project, account), ""), (project_state(project, account), "environmentCount")]
        case [project], ["C", _]:
            return [(project_entry(project, account), ""), (project_state(project, account), "connectionCount")]
        # A stored result outlives its item, and so does what is recorded of a change.
        case (
            (["I", _], ["I"])
            | ([_, "L"], ["L", _])
            | ([_], ["H", "C" | "E", _, _])
            | ([_, "O", _], ["H" | "X", "O", _, _])
        ):
            return []
        case [project, "O", environment_name], ["O", connection_name]:
            return [
                (environment(project, environment_name, account), "overrideCount"),
                (connection(project, connection_name, account), OF_ITS_TYPE),
            ]
    raise AssertionError(f"a key of no item: {key}")


def typed(key: Key) -> Row:
    """Return a key in DynamoDB's JSON."""
    return {"pk": {"S": key[0]}, "sk": {"S": key[1]}}


def key_of(row: Row) -> Key:
    return row["pk"]["S"], row["sk"]["S"]


def key_of_action(item: Mapping[str, Any]) -> Key:
    """Return the key of the item in an action of a transaction."""
    [(kind, action)] = item.items()
    return key_of(action["Item" if kind == "Put" else "Key"])


def read_all(client: Any) -> list[Row]:
    """Return every row."""
    pages = client.get_paginator("scan").paginate(TableName=TABLE, ConsistentRead=True)
    return [row for page in pages for row in page["Items"]]


def read(client: Any, key: Key) -> Row:
    row: Row = client.get_item(TableName=TABLE, Key=typed(key), ConsistentRead=True)["Item"]
    return row


def read_overrides(client: Any, project: str, environment_name: str) -> list[Row]:
    """Return the overrides of an environment, at most 1 MB of them."""
    partition, prefix = override(project, environment_name, "")
    reply = client.query(
        TableName=TABLE,
        KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
        ExpressionAttributeValues={":pk": {"S": partition}, ":prefix": {"S": prefix}},
        ConsistentRead=True,
    )
    assert "LastEvaluatedKey" not in reply
    found: list[Row] = reply["Items"]
    return found


def write(client: Any, rows: Iterable[Row]) -> None:
    """Write rows into the table unchanged."""
    requests = [{"PutRequest": {"Item": row}} for row in rows]
    for start in range(0, len(requests), _BATCH):
        reply = client.batch_write_item(RequestItems={TABLE: requests[start : start + _BATCH]})
        assert not reply.get("UnprocessedItems")


def delete(client: Any, key: Key) -> None:
    client.delete_item(TableName=TABLE, Key=typed(key))


def change(client: Any, key: Key, attribute: str, value: Mapping[str, object]) -> None:
    """Set an attribute of a row, which need not exist."""
    _update(client, key, "SET #attribute = :value", attribute, value)


def add(client: Any, key: Key, attribute: str, number: int) -> None:
    """Add a number to an attribute of a row, which need not exist."""
    _update(client, key, "ADD #attribute :value", attribute, {"N": str(number)})


def _update(client: Any, key: Key, expression: str, attribute: str, value: Mapping[str, object]) -> None:
    client.update_item(
        TableName=TABLE,
        Key=typed(key),
        UpdateExpression=expression,
        ExpressionAttributeNames={"#attribute": attribute},
        ExpressionAttributeValues={":value": value},
    )


def copied(value: Any, name: str, copy: str) -> Any:
    """Return a row, or a part of one, with a name replaced wherever it occurs in a text."""
    match value:
        case dict():
            return {key: copied(member, name, copy) for key, member in value.items()}
        case list():
            return [copied(member, name, copy) for member in value]
        case str():
            return value.replace(name, copy)
        case _:
            return value


def copy_environment(client: Any, project: str, name: str, copies: Iterable[str]) -> None:
    """Copy the environment of that name under other names, each with its overrides.

    One is created by a request, and these are copies: requests for all of them would take a tenth of the time of all
    tests. The secrets of the copied overrides are not recorded as used in them.
    """
    copies = list(copies)
    originals = [read(client, environment(project, name)), *read_overrides(client, project, name)]
    write(client, [copied(row, name, copy) for row in originals for copy in copies])
    add(client, project_state(project), "environmentCount", len(copies))
    add(client, project_state(project), "environmentRevision", len(copies))


def copy_connection(client: Any, project: str, name: str, copies: Iterable[str]) -> None:
    """Copy the connection of that name under other names, each with its overrides, in the same way.

    If the name of a secret contains that of the connection, each copy has its own secret.
    """
    copies = list(copies)
    sort_key = override(project, "", name)[1]
    overrides = [row for row in read_all(client) if row["sk"]["S"] == sort_key and row["projectId"]["S"] == project]
    originals = [read(client, connection(project, name)), *overrides]
    write(client, [copied(row, name, copy) for row in originals for copy in copies])
    add(client, project_state(project), "connectionCount", len(copies))
    for row in overrides:
        add(client, environment(project, row["environmentName"]["S"]), "overrideCount", len(copies))
