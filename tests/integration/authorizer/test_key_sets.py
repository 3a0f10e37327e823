"""Which keys of a JWK set verify tokens."""

from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from support.issuer import Gateway, Issuer, public_jwk

type Key = dict[str, Any]


@pytest.fixture
def rsa_jwk(issuer: Issuer) -> Key:
    return issuer.jwks()["keys"][0]


@pytest.fixture
def ec_jwk(issuer: Issuer) -> Key:
    return issuer.jwks()["keys"][1]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"alg": "RS256"},
        {"use": "sig", "key_ops": ["verify"]},
        {"key_ops": ["verify", "encrypt"]},
        {"x5t": "dGh1bWJwcmludA", "x5c": ["MIIB"], "unknown": 1},
    ],
)
def test_an_rsa_key_verifies_rs256(gateway: Gateway, issuer: Issuer, rsa_jwk: Key, changes: Key) -> None:
    members = {name: rsa_jwk[name] for name in ("kty", "n", "e", "kid")}
    gateway.jwks = {"keys": [members | changes]}
    assert gateway.authorize(issuer.token())["principalId"] == "client-1"
    assert gateway.refusal_of(issuer.token(issuer.header(alg="ES256"))) == "algorithm"


@pytest.mark.parametrize("changes", [{}, {"alg": "ES256", "use": "sig", "key_ops": ["verify"]}])
def test_a_p256_key_verifies_es256(gateway: Gateway, issuer: Issuer, ec_jwk: Key, changes: Key) -> None:
    gateway.jwks = {"keys": [ec_jwk | changes]}
    assert gateway.authorize(issuer.es256_token())["principalId"] == "client-1"
    assert gateway.refusal_of(issuer.token(issuer.header(kid="ec"))) == "algorithm"


_UNUSABLE: dict[str, Callable[[Key, Key], Key]] = {
    "no kty": lambda r, _: {**r, "kty": None},
    "kty in lower case": lambda r, _: {**r, "kty": "rsa"},
    "OKP": lambda _, e: {**e, "kty": "OKP", "crv": "Ed25519"},
    "RSA for another algorithm": lambda r, _: {**r, "alg": "PS256"},
    "RSA for ES256": lambda r, _: {**r, "alg": "ES256"},
    "RSA for encryption": lambda r, _: {**r, "use": "enc"},
    "RSA with a use that is null": lambda r, _: {**r, "use": None},
    "RSA with an algorithm that is null": lambda r, _: {**r, "alg": None},
    "RSA that may not verify": lambda r, _: {**r, "key_ops": ["encrypt"]},
    "RSA with a string as key_ops": lambda r, _: {**r, "key_ops": "verify"},
    "RSA with its private exponent": lambda r, _: {**r, "d": "AQAB"},
    "RSA without modulus": lambda r, _: {**r, "n": None},
    "RSA with an empty modulus": lambda r, _: {**r, "n": ""},
    "RSA with a padded modulus": lambda r, _: {**r, "n": r["n"] + "=="},
    "RSA with a modulus in the standard alphabet": lambda r, _: {**r, "n": "+/" + r["n"][2:]},
    "RSA of 8,208 bits": lambda r, _: {**r, "n": "_" * 1368},
    "RSA with the exponent 1": lambda r, _: {**r, "e": "AQ"},
    "RSA with the exponent 3": lambda r, _: {**r, "e": "Aw"},
    "RSA with the exponent 65,535": lambda r, _: {**r, "e": "__8"},
    "RSA with an even exponent": lambda r, _: {**r, "e": "AQAC"},
    "EC for another algorithm": lambda _, e: {**e, "alg": "ES384"},
    "EC for RS256": lambda _, e: {**e, "alg": "RS256"},
    "EC for encryption": lambda _, e: {**e, "use": "enc"},
    "EC of another curve": lambda _, e: {**e, "crv": "secp256k1"},
    "EC of no curve": lambda _, e: {**e, "crv": None},
    "EC off the curve": lambda _, e: {**e, "y": e["x"]},
    "EC at the origin": lambda _, e: {**e, "x": "A" * 43, "y": "A" * 43},
    "EC with a short coordinate": lambda _, e: {**e, "x": e["x"][:-4]},
    "EC with a long coordinate": lambda _, e: {**e, "x": "AAAA" + e["x"]},
    "EC without y": lambda _, e: {name: e[name] for name in e if name != "y"},
    "EC with its private value": lambda _, e: {**e, "d": e["x"]},
}


@pytest.mark.parametrize("change", _UNUSABLE.values(), ids=_UNUSABLE.keys())
def test_a_key_that_is_not_a_valid_public_key_for_rs256_or_es256_is_ignored(
    gateway: Gateway, issuer: Issuer, rsa_jwk: Key, ec_jwk: Key, change: Callable[[Key, Key], Key]
) -> None:
    unusable = change(rsa_jwk, ec_jwk)
    others = [key for key in (rsa_jwk, ec_jwk) if key["kid"] != unusable["kid"]]
    gateway.jwks = {"keys": [unusable, *others]}
    token = issuer.token() if unusable["kid"] == "rsa" else issuer.es256_token()
    assert gateway.refusal_of(token) == "unknown-key"


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("change", _UNUSABLE.values(), ids=_UNUSABLE.keys())
def test_a_usable_key_can_share_its_key_id_with_keys_that_are_ignored(
    gateway: Gateway, issuer: Issuer, rsa_jwk: Key, ec_jwk: Key, change: Callable[[Key, Key], Key], *, first: bool
) -> None:
    keys = [rsa_jwk, ec_jwk]
    unusable = [change(rsa_jwk, ec_jwk) | {"kid": key["kid"]} for key in keys]
    gateway.jwks = {"keys": [*keys, *unusable, *unusable] if first else [*unusable, *unusable, *keys]}
    for token in (issuer.token(), issuer.es256_token()):
        assert gateway.authorize(token)["principalId"] == "client-1"


def _key_of(bits: int) -> Key:
    return RSAAlgorithm.to_jwk(rsa.RSAPublicNumbers(65_537, (1 << bits - 1) + 1).public_key(), as_dict=True)


@pytest.mark.parametrize(
    ("bits", "reason"), [(2047, "unknown-key"), (2048, "signature"), (8192, "signature"), (8193, "unknown-key")]
)
def test_an_rsa_key_has_2048_to_8192_bits(
    gateway: Gateway, issuer: Issuer, ec_jwk: Key, bits: int, reason: str
) -> None:
    gateway.jwks = {"keys": [_key_of(bits) | {"kid": "rsa"}, ec_jwk]}
    assert gateway.refusal_of(issuer.token()) == reason


def test_a_set_can_have_several_usable_keys_among_others(gateway: Gateway, issuer: Issuer) -> None:
    assert gateway.authorize(issuer.token())["principalId"] == "client-1"
    assert gateway.authorize(issuer.es256_token())["principalId"] == "client-1"
    for key_id in ("small-rsa", "p384", "rsa-pss", "rsa-encryption", "hmac"):
        assert gateway.refusal_of(issuer.token(issuer.header(kid=key_id))) == "unknown-key"


def test_no_token_is_decided_with_a_key_id_that_several_usable_keys_share(
    gateway: Gateway, issuer: Issuer, rsa_jwk: Key, ec_jwk: Key
) -> None:
    gateway.jwks = {
        "keys": [
            rsa_jwk | {"kid": "the same key twice"},
            rsa_jwk | {"kid": "the same key twice"},
            rsa_jwk | {"kid": "two keys"},
            public_jwk(issuer.stranger) | {"kid": "two keys"},
            rsa_jwk | {"kid": "two types"},
            ec_jwk | {"kid": "two types"},
            ec_jwk,
        ]
    }
    for key_id in ("the same key twice", "two keys", "two types"):
        assert gateway.unavailability(issuer.token(issuer.header(kid=key_id))) == "ambiguous-key-id"
    assert gateway.authorize(issuer.es256_token())["principalId"] == "client-1"


@pytest.mark.parametrize("key_id", [None, "", 1, ["a"], {"a": 1}, "a" * 257])
def test_a_key_without_a_valid_key_id_is_ignored(
    gateway: Gateway, issuer: Issuer, rsa_jwk: Key, ec_jwk: Key, key_id: object
) -> None:
    gateway.jwks = {"keys": [rsa_jwk | {"kid": key_id}, rsa_jwk | {"kid": key_id}, "no object", None, ec_jwk]}
    assert gateway.refusal_of(issuer.token()) == "unknown-key"
    assert gateway.authorize(issuer.es256_token())["principalId"] == "client-1"


@pytest.mark.parametrize("key_id", ["k", "k" * 256])
def test_a_key_id_has_1_to_256_characters(gateway: Gateway, issuer: Issuer, rsa_jwk: Key, key_id: str) -> None:
    gateway.jwks = {"keys": [rsa_jwk | {"kid": key_id}]}
    token = issuer.token(issuer.header(kid=key_id))
    assert gateway.authorize(token)["principalId"] == "client-1"


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"[]",
        b"null",
        b'"keys"',
        b"{}",
        b'{"keys": {}}',
        b'{"keys": null}',
        b'{"keys": [], "keys": []}',
        b'{"keys": [NaN]}',
    ],
)
def test_no_token_is_decided_with_a_document_that_is_not_a_key_set(
    gateway: Gateway, issuer: Issuer, document: bytes
) -> None:
    gateway.jwks = document
    assert gateway.unavailability(issuer.token()) == "document"
