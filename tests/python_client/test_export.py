"""Export: the files of a project, from which the same project can be made."""

from pathlib import Path
from typing import Any, Final

import pytest
from connection_overrides_client import Client
from connection_overrides_client import operations as do
from connection_overrides_client.cli.app import run
from connection_overrides_client.configuration.applying import apply
from connection_overrides_client.configuration.items import Address, Body, read_state
from connection_overrides_client.configuration.loading import load
from connection_overrides_client.configuration.planning import plan
from connection_overrides_client.configuration.writing import ExportRefused, to_files, to_yaml, write_folder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.registry import override_body
from support.service import URL, Service

KINDS: Final = [
    ("COMPONENT_BASIC", "NONE", "GENERIC_SECRET"),
    ("COMPONENT_BASIC", "salesforce", "OAUTH_CLIENT_CRED"),
    ("CLOUD_PLATFORM_CREDENTIALS", "aws", "CLOUD_PROVIDER_SECRET"),
    ("DWH", "snowflake", "KEY_PAIR"),
]
ODD_NAMES: Final = [
    "no",
    "1",
    "~",
    "a: b",
    "#a",
    "'",
    '"',
    "- a",
    "ä",
    "\U0001f600",
    "2026-01-31",
    "a  b",
    "{",
    "A",
    "a",
]


def new_project(client: Client) -> str:
    return client.call(do.create_project({"name": "New"})).project_id


def bodies(client: Client, project: str) -> dict[Address, Body]:
    return read_state(client, project).bodies()


def applied(client: Client, project: str, path: Path) -> None:
    found = plan(client, project, URL, load(path), allow_shared_secret=True)
    assert found.refused == ()
    result = apply(client, found, project=project, service=URL, yes_protected=True)
    assert (result.stop, result.changed_since) == (None, [])
    assert plan(client, project, URL, load(path), prune=True).steps == ()


def furnish(client: Client, service: Service, project: str) -> None:
    client.call(do.create_override(project, override_body(expiresAt="2026-02-01T00:00:00+01:00", thenUse="PREVIOUS")))
    client.call(do.create_environment(project, {"name": "no", "displayName": "Non-production", "protected": False}))
    service.api.make_connection(
        project,
        "Warehouse: 1",
        platformConnectionType="DWH",
        authProvider="snowflake",
        authType="KEY_PAIR",
        connectionDetails={
            "description": "Two\nlines, and a \\ and a \u2028",
            "connectionProperties": {
                "account": {"value": "007"},
                "privateKey": {"secretName": "k", "secretKey": "pem"},
            },
        },
    )
    block = {"environmentName": "no", "connectionName": "Warehouse: 1", "authType": "KEY_PAIR", "blocked": True}
    client.call(do.create_override(project, block))


EXPECTED: Final = r"""environments:
  DEV: {}
  PROD:
    protected: true
  "no":
    displayName: Non-production
connections:
  Salesforce:
    authProvider: "NONE"
    authType: GENERIC_SECRET
    default:
      connectionProperties:
        secretName: dev-salesforce
    platformConnectionType: COMPONENT_BASIC
  "Warehouse: 1":
    authProvider: snowflake
    authType: KEY_PAIR
    default:
      connectionProperties:
        account:
          value: "007"
        privateKey:
          secretKey: pem
          secretName: k
      description: "Two\nlines, and a \\ and a \u2028"
    platformConnectionType: DWH
overrides:
  PROD:
    Salesforce:
      connectionProperties:
        secretKey: apiKey
        secretName: prod-salesforce-credentials
      expiresAt: "2026-01-31T23:00:00.000Z"
      secretsLocation:
        region: us-east-1
        type: AWS_SECRET_MANAGER
      thenUse: PREVIOUS
  "no":
    "Warehouse: 1": BLOCKED
""".replace('"NONE"', "NONE")


def test_an_export_has_what_clients_set_in_a_stable_order(client: Client, service: Service, project: str) -> None:
    furnish(client, service, project)

    assert to_yaml(bodies(client, project)) == EXPECTED


def test_an_export_makes_the_same_project_and_the_same_export(
    client: Client, service: Service, project: str, tmp_path: Path
) -> None:
    furnish(client, service, project)
    exported = to_yaml(bodies(client, project))
    (tmp_path / "project.yaml").write_bytes(exported.encode())
    copy = new_project(client)

    applied(client, copy, tmp_path / "project.yaml")

    assert to_yaml(bodies(client, copy)) == exported


def test_a_folder_has_a_file_for_the_project_and_one_for_each_environment_with_overrides(
    client: Client, service: Service, project: str, tmp_path: Path
) -> None:
    furnish(client, service, project)
    exported = bodies(client, project)

    written = write_folder(tmp_path, exported)
    applied(client, copy := new_project(client), tmp_path)

    assert [file.name for file in written] == ["project.yaml", "overrides.PROD.yaml", "overrides.no.yaml"]
    assert (tmp_path / "overrides.no.yaml").read_text() == 'overrides:\n  "no":\n    "Warehouse: 1": BLOCKED\n'
    assert to_files(bodies(client, copy)) == {file.name: file.read_text() for file in written}


def test_an_empty_project_is_exported_with_all_sections() -> None:
    assert to_yaml({}) == "environments: {}\nconnections: {}\noverrides: {}\n"


def test_names_become_file_names_that_stay_in_the_folder() -> None:
    block: Body = {"authType": "GENERIC_SECRET", "blocked": True}

    assert [*to_files({Address.of_override(name, "A"): block for name in ("..x", "a:b", "ü")})] == [
        "project.yaml",
        "overrides...x.yaml",
        "overrides.a%3Ab.yaml",
        "overrides.%C3%BC.yaml",
    ]


def test_files_of_another_project_are_not_mixed_with_the_export(tmp_path: Path) -> None:
    (tmp_path / "old.yaml").write_text("overrides: {}")

    with pytest.raises(ExportRefused, match=r"old\.yaml"):
        write_folder(tmp_path, {})
    assert [file.name for file in tmp_path.iterdir()] == ["old.yaml"]


def test_environments_that_differ_only_in_case_need_one_file(tmp_path: Path) -> None:
    block: Body = {"authType": "GENERIC_SECRET", "blocked": True}

    with pytest.raises(ExportRefused, match="differ only in case"):
        write_folder(tmp_path, {Address.of_override(name, "A"): block for name in ("DEV", "dev")})


# Any configuration

names = st.sampled_from(ODD_NAMES) | st.text("abcXYZ 0_-.", min_size=1, max_size=8).filter(
    lambda name: name == name.strip() and name not in {".", ".."}
)
secrets = st.text("abc/_+=.@!-0", min_size=1, max_size=12)
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.sampled_from("\n\t"), max_size=20)


@st.composite
def references(draw: st.DrawFn, auth_type: str) -> dict[str, Any]:
    name = draw(secrets)
    if auth_type == "KEY_PAIR":
        return {"connectionProperties": {"account": {"value": draw(texts)}, "privateKey": {"secretName": name}}}
    if auth_type == "CLOUD_PROVIDER_SECRET":
        return {"connectionProperties": {"credentialSecretName": name}}
    location = draw(st.sampled_from([{}, {"secretsLocation": {"type": "HOSTED"}}]))
    return {**location, "connectionProperties": {"secretName": name}}


@st.composite
def configurations(draw: st.DrawFn) -> dict[Address, Body]:
    found: dict[Address, Body] = {}
    environments = draw(st.sets(names, max_size=3))
    for name in environments:
        described = draw(st.sampled_from(["", "description"]))
        text = {described: draw(texts)} if described else {}
        flags = {"protected": draw(st.booleans()), "inheritDefaults": draw(st.booleans())}
        found[Address.of_environment(name)] = {**flags, **text}
    for name in draw(st.sets(names, max_size=3)):
        connection_type, provider, auth_type = draw(st.sampled_from(KINDS))
        kind = {"platformConnectionType": connection_type, "authProvider": provider, "authType": auth_type}
        default = {"connectionDetails": draw(references(auth_type))} if draw(st.booleans()) else {}
        found[Address.of_connection(name)] = {**kind, **default}
        for environment in draw(st.sets(st.sampled_from(sorted(environments)))) if environments else ():
            use = {"blocked": True} if draw(st.booleans()) else {"connectionOverrides": draw(references(auth_type))}
            found[Address.of_override(environment, name)] = {"authType": auth_type, **use}
    return found


@settings(
    max_examples=8, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(first=configurations(), second=configurations())
def test_any_configuration_can_be_applied_and_becomes_any_other(
    client: Client, tmp_path: Path, first: dict[Address, Body], second: dict[Address, Body]
) -> None:
    project = new_project(client)
    file = tmp_path / "overrides.yaml"

    for configuration in (first, second):
        file.write_bytes(to_yaml(configuration).encode())
        assert {address: one.body for address, one in load(file).items.items()} == configuration
        if any(
            configuration.get(address, {}).get("authType", body.get("authType")) != body.get("authType")
            for address, body in bodies(client, project).items()
        ):
            return  # a connection does not change its type
        found = plan(client, project, URL, load(file), prune=True, allow_shared_secret=True)
        assert found.refused == ()
        result = apply(client, found, project=project, service=URL, yes_protected=True)
        assert (result.stop, result.changed_since) == (None, [])
        assert bodies(client, project) == configuration
        assert plan(client, project, URL, load(file), prune=True).steps == ()


def test_the_command_writes_to_stdout_to_a_file_or_to_a_folder(
    client: Client, service: Service, project: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    furnish(client, service, project)
    environment = {"OVERRIDES_URL": URL, "OVERRIDES_TOKEN": "all", "OVERRIDES_PROJECT": project, "HOME": str(tmp_path)}

    def command(*arguments: object) -> int:
        return run(["export", *map(str, arguments)], transport=service, environment=environment)

    assert command() == 0
    assert capsys.readouterr().out == EXPECTED
    assert command("-f", tmp_path / "one.yaml") == 0
    assert (tmp_path / "one.yaml").read_bytes().decode() == EXPECTED
    assert command("-f", tmp_path / "folder") == 0
    assert len([*(tmp_path / "folder").iterdir()]) == 3
    assert command("-f", tmp_path) == 3
    assert "one.yaml" in capsys.readouterr().err
