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
    "typ Bearer among the claims": {"typ": "Bearer"},
    "typ in lower case among the claims": {"typ": "bearer"},
    "typ at+jwt among the claims": {"typ": "at+jwt"},
    "typ JWT among the claims": {"typ": "JWT"},
    "claims that issuers copy from the session": {
        "nonce": "n-0S6_WzA2Mj",
        "at_hash": "77QmUPtjPfzWtF2AnpK9RQ",
        "auth_time": NOW - 60,
        "amr": ["pwd"],
        "sid": "08a5019c-17e1-4977-8f42-65a12843ea02",
        "email": "jane@example.com",
    },
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
        ({"scope": ["connections:write", "openid"]}, "connections:write"),
        ({"scope": ..., "scp": "connections:write connections:read"}, "connections:read connections:write"),
        ({"scope": ..., "scp": ["connections:write", "openid"]}, "connections:write"),
        ({"scope": ..., "scp": []}, ""),
        ({"scope": None, "scp": ["connections:write"]}, "connections:write"),
        ({"scope": "connections:read", "scp": ["projects:admin"]}, "connections:read"),
        ({"scope": "", "scp": ["projects:admin"]}, ""),
        ({"scope": ..., "roles": ["projects:admin"]}, ""),
        ({"scope": " ".join(f"other:{number}" for number in range(400)) + " connections:read"}, "connections:read"),
    ],
)
def test_the_context_has_the_scopes_of_the_token_that_the_api_knows(
    gateway: Gateway, issuer: Issuer, changes: dict[str, object], scopes: str
) -> None:
    answer = gateway.authorize(issuer.token(claims=issuer.claims(**changes)))
    assert answer["context"]["scopes"] == scopes


_ODD_SCOPES: dict[str, tuple[object, str]] = {
    "quotation marks": ('connections:read" "connections:write connections:read', "connections:read"),
    "letters outside ASCII": ("connections:read проект:читать", "connections:read"),
    "two blanks": ("connections:read  connections:write", "connections:read connections:write"),
    "blanks around": (" connections:read ", "connections:read"),
    "a tab between": ("connections:read\tconnections:write", ""),
    "a no-break space between": ("connections:read\u00a0connections:write", ""),
    "a comma between": ("connections:read,connections:write", ""),
    "a line break": ("connections:read\n connections:write", "connections:write"),
    "members of other types": (
        ["connections:read", 1, 1.5, True, None, ["projects:admin"], {"projects:admin": "projects:admin"}],
        "connections:read",
    ),
    "two scopes in one member": (["connections:read projects:admin", "connections:write"], "connections:write"),
    "an empty member": (["", "connections:read"], "connections:read"),
    "a number": (7, ""),
    "true": (True, ""),
    "null": (None, ""),
    "an object": ({"connections:read": True}, ""),
    "an object of lists": ({"roles": ["connections:read"]}, ""),
}


@pytest.mark.parametrize("claim", ["scope", "scp", "roles"])
@pytest.mark.parametrize(("granted", "scopes"), _ODD_SCOPES.values(), ids=_ODD_SCOPES.keys())
def test_odd_and_foreign_scopes_are_ignored_and_neither_passed_on_nor_logged(
    gateway: Gateway, issuer: Issuer, claim: str, granted: object, scopes: str
) -> None:
    gateway.environment["TOKEN_SCOPE_CLAIM"] = "roles" if claim == "roles" else ""
    answer = gateway.authorize(issuer.token(claims=issuer.claims(**{"scope": ..., claim: granted})))
    assert answer["context"] == {
        "account": "account-1",
        "subject": "client-1",
        "scopes": scopes,
        "expiresAt": "1800000600",
    }
    [line] = gateway.log.lines
    assert line.keys() == {"message", "request_id", "outcome", "account"}


@pytest.mark.parametrize(
    ("changes", "scopes"),
    [
        ({"roles": ["connections:read", "Reader"]}, "connections:read"),
        ({"roles": "connections:read connections:write"}, "connections:read connections:write"),
        ({"scope": "projects:admin", "roles": ["connections:read"]}, "connections:read"),
        ({"scope": "projects:admin", "scp": "projects:admin"}, ""),
    ],
)
def test_scopes_are_read_only_from_the_configured_claim(
    gateway: Gateway, issuer: Issuer, changes: dict[str, object], scopes: str
) -> None:
    gateway.environment["TOKEN_SCOPE_CLAIM"] = "roles"
    answer = gateway.authorize(issuer.token(claims=issuer.claims(**changes)))
    assert answer["context"]["scopes"] == scopes


@pytest.mark.parametrize(("account", "text"), [(42, "42"), (0, "0"), (10**59, "1" + "0" * 59)])
def test_an_integer_account_is_the_same_tenant_as_its_decimal_text(
    gateway: Gateway, issuer: Issuer, account: int, text: str
) -> None:
    answers = [gateway.authorize(issuer.token(claims=issuer.claims(account_id=same))) for same in (account, text)]
    assert answers[0] == answers[1]
    assert answers[0]["context"]["account"] == text


@pytest.mark.parametrize(
    ("audience", "accepted"),
    [
        ("connection-overrides", True),
        ("api://1f0e", True),
        (["https://other.example", "api://1f0e"], True),
        (["connection-overrides", "api://1f0e"], True),
        ("connection-overrides,api://1f0e", False),
        ("connection-overrides,", False),
        ("", False),
        (["https://other.example"], False),
    ],
)
def test_one_of_several_audiences_is_enough(
    gateway: Gateway, issuer: Issuer, audience: object, *, accepted: bool
) -> None:
    gateway.environment["TOKEN_AUDIENCE"] = "connection-overrides, api://1f0e"
    token = issuer.token(claims=issuer.claims(aud=audience))
    if accepted:
        assert gateway.authorize(token)["principalId"] == "client-1"
    else:
        assert gateway.refusal_of(token) == "audience"


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


def test_audience_claim_and_aud_can_name_different_audiences_of_ours(gateway: Gateway, issuer: Issuer) -> None:
    gateway.environment |= {"TOKEN_AUDIENCE_CLAIM": "client_id", "TOKEN_AUDIENCE": "client-1,https://api.example"}
    claims = issuer.claims(client_id="client-1", aud="https://api.example")
    assert gateway.authorize(issuer.token(claims=claims))["principalId"] == "client-1"


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
