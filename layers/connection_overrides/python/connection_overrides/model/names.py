"""Names and ids: what may name a project, an environment or a connection.

A name that breaks a rule is refused; it is never trimmed, folded or normalised, because two clients that spell a
name differently must not silently share an override.
"""

import re
import unicodedata
from typing import Annotated, Final

from pydantic import AfterValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

NAME_MAX_LENGTH: Final = 255
PROJECT_ID_PATTERN: Final = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
DOT_SEGMENTS: Final = frozenset({".", ".."})
"""What clients take out of a path before they send it (RFC 3986, section 5.2.4): such a name has no address."""

RESERVED_CONNECTION_NAMES: Final = frozenset({"environment-overrides", "effective", "matrix"})
"""Path segments under `/connections/`: a connection of that name could not be addressed."""

NAME_PATTERN: Final = r"^(?!\s)[^/\\,\u0000-\u001f\u007f-\u009f\u2028\u2029\ufffd]*(?<!\s)$"
"""What a regular expression can say of the rules for names, for documents; `validate_name` decides."""

# U+FFFD stands for bytes that were not UTF-8 somewhere on the way: the name the caller meant is lost.
_FORBIDDEN_CHARACTERS: Final = frozenset("/\\,\ufffd")
# Cc control, Cs lone surrogate; Zl and Zp separate lines and paragraphs, which is control by another name.
_FORBIDDEN_CATEGORIES: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
_PROJECT_ID: Final = re.compile(PROJECT_ID_PATTERN)


def validate_name(value: str) -> str:
    """Return the name unchanged, or raise a validation error that says which rule it breaks."""
    if not 1 <= len(value) <= NAME_MAX_LENGTH:
        raise PydanticCustomError("name_length", "must have 1 to 255 characters")
    if any(unicodedata.category(character) in _FORBIDDEN_CATEGORIES for character in value):
        raise PydanticCustomError("name_control_character", "must not contain control characters")
    if not _FORBIDDEN_CHARACTERS.isdisjoint(value):
        raise PydanticCustomError("name_forbidden_character", r"must not contain '/', '\', ',' or U+FFFD")
    if value[0].isspace() or value[-1].isspace():
        raise PydanticCustomError("name_blank_edge", "must not begin or end with a blank")
    if not unicodedata.is_normalized("NFC", value):
        raise PydanticCustomError("name_not_nfc", "must be in Unicode normalization form C (NFC)")
    return value


def validate_environment_name(value: str) -> str:
    """Return the environment name unchanged; on top of the rules for names, it must do as a path segment."""
    if value in DOT_SEGMENTS:
        raise PydanticCustomError("name_dot_segment", "must not be '.' or '..': clients take these out of a path")
    return validate_name(value)


def validate_connection_name(value: str) -> str:
    """Return the connection name unchanged; on top of the rules for environments, it is no segment of this API."""
    if value in RESERVED_CONNECTION_NAMES:
        raise PydanticCustomError("name_reserved", "is reserved: it is a path segment of this API")
    return validate_environment_name(value)


def validate_project_id(value: str) -> str:
    """Return the project id unchanged: a lower-case UUID (RFC 9562, section 4) and nothing after it."""
    if _PROJECT_ID.fullmatch(value) is None:
        raise PydanticCustomError("project_id_format", "must be a UUID in lower case")
    return value


NAME_SCHEMA: Final = {"type": "string", "minLength": 1, "maxLength": NAME_MAX_LENGTH, "pattern": NAME_PATTERN}
PROJECT_ID_SCHEMA: Final = {"type": "string", "pattern": f"^{PROJECT_ID_PATTERN}$"}

Name = Annotated[str, AfterValidator(validate_name), WithJsonSchema(NAME_SCHEMA)]
EnvironmentName = Annotated[str, AfterValidator(validate_environment_name), WithJsonSchema(NAME_SCHEMA)]
ConnectionName = Annotated[str, AfterValidator(validate_connection_name), WithJsonSchema(NAME_SCHEMA)]
ProjectId = Annotated[str, AfterValidator(validate_project_id), WithJsonSchema(PROJECT_ID_SCHEMA)]
