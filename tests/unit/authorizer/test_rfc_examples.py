"""The worked examples of RFC 7515 (JWS) and RFC 7520 (JOSE cookbook), as printed there."""

import json

import pytest
from support.issuer import Gateway, Issuer, new_issuer

from connection_overrides.auth.encoding import decode_base64url
from connection_overrides.auth.errors import InvalidTokenError
from connection_overrides.auth.jwk import Algorithm, VerificationKey, parse_key_set
from connection_overrides.auth.jws import UnverifiedToken, verify_signature

# RFC 7515, A.1 to A.3 and A.5 sign the same claims.
_JOE = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
_JOE_TEXT = b'{"iss":"joe",\r\n "exp":1300819380,\r\n "http://example.com/is_root":true}'

_A1_HS256 = f"eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.{_JOE}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
_A1_JWK = {
    "kty": "oct",
    "k": "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
}
_A2_RS256 = (
    f"eyJhbGciOiJSUzI1NiJ9.{_JOE}."
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1"
    "dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzD"
    "wusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
)
_A2_JWK = {
    "kty": "RSA",
    "n": (
        "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pC"
        "gNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg66"
        "5xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyu"
        "XpoQ"
    ),
    "e": "AQAB",
}
_A3_ES256 = (
    f"eyJhbGciOiJFUzI1NiJ9.{_JOE}."
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
)
_A3_JWK = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}
_A4_ES512 = (
    "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA."
    "AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZC"
    "PEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn"
)
_A4_JWK = {
    "kty": "EC",
    "crv": "P-521",
    "x": "AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk",
    "y": "ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2",
}
_A5_NONE = f"eyJhbGciOiJub25lIn0.{_JOE}."
# RFC 7515, E: an extension that nobody supports.
_E_CRITICAL = "eyJhbGciOiJub25lIiwNCiAiY3JpdCI6WyJodHRwOi8vZXhhbXBsZS5jb20vVU5ERUZJTkVEIl0sDQogImh0dHA6Ly9leGFtcGxlLmNvbS9VTkRFRklORUQiOnRydWUNCn0.RkFJTA."  # noqa: E501 - as printed

_FRODO = (
    "SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4gWW91IHN0ZXAgb250byB0aGUgcm9hZCwgYW5kIG"
    "lmIHlvdSBkb24ndCBrZWVwIHlvdXIgZmVldCwgdGhlcmXigJlzIG5vIGtub3dpbmcgd2hlcmUgeW91IG1pZ2h0IGJlIHN3ZXB0IG9mZiB0by4"
)
_FRODO_TEXT = (
    "It\u2019s a dangerous business, Frodo, going out your door. You step onto the road, and if you don't "
    "keep your feet, there\u2019s no knowing where you might be swept off to."
).encode()
_BILBO = "bilbo.baggins@hobbiton.example"
_RSA_JWK = {  # RFC 7520, 3.3
    "kty": "RSA",
    "kid": _BILBO,
    "use": "sig",
    "n": (
        "n4EPtAOCc9AlkeQHPzHStgAbgs7bTZLwUBZdR8_KuKPEHLd4rHVTeT-O-XV2jRojdNhxJWTDvNd7nqQ0VEiZQHz_AJmSCpMaJMRBSFKrKb2wqVwG"
        "U_NsYOYL-QtiWN2lbzcEe6XC0dApr5ydQLrHqkHHig3RBordaZ6Aj-oBHqFEHYpPe7Tpe-OfVfHd1E6cS6M1FZcD1NNLYD5lFHpPI9bTwJlsde3uh"
        "GqC0ZCuEHg8lhzwOHrtIQbS0FVbb9k3-tVTU4fg_3L_vniUFAKwuCLqKnS2BYwdq_mzSnbLY7h_qixoR7jig3__kRhuaxwUkRz5iaiQkqgc5gHdrN"
        "P5zw"
    ),
    "e": "AQAB",
}
_P521_JWK = {  # RFC 7520, 3.1
    "kty": "EC",
    "kid": _BILBO,
    "use": "sig",
    "crv": "P-521",
    "x": "AHKZLLOsCOzz5cY97ewNUajB957y-C-U88c3v13nmGZx6sYl_oJXu9A5RkTKqjqvjyekWF-7ytDyRXYgCF5cj0Kt",
    "y": "AdymlHvOiLxXkEhayXQnNCvDX4h9htZaCJN34kfmC6pV5OhQHiraVySsUdaQkAgDPrwQrJmbnX9cwlGfP-HqHZR1",
}
_SECRET_JWK = {  # RFC 7520, 3.5
    "kty": "oct",
    "kid": "018c0ae5-4d9b-471b-bfd6-eef314bc7037",
    "use": "sig",
    "alg": "HS256",
    "k": "hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg",
}
_4_1_RS256 = (
    f"eyJhbGciOiJSUzI1NiIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9.{_FRODO}."
    "MRjdkly7_-oTPTS3AXP41iQIGKa80A0ZmTuV5MEaHoxnW2e5CZ5NlKtainoFmKZopdHM1O2U4mwzJdQx996ivp83xuglII7PNDi84wnB-BDkoBwA78"
    "185hX-Es4JIwmDLJK3lfWRa-XtL0RnltuYv746iYTh_qHRD68BNt1uSNCrUCTJDt5aAE6x8wW1Kt9eRo4QPocSadnHXFxnt8Is9UzpERV0ePPQdLuW"
    "3IS_de3xyIrDaLGdjluPxUAhb6L2aXic1U12podGU0KLUQSE_oI-ZnmKJ3F4uOZDnd6QZWJushZ41Axf_fcIe8u9ipH84ogoree7vjbU5y18kDquDg"
)
_4_2_PS384 = (
    f"eyJhbGciOiJQUzM4NCIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9.{_FRODO}."
    "cu22eBqkYDKgIlTpzDXGvaFfz6WGoz7fUDcfT0kkOy42miAh2qyBzk1xEsnk2IpN6-tPid6VrklHkqsGqDqHCdP6O8TTB5dDDItllVo6_1OLPpcbUr"
    "hiUSMxbbXUvdvWXzg-UD8biiReQFlfz28zGWVsdiNAUf8ZnyPEgVFn442ZdNqiVJRmBqrYRXe8P_ijQ7p8Vdz0TTrxUeT3lm8d9shnr2lfJT8ImUjv"
    "AA2Xez2Mlp8cBE5awDzT0qI0n6uiP1aCN_2_jLAeQTlqRHtfa64QQSUmFAAjVKPbByi7xho0uTOcbH510a6GYmJUAfmWjwZ6oD4ifKo8DYM-X72Eaw"
)
_4_3_ES512 = (
    f"eyJhbGciOiJFUzUxMiIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9.{_FRODO}."
    "AE_R_YZCChjn4791jSQCrdPZCNYqHXCTZH0-JZGYNlaAjP2kqaluUIIUnC9qvbu9Plon7KRTzoNEuT4Va2cmL1eJAQy3mtPBu_u_sDDyYjnAMDxXPn"
    "7XrT0lw-kvAD890jl8e2puQens_IEKBpHABlsbEPX6sFY8OcGDqoRuBomu9xQ2"
)
_4_4_HS256 = (
    f"eyJhbGciOiJIUzI1NiIsImtpZCI6IjAxOGMwYWU1LTRkOWItNDcxYi1iZmQ2LWVlZjMxNGJjNzAzNyJ9.{_FRODO}."
    "s0h6KThzkfBBBkLspW1h84VsJZFTsPPqMDA7g1Md7p0"
)


_KEYS = {"a2": _A2_JWK, "a3": _A3_JWK, _BILBO: _RSA_JWK}


def _key(key_id: str) -> VerificationKey:
    document = {"keys": [jwk | {"kid": key_id} for key_id, jwk in _KEYS.items()]}
    return parse_key_set(json.dumps(document).encode()).usable[key_id]


@pytest.mark.parametrize(
    ("token", "algorithm", "key_id", "text"),
    [
        pytest.param(_A2_RS256, "RS256", "a2", _JOE_TEXT, id="RFC 7515, A.2: RS256"),
        pytest.param(_A3_ES256, "ES256", "a3", _JOE_TEXT, id="RFC 7515, A.3: ES256"),
        pytest.param(_4_1_RS256, "RS256", _BILBO, _FRODO_TEXT, id="RFC 7520, 4.1: RS256"),
    ],
)
def test_an_example_of_an_accepted_algorithm_verifies_with_its_own_key_only(
    token: str, algorithm: Algorithm, key_id: str, text: bytes
) -> None:
    # No event can contain the first two: they have no `kid`.
    signing_input, signature = token.rsplit(".", 1)
    payload = decode_base64url(signing_input.split(".")[1])
    assert payload == text
    unverified = UnverifiedToken(algorithm, key_id, payload, decode_base64url(signature), signing_input.encode())
    verify_signature(unverified, _key(key_id))
    for other in _KEYS.keys() - {key_id}:
        with pytest.raises(InvalidTokenError, match=r"^(algorithm|signature)$"):
            verify_signature(unverified, _key(other))


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return new_issuer()


def test_the_handler_reads_the_claims_of_the_cookbook_example_only_with_its_key(issuer: Issuer) -> None:
    gateway = Gateway(issuer)
    gateway.jwks = {"keys": [_RSA_JWK]}
    assert gateway.refusal_of(_4_1_RS256) == "claims-malformed"
    other = Gateway(issuer)
    other.jwks = {"keys": [_A2_JWK | {"kid": _BILBO}]}
    assert other.refusal_of(_4_1_RS256) == "signature"


@pytest.mark.parametrize(
    ("token", "jwk"),
    [
        pytest.param(_A1_HS256, _A1_JWK, id="RFC 7515, A.1: HS256"),
        pytest.param(_A4_ES512, _A4_JWK, id="RFC 7515, A.4: ES512"),
        pytest.param(_A5_NONE, {}, id="RFC 7515, A.5: none"),
        pytest.param(_4_2_PS384, {**_RSA_JWK, "alg": "PS384"}, id="RFC 7520, 4.2: PS384"),
        pytest.param(_4_3_ES512, _P521_JWK, id="RFC 7520, 4.3: ES512"),
        pytest.param(_4_4_HS256, _SECRET_JWK, id="RFC 7520, 4.4: HS256"),
    ],
)
def test_an_example_of_another_algorithm_is_refused_and_its_key_ignored(
    issuer: Issuer, token: str, jwk: dict[str, str]
) -> None:
    gateway = Gateway(issuer)
    gateway.jwks = {"keys": [*issuer.jwks()["keys"], jwk | {"kid": "example"}]}
    assert gateway.refusal_of(token) == "algorithm"
    assert gateway.refusal_of(issuer.token(issuer.header(kid="example"))) == "unknown-key"


def test_the_example_of_a_critical_extension_is_refused_because_of_it(issuer: Issuer) -> None:
    assert Gateway(issuer).refusal_of(_E_CRITICAL) == "critical-header"


def test_the_payloads_in_this_file_are_those_of_the_examples() -> None:
    assert json.loads(_JOE_TEXT) == {"iss": "joe", "exp": 1300819380, "http://example.com/is_root": True}
    assert _FRODO_TEXT.decode().startswith("It’s a dangerous business, Frodo")
