"""What pydantic finds wrong, in words that name the rule and never repeat the input."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, get_args

from pydantic_core.core_schema import ErrorType

from connection_overrides.domain.vaults import VAULT_TYPES
from connection_overrides.errors import Violation

_SEGMENT_MAX: Final = 64
_KEY: Final = "[key]"
_FOLLOWS_FROM_ANOTHER: Final = "default_factory_not_called"
"""A default depends on a member that is itself wrong."""

# pydantic's own messages may repeat the input, so each is replaced. Messages of this project's own rules are fixed.
_MESSAGES: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "missing": lambda context: context.get("rule", "is required"),
    "extra_forbidden": lambda _: "is not a known field",
    "string_type": lambda _: "must be a string",
    "bool_type": lambda _: "must be true or false",
    "dict_type": lambda _: "must be an object",
    "model_type": lambda _: "must be an object",
    "model_attributes_type": lambda _: "must be an object",
    "enum": lambda context: f"must be one of {context['expected']}",
    "literal_error": lambda context: f"must be {context['expected']}",
    "union_tag_invalid": lambda context: f"'type' must be one of {context['expected_tags']}",
    "union_tag_not_found": lambda _: "must have a 'type'",
    "string_too_short": lambda context: f"must have at least {context['min_length']} characters",
    "string_too_long": lambda context: f"must have at most {context['max_length']} characters",
    "too_short": lambda context: f"must have at least {context['min_length']} entries",
    "too_long": lambda context: f"must have at most {context['max_length']} entries",
}
_PYDANTIC_CODES: Final = frozenset(get_args(ErrorType))


def violations_of(errors: Iterable[Mapping[str, Any]], prefix: tuple[str, ...] = ("body",)) -> list[Violation]:
    """Return pydantic's errors as violations; `prefix` is the part of the request that their locations begin in."""
    return [_violation(error, prefix) for error in errors if error["type"] != _FOLLOWS_FROM_ANOTHER]


def _violation(error: Mapping[str, Any], prefix: tuple[str, ...]) -> Violation:
    code, context = str(error["type"]), error.get("ctx") or {}
    if code not in _PYDANTIC_CODES:
        message = str(error["msg"])
    else:
        message = _MESSAGES[code](context) if code in _MESSAGES else "is not valid"
    return Violation(_location([*prefix, *error["loc"]], code), code, message)


def _location(segments: list[str | int], code: str) -> tuple[str | int, ...]:
    """Return the location without pydantic's own marks, each segment cut to 64 characters."""
    if segments[-1] == _KEY and code != "extra_forbidden":
        segments.pop()
    if "secretsLocation" in segments[:-1]:
        tag = segments.index("secretsLocation") + 1
        if segments[tag] in VAULT_TYPES:
            del segments[tag]
    return tuple(segment[:_SEGMENT_MAX] if isinstance(segment, str) else segment for segment in segments)
