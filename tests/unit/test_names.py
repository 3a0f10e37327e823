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


def test_a_lone_surrogate_which_no_request_can_bring_this_far_is_refused_as_well() -> None:
    """The other names that are refused are in tests/integration/test_names.py."""
    with pytest.raises(PydanticCustomError) as caught:
        validate_name("a\ud800b")
    assert caught.value.type == "name_control_character"


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
