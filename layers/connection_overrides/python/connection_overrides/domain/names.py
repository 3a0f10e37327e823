"""Names and ids of projects, environments and connections.

A name that breaks a rule is refused. It is never trimmed, folded or normalised: two clients that spell a name
differently must not silently share an override, and two names must not look alike.
"""

import unicodedata
from typing import Annotated, Final
from urllib.parse import quote

from pydantic import WithJsonSchema
from pydantic_core import PydanticCustomError

from connection_overrides.domain.base import matching, rule

NAME_MAX_LENGTH: Final = 255
ENCODED_NAME_MAX_BYTES: Final = 700
"""API Gateway refuses a request whose method's ARN, with the encoded path in it, is longer than 1,600 bytes."""

DOT_SEGMENTS: Final = frozenset({".", ".."})
"""Clients remove these from a path before they send it (RFC 3986, section 5.2.4): such a name has no URL."""

RESERVED_CONNECTION_NAMES: Final = frozenset({"environment-overrides", "effective", "matrix"})
"""Path segments below `/connections/`: a connection of that name would have no URL."""

NAME_PATTERN: Final = r"^[^/\\,\u0000-\u001f\u007f-\u009f\u2028\u2029\ufffd]*$"
"""What a simple regular expression can say of the rules for names, for documents; `check_name` decides."""

NAME_RULES: Final = (
    "Case-sensitive, Unicode NFC, at most 700 bytes when percent-encoded, without control or format characters, `/`, "
    "`\\` or `,`, and no blank at either end."
)

# U+FFFD replaces bytes that were not UTF-8 somewhere on the way: the name that the caller meant is lost.
_FORBIDDEN_CHARACTERS: Final = frozenset("/\\,\ufffd")
# Cc control, Cf format, Co private use, Cs surrogate, Cn unassigned and noncharacter; Zl and Zp separate lines.
_FORBIDDEN_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_PROJECT_ID: Final = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

PROJECT_ID_EXAMPLE: Final = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"


def check_name(value: str) -> str:
    """Return the name unchanged, or raise a validation error that states the rule it breaks."""
    if not 1 <= len(value) <= NAME_MAX_LENGTH:
        raise PydanticCustomError("name_length", "must have 1 to 255 characters")
    if value.isascii() and value.isalnum():
        return value
    if any(unicodedata.category(character) in _FORBIDDEN_CATEGORIES for character in value):
        raise PydanticCustomError(
            "name_control_character", "must not contain control, format, private-use or unassigned characters"
        )
    if not _FORBIDDEN_CHARACTERS.isdisjoint(value):
        raise PydanticCustomError("name_forbidden_character", r"must not contain '/', '\', ',' or U+FFFD")
    if value[0].isspace() or value[-1].isspace():
        raise PydanticCustomError("name_blank_edge", "must not begin or end with a blank")
    if any(character.isspace() and character != " " for character in value):
        raise PydanticCustomError("name_blank", "must not contain a blank other than U+0020")
    if not unicodedata.is_normalized("NFC", value):
        raise PydanticCustomError("name_not_nfc", "must be in Unicode normalization form C (NFC)")
    if len(quote(value, safe="")) > ENCODED_NAME_MAX_BYTES:
        raise PydanticCustomError("name_encoded_length", "must have at most 700 bytes when percent-encoded")
    return value


def check_environment_name(value: str) -> str:
    """Return the name unchanged; beyond the rules for names, it must work as a path segment."""
    if value in DOT_SEGMENTS:
        raise PydanticCustomError("name_dot_segment", "must not be '.' or '..': clients remove these from a path")
    return check_name(value)


def check_connection_name(value: str) -> str:
    """Return the name unchanged; beyond the rules for environments, it must not be a path segment of this API."""
    if value in RESERVED_CONNECTION_NAMES:
        raise PydanticCustomError("name_reserved", "is reserved: it is a path segment of this API")
    return check_environment_name(value)


_SCHEMA: Final = {
    "type": "string",
    "minLength": 1,
    "maxLength": NAME_MAX_LENGTH,
    "pattern": NAME_PATTERN,
    "description": NAME_RULES,
}

Name = Annotated[str, rule(check_name), WithJsonSchema(_SCHEMA)]
EnvironmentName = Annotated[str, rule(check_environment_name), WithJsonSchema({**_SCHEMA, "examples": ["PROD"]})]
ConnectionName = Annotated[str, rule(check_connection_name), WithJsonSchema({**_SCHEMA, "examples": ["Salesforce"]})]
# A UUID in lower case (RFC 9562, section 4) and nothing after it.
ProjectId = Annotated[
    str,
    matching(_PROJECT_ID, "project_id_format", "must be a UUID in lower case"),
    WithJsonSchema({"type": "string", "pattern": f"^{_PROJECT_ID}$", "examples": [PROJECT_ID_EXAMPLE]}),
]
