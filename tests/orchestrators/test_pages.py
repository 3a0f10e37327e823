"""The configuration and the code of docs/pipelines-airflow.md and docs/pipelines-dagster.md run."""

import re
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
from dagster import materialize
from orchestrators.loopback import CLIENT_SECRET, Platform

DOCS = Path(__file__).parents[2] / "docs"


def block(page: str, language: str, platform: Platform) -> str:
    """Return the block of the page, with the addresses and the project of the platform."""
    text = (DOCS / page).read_text(encoding="utf-8")
    (found,) = re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    for example, here in (
        ("https://connections.example.com", platform.url),
        ("https://issuer.example.com/", platform.url),
        ("3886326e-e81c-4c47-807c-55fc7d39b78b", platform.project),
    ):
        assert example in text
        found = found.replace(example, here)
    return str(found)


def execute(code: str) -> dict[str, Any]:
    known: dict[str, Any] = {"__name__": "page"}
    exec(compile(code, "page", "exec", dont_inherit=True), known)  # noqa: S102 - our own document
    return known


def test_the_configuration_and_the_code_for_airflow(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    platform.add("Salesforce", "postgres://loader:s3cr3t@crm.example.com")
    configuration = ConfigParser(interpolation=None)
    configuration.read_string(block("pipelines-airflow.md", "ini", platform))
    for name, value in configuration["secrets"].items():
        monkeypatch.setenv(f"AIRFLOW__SECRETS__{name.upper()}", value)
    monkeypatch.setenv("AIRFLOW_CLIENT_SECRET", CLIENT_SECRET)

    connection = execute(block("pipelines-airflow.md", "python", platform))["connection"]

    assert connection.password == "s3cr3t"
    assert "postgres crm.example.com loader\n" in capsys.readouterr().out


def test_the_code_for_dagster(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    platform.add("Salesforce", "s3cr3t")
    monkeypatch.setenv("ENVIRONMENT", "PROD")
    monkeypatch.setenv("DAGSTER_CLIENT_SECRET", CLIENT_SECRET)

    known = execute(block("pipelines-dagster.md", "python", platform))

    assert materialize([known["accounts"]], resources=known["defs"].resources).success
    assert platform.asked == ["Salesforce"]
