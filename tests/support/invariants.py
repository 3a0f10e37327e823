"""What must hold of the whole table whenever no request is under way, whatever was asked before."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from boto3.dynamodb.types import TypeDeserializer
from support.registry import TABLE

type Key = tuple[str, str]
type Rows = dict[Key, Mapping[str, Any]]

_deserialize: Final = TypeDeserializer().deserialize
_COUNTERS: Final = frozenset({"environmentCount", "connectionCount", "overrideCount"})
_OF_ITS_KIND: Final = "of its kind"
_KIND: Final = ("platformConnectionType", "authProvider", "authType")


def read_table(client: Any) -> Rows:
    """Return every row of the table by its key, read consistently."""
    rows: Rows = {}
    for page in client.get_paginator("scan").paginate(TableName=TABLE, ConsistentRead=True):
        for item in page["Items"]:
            row = {name: _deserialize(value) for name, value in item.items()}
            rows[row["pk"], row["sk"]] = row
    return rows


def assert_nothing_is_orphaned_or_miscounted(client: Any) -> None:
    """Assert that every row has its parents, every parent counts its rows, and every override is of its kind.

    The keys are taken apart here by hand, so that a fault of the service's own keys shows as well.
    """
    broken = list(_broken(read_table(client)))
    assert not broken, "\n".join(broken)


def _broken(rows: Rows) -> Iterator[str]:
    held: Counter[tuple[Key, str]] = Counter()
    for key, row in rows.items():
        name = " ".join(key)
        for parent, counter in _parents(key):
            held[parent, counter] += 1
            if parent not in rows:
                yield f"{name} is an orphan: there is no {' '.join(parent)}"
            elif counter == _OF_ITS_KIND and any(rows[parent].get(member) != row[member] for member in _KIND):
                yield f"{name} is of another kind than its connection"
        # A counter that is raised on an item that is gone makes an item of the counter alone.
        if key[1] not in {"P", "G"} and "writeId" not in row:
            yield f"{name} was brought back by a counter"
    for key, row in rows.items():
        for counter in _COUNTERS & row.keys():
            if row[counter] != held[key, counter]:
                yield f"{' '.join(key)} has {counter} {row[counter]}, but holds {held[key, counter]}"
    protected = {key for key, row in rows.items() if row.get("protected")}
    noted = {(pk, f"E/{name}") for (pk, sk), row in rows.items() if sk == "G" for name in row.get("names", ())}
    for pk, sk in protected ^ noted:
        yield f"{pk} {sk} is protected, or noted as such, but not both"


def _parents(key: Key) -> list[tuple[Key, str]]:
    """Return the rows without which this one must not be, each with the counter that counts this one, if any."""
    account, *path = key[0].split("/")
    match path, key[1].split("/"):
        case [], ["P", project_id]:
            return [((f"{account}/{project_id}", "P"), "")]
        case [project_id], ["P"] | ["S", _] | ["G"]:
            return [((account, f"P/{project_id}"), "")]
        case [project_id], ["E", _]:
            return [((account, f"P/{project_id}"), ""), ((key[0], "P"), "environmentCount")]
        case [project_id], ["C", _]:
            return [((account, f"P/{project_id}"), ""), ((key[0], "P"), "connectionCount")]
        # The first answer to a write: it outlives what it tells of.
        case ["I", _], ["I"]:
            return []
        case [project_id, "O", environment], ["O", connection]:
            project = f"{account}/{project_id}"
            return [((project, f"E/{environment}"), "overrideCount"), ((project, f"C/{connection}"), _OF_ITS_KIND)]
    raise AssertionError(f"a key of no item: {key}")
