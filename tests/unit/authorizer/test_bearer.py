"""Which token an event carries, if it carries exactly one."""

import pytest

from connection_overrides.authorizer.bearer import MAX_TOKEN_LENGTH, bearer_token
from connection_overrides.authorizer.refusal import TokenRefusedError


@pytest.mark.parametrize(
    "event",
    [
        {"headers": {"Authorization": "Bearer a.b.c"}, "multiValueHeaders": {"Authorization": ["Bearer a.b.c"]}},
        {"headers": {"authorization": "Bearer a.b.c"}, "multiValueHeaders": {"AUTHORIZATION": ["Bearer a.b.c"]}},
        {"headers": {"Authorization": "Bearer a.b.c"}},
        {"headers": {"Authorization": "Bearer a.b.c"}, "multiValueHeaders": None},
        {"headers": None, "multiValueHeaders": {"Authorization": ["Bearer a.b.c"]}},
        {"headers": {"Authorization": "bEARER a.b.c", "X-Other": "Bearer d"}},
    ],
)
def test_the_token_of_the_one_header_is_found_under_any_spelling(event: dict[str, object]) -> None:
    assert bearer_token(event) == "a.b.c"


def test_a_token_of_the_greatest_length_is_found_and_a_longer_one_refused() -> None:
    assert bearer_token({"headers": {"Authorization": "Bearer " + "a" * MAX_TOKEN_LENGTH}}) == "a" * 8192
    with pytest.raises(TokenRefusedError, match="authorization-header"):
        bearer_token({"headers": {"Authorization": "Bearer " + "a" * (MAX_TOKEN_LENGTH + 1)}})


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"headers": None, "multiValueHeaders": None},
        {"headers": {}, "multiValueHeaders": {}},
        {"headers": {"X-Authorization": "Bearer a"}},
        {"headers": {"Authorization ": "Bearer a"}},
        {"headers": {1: "Bearer a"}},
        {"headers": [["Authorization", "Bearer a"]]},
        {"headers": {"Authorization": None}},
        {"headers": {"Authorization": ["Bearer a"]}},
        {"queryStringParameters": {"access_token": "a"}, "headers": {}},
        {"authorizationToken": "Bearer a"},
        # More than one.
        {"headers": {"Authorization": "Bearer a", "authorization": "Bearer a"}},
        {"headers": {"Authorization": "Bearer a"}, "multiValueHeaders": {"Authorization": ["Bearer a", "Bearer a"]}},
        {"headers": {"Authorization": "Bearer b"}, "multiValueHeaders": {"Authorization": ["Bearer a", "Bearer b"]}},
        {"multiValueHeaders": {"Authorization": ["Bearer a"], "authorization": ["Bearer a"]}},
        {"headers": {"Authorization": "Bearer a"}, "multiValueHeaders": {"Authorization": ["Bearer b"]}},
        {"headers": {"Authorization": "Bearer a"}, "multiValueHeaders": {"Authorization": [None]}},
        {"headers": {"Authorization": "Bearer a"}, "multiValueHeaders": {"Authorization": None}},
    ],
)
def test_an_event_without_exactly_one_authorization_header_is_refused(event: dict[str, object]) -> None:
    with pytest.raises(TokenRefusedError, match="authorization-header"):
        bearer_token(event)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearera",
        "a",
        " Bearer a",
        "Bearer a ",
        "Bearer  a",
        "Bearer\ta",
        "Bearer a b",
        "Bearer a, Bearer b",
        "Bearer a,Bearer a",
        "Bearer a,",
        "Basic YTpi, Bearer a",
        "Bearer =",
        "Bearer a=b",
        'Bearer "a"',
        "Bearer a\n",
        "Bearer a\r\nX-Injected: 1",
        "Bearer ä",
        "Bearer a\0",
        "Basic YTpi",
        "Token a",
        "DPoP a",
        "Bearer: a",
        "Bearer=a",
        "\u212aearer a",
        "\uff22earer a",
    ],
)
def test_a_header_that_is_not_one_bearer_token_is_refused(value: str) -> None:
    with pytest.raises(TokenRefusedError, match="authorization-header"):
        bearer_token({"headers": {"Authorization": value}})
