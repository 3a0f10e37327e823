"""`overrides effective` starts fast, because pipelines wait for it."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Final

import pytest

ATTEMPTS: Final = 9
LIMIT: Final = 1.5
BASELINE: Final = "import httpx"
UNTIL_REQUEST: Final = """
import sys
import httpx
from connection_overrides_client.cli.app import run

class Service(httpx.BaseTransport):
    def handle_request(self, request):
        assert request.url.path.endswith("/connections/effective/PROD/Salesforce")
        return httpx.Response(200, json={
            "name": "Salesforce", "environmentName": "PROD", "source": "OVERRIDE", "platformConnectionType": "X",
            "authProvider": "NONE", "authType": "Y", "revision": 1, "updatedBy": "a", "updatedDate": "b",
            "reference": {"connectionProperties": {"secretName": "prod-salesforce"}}})

assert run(["effective", "PROD", "Salesforce", *sys.argv[1:]], transport=Service()) == 0
"""
"""All that the command does itself. Connecting is left out, for which httpx loads the certificates of TLS."""
WITHOUT_ITS_COMMAND_LINE: Final = "import sys; sys.modules['click'] = None\n"
"""httpx imports a command line of its own, with Rich, if click is installed. Typer does not need click."""


@pytest.fixture
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Environment variables of the command line."""
    return {
        "HOME": str(tmp_path_factory.getbasetemp()),
        "OVERRIDES_URL": "https://api.test",
        "OVERRIDES_TOKEN": "all",
        "OVERRIDES_PROJECT": "00000000-0000-4000-8000-000000000000",
    }


def _run(program: str, environment: Mapping[str, str], *arguments: str) -> tuple[str, float]:
    """Return the output of a program, and the CPU time of its process in seconds."""
    command = [sys.executable, "-c", program, *arguments]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as child:  # noqa: S603 - our own
        assert child.stdout is not None
        output = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0
    return output, usage.ru_utime + usage.ru_stime


def test_all_but_the_connection_takes_at_most_half_as_long_again_as_importing_httpx(
    environment: dict[str, str],
) -> None:
    best = {BASELINE: float("inf"), UNTIL_REQUEST: float("inf")}
    for _ in range(ATTEMPTS):
        for program, seconds in best.items():
            best[program] = min(seconds, _run(program, environment)[1])

    ratio = best[UNTIL_REQUEST] / best[BASELINE]
    assert ratio <= LIMIT, f"{best[UNTIL_REQUEST]:.3f} s of CPU, {ratio:.2f} times the {best[BASELINE]:.3f} s of httpx"


@pytest.mark.parametrize("arguments", [(), ("--explain",)])
def test_nothing_is_imported_that_the_command_does_not_need(
    environment: dict[str, str], arguments: tuple[str, ...]
) -> None:
    program = WITHOUT_ITS_COMMAND_LINE + UNTIL_REQUEST + "import json; print(json.dumps(sorted(sys.modules)))"
    *shown, modules = _run(program, environment, *arguments)[0].splitlines()

    assert shown[0] == "Salesforce in PROD: OVERRIDE"
    imported = {name.partition(".")[0] for name in json.loads(modules)}
    assert not imported & {"boto3", "pydantic", "pydantic_core", "pygments", "rich", "ruamel", "tomllib", "yaml"}
    ours = {name.removeprefix("connection_overrides_client.") for name in json.loads(modules)}
    assert "cli.effective" in ours
    assert not ours & {"models", "configuration", "secrets", "cli.configuration", "cli.items", "cli.tables", "cli.run"}
