"""JSON Web Keys and key sets (RFC 7517), limited to keys that verify RS256 or ES256 (RFC 7518, sections 3.3 and 3.4).

A key verifies exactly one algorithm, which the key set determines and never the token (RFC 8725, section 3.1).
"""

from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Mapping
from typing import Final, Literal, NamedTuple, TypeGuard

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey, EllipticCurvePublicNumbers
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers

from connection_overrides.auth.encoding import decode_base64url, parse_json_object
from connection_overrides.auth.errors import JwksUnavailableError

type Algorithm = Literal["RS256", "ES256"]

MIN_RSA_BITS: Final = 2048  # RFC 7518, section 3.3
MAX_RSA_BITS: Final = 8192  # verification time grows with the square of the size
MIN_RSA_EXPONENT: Final = 65_537  # FIPS 186-5, section 5.1
MAX_KEY_ID_LENGTH: Final = 256

P256_OCTETS: Final = 32
"""Length of a P-256 coordinate and of each half of an ES256 signature (RFC 7518, sections 6.2.1.2 and 3.4)."""


class VerificationKey(NamedTuple):
    """A public key and the only algorithm that it verifies."""

    algorithm: Algorithm
    public_key: RSAPublicKey | EllipticCurvePublicKey


class KeySet(NamedTuple):
    """An issuer's usable keys by `kid`. A `kid` that several of them share is listed in `ambiguous` instead."""

    usable: Mapping[str, VerificationKey]
    ambiguous: frozenset[str]


def parse_key_set(document: bytes) -> KeySet:
    """Return the usable keys of a JWK set, ignoring all others as if they were not there (RFC 7517, section 5).

    Raises JwksUnavailableError if the document is not a JWK set. A set with no usable key is refused as well: it would
    lock everybody out, and is more likely to be a mistake of the issuer than its intention.
    """
    try:
        keys = parse_json_object(document.removeprefix(BOM_UTF8)).get("keys")
    except ValueError:
        raise JwksUnavailableError("document") from None
    if not isinstance(keys, list):
        raise JwksUnavailableError("document")
    parsed = [
        (key_id, key)
        for jwk in keys
        if isinstance(jwk, dict) and is_key_id(key_id := jwk.get("kid")) and (key := _parse_key(jwk)) is not None
    ]
    occurrences = Counter(key_id for key_id, _ in parsed)
    ambiguous = frozenset(key_id for key_id, count in occurrences.items() if count > 1)
    usable = {key_id: key for key_id, key in parsed if key_id not in ambiguous}
    if not usable:
        raise JwksUnavailableError("no-usable-key")
    return KeySet(usable, ambiguous)


def is_key_id(value: object) -> TypeGuard[str]:
    """Return whether `value` is a valid `kid`: a string of 1 to 256 characters (RFC 7515, section 4.1.4; our limit)."""
    return isinstance(value, str) and 1 <= len(value) <= MAX_KEY_ID_LENGTH


def _parse_key(jwk: Mapping[str, object]) -> VerificationKey | None:
    """Return None for a key that is not a valid public key for RS256 or ES256.

    `alg`, `use` and `key_ops` are optional (RFC 7517, sections 4.2 to 4.4), but must fit if present.
    """
    operations = jwk.get("key_ops", ["verify"])
    if jwk.get("use", "sig") != "sig" or not isinstance(operations, list) or "verify" not in operations:
        return None
    if "d" in jwk:  # a published private key: anybody could sign with it
        return None
    try:
        match jwk:
            case {"kty": "RSA", "n": str(n), "e": str(e)} if jwk.get("alg", "RS256") == "RS256":
                return VerificationKey("RS256", _rsa_key(n, e))
            case {"kty": "EC", "crv": "P-256", "x": str(x), "y": str(y)} if jwk.get("alg", "ES256") == "ES256":
                return VerificationKey("ES256", _p256_key(x, y))
            case _:
                return None
    except ValueError:
        return None


def _rsa_key(n: str, e: str) -> RSAPublicKey:
    modulus, exponent = (int.from_bytes(decode_base64url(number), "big") for number in (n, e))
    if not MIN_RSA_BITS <= modulus.bit_length() <= MAX_RSA_BITS or exponent < MIN_RSA_EXPONENT:
        raise ValueError("unsafe size of RSA modulus or exponent")
    return RSAPublicNumbers(e=exponent, n=modulus).public_key()


def _p256_key(x: str, y: str) -> EllipticCurvePublicKey:
    coordinates = [decode_base64url(x), decode_base64url(y)]
    if any(len(coordinate) != P256_OCTETS for coordinate in coordinates):
        raise ValueError("wrong length of a P-256 coordinate")
    point_x, point_y = (int.from_bytes(coordinate, "big") for coordinate in coordinates)
    # Raises ValueError for a point that is not on the curve (RFC 8725, section 3.4).
    return EllipticCurvePublicNumbers(x=point_x, y=point_y, curve=SECP256R1()).public_key()
