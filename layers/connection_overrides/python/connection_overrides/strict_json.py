"""JSON without the freedoms that let two readers see two documents.

RFC 8259 leaves open what repeated members, huge numbers, deep nesting and unpaired surrogates mean, and Python's `json`
adds `NaN` on top. Whoever signs, checks or stores a document must not guess: all of these are refused here, for request
bodies and for tokens alike (RFC 7493, I-JSON; RFC 7515, 4).
"""

import json
import math
import re
from typing import Final, Literal, Never

MAX_DEPTH: Final = 32
"""How many arrays and objects may be open at once."""

MAX_NUMBER_LENGTH: Final = 64
"""Characters of one number, sign and exponent included: more than any real quantity needs."""

type StrictJsonCode = Literal[
    "malformed", "duplicate-member", "not-a-number", "lone-surrogate", "number-too-long", "too-deep"
]

_MESSAGES: Final[dict[StrictJsonCode, str]] = {
    "malformed": "is not valid JSON",
    "duplicate-member": "has an object with the same member twice",
    "not-a-number": "has a number that is not finite",
    "lone-surrogate": "has a string with an unpaired surrogate",
    "number-too-long": f"has a number of more than {MAX_NUMBER_LENGTH} characters",
    "too-deep": f"is nested more than {MAX_DEPTH} levels deep",
}

# A string to its end (or to the end of the text), or one bracket. The possessive quantifiers keep it linear.
_STRING_OR_BRACKET: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"?|([\[{])|([\]}])', re.DOTALL)
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")


class StrictJsonError(ValueError):
    """The text is refused. `code` is stable; `message` completes "the text …" and never holds a part of the text."""

    def __init__(self, code: StrictJsonCode) -> None:
        self.code: Final = code
        self.message: Final = _MESSAGES[code]
        super().__init__(self.message)


def parse(text: str) -> object:
    """Return the value that `text` stands for, in the types of `json.loads`.

    Raises StrictJsonError, and nothing else, for any text that is not JSON or has one of the faults in its codes.
    """
    _refuse_deep_nesting(text)
    try:
        value: object = json.loads(
            text,
            object_pairs_hook=_unique_members,
            parse_int=_short_int,
            parse_float=_finite_float,
            parse_constant=_refuse_constant,
        )
    except json.JSONDecodeError:
        raise StrictJsonError("malformed") from None
    # Written out again, since an escaped pair of surrogates is one character and only an unpaired one is still there.
    if _SURROGATE.search(json.dumps(value, ensure_ascii=False)):
        raise StrictJsonError("lone-surrogate")
    return value


def _refuse_deep_nesting(text: str) -> None:
    """Count before parsing: the parser itself calls itself once per level."""
    depth = 0
    for token in _STRING_OR_BRACKET.finditer(text):
        if token[1]:
            depth += 1
            if depth > MAX_DEPTH:
                raise StrictJsonError("too-deep")
        elif token[2]:
            depth -= 1


def _unique_members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise StrictJsonError("duplicate-member")
    return members


def _short_int(digits: str) -> int:
    _refuse_long_number(digits)
    return int(digits)


def _finite_float(digits: str) -> float:
    _refuse_long_number(digits)
    value = float(digits)
    if not math.isfinite(value):
        raise StrictJsonError("not-a-number")
    return value


def _refuse_long_number(digits: str) -> None:
    if len(digits) > MAX_NUMBER_LENGTH:
        raise StrictJsonError("number-too-long")


def _refuse_constant(_name: str) -> Never:
    raise StrictJsonError("not-a-number")
