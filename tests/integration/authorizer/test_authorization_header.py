"""An event must carry exactly one token, in exactly one `Authorization` header."""

from typing import Any

import pytest
from support.issuer import METHOD_ARN, Gateway, Issuer, event


def _filled_in(template: Any, token: str) -> Any:
    """Replace `<T>` in all strings."""
    match template:
        case str():
            return template.replace("<T>", token)
        case list():
            return [_filled_in(one, token) for one in template]
        case dict():
            return {name: _filled_in(value, token) for name, value in template.items()}
        case _:
            return template


@pytest.mark.parametrize(
    "headers",
    [
        {"headers": {"Authorization": "Bearer <T>"}, "multiValueHeaders": {"Authorization": ["Bearer <T>"]}},
        {"headers": {"authorization": "Bearer <T>"}, "multiValueHeaders": {"AUTHORIZATION": ["Bearer <T>"]}},
        {"headers": {"Authorization": "Bearer <T>"}},
        {"headers": {"Authorization": "Bearer <T>"}, "multiValueHeaders": None},
        {"headers": None, "multiValueHeaders": {"Authorization": ["Bearer <T>"]}},
        {"headers": {"Authorization": "bEARER <T>", "X-Other": "Bearer d"}},
    ],
)
def test_the_token_is_found_under_any_spelling_of_the_header(
    gateway: Gateway, issuer: Issuer, headers: dict[str, object]
) -> None:
    answer = gateway.send(_filled_in(headers, issuer.token()) | {"methodArn": METHOD_ARN})
    assert answer["principalId"] == "client-1"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"headers": None, "multiValueHeaders": None},
        {"headers": {}, "multiValueHeaders": {}},
        {"headers": {"X-Authorization": "Bearer <T>"}},
        {"headers": {"Authorization ": "Bearer <T>"}},
        {"headers": {1: "Bearer <T>"}},
        {"headers": [["Authorization", "Bearer <T>"]]},
        {"headers": {"Authorization": None}},
        {"headers": {"Authorization": ["Bearer <T>"]}},
        {"queryStringParameters": {"access_token": "<T>"}, "headers": {}},
        {"authorizationToken": "Bearer <T>"},
        # More than one.
        {"headers": {"Authorization": "Bearer <T>", "authorization": "Bearer <T>"}},
        {
            "headers": {"Authorization": "Bearer <T>"},
            "multiValueHeaders": {"Authorization": ["Bearer <T>", "Bearer <T>"]},
        },
        {
            "headers": {"Authorization": "Bearer b"},
            "multiValueHeaders": {"Authorization": ["Bearer <T>", "Bearer b"]},
        },
        {"multiValueHeaders": {"Authorization": ["Bearer <T>", "Bearer <T>"]}},
        {"multiValueHeaders": {"Authorization": ["Bearer <T>"], "authorization": ["Bearer <T>"]}},
        {"headers": {"Authorization": "Bearer <T>"}, "multiValueHeaders": {"Authorization": ["Bearer b"]}},
        {"headers": {"Authorization": "Bearer b"}, "multiValueHeaders": {"Authorization": ["Bearer <T>"]}},
        {"headers": {"Authorization": "Bearer <T>"}, "multiValueHeaders": {"Authorization": [None]}},
        {"headers": {"Authorization": "Bearer <T>"}, "multiValueHeaders": {"Authorization": None}},
    ],
)
def test_an_event_without_exactly_one_authorization_header_is_refused(
    gateway: Gateway, issuer: Issuer, headers: dict[str, object]
) -> None:
    assert gateway.refusal(_filled_in(headers, issuer.token())) == "authorization-header"


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer<T>",
        "<T>",
        " Bearer <T>",
        "Bearer <T> ",
        "Bearer  <T>",
        "Bearer\t<T>",
        "Bearer <T> b",
        "Bearer <T>, Bearer <T>",
        "Bearer <T>,Bearer b",
        "Bearer <T>,",
        "Basic YTpi, Bearer <T>",
        "Bearer =",
        "Bearer <T>=b",
        'Bearer "<T>"',
        "Bearer <T>\n",
        "Bearer <T>\r\nX-Injected: 1",
        "Bearer <T>ä",
        "Bearer <T>\0",
        "Basic YTpi",
        "Token <T>",
        "DPoP <T>",
        "Bearer: <T>",
        "Bearer=<T>",
        "\u212aearer <T>",
        "\uff22earer <T>",
    ],
)
def test_a_header_that_is_not_one_bearer_token_is_refused(gateway: Gateway, issuer: Issuer, value: str) -> None:
    assert gateway.refusal(event(_filled_in(value, issuer.token()))) == "authorization-header"


def test_an_event_without_headers_is_refused(gateway: Gateway) -> None:
    assert gateway.refusal(event()) == "authorization-header"


def test_an_event_with_two_good_tokens_is_refused(gateway: Gateway, issuer: Issuer) -> None:
    good = f"Bearer {issuer.token()}"
    assert gateway.refusal(event(good, good)) == "authorization-header"
