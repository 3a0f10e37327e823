"""Compare two versions of a schema, for requests (does it accept less?) or for responses (does it return less?).

Supports the JSON Schema keywords that this API's document uses.
"""

from collections.abc import Iterator
from typing import Any, Final

_LOWER_BOUNDS: Final = ("minimum", "minItems", "minLength", "minProperties")
_UPPER_BOUNDS: Final = ("maximum", "maxItems", "maxLength", "maxProperties")
_FIXED: Final = ("pattern", "const")
_ALTERNATIVES: Final = ("anyOf", "oneOf")
_REFERENCE: Final = "$ref"

type Json = dict[str, Any]


class Schemas:
    """Compares schemas of two documents. Does not follow references to a pair that it has already compared."""

    def __init__(self, old: Json, new: Json) -> None:
        self._old = old
        self._new = new

    def narrower(self, where: str, old: Json, new: Json) -> Iterator[str]:
        """Yield what the old schema accepts and the new one refuses."""
        yield from self._compare(where, old, new, is_request=True, seen=frozenset())

    def poorer(self, where: str, old: Json, new: Json) -> Iterator[str]:
        """Yield what the old schema returns and the new one does not, or in another form."""
        yield from self._compare(where, old, new, is_request=False, seen=frozenset())

    @staticmethod
    def resolved(node: Json, document: Json) -> tuple[Json, str]:
        """Return the target of a reference and its name. A schema without a reference is returned unchanged."""
        name = ""
        while _REFERENCE in node:
            name = str(node[_REFERENCE])
            target: Any = document
            for segment in name.removeprefix("#/").split("/"):
                target = target[segment]
            node = target
        return node, name

    def _compare(
        self, where: str, old: Json, new: Json, *, is_request: bool, seen: frozenset[tuple[str, str]]
    ) -> Iterator[str]:
        before, old_name = self._whole(old, self._old)
        after, new_name = self._whole(new, self._new)
        if old_name and (old_name, new_name) in seen:
            return
        seen |= {(old_name, new_name)}
        if _types(before) != _types(after):
            if not (is_request and _types(before) < _types(after)):
                yield f"{where} has another type"
            return
        if is_request:
            yield from _narrowed(where, before, after)
        elif "format" in before and before["format"] != after.get("format"):
            yield f"{where} has another format"
        yield from self._members(where, before, after, is_request=is_request, seen=seen)
        for word in ("items", "additionalProperties"):
            if isinstance(before.get(word), dict) and isinstance(after.get(word), dict):
                yield from self._compare(f"{where}[]", before[word], after[word], is_request=is_request, seen=seen)
        for pattern, schema in before.get("patternProperties", {}).items():
            changed = after.get("patternProperties", {}).get(pattern)
            if changed is None:
                yield f"{where} accepts other names"
            else:
                yield from self._compare(f"{where}.*", schema, changed, is_request=is_request, seen=seen)
        yield from self._alternatives(where, before, after, is_request=is_request, seen=seen)

    def _members(
        self, where: str, old: Json, new: Json, *, is_request: bool, seen: frozenset[tuple[str, str]]
    ) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        for name, schema in before.items():
            if name in after:
                yield from self._compare(f"{where}.{name}", schema, after[name], is_request=is_request, seen=seen)
            elif not is_request or new.get("additionalProperties") is False:
                yield f"{where}.{name} removed"
        required, still_required = set(old.get("required", [])), set(new.get("required", []))
        if is_request:
            yield from (f"{where}.{name} is now required" for name in sorted(still_required - required))
        else:
            yield from (f"{where}.{name} is no longer guaranteed" for name in sorted(required - still_required))

    def _alternatives(
        self, where: str, old: Json, new: Json, *, is_request: bool, seen: frozenset[tuple[str, str]]
    ) -> Iterator[str]:
        """Compare alternatives with the same name or, without a name, at the same position."""
        before, after = _alternatives_of(old), _alternatives_of(new)
        for key, schema in before.items():
            if key in after:
                yield from self._compare(where, schema, after[key], is_request=is_request, seen=seen)
            elif is_request:
                yield f"{where} no longer accepts {key.rpartition('/')[2]}"
        if is_request and after and not before:
            yield f"{where} now accepts only certain alternatives"

    def _whole(self, node: Json, document: Json) -> tuple[Json, str]:
        """Return the schema with its `allOf` parts merged into it."""
        schema, name = self.resolved(node, document)
        if "allOf" not in schema:
            return schema, name
        whole: Json = {}
        for part in [*schema["allOf"], {word: value for word, value in schema.items() if word != "allOf"}]:
            merged, _ = self._whole(part, document)
            whole = {
                **whole,
                **merged,
                "properties": {**whole.get("properties", {}), **merged.get("properties", {})},
                "required": [*whole.get("required", []), *merged.get("required", [])],
            }
        return whole, name


def _narrowed(where: str, old: Json, new: Json) -> Iterator[str]:
    for word in _LOWER_BOUNDS:
        if word in new and new[word] > old.get(word, float("-inf")):
            yield f"{where} has a higher {word}"
    for word in _UPPER_BOUNDS:
        if word in new and new[word] < old.get(word, float("inf")):
            yield f"{where} has a lower {word}"
    for word in _FIXED:
        if word in new and new[word] != old.get(word):
            yield f"{where} has another {word}"
    if "enum" in new:
        lost = [value for value in old.get("enum", ["other values"]) if value not in new["enum"]]
        yield from (f"{where} no longer accepts {value}" for value in lost)
    if new.get("additionalProperties") is False and old.get("additionalProperties", True) is not False:
        yield f"{where} no longer accepts other members"


def _types(schema: Json) -> frozenset[str]:
    """Return the types. A schema that accepts numbers accepts integers."""
    types = schema.get("type", [])
    listed = {types} if isinstance(types, str) else set(types)
    return frozenset(listed | ({"integer"} if "number" in listed else set()))


def _alternatives_of(schema: Json) -> dict[str, Json]:
    return {
        str(one.get(_REFERENCE, f"{word} {place}")): one
        for word in _ALTERNATIVES
        for place, one in enumerate(schema.get(word, []))
    }
