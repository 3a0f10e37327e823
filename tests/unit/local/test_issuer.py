"""The development issuer's keys and tokens."""

from pathlib import Path

import jwt
import pytest
from local.issuer import forged, mint, signing_keys


def test_keys_are_created_once(tmp_path: Path) -> None:
    first = [key.path.read_bytes() for key in signing_keys(tmp_path)]
    assert [key.path.read_bytes() for key in signing_keys(tmp_path)] == first


def test_published_keys_have_no_private_members(tmp_path: Path) -> None:
    rsa_jwk, ec_jwk = [key.public_jwk() for key in signing_keys(tmp_path)]
    assert rsa_jwk.keys() == {"kty", "n", "e", "kid", "alg", "use"}
    assert ec_jwk.keys() == {"kty", "crv", "x", "y", "kid", "alg", "use"}


@pytest.mark.parametrize("index", [0, 1])
def test_a_token_verifies_with_the_published_key_of_its_kid(tmp_path: Path, index: int) -> None:
    key = signing_keys(tmp_path)[index]
    token = mint(key, issuer="i", audience="a", account="acme", scopes="s", subject="me")
    claims = jwt.decode(token, jwt.PyJWK(key.public_jwk()), algorithms=[key.alg], audience="a", issuer="i")
    assert claims.keys() == {"iss", "aud", "sub", "account_id", "scope", "iat", "exp", "jti"}
    assert jwt.get_unverified_header(token) == {"alg": key.alg, "typ": "at+jwt", "kid": key.kid}


def test_a_forged_token_has_the_same_claims_and_does_not_verify(tmp_path: Path) -> None:
    key, _ = signing_keys(tmp_path / "ours")
    impostor, _ = signing_keys(tmp_path / "theirs")
    token = mint(key, issuer="i", audience="a", account="acme", scopes="s", subject="me")
    forgery = forged(token, impostor.load())
    assert forgery.rpartition(".")[0] == token.rpartition(".")[0]
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(forgery, jwt.PyJWK(key.public_jwk()), algorithms=["RS256"], audience="a")
