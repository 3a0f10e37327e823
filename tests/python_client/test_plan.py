"""Plans: the steps from what the service has to what the files declare, and what the service says to them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from connection_overrides_client import Client, problems
from connection_overrides_client import operations as do
from connection_overrides_client.cli.app import run
from connection_overrides_client.configuration.items import read_state
from connection_overrides_client.configuration.loading import load
from connection_overrides_client.configuration.planning import Plan, PlanInvalid, Step, changed_members, plan, read_plan
from connection_overrides_client.configuration.writing import to_yaml
from support.registry import override_body
from support.service import URL, Service

GENERIC: Final = "platformConnectionType: COMPONENT_BASIC, authProvider: NONE, authType: GENERIC_SECRET"
NOW: Final = "2026-01-31T12:00:00"


def planned(client: Client, project: str, folder: Path, text: str, **options: Any) -> Plan:
    file = folder / "overrides.yaml"
    file.write_text(text)
    return plan(client, project, URL, load(file), **options)


def exported(client: Client, project: str) -> str:
    return to_yaml(read_state(client, project).bodies())


def lines(found: Plan) -> list[str]:
    return [f"{step.action} {step.address}: {step.preview.status}" for step in found.steps]


def only(found: Plan) -> Step:
    [step] = found.steps
    return step


def reference(name: str) -> dict[str, Any]:
    return {"connectionProperties": {"secretName": name}}


def test_what_is_as_declared_needs_no_step(client: Client, project: str, tmp_path: Path) -> None:
    client.call(do.create_override(project, override_body()))

    found = planned(client, project, tmp_path, exported(client, project), prune=True)

    assert (found.steps, found.unmanaged) == ((), 0)


def test_a_new_project_is_planned_in_an_order_that_can_be_applied(client: Client, tmp_path: Path) -> None:
    project = client.call(do.create_project({"name": "New"})).project_id
    text = f"""\
overrides:
  PROD: {{B: BLOCKED, A: {{connectionProperties: {{secretName: prod-a}}}}}}
connections:
  B: {{{GENERIC}}}
  A: {{{GENERIC}, default: {{connectionProperties: {{secretName: dev-a}}}}}}
environments:
  PROD: {{protected: true}}
  DEV: {{}}
"""
    found = planned(client, project, tmp_path, text)

    assert lines(found) == [
        "create environment DEV: accepted",
        "create environment PROD: accepted",
        "create connection A: accepted",
        "create connection B: accepted",
        "create override of A in PROD: not previewed",
        "create override of B in PROD: not previewed",
    ]
    assert [step.after for step in found.steps] == [(), (), (), (), (2, 3), (2, 4)]
    assert [step.protected for step in found.steps] == [False, True, False, False, True, True]


def test_a_change_knows_what_was_seen_and_where_it_is_declared(client: Client, project: str, tmp_path: Path) -> None:
    client.call(do.create_override(project, override_body()))
    text = exported(client, project).replace("prod-salesforce-credentials", "prod-salesforce-2")

    step = only(planned(client, project, tmp_path, text))

    assert (step.action, str(step.address), step.preview.status) == (
        "change",
        "override of Salesforce in PROD",
        "accepted",
    )
    assert (step.seen, step.protected) == ((1, f"{NOW}.123Z"), True)
    assert step.declared == f"{tmp_path}/overrides.yaml:15:5"
    assert changed_members(step) == [
        ("connectionOverrides.connectionProperties.secretName", "prod-salesforce-credentials", "prod-salesforce-2")
    ]


def test_a_plan_changes_nothing(client: Client, service: Service, project: str, tmp_path: Path) -> None:
    before = exported(client, project)
    service.sent()

    planned(client, project, tmp_path, "environments: {DEV: {displayName: D}, TEST: {}}", prune=True)

    assert {"GET"} == {one.method for one in service.sent() if "validateOnly=true" not in str(one.url)}
    assert exported(client, project) == before


# What is not in the files


def test_only_prune_deletes_and_only_in_sections_that_the_files_have(
    client: Client, project: str, tmp_path: Path
) -> None:
    client.call(do.create_override(project, override_body()))
    text = f"environments: {{DEV: {{}}}}\nconnections: {{Salesforce: {{{GENERIC}}}}}\n"

    kept = planned(client, project, tmp_path, "environments: {DEV: {}}")
    environments = planned(client, project, tmp_path, "environments: {DEV: {}}", prune=True)
    everything = planned(client, project, tmp_path, "environments: {}\nconnections:\noverrides: {}", prune=True)
    nothing = planned(client, project, tmp_path, "", prune=True)
    overrides = planned(client, project, tmp_path, text + "overrides: {}", prune=True)

    assert (kept.steps, kept.unmanaged) == ((), 3)
    assert lines(environments) == ["delete environment PROD: refused"]
    assert (environments.steps[0].preview.title, environments.unmanaged) == ("Environment in use", 2)
    assert lines(everything) == [
        "delete override of Salesforce in PROD: accepted",
        "delete connection Salesforce: not previewed",
        "delete environment DEV: accepted",
        "delete environment PROD: not previewed",
    ]
    assert (nothing.steps, nothing.unmanaged) == ((), 4)
    assert nothing.notes == (f"{tmp_path}/overrides.yaml is empty: it declares nothing.",)
    assert lines(overrides)[-1] == "delete environment PROD: not previewed"


# Refusals


def test_a_step_that_the_guard_would_refuse_says_so(client: Client, project: str, tmp_path: Path) -> None:
    text = exported(client, project).replace(
        "overrides: {}", "overrides: {PROD: {Salesforce: {connectionProperties: {secretName: dev-salesforce}}}}"
    )
    found = planned(client, project, tmp_path, text)
    allowed = planned(client, project, tmp_path, text, allow_shared_secret=True)

    assert found.refused == found.steps
    answer = only(found).preview
    assert (answer.status, answer.title, answer.slug) == (
        "refused",
        "Shared secret reference",
        "shared-secret-reference",
    )
    assert answer.detail.startswith("A protected environment and others would use the same secret.")
    assert only(allowed).preview.status == "accepted"


def test_a_missing_scope_is_a_refusal_and_shows_what_is_protected(
    client: Client, service: Service, project: str, tmp_path: Path
) -> None:
    text = exported(client, project).replace("overrides: {}", "overrides: {PROD: {Salesforce: BLOCKED}}")
    service.tokens["some"] = "connections:read connections:write projects:admin"

    with Client(URL, "some", transport=service) as other:
        step = only(planned(other, project, tmp_path, text))

    assert (step.preview.slug, step.protected) == ("insufficient-scope", True)


def test_a_broken_rule_of_the_service_is_a_refusal_with_its_violations(
    client: Client, project: str, tmp_path: Path
) -> None:
    text = f"environments: {{'a/b': {{}}}}\nconnections: {{effective: {{{GENERIC}}}}}"

    found = planned(client, project, tmp_path, text)

    assert lines(found) == ["create environment a/b: refused", "create connection effective: refused"]
    assert all(step.preview.violations for step in found.steps)


def test_a_service_that_is_down_is_no_refusal(client: Client, service: Service, project: str, tmp_path: Path) -> None:
    text = exported(client, project).replace("DEV: {}", "DEV: {displayName: D}")
    service.tokens["none"] = ""
    with Client(URL, "wrong", transport=service) as other, pytest.raises(problems.Unauthorized):
        planned(other, project, tmp_path, text)


# Order


def test_a_secret_is_freed_before_it_is_used(client: Client, project: str, tmp_path: Path) -> None:
    """PROD gets the secret that is the default today, which then becomes another one."""
    text = (
        exported(client, project)
        .replace("dev-salesforce", "dev-salesforce-2")
        .replace(
            "overrides: {}", "overrides: {PROD: {Salesforce: {connectionProperties: {secretName: dev-salesforce}}}}"
        )
    )

    found = planned(client, project, tmp_path, text)

    assert lines(found) == [
        "change connection Salesforce: accepted",
        "create override of Salesforce in PROD: not previewed",
    ]


def test_an_override_is_there_before_the_default_that_it_replaces(client: Client, project: str, tmp_path: Path) -> None:
    client.call(do.replace_connection(project, "Salesforce", {}))
    client.call(do.replace_environment(project, "DEV", {"protected": False, "inheritDefaults": False}))
    text = f"""\
environments: {{DEV: {{}}}}
connections: {{Salesforce: {{{GENERIC}, default: {{connectionProperties: {{secretName: shared}}}}}}}}
overrides: {{DEV: {{Salesforce: {{connectionProperties: {{secretName: dev}}}}}}}}
"""
    assert lines(planned(client, project, tmp_path, text)) == [
        "create override of Salesforce in DEV: accepted",
        "change connection Salesforce: accepted",
        "change environment DEV: accepted",
    ]


def test_secrets_that_change_places_are_refused_by_the_service(client: Client, project: str, tmp_path: Path) -> None:
    client.call(do.create_override(project, override_body(connectionOverrides=reference("prod-salesforce"))))
    text = (
        exported(client, project)
        .replace("dev-salesforce", "x-salesforce")
        .replace("prod-salesforce", "dev-salesforce")
        .replace("x-salesforce", "prod-salesforce")
    )

    found = planned(client, project, tmp_path, text)

    assert [step.preview.status for step in found.steps] == ["refused", "not previewed"]


# Calls


def test_reading_takes_a_call_for_each_hundred_items_of_a_list(
    client: Client, service: Service, project: str, tmp_path: Path
) -> None:
    """2 environments, 101 connections, an override in PROD and none in DEV: 1 + 2 + 1 + 1 calls."""
    for number in range(100):
        service.api.make_connection(project, f"C{number:03}", connectionDetails=None)
    service.api.make_override(project)
    service.sent()

    state = read_state(client, project)
    calls = len(service.sent())
    found = planned(client, project, tmp_path, to_yaml(state.bodies()))

    assert (len(state.documents), calls) == (2 + 101 + 1, 1 + 2 + 1 + 1)
    assert (found.steps, len(service.sent())) == ((), calls)


def test_a_preview_takes_a_call_for_each_step_that_depends_on_no_other(
    client: Client, service: Service, tmp_path: Path
) -> None:
    """100 connections in 5 environments, in an empty project: 2 calls to read, 105 previews."""
    project = client.call(do.create_project({"name": "Large"})).project_id
    names = [f"C{number:03}" for number in range(100)]
    environments = [f"E{number}" for number in range(5)]
    text = "".join(
        [
            "environments:\n",
            *(f"  {environment}: {{}}\n" for environment in environments),
            "connections:\n",
            *(f"  {name}: {{{GENERIC}}}\n" for name in names),
            "overrides:\n",
            *(
                f"  {environment}:\n"
                + "".join(
                    f"    {name}: {{connectionProperties: {{secretName: {environment}-{name}}}}}\n" for name in names
                )
                for environment in environments
            ),
        ]
    )
    service.sent()

    found = planned(client, project, tmp_path, text)

    assert (len(found.steps), len(service.sent())) == (5 + 100 + 500, 2 + 105)
    assert {step.preview.status for step in found.steps if step.address.kind == "override"} == {"not previewed"}


# Files


def test_a_plan_is_written_and_read(client: Client, project: str, tmp_path: Path) -> None:
    text = exported(client, project).replace("overrides: {}", "overrides: {PROD: {Salesforce: BLOCKED}}")
    found = planned(client, project, tmp_path, text)

    found.write(tmp_path / "plan.json")

    assert read_plan(tmp_path / "plan.json") == found
    document = json.loads((tmp_path / "plan.json").read_text())
    assert (document["version"], document["projectId"], document["service"]) == (1, project, URL)
    assert document["digest"] == found.digest
    assert "Bearer" not in json.dumps(document)


def test_plans_with_the_same_steps_have_their_own_digests(client: Client, project: str, tmp_path: Path) -> None:
    text = "environments: {TEST: {}}"

    assert planned(client, project, tmp_path, text).digest != planned(client, project, tmp_path, text).digest


@pytest.mark.parametrize(
    "change",
    [
        {"projectId": "another"},
        {"steps": []},
        {"digest": "0" * 64},
        {"version": 2},
        {"steps": [{}]},
        {"steps": None},
    ],
)
def test_a_changed_plan_is_not_read(client: Client, project: str, tmp_path: Path, change: dict[str, Any]) -> None:
    file = tmp_path / "plan.json"
    document = planned(client, project, tmp_path, "environments: {TEST: {}}").to_document()
    file.write_text(json.dumps({**document, **change}))

    with pytest.raises(PlanInvalid, match=r"plan\.json"):
        read_plan(file)


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b"{}", b"[" * 100_000])
def test_what_is_no_plan_is_not_read(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "plan.json").write_bytes(content)

    with pytest.raises(PlanInvalid, match="is not a plan"):
        read_plan(tmp_path / "plan.json")


# Commands


@pytest.fixture
def command(
    service: Service, project: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Runs a command, and returns its exit code, stdout and stderr."""
    environment = {"OVERRIDES_URL": URL, "OVERRIDES_TOKEN": "all", "OVERRIDES_PROJECT": project, "HOME": str(tmp_path)}

    def call(*arguments: object) -> tuple[int, str, str]:
        code = run([str(one) for one in arguments], transport=service, environment=environment)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def test_the_command_shows_the_changes_by_environment(
    client: Client, project: str, tmp_path: Path, command: Callable[..., tuple[int, str, str]]
) -> None:
    client.call(do.create_override(project, override_body(connectionOverrides=reference("prod-salesforce"))))
    file = tmp_path / "overrides.yaml"
    file.write_text(f"""\
environments: {{PROD: {{protected: true}}, TEST: {{displayName: Test}}}}
connections: {{Salesforce: {{{GENERIC}}}}}
overrides:
  PROD: {{Salesforce: {{connectionProperties: {{secretName: prod-salesforce-2}}}}}}
  TEST: {{Salesforce: BLOCKED}}
""")

    code, out, err = command("plan", "-f", file, "--out", tmp_path / "plan.json")

    assert (code, err) == (2, "")
    assert (
        out
        == """\
Connections
  ~ 4. connection Salesforce
      - connectionDetails.connectionProperties.secretName: dev-salesforce
PROD
  ~ 2. override of Salesforce in PROD (protected)
      - connectionOverrides.connectionProperties.secretName: prod-salesforce
      + connectionOverrides.connectionProperties.secretName: prod-salesforce-2
TEST
  + 1. environment TEST
      + displayName: Test
      + inheritDefaults: true
      + protected: false
  + 3. override of Salesforce in TEST (not previewed: depends on 1)
      + authType: GENERIC_SECRET
      + blocked: true
2 to create, 2 to change, 0 to delete. Not in the files, and kept: 1.
"""
    )
    assert len(read_plan(tmp_path / "plan.json").steps) == 4


def test_the_command_ends_with_what_it_found(
    client: Client, project: str, tmp_path: Path, command: Callable[..., tuple[int, str, str]]
) -> None:
    file = tmp_path / "overrides.yaml"
    file.write_text(exported(client, project))
    assert command("plan", "-f", file) == (0, "No changes.\n", "")

    file.write_text("environments: {'a/b': {}}")
    code, out, _ = command("plan", "-f", file)
    assert code == 3
    assert f"! {file}:1:16: Invalid request: " in out

    file.write_text("environments: [")
    code, _, err = command("plan", "-f", file)
    assert (code, err.startswith(f"{file}:1:16: This is not valid YAML")) == (64, True)

    file.write_text("")
    assert command("plan", "-f", file, "--prune") == (
        0,
        f"No changes. Not in the files, and kept: 3.\n{file} is empty: it declares nothing.\n",
        "",
    )


def test_drift_compares_without_previews(
    client: Client,
    service: Service,
    project: str,
    tmp_path: Path,
    command: Callable[..., tuple[int, str, str]],
) -> None:
    file = tmp_path / "overrides.yaml"
    file.write_text(exported(client, project))
    assert command("drift", "-f", file)[0] == 0
    client.call(do.create_override(project, override_body()))
    client.call(do.replace_environment(project, "DEV", {"protected": False, "inheritDefaults": False}))
    service.sent()

    code, out, _ = command("--output", "json", "drift", "-f", file, "--prune")

    assert code == 2
    assert [(one["action"], one["environmentName"]) for one in json.loads(out)["differences"]] == [
        ("change", "DEV"),
        ("delete", "PROD"),
    ]
    assert {one.method for one in service.sent()} == {"GET"}
