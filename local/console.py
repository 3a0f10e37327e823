"""Console output of the local run."""

import sys
import time
from urllib.parse import urlsplit

from connection_overrides.caller import Scope
from local.settings import DEFAULT_PORT
from local.state import RunState

SCOPES = " ".join(Scope)


class Progress:
    """Lines with the seconds since the command started."""

    def __init__(self, began: float) -> None:
        self._began = began

    def say(self, text: str) -> None:
        """Print a line."""
        print(f"{time.monotonic() - self._began:5.1f} s  {text}", flush=True)  # noqa: T201  # the console is its output


def say(text: str) -> None:
    """Print a line of output."""
    print(text, flush=True)  # noqa: T201  # the console is its output


def fail(error: Exception) -> int:
    """Print an error as one line and return the exit code."""
    print(f"error: {error}", file=sys.stderr, flush=True)  # noqa: T201  # likewise
    return 1


def welcome(state: RunState) -> str:
    """Return the text that a run prints when it is ready: a token and a few calls to try."""
    token = state.token(account="acme", scopes=SCOPES)
    port = urlsplit(state.api_url).port
    this_run = "" if port == DEFAULT_PORT else f" PORT={port}"
    return f"""
The service is running: {state.api_url}   (Ctrl-C to stop)
API documentation:      {state.api_url}/v1/docs

A token for the account "acme" with all scopes, valid for 8 hours:

  TOKEN={token}

Paste that line, then try:

  curl -i {state.api_url}/v1/projects
  curl -i {state.api_url}/v1/projects -H "Authorization: Bearer $TOKEN"
  curl -i {state.api_url}/v1/projects -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
       -d '{{"name": "Analytics"}}'

More tokens: make token{this_run} ACCOUNT=other SCOPES="connections:read"   Example project: make demo{this_run}
"""
