"""Compare two versions of a schema, for requests (does it accept less?) or for responses (does it return less?).

A schema is read as the cases that it allows, one for each type and alternative. So `anyOf` of a string and null is the
same as the type `["string", "null"]`, one alternative the same as none, and `const` the same as an `enum` of one value.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product
from typing import Any, Final, NamedTuple

from tools.document_words import SCHEMA_ANNOTATIONS

type Json = dict[str, Any]
type Schema = Json | bool
type Pair = tuple[str, str]

_REFERENCE: Final = "$ref"
_GROUPS: Final = "groups"
"""In a merged schema: the lists of alternatives of which each value takes one."""
_IGNORED: Final = SCHEMA_ANNOTATIONS | {"$defs", "allOf", "anyOf", "const", "oneOf"}

_LOWER_BOUNDS: Final = ("exclusiveMinimum", "minimum", "minItems", "minLength", "minProperties")
_UPPER_BOUNDS: Final = ("exclusiveMaximum", "maximum", "maxItems", "maxLength", "maxProperties")
_FORMS: Final = ("contentEncoding", "contentMediaType", "format")
_RULES: Final = ("dependentRequired", "multipleOf", "pattern", "uniqueItems")
_PARTS: Final = {"additionalProperties": ".*", "items": "[]", "propertyNames": " (names)"}

_NUMERIC: Final = frozenset({"exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum", "multipleOf"})
_WORDS_OF_TYPE: Final[Mapping[str, frozenset[str]]] = {
    "array": frozenset({"items", "maxItems", "minItems", "uniqueItems"}),
    "integer": _NUMERIC,
    "number": _NUMERIC,
    "object": frozenset(
        {
            *("additionalProperties", "dependentRequired", "maxProperties", "minProperties", "patternProperties"),
            *("properties", "propertyNames", "required"),
        }
    ),
    "string": frozenset({"contentEncoding", "contentMediaType", "maxLength", "minLength", "pattern"}),
}
_WORDS_OF_TYPES: Final = frozenset[str]().union(*_WORDS_OF_TYPE.values())
_VALUES_OF_TYPE: Final[Mapping[str, int]] = {"boolean": 2, "null": 1}
_ANY: Final = ""
"""The type of a case that allows every type."""


class CannotCompareError(Exception):
    """A schema combines words in a way that this comparison does not support."""


class _Case(NamedTuple):
    """What a schema allows of one type. `name` is the reference that led to it."""

    type: str
    name: str
    schema: Json

    def covers(self, other: "_Case") -> bool:
        return self.type in {_ANY, other.type} or (self.type, other.type) == ("number", "integer")


class Schemas:
    """Compares schemas of two documents. Does not follow references to a pair that it is comparing already."""

    def __init__(self, old: Json, new: Json) -> None:
        self._old = old
        self._new = new

    def narrower(self, where: str, old: Schema, new: Schema) -> Iterator[str]:
        """Yield what the old schema accepts and the new one refuses."""
        yield from self._compare(where, old, new, is_request=True, seen=frozenset())

    def poorer(self, where: str, old: Schema, new: Schema) -> Iterator[str]:
        """Yield what the old schema returns and the new one does not, or in another form."""
        yield from self._compare(where, old, new, is_request=False, seen=frozenset())

    def other_default(self, where: str, old: Schema, new: Schema, *, is_request: bool = True) -> Iterator[str]:
        """Yield whether a value that is left out means something else. A default of null is as good as none.

        A new default may change what a request means. In a response, it only says what was left unsaid.
        """
        before = json.dumps(_whole(old, self._old)[0].get("default"))
        after = json.dumps(_whole(new, self._new)[0].get("default"))
        if before != after and (is_request or before != "null"):
            yield f"{where} has the default {after} instead of {before}".replace("null", "none")

    @staticmethod
    def resolved(node: Json, document: Json) -> tuple[Json, str]:
        """Return the target of a reference and its name. An object without a reference is returned unchanged."""
        return _resolved(node, document)

    def _compare(
        self, where: str, old: Schema, new: Schema, *, is_request: bool, seen: frozenset[Pair]
    ) -> Iterator[str]:
        before, after = _cases(old, self._old), _cases(new, self._new)
        wide, narrow = (after, before) if is_request else (before, after)
        if not all(any(case.covers(other) for case in wide) for other in narrow):
            yield f"{where} has another type"
            return
        for case in before:
            yield from self._case(where, case, after, only=len(before) == 1, is_request=is_request, seen=seen)
        if len(before) > 1 and len(after) > 1:
            yield from self._discriminator(where, old, new, is_request=is_request, seen=seen)

    def _case(
        self, where: str, old: _Case, after: list[_Case], *, only: bool, is_request: bool, seen: frozenset[Pair]
    ) -> Iterator[str]:
        """Compare a case with the one of the same name or, without it, with the one that differs least."""
        candidates = [case for case in after if (case.covers(old) if is_request else old.covers(case))]
        named = [case for case in candidates if case.name and case.name == old.name]
        found = [[*self._pair(where, old, case, is_request=is_request, seen=seen)] for case in named or candidates]
        least = min(found, key=len, default=[])
        if only or named or not old.name or old.name.endswith("+"):
            yield from least
        elif least and is_request:
            yield f"{where} no longer accepts {old.name.rpartition('/')[2]}"

    def _pair(self, where: str, old: _Case, new: _Case, *, is_request: bool, seen: frozenset[Pair]) -> Iterator[str]:
        if old.name and (old.name, new.name) in seen:
            return
        seen |= {(old.name, new.name)}
        before, after = old.schema, new.schema
        yield from (_narrowed if is_request else _changed)(where, before, after)
        yield from self._members(where, before, after, is_request=is_request, seen=seen)
        for word, place in _PARTS.items():
            first, second = before.get(word, True), after.get(word, True)
            if (word in before or word in after) and first is not False and second is not False:
                yield from self._compare(f"{where}{place}", first, second, is_request=is_request, seen=seen)
        for pattern, schema in before.get("patternProperties", {}).items():
            changed = after.get("patternProperties", {}).get(pattern)
            if changed is None:
                yield f"{where} accepts other names"
            else:
                yield from self._compare(f"{where}.*", schema, changed, is_request=is_request, seen=seen)

    def _members(self, where: str, old: Json, new: Json, *, is_request: bool, seen: frozenset[Pair]) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        required, still_required = set(old.get("required", [])), set(new.get("required", []))
        others = new.get("additionalProperties", True)
        for name, schema in before.items():
            if name in after:
                yield from self._compare(f"{where}.{name}", schema, after[name], is_request=is_request, seen=seen)
                if name not in required & still_required:
                    yield from self.other_default(f"{where}.{name}", schema, after[name], is_request=is_request)
            elif not is_request or others is False:
                yield f"{where}.{name} removed"
            else:
                yield from self._compare(f"{where}.{name}", schema, others, is_request=is_request, seen=seen)
        if is_request:
            yield from (f"{where}.{name} is now required" for name in sorted(still_required - required))
        else:
            yield from (f"{where}.{name} is no longer guaranteed" for name in sorted(required - still_required))

    def _discriminator(
        self, where: str, old: Schema, new: Schema, *, is_request: bool, seen: frozenset[Pair]
    ) -> Iterator[str]:
        before = _whole(old, self._old)[0].get("discriminator", {})
        after = _whole(new, self._new)[0].get("discriminator", {})
        if before and before.get("propertyName") != after.get("propertyName"):
            yield f"{where} has another discriminator"
        targets = after.get("mapping", {})
        for value, target in before.get("mapping", {}).items():
            if value in targets:
                pair = {_REFERENCE: target}, {_REFERENCE: targets[value]}
                yield from self._compare(where, *pair, is_request=is_request, seen=seen)
            elif is_request:
                yield f"{where} no longer accepts {value}"


def _resolved(node: Json, document: Json) -> tuple[Json, str]:
    name = ""
    while _REFERENCE in node:
        name = str(node[_REFERENCE])
        beside = {word: value for word, value in node.items() if word not in SCHEMA_ANNOTATIONS | {_REFERENCE}}
        node = document
        for segment in name.removeprefix("#/").split("/"):
            node = node[segment.replace("~1", "/").replace("~0", "~")]
        if beside:
            return {"allOf": [node], **beside}, f"{name}+"
    return node, name


def _whole(node: Schema, document: Json) -> tuple[Json, str]:
    """Return the schema with its references and `allOf` merged into it, without annotations, and its name.

    A name with `+` is that of a part.
    """
    if isinstance(node, bool):
        return ({} if node else {"enum": []}), ""
    schema, name = _resolved(node, document)
    own = {word: value for word, value in schema.items() if word not in _IGNORED}
    if "const" in schema:
        own = _merged(own, {"enum": [schema["const"]]})
    groups = [schema[word] for word in ("anyOf", "oneOf") if word in schema]
    if several := [group for group in groups if len(group) != 1]:
        own[_GROUPS] = several
    whole: Json = {}
    for part in [*schema.get("allOf", []), *(group[0] for group in groups if len(group) == 1)]:
        merged, part_name = _whole(part, document)
        whole = _merged(whole, merged)
        name = name or (part_name and part_name.rstrip("+") + "+" * bool(own or len(schema.get("allOf", [])) > 1))
    return _merged(whole, own), name


def _cases(node: Schema, document: Json) -> list[_Case]:
    schema, name = _whole(node, document)
    rest = {word: value for word, value in schema.items() if word not in {_GROUPS, "discriminator"}}
    if _GROUPS not in schema:
        return [_Case(kind, name, _of_type(kind, rest)) for kind in _types(rest)]
    return _united(
        case._replace(name=case.name or (name and f"{name}+"))
        for parts in product(*schema[_GROUPS])
        for case in _cases({"allOf": [*parts, *([rest] if rest else [])]}, document)
    )


def _united(cases: Iterable[_Case]) -> list[_Case]:
    """Return the cases with those made one that differ in their enumerations only."""
    united: list[_Case] = []
    for case in cases:
        for place, other in enumerate(united):
            if (
                case.type == other.type
                and "enum" in case.schema
                and "enum" in other.schema
                and case.schema | {"enum": 0} == other.schema | {"enum": 0}
            ):
                values = [
                    *other.schema["enum"],
                    *(one for one in case.schema["enum"] if one not in other.schema["enum"]),
                ]
                united[place] = other._replace(schema=other.schema | {"enum": values})
                break
        else:
            united.append(case)
    return united


def _types(schema: Json) -> list[str]:
    if "type" in schema:
        return [schema["type"]] if isinstance(schema["type"], str) else list(schema["type"])
    return sorted({_type_of(value) for value in schema["enum"]}) if "enum" in schema else [_ANY]


def _type_of(value: object) -> str:
    kinds = ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"), (list, "array"), (dict, "object"))
    return next((kind for type_, kind in kinds if isinstance(value, type_)), "null")


def _of_type(kind: str, schema: Json) -> Json:
    """Return the words that say something about values of a type."""
    foreign = frozenset() if kind == _ANY else _WORDS_OF_TYPES - _WORDS_OF_TYPE.get(kind, frozenset())
    words = {word: value for word, value in schema.items() if word not in foreign | {"type"}}
    if "enum" in words and kind != _ANY:
        kinds = {kind, "integer"} if kind == "number" else {kind}
        words["enum"] = [value for value in words["enum"] if _type_of(value) in kinds]
        if len(words["enum"]) == _VALUES_OF_TYPE.get(kind):
            del words["enum"]
    return words


def _narrowed(where: str, old: Json, new: Json) -> Iterator[str]:
    for word in _LOWER_BOUNDS:
        if word in new and new[word] > old.get(word, float("-inf")):
            yield f"{where} has a higher {word}"
    for word in _UPPER_BOUNDS:
        if word in new and new[word] < old.get(word, float("inf")):
            yield f"{where} has a lower {word}"
    for word in _FORMS + _RULES:
        if new.get(word) and new[word] != old.get(word):
            yield f"{where} has another {word}"
    if "enum" in new:
        lost = [value for value in old.get("enum", ["other values"]) if value not in new["enum"]]
        yield from (f"{where} no longer accepts {value}" for value in lost)
    if new.get("additionalProperties") is False and old.get("additionalProperties", True) is not False:
        yield f"{where} no longer accepts other members"
    if new.get("readOnly") and not old.get("readOnly"):
        yield f"{where} is now read-only"


def _changed(where: str, old: Json, new: Json) -> Iterator[str]:
    for word in _FORMS:
        if word in old and old[word] != new.get(word):
            yield f"{where} has another {word}"
    if "enum" in old and "enum" in new and not [value for value in old["enum"] if value in new["enum"]]:
        yield f"{where} has none of its values"
    if new.get("writeOnly") and not old.get("writeOnly"):
        yield f"{where} is no longer returned"


def _both(first: Schema, second: Schema) -> Schema:
    if isinstance(first, bool) or isinstance(second, bool):
        return second if first is True else first if second is True else False
    return {"allOf": [first, second]}


def _each(first: Json, second: Json) -> Json:
    return first | {name: _both(first.get(name, True), schema) for name, schema in second.items()}


def _common(first: list[Any], second: list[Any]) -> list[Any]:
    return [value for value in first if value in second]


def _common_types(first: str | list[str], second: str | list[str]) -> list[str]:
    cases = ([_Case(kind, "", {}) for kind in _types({"type": types})] for types in (first, second))
    return [
        narrow.type
        for one, other in product(*cases)
        for narrow, wide in ((one, other), (other, one))
        if wide.covers(narrow) and (narrow is one or one.type != other.type)
    ]


# How a word that stands in several parts of an `allOf` applies. The last part's own annotation wins.
_MERGE: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    **dict.fromkeys(_LOWER_BOUNDS, max),
    **dict.fromkeys(_UPPER_BOUNDS, min),
    **dict.fromkeys(("additionalProperties", "items", "propertyNames"), _both),
    **dict.fromkeys(("patternProperties", "properties"), _each),
    **dict.fromkeys(("readOnly", "uniqueItems", "writeOnly"), lambda first, second: first or second),
    **dict.fromkeys(("default", "discriminator"), lambda _, second: second),
    "enum": _common,
    "required": lambda first, second: [*first, *(name for name in second if name not in first)],
    "type": _common_types,
    _GROUPS: lambda first, second: [*first, *second],
}


def _merged(first: Json, second: Json) -> Json:
    merged = dict(first)
    for word, value in second.items():
        if word not in merged or merged[word] == value:
            merged[word] = value
        elif word in _MERGE:
            merged[word] = _MERGE[word](merged[word], value)
        else:
            raise CannotCompareError(f"allOf gives {word} two values, {merged[word]} and {value}")
    return merged
