"""The development issuer: its keys, their JWKS on loopback, and its tokens."""

import json
import os
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Final, assert_never

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from hypercorn.typing import ASGIReceiveCallable, ASGISendCallable, Scope
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

TOKEN_SECONDS: Final = 8 * 3600
"""A working day."""

JWKS_PATH: Final = "/.well-known/jwks.json"

type PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key on disk. `alg` is the only algorithm that it signs with (RFC 8725, 3.1)."""

    kid: str
    alg: str
    path: Path

    def load(self) -> PrivateKey:
        """Return the private key."""
        key = load_pem_private_key(self.path.read_bytes(), password=None)
        if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
            raise TypeError(f"{self.path} contains neither an RSA nor an EC key")
        return key

    def public_jwk(self) -> dict[str, str]:
        """Return the public key as a JWK (RFC 7517, 4)."""
        key = self.load()
        match key:
            case rsa.RSAPrivateKey():
                jwk = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
            case ec.EllipticCurvePrivateKey():
                jwk = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
            case _:
                assert_never(key)
        public = {name: str(jwk[name]) for name in ("kty", "crv", "x", "y", "n", "e") if name in jwk}
        return public | {"kid": self.kid, "alg": self.alg, "use": "sig"}


def signing_keys(folder: Path) -> tuple[SigningKey, ...]:
    """Return an RSA and a P-256 key. Creates them if they do not exist, readable only by their owner."""
    keys = (
        SigningKey("local-rsa", "RS256", folder / "local-rsa.pem"),
        SigningKey("local-p256", "ES256", folder / "local-p256.pem"),
    )
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for key in keys:
        if not key.path.exists():
            _write_private(key.path, _generate(key.alg))
    return keys


def _generate(alg: str) -> PrivateKey:
    if alg == "RS256":
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return ec.generate_private_key(ec.SECP256R1())


def _write_private(path: Path, key: PrivateKey) -> None:
    # Renamed into place, because a concurrent run must not read an incomplete key.
    unfinished = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    unfinished.rename(path)


def mint(key: SigningKey, *, issuer: str, audience: str, account: str, scopes: str, subject: str) -> str:
    """Return a signed access token (RFC 9068) that is valid for `TOKEN_SECONDS`."""
    now = int(time.time())
    claims = {
        "iss": issuer,
        "aud": audience,
        "sub": subject,
        "account_id": account,
        "scope": scopes,
        "iat": now,
        "exp": now + TOKEN_SECONDS,
        "jti": str(uuid.uuid4()),
    }
    return jwt.encode(claims, key.load(), algorithm=key.alg, headers={"typ": "at+jwt", "kid": key.kid})


def forged(token: str, impostor: PrivateKey) -> str:
    """Return the token with the same header and claims, signed with another key."""
    header = jwt.get_unverified_header(token)
    claims = jwt.decode(token, options={"verify_signature": False})
    return jwt.encode(claims, impostor, algorithm=header["alg"], headers=header)


class JwksServer:
    """An ASGI application that answers GET `JWKS_PATH` and nothing else."""

    def __init__(self, keys: tuple[SigningKey, ...]) -> None:
        self._body = json.dumps({"keys": [key.public_jwk() for key in keys]}).encode()

    async def __call__(self, scope: Scope, _receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        found = scope["method"] in {"GET", "HEAD"} and scope["path"] == JWKS_PATH
        await send(
            {
                "type": "http.response.start",
                "status": 200 if found else 404,
                "headers": [(b"content-type", b"application/json"), (b"cache-control", b"max-age=60")],
            }
        )
        await send({"type": "http.response.body", "body": self._body if found else b"{}", "more_body": False})
