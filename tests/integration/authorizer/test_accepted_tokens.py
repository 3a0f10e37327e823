"""Every accepted form of a token, and its caller."""

from typing import Any

import pytest
from support.issuer import NOW, Gateway, Issuer, event


def test_a_valid_token_gets_a_policy_for_the_stage_and_the_caller(gateway: Gateway, issuer: Issuer) -> None:
    assert gateway.authorize(issuer.token()) == {
        "principalId": "client-1",
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Action": "execute-api:Invoke",
                    "Effect": "Allow",
                    "Resource": "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/*/*",
                }
            ],
        },
        "context": {
            "account": "account-1",
            "subject": "client-1",
            "scopes": "connections:read connections:write",
            "expiresAt": "1800000600",
        },
        "usageIdentifierKey": "stack-7",
    }


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "bEaReR"])
def test_the_scheme_is_accepted_in_any_case(gateway: Gateway, issuer: Issuer, scheme: str) -> None:
    assert gateway.send(event(f"{scheme} {issuer.token()}"))["principalId"] == "client-1"


def test_an_es256_token_is_accepted_with_the_p256_key(gateway: Gateway, issuer: Issuer) -> None:
    token = issuer.es256_token()
    assert gateway.authorize(token)["principalId"] == "client-1"


@pytest.mark.parametrize("typ", ["JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt", "Application/At+Jwt", ...])
def test_a_token_with_an_accepted_type_or_none_is_accepted(gateway: Gateway, issuer: Issuer, typ: object) -> None:
    assert gateway.authorize(issuer.token(issuer.header(typ=typ)))["principalId"] == "client-1"


@pytest.mark.parametrize("typ", ["at+jwt", "AT+jwt", "application/at+jwt"])
def test_an_access_token_is_accepted_if_its_type_is_required(gateway: Gateway, issuer: Issuer, typ: str) -> None:
    gateway.environment["TOKEN_REQUIRE_AT_JWT"] = "true"
    assert gateway.authorize(issuer.token(issuer.header(typ=typ)))["principalId"] == "client-1"


@pytest.mark.parametrize("typ", ["JWT", "application/jwt", ...])
def test_another_type_is_refused_if_the_type_of_access_tokens_is_required(
    gateway: Gateway, issuer: Issuer, typ: object
) -> None:
    gateway.environment["TOKEN_REQUIRE_AT_JWT"] = "true"
    assert gateway.refusal_of(issuer.token(issuer.header(typ=typ))) == "token-type"


def test_header_parameters_without_a_meaning_here_are_ignored(gateway: Gateway, issuer: Issuer) -> None:
    header = issuer.header(x5t="dGh1bWJwcmludA", **{"x5t#S256": "dGh1bWJwcmludA", "unknown": {"a": [1]}})
    assert gateway.authorize(issuer.token(header))["principalId"] == "client-1"


_GOOD_CLAIMS: dict[str, dict[str, Any]] = {
    "audience in a list": {"aud": ["https://other.example", "connection-overrides"]},
    "audience in a list of one": {"aud": ["connection-overrides"]},
    "token_use access": {"token_use": "access"},
    "no iat": {"iat": ...},
    "no nbf": {"nbf": ...},
    "fractional dates": {"exp": NOW + 0.5, "nbf": NOW - 0.5, "iat": NOW - 0.25},
    "dates with exponents": {"exp": 1.9e9},
    "expired within the leeway": {"exp": NOW - 29.5},
    "valid from within the leeway": {"nbf": NOW + 30},
    "made within the leeway": {"iat": NOW + 30},
    "the last second": {"exp": 253_402_300_799},
    "an old token": {"iat": 0, "nbf": 0},
    "unknown claims": {"jti": "1", "client_id": "c", "nested": {"a": [{"b": None}]}, "ключ": "значение"},
    "an account with every character": {"account_id": "aZ09._:@|=+-"},
    "an account of 128 characters": {"account_id": "a" * 128},
    "a subject of 255 characters": {"sub": "s" * 255},
    "a subject with blanks": {"sub": "auth0|client one"},
}


@pytest.mark.parametrize("changes", _GOOD_CLAIMS.values(), ids=_GOOD_CLAIMS.keys())
def test_a_token_with_other_valid_claims_is_accepted(
    gateway: Gateway, issuer: Issuer, changes: dict[str, object]
) -> None:
    answer = gateway.authorize(issuer.token(claims=issuer.claims(**changes)))
    assert answer["context"]["expiresAt"].isdecimal()


@pytest.mark.parametrize(
    ("changes", "scopes"),
    [
        ({"scope": "connections:read"}, "connections:read"),
        ({"scope": ""}, ""),
        ({"scope": ...}, ""),
        ({"scope": "openid profile api://other/.default"}, ""),
        ({"scope": "projects:admin environments:protected"}, "environments:protected projects:admin"),
        ({"scope": "connections:read connections:read"}, "connections:read"),
        ({"scope": "CONNECTIONS:READ"}, ""),
        ({"scope": ..., "scp": "connections:write connections:read"}, "connections:read connections:write"),
        ({"scope": ..., "scp": ["connections:write", "openid"]}, "connections:write"),
        ({"scope": ..., "scp": []}, ""),
        ({"scope": "connections:read", "scp": ["projects:admin"]}, "connections:read"),
        ({"scope": " ".join(f"other:{number}" for number in range(400)) + " connections:read"}, "connections:read"),
    ],
)
def test_the_context_has_the_scopes_of_the_token_that_the_api_knows(
    gateway: Gateway, issuer: Issuer, changes: dict[str, object], scopes: str
) -> None:
    answer = gateway.authorize(issuer.token(claims=issuer.claims(**changes)))
    assert answer["context"]["scopes"] == scopes


def test_audience_and_account_are_read_from_the_configured_claims(gateway: Gateway, issuer: Issuer) -> None:
    gateway.environment["TOKEN_AUDIENCE_CLAIM"] = "client_id"
    gateway.environment["TOKEN_ACCOUNT_CLAIM"] = "https://issuer.example/tenant"
    claims = issuer.claims(
        aud=...,
        account_id="not-this-one",
        client_id="connection-overrides",
        **{"https://issuer.example/tenant": "account-2"},
    )
    assert gateway.authorize(issuer.token(claims=claims))["context"]["account"] == "account-2"


@pytest.mark.parametrize(
    "changes",
    [{"client_id": "connection-overrides", "aud": "https://other.example"}, {"client_id": "other"}, {}],
)
def test_if_another_claim_has_the_audience_neither_it_nor_aud_may_name_another_api(
    gateway: Gateway, issuer: Issuer, changes: dict[str, object]
) -> None:
    gateway.environment["TOKEN_AUDIENCE_CLAIM"] = "client_id"
    assert gateway.refusal_of(issuer.token(claims=issuer.claims(**changes))) == "audience"


def test_a_token_of_8192_characters_is_accepted_with_a_small_context_and_a_longer_one_is_refused(
    gateway: Gateway, issuer: Issuer
) -> None:
    assert len(str(gateway.authorize(issuer.token_of_length(8192))["context"])) < 1024
    assert gateway.refusal_of(issuer.token_of_length(8193)) == "authorization-header"
