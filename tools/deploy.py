"""Deploy a stage, first data.yaml and then template.yaml: `python -m tools.deploy [--plan] [--smoke]`.

docs/operations.md lists the variables of the environment that say what and where. With `--plan` change sets are created
and shown, and none is executed. With `--smoke` the smoke tests run while traffic moves to the new versions, and once
afterwards; when they fail on the way, the update is cancelled, which rolls it back.
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
    """A stack could not be deployed, or does not work; the message says which."""


def deploy(environment: Mapping[str, str], *, is_plan: bool, is_tested: bool) -> None:
    """Deploy both stacks of a stage, or only show what would change.

    Raises:
        ReleaseError: a setting or the build is missing or wrong; nothing was deployed.
        DeploymentError: a stack was not deployed, or the smoke tests failed.

    """
    given = given_parameters(environment)
    data_template, template = (yaml_parse((ROOT / name).read_text("utf-8")) for name in ("data.yaml", "template.yaml"))
    unknown = given.keys() - data_template["Parameters"].keys() - template["Parameters"].keys()
    if unknown:
        raise ReleaseError(f"no such parameters: {', '.join(sorted(unknown))}")
    built = architecture_of(BUILD)
    if given.setdefault("Architecture", built) != built:
        raise ReleaseError(
            f"Architecture follows from the build, which is for {built}: run `make build` for another one"
        )
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
    if is_plan and not outputs:
        sys.stdout.write(f"{data} does not exist yet, and {service} cannot be planned before it does.\n")
        return
    parameters = all_parameters(template, outputs | given)
    _refuse_forgotten(cloudformation, service, parameters, given)
    parameters["Release"] = release_of(commit, BUILD, parameters)
    with _sam_deploy(environment, service, BUILD / "template.yaml", parameters, is_plan=is_plan) as process:
        if is_tested and not is_plan:
            _test_while_traffic_shifts(cloudformation, service, process)
    if is_tested and not is_plan and not _smoke_tests_pass():
        raise DeploymentError("the new release does not work: deploy the one before it")


def _refuse_forgotten(
    cloudformation: "CloudFormationClient", stack: str, parameters: Parameters, given: Parameters
) -> None:
    """Refuse to reset a parameter by leaving it out: it could be the web ACL, the domain, or a table that was restored.

    Raises:
        ReleaseError: the stack has another value than its template's default, and none is given now.

    """
    try:
        [described] = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        if not _is_invalid(error):
            raise
        return  # It does not exist yet.
    if described["StackStatus"] == "REVIEW_IN_PROGRESS":
        return  # It was only planned so far.
    live = {one["ParameterKey"]: one["ParameterValue"] for one in described.get("Parameters", [])}
    summary = cloudformation.get_template_summary(StackName=stack)
    defaults = {one["ParameterKey"]: one.get("DefaultValue") for one in summary["Parameters"]}
    forgotten = [
        f"{name}={value}"
        for name, value in sorted(live.items())
        if name in parameters.keys() - given.keys() - {"Release"} and value not in {parameters[name], defaults[name]}
    ]
    if forgotten:
        raise ReleaseError(f"{stack} has {', '.join(forgotten)}: repeat that in PARAMETERS, or name another value")


def _is_invalid(error: ClientError) -> bool:
    """Return whether CloudFormation says that there is no such stack, or none in a state that allows the call."""
    return error.response["Error"]["Code"] == "ValidationError"


@contextlib.contextmanager
def _sam_deploy(
    environment: Mapping[str, str], stack: str, template: Path, parameters: Parameters, *, is_plan: bool
) -> Iterator[subprocess.Popen[bytes]]:
    """Start `sam deploy`, and wait for its success."""
    bucket, role = environment.get("ARTIFACT_BUCKET"), environment.get("EXECUTION_ROLE_ARN")
    # SAM CLI uploads nothing that is there already: what a plan uploads must never be what a deployment takes.
    prefix = f"{SERVICE}-{environment['STAGE']}{'-plan' if is_plan else ''}"
    # The workflow has its approval; by hand, prod changes only after a look.
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
        raise ReleaseError("the commit is not known: deploy from a git checkout")
    return found.stdout.strip()


def _test_while_traffic_shifts(
    cloudformation: "CloudFormationClient", stack: str, process: subprocess.Popen[bytes]
) -> None:
    while process.poll() is None:
        if _is_shifting(cloudformation, stack) and not _smoke_tests_pass():
            try:
                cloudformation.cancel_update_stack(StackName=stack)
            except ClientError as error:
                # Refused once the update is complete; then the smoke tests after it decide.
                if not _is_invalid(error):
                    raise
            return
        time.sleep(POLL_SECONDS)


def _is_shifting(cloudformation: "CloudFormationClient", stack: str) -> bool:
    """Return whether an alias moves to another version in the stack's latest update."""
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
    parser.add_argument("--plan", action="store_true", help="create and show change sets, and execute none")
    parser.add_argument("--smoke", action="store_true", help="run the smoke tests while traffic shifts, and afterwards")
    options = parser.parse_args()
    try:
        deploy(os.environ, is_plan=options.plan, is_tested=options.smoke)
    except (ReleaseError, DeploymentError, BotoCoreError, ClientError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
