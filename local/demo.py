"""An example project: the folder `examples/analytics`, applied by the command line, as any client would."""

import os
import subprocess
import sys
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import urlsplit

from local.client import Client
from local.console import SCOPES, say
from local.settings import PROJECT
from local.state import RunState

ACCOUNT: Final = "acme"
"""The account of the token that a local run prints, so that this token can read the project."""

COMMAND_LINE: Final = Path(sys.executable).with_name("overrides")
FOLDER: Final = PROJECT / "examples" / "analytics"

_BODY: Final = {"name": "Demo", "description": "An example created by make demo"}


class DemoFailedError(Exception):
    """The service refused a call of the demo."""


def create(state: RunState) -> str:
    """Create the example project, print what is done, and return the project's ID.

    Raises:
        DemoFailedError: the service refused a call.

    """
    token = state.token(account=ACCOUNT, scopes=SCOPES)
    with Client(state.api_url, token) as client:
        reply = client.call("POST", "/v1/projects", _BODY)
    if reply.status != HTTPStatus.CREATED:
        raise DemoFailedError(f"POST /v1/projects answered {reply.status}: {reply.document}")
    project_id = str(reply.document["projectId"])
    say(f'Creating an example project for the account "{ACCOUNT}" from {FOLDER.relative_to(PROJECT)}:')
    environment = {
        **os.environ,
        "OVERRIDES_URL": state.api_url,
        "OVERRIDES_TOKEN": token,
        "OVERRIDES_PROJECT": project_id,
    }
    with TemporaryDirectory() as folder:
        plan = f"{folder}/plan.json"
        _run(environment, "plan", "-f", str(FOLDER), "--out", plan, expected={0, 2})
        _run(environment, "apply", plan, "--yes-protected", expected={0})
    port = urlsplit(state.api_url).port
    base = f"{state.api_url}/v1/projects/{project_id}"
    say(f"""
The project's ID is {project_id}. Try:

  eval "$(make -s cli PORT={port})"
  export OVERRIDES_PROJECT={project_id}
  overrides matrix
  overrides effective PROD Salesforce --explain

or without the command line:

  TOKEN=$(make -s token PORT={port})
  curl -s "{base}/connections/effective/PROD/Salesforce?explain=true" -H "Authorization: Bearer $TOKEN"
""")
    return project_id


def _run(environment: dict[str, str], *arguments: str, expected: set[int]) -> None:
    ended = subprocess.run([COMMAND_LINE, *arguments], env=environment, check=False)  # noqa: S603 - our own arguments
    if ended.returncode not in expected:
        raise DemoFailedError(f"overrides {arguments[0]} ended with {ended.returncode}")
