"""Promotion: an environment gets the overrides of another one, with secrets of its own."""

import json
from pathlib import Path
from typing import Any, Final

import pytest
from connection_overrides_client import Client
from connection_overrides_client import operations as do
from connection_overrides_client.cli.app import run
from connection_overrides_client.configuration.applying import apply
from connection_overrides_client.configuration.items import OVERRIDE, read_state
from connection_overrides_client.configuration.loading import ConfigurationInvalid
from connection_overrides_client.configuration.planning import Plan, changed_members
from connection_overrides_client.configuration.promotion import PromotionRefused, SecretMap, promote
from support.service import URL, Service

MAP: Final = SecretMap(
    names={"dev/special": "test/own"},
    prefixes={"dev/": "test/", "dev/team-": "test/t-"},
    locations=(({"type": "HOSTED"}, {"type": "AWS_SECRET_MANAGER", "region": "eu-west-1"}),),
)


@pytest.fixture
def staged(client: Client, service: Service) -> str:
    """A project with DEV, TEST and PROD (protected), and connections without defaults but D."""
    project = client.call(do.create_project({"name": "Staged"})).project_id
    for name in ("DEV", "TEST"):
        service.api.make_environment(project, name)
    service.api.make_environment(project, "PROD", protected=True)
    for name in "ABCD":
        details = {"connectionProperties": {"secretName": "default"}} if name == "D" else None
        service.api.make_connection(project, name, connectionDetails=details)
    return project


def override(client: Client, project: str, environment: str, connection: str, secret: str | None, **more: Any) -> None:
    use: dict[str, Any] = {"blocked": True}
    if secret is not None:
        use = {"connectionOverrides": {"connectionProperties": {"secretName": secret}, **more}}
    body = {"authType": "GENERIC_SECRET", **use}
    client.call(do.replace_override(project, environment, connection, body).if_none_match("*"))


def overrides(client: Client, project: str, environment: str) -> dict[str, Any]:
    return {
        address.connection: body.get("connectionOverrides", "BLOCKED")
        for address, body in read_state(client, project).bodies().items()
        if address.kind == OVERRIDE and address.environment == environment
    }


def promoted(client: Client, project: str, secret_map: SecretMap = MAP, **options: Any) -> Plan:
    return promote(client, project, URL, "DEV", "TEST", **{"secret_map": secret_map, **options})


def test_secrets_are_mapped_blocks_are_copied_and_defaults_are_not_promoted(client: Client, staged: str) -> None:
    override(client, staged, "DEV", "A", "dev/special")
    override(client, staged, "DEV", "B", "dev/team-b")
    override(client, staged, "DEV", "C", None)

    plan = promoted(client, staged)
    result = apply(client, plan, project=staged, service=URL)

    assert (result.stop, len(result.applied)) == (None, 3)
    assert overrides(client, staged, "TEST") == {
        "A": {"connectionProperties": {"secretName": "test/own"}},
        "B": {"connectionProperties": {"secretName": "test/t-b"}},
        "C": "BLOCKED",
    }
    assert promoted(client, staged).steps == ()


def test_another_vault_is_another_secret(client: Client, staged: str) -> None:
    override(client, staged, "DEV", "A", "same", secretsLocation={"type": "HOSTED"})

    [step] = promoted(client, staged).steps

    assert step.body is not None
    assert step.body["connectionOverrides"] == {
        "secretsLocation": {"type": "AWS_SECRET_MANAGER", "region": "eu-west-1"},
        "connectionProperties": {"secretName": "same"},
    }


def test_secrets_of_a_warehouse_are_mapped_and_its_values_are_copied(
    client: Client, service: Service, staged: str
) -> None:
    kind = {"platformConnectionType": "DWH", "authProvider": "snowflake", "authType": "KEY_PAIR"}
    service.api.make_connection(staged, "W", connectionDetails=None, **kind)
    properties = {"account": {"value": "dev/account"}, "privateKey": {"secretName": "dev/key", "secretKey": "dev/pem"}}
    body = {"authType": "KEY_PAIR", "connectionOverrides": {"connectionProperties": properties}}
    client.call(do.replace_override(staged, "DEV", "W", body).if_none_match("*"))

    [step] = promoted(client, staged).steps

    assert [after for _, _, after in changed_members(step)] == ["KEY_PAIR", "dev/account", "dev/pem", "test/key"]


def test_the_secrets_of_the_source_are_refused_unless_they_are_meant(client: Client, staged: str) -> None:
    override(client, staged, "DEV", "A", "other/a")
    override(client, staged, "DEV", "B", "dev/b")
    same = SecretMap(prefixes={"dev/": "dev/"})

    with pytest.raises(PromotionRefused) as caught:
        promoted(client, staged, same)
    plan = promoted(client, staged, same, same_secrets=True)

    assert caught.value.reasons == [
        "A: no rule maps the secret 'other/a' of DEV.",
        "B: no rule maps the secret 'dev/b' of DEV.",
    ]
    assert [step.preview.status for step in plan.steps] == ["accepted", "accepted"]


def test_the_guard_refuses_the_same_secrets_in_a_protected_environment(client: Client, staged: str) -> None:
    override(client, staged, "DEV", "A", "a")

    plan = promote(client, staged, URL, "DEV", "PROD", secret_map=SecretMap(), same_secrets=True)

    [step] = plan.refused
    assert (step.preview.slug, step.protected) == ("shared-secret-reference", True)


@pytest.mark.parametrize(("on_conflict", "expected"), [("skip", ["create B"]), ("overwrite", ["change A", "create B"])])
def test_where_the_target_has_another_override_the_caller_decides(
    client: Client, staged: str, on_conflict: str, expected: list[str]
) -> None:
    for connection in "AB":
        override(client, staged, "DEV", connection, f"dev/{connection}")
    override(client, staged, "TEST", "A", "test/another")
    override(client, staged, "TEST", "C", "test/c")

    with pytest.raises(PromotionRefused) as caught:
        promoted(client, staged)
    plan = promoted(client, staged, on_conflict=on_conflict)

    assert caught.value.reasons == ["A: TEST has another override. Use --on-conflict skip or overwrite."]
    steps = sorted(plan.steps, key=lambda step: step.address)
    assert [f"{step.action} {step.address.connection}" for step in steps] == expected
    assert len(plan.notes) == (on_conflict == "skip")


@pytest.mark.parametrize(
    ("source", "target", "reason"),
    [("DEV", "DEV", "to itself"), ("NONE", "DEV", "no environment NONE"), ("DEV", "..", r"no environment \.\.")],
)
def test_source_and_target_are_two_environments(
    client: Client, staged: str, source: str, target: str, reason: str
) -> None:
    with pytest.raises(PromotionRefused, match=reason):
        promote(client, staged, URL, source, target, secret_map=MAP)


def test_the_map_is_a_file(tmp_path: Path) -> None:
    file = tmp_path / "map.yaml"
    file.write_text(
        "names: {dev/special: test/own}\nprefixes: {dev/: test/, dev/team-: test/t-}\n"
        "locations: [{from: {type: HOSTED}, to: {type: AWS_SECRET_MANAGER, region: eu-west-1}}]\n"
    )
    assert SecretMap.load(file) == MAP

    file.write_text("prefix: {}\nnames: {a: 1}\nlocations: [{from: {}}]")
    with pytest.raises(ConfigurationInvalid) as caught:
        SecretMap.load(file)
    assert [str(mistake).removeprefix(f"{file}:") for mistake in caught.value.mistakes] == [
        "1:1: Unknown key 'prefix'. Did you mean 'prefixes'?",
        "2:12: This must be text, and YAML reads this as something else: put it in quotes.",
        "3:13: 'to' is missing.",
        "3:20: 'type' is missing.",
    ]


def test_the_command_writes_a_plan_that_can_be_applied(
    client: Client, service: Service, staged: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    override(client, staged, "DEV", "A", "dev/a")
    (tmp_path / "map.yaml").write_text("prefixes: {dev/: test/}")
    environment = {"OVERRIDES_URL": URL, "OVERRIDES_TOKEN": "all", "OVERRIDES_PROJECT": staged, "HOME": str(tmp_path)}
    plan = tmp_path / "plan.json"

    def command(*arguments: str) -> int:
        return run(arguments, transport=service, environment=environment)

    assert command("promote", "DEV", "TEST") == 3
    assert "no rule maps the secret 'dev/a' of DEV." in capsys.readouterr().err
    assert command("promote", "DEV", "TEST", "--on-conflict", "ask") == 64
    assert command("promote", "DEV", "TEST", "--map", str(tmp_path / "map.yaml"), "--out", str(plan)) == 2
    assert json.loads(plan.read_text())["steps"][0]["connectionName"] == "A"
    assert command("apply", str(plan)) == 0
    assert overrides(client, staged, "TEST") == {"A": {"connectionProperties": {"secretName": "test/a"}}}
