"""Tokens with forged forms and signatures, by the sections of RFC 8725 (JWT best current practices): 3.1 to 3.7."""

import base64
import gzip
import hmac
import json
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding
from support.issuer import Gateway, Issuer, es256

type Forge = Callable[[Issuer], str]


def _b64(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def _hmac(secret: bytes, digest: str = "sha256") -> Callable[[bytes], bytes]:
    return lambda octets: hmac.digest(secret, octets, digest)


def _pem(issuer: Issuer) -> bytes:
    return issuer.rsa_key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _pkcs1(issuer: Issuer, algorithm: hashes.HashAlgorithm) -> Callable[[bytes], bytes]:
    return lambda octets: issuer.rsa_key.sign(octets, padding.PKCS1v15(), algorithm)


def _with_last_bit_turned(issuer: Issuer) -> Callable[[bytes], bytes]:
    def sign(octets: bytes) -> bytes:
        *head, last = _pkcs1(issuer, hashes.SHA256())(octets)
        return bytes([*head, last ^ 1])

    return sign


def _pss(issuer: Issuer) -> Callable[[bytes], bytes]:
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    return lambda octets: issuer.rsa_key.sign(octets, pss, hashes.SHA256())


def _header(**changes: object) -> Forge:
    return lambda issuer: issuer.token(issuer.header(**changes))


def _raw_header(text: str) -> Forge:
    return lambda issuer: issuer.token(text.encode("utf-8", "surrogatepass"))


def _raw_claims(text: str) -> Forge:
    """Put `text` after the members of valid claims."""
    return lambda issuer: issuer.token(
        claims=(json.dumps(issuer.claims())[:-1] + text + "}").encode("utf-8", "surrogatepass")
    )


def _edited(edit: Callable[[str], str]) -> Forge:
    return lambda issuer: edit(issuer.token())


def _segments(edit: Callable[[str, str, str], str]) -> Forge:
    return lambda issuer: edit(*issuer.token().split("."))


def _with_spare_bits(segment: str) -> str:
    """Encode the same octets with another last character, which Python's decoder accepts."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    spelling = segment[:-1] + alphabet[alphabet.index(segment[-1]) + 1]
    assert base64.urlsafe_b64decode(spelling + "==") == base64.urlsafe_b64decode(segment + "==")
    return spelling


def _es256(octets: bytes) -> Callable[[bytes], bytes]:
    return lambda _: octets


def _p384(issuer: Issuer) -> str:
    return issuer.token(
        issuer.header(alg="ES384", kid="p384"), sign=lambda o: issuer.p384.sign(o, ec.ECDSA(hashes.SHA384()))
    )


def _padded_es256(issuer: Issuer) -> str:
    def sign(octets: bytes) -> bytes:
        signature = es256(issuer.p256)(octets)
        return signature[:32] + b"\0" + signature[32:]

    return issuer.token(issuer.header(alg="ES256", kid="ec"), sign=sign)


def _der_es256(issuer: Issuer) -> str:
    return issuer.token(
        issuer.header(alg="ES256", kid="ec"), sign=lambda o: issuer.p256.sign(o, ec.ECDSA(hashes.SHA256()))
    )


_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

FORGERIES: dict[str, dict[str, tuple[str, Forge]]] = {
    "3.1 algorithm verification": {
        "none": ("algorithm", lambda i: i.token(i.header(alg="none"), sign=lambda _: b"")),
        "None": ("algorithm", lambda i: i.token(i.header(alg="None"), sign=lambda _: b"")),
        "nOnE with a signature": ("algorithm", _header(alg="nOnE")),
        "no algorithm": ("algorithm", _header(alg=...)),
        "empty algorithm": ("algorithm", _header(alg="")),
        "null algorithm": ("algorithm", _header(alg=None)),
        "list of algorithms": ("algorithm", _header(alg=["RS256"])),
        "object as algorithm": ("algorithm", _header(alg={"RS256": 1})),
        "lower-case algorithm": ("algorithm", _header(alg="rs256")),
        "algorithm with a blank": ("algorithm", _header(alg="RS256 ")),
        "algorithm with a null": ("algorithm", _header(alg="RS256\0")),
        "HS256 keyed with the public key's PEM": (
            "algorithm",
            lambda i: i.token(i.header(alg="HS256"), sign=_hmac(_pem(i))),
        ),
        "HS256 keyed with the modulus": (
            "algorithm",
            lambda i: i.token(
                i.header(alg="HS256"), sign=_hmac(i.rsa_key.public_key().public_numbers().n.to_bytes(256, "big"))
            ),
        ),
        "RS256 header over an HMAC with the PEM": ("signature", lambda i: i.token(sign=_hmac(_pem(i)))),
        "ES256 named, RSA key and signature": ("algorithm", _header(alg="ES256")),
        "RS256 named, P-256 key": ("algorithm", _header(kid="ec")),
        "RS384": ("algorithm", lambda i: i.token(i.header(alg="RS384"), sign=_pkcs1(i, hashes.SHA384()))),
        "RS512": ("algorithm", lambda i: i.token(i.header(alg="RS512"), sign=_pkcs1(i, hashes.SHA512()))),
        "PS256": ("algorithm", lambda i: i.token(i.header(alg="PS256"), sign=_pss(i))),
        "RS256 named, PSS signature": ("signature", lambda i: i.token(sign=_pss(i))),
        "a key that the set reserves for PS256": ("unknown-key", _header(kid="rsa-pss")),
    },
    "3.2 appropriate algorithms": {
        "ES384 with the P-384 key": ("algorithm", _p384),
        "ES256 named, P-384 key": ("unknown-key", lambda i: i.token(i.header(alg="ES256", kid="p384"))),
        "EdDSA": ("algorithm", _header(alg="EdDSA")),
        "ES256K": ("algorithm", _header(alg="ES256K", kid="ec")),
        "RSA key agreement": ("algorithm", _header(alg="RSA1_5")),
        "RS256 named, SHA-1 signature": ("signature", lambda i: i.token(sign=_pkcs1(i, hashes.SHA1()))),  # noqa: S303 - must be refused
    },
    "3.3 cryptographic operations": {
        "no signature": ("signature", _segments(lambda h, p, _: f"{h}.{p}.")),
        "signature of other claims": (
            "signature",
            lambda i: ".".join([*i.token(claims=i.claims(sub="admin")).split(".")[:2], i.token().split(".")[2]]),
        ),
        "signature of a stranger": (
            "signature",
            lambda i: i.token(sign=lambda o: i.stranger.sign(o, padding.PKCS1v15(), hashes.SHA256())),
        ),
        "one bit of the signature turned": ("signature", lambda i: i.token(sign=_with_last_bit_turned(i))),
        "signature cut": ("signature", lambda i: i.token(sign=lambda o: _pkcs1(i, hashes.SHA256())(o)[:-1])),
        "signature extended": ("signature", lambda i: i.token(sign=lambda o: _pkcs1(i, hashes.SHA256())(o) + b"\0")),
        "signature of zeros": ("signature", lambda i: i.token(sign=lambda _: bytes(256))),
        "ES256 signature of zeros": (
            "signature",
            lambda i: i.token(i.header(alg="ES256", kid="ec"), sign=_es256(bytes(64))),
        ),
        "ES256 signature of the order": (
            "signature",
            lambda i: i.token(i.header(alg="ES256", kid="ec"), sign=_es256(_P256_ORDER.to_bytes(32, "big") * 2)),
        ),
        "ES256 signature in DER": ("signature", _der_es256),
        "ES256 signature cut": (
            "signature",
            lambda i: i.token(i.header(alg="ES256", kid="ec"), sign=_es256(b"1" * 63)),
        ),
        "ES256 signature with a zero octet before s": ("signature", _padded_es256),
        "header changed after signing": (
            "signature",
            lambda i: f"{_b64(json.dumps(i.header(typ='at+jwt')).encode())}.{i.token().split('.', 1)[1]}",
        ),
    },
    "3.4 cryptographic inputs": {
        "two segments": ("token-malformed", _segments(lambda h, p, _: f"{h}.{p}")),
        "one segment": ("token-malformed", _segments(lambda h, _p, _s: h)),
        "four segments": ("token-malformed", _edited(lambda t: f"{t}.{t.rsplit('.', 1)[1]}")),
        "five segments, as JWE has": ("token-malformed", _edited(lambda t: f"{t}.e30.e30")),
        "trailing dot": ("token-malformed", _edited(lambda t: f"{t}.")),
        "empty header": ("token-malformed", _segments(lambda _, p, s: f".{p}.{s}")),
        "only dots": ("token-malformed", lambda _: ".."),
        "padded signature": ("token-malformed", _edited(lambda t: f"{t}==")),
        "padded header": ("authorization-header", _segments(lambda h, p, s: f"{h}=.{p}.{s}")),
        "standard alphabet in the signature": (
            "token-malformed",
            lambda i: i.token(sign=lambda _: b"\xfb\xff" * 128).replace("-_", "+/"),
        ),
        "foreign character in the signature": (
            "token-malformed",
            _segments(lambda h, p, s: f"{h}.{p}.{s[:9]}~{s[9:]}"),
        ),
        "line break in the signature": ("authorization-header", _segments(lambda h, p, s: f"{h}.{p}.{s[:9]}\n{s[9:]}")),
        "line break at the end": ("authorization-header", _edited(lambda t: f"{t}\n")),
        "spare bits in the signature": (
            "token-malformed",
            _segments(lambda h, p, s: f"{h}.{p}.{_with_spare_bits(s)}"),
        ),
        "one character too many in a segment": ("token-malformed", _segments(lambda h, p, _: f"{h}.{p}.AAAAA")),
        "header that is no JSON": ("token-malformed", _raw_header("alg=RS256")),
        "header that is a list": ("token-malformed", _raw_header('["RS256"]')),
        "header that is a string": ("token-malformed", _raw_header('"RS256"')),
        "header with something behind": ("token-malformed", _raw_header('{"alg":"RS256","kid":"rsa"} {}')),
        "header with a repeated algorithm": (
            "token-malformed",
            _raw_header('{"alg":"none","alg":"RS256","kid":"rsa"}'),
        ),
        "header with a repeated kid, once escaped": (
            "token-malformed",
            _raw_header('{"alg":"RS256","kid":"hmac","\\u006bid":"rsa"}'),
        ),
        "header nested deeply": ("token-malformed", _raw_header('{"alg":"RS256","kid":"rsa","x":' + "[" * 1000)),
        "header with NaN": ("token-malformed", _raw_header('{"alg":"RS256","kid":"rsa","x":NaN}')),
        "claims that are no JSON": ("claims-malformed", lambda i: i.token(claims=b"sub=client-1")),
        "no claims": (
            "claims-malformed",
            lambda i: i.sign(json.dumps(i.header()).encode(), b"", _pkcs1(i, hashes.SHA256())),
        ),
        "claims that are a list": ("claims-malformed", lambda i: i.token(claims=b"[1]")),
        "claims that are a nested token": (
            "claims-malformed",
            lambda i: i.token(i.header(cty="JWT"), i.token().encode()),
        ),
        "claims with a repeated subject": ("claims-malformed", _raw_claims(', "sub": "admin"')),
        "claims with a repeated account in a nested object": (
            "claims-malformed",
            _raw_claims(', "x": {"a": 1, "a": 2}'),
        ),
        "claims nested deeply": ("claims-malformed", _raw_claims(', "x": ' + "[" * 2000 + "]" * 2000)),
        "claims with a number of thousands of digits": ("claims-malformed", _raw_claims(', "x": ' + "9" * 4000)),
        "claims with Infinity": ("claims-malformed", _raw_claims(', "x": Infinity')),
        "a token too long": ("authorization-header", lambda i: i.token(claims=i.claims(padding="x" * 8000))),
    },
    "3.5 keys": {
        "an RSA key of 1024 bits": (
            "unknown-key",
            lambda i: i.token(
                i.header(kid="small-rsa"), sign=lambda o: i.small_rsa.sign(o, padding.PKCS1v15(), hashes.SHA256())
            ),
        ),
        "HS256 with the secret that is in the set": (
            "algorithm",
            lambda i: i.token(
                i.header(alg="HS256", kid="hmac"),
                sign=_hmac(b"a secret that the issuer should not have published"),
            ),
        ),
        "RS256 named, the secret's id": ("unknown-key", _header(kid="hmac")),
        "HS256 with an empty secret": ("algorithm", lambda i: i.token(i.header(alg="HS256"), sign=_hmac(b""))),
        "an encryption key": ("unknown-key", _header(kid="rsa-encryption")),
    },
    "3.6 compression": {
        "compressed claims": (
            "claims-malformed",
            lambda i: i.token(i.header(zip="DEF"), gzip.compress(json.dumps(i.claims()).encode())),
        ),
    },
    "3.7 UTF-8": {
        "header in UTF-16": ("token-malformed", lambda i: i.token(json.dumps(i.header()).encode("utf-16"))),
        "claims in UTF-16": ("claims-malformed", lambda i: i.token(claims=json.dumps(i.claims()).encode("utf-16"))),
        "claims in Latin-1": ("claims-malformed", lambda i: i.token(claims='{"sub":"Zoë"}'.encode("latin-1"))),
        "claims with a byte order mark": (
            "claims-malformed",
            lambda i: i.token(claims=b"\xef\xbb\xbf" + json.dumps(i.claims()).encode()),
        ),
        "claims with an encoded surrogate": ("claims-malformed", _raw_claims(', "x": "\ud800"')),
        "claims with an escaped lone surrogate": ("claims-malformed", _raw_claims(', "x": "\\ud800"')),
        "claims with a lone surrogate as a name": ("claims-malformed", _raw_claims(', "\\udfff": 1')),
        "claims with an overlong encoding": ("claims-malformed", lambda i: i.token(claims=b'{"sub":"\xc0\xaf"}')),
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


def test_the_tokens_are_valid_before_they_are_forged(gateway: Gateway, issuer: Issuer) -> None:
    answers = [gateway.authorize(token) for token in (issuer.token(), issuer.es256_token())]
    assert [answer["principalId"] for answer in answers] == ["client-1", "client-1"]
