"""Generate `docs/events/*.json`, a JSON Schema for each detail type: `python -m tools.event_schemas`.

`--check` only compares the files with the code. docs/events.md describes the events.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from connection_overrides.domain.history import REASON_MAX, Action, Change, ChangedItem, ItemKind, detail_type

FOLDER: Final = Path(__file__).parents[1] / "docs" / "events"
SOURCE: Final = "connection-overrides"

_OF_ITEMS: Final = (Action.CREATED, Action.REPLACED, Action.DELETED, Action.RESTORED)
ACTIONS: Final[Mapping[ItemKind, tuple[Action, ...]]] = {
    ItemKind.PROJECT: (Action.CREATED, Action.REPLACED),
    ItemKind.ENVIRONMENT: _OF_ITEMS,
    ItemKind.CONNECTION: _OF_ITEMS,
    ItemKind.OVERRIDE: (*_OF_ITEMS, Action.BLOCKED),
}
"""What can be done to each kind of item. A project has no history, so its deletion is no change."""

_NAMES: Final[Mapping[ItemKind, frozenset[str]]] = {
    ItemKind.PROJECT: frozenset(),
    ItemKind.ENVIRONMENT: frozenset({"environmentName"}),
    ItemKind.CONNECTION: frozenset({"connectionName"}),
    ItemKind.OVERRIDE: frozenset({"environmentName", "connectionName"}),
}

_DESCRIPTIONS: Final[Mapping[Action, str]] = {
    Action.CREATED: "The {kind} was created.",
    Action.REPLACED: "The {kind} was replaced.",
    Action.BLOCKED: "The {kind} was created or replaced, and blocks the connection in the environment.",
    Action.DELETED: "The {kind} was deleted.",
    Action.RESTORED: "The {kind} was restored to what it was after an earlier change.",
}


def schemas() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each detail type with the schema of its events."""
    for kind, actions in ACTIONS.items():
        for action in actions:
            name = detail_type(kind, action)
            detail = _detail(_NAMES[kind])
            yield (
                name,
                {
                    "$schema": "https://json-schema.org/draft/2020-12/schema",
                    "title": name,
                    "description": _DESCRIPTIONS[action].format(kind=kind.value),
                    "type": "object",
                    "properties": {
                        "source": {"const": SOURCE},
                        "detail-type": {"const": name},
                        "detail": {"type": "object", "properties": detail, "required": list(detail)},
                    },
                    "required": ["source", "detail-type", "detail"],
                },
            )


def _detail(names: frozenset[str]) -> dict[str, Any]:
    """Return the members of an event's detail, described as in the models."""
    described = {
        name: member.get("description")
        for model in (Change, ChangedItem)
        for name, member in model.model_json_schema(mode="serialization")["properties"].items()
    }

    def text(name: str, **rules: object) -> dict[str, Any]:
        description = described.get(name)
        return {"type": "string", **rules, **({"description": description} if description else {})}

    return {
        "account": {"type": "string", "minLength": 1, "description": "The tenant: the account of the token."},
        "projectId": {"type": "string", "format": "uuid"},
        "environmentName": text("environmentName", **_rules("environmentName" in names)),
        "connectionName": text("connectionName", **_rules("connectionName" in names)),
        "revision": text("revision", pattern="^[1-9][0-9]*$"),
        "changeId": text("changeId", format="uuid"),
        "changedBy": text("changedBy", minLength=1),
        "changedDate": text("changedDate", format="date-time"),
        "requestId": text("requestId", minLength=1),
        "reason": text("reason", maxLength=REASON_MAX) | {"description": "The request's `Change-Reason`, or empty."},
    }


def _rules(has_name: bool) -> dict[str, object]:  # noqa: FBT001 - the only argument
    return {"minLength": 1} if has_name else {"const": ""}


def render() -> dict[Path, str]:
    """Return the content of each file."""
    return {
        FOLDER / f"{name}.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n" for name, schema in schemas()
    }


def main(arguments: list[str]) -> int:
    """Write the files or, with `--check`, only compare them. Returns the exit code."""
    current = {path: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.json")}
    if arguments == ["--check"]:
        if current == render():
            return 0
        print("stale: make documents", file=sys.stderr)  # noqa: T201 - the console is its output
        return 1
    FOLDER.mkdir(exist_ok=True)
    for path in current.keys() - render().keys():
        path.unlink()
    for path, text in render().items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
