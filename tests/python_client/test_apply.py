"""Applying plans: exactly once, after interruptions too, and never over what somebody else has changed."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from connection_overrides_client import Client
from connection_overrides_client import operations as do
from connection_overrides_client.cli.app import run
from connection_overrides_client.configuration.applying import NotApplicable, Result, apply
from connection_overrides_client.configuration.items import read_state
from connection_overrides_client.configuration.loading import load
from connection_overrides_client.configuration.planning import Plan, plan, read_plan
from connection_overrides_client.configuration.writing import to_yaml
from support.registry import override_body
from support.service import URL, Service

GENERIC: Final = "platformConnectionType: COMPONENT_BASIC, authProvider: NONE, authType: GENERIC_SECRET"
NEW: Final = f"""\
environments: {{DEV: {{}}, PROD: {{protected: true}}}}
connections: {{A: {{{GENERIC}, default: {{connectionProperties: {{secretName: dev-a}}}}}}}}
overrides: {{PROD: {{A: {{connectionProperties: {{secretName: prod-a}}}}}}, DEV: {{A: BLOCKED}}}}
"""
WITH_BLOCK: Final = f"""\
environments: {{PROD: {{protected: true}}}}
connections: {{Salesforce: {{{GENERIC}, default: {{connectionProperties: {{secretName: dev-salesforce}}}}}}}}
overrides: {{PROD: {{Salesforce: BLOCKED}}}}
"""
REQUESTS: Final = 2 * 5 + 1 + 1 + 2
"""Those of applying the plan of NEW: two for each step, and those that read the result."""


class Killed(Exception):
    """The process ends here."""


def planned(client: Client, project: str, folder: Path, text: str, **options: Any) -> Plan:
    file = folder / "overrides.yaml"
    file.write_text(text)
    return plan(client, project, URL, load(file), **options)


def applied(client: Client, found: Plan, **options: Any) -> Result:
    return apply(client, found, **{"project": found.project, "service": URL, "yes_protected": True, **options})


def exported(client: Client, project: str) -> str:
    return to_yaml(read_state(client, project).bodies())


def new_project(client: Client) -> str:
    return client.call(do.create_project({"name": "New"})).project_id


def addresses(steps: Any) -> list[str]:
    return [str(step.address) for step in steps]


def revisions(client: Client, project: str) -> dict[str, int]:
    return {str(address): one["revision"] for address, one in read_state(client, project).documents.items()}


def rename_dev(client: Client, project: str, name: str) -> None:
    client.call(
        do.replace_environment(project, "DEV", {"protected": False, "inheritDefaults": True, "displayName": name})
    )


def test_a_plan_is_applied_and_then_there_is_nothing_to_plan(client: Client, service: Service, tmp_path: Path) -> None:
    project = new_project(client)
    found = planned(client, project, tmp_path, NEW)
    done: list[str] = []
    service.sent()

    result = applied(client, found, progress=lambda step, outcome: done.append(f"{outcome}: {step.address}"))

    assert len(service.sent()) == REQUESTS
    assert (result.applied, result.stop, result.remaining, result.changed_since) == ([*found.steps], None, (), [])
    assert done == [f"applied: {address}" for address in addresses(found.steps)]
    assert planned(client, project, tmp_path, NEW, prune=True).steps == ()


def test_changes_and_deletions_are_applied(client: Client, project: str, tmp_path: Path) -> None:
    client.call(do.create_override(project, override_body()))
    client.call(
        do.create_override(project, override_body(environmentName="DEV", connectionOverrides=None, blocked=True))
    )
    text = f"""\
environments: {{PROD: {{displayName: Production}}, TEST: {{}}}}
connections: {{Salesforce: {{{GENERIC}}}}}
overrides: {{PROD: {{Salesforce: {{connectionProperties: {{secretName: dev-salesforce}}}}}}}}
"""
    found = planned(client, project, tmp_path, text, prune=True)

    result = applied(client, found)

    assert [f"{step.action} {step.address}" for step in result.applied] == [
        "change environment PROD",
        "create environment TEST",
        "change connection Salesforce",
        "change override of Salesforce in PROD",
        "delete override of Salesforce in DEV",
        "delete environment DEV",
    ]
    assert planned(client, project, tmp_path, text, prune=True).steps == ()


def test_the_history_has_the_reason(client: Client, project: str, tmp_path: Path) -> None:
    text = "environments: {DEV: {displayName: D}}"
    found = planned(client, project, tmp_path, text)
    applied(client, found)
    applied(client, planned(client, project, tmp_path, text.replace("D}", "E}")), reason="CHG-7")

    entries = client.iterate(do.list_environment_history(project, "DEV"))
    assert [entry.reason for entry in entries][:2] == ["CHG-7", f"plan {found.digest[:12]}"]


# What is not applied at all


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"project": "another"}, "is for the project .*, not for another"),
        ({"service": "https://other.test"}, "is for the service at https://api.test, not for https://other.test"),
    ],
)
def test_a_plan_is_for_one_project_of_one_service(
    client: Client, service: Service, project: str, tmp_path: Path, options: dict[str, str], message: str
) -> None:
    found = planned(client, project, tmp_path, "environments: {TEST: {}}")
    service.sent()

    with pytest.raises(NotApplicable, match=message):
        applied(client, found, **options)
    assert service.sent() == []


def test_nothing_is_applied_if_a_step_would_be_refused(client: Client, project: str, tmp_path: Path) -> None:
    found = planned(client, project, tmp_path, "environments: {TEST: {}, 'a/b': {}}")

    with pytest.raises(NotApplicable, match="create environment a/b") as caught:
        applied(client, found)
    assert addresses(caught.value.steps) == ["environment a/b"]
    assert "environment TEST" not in revisions(client, project)


def test_another_token_can_apply_what_the_token_of_the_plan_may_not(
    client: Client, service: Service, project: str, tmp_path: Path
) -> None:
    service.tokens["read"] = "connections:read"
    with Client(URL, "read", transport=service) as reader:
        found = planned(reader, project, tmp_path, "environments: {TEST: {}}")

    assert found.steps[0].preview.slug == "insufficient-scope"
    assert addresses(applied(client, found).applied) == ["environment TEST"]


@pytest.mark.parametrize(
    ("text", "touching"),
    [
        ("environments: {PROD: {protected: true, displayName: P}}", "environment PROD"),
        ("environments: {DEV: {protected: true}}", "environment DEV"),
        ("environments: {LIVE: {protected: true}}", "environment LIVE"),
        (WITH_BLOCK, "override of Salesforce in PROD"),
    ],
)
def test_steps_that_touch_protected_environments_need_a_confirmation(
    client: Client, project: str, tmp_path: Path, text: str, touching: str
) -> None:
    before = exported(client, project)
    text = text.replace("environments: {", "environments: {AAA: {}, ")
    found = planned(client, project, tmp_path, text)

    with pytest.raises(NotApplicable, match="--yes-protected") as caught:
        applied(client, found, yes_protected=False)

    assert addresses(caught.value.steps) == [touching]
    assert exported(client, project) == before
    assert applied(client, found).stop is None


def test_a_default_that_a_protected_environment_inherits_needs_a_confirmation(
    client: Client, project: str, tmp_path: Path
) -> None:
    body = {"protected": True, "inheritDefaults": True}
    client.call(do.replace_environment(project, "PROD", body, allow_shared_secret=True))
    found = planned(client, project, tmp_path, f"connections: {{Salesforce: {{{GENERIC}}}}}")

    with pytest.raises(NotApplicable, match="change connection Salesforce"):
        applied(client, found, yes_protected=False)


def test_an_environment_that_was_protected_after_the_plan_needs_a_confirmation(
    client: Client, project: str, tmp_path: Path
) -> None:
    text = exported(client, project).replace("overrides: {}", "overrides: {DEV: {Salesforce: BLOCKED}}")
    found = planned(client, project, tmp_path, text)
    client.call(do.replace_environment(project, "DEV", {"protected": True, "inheritDefaults": False}))

    with pytest.raises(NotApplicable, match="--yes-protected"):
        applied(client, found, yes_protected=False)


# Interruptions


@pytest.mark.parametrize("when", ["interruptions", "after"])
@pytest.mark.parametrize("position", range(REQUESTS))
def test_a_plan_that_was_killed_is_completed_by_applying_it_again(
    client: Client, service: Service, tmp_path: Path, position: int, when: str
) -> None:
    project = new_project(client)
    planned(client, project, tmp_path, NEW).write(tmp_path / "plan.json")
    setattr(service, when, [*[None] * position, Killed()])
    with pytest.raises(Killed):
        applied(client, read_plan(tmp_path / "plan.json"))

    result = applied(client, read_plan(tmp_path / "plan.json"))

    assert (result.stop, result.remaining, result.changed_since) == (None, (), [])
    assert set(revisions(client, project).values()) == {1}
    assert planned(client, project, tmp_path, NEW, prune=True).steps == ()
    assert sum(1 for _ in client.iterate(do.list_changes(project))) == 1 + 5


@pytest.mark.parametrize("position", range(4))
def test_a_change_and_a_deletion_that_were_killed_are_done_once(
    client: Client, service: Service, project: str, tmp_path: Path, position: int
) -> None:
    text = "environments: {DEV: {displayName: D}}"
    found = planned(client, project, tmp_path, text, prune=True)
    service.after = [*[None] * position, Killed()]
    with pytest.raises(Killed):
        applied(client, found)
    service.api.now += timedelta(days=2)

    result = applied(client, found)

    assert (result.stop, len(result.already)) == (None, (position + 1) // 2)
    assert revisions(client, project) == {"environment DEV": 2, "connection Salesforce": 1}


def test_a_service_that_fails_stops_the_plan_and_a_repetition_completes_it(
    client: Client, service: Service, tmp_path: Path
) -> None:
    project = new_project(client)
    found = planned(client, project, tmp_path, NEW)
    service.after = [None, None, None, *[httpx.ReadTimeout("lost")] * 4]

    result = applied(client, found)

    assert result.stop is not None
    assert (result.stop.kind, addresses(result.applied)) == ("failed", ["environment DEV"])
    assert "Apply the plan again" in result.stop.message
    assert addresses(result.remaining) == addresses(found.steps[1:])
    assert addresses(applied(client, found).already) == ["environment DEV", "environment PROD"]
    assert set(revisions(client, project).values()) == {1}


# Somebody else


def test_what_was_changed_after_the_plan_stops_it(client: Client, project: str, tmp_path: Path) -> None:
    found = planned(client, project, tmp_path, "environments: {AAA: {}, DEV: {displayName: D}, TEST: {}}")
    rename_dev(client, project, "Mine")

    result = applied(client, found)

    assert result.stop is not None
    assert result.stop.kind == "conflict"
    assert result.stop.message == (
        "The environment DEV was changed by auth0|7 at 2026-01-31T12:00:00.124Z, after the plan was made. "
        "Make a new plan."
    )
    assert (addresses(result.applied), addresses(result.remaining)) == (
        ["environment AAA"],
        ["environment DEV", "environment TEST"],
    )
    assert client.call(do.get_environment(project, "DEV")).display_name == "Mine"
    assert "environment TEST" not in revisions(client, project)


def test_what_was_created_or_deleted_after_the_plan_stops_it(client: Client, project: str, tmp_path: Path) -> None:
    deleted = planned(client, project, tmp_path, "environments: {DEV: {displayName: D}}")
    created = planned(client, project, tmp_path, "environments: {TEST: {displayName: T}}")
    client.call(do.delete_environment(project, "DEV"))
    client.call(do.create_environment(project, {"name": "TEST"}))

    messages = [result.stop and result.stop.message for result in (applied(client, one) for one in (deleted, created))]

    end = "after the plan was made. Make a new plan."
    assert messages == [
        f"The environment DEV was deleted by auth0|7 at 2026-01-31T12:00:00.124Z, {end}",
        f"The environment TEST was created by auth0|7 at 2026-01-31T12:00:00.125Z, {end}",
    ]


def test_an_item_that_was_deleted_and_created_again_is_another(client: Client, project: str, tmp_path: Path) -> None:
    found = planned(client, project, tmp_path, "environments: {DEV: {displayName: D}}")
    client.call(do.delete_environment(project, "DEV"))
    other = client.call(do.create_environment(project, {"name": "DEV", "description": "Another"}))

    result = applied(client, found)

    assert other.revision == 1
    assert result.stop is not None
    assert result.stop.kind == "conflict"
    assert client.call(do.get_environment(project, "DEV")).description == "Another"


@pytest.mark.parametrize("position", range(2))
def test_a_race_for_an_item_is_lost_without_losing_the_change(
    client: Client, service: Service, project: str, tmp_path: Path, position: int
) -> None:
    """The other client changes the item before it is read, or between reading and writing."""
    found = planned(client, project, tmp_path, "environments: {DEV: {displayName: D}}")
    requests = 0

    def race(_: httpx.Request) -> None:
        nonlocal requests
        requests += 1
        if requests == position + 1:
            service.before_each = lambda _: None
            with Client(URL, "all", transport=service) as other:
                rename_dev(other, project, "Mine")

    service.before_each = race
    result = applied(client, found)

    assert result.stop is not None
    assert (result.stop.kind, result.applied) == ("conflict", [])
    assert client.call(do.get_environment(project, "DEV")).display_name == "Mine"


@pytest.mark.parametrize("position", range(2))
def test_a_race_to_create_an_override_is_lost_without_losing_it(
    client: Client, service: Service, project: str, tmp_path: Path, position: int
) -> None:
    text = exported(client, project).replace("overrides: {}", "overrides: {PROD: {Salesforce: BLOCKED}}")
    found = planned(client, project, tmp_path, text)
    requests = 0

    def race(_: httpx.Request) -> None:
        nonlocal requests
        requests += 1
        if requests == position + 1:
            service.before_each = lambda _: None
            assert service.api.make_override(project).status == 201

    service.before_each = race
    result = applied(client, found)

    assert result.stop is not None
    assert result.stop.message.startswith("The override of Salesforce in PROD was created by auth0|7")
    assert client.call(do.get_override(project, "PROD", "Salesforce")).blocked is not True


def test_what_somebody_else_has_done_in_the_same_way_counts_as_done(
    client: Client, project: str, tmp_path: Path
) -> None:
    found = planned(client, project, tmp_path, "environments: {DEV: {displayName: D}}")
    rename_dev(client, project, "D")

    result = applied(client, found)

    assert (result.applied, result.already, result.stop) == ([], [*found.steps], None)


def test_what_was_undone_since_is_not_done_again_and_is_reported(client: Client, project: str, tmp_path: Path) -> None:
    found = planned(client, project, tmp_path, "environments: {TEST: {}}")
    applied(client, found)
    client.call(do.delete_environment(project, "TEST"))

    result = applied(client, found)

    assert result.changed_since == ["The environment TEST is not as planned any more: it was deleted."]
    assert "environment TEST" not in revisions(client, project)


def test_a_refusal_stops_the_plan(client: Client, service: Service, project: str, tmp_path: Path) -> None:
    """The guard refuses what was fine when the plan was made."""
    text = exported(client, project).replace(
        "overrides: {}", "overrides: {PROD: {Salesforce: {connectionProperties: {secretName: other}}}}"
    )
    found = planned(client, project, tmp_path, text)
    service.api.make_connection(project, "B", connectionDetails={"connectionProperties": {"secretName": "other"}})

    result = applied(client, found)

    assert result.stop is not None
    assert (result.stop.kind, result.applied) == ("refused", [])
    assert result.stop.message.startswith("Shared secret reference: ")


def test_no_plan_and_no_result_contains_a_token(client: Client, project: str, tmp_path: Path) -> None:
    found = planned(client, project, tmp_path, "environments: {TEST: {}}")

    assert "'all'" not in repr(applied(client, found))
    assert "Authorization" not in json.dumps(found.to_document())


def test_the_command_says_what_was_applied_and_what_was_not(
    client: Client, service: Service, project: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    environment = {"OVERRIDES_URL": URL, "OVERRIDES_TOKEN": "all", "OVERRIDES_PROJECT": project, "HOME": str(tmp_path)}
    file = tmp_path / "plan.json"

    def command(*arguments: str) -> tuple[int, str, str]:
        code = run(["apply", str(file), *arguments], transport=service, environment=environment)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    text = "environments: {AAA: {}, PROD: {protected: true, displayName: P}}"
    planned(client, project, tmp_path, text).write(file)
    code, _, err = command()
    assert (code, "2. change environment PROD" in err) == (3, True)
    assert command("--yes-protected", "--reason", "Grüße")[0] == 64
    assert command("--yes-protected", "--reason", "CHG-7") == (
        0,
        "Applied: 2. Already applied: 0. Not applied: 0.\n",
        "1/2 applied: create environment AAA\n2/2 applied: change environment PROD\n",
    )

    planned(client, project, tmp_path, "environments: {DEV: {displayName: D}, TEST: {}}").write(file)
    rename_dev(client, project, "Mine")
    code, out, err = command()
    assert (code, err) == (5, "")
    when = "2026-01-31T12:00:00.124Z"
    assert (
        out
        == f"""\
Applied: 0. Already applied: 0. Not applied: 2.
Stopped at step 1: The environment DEV was changed by auth0|7 at {when}, after the plan was made. Make a new plan.
  not applied: 1. change environment DEV
  not applied: 2. create environment TEST
"""
    )

    file.write_text("{}")
    assert command() == (64, "", f"{file} is not a plan.\n")
