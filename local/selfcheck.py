"""The check before a run shows its URL: no request succeeds without a valid token."""

import re
from http import HTTPStatus
from typing import Final

from cryptography.hazmat.primitives.asymmetric import rsa

from local.client import Client
from local.issuer import forged
from local.state import RunState
from local.template import Route

ACCOUNT: Final = "self-check"
PATH: Final = "/v1/projects"

_PARAMETER: Final = re.compile(r"\{[^}]+\}")


class SelfCheckError(Exception):
    """The service is not protected, or does not work."""


def check(state: RunState, protected: tuple[Route, ...]) -> None:
    """Call every protected route without a token, and one with a forged and with a valid token.

    Raises:
        SelfCheckError: a response has an unexpected status.

    """
    good = state.token(account=ACCOUNT, scopes="connections:read")
    impostor = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with Client(state.api_url, None) as client:
        for method, template in protected:
            # `ANY` is sent literally, as a method that no route has.
            _expect(client, method, _PARAMETER.sub("x", template), HTTPStatus.UNAUTHORIZED, "without a token")
    with Client(state.api_url, forged(good, impostor)) as client:
        _expect(client, "GET", PATH, HTTPStatus.UNAUTHORIZED, "with a forged token")
    with Client(state.api_url, good) as client:
        _expect(client, "GET", PATH, HTTPStatus.OK, "with a valid token")


def _expect(client: Client, method: str, path: str, status: HTTPStatus, case: str) -> None:
    reply = client.call(method, path)
    if reply.status != status:
        raise SelfCheckError(f"{method} {path} {case} answered {reply.status} instead of {status.value}")
