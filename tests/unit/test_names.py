import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from connection_overrides.model.names import validate_connection_name, validate_name, validate_project_id

UUID = "0a1b2c3d-0000-4000-8000-00000000000f"


@pytest.mark.parametrize("name", ["a", "PROD", "x" * 255, "𝔘𝔫𝔦" * 85, "a b", "a.b", "Salesforce (EU)", "é", "日本"])
def test_a_name_within_the_rules_is_returned_code_point_for_code_point(name: str) -> None:
    assert validate_name(name) == name


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "name_length"),
        ("x" * 256, "name_length"),
        ("a\nb", "name_control_character"),
        ("a\n", "name_control_character"),
        ("a\x7f", "name_control_character"),
        ("a\x85b", "name_control_character"),
        ("a\u2028b", "name_control_character"),
        ("a\ud800b", "name_control_character"),
        ("a/b", "name_forbidden_character"),
        ("a\\b", "name_forbidden_character"),
        ("a,b", "name_forbidden_character"),
        (" a", "name_blank_edge"),
        ("a\u00a0", "name_blank_edge"),
        ("e\u0301", "name_not_nfc"),
    ],
)
def test_a_name_that_breaks_a_rule_is_refused_with_the_code_of_that_rule(name: str, code: str) -> None:
    with pytest.raises(PydanticCustomError) as caught:
        validate_name(name)
    assert caught.value.type == code


@given(st.text())
def test_any_text_is_either_refused_or_kept_and_kept_text_is_nfc(text: str) -> None:
    try:
        kept = validate_name(text)
    except PydanticCustomError:
        return
    assert kept == text == unicodedata.normalize("NFC", text)
    assert text.isspace() is False


@pytest.mark.parametrize("name", ["environment-overrides", "effective", "matrix"])
def test_a_path_segment_cannot_name_a_connection(name: str) -> None:
    with pytest.raises(PydanticCustomError, match="reserved"):
        validate_connection_name(name)


@pytest.mark.parametrize("validate", [validate_name, validate_connection_name])
def test_reserved_names_are_compared_exactly(validate: Callable[[str], str]) -> None:
    assert validate("Matrix") == "Matrix"


def test_a_lower_case_uuid_is_a_project_id() -> None:
    assert validate_project_id(UUID) == UUID


@pytest.mark.parametrize("text", [UUID.upper(), UUID + "\n", UUID[:-1], UUID.replace("-", ""), "{" + UUID + "}", ""])
def test_anything_else_is_no_project_id(text: str) -> None:
    with pytest.raises(PydanticCustomError):
        validate_project_id(text)
