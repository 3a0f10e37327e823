"""The events of `events/`: the function that each is for, and its tokens, issued by the local run."""

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
"""Folders of `events/`, and the functions that their events are for."""

_TOKEN: Final = re.compile(r"eyJ[\w-]+\.eyJ[\w-]+\.[\w-]*")
_KEY_ID: Final = b'"key-1"'
_ISSUER: Final = b'"https://issuer.example/"'
_SIGNATURE: Final = "SIGNED-BY-THE-ISSUER"
"""What stands for the issuer's key id, its name and its signature in the files' tokens."""


class NotAnEventError(Exception):
    """The path is not that of an event."""


def function_of(event: Path) -> str:
    """Return the logical id of the function that an event file is for: its folder says so.

    Raises:
        NotAnEventError: there is no such file, or it is in another folder.

    """
    if not event.is_file():
        raise NotAnEventError(f"no such file: {event}")
    folder = event.resolve().parent
    if folder.parent != _EVENTS or folder.name not in _FUNCTIONS:
        folders = ", ".join(f"events/{name}" for name in _FUNCTIONS)
        raise NotAnEventError(f"{event} is in none of the event folders: {folders}")
    return _FUNCTIONS[folder.name]


def issued(event: Path, state: RunState) -> str:
    """Return the text of an event whose tokens are issued by the running service.

    Issuer, key id and signature become those of the local issuer wherever the file has the placeholders for them. All
    else stays as it is, so that a token has the fault that its file is named for, and no other.
    """
    key = next(key for key in state.keys if key.alg == "ES256")
    algorithm, private_key = jwt.get_algorithm_by_name(key.alg), key.load()

    @functools.cache  # an event has its headers twice, and no two ECDSA signatures are the same
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
