"""Schemas: what pydantic derives from the models, without what only Powertools needs."""

import json
import re
from typing import Any

type Json = dict[str, Any]


def without_titles(node: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return the document without the titles that pydantic generates of names."""
    if isinstance(node, list):
        return [without_titles(item) for item in node]
    if not isinstance(node, dict):
        return node
    is_schema = not node.keys().isdisjoint({"type", "$ref", "anyOf", "oneOf"})
    return {
        name: value if name in {"example", "examples"} else without_titles(value)
        for name, value in node.items()
        if not (name == "title" and is_schema and isinstance(value, str))
    }


def used_schemas(document: Json) -> Json:
    """Return the document's schemas that an operation refers to."""
    schemas: Json = document["components"]["schemas"]
    components = {name: part for name, part in document["components"].items() if name != "schemas"}
    used: set[str] = set()
    waiting = _references({**document, "components": components})
    while waiting:
        name = waiting.pop()
        if name not in used:
            used.add(name)
            waiting += _references(schemas[name])
    return {name: schemas[name] for name in sorted(used)}


def _references(part: Json) -> list[str]:
    return re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(part))
