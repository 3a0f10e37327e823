"""Run the smoke tests against a deployed stage: `python -m tools.smoke`.

The URL is the stack's output `ApiUrl`. The token comes from the client credentials grant (RFC 6749, section 4.4), with
the variables `TOKEN_URL`, `TOKEN_CLIENT_ID`, `TOKEN_CLIENT_SECRET` and, if the issuer needs them, `TOKEN_SCOPE` and
`TOKEN_AUDIENCE`, of which only the first member is asked for. It is passed through the environment and never printed.
"""

import base64
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from tools.release import SERVICE

ROOT: Final = Path(__file__).parents[1]
CLIENT: Final = ("TOKEN_URL", "TOKEN_CLIENT_ID", "TOKEN_CLIENT_SECRET")
"""The variables that are required to get a token."""

TIMEOUT_SECONDS: Final = 10


class SmokeError(Exception):
    """The stage cannot be tested. The message has the reason."""


def address_of(stage: str) -> str:
    """Return the URL of the stage's API."""
    stack = boto3.client("cloudformation").describe_stacks(StackName=f"{SERVICE}-{stage}")["Stacks"][0]
    for output in stack.get("Outputs", []):
        if output.get("OutputKey") == "ApiUrl":
            return output["OutputValue"]
    raise SmokeError("the stack has no output ApiUrl")


def token_by_client_credentials(settings: Mapping[str, str]) -> str:
    """Return an access token.

    Raises:
        SmokeError: a setting is missing, the URL is neither https nor on this machine, or the issuer returns no token.

    """
    url, client, secret = (_required(settings, name) for name in CLIENT)
    parts = urlsplit(url)
    if parts.scheme != "https" and (parts.scheme, parts.hostname) != ("http", "127.0.0.1"):
        raise SmokeError("TOKEN_URL must be https, because the client secret is sent there")
    audience = settings.get("TOKEN_AUDIENCE", "").split(",")[0].strip()
    wanted = {"scope": settings.get("TOKEN_SCOPE"), "audience": audience}
    form = {"grant_type": "client_credentials"} | {name: value for name, value in wanted.items() if value}
    # RFC 6749, section 2.3.1: both parts are form-encoded before they are joined.
    basic = base64.b64encode(f"{quote(client, safe='')}:{quote(secret, safe='')}".encode()).decode()
    request = urllib.request.Request(  # noqa: S310 - the scheme is checked above
        url, urlencode(form).encode(), {"Authorization": f"Basic {basic}", "Accept": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:  # noqa: S310 - likewise
            token = json.load(response)["access_token"]
    except urllib.error.HTTPError as error:
        error.close()
        raise SmokeError(f"the issuer answered {error.code}") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SmokeError(f"the issuer returned no token: {type(error).__name__}") from None
    if not isinstance(token, str):
        raise SmokeError("the issuer returned no token")
    return token


def _required(settings: Mapping[str, str], name: str) -> str:
    if not settings.get(name):
        raise SmokeError(f"{name} is not set")
    return settings[name]


def main() -> int:
    """Run the smoke tests and return the exit code."""
    try:
        environment = {
            "E2E_URL": address_of(_required(os.environ, "STAGE")),
            "E2E_TOKEN": token_by_client_credentials(os.environ),
        }
    except (SmokeError, BotoCoreError, ClientError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    return subprocess.run(["make", "e2e"], cwd=ROOT, env=os.environ | environment, check=False).returncode  # noqa: S607 - of the PATH that runs this


if __name__ == "__main__":
    sys.exit(main())
