"""Valid input of the strict JSON reader. tests/integration/test_strict_bodies.py has invalid input."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connection_overrides.strict_json import StrictJsonError, parse

_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(min_value=-(10**60), max_value=10**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=20,
)


@settings(deadline=None)  # A slow machine must not fail a test.
@given(_JSON)
def test_any_json_value_is_read_as_by_the_standard_reader(value: object) -> None:
    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False, indent=1)):
        assert parse(text) == json.loads(text)


@settings(deadline=None)  # A slow machine must not fail a test.
@given(st.text())
def test_any_text_is_either_read_or_refused(text: str) -> None:
    try:
        value = parse(text)
    except StrictJsonError:
        return
    assert value == json.loads(text)


@pytest.mark.parametrize(
    "text", ["", "\ufeff{}", "[" * 1_000_000, '{"a":' * 1_000_000, "1" * 1_000_000, '"\\' * 1_000_000]
)
def test_numbers_and_nesting_beyond_any_body_or_token_are_refused(text: str) -> None:
    with pytest.raises(StrictJsonError) as refusal:
        parse(text)

    assert str(refusal.value) == refusal.value.message
    assert len(refusal.value.message) < 100
