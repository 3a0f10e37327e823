"""Deploy a stage, first data.yaml and then template.yaml: `python -m tools.deploy [--plan] [--smoke]`.

docs/operations.md lists the environment variables. `--plan` creates and shows change sets without executing them.
`--smoke` runs the smoke tests while traffic shifts to the new versions, and once afterwards. If they fail while traffic
shifts, it cancels the update, which rolls it back.
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from samtranslator.yaml_helper import yaml_parse

from tools.release import (
    SERVICE,
    Parameters,
    ReleaseError,
    all_parameters,
    architecture_of,
    given_parameters,
    release_of,
)
from tools.smoke import CLIENT

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient

ROOT: Final = Path(__file__).parents[1]
BUILD: Final = ROOT / ".aws-sam" / "build"
SAM: Final = Path(sys.executable).with_name("sam")
POLL_SECONDS: Final = 10


class DeploymentError(Exception):
    """A stack could not be deployed, or fails its smoke tests."""


def deploy(environment: Mapping[str, str], *, is_plan: bool, is_tested: bool) -> None:
    """Deploy both stacks of a stage, or only show what would change.

    Raises:
        ReleaseError: a setting or the build is missing or invalid. Nothing was deployed.
        DeploymentError: a stack was not deployed, or the smoke tests failed.

    """
    given = given_parameters(environment)
    data_template, template = (yaml_parse((ROOT / name).read_text("utf-8")) for name in ("data.yaml", "template.yaml"))
    unknown = given.keys() - data_template["Parameters"].keys() - template["Parameters"].keys()
    if unknown:
        raise ReleaseError(f"unknown parameters: {', '.join(sorted(unknown))}")
    if "TableName" in given and "TableStreamArn" not in given:
        raise ReleaseError("TableName needs TableStreamArn: each table has a stream of its own")
    built = architecture_of(BUILD)
    if given.setdefault("Architecture", built) != built:
        raise ReleaseError(f"the build is for {built}: for another Architecture, run `make build` again")
    if is_tested and not all(environment.get(variable) for variable in CLIENT):
        raise ReleaseError(f"the smoke tests need {', '.join(CLIENT)}")
    commit = _commit()

    service = f"{SERVICE}-{given['Stage']}"
    data = f"{service}-data"
    cloudformation = boto3.client("cloudformation")
    parameters = all_parameters(data_template, {"ServiceStackName": service} | given)
    _refuse_forgotten(cloudformation, data, parameters, given)
    with _sam_deploy(environment, data, ROOT / "data.yaml", parameters, is_plan=is_plan):
        pass
    [described] = cloudformation.describe_stacks(StackName=data)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}
    if is_plan and not data_template["Outputs"].keys() <= outputs.keys():
        sys.stdout.write(f"{service} cannot be planned before {data} is deployed.\n")
        return
    parameters = all_parameters(template, outputs | given)
    _refuse_forgotten(cloudformation, service, parameters, given)
    parameters["Release"] = release_of(commit, BUILD, parameters)
    with _sam_deploy(environment, service, BUILD / "template.yaml", parameters, is_plan=is_plan) as process:
        if is_tested and not is_plan:
            _test_while_traffic_shifts(cloudformation, service, process)
    if is_tested and not is_plan and not _smoke_tests_pass():
        raise DeploymentError("the smoke tests failed: deploy the previous release again")


def _refuse_forgotten(
    cloudformation: "CloudFormationClient", stack: str, parameters: Parameters, given: Parameters
) -> None:
    """Refuse to reset an omitted parameter, such as the web ACL, the domain name or a restored table.

    Raises:
        ReleaseError: a parameter was omitted, and its value in the stack is not the template's default.

    """
    try:
        [described] = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        if not _is_invalid(error):
            raise
        return  # It does not exist yet.
    if described["StackStatus"] == "REVIEW_IN_PROGRESS":
        return  # It has only been planned.
    live = {one["ParameterKey"]: one["ParameterValue"] for one in described.get("Parameters", [])}
    summary = cloudformation.get_template_summary(StackName=stack)
    defaults = {one["ParameterKey"]: one.get("DefaultValue") for one in summary["Parameters"]}
    forgotten = [
        f"{name}={value}"
        for name, value in sorted(live.items())
        if name in parameters.keys() - given.keys() - {"Release"} and value not in {parameters[name], defaults[name]}
    ]
    if forgotten:
        raise ReleaseError(f"{stack} has {', '.join(forgotten)}: add this to PARAMETERS, or set another value")


def _is_invalid(error: ClientError) -> bool:
    """Return whether the stack does not exist, or is in a state that does not allow the call."""
    return error.response["Error"]["Code"] == "ValidationError"


@contextlib.contextmanager
def _sam_deploy(
    environment: Mapping[str, str], stack: str, template: Path, parameters: Parameters, *, is_plan: bool
) -> Iterator[subprocess.Popen[bytes]]:
    """Run `sam deploy`, and wait for it when the context ends."""
    bucket, role = environment.get("ARTIFACT_BUCKET"), environment.get("EXECUTION_ROLE_ARN")
    # SAM CLI does not upload a file again if it exists, and a deployment must never use what a plan uploaded.
    prefix = f"{SERVICE}-{environment['STAGE']}{'-plan' if is_plan else ''}"
    # The workflow has its own approval step. By hand, prod asks for confirmation.
    asks = environment["STAGE"] == "prod" and not environment.get("CI") and not is_plan
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "parameters.yaml"
        file.write_text(json.dumps(parameters), encoding="utf-8")
        line = [
            *(str(SAM), "deploy", "--config-file", str(ROOT / "samconfig.toml"), "--config-env", environment["STAGE"]),
            *("--confirm-changeset" if asks else "--no-confirm-changeset", "--no-progressbar"),
            *("--stack-name", stack, "--template-file", str(template), "--parameter-overrides", f"file://{file}"),
            *(("--no-resolve-s3", "--s3-bucket", bucket, "--s3-prefix", prefix) if bucket else ()),
            *(("--role-arn", role) if role else ()),
            *(("--no-execute-changeset",) if is_plan else ()),
        ]
        with subprocess.Popen(line, cwd=ROOT, env={**environment, "SAM_CLI_TELEMETRY": "0"}) as process:  # noqa: S603 - our own command
            yield process
    if process.returncode != 0:
        raise DeploymentError(f"{stack} was not deployed")


def _commit() -> str:
    line = ["git", "rev-parse", "HEAD"]
    found = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    if found.returncode != 0:
        raise ReleaseError("the commit is unknown: deploy from a git checkout")
    return found.stdout.strip()


def _test_while_traffic_shifts(
    cloudformation: "CloudFormationClient", stack: str, process: subprocess.Popen[bytes]
) -> None:
    while process.poll() is None:
        if _is_shifting(cloudformation, stack) and not _smoke_tests_pass():
            try:
                cloudformation.cancel_update_stack(StackName=stack)
            except ClientError as error:
                # Refused once the update is complete. The smoke tests after the update then decide.
                if not _is_invalid(error):
                    raise
            return
        time.sleep(POLL_SECONDS)


def _is_shifting(cloudformation: "CloudFormationClient", stack: str) -> bool:
    """Return whether the latest update of the stack is shifting traffic to a new version."""
    pages = cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack)
    for event in (event for page in pages for event in page["StackEvents"]):
        name, status = event["LogicalResourceId"], event["ResourceStatus"]
        if name == stack and status in {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"}:
            return False
        if name.endswith("Aliaslive") and status == "UPDATE_IN_PROGRESS":
            return True
    return False


def _smoke_tests_pass() -> bool:
    return subprocess.run(["make", "smoke"], cwd=ROOT, check=False).returncode == 0  # noqa: S607 - of the PATH that runs this


def main() -> int:
    """Run the command; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.deploy", description=__doc__)
    parser.add_argument("--plan", action="store_true", help="create and show change sets without executing them")
    parser.add_argument("--smoke", action="store_true", help="run the smoke tests while traffic shifts and afterwards")
    options = parser.parse_args()
    try:
        deploy(os.environ, is_plan=options.plan, is_tested=options.smoke)
    except (ReleaseError, DeploymentError, BotoCoreError, ClientError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
