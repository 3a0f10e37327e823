"""Which keys of a JWK set verify tokens here."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from support.issuer import Issuer

from connection_overrides.authorizer.jwk import parse_key_set, verification_key


@pytest.fixture
def rsa_jwk(issuer: Issuer) -> dict[str, Any]:
    return issuer.jwks()["keys"][0]


@pytest.fixture
def ec_jwk(issuer: Issuer) -> dict[str, Any]:
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
def test_an_rsa_key_is_for_rs256(rsa_jwk: dict[str, Any], changes: dict[str, Any]) -> None:
    members = {name: rsa_jwk[name] for name in ("kty", "n", "e")}
    key = verification_key({**members, **changes})
    assert key is not None
    assert key.algorithm == "RS256"


def test_a_p256_key_is_for_es256(ec_jwk: dict[str, Any]) -> None:
    for changes in ({}, {"alg": "ES256", "use": "sig", "key_ops": ["verify"]}):
        key = verification_key(ec_jwk | changes)
        assert key is not None
        assert key.algorithm == "ES256"


_UNSOUND: dict[str, Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]] = {
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
    "RSA with an even exponent": lambda r, _: {**r, "e": "AQAC"},
    "EC for another algorithm": lambda _, e: {**e, "alg": "ES384"},
    "EC for RS256": lambda _, e: {**e, "alg": "RS256"},
    "EC of another curve": lambda _, e: {**e, "crv": "secp256k1"},
    "EC of no curve": lambda _, e: {**e, "crv": None},
    "EC off the curve": lambda _, e: {**e, "y": e["x"]},
    "EC at the origin": lambda _, e: {**e, "x": "A" * 43, "y": "A" * 43},
    "EC with a short coordinate": lambda _, e: {**e, "x": e["x"][:-4]},
    "EC with a long coordinate": lambda _, e: {**e, "x": "AAAA" + e["x"]},
    "EC without y": lambda _, e: {name: e[name] for name in e if name != "y"},
    "EC with its private value": lambda _, e: {**e, "d": e["x"]},
}


@pytest.mark.parametrize("unsound", _UNSOUND.values(), ids=_UNSOUND.keys())
def test_a_key_that_is_not_for_rs256_or_es256_or_not_sound_is_none(
    rsa_jwk: dict[str, Any], ec_jwk: dict[str, Any], unsound: Callable[[Any, Any], dict[str, Any]]
) -> None:
    assert verification_key(unsound(rsa_jwk, ec_jwk)) is None


def test_an_rsa_key_of_2047_bits_is_too_small() -> None:
    n = rsa.RSAPublicNumbers(e=65_537, n=(1 << 2046) + 1).public_key()
    assert verification_key(RSAAlgorithm.to_jwk(n, as_dict=True)) is None


def test_a_set_is_its_usable_keys_by_id(issuer: Issuer) -> None:
    keys = parse_key_set(json.dumps(issuer.jwks()))
    assert {key_id: key.algorithm for key_id, key in keys.usable.items()} == {"rsa": "RS256", "ec": "ES256"}
    assert keys.ambiguous == frozenset()


def test_an_id_that_the_set_gives_twice_is_ambiguous_whatever_the_keys(
    rsa_jwk: dict[str, Any], ec_jwk: dict[str, Any]
) -> None:
    jwks = [
        rsa_jwk | {"kid": "a"},
        rsa_jwk | {"kid": "a"},
        ec_jwk | {"kid": "b"},
        {"kty": "oct", "kid": "b", "k": "AAAA"},
        ec_jwk | {"kid": "c"},
    ]
    keys = parse_key_set(json.dumps({"keys": jwks}))
    assert keys.usable.keys() == {"c"}
    assert keys.ambiguous == {"a", "b"}


@pytest.mark.parametrize("key_id", [None, "", 1, ["a"], {"a": 1}, "a" * 257])
def test_a_key_without_a_usable_id_is_passed_over(rsa_jwk: dict[str, Any], key_id: object) -> None:
    keys = parse_key_set(json.dumps({"keys": [rsa_jwk | {"kid": key_id}, "no object", None]}))
    assert keys.usable == {}
    assert keys.ambiguous == frozenset()


@pytest.mark.parametrize(
    "document",
    ["", "[]", "null", '"keys"', "{}", '{"keys": {}}', '{"keys": null}', '{"keys": [], "keys": []}', '{"keys": [NaN]}'],
)
def test_a_document_that_is_no_key_set_is_refused(document: str) -> None:
    with pytest.raises(ValueError, match=r"JWK set|is not valid JSON|member twice|not finite"):
        parse_key_set(document)
