"""The Python of clients/python/README.md runs against the service."""

import re
from functools import partial
from typing import Any

import connection_overrides_client
import httpx
import pytest
from connection_overrides_client import Client, operations
from support.registry import override_body
from support.service import Service
from support.template import ROOT

README = (ROOT / "clients/python/README.md").read_text(encoding="utf-8")


@pytest.fixture
def example(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients reach the service, whatever their URL; their issuer is this one."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host != "issuer.example.com":
            return service.handle_request(request)
        endpoint = {"issuer": "https://issuer.example.com/", "token_endpoint": "https://issuer.example.com/token"}
        token = {"access_token": "all", "token_type": "Bearer", "expires_in": 300}
        return httpx.Response(200, json=endpoint if request.method == "GET" else token)

    there = partial(Client, transport=httpx.MockTransport(answer))
    monkeypatch.setattr(connection_overrides_client, "Client", there)


@pytest.mark.usefixtures("example")
def test_the_code_of_the_readme_runs(client: Client, project: str, capsys: pytest.CaptureFixture[str]) -> None:
    client.call(operations.create_override(project, override_body()))
    code = "\n".join(re.findall(r"```python\n(.*?)```", README, re.DOTALL))
    known: dict[str, Any] = {"project_id": project, "client_secret": "secret of the client"}

    exec(compile(code, "README.md", "exec"), known)  # noqa: S102 - our own document
    known["client"].close()

    first, revision, *history = capsys.readouterr().out.splitlines()
    assert "prod-salesforce-credentials" in first
    assert first.endswith(" False")
    assert revision == "2"
    assert [line.partition("+00:00 ")[2] for line in history] == [
        "auth0|7 REPLACED Rotated, CHG-7",
        "auth0|7 CREATED None",
    ]
