"""Compact JSON Web Signatures: parsing, header checks and signature verification (RFC 7515, section 5.2; RFC 8725)."""

from typing import Final, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from connection_overrides.auth.encoding import decode_base64url, parse_json_object
from connection_overrides.auth.errors import InvalidTokenError
from connection_overrides.auth.jwk import P256_OCTETS, Algorithm, VerificationKey, is_key_id

# No critical extension is supported (RFC 7515, section 4.1.11), and neither is the unencoded payload of RFC 7797.
_CRITICAL_PARAMETERS: Final = frozenset({"b64", "crit"})

_ACCESS_TOKEN_TYPES: Final = frozenset({"at+jwt", "application/at+jwt"})


class UnverifiedToken(NamedTuple):
    """The decoded parts of a token with a valid header. Do not use `payload` before the signature is verified."""

    algorithm: Algorithm
    key_id: str
    payload: bytes
    signature: bytes
    signing_input: bytes


def parse_token(token: str, *, require_at_jwt: bool) -> UnverifiedToken:
    """Decode a token and check its header. Raises InvalidTokenError.

    `require_at_jwt` demands the `typ` of RFC 9068, section 2.1; otherwise `JWT` and a missing `typ` are valid as well.
    A key in the header, or its URL, is never read: `jwk`, `jku`, `x5c`, `x5u` (RFC 8725, section 3.10).
    """
    try:
        encoded_header, encoded_payload, encoded_signature = token.split(".")
        header = parse_json_object(decode_base64url(encoded_header))
        payload, signature = decode_base64url(encoded_payload), decode_base64url(encoded_signature)
    except ValueError:
        raise InvalidTokenError("token-malformed") from None
    if not _CRITICAL_PARAMETERS.isdisjoint(header):
        raise InvalidTokenError("critical-header")
    _check_type(header.get("typ", "JWT"), require_at_jwt=require_at_jwt)
    match header.get("alg"):
        case "RS256" | "ES256" as algorithm:
            pass
        case _:
            raise InvalidTokenError("algorithm")
    key_id = header.get("kid")
    if not is_key_id(key_id):
        raise InvalidTokenError("key-id")
    signing_input = f"{encoded_header}.{encoded_payload}".encode("ascii")
    return UnverifiedToken(algorithm, key_id, payload, signature, signing_input)


def verify_signature(token: UnverifiedToken, key: VerificationKey) -> None:
    """Raise InvalidTokenError unless `key` is for the token's algorithm and verifies its signature."""
    if token.algorithm != key.algorithm:
        raise InvalidTokenError("algorithm")
    try:
        if isinstance(key.public_key, RSAPublicKey):
            key.public_key.verify(token.signature, token.signing_input, PKCS1v15(), SHA256())
        else:
            key.public_key.verify(_to_der(token.signature), token.signing_input, ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        raise InvalidTokenError("signature") from None


def _to_der(signature: bytes) -> bytes:
    """Convert an ES256 signature, which is r and s in 32 octets each, to DER (RFC 7518, section 3.4)."""
    if len(signature) != 2 * P256_OCTETS:
        raise ValueError("wrong length of an ES256 signature")
    r, s = signature[:P256_OCTETS], signature[P256_OCTETS:]
    return encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))


def _check_type(typ: object, *, require_at_jwt: bool) -> None:
    """Reject other kinds of JWTs (RFC 8725, section 3.11). Media types ignore case (RFC 7515, section 4.1.9)."""
    accepted = _ACCESS_TOKEN_TYPES if require_at_jwt else _ACCESS_TOKEN_TYPES | {"jwt"}
    if not isinstance(typ, str) or typ.lower() not in accepted:
        raise InvalidTokenError("token-type")
