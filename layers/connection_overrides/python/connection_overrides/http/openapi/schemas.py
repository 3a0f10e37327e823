"""Schemas: what the models say, in the words of the API and without what only the library needs."""

from collections.abc import Iterator
from typing import Any, Final

from connection_overrides.model.kinds import KINDS, Kind, PropertyShape, describe_providers
from connection_overrides.model.properties import PROPERTY_ADAPTERS

_REFERENCE: Final = "#/components/schemas/"
_NAMES: Final = {
    PropertyShape.SECRET: "SecretProperties",
    PropertyShape.CREDENTIAL: "CredentialProperties",
    PropertyShape.PROPERTY_MAP: "WarehouseProperties",
}

type Json = dict[str, Any]


def property_schemas() -> Json:
    """Return the schemas of `connectionProperties`: the shapes, and which kind takes which."""
    schemas: Json = {}
    for shape, name in _NAMES.items():
        schema = PROPERTY_ADAPTERS[shape].json_schema(by_alias=True, ref_template=_REFERENCE + "{model}")
        schemas |= schema.pop("$defs", {})
        schemas[name] = schema
    schemas["WarehouseProperty"]["oneOf"] = [{"required": ["value"]}, {"required": ["secretName"]}]
    schemas["WarehouseProperties"] |= {
        "additionalProperties": False,
        "description": "Properties of a warehouse by their names. One whose name says that it is sensitive must be a "
        "reference to a secret.",
    }
    schemas["ConnectionProperties"] = {
        "description": f"Which secret. The connection's kind decides the shape:\n\n{_kinds()}",
        "oneOf": [{"$ref": _REFERENCE + name} for name in _NAMES.values()],
    }
    return schemas


def _kinds() -> str:
    head = ("platformConnectionType", "authProvider", "authType", "connectionProperties")
    rows = [head, tuple("---" for _ in head), *map(_row, KINDS)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _row(kind: Kind) -> tuple[str, ...]:
    return (
        f"`{kind.platform_connection_type}`",
        describe_providers(kind),
        ", ".join(f"`{auth_type}`" for auth_type in sorted(kind.auth_types)),
        _NAMES[kind.shape],
    )


def cleaned(node: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return the document without generated titles and without null, which counts as left out.

    Members called `connectionProperties` get the schema of their shapes, whole numbers lose their `.0`, and pages are
    called after what they hold.
    """
    match node:
        case dict():
            return _cleaned_object(node)
        case list():
            return [cleaned(item) for item in node]
        case float() if node.is_integer():
            return int(node)
        case str() if node.startswith(_REFERENCE):
            return _REFERENCE + _schema_name(node.removeprefix(_REFERENCE))
        case _:
            return node


def _cleaned_object(node: Json) -> Json:
    node = _without_null(node)
    if isinstance(node.get("title"), str) and ("type" in node or "$ref" in node or "anyOf" in node or "oneOf" in node):
        node = {name: value for name, value in node.items() if name != "title"}
    result = {}
    for name, value in node.items():
        if name in {"example", "examples"}:
            result[name] = value
        elif name == "properties":
            result[name] = {member: _member(member, schema) for member, schema in value.items()}
        elif name == "schemas":
            result[name] = {_schema_name(schema): cleaned(value[schema]) for schema in sorted(value, key=_schema_name)}
        else:
            result[name] = cleaned(value)
    return result


def _member(name: str, schema: Json) -> Json:
    if name == "connectionProperties":
        return {"$ref": f"{_REFERENCE}ConnectionProperties"}
    member: Json = cleaned(schema)
    return member


def _without_null(node: Json) -> Json:
    alternatives = node.get("anyOf", [])
    if {"type": "null"} not in alternatives:
        return node
    [only] = [one for one in alternatives if one != {"type": "null"}]
    rest = {name: value for name, value in node.items() if name != "anyOf"}
    return {**only, **{name: value for name, value in rest.items() if not (name == "default" and value is None)}}


def _schema_name(name: str) -> str:
    """`PageReply_ProjectReply_` is `ProjectPage`."""
    if name.startswith("PageReply_"):
        return f"{name.removeprefix('PageReply_').rstrip('_').removesuffix('Reply')}Page"
    return name


def used_schemas(document: Json) -> Json:
    """Return the document's schemas that an operation leads to."""
    schemas: Json = document["components"]["schemas"]
    rest = {
        **document,
        "components": {name: part for name, part in document["components"].items() if name != "schemas"},
    }
    used: set[str] = set()
    waiting = list(_references(rest))
    while waiting:
        name = waiting.pop()
        if name not in used:
            used.add(name)
            waiting += _references(schemas[name])
    return {name: schema for name, schema in schemas.items() if name in used}


def _references(node: object) -> Iterator[str]:
    match node:
        case dict():
            for value in node.values():
                yield from _references(value)
        case list():
            for value in node:
                yield from _references(value)
        case str() if node.startswith(_REFERENCE):
            yield node.removeprefix(_REFERENCE)
