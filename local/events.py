"""The events in `events/`: their functions, and their tokens, signed by the local run."""

import base64
import functools
import re
from pathlib import Path
from typing import Final

import jwt

from local.settings import PROJECT
from local.state import RunState

_EVENTS: Final = PROJECT / "events"

_FUNCTIONS: Final = {
    "registry": "RegistryFunction",
    "effective": "EffectiveFunction",
    "authorizer": "AuthorizerFunction",
}
"""Folders in `events/`, and the functions for their events."""

_TOKEN: Final = re.compile(r"eyJ[\w-]+\.eyJ[\w-]+\.[\w-]*")
_KEY_ID: Final = b'"key-1"'
_ISSUER: Final = b'"https://issuer.example/"'
_SIGNATURE: Final = "SIGNED-BY-THE-ISSUER"
"""Placeholders in tokens, for the issuer's key ID, its URL and its signature."""


class NotAnEventError(Exception):
    """The path is not an event file."""


def function_of(event: Path) -> str:
    """Return the logical ID of the function for an event file, according to its folder.

    Raises:
        NotAnEventError: the file does not exist, or is in another folder.

    """
    if not event.is_file():
        raise NotAnEventError(f"no such file: {event}")
    folder = event.resolve().parent
    if folder.parent != _EVENTS or folder.name not in _FUNCTIONS:
        folders = ", ".join(f"events/{name}" for name in _FUNCTIONS)
        raise NotAnEventError(f"{event} is not in one of the event folders: {folders}")
    return _FUNCTIONS[folder.name]


def issued(event: Path, state: RunState) -> str:
    """Return the text of an event, with tokens of the running service's issuer.

    Placeholders for issuer, key ID and signature are replaced. Everything else is unchanged, so that a token has
    exactly the fault in its file name.
    """
    key = next(key for key in state.keys if key.alg == "ES256")
    algorithm, private_key = jwt.get_algorithm_by_name(key.alg), key.load()

    @functools.cache  # an event contains its headers twice, and ECDSA signatures differ each time
    def issue(token: str) -> str:
        header, claims, signature = token.split(".")
        header = _encode(_decode(header).replace(_KEY_ID, f'"{key.kid}"'.encode()))
        claims = _encode(_decode(claims).replace(_ISSUER, f'"{state.issuer}"'.encode()))
        signed = f"{header}.{claims}"
        real = _encode(algorithm.sign(signed.encode(), private_key))
        return f"{signed}.{signature.replace(_SIGNATURE, real)}"

    return _TOKEN.sub(lambda match: issue(match[0]), event.read_text(encoding="utf-8"))


def _decode(segment: str) -> bytes:
    return base64.urlsafe_b64decode(segment + "==")


def _encode(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
