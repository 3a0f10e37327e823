"""The command line `overrides`, against the service in process."""

import io
import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from connection_overrides_client import Client
from connection_overrides_client import operations as do
from connection_overrides_client.cli.app import run
from connection_overrides_client.errors import ApiError
from ruamel.yaml import YAML
from support.registry import override_body
from support.service import URL, Service

TOKEN: Final = "token-of-the-caller"
SECRET: Final = "value-of-a-secret"


@dataclass
class Result:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        assert self.code == 0, self.err
        return json.loads(self.out)

    @property
    def rows(self) -> list[list[str]]:
        """The rows of the table in the output, with its titles."""
        assert self.code == 0, self.err
        return [re.split(r"\s{2,}", line.strip()) for line in self.out.splitlines()]


@dataclass
class Terminal:
    """Runs commands, with a configuration directory and environment variables of their own."""

    service: httpx.BaseTransport
    home: Path
    capsys: pytest.CaptureFixture[str]
    environment: dict[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str, **options: Any) -> Result:
        code = run(arguments, transport=self.service, environment=self.environment, **options)
        captured = self.capsys.readouterr()
        for text in captured:
            assert TOKEN not in text
            assert SECRET not in text
            assert "\x1b" not in text
            assert "Traceback" not in text
        return Result(code, *captured)

    def json(self, *arguments: str) -> Any:
        return self("-o", "json", *arguments).document

    @property
    def profiles(self) -> Path:
        return self.home / ".config/connection-overrides/config.toml"


@pytest.fixture
def overrides(service: Service, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """The command line without any settings."""
    service.tokens[TOKEN] = service.tokens["all"]
    return Terminal(service, tmp_path, capsys, {"HOME": str(tmp_path)})


@pytest.fixture
def cli(overrides: Terminal, project: str) -> Terminal:
    """The command line, which knows the service, the token and the project."""
    overrides.environment |= {"OVERRIDES_URL": URL, "OVERRIDES_TOKEN": TOKEN, "OVERRIDES_PROJECT": project}
    return overrides


class Screen(io.StringIO):
    """A stream to a terminal."""

    def isatty(self) -> bool:
        return True


# Settings


def test_a_login_is_kept_in_a_profile_that_only_the_user_can_read(overrides: Terminal, project: str) -> None:
    overrides.environment["MY_TOKEN"] = TOKEN

    result = overrides("login", "--url", URL, "--project", "Analytics", "--token-env", "MY_TOKEN", "--profile", "work")

    assert result.code == 0, result.err
    assert "1 projects" in result.err
    text = overrides.profiles.read_text(encoding="utf-8")
    assert f'[profiles."work"]\nurl = "{URL}"\nproject = "{project}"\ntoken_env = "MY_TOKEN"\n' in text
    assert TOKEN not in text
    assert stat.S_IMODE(overrides.profiles.stat().st_mode) == 0o600
    assert stat.S_IMODE(overrides.profiles.parent.stat().st_mode) == 0o700
    assert [path.name for path in overrides.profiles.parent.iterdir()] == ["config.toml"]
    assert overrides("--profile", "work", "environments", "list").rows[1][0] == "DEV"
    overrides.environment["OVERRIDES_PROFILE"] = "work"
    assert overrides("environments", "list").code == 0


def test_a_login_keeps_the_other_profiles(overrides: Terminal) -> None:
    overrides.environment["OVERRIDES_TOKEN"] = TOKEN
    for name in ("one", 'tw"o\u007f'):
        assert overrides("login", "--url", URL, "--profile", name).code == 0

    assert [one["name"] for one in overrides.json("profiles")] == ["one", 'tw"o\u007f']


def test_a_login_that_does_not_work_writes_nothing(overrides: Terminal) -> None:
    assert overrides("login", "--url", URL).code == 6
    overrides.environment["MY_TOKEN"] = "wrong"
    assert overrides("login", "--url", URL, "--token-env", "MY_TOKEN").code == 6
    overrides.environment["MY_TOKEN"] = TOKEN
    assert overrides("login", "--url", URL, "--token-env", "MY_TOKEN", "--project", "Nobody").code == 4
    unknown = "00000000-0000-4000-8000-00000000ffff"
    assert overrides("login", "--url", URL, "--token-env", "MY_TOKEN", "--project", unknown).code == 4
    assert not overrides.profiles.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--url", "http://api.example.com"], "must be an https URL"),
        (["--url", "https://me:hunter2@api.example.com"], "must not contain credentials"),
        (["--url", URL, "--issuer", "https://issuer.test"], "belong together"),
        (["--url", URL, "--token-env", "eyJhbGciOi.J9"], "are names of environment variables"),
        (["--url", URL, "--token-env", "A", "--client-id", "b"], "cannot be combined"),
        (["--url", URL, "--token-env", "ABSENT"], "ABSENT is not set"),
    ],
)
def test_a_login_that_makes_no_sense_is_a_sentence(overrides: Terminal, arguments: list[str], message: str) -> None:
    result = overrides("login", *arguments)

    assert result.code == (6 if "ABSENT" in arguments else 64)
    assert message in result.err
    assert "hunter2" not in result.err
    assert "eyJ" not in result.err
    assert not overrides.profiles.exists()


def test_client_credentials_are_named_not_kept(overrides: Terminal, service: Service) -> None:
    issuer = "https://issuer.test"

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "issuer.test" and request.method == "GET":
            return httpx.Response(200, json={"issuer": issuer, "token_endpoint": f"{issuer}/token"})
        if request.url.host == "issuer.test":
            assert b"scope=all" in request.content
            return httpx.Response(200, json={"access_token": TOKEN, "token_type": "Bearer", "expires_in": 300})
        return service.handle_request(request)

    overrides.service = httpx.MockTransport(answer)
    overrides.environment["ROBOT"] = SECRET
    login = ("--issuer", issuer, "--client-id", "robot", "--client-secret-env", "ROBOT", "--scope", "all")

    assert overrides("login", "--url", URL, *login).code == 0
    assert SECRET not in overrides.profiles.read_text(encoding="utf-8")
    assert overrides("projects", "list").code == 0
    assert overrides("profiles").rows[1] == ["*", "default", URL, "robot at https://issuer.test"]
    del overrides.environment["ROBOT"]
    assert "ROBOT is not set" in overrides("projects", "list").err


def test_the_location_of_profiles_can_be_chosen(overrides: Terminal, tmp_path: Path) -> None:
    overrides.environment |= {"OVERRIDES_TOKEN": TOKEN, "XDG_CONFIG_HOME": str(tmp_path / "xdg")}
    assert overrides("login", "--url", URL).code == 0
    assert (tmp_path / "xdg/connection-overrides/config.toml").exists()
    overrides.environment["OVERRIDES_CONFIG"] = str(tmp_path / "mine.toml")
    assert overrides.json("profiles") == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"[profiles.default\nurl=1", "line 1"),
        (b'[profiles.default]\nurl = "a"\nurl = "b"\n\n', "line 3"),
        (b"profiles = 1", "'profiles' must be a table"),
        (b"[other]", "'other' is unknown"),
        (b"profiles.default = 1", "profiles.default must be a table"),
        (b"[profiles.default]\nurl = 7", "profiles.default.url must be a string"),
        (b'[profiles.default]\ncolour = "red"', "profiles.default.colour is unknown"),
        (b'[profiles.default]\ntoken = "value-of-a-secret"', "'token_env'"),
        (b'[profiles.default]\nclient_secret = "value-of-a-secret"', "'client_secret_env'"),
        (b"\xff\xfe", "not UTF-8"),
    ],
)
def test_a_file_of_profiles_that_is_not_valid_is_a_sentence(overrides: Terminal, content: bytes, message: str) -> None:
    overrides.profiles.parent.mkdir(parents=True)
    overrides.profiles.write_bytes(content)

    result = overrides("profiles")

    assert (result.code, result.out, result.err.count("\n")) == (64, "", 1)
    assert message in result.err
    assert str(overrides.profiles) in result.err


def test_a_file_of_profiles_that_is_a_directory_is_a_sentence(overrides: Terminal) -> None:
    overrides.profiles.mkdir(parents=True)

    assert "cannot be read: Is a directory." in overrides("profiles").err


@pytest.mark.parametrize(
    ("removed", "code", "message"),
    [
        ("OVERRIDES_URL", 64, "No URL"),
        ("OVERRIDES_TOKEN", 6, "No access token"),
        ("OVERRIDES_PROJECT", 64, "No project"),
    ],
)
def test_settings_that_are_missing_are_named(cli: Terminal, removed: str, code: int, message: str) -> None:
    del cli.environment[removed]

    result = cli("environments", "list")

    assert (result.code, result.out) == (code, "")
    assert message in result.err


def test_a_profile_that_does_not_exist_is_not_replaced_by_another(cli: Terminal) -> None:
    assert (cli("--profile", "other", "projects", "list").code) == 64


def test_options_precede_environment_variables(cli: Terminal) -> None:
    assert cli("--project", "Analytics", "environments", "list").code == 0
    assert cli("--project", "Other", "environments", "list").code == 4
    assert cli("--url", "ftp://x", "environments", "list").code == 64


def test_a_name_of_several_projects_is_refused(cli: Terminal, client: Client) -> None:
    client.call(do.create_project({"name": "Analytics"}))

    assert "Several projects" in cli("--project", "Analytics", "environments", "list").err


@pytest.mark.parametrize("token", [f"{TOKEN}\nX-Other: 1", f"{TOKEN} ", "tökén"])
def test_a_token_that_would_break_the_header_is_refused_unseen(cli: Terminal, service: Service, token: str) -> None:
    service.sent()
    cli.environment |= {"OVERRIDES_TOKEN": token, "OVERRIDES_DEBUG": "0"}

    result = cli("projects", "list")

    assert (result.code, service.sent()) == (6, [])
    assert token not in result.err


def test_no_option_takes_a_token_or_a_secret_value(overrides: Terminal) -> None:
    for command in ((), ("login",), ("run",)):
        found = set(re.findall(r"--[a-z-]+", overrides(*command, "--help").out))
        assert not found & {"--token", "--client-secret", "--password"}


# Effective connections


@pytest.fixture
def overridden(cli: Terminal, client: Client, project: str) -> Terminal:
    """Salesforce has an override in PROD."""
    client.call(do.create_override(project, override_body()))
    return cli


def test_an_effective_connection_is_read_at_once(overridden: Terminal) -> None:
    result = overridden("effective", "PROD", "Salesforce", "--explain")

    first, secret, *_ = result.out.splitlines()
    assert first == "Salesforce in PROD: OVERRIDE"
    assert secret == "  secret    prod-salesforce-credentials[apiKey] in aws:us-east-1"
    assert "  1. Is there an override? present (revision 1)" in result.out
    found = overridden.json("effective", "PROD", "Salesforce")
    assert (found["source"], found["reference"]) == ("OVERRIDE", override_body()["connectionOverrides"])
    text = overridden("--output", "yaml", "effective", "PROD", "Salesforce").out
    assert YAML(typ="safe").load(text) == found


def test_a_list_is_printed_page_by_page_as_json(cli: Terminal, service: Service, project: str) -> None:
    names = [f"C{number:03}" for number in range(120)]
    for name in names:
        service.api.make_connection(project, name, connectionDetails=None)
    assert [one["name"] for one in cli.json("connections", "list")] == [*names, "Salesforce"]
    service.interruptions = [None, httpx.Response(500, text="oops")]

    result = cli("-o", "json", "connections", "list")

    assert result.code == 7
    assert len(json.loads(result.out + "]")) == 100


def test_an_empty_list_is_json(cli: Terminal) -> None:
    assert cli("-o", "json", "overrides", "list", "PROD").out == "[]\n"


@pytest.mark.parametrize("option", [("-o", "json"), ("--output", "json"), ("--output=json",)])
def test_the_output_can_be_chosen_before_or_after_the_command(overridden: Terminal, option: tuple[str, ...]) -> None:
    first = overridden(*option, "effective", "PROD", "Salesforce").document

    assert overridden("effective", "PROD", "Salesforce", *option).document == first
    assert overridden("effective", *option, "PROD", "Salesforce").document == first


def test_an_effective_connection_at_a_moment(overridden: Terminal, service: Service) -> None:
    before = "2026-01-31T11:00:00Z"

    result = overridden("effective", "PROD", "Salesforce", "--at", before)

    assert dict(service.requests[-1].url.params) == {"at": before}
    assert result.code in {3, 4}


def test_without_a_connection_all_are_listed(overridden: Terminal, client: Client, project: str) -> None:
    client.call(do.create_connection(project, {"name": "Empty", **_basic()}))

    assert overridden("effective", "PROD").rows == [
        ["CONNECTION", "SOURCE", "SECRET", "REVISION", "EXPIRES"],
        ["Empty", "NONE"],
        ["Salesforce", "OVERRIDE", "prod-salesforce-credentials[apiKey] in aws:us-east-1", "1"],
    ]
    assert [one["source"] for one in overridden.json("effective", "DEV")] == ["NONE", "DEFAULT"]
    assert overridden("effective", "PROD", "--explain").code == 64


def _basic() -> dict[str, str]:
    return {"platformConnectionType": "COMPONENT_BASIC", "authProvider": "NONE", "authType": "GENERIC_SECRET"}


# Items


def test_projects(cli: Terminal, project: str) -> None:
    made = cli.json("projects", "create", "Sales", "--description", "Orders")
    assert (made["name"], made["description"]) == ("Sales", "Orders")
    assert ["Sales", "Orders"] in [row[1:] for row in cli("projects", "list").rows]
    assert [one["name"] for one in cli.json("projects", "list")] == ["Analytics", "Sales"]
    assert ["name", "Sales"] in cli("projects", "get", "Sales").rows

    assert cli.json("projects", "set", "Sales", "--name", "Sold")["description"] == "Orders"
    assert "description" not in cli.json("projects", "set", made["projectId"], "--description", "")
    assert cli("projects", "delete", "Sold").code == 64
    assert cli("projects", "delete", "Sold", "--yes").code == 0
    assert cli.json("projects", "get", project)["name"] == "Analytics"


def test_environments(cli: Terminal) -> None:
    made = cli.json("environments", "create", "TEST", "--display-name", "Test", "--protected")
    assert (made["protected"], made["inheritDefaults"], made["displayName"]) == (True, False, "Test")
    assert ["TEST", "yes", "no", "Test"] in cli("environments", "list").rows
    changed = cli.json("environments", "set", "TEST", "--unprotected")
    assert (changed["protected"], changed["inheritDefaults"], changed["displayName"]) == (False, False, "Test")
    assert cli.json("environments", "set", "TEST", "--inherit-defaults")["inheritDefaults"] is True
    assert ["inheritDefaults", "yes"] in cli("environments", "get", "TEST").rows
    assert cli("environments", "delete", "TEST", "--yes").err == "Deleted the environment TEST.\n"
    assert [one["name"] for one in cli.json("environments", "list")] == ["DEV", "PROD"]


def test_an_environment_is_deleted_with_its_overrides_only_if_told_to(overridden: Terminal) -> None:
    refused = overridden("environments", "delete", "PROD", "--yes")
    assert refused.code == 5
    assert "  override PROD / Salesforce" in refused.err
    assert overridden("environments", "delete", "PROD", "--yes", "--cascade").code == 0


def test_connections(cli: Terminal) -> None:
    made = cli.json("connections", "create", "CRM", "--secret", "dev-crm", "--key", "k", "--vault", "aws:eu-west-1")
    assert {name: made[name] for name in _basic()} == _basic()
    assert made["connectionDetails"] == {
        "secretsLocation": {"type": "AWS_SECRET_MANAGER", "region": "eu-west-1"},
        "connectionProperties": {"secretName": "dev-crm", "secretKey": "k"},
    }
    columns = ["COMPONENT_BASIC", "NONE", "GENERIC_SECRET"]
    assert ["CRM", *columns, "dev-crm[k] in aws:eu-west-1"] in cli("connections", "list", "--name", "CRM").rows

    changed = cli.json("connections", "set", "CRM", "--secret", "new-crm", "--description", "Customers")
    assert changed["connectionDetails"] == {
        **made["connectionDetails"],
        "connectionProperties": {"secretName": "new-crm", "secretKey": "k"},
        "description": "Customers",
    }
    emptied = cli.json("connections", "set", "CRM", "--key", "", "--vault", "", "--description", "")
    assert emptied["connectionDetails"] == {"connectionProperties": {"secretName": "new-crm"}}
    assert cli("connections", "get", "CRM").code == 0
    assert cli("connections", "delete", "CRM", "--yes").code == 0
    assert [one["name"] for one in cli.json("connections", "list")] == ["Salesforce"]


@pytest.mark.parametrize(
    ("vault", "location"),
    [
        ("aws:eu-west-1", {"type": "AWS_SECRET_MANAGER", "region": "eu-west-1"}),
        (
            "azure:https://my-vault.vault.azure.net",
            {"type": "AZURE_KEY_VAULT", "vaultUrl": "https://my-vault.vault.azure.net"},
        ),
        ("gcp:my-project-1", {"type": "GCP_SECRET_MANAGER", "projectId": "my-project-1"}),
        ("hosted", {"type": "HOSTED"}),
    ],
)
def test_vaults_are_shown_as_they_are_given(cli: Terminal, vault: str, location: dict[str, str]) -> None:
    made = cli.json("overrides", "create", "PROD", "Salesforce", "--secret", "prod-crm", "--vault", vault)

    assert made["connectionOverrides"]["secretsLocation"] == location
    assert f"prod-crm in {vault}\n" in cli("effective", "PROD", "Salesforce").out


def test_credentials_of_a_cloud_platform(cli: Terminal) -> None:
    kind = ("--type", "CLOUD_PLATFORM_CREDENTIALS", "--provider", "aws", "--auth-type", "CLOUD_PROVIDER_SECRET")
    made = cli.json("connections", "create", "Bucket", *kind, "--secret", "dev-bucket")
    assert made["connectionDetails"] == {"connectionProperties": {"credentialSecretName": "dev-bucket"}}
    made = cli.json("overrides", "create", "PROD", "Bucket", "--secret", "prod-bucket")
    assert made["connectionOverrides"] == {"connectionProperties": {"credentialSecretName": "prod-bucket"}}
    assert cli("overrides", "set", "PROD", "Bucket", "--key", "k").code == 64


def test_bodies_of_files(cli: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    properties = {"user": {"value": "loader"}, "password": {"secretName": "dev-wh", "secretKey": "pw"}}
    body = {
        "platformConnectionType": "DWH",
        "authProvider": "redshift",
        "authType": "PASSWORD",
        "connectionDetails": {"connectionProperties": properties},
    }
    file = tmp_path / "body.json"
    file.write_text(json.dumps(body), encoding="utf-8")
    assert cli("connections", "create", "Warehouse", "--file", str(file)).code == 0
    assert "user=loader, password=dev-wh[pw]" in cli("connections", "list").out

    properties["password"]["secretName"] = "prod-wh"
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps({"connectionOverrides": body["connectionDetails"]})))
    cli_made = cli("overrides", "create", "PROD", "Warehouse", "--file", "-")
    assert cli_made.code == 0, cli_made.err
    assert cli.json("overrides", "get", "PROD", "Warehouse")["authType"] == "PASSWORD"
    assert cli("overrides", "set", "PROD", "Warehouse", "--secret", "x").code == 64


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "cannot be read"), ("{\n,", "line 2, column 1"), ("[]", "JSON object"), ("[" * 100_000, "not JSON")],
)
def test_a_file_that_is_no_body_is_a_sentence(cli: Terminal, tmp_path: Path, content: str | None, message: str) -> None:
    file = tmp_path / "body.json"
    if content is not None:
        file.write_text(content, encoding="utf-8")

    result = cli("connections", "create", "X", "--file", str(file))

    assert (result.code, message in result.err) == (64, True), result.err


def test_overrides(cli: Terminal, service: Service) -> None:
    made = cli.json("overrides", "create", "PROD", "Salesforce", "--secret", "prod-sf", "--reason", "CHG-1")
    assert made["connectionOverrides"] == {"connectionProperties": {"secretName": "prod-sf"}}
    assert cli("overrides", "list", "PROD").rows[1][:3] == ["Salesforce", "prod-sf", "1"]
    assert ["connectionOverrides", "prod-sf"] in cli("overrides", "get", "PROD", "Salesforce").rows

    service.sent()
    ends = ("--expires-at", "2026-03-01T00:00:00Z", "--then-use", "BLOCKED")
    changed = cli.json("overrides", "set", "PROD", "Salesforce", *ends)
    assert service.requests[-1].headers["If-Match"]
    assert (changed["connectionOverrides"], changed["thenUse"]) == (made["connectionOverrides"], "BLOCKED")
    assert cli("overrides", "list", "PROD").rows[1][-1].startswith("2026-03-01")
    endless = cli.json("overrides", "set", "PROD", "Salesforce", "--expires-at", "")
    assert (endless.get("expiresAt"), endless.get("thenUse")) == (None, None)

    assert cli.json("overrides", "set", "PROD", "Salesforce", "--blocked")["blocked"] is True
    assert cli("overrides", "list", "PROD").rows[1][1] == "blocked"
    assert cli.json("overrides", "set", "PROD", "Salesforce", "--secret", "prod-sf").get("blocked") is not True
    assert [one["reason"] for one in cli.json("history", "PROD", "Salesforce") if "reason" in one] == ["CHG-1"]
    assert cli("overrides", "delete", "PROD", "Salesforce", "--yes").code == 0
    assert cli("overrides", "set", "PROD", "Salesforce", "--secret", "x").code == 4


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--key", "k"],
        ["--blocked", "--secret", "x"],
        ["--secret", "x", "--vault", "vault:x"],
        ["--secret", "x", "--vault", "aws:"],
        ["--secret", "x", "--file", "body.json"],
        ["--secret", "x", "--reason", "Grüße"],
    ],
)
def test_options_that_make_no_sense_together_change_nothing(
    cli: Terminal, arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("body.json").write_text('{"blocked": true}', encoding="utf-8")
    assert cli("overrides", "create", "PROD", "Salesforce", *arguments).code == 64
    assert cli.json("overrides", "list", "PROD") == []


def test_a_preview_changes_nothing(overridden: Terminal) -> None:
    preview = overridden("-o", "json", "overrides", "set", "PROD", "Salesforce", "--secret", "other", "--preview")
    assert preview.document["revision"] == 2
    assert preview.err == "Preview: nothing was changed.\n"
    assert overridden("overrides", "delete", "PROD", "Salesforce", "--preview").code == 0
    assert overridden("environments", "create", "QA", "--preview").code == 0
    assert overridden.json("overrides", "get", "PROD", "Salesforce")["revision"] == 1
    assert len(overridden.json("environments", "list")) == 2


def test_a_secret_is_shared_only_if_told_to(cli: Terminal) -> None:
    arguments = ("overrides", "create", "PROD", "Salesforce", "--secret", "dev-salesforce")

    refused = cli(*arguments)

    assert refused.code == 5
    assert "  connection Salesforce" in refused.err
    assert cli(*arguments, "--allow-shared-secret").code == 0


def test_a_change_by_somebody_else_is_not_overwritten(overridden: Terminal, client: Client, service: Service) -> None:
    place = (overridden.environment["OVERRIDES_PROJECT"], "PROD", "Salesforce")
    body = {"authType": "GENERIC_SECRET", "blocked": True}

    def interfere(request: httpx.Request) -> None:
        if request.method == "PUT" and "If-Match" in request.headers:
            service.before_each = lambda _: None
            client.call(do.replace_override(*place, body))

    service.before_each = interfere
    result = overridden("overrides", "set", "PROD", "Salesforce", "--secret", "mine")

    assert result.code == 5
    assert overridden.json("overrides", "get", "PROD", "Salesforce")["blocked"] is True


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 1), ("", 130)])
def test_deletions_are_confirmed_on_a_terminal(
    overridden: Terminal, monkeypatch: pytest.MonkeyPatch, answer: str, code: int
) -> None:
    monkeypatch.setattr(sys, "stdin", Screen(answer))

    assert overridden("overrides", "delete", "PROD", "Salesforce").code == code
    assert overridden("overrides", "get", "PROD", "Salesforce").code == (4 if code == 0 else 0)


# Reports


def test_the_matrix_shows_what_is_missing_where(overridden: Terminal, client: Client, project: str) -> None:
    client.call(do.create_connection(project, {"name": "Empty", **_basic()}))

    assert overridden("matrix").rows == [
        ["CONNECTION", "DEV", "PROD"],
        ["Empty", "NONE", "NONE"],
        ["Salesforce", "DEFAULT", "OVERRIDE"],
    ]
    assert [row["name"] for row in overridden.json("matrix", "--missing")["results"]] == ["Empty"]


def test_the_report_shows_shared_secrets(cli: Terminal) -> None:
    cli("overrides", "create", "PROD", "Salesforce", "--secret", "dev-salesforce", "--allow-shared-secret")
    cli("overrides", "create", "DEV", "Salesforce", "--secret", "own-salesforce")

    assert cli("secrets", "report", "--shared").rows[1] == [
        "dev-salesforce", "yes", "yes", "Salesforce", "PROD/Salesforce",
    ]  # fmt: skip
    assert [one["secretName"] for one in cli.json("secrets", "report", "--shared")] == ["dev-salesforce"]
    assert {one["secretName"]: one["leaks"] for one in cli.json("secrets", "report")} == {
        "dev-salesforce": True,
        "own-salesforce": False,
    }


def test_history_and_restore(overridden: Terminal) -> None:
    overridden("overrides", "set", "PROD", "Salesforce", "--blocked", "--reason", "Stop it")
    rows = overridden("history", "PROD", "Salesforce").rows
    assert [row[3:] for row in rows[1:]] == [
        ["BLOCKED", "2", "blocked", "Stop it"],
        ["CREATED", "1", "prod-salesforce-credentials[apiKey] in aws:us-east-1"],
    ]
    first = overridden.json("history", "PROD", "Salesforce")[-1]["changeId"]
    assert overridden("restore", "PROD", "Salesforce", first, "--preview").code == 0
    restored = overridden.json("restore", "PROD", "Salesforce", first, "--reason", "Back")
    assert restored["connectionOverrides"] == override_body()["connectionOverrides"]
    assert overridden.json("history", "PROD", "Salesforce")[0]["reason"] == "Back"
    assert overridden("history", "--connection", "Salesforce").rows[1][3:] == ["CREATED", "1", "dev-salesforce"]
    assert overridden("history", "--environment", "PROD").rows[1][3:] == ["CREATED", "1", "protected"]


@pytest.mark.parametrize("arguments", [[], ["PROD"], ["PROD", "A", "B"], ["PROD", "A", "--connection", "A"]])
def test_history_is_of_one_item(cli: Terminal, arguments: list[str]) -> None:
    assert cli("history", *arguments).code == 64


def test_changes_are_filtered(overridden: Terminal, service: Service) -> None:
    found = overridden("changes", "--environment", "PROD", "--action", "CREATED", "--connection", "Salesforce")

    assert [row[3:] for row in found.rows[1:]] == [["CREATED override PROD/Salesforce"]]
    overridden("changes", "--from", "2026-01-01T00:00:00Z", "--to", "2026-02-01T00:00:00Z", "--by", "someone")
    assert dict(service.requests[-1].url.params) == {
        "from": "2026-01-01T00:00:00Z",
        "to": "2026-02-01T00:00:00Z",
        "changedBy": "someone",
        "limit": "100",
    }
    assert overridden.json("changes")[0]["items"][0]["kind"] == "override"


def test_lists_have_all_pages(cli: Terminal, service: Service, project: str) -> None:
    for number in range(101):
        service.api.make_connection(project, f"C{number:03}", connectionDetails=None)

    assert len(cli.json("connections", "list")) == 102
    assert len(cli("matrix").rows) == 103


# Errors


def test_a_problem_says_what_and_what_to_do(overridden: Terminal) -> None:
    result = overridden("overrides", "create", "PROD", "Salesforce", "--secret", "x")

    assert (result.code, result.out) == (5, "")
    assert result.err.splitlines() == [
        "Override already exists",
        "The connection already has an override in this environment. Use PUT to change it.",
        "→ Change it with PUT.",
        "request c0ffee",
    ]


def test_violations_have_a_line_each(cli: Terminal) -> None:
    result = cli("environments", "create", "a/b", "--description", "x" * 2000)

    assert result.code == 3
    assert [line.split(":")[0] for line in result.err.splitlines() if line.startswith("  ")] == [
        "  description",
        "  name",
    ]


def test_scopes_that_are_missing_are_named(cli: Terminal, service: Service) -> None:
    service.tokens[TOKEN] = "connections:read"

    result = cli("projects", "create", "X")

    assert result.code == 6
    assert "  required: projects:admin" in result.err


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (httpx.ConnectError("refused"), 7),
        (httpx.Response(500, text="<html>"), 7),
        (httpx.Response(403, text="<html>"), 6),
        (httpx.Response(200, text="<html>"), 3),
    ],
)
def test_without_an_answer_of_the_service_there_is_one_sentence(
    overrides: Terminal, answer: Exception | httpx.Response, code: int
) -> None:
    def handle(_: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    overrides.service = httpx.MockTransport(handle)
    overrides.environment |= {"OVERRIDES_URL": URL, "OVERRIDES_TOKEN": TOKEN}

    result = overrides("projects", "list", sleep=lambda _: None)

    assert (result.code, result.out, result.err.count("\n")) == (code, "", 1)


def test_what_a_terminal_would_obey_is_not_printed(overrides: Terminal) -> None:
    document = {"type": "/x", "title": "\x1b[2J", "detail": "\x1b]0;x\x07", "status": 400}
    headers = {"Content-Type": "application/problem+json"}
    overrides.service = httpx.MockTransport(lambda _: httpx.Response(400, json=document, headers=headers))
    overrides.environment |= {"OVERRIDES_URL": URL, "OVERRIDES_TOKEN": TOKEN}

    assert overrides("projects", "list").err.startswith("\ufffd[2J\n")


@pytest.mark.parametrize(
    "arguments",
    [["nothing"], ["effective"], ["effective", "A", "B", "C"], ["projects", "list", "--x"], ["-o", "xml", "profiles"]],
)
def test_wrong_usage_is_never_taken_for_changes(overrides: Terminal, arguments: list[str]) -> None:
    result = overrides(*arguments)

    assert (result.code, result.out) == (64, "")
    assert result.err


def test_the_help_documents_exit_codes(overrides: Terminal) -> None:
    result = overrides("--help")

    assert result.code == 0
    text = " ".join(result.out.split())
    for code, meaning in {2: "plan or drift", 4: "not found", 5: "conflict", 64: "wrong usage"}.items():
        assert f"{code} {meaning}" in text


def test_an_unexpected_error_is_a_sentence_unless_debugging(
    overrides: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise RuntimeError(SECRET)

    overrides.service = httpx.MockTransport(fail)
    overrides.environment |= {"OVERRIDES_URL": URL, "OVERRIDES_TOKEN": TOKEN}
    result = overrides("projects", "list")
    assert (result.code, result.err) == (1, "Unexpected RuntimeError. OVERRIDES_DEBUG=1 shows where.\n")
    overrides.environment["OVERRIDES_DEBUG"] = "1"
    assert run(["projects", "list"], transport=overrides.service, environment=overrides.environment) == 1
    assert "Traceback" in capsys.readouterr().err


def test_an_interrupt_is_silent(overrides: Terminal) -> None:
    def interrupt(_: httpx.Request) -> httpx.Response:
        raise KeyboardInterrupt

    overrides.service = httpx.MockTransport(interrupt)
    overrides.environment |= {"OVERRIDES_URL": URL, "OVERRIDES_TOKEN": TOKEN}

    assert overrides("projects", "list") == Result(130, "", "")


@pytest.mark.parametrize("arguments", [["--help"], ["profiles"], ["-o", "json", "profiles"]])
def test_a_closed_pipe_ends_quietly(arguments: list[str], tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    # An empty PYTHONUNBUFFERED is none: output is written when the process ends, too.
    environment = {**os.environ, "PYTHONUNBUFFERED": "", "OVERRIDES_CONFIG": str(tmp_path / "config.toml")}
    with os.fdopen(writing, "wb") as pipe:
        command = [sys.executable, "-m", "connection_overrides_client.cli", *arguments]
        child = subprocess.run(command, env=environment, stdout=pipe, stderr=subprocess.PIPE, check=False)  # noqa: S603 - our own command
    assert (child.returncode, child.stderr) == (141, b"")


@pytest.mark.parametrize(("no_colour", "is_coloured"), [("", True), ("1", False)])
def test_a_terminal_has_colours_unless_they_are_unwanted(
    cli: Terminal, monkeypatch: pytest.MonkeyPatch, *, no_colour: str, is_coloured: bool
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for arguments in (["effective", "DEV", "Salesforce"], ["matrix"], ["environments", "get", "Nobody"]):
        screens = Screen(), Screen()
        monkeypatch.setattr(sys, "stdout", screens[0])
        monkeypatch.setattr(sys, "stderr", screens[1])
        environment = {**cli.environment, "NO_COLOR": no_colour}
        run(arguments, transport=cli.service, environment=environment)
        assert ("\x1b[" in "".join(screen.getvalue() for screen in screens)) is is_coloured


def test_connections_are_closed(overrides: Terminal) -> None:
    closed: list[bool] = []

    class Transport(httpx.MockTransport):
        def close(self) -> None:
            closed.append(True)

    overrides.service = Transport(lambda _: httpx.Response(200, json={"results": []}))
    overrides.environment |= {"OVERRIDES_URL": URL, "OVERRIDES_TOKEN": TOKEN}

    assert overrides("projects", "list").code == 0
    assert closed == [True]


# Running commands


@dataclass
class Runs:
    """Records what would be run."""

    commands: list[tuple[list[str], dict[str, str]]] = field(default_factory=list)

    def __call__(self, command: Sequence[str], environment: Mapping[str, str]) -> int:
        self.commands.append((list(command), dict(environment)))
        return 7


def _fetch(reference: Mapping[str, Any]) -> dict[str, str]:
    return {"api key": SECRET, "user": str(reference["connectionProperties"]["secretName"])}


def test_a_command_has_the_secrets_of_the_environment(overridden: Terminal, client: Client, project: str) -> None:
    client.call(do.create_connection(project, {"name": "Not configured", **_basic()}))
    runs = Runs()

    result = overridden("run", "--environment", "PROD", "--", "job", "--flag", fetch=_fetch, execute=runs)

    assert result == Result(7, "", "")
    secrets = {"SALESFORCE_API_KEY": SECRET, "SALESFORCE_USER": "prod-salesforce-credentials"}
    assert runs.commands == [(["job", "--flag"], {**overridden.environment, **secrets})]
    overridden(
        "run", "--environment", "DEV", "--prefix", "X_", "--connection", "Salesforce=crm", "job",
        fetch=_fetch, execute=runs,
    )  # fmt: skip
    assert runs.commands[1][1].keys() - overridden.environment.keys() == {"X_CRM_API_KEY", "X_CRM_USER"}


def _missing(_: Mapping[str, Any]) -> dict[str, str]:
    raise ApiError("The secret is missing.")


@pytest.mark.parametrize(
    ("fetch", "arguments", "code", "message"),
    [
        (_missing, [], 4, "The secret is missing."),
        (lambda _: {"a b": SECRET, "a-b": SECRET}, [], 64, "Two properties would be SALESFORCE_A_B"),
        (lambda _: {"a": ""}, [], 4, "SALESFORCE_A is empty"),
        (lambda _: {"a": f"{SECRET}\0"}, [], 4, "SALESFORCE_A is empty or not text"),
        (lambda _: {"preload": "x.so"}, ["--connection", "Salesforce=LD"], 64, "LD_PRELOAD must not be replaced"),
        (lambda _: {"token": "x"}, ["--connection", "Salesforce=OVERRIDES"], 64, "OVERRIDES_TOKEN must not be"),
        (_fetch, ["--connection", "Nobody"], 4, "Connection not found"),
        (_fetch, ["--connection", "Salesforce", "--connection", "Empty"], 4, "not configured"),
    ],
)
def test_nothing_is_run_unless_every_variable_can_be_set(
    overridden: Terminal,
    client: Client,
    project: str,
    fetch: Callable[[Mapping[str, Any]], dict[str, str]],
    arguments: list[str],
    code: int,
    message: str,
) -> None:
    client.call(do.create_connection(project, {"name": "Empty", **_basic()}))
    runs = Runs()

    result = overridden("run", "--environment", "PROD", *arguments, "--", "job", fetch=fetch, execute=runs)

    assert (result.code, result.out, runs.commands) == (code, "", [])
    assert message in result.err


CHILD: Final = """
import sys, httpx
from connection_overrides_client.cli.app import run

def answer(request):
    return httpx.Response(200, json={"results": [
        {"name": "Salesforce", "source": "OVERRIDE", "reference": {}}, {"name": "Other", "source": "NONE"}]})

names = "import os; print(sorted(name for name in os.environ if name.startswith('SALESFORCE')))"
command = [sys.executable, "-c", names] if sys.argv[1] == "names" else sys.argv[1:]
environment = {"OVERRIDES_URL": "https://api.test", "OVERRIDES_TOKEN": "token-of-the-caller",
               "OVERRIDES_PROJECT": "00000000-0000-4000-8000-000000000000"}
code = run(["run", "--environment", "PROD", "--", *command], transport=httpx.MockTransport(answer),
           environment=environment, fetch=lambda _: {"secret": "value-of-a-secret"})
sys.exit(code)
"""


def test_the_command_replaces_the_process() -> None:
    def child(*arguments: str) -> Result:
        command = [sys.executable, "-c", CHILD, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
        return Result(done.returncode, done.stdout, done.stderr)

    assert child("names") == Result(0, "['SALESFORCE_SECRET']\n", "")
    assert child(sys.executable, "-c", "raise SystemExit(9)").code == 9
    absent = child("/no/such/command")
    assert (absent.code, absent.err) == (4, "/no/such/command cannot be run: No such file or directory.\n")


# Completion


def test_completion_knows_the_commands_and_calls_nothing(
    overrides: Terminal, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_OVERRIDES_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "overrides ")
    monkeypatch.setenv("COMP_CWORD", "1")
    assert {"effective", "run", "matrix"} <= set(overrides().out.split())
    monkeypatch.setenv("COMP_WORDS", "overrides environments ")
    monkeypatch.setenv("COMP_CWORD", "2")
    assert {"list", "get", "create", "set", "delete"} == set(overrides().out.split())
    assert service.requests == []


def test_completion_can_be_installed(overrides: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")
    result = overrides("--show-completion", "bash")
    assert result.code == 0
    assert "_OVERRIDES_COMPLETE=complete_bash" in result.out
