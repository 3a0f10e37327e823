"""Histories of items and changes of a project, as clients read them."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from support import rows
from support.invariants import Rows, read_table
from support.registry import CONNECTION, ENVIRONMENT, OVERRIDE, PROJECT, Client, Reply

CHANGES: Final = f"{PROJECT}/changes"
ITEMS: Final = {"override": OVERRIDE, "connection": CONNECTION, "environment": ENVIRONMENT}
"""The path of an item whose history is kept, by its kind."""

UNKNOWN_CHANGE: Final = "00000000-0000-7000-8000-000000000000"

type Touched = tuple[str, str, str | None, str | None]
"""What a change did to an item: kind, action, and the names of its environment and its connection."""


def records(client: Any) -> Rows:
    """Return the rows that record changes."""
    return {key: row for key, row in read_table(client).items() if rows.is_record(key)}


def entries(api: Client, names: Mapping[str, str], kind: str = "override") -> list[Any]:
    """Return the whole history of an item, newest first."""
    reply = api.call("GET", f"{ITEMS[kind]}/history", names, query={"limit": "100"})
    assert reply.status == 200, reply
    assert "nextCursor" not in reply.body
    found: list[Any] = reply.body["results"]
    return found


def changes(api: Client, project: str, **filters: str) -> list[Any]:
    """Return all changes of a project that match, newest first."""
    reply = api.call("GET", CHANGES, {"projectId": project}, query={"limit": "100", **filters})
    assert reply.status == 200, reply
    assert "nextCursor" not in reply.body
    found: list[Any] = reply.body["results"]
    return found


def touched(change: Mapping[str, Any]) -> list[Touched]:
    """Return what the change did."""
    return sorted(
        (item["kind"], item["action"], item.get("environmentName"), item.get("connectionName"))
        for item in change["items"]
    )


def change_path(kind: str, suffix: str = "") -> str:
    return f"{ITEMS[kind]}/history/{{changeId}}{suffix}"


def restore(
    api: Client, names: Mapping[str, str], change_id: str, kind: str = "override", **options: Mapping[str, str]
) -> Reply:
    """Restore an item; `options` are query and headers."""
    return api.call("POST", change_path(kind, "/restore"), {**names, "changeId": change_id}, **options)


def later(moment: str, milliseconds: int) -> str:
    """Return the moment so many milliseconds later, as responses write it."""
    date = datetime.fromisoformat(moment) + timedelta(milliseconds=milliseconds)
    return date.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def pages(api: Client, resource: str, names: Mapping[str, str], query: Mapping[str, str]) -> Iterator[list[Any]]:
    """Yield the results of each page of a list."""
    cursor: Mapping[str, str] = {}
    while True:
        reply = api.call("GET", resource, names, query={**query, **cursor})
        assert reply.status == 200, reply
        yield reply.body["results"]
        if "nextCursor" not in reply.body:
            return
        cursor = {"cursor": reply.body["nextCursor"]}
