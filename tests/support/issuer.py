"""An issuer whose keys are made for the run, and the authorizer as API Gateway asks it."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from connection_overrides.authorizer.claims import ClaimRules
from connection_overrides.authorizer.clock import Clock, Instant
from connection_overrides.authorizer.handler import Authorizer
from connection_overrides.authorizer.jwk import parse_key_set
from connection_overrides.authorizer.key_cache import KeyCache
from connection_overrides.authorizer.verifier import Verifier

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
    """Makes tokens: good ones unless told otherwise. A change to `...` leaves the member out."""

    rsa_key: rsa.RSAPrivateKey
    p256: ec.EllipticCurvePrivateKey
    small_rsa: rsa.RSAPrivateKey
    p384: ec.EllipticCurvePrivateKey
    stranger: rsa.RSAPrivateKey

    def jwks(self) -> dict[str, list[dict[str, Any]]]:
        return {
            "keys": [
                {**_public(self.rsa_key), "kid": "rsa", "alg": "RS256", "use": "sig"},
                {**_public(self.p256), "kid": "ec"},
                {**_public(self.small_rsa), "kid": "small-rsa"},
                {**_public(self.p384), "kid": "p384"},
                {**_public(self.rsa_key), "kid": "rsa-pss", "alg": "PS256"},
                {**_public(self.rsa_key), "kid": "rsa-encryption", "use": "enc"},
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

    def sign(self, header: bytes, payload: bytes, sign: Sign) -> str:
        signing_input = f"{b64(header)}.{b64(payload)}"
        return f"{signing_input}.{b64(sign(signing_input.encode()))}"


def _octets(segment: Segment) -> bytes:
    return segment if isinstance(segment, bytes) else json.dumps(segment).encode()


def _changed(members: dict[str, object], changes: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in (members | changes).items() if value is not ...}


def _public(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> dict[str, Any]:
    if isinstance(key, rsa.RSAPrivateKey):
        return RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return ECAlgorithm.to_jwk(key.public_key(), as_dict=True)


@dataclass
class RecordingLog:
    lines: list[Mapping[str, object]] = field(default_factory=list)

    def info(self, msg: object, *, extra: Mapping[str, object]) -> None:
        self.lines.append({"message": msg, **extra})


@dataclass
class Gateway:
    """Asks the authorizer as API Gateway does."""

    issuer: Issuer
    log: RecordingLog = field(default_factory=RecordingLog)
    audience_claim: str = "aud"
    account_claim: str = "account_id"
    require_at_jwt: bool = False
    clock: Clock = lambda: Instant(wall=NOW, monotonic=0.0)

    def authorizer(self) -> Authorizer:
        keys = parse_key_set(json.dumps(self.issuer.jwks()))
        rules = ClaimRules(
            issuer="https://issuer.example/",
            audience="connection-overrides",
            audience_claim=self.audience_claim,
            account_claim=self.account_claim,
        )
        cache = KeyCache(lambda: keys, self.clock)
        return Authorizer(Verifier(rules, cache, self.clock, require_at_jwt=self.require_at_jwt), self.log, "stack")

    def ask(self, authorization: str) -> Mapping[str, Any]:
        return self.authorizer()(event(authorization))

    def refusal(self, authorization: str) -> object:
        """Return the reason that is logged for a refusal, which says to the caller that it is one and nothing else."""
        with pytest.raises(Exception, match=r"^Unauthorized$") as refused:
            self.ask(authorization)
        assert type(refused.value) is Exception
        assert (refused.value.__cause__, refused.value.__context__) == (None, None)
        [line] = self.log.lines
        assert line == {**line, "message": "authorization decided", "request_id": "request-1", "outcome": "refused"}
        assert line.keys() == {"message", "request_id", "outcome", "reason", "fault"}
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
