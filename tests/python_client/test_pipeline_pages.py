"""The code and the command of docs/pipelines-python.md run against the service."""

import json
import re
import shlex
from collections.abc import Iterator
from functools import partial
from typing import Any
from unittest.mock import Mock

import boto3
import connection_overrides_client
import httpx
import pytest
from connection_overrides_client import Client, operations
from connection_overrides_client.cli.app import run
from moto import mock_aws
from support.registry import override_body
from support.service import Service
from support.template import ROOT

PAGE = (ROOT / "docs/pipelines-python.md").read_text(encoding="utf-8")


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The secrets of PROD, and those that the page names."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        vault: Any = boto3.client("secretsmanager", "us-east-1")
        vault.create_secret(Name="prod-salesforce-credentials", SecretString=json.dumps({"apiKey": "s3cr3t"}))
        vault.create_secret(Name="prod-salesforce", SecretString="of the runner")
        yield
        # The table of the service is in the same emulator, which stays.
        for name in ("prod-salesforce-credentials", "prod-salesforce"):
            vault.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)


@pytest.mark.usefixtures("secrets")
def test_the_code_of_the_page_runs(
    service: Service,
    client: Client,
    project: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host != "issuer.example.com":
            return service.handle_request(request)
        metadata = {"issuer": "https://issuer.example.com/", "token_endpoint": "https://issuer.example.com/token"}
        token = {"access_token": "all", "token_type": "Bearer", "expires_in": 300}
        return httpx.Response(200, json=metadata if request.method == "GET" else token)

    client.call(operations.create_override(project, override_body()))
    there = partial(Client, transport=httpx.MockTransport(answer))
    monkeypatch.setattr(connection_overrides_client, "Client", there)
    monkeypatch.setenv("PROJECT_ID", project)
    monkeypatch.setenv("PIPELINE_CLIENT_SECRET", "secret of the pipeline")
    *statements, last = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    known: dict[str, Any] = {}

    exec(compile("\n".join(statements), "page", "exec"), known)  # noqa: S102 - our own document
    known["client"].close()

    assert known["api_key"] == "s3cr3t"
    assert eval(last, known) == {"secret": "of the runner"}  # noqa: S307 - our own document
    assert capsys.readouterr().out == "OVERRIDE 1\n"


@pytest.mark.usefixtures("secrets")
def test_the_command_of_the_page_runs(service: Service, client: Client, project: str) -> None:
    client.call(operations.create_override(project, override_body()))
    export, command = (shlex.split(line, comments=True) for line in _lines("export OVERRIDES_URL"))
    environment = dict(variable.split("=", 1) for variable in export[1:])
    execute = Mock(return_value=0)

    code = run(command[1:], transport=service, environment={**environment, "OVERRIDES_TOKEN": "all"}, execute=execute)

    assert code == 0
    execute.assert_called_once()
    arguments, variables = execute.call_args.args
    assert arguments == ["./load.sh"]
    assert variables["CRM_SECRET"] == "s3cr3t"


def _lines(beginning: str) -> list[str]:
    (block,) = (block for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) if block.startswith(beginning))
    return str(block).splitlines()
