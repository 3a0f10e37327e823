"""The texts of answers, and the bytes that a part of one takes in a function's result."""

import json

from hypothesis import given
from hypothesis import strategies as st

from connection_overrides.http.json_text import bytes_in_result, json_text


def test_what_utf8_can_say_is_not_escaped() -> None:
    assert json_text({"name": "Zürich 😀", "n": [1]}) == '{"name":"Zürich 😀","n":[1]}'


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\u2028\u2029")))
def test_the_bytes_are_those_of_the_text_as_a_json_string(text: str) -> None:
    whole = json.dumps({"body": text}, ensure_ascii=False, separators=(",", ":")).encode()

    assert len('{"body":""}') + bytes_in_result(text) == len(whole)


def test_line_separators_count_as_the_runtime_escapes_them() -> None:
    assert bytes_in_result("\u2028\u2029") == len(r"\u2028\u2029")
