"""Invariants of the whole table, which hold whenever no request is in progress."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from boto3.dynamodb.types import TypeDeserializer
from support import rows as layout
from support.rows import COUNTERS, OF_ITS_TYPE, TYPE_MEMBERS, Key

type Rows = dict[Key, Mapping[str, Any]]

_deserialize: Final = TypeDeserializer().deserialize


def read_table(client: Any) -> Rows:
    """Return every row of the table by its key, read consistently."""
    return {
        layout.key_of(row): {name: _deserialize(value) for name, value in row.items()}
        for row in layout.read_all(client)
    }


def assert_nothing_is_orphaned_or_miscounted(client: Any) -> None:
    """Assert that every row has its parents, every counter is correct, and every override has its connection's type."""
    broken = list(_broken(read_table(client)))
    assert not broken, "\n".join(broken)


def _broken(rows: Rows) -> Iterator[str]:
    held: Counter[tuple[Key, str]] = Counter()
    for key, row in rows.items():
        name = " ".join(key)
        for parent, counter in layout.parents(key):
            held[parent, counter] += 1
            if parent not in rows:
                yield f"{name} is an orphan: there is no {' '.join(parent)}"
            elif counter == OF_ITS_TYPE and any(rows[parent].get(member) != row[member] for member in TYPE_MEMBERS):
                yield f"{name} has another type than its connection"
        # A counter that is incremented on a deleted item creates an item with only that counter.
        if not layout.is_without_write_id(key) and "writeId" not in row:
            yield f"{name} was brought back by a counter"
    for key, row in rows.items():
        for counter in COUNTERS & row.keys():
            if row[counter] != held[key, counter]:
                yield f"{' '.join(key)} has {counter} {row[counter]}, but holds {held[key, counter]}"
    protected = {key for key, row in rows.items() if row.get("protected")}
    noted = {environment for key, row in rows.items() for environment in layout.noted_as_protected(key, row)}
    for pk, sk in protected ^ noted:
        yield f"{pk} {sk} is protected, or noted as such, but not both"
