"""The workflows: what can sign in to AWS, when and how, and the order of stages."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pytest
from samtranslator.yaml_helper import yaml_parse
from support.template import ROOT

WORKFLOWS: Final = sorted((ROOT / ".github/workflows").glob("*.yml"))
SIGNS_IN: Final = "aws-actions/configure-aws-credentials"
IN_ORDER: Final = ("build", "attest", "dev", "staging", "prod-plan", "prod")
USE_AWS: Final = {"dev": "dev", "staging": "staging", "prod-plan": "prod", "prod": "prod"}
"""The stage of each job that signs in to AWS."""


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml_parse(path.read_text(encoding="utf-8"))
    return found


def deploy() -> dict[str, Any]:
    return read(ROOT / ".github/workflows/deploy.yml")


def job(name: str) -> dict[str, Any]:
    found: dict[str, Any] = deploy()["jobs"][name]
    return found


def position(name: str, text: str) -> int:
    """Return the index of the job's only step that uses or runs this."""
    [found] = [i for i, step in enumerate(job(name)["steps"]) if text in step.get("uses", "") + step.get("run", "")]
    return found


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_to_a_commit_and_names_its_version(path: Path) -> None:
    used = re.findall(r"uses: (.*)", path.read_text(encoding="utf-8"))

    assert used
    assert [one for one in used if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one)] == []


def test_an_action_has_one_version_in_all_workflows() -> None:
    used = {line for path in WORKFLOWS for line in re.findall(r"uses: (.*)", path.read_text(encoding="utf-8"))}

    assert len(used) == len({one.partition("@")[0] for one in used})


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_no_workflow_contains_aws_keys_or_gives_secrets_to_pull_requests(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert not re.search(r"AKIA|(?i:aws[-_](access[-_]key|secret|session))", text)
    assert "pull_request_target" not in text
    assert set(re.findall(r"secrets\.(\w+)", text)) <= {"TOKEN_CLIENT_SECRET"}


def test_a_tag_starts_a_release_and_releases_run_one_at_a_time() -> None:
    workflow: dict[Any, Any] = deploy()

    assert workflow[True] == {"workflow_dispatch": None, "push": {"tags": ["v*"]}}  # YAML 1.1 reads `on` as true.
    assert workflow["concurrency"] == {"group": "deploy", "cancel-in-progress": False, "queue": "max"}


def test_stages_are_released_in_order_and_prod_after_its_plan() -> None:
    assert tuple(deploy()["jobs"]) == IN_ORDER
    assert "needs" not in job("build")
    for before, after in pairwise(IN_ORDER):
        assert job(after)["needs"] == before


def test_a_job_has_only_the_permissions_that_it_needs() -> None:
    with_aws = {"attestations": "read", "contents": "read", "id-token": "write"}

    assert deploy()["permissions"] == {}
    assert {name: job(name)["permissions"] for name in IN_ORDER} == {
        "build": {"contents": "read"},
        "attest": {"attestations": "write", "id-token": "write"},
        **dict.fromkeys(USE_AWS, with_aws),
    }


def test_signing_runs_no_code_of_the_repository() -> None:
    assert [step for step in job("attest")["steps"] if "run" in step or "checkout" in step["uses"]] == []


@pytest.mark.parametrize("name", USE_AWS)
def test_a_job_signs_in_to_aws_last_right_before_it_deploys_or_plans(name: str) -> None:
    commands = {"prod-plan": r"make plan \| tee plan\.txt\n.*GITHUB_STEP_SUMMARY.*\n"}

    assert position(name, SIGNS_IN) == len(job(name)["steps"]) - 2
    assert re.fullmatch(commands.get(name, "make deploy SMOKE=1"), job(name)["steps"][-1]["run"])


@pytest.mark.parametrize("name", USE_AWS)
def test_a_job_uses_the_environment_of_its_stage_whose_role_trusts_it(name: str) -> None:
    assert (job(name)["environment"], job(name)["env"]) == (name, {"STAGE": USE_AWS[name]})
    settings = job(name)["steps"][position(name, SIGNS_IN)]["with"]
    assert settings["role-to-assume"] == "${{ vars.AWS_ROLE_ARN }}"
    assert settings["role-duration-seconds"] >= job(name)["timeout-minutes"] * 60


@pytest.mark.parametrize("name", USE_AWS)
def test_an_artifact_is_unpacked_only_after_its_attestation_by_this_workflow_and_commit_is_verified(name: str) -> None:
    verify = position(name, "gh attestation verify build.tar.gz")
    command = job(name)["steps"][verify]["run"]

    assert position(name, "download-artifact") < verify < position(name, "tar --extract")
    for flag in (
        '--repo "$GITHUB_REPOSITORY"',
        '--source-digest "$GITHUB_SHA"',
        '--signer-workflow "$GITHUB_REPOSITORY/.github/workflows/deploy.yml"',
        "--deny-self-hosted-runners",
    ):
        assert flag in command


def test_the_built_artifact_is_attested() -> None:
    steps = job("build")["steps"]

    assert steps[position("build", "upload-artifact")]["with"]["path"] == "build.tar.gz"
    assert job("attest")["steps"][position("attest", "actions/attest@")]["with"] == {"subject-path": "build.tar.gz"}
    assert position("build", ".ci/run") < position("build", "make build") < position("build", "tar --create")


def test_every_setting_is_documented_and_every_output_of_the_bootstrap_is_a_setting() -> None:
    text = (ROOT / ".github/workflows/deploy.yml").read_text(encoding="utf-8")
    documented = (ROOT / "docs/delivery.md").read_text(encoding="utf-8")
    settings = set(re.findall(r"(?:vars|secrets)\.(\w+)", text))
    outputs = read(ROOT / "infra/bootstrap.yaml")["Outputs"].values()
    named = {name for one in outputs for name in re.findall(r"Variable (\w+)", one["Description"])}

    assert {name for name in settings if f"`{name}`" not in documented} == set()
    assert named < settings


def test_dependabot_updates_actions_python_and_the_generators_of_clients() -> None:
    updates = read(ROOT / ".github/dependabot.yml")["updates"]

    directories = {one["package-ecosystem"]: one["directory"] for one in updates}
    assert directories == {"github-actions": "/", "uv": "/", "npm": "/tests/clients"}
    for one in updates:
        [group] = one["groups"].values()
        assert (one["schedule"], group) == ({"interval": "weekly"}, {"patterns": ["*"]})
