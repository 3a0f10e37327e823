"""An issuer with its own keys, and the authorizer's handler as API Gateway calls it."""

import base64
import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from connection_overrides.auth.errors import JwksUnavailableError
from connection_overrides.auth.handler import DecisionLogger, Handler, create_handler
from connection_overrides.auth.key_cache import Instant
from connection_overrides.auth.settings import JwksUrl, Settings

NOW = 1_800_000_000
METHOD_ARN = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/v1/projects"

type Sign = Callable[[bytes], bytes]
type Segment = Mapping[str, object] | bytes


def b64(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def rs256(key: rsa.RSAPrivateKey) -> Sign:
    return lambda octets: key.sign(octets, padding.PKCS1v15(), hashes.SHA256())


def es256(key: ec.EllipticCurvePrivateKey) -> Sign:
    def sign(octets: bytes) -> bytes:
        r, s = decode_dss_signature(key.sign(octets, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    return sign


@dataclass(frozen=True)
class Issuer:
    """Issues tokens, which are valid unless changed. Changing a member to `...` removes it."""

    rsa_key: rsa.RSAPrivateKey
    p256: ec.EllipticCurvePrivateKey
    small_rsa: rsa.RSAPrivateKey
    p384: ec.EllipticCurvePrivateKey
    stranger: rsa.RSAPrivateKey

    def jwks(self) -> dict[str, list[dict[str, Any]]]:
        return {
            "keys": [
                {**public_jwk(self.rsa_key), "kid": "rsa", "alg": "RS256", "use": "sig"},
                {**public_jwk(self.p256), "kid": "ec"},
                {**public_jwk(self.small_rsa), "kid": "small-rsa"},
                {**public_jwk(self.p384), "kid": "p384"},
                {**public_jwk(self.rsa_key), "kid": "rsa-pss", "alg": "PS256"},
                {**public_jwk(self.rsa_key), "kid": "rsa-encryption", "use": "enc"},
                {"kty": "oct", "kid": "hmac", "k": b64(b"a secret that the issuer should not have published")},
            ]
        }

    def header(self, **changes: object) -> dict[str, object]:
        return _changed({"alg": "RS256", "kid": "rsa", "typ": "JWT"}, changes)

    def claims(self, **changes: object) -> dict[str, object]:
        claims = {
            "iss": "https://issuer.example/",
            "aud": "connection-overrides",
            "sub": "client-1",
            "account_id": "account-1",
            "iat": NOW - 60,
            "nbf": NOW - 60,
            "exp": NOW + 600,
            "scope": "connections:read openid connections:write",
        }
        return _changed(claims, changes)

    def token(self, header: Segment | None = None, claims: Segment | None = None, sign: Sign | None = None) -> str:
        return self.sign(
            _octets(header or self.header()), _octets(claims or self.claims()), sign or rs256(self.rsa_key)
        )

    def es256_token(self, **header: object) -> str:
        return self.token(self.header(alg="ES256", kid="ec", **header), sign=es256(self.p256))

    def token_of_length(self, length: int) -> str:
        for header_padding in ("", "x", "xx"):  # No base64url text has 4n + 1 characters.
            header = self.header(padding=header_padding)
            missing = length - len(self.token(header, self.claims(padding="")))
            token = self.token(header, self.claims(padding="x" * (missing * 3 // 4)))
            if len(token) == length:
                return token
        raise AssertionError(length)

    def sign(self, header: bytes, payload: bytes, sign: Sign) -> str:
        signing_input = f"{b64(header)}.{b64(payload)}"
        return f"{signing_input}.{b64(sign(signing_input.encode()))}"


def _octets(segment: Segment) -> bytes:
    return segment if isinstance(segment, bytes) else json.dumps(segment).encode()


def _changed(members: dict[str, object], changes: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in (members | changes).items() if value is not ...}


def public_jwk(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> dict[str, Any]:
    """Return the public key as a JWK without optional members."""
    if isinstance(key, rsa.RSAPrivateKey):
        return RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return ECAlgorithm.to_jwk(key.public_key(), as_dict=True)


@dataclass
class RecordingLog:
    lines: list[dict[str, object]] = field(default_factory=list)

    def info(self, msg: object, *, extra: Mapping[str, object]) -> None:
        self.lines.append({"message": msg, **extra})


@dataclass
class Clock:
    now: Instant = field(default=Instant(wall=NOW, monotonic=50.0))

    def __call__(self) -> Instant:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now = Instant(self.now.wall + seconds, self.now.monotonic + seconds)


ENVIRONMENT: Final = {
    "STAGE": "prod",
    "TOKEN_ISSUER": "https://issuer.example/",
    "TOKEN_AUDIENCE": "connection-overrides",
    "TOKEN_JWKS_URL": "https://issuer.example/jwks.json",
    "CALLER_KEY_PREFIX": "stack",
}
"""The required variables of the function."""


class Gateway:
    """Calls the real handler as API Gateway does. Change the attributes before the first call.

    `jwks` is what the issuer publishes, or None while its endpoint is down. `fetched` lists the URLs of all fetches.
    """

    def __init__(self, issuer: Issuer, environment: Mapping[str, str] = ENVIRONMENT) -> None:
        self.issuer = issuer
        self.environment = dict(environment)
        self.jwks: object = issuer.jwks()
        self.fetched: list[JwksUrl] = []
        self.fetch: Callable[[JwksUrl], bytes] = self._published
        self.clock: Callable[[], Instant] = Clock()
        self.log = RecordingLog()
        self.logger: DecisionLogger = self.log

    def _published(self, url: JwksUrl) -> bytes:
        self.fetched.append(url)
        if self.jwks is None:
            raise JwksUnavailableError("transport")
        return self.jwks if isinstance(self.jwks, bytes) else json.dumps(self.jwks).encode()

    @functools.cached_property
    def handler(self) -> Handler:
        settings = Settings.from_environment(self.environment)
        return create_handler(settings, self.logger, clock=self.clock, fetch=self.fetch)

    def send(self, event: Mapping[str, object]) -> dict[str, Any]:
        return self.handler(event, None)

    def authorize(self, token: str) -> dict[str, Any]:
        return self.send(event(f"Bearer {token}"))

    def refusal(self, event: Mapping[str, object]) -> object:
        """Return the logged reason of a refusal, which the caller does not learn."""
        with pytest.raises(Exception, match=r"^Unauthorized$") as refused:
            self.send(event)
        assert type(refused.value) is Exception
        assert (refused.value.__cause__, refused.value.__context__) == (None, None)
        line = self.log.lines[-1]
        assert line == {**line, "message": "authorization decided", "outcome": "refused"}
        assert line.keys() == {"message", "request_id", "outcome", "reason", "fault"}
        return line["reason"]

    def refusal_of(self, token: str) -> object:
        return self.refusal(event(f"Bearer {token}"))

    def unavailability(self, token: str) -> object:
        """Return the logged reason why the token could not be verified, which is also that of the exception."""
        with pytest.raises(JwksUnavailableError) as unavailable:
            self.authorize(token)
        line = self.log.lines[-1]
        assert line == {**line, "outcome": "unavailable", "reason": str(unavailable.value)}
        assert line.keys() == {"message", "request_id", "outcome", "reason"}
        return line["reason"]


def event(*authorizations: str, name: str = "Authorization") -> dict[str, object]:
    return {
        "type": "REQUEST",
        "methodArn": METHOD_ARN,
        "headers": {"Accept": "*/*", **({name: authorizations[-1]} if authorizations else {})},
        "multiValueHeaders": {"Accept": ["*/*"], **({name: list(authorizations)} if authorizations else {})},
        "requestContext": {"requestId": "request-1"},
    }


def new_issuer() -> Issuer:
    return Issuer(
        rsa_key=rsa.generate_private_key(65_537, 2048),
        p256=ec.generate_private_key(ec.SECP256R1()),
        small_rsa=rsa.generate_private_key(65_537, 1024),  # noqa: S505 - must be refused
        p384=ec.generate_private_key(ec.SECP384R1()),
        stranger=rsa.generate_private_key(65_537, 2048),
    )
