"""JSON Web Keys and sets of them (RFC 7517), as far as they verify RS256 or ES256 (RFC 7518, 3.3 and 3.4).

Each key is made for one algorithm, and the set decides which: never the token (RFC 8725, 3.1).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeGuard

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey, EllipticCurvePublicNumbers
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers

from connection_overrides import strict_json
from connection_overrides.authorizer import base64url

type Algorithm = Literal["RS256", "ES256"]

MIN_RSA_BITS: Final = 2048
"""RFC 7518, 3.3: a key of size 2048 bits or larger MUST be used."""

MAX_RSA_BITS: Final = 8192
"""Verifying costs grow with the square of the size; no issuer publishes larger keys."""

_MIN_RSA_EXPONENT: Final = 65_537  # FIPS 186-5, 5.1
_P256_OCTETS: Final = 32  # RFC 7518, 6.2.1.2: the coordinates of P-256 are 32 octets each, leading zeros included
MAX_KEY_ID_LENGTH: Final = 256


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """A public key together with the one algorithm that it verifies."""

    algorithm: Algorithm
    public_key: RSAPublicKey | EllipticCurvePublicKey


@dataclass(frozen=True, slots=True)
class KeySet:
    """The keys of an issuer by `kid`. An id that the set gives to several keys is in `ambiguous` and nowhere else."""

    usable: Mapping[str, VerificationKey]
    ambiguous: frozenset[str]


def parse_key_set(document: str) -> KeySet:
    """Return the usable keys of a JWK set (RFC 7517, 5).

    Keys of other kinds are passed over, as RFC 7517 demands: HMAC keys, encryption keys, other curves, small RSA keys,
    private keys, keys without an id. Raises ValueError when `document` is no JWK set at all.
    """
    match strict_json.parse(document):
        case {"keys": list(members)}:
            jwks = [member for member in members if isinstance(member, dict)]
        case _:
            raise ValueError("not a JWK set")
    identified = [(key_id, jwk) for jwk in jwks if is_key_id(key_id := jwk.get("kid"))]
    occurrences = Counter(key_id for key_id, _ in identified)
    usable = {
        key_id: key
        for key_id, jwk in identified
        if occurrences[key_id] == 1 and (key := verification_key(jwk)) is not None
    }
    return KeySet(usable=usable, ambiguous=frozenset(key_id for key_id, times in occurrences.items() if times > 1))


def is_key_id(value: object) -> TypeGuard[str]:
    """Tell whether `value` can be a `kid`: a string of 1 to 256 characters (RFC 7515, 4.1.4; the limit is ours)."""
    return isinstance(value, str) and 1 <= len(value) <= MAX_KEY_ID_LENGTH


def verification_key(jwk: Mapping[str, object]) -> VerificationKey | None:
    """Return the key that `jwk` describes, or None when it is not a sound public key for RS256 or ES256.

    `alg`, `use` and `key_ops` are optional (RFC 7517, 4.2 to 4.4), but none of them may say something else.
    """
    if not _is_for_verifying(jwk):
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


def _is_for_verifying(jwk: Mapping[str, object]) -> bool:
    operations = jwk.get("key_ops", ["verify"])
    return (
        jwk.get("use", "sig") == "sig"
        and isinstance(operations, list)
        and "verify" in operations
        and "d" not in jwk  # whoever can read a private key can sign with it
    )


def _rsa_key(n: str, e: str) -> RSAPublicKey:
    modulus, exponent = (int.from_bytes(base64url.decode(number), "big") for number in (n, e))
    if not MIN_RSA_BITS <= modulus.bit_length() <= MAX_RSA_BITS or exponent < _MIN_RSA_EXPONENT:
        raise ValueError("RSA key of an unsound size")
    return RSAPublicNumbers(e=exponent, n=modulus).public_key()


def _p256_key(x: str, y: str) -> EllipticCurvePublicKey:
    coordinates = [base64url.decode(x), base64url.decode(y)]
    if any(len(coordinate) != _P256_OCTETS for coordinate in coordinates):
        raise ValueError("coordinates of another length")
    point_x, point_y = (int.from_bytes(coordinate, "big") for coordinate in coordinates)
    # Refuses a point that is not on the curve (RFC 8725, 3.4).
    return EllipticCurvePublicNumbers(x=point_x, y=point_y, curve=SECP256R1()).public_key()
