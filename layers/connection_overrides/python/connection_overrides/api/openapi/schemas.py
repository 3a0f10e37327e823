"""Schemas: what pydantic derives from the models, without what only pydantic and Powertools need."""

import json
import re
from collections.abc import Collection
from typing import Any, Final

from connection_overrides.domain.connection_types import CONNECTION_TYPES, PropertiesShape
from connection_overrides.domain.secret_references import SHAPES

_REFERENCE: Final = "#/components/schemas/"

type Json = dict[str, Any]


def property_schemas() -> Json:
    """Return the schemas of `connectionProperties`: the shapes, and which connection type has which."""
    schemas: Json = {}
    for shape, model in SHAPES.items():
        schema = model.model_json_schema(ref_template=_REFERENCE + "{model}")
        schemas |= {shape.value: schema["properties"]["connectionProperties"], **schema["$defs"]}
    schemas["WarehouseProperty"]["oneOf"] = [{"required": ["value"]}, {"required": ["secretName"]}]
    schemas["WarehouseProperties"] |= {
        "additionalProperties": False,
        "description": "Properties of a warehouse by their names. One whose name says that it is sensitive must be a "
        "reference to a secret.",
    }
    schemas["ConnectionProperties"] = {
        "description": f"Names the secret. The connection's type determines the shape:\n\n{_table()}",
        "oneOf": [{"$ref": _REFERENCE + shape.value} for shape in PropertiesShape],
    }
    return schemas


def _table() -> str:
    rows = [("platformConnectionType", "authProvider", "authType", "connectionProperties"), ("---",) * 4]
    for row in CONNECTION_TYPES:
        auth_types = ", ".join(f"`{auth_type}`" for auth_type in sorted(row.auth_types))
        rows.append((f"`{row.platform_connection_type}`", row.describe_providers(), auth_types, row.shape.value))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def clean(node: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return the document without generated titles and without null, which counts as left out.

    Members called `connectionProperties` get the schema of their shapes.
    """
    if isinstance(node, list):
        return [clean(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = without_null(node)
    is_schema = not node.keys().isdisjoint({"type", "$ref", "anyOf", "oneOf"})
    result: Json = {}
    for name, value in node.items():
        if name in {"example", "examples"}:
            result[name] = value
        elif name == "properties":
            result[name] = _clean_members(value, node.get("required", ()))
        elif not (name == "title" and is_schema):
            result[name] = clean(value)
    return result


def _clean_members(members: Json, required: Collection[str]) -> Json:
    # A required member that may be null is shown as null.
    cleaned = {name: clean(_nullable(schema) if name in required else schema) for name, schema in members.items()}
    if "connectionProperties" in members:
        cleaned["connectionProperties"] = {"$ref": f"{_REFERENCE}ConnectionProperties"}
    return cleaned


def _nullable(schema: Json) -> Json:
    if "anyOf" not in schema:
        return schema
    rest = {name: value for name, value in schema.items() if name not in {"anyOf", "default"}}
    return {**rest, "oneOf": schema["anyOf"]}


def without_null(schema: Json) -> Json:
    """Return the schema of an optional member or parameter without null."""
    alternatives = schema.get("anyOf", [])
    if {"type": "null"} not in alternatives:
        return schema
    [only] = [one for one in alternatives if one != {"type": "null"}]
    rest = {name: value for name, value in schema.items() if name not in {"anyOf", "default"}}
    return {**rest, **only}


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
    return re.findall(f'"{_REFERENCE}([^"]+)"', json.dumps(part))
