"""Bodies are JSON that no two readers understand differently, and a refusal contains no part of them."""

import pytest
from support.registry import PROJECT, PROJECTS, Client

DEPTH = 32
"""The maximum number of open arrays and objects."""
NUMBER_LENGTH = 64
LONG = 30_000
"""Almost the maximum length of a body."""

REFUSED = {
    "malformed": [
        " ",
        "{} {}",
        "{",
        "]",
        "]" * LONG,
        "[]" * (LONG // 2),
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
        '"' + '\\"' * (LONG // 2),
        "\ud800",
        "// comment\n1",
    ],
    "duplicate_member": [
        '{"a": 1, "a": 1}',
        '{"a": 1, "\\u0061": 2}',
        '[{"b": {"a": 1, "c": 2, "a": 3}}]',
        '{"": 1, "": 2}',
        '1, "name": 1',
    ],
    "not_a_number": ["NaN", "Infinity", "-Infinity", '{"a": [NaN]}', "1e999", "-1e999", "[1.5E+400]"],
    "lone_surrogate": [
        '"\\ud800"',
        '"\\uDFFF"',
        '"\\ude00\\ud83d"',
        '"\ud800"',
        '"\ud83d\ude00"',  # Two separate surrogates are not an escaped pair.
        '{"\\ud800": 1}',
        '[{"a": ["\\ud800\\u0041"]}]',
    ],
    "number_too_long": [
        "9" * (NUMBER_LENGTH + 1),
        "-" + "9" * NUMBER_LENGTH,
        "1" * LONG,
        "0." + "1" * NUMBER_LENGTH,
        "1e" + "0" * NUMBER_LENGTH + "1",
        '{"a": [' + "1" * LONG + "]}",
    ],
    "too_deep": [
        "[" * DEPTH + "]" * DEPTH,
        '{"a":' * DEPTH + "1" + "}" * DEPTH,
        "[" * LONG,
        '{"a":' * (LONG // 5),
        '[{"]":' * (LONG // 6),
    ],
}
"""One member of the body, by the code of the refusal. The body itself is one level of nesting."""


@pytest.mark.parametrize(
    ("code", "text"),
    [
        pytest.param(code, text, id=f"{code}-{index}")
        for code, texts in REFUSED.items()
        for index, text in enumerate(texts)
    ],
)
def test_an_invalid_body_is_refused_with_the_code_of_its_fault(api: Client, code: str, text: str) -> None:
    reply = api.call("POST", PROJECTS, body=f'{{"name": {text}}}')

    assert reply.status == 400
    assert [(error["in"], error["pointer"], error["code"]) for error in reply.body["errors"]] == [("body", "", code)]


def test_a_refusal_depends_only_on_the_fault_and_not_on_the_rest_of_the_body(api: Client) -> None:
    for code, texts in REFUSED.items():
        replies = [api.call("POST", PROJECTS, body=f'{{"name": {text}}}') for text in texts]
        assert len({str(reply.body) for reply in replies}) == 1, code


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"\\ud83d\\ude00"', "😀"),  # An escaped pair of surrogates is one character.
        ('"[[[[ \\" ]]]] \\\\"', '[[[[ " ]]]] \\'),
        ('"' + "[" * 100 + '"', "[" * 100),
        ('"\\"' + "[" * 100 + '"', '"' + "[" * 100),
    ],
)
def test_an_unusual_but_unambiguous_body_is_accepted(api: Client, text: str, value: str) -> None:
    made = api.call("POST", PROJECTS, body=f'{{"name": "x", "description": {text}}}')

    assert made.status == 201, made
    got = api.call("GET", PROJECT, {"projectId": made.body["projectId"]})
    assert got.body["description"] == made.body["description"] == value


@pytest.mark.parametrize(
    "text",
    [
        "[" * (DEPTH - 1) + "]" * (DEPTH - 1),
        "[" + "[]," * 100 + "{}]",
        "9" * NUMBER_LENGTH,
        '{"a": {"a": 1}}',  # The same name at another level is another member.
        "1e-999",
    ],
)
def test_a_valid_body_is_judged_only_by_the_types_of_its_values(api: Client, text: str) -> None:
    reply = api.call("POST", PROJECTS, body=f'{{"name": "x", "description": {text}}}')

    assert [(error["pointer"], error["code"]) for error in reply.body["errors"]] == [("/description", "string_type")]
