"""A compact JWS: its form, its header and its signature (RFC 7515, 5.2, as RFC 8725 narrows it).

`cryptography` verifies the signature. Everything before that is closed here: the exact encoding, repeated members, and
header parameters that would let a token choose its own key or rules.
"""

from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from connection_overrides import strict_json
from connection_overrides.authorizer import base64url
from connection_overrides.authorizer.jwk import Algorithm, VerificationKey, is_key_id
from connection_overrides.authorizer.refusal import TokenRefusedError

# RFC 8725, 3.10: what the token itself points to is never followed. A thumbprint (`x5t`) carries no key; some issuers
# send it beside `kid`, and it is ignored.
_EMBEDDED_KEY_PARAMETERS: Final = frozenset({"jwk", "jku", "x5c", "x5u"})

# RFC 7515, 4.1.11: none of the extensions that `crit` could name is implemented here, RFC 7797's `b64` included.
_CRITICAL_PARAMETERS: Final = frozenset({"b64", "crit"})

_ACCESS_TOKEN_TYPES: Final = frozenset({"at+jwt", "application/at+jwt"})

_P256_OCTETS: Final = 32
"""RFC 7518, 3.4: a signature is two numbers of 32 octets each, leading zeros included."""


@dataclass(frozen=True, slots=True)
class JoseHeader:
    """What the header of an acceptable token says: the algorithm and the id of the key that it asks for."""

    algorithm: Algorithm
    key_id: str


def read_header(token: str, *, require_at_jwt: bool) -> JoseHeader:
    """Return the header of `token`, after checking its whole form. Nothing of it is authentic yet.

    `require_at_jwt` demands the type of RFC 9068, 2.1. Without it, `JWT` and no type at all are accepted as well.
    Raises TokenRefusedError.
    """
    header = _json_header(token)
    if not _EMBEDDED_KEY_PARAMETERS.isdisjoint(header):
        raise TokenRefusedError("embedded-key")
    if not _CRITICAL_PARAMETERS.isdisjoint(header):
        raise TokenRefusedError("critical-header")
    _check_type(header, require_at_jwt=require_at_jwt)
    match header.get("alg"):
        case "RS256" | "ES256" as algorithm:
            pass
        case _:
            raise TokenRefusedError("algorithm")
    match header.get("kid"):
        case str(key_id) if is_key_id(key_id):
            return JoseHeader(algorithm=algorithm, key_id=key_id)
        case _:
            raise TokenRefusedError("key-id")


def verified_payload(token: str, key: VerificationKey) -> bytes:
    """Return the payload of `token` once its signature is found to be that of `key`, by the key's own algorithm.

    Raises TokenRefusedError for a wrong signature and for a header that names another algorithm (RFC 8725, 3.1).
    """
    signed, _, signature = token.rpartition(".")
    _, _, payload = signed.partition(".")
    if _json_header(token).get("alg") != key.algorithm:
        raise TokenRefusedError("signature")
    try:
        _verify(key, base64url.decode(signature), signed.encode("ascii"))
        return base64url.decode(payload)
    except (InvalidSignature, ValueError):
        raise TokenRefusedError("signature") from None


def _verify(key: VerificationKey, signature: bytes, signed: bytes) -> None:
    """Raise InvalidSignature or ValueError unless the signature is that of `signed` (RFC 7518, 3.3 and 3.4)."""
    if isinstance(key.public_key, RSAPublicKey):
        key.public_key.verify(signature, signed, PKCS1v15(), SHA256())
        return
    if len(signature) != 2 * _P256_OCTETS:
        raise InvalidSignature
    r, s = (int.from_bytes(half, "big") for half in (signature[:_P256_OCTETS], signature[_P256_OCTETS:]))
    key.public_key.verify(encode_dss_signature(r, s), signed, ECDSA(SHA256()))


def _json_header(token: str) -> dict[str, object]:
    try:
        # Exactly three segments, each of them well encoded: anything else is a ValueError.
        header, _payload, _signature = (base64url.decode(segment) for segment in token.split("."))
        members = strict_json.parse(header.decode("utf-8"))
    except ValueError:
        raise TokenRefusedError("token-malformed") from None
    if not isinstance(members, dict):
        raise TokenRefusedError("token-malformed")
    return members


def _check_type(header: dict[str, object], *, require_at_jwt: bool) -> None:
    """Keep the kinds of tokens apart (RFC 8725, 3.11). Media types are case-insensitive (RFC 7515, 4.1.9)."""
    accepted = _ACCESS_TOKEN_TYPES if require_at_jwt else _ACCESS_TOKEN_TYPES | {"jwt"}
    declared = header.get("typ", "JWT")
    if not isinstance(declared, str) or declared.lower() not in accepted:
        raise TokenRefusedError("token-type")
