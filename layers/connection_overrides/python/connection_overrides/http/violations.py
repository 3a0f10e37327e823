"""Violations: what pydantic found, told without the input, in words that name the rule."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, get_args

from pydantic_core.core_schema import ErrorType

from connection_overrides.errors import InvalidRequestError, Violation
from connection_overrides.model.secrets import LocationType

VIOLATIONS_MAX: Final = 50
_SEGMENT_MAX: Final = 64
_KEY_MARK: Final = "[key]"

# Messages of pydantic that hold no input, or none at all; everything else that pydantic says is replaced.
_MESSAGES: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "missing": lambda _: "is required",
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
# Everything else comes from this project's own validators, whose messages are fixed sentences.


def invalid(location: tuple[str | int, ...], code: str, message: str) -> InvalidRequestError:
    """Return the error of a single violation."""
    return InvalidRequestError([Violation(location, code, message)])


def violations_of(errors: Sequence[Mapping[str, Any]], prefix: tuple[str, ...] = ()) -> list[Violation]:
    """Return pydantic's errors as violations, at most 50, without any input value."""
    return [_violation(error, prefix) for error in errors[:VIOLATIONS_MAX]]


def json_pointer(segments: Iterable[str | int]) -> str:
    """Return a JSON Pointer (RFC 6901)."""
    return "".join(f"/{str(segment).replace('~', '~0').replace('/', '~1')}" for segment in segments)


def readable_path(location: Sequence[str | int]) -> str:
    """Return where a value is, for people: `connectionOverrides.secretsLocation.region`, or `body`."""
    return ".".join(str(segment) for segment in location[1:]) or str(location[0])


def _violation(error: Mapping[str, Any], prefix: tuple[str, ...]) -> Violation:
    code, context = str(error["type"]), error.get("ctx") or {}
    if code not in _PYDANTIC_CODES:
        message = str(error["msg"])
    else:
        message = _MESSAGES[code](context) if code in _MESSAGES else "is not valid"
    return Violation(_location([*prefix, *error["loc"]], code), code, message)


def _location(segments: list[str | int], code: str) -> tuple[str | int, ...]:
    """Return the location without pydantic's own marks, each segment cut to 64 characters."""
    if segments[-1] == _KEY_MARK and code != "extra_forbidden":
        segments.pop()
    # body, the member that holds the reference, secretsLocation, then the type of location that was tried.
    match segments:
        case [_, _, "secretsLocation", tag, *_] if tag in LocationType.__members__:
            del segments[3]
    return tuple(segment[:_SEGMENT_MAX] if isinstance(segment, str) else segment for segment in segments)
