"""What the strict JSON reader takes, and each thing that it refuses."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connection_overrides.strict_json import MAX_DEPTH, MAX_NUMBER_LENGTH, StrictJsonError, parse

_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(min_value=-(10**60), max_value=10**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=20,
)


@settings(deadline=None)  # a busy machine is no fault of the reader
@given(_JSON)
def test_any_json_value_is_read_as_the_standard_reader_reads_it(value: object) -> None:
    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False, indent=1)):
        assert parse(text) == json.loads(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"\\ud83d\\ude00"', "😀"),  # an escaped pair of surrogates is one character
        ('"[[[[ \\" ]]]] \\\\"', '[[[[ " ]]]] \\'),
        ('"' + "[" * 100 + '"', "[" * 100),
        ('"\\"' + "[" * 100 + '"', '"' + "[" * 100),
        ("[" * MAX_DEPTH + "]" * MAX_DEPTH, json.loads("[" * MAX_DEPTH + "]" * MAX_DEPTH)),
        ("[" + "[]," * 100 + "{}]", [[]] * 100 + [{}]),
        ("9" * MAX_NUMBER_LENGTH, int("9" * MAX_NUMBER_LENGTH)),
        ('{"a": {"a": 1}}', {"a": {"a": 1}}),  # the same name at another level is another member
        ("1e-999", 0.0),
    ],
)
def test_an_unusual_but_unambiguous_text_is_read(text: str, value: object) -> None:
    assert parse(text) == value


_REFUSED = {
    "malformed": [
        "",
        " ",
        "\ufeff{}",
        "{} {}",
        "{",
        "]",
        "]" * 100_000,
        "[]" * 100_000,
        "{'a': 1}",
        '{"a": 1,}',
        "[1,]",
        "01",
        "+1",
        ".5",
        "1.",
        "0x10",
        "\u0661",
        "True",
        "-NaN",
        '"\x00"',
        '"a\nb"',
        '"\\x41"',
        '"\\u12"',
        '"\\',
        '"unfinished',
        '"' + '\\"' * 100_000,
        "\ud800",
        "// comment\n1",
    ],
    "duplicate-member": [
        '{"a": 1, "a": 1}',
        '{"a": 1, "\\u0061": 2}',
        '[{"b": {"a": 1, "c": 2, "a": 3}}]',
        '{"": 1, "": 2}',
    ],
    "not-a-number": ["NaN", "Infinity", "-Infinity", '{"a": [NaN]}', "1e999", "-1e999", "[1.5E+400]"],
    "lone-surrogate": [
        '"\\ud800"',
        '"\\uDFFF"',
        '"\\ude00\\ud83d"',
        '"\ud800"',
        '"\ud83d\ude00"',  # two code points that are surrogates are not the escaped pair of them
        '{"\\ud800": 1}',
        '[{"a": ["\\ud800\\u0041"]}]',
    ],
    "number-too-long": [
        "9" * (MAX_NUMBER_LENGTH + 1),
        "-" + "9" * MAX_NUMBER_LENGTH,
        "1" * 10_000,
        "0." + "1" * MAX_NUMBER_LENGTH,
        "1e" + "0" * MAX_NUMBER_LENGTH + "1",
        '{"a": [' + "1" * 1_000_000 + "]}",
    ],
    "too-deep": [
        "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1),
        '{"a":' * (MAX_DEPTH + 1) + "1" + "}" * (MAX_DEPTH + 1),
        "[" * 100_000,
        '{"a":' * 100_000,
        '[{"]":' * 100_000,
    ],
}


@pytest.mark.parametrize(
    ("code", "text"),
    [
        pytest.param(code, text, id=f"{code}-{index}")
        for code, texts in _REFUSED.items()
        for index, text in enumerate(texts)
    ],
)
def test_a_text_with_a_fault_is_refused_with_the_code_of_the_fault(code: str, text: str) -> None:
    with pytest.raises(StrictJsonError) as refusal:
        parse(text)
    assert refusal.value.code == code


def test_messages_say_what_is_wrong_and_nothing_of_the_text() -> None:
    messages: dict[str, set[str]] = {}
    for code, texts in _REFUSED.items():
        for text in texts:
            with pytest.raises(StrictJsonError) as refusal:
                parse(text)
            messages.setdefault(code, set()).add(refusal.value.message)
            assert str(refusal.value) == refusal.value.message
    assert messages == {
        "malformed": {"is not valid JSON"},
        "duplicate-member": {"has an object with the same member twice"},
        "not-a-number": {"has a number that is not finite"},
        "lone-surrogate": {"has a string with an unpaired surrogate"},
        "number-too-long": {"has a number of more than 64 characters"},
        "too-deep": {"is nested more than 32 levels deep"},
    }


@settings(deadline=None)  # a busy machine is no fault of the reader
@given(st.text())
def test_any_text_is_either_read_or_refused(text: str) -> None:
    try:
        value = parse(text)
    except StrictJsonError:
        return
    assert value == json.loads(text)
