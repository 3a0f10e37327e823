"""Tokens with forged claims, by the sections of RFC 8725 (JWT best current practices): 3.8 to 3.12."""

from collections.abc import Callable

import pytest
from support.issuer import NOW, Gateway, Issuer, public_jwk, rs256

type Forge = Callable[[Issuer], str]


def _header(**changes: object) -> Forge:
    return lambda issuer: issuer.token(issuer.header(**changes))


def _claims(**changes: object) -> Forge:
    return lambda issuer: issuer.token(claims=issuer.claims(**changes))


def _own_key(**changes: object) -> Forge:
    """Sign with a stranger's key, which the header contains under the id of the issuer's key."""

    def forge(issuer: Issuer) -> str:
        key = public_jwk(issuer.stranger) | {"kid": "rsa"}
        return issuer.token(issuer.header(jwk=key, **changes), sign=rs256(issuer.stranger))

    return forge


FORGERIES: dict[str, dict[str, tuple[str, Forge]]] = {
    "3.8 issuer and subject": {
        "no issuer": ("issuer", _claims(iss=...)),
        "another issuer": ("issuer", _claims(iss="https://attacker.example/")),
        "issuer without its slash": ("issuer", _claims(iss="https://issuer.example")),
        "issuer in upper case": ("issuer", _claims(iss="HTTPS://ISSUER.EXAMPLE/")),
        "issuer with a path": ("issuer", _claims(iss="https://issuer.example/realm")),
        "issuer as a list": ("issuer", _claims(iss=["https://issuer.example/"])),
        "no subject": ("subject", _claims(sub=...)),
        "empty subject": ("subject", _claims(sub="")),
        "subject as a number": ("subject", _claims(sub=7)),
        "subject as a list": ("subject", _claims(sub=["client-1"])),
        "subject of 256 characters": ("subject", _claims(sub="s" * 256)),
        "subject of 4,000 characters": ("subject", _claims(sub="s" * 4000)),
        "subject with a line break": ("subject", _claims(sub="client-1\n")),
        "subject with a blank at its end": ("subject", _claims(sub="client-1 ")),
        "subject outside ASCII": ("subject", _claims(sub="clіent-1")),
        "no account": ("account", _claims(account_id=...)),
        "empty account": ("account", _claims(account_id="")),
        "account with the separator": ("account", _claims(account_id="account-1/P")),
        "account with a line break": ("account", _claims(account_id="account-1\n")),
        "account as a negative number": ("account", _claims(account_id=-1)),
        "account as a fraction": ("account", _claims(account_id=1.5)),
        "account as a float without a fraction": ("account", _claims(account_id=1.0)),
        "account true": ("account", _claims(account_id=True)),
        "account false": ("account", _claims(account_id=False)),
        "account null": ("account", _claims(account_id=None)),
        "account as an object": ("account", _claims(account_id={"id": 1})),
        "account as a list": ("account", _claims(account_id=["account-1", "account-2"])),
        "account of 129 characters": ("account", _claims(account_id="a" * 129)),
        "account in full-width letters": ("account", _claims(account_id="\uff41ccount")),
    },
    "3.9 audience": {
        "no audience": ("audience", _claims(aud=...)),
        "another audience": ("audience", _claims(aud="https://other.example")),
        "audience in upper case": ("audience", _claims(aud="CONNECTION-OVERRIDES")),
        "audience as a part of another": ("audience", _claims(aud="connection-overrides-admin")),
        "no audience in the list": ("audience", _claims(aud=[])),
        "other audiences in the list": ("audience", _claims(aud=["a", "b"])),
        "a number in the list": ("audience", _claims(aud=["connection-overrides", 1])),
        "a list in the list": ("audience", _claims(aud=[["connection-overrides"]])),
        "audience as an object": ("audience", _claims(aud={"connection-overrides": True})),
        "audience null": ("audience", _claims(aud=None)),
        "two audiences in one string": ("audience", _claims(aud="connection-overrides other")),
    },
    "3.10 received claims are not trusted": {
        "own key in the header": ("signature", _own_key()),
        "own key in the header, under an unknown key id": ("unknown-key", _own_key(kid="stranger")),
        "own key in the header, without a key id": ("key-id", _own_key(kid=...)),
        "no key id": ("key-id", _header(kid=...)),
        "empty key id": ("key-id", _header(kid="")),
        "key id as a number": ("key-id", _header(kid=1)),
        "key id as a list": ("key-id", _header(kid=["rsa"])),
        "key id null": ("key-id", _header(kid=None)),
        "key id too long": ("key-id", _header(kid="k" * 257)),
        "key id of a file": ("unknown-key", _header(kid="../../../../dev/null")),
        "key id with SQL": ("unknown-key", _header(kid="rsa' UNION SELECT 'secret")),
        "key id in another case": ("unknown-key", _header(kid="RSA")),
        "unknown critical extension": ("critical-header", _header(crit=["exp"], exp=NOW + 600)),
        "empty list of critical extensions": ("critical-header", _header(crit=[])),
        "unencoded payload": ("critical-header", _header(crit=["b64"], b64=False)),
        "b64 without crit": ("critical-header", _header(b64=False)),
        "b64 true": ("critical-header", _header(b64=True)),
        "no expiry": ("numeric-date", _claims(exp=...)),
        "expired": ("expired", _claims(exp=NOW - 30)),
        "expired long ago": ("expired", _claims(exp=0)),
        "expiry as a string": ("numeric-date", _claims(exp=str(NOW + 600))),
        "expiry true": ("numeric-date", _claims(exp=True)),
        "expiry null": ("numeric-date", _claims(exp=None)),
        "expiry as a list": ("numeric-date", _claims(exp=[NOW + 600])),
        "negative expiry": ("numeric-date", _claims(exp=-1)),
        "expiry after the year 9999": ("numeric-date", _claims(exp=253_402_300_800)),
        "expiry in milliseconds": ("numeric-date", _claims(exp=NOW * 1000)),
        "expiry of 60 digits": ("numeric-date", _claims(exp=10**60)),
        "expiry 1e308": ("numeric-date", _claims(exp=1e308)),
        "not valid yet": ("not-yet-valid", _claims(nbf=NOW + 31)),
        "nbf as a string": ("numeric-date", _claims(nbf="0")),
        "nbf null": ("numeric-date", _claims(nbf=None)),
        "made in the future": ("not-yet-valid", _claims(iat=NOW + 31)),
        "iat false": ("numeric-date", _claims(iat=False)),
    },
    "3.11 explicit types": {
        "security event token": ("token-type", _header(typ="secevent+jwt")),
        "logout token": ("token-type", _header(typ="logout+jwt")),
        "DPoP proof": ("token-type", _header(typ="dpop+jwt")),
        "request object": ("token-type", _header(typ="oauth-authz-req+jwt")),
        "JOSE": ("token-type", _header(typ="JOSE")),
        "empty type": ("token-type", _header(typ="")),
        "type null": ("token-type", _header(typ=None)),
        "type as a list": ("token-type", _header(typ=["at+jwt"])),
        "type with a blank": ("token-type", _header(typ="at+jwt ")),
        "type with a parameter": ("token-type", _header(typ="at+jwt; v=1")),
    },
    "3.12 rules for different kinds of tokens": {
        "ID token by token_use": ("not-an-access-token", _claims(token_use="id")),
        "refresh token by token_use": ("not-an-access-token", _claims(token_use="refresh")),
        "token_use in another case": ("not-an-access-token", _claims(token_use="Access")),
        "token_use null": ("not-an-access-token", _claims(token_use=None)),
        "token_use as a list": ("not-an-access-token", _claims(token_use=["access"])),
        "ID token by c_hash": ("not-an-access-token", _claims(c_hash="LDktKdoQak3Pk0cnXxCltA")),
        **{
            f"{kind} by typ among the claims": ("not-an-access-token", _claims(typ=kind))
            for kind in ("ID", "Refresh", "Offline", "Logout", "DPoP", "id_token", "")
        },
        "typ null among the claims": ("not-an-access-token", _claims(typ=None)),
        "typ as a list among the claims": ("not-an-access-token", _claims(typ=["Bearer"])),
    },
}


@pytest.mark.parametrize(
    ("reason", "forge"),
    [
        pytest.param(reason, forge, id=f"{section}: {name}")
        for section, forgeries in FORGERIES.items()
        for name, (reason, forge) in forgeries.items()
    ],
)
def test_a_forged_token_is_unauthorized_for_its_own_reason(
    gateway: Gateway, issuer: Issuer, reason: str, forge: Forge
) -> None:
    assert gateway.refusal_of(forge(issuer)) == reason
