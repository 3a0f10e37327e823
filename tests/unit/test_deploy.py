"""`python -m tools.deploy`, with stand-ins for SAM CLI, which records its arguments, and for CloudFormation."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tools import deploy
from tools.release import ReleaseError

ENVIRONMENT = {
    "STAGE": "prod",
    "TOKEN_ISSUER": "https://issuer.example/",
    "TOKEN_AUDIENCE": "connection-overrides",
    "TOKEN_JWKS_URL": "https://issuer.example/jwks.json",
    "TOKEN_URL": "https://issuer.example/token",
    "TOKEN_CLIENT_ID": "smoke",
    "TOKEN_CLIENT_SECRET": "secret",
}
STREAM = "arn:aws:dynamodb:eu-central-1:111122223333:table/{}/stream/2026-01-31T12:00:00.123"
OUTPUTS = {
    "TableName": "table",
    "TableStreamArn": STREAM.format("table"),
    "KeyArn": "arn:aws:kms:eu-central-1:111122223333:key/0a",
}
SAM = f"""#!{sys.executable}
import json, os, pathlib, select, sys
line = sys.argv[1:]
parameters = pathlib.Path(line[line.index("--parameter-overrides") + 1].removeprefix("file://")).read_text()
with open(os.environ["CALLS"], "a") as file:
    print(json.dumps([line, json.loads(parameters)]), file=file)
stack = line[line.index("--stack-name") + 1]
if stack == os.environ.get("WAITS"):
    cancelled = os.open(os.environ["CANCELLED"], os.O_RDONLY | os.O_NONBLOCK)
    if not select.select([cancelled], [], [], 20)[0]:
        sys.exit("FAILS" not in os.environ)  # nobody cancelled it: the opposite of what is expected
sys.exit(stack == os.environ.get("FAILS"))
"""
SHIFTING = [
    {"LogicalResourceId": "RegistryFunctionAliaslive", "ResourceStatus": "UPDATE_IN_PROGRESS"},
    {"LogicalResourceId": "connection-overrides-prod", "ResourceStatus": "UPDATE_IN_PROGRESS"},
]
EARLIER = [
    {"LogicalResourceId": "connection-overrides-prod", "ResourceStatus": "UPDATE_IN_PROGRESS"},
    {"LogicalResourceId": "RegistryFunctionAliaslive", "ResourceStatus": "UPDATE_IN_PROGRESS"},
]
"""Events of a stack, newest first: an alias moves in this update, and in the previous one."""


@dataclass
class CloudFormation:
    """Returns the data stack, and the events of the other one."""

    cancelled: Path
    outputs: Mapping[str, str] = field(default_factory=lambda: OUTPUTS)
    events: list[dict[str, str]] = field(default_factory=list)
    refusal: str = ""
    live: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    on_read: Callable[[], None] = lambda: None

    def describe_stacks(self, **_: str) -> dict[str, Any]:
        if self.refusal:
            raise ClientError({"Error": {"Code": self.refusal, "Message": ""}}, "DescribeStacks")
        outputs = [{"OutputKey": name, "OutputValue": value} for name, value in self.outputs.items()]
        return {
            "Stacks": [
                {
                    "StackStatus": "UPDATE_COMPLETE",
                    "Outputs": outputs,
                    "Parameters": _listed("ParameterValue", self.live),
                }
            ]
        }

    def get_template_summary(self, **_: str) -> dict[str, Any]:
        return {"Parameters": _listed("DefaultValue", dict.fromkeys(self.live, "") | dict(self.defaults))}

    def get_paginator(self, _name: str) -> "CloudFormation":
        return self

    def paginate(self, **_: str) -> Iterator[dict[str, Any]]:
        self.on_read()
        yield {"StackEvents": self.events}

    def cancel_update_stack(self, **_: str) -> None:
        self.cancelled.write_text("cancelled")


def _listed(kind: str, values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"ParameterKey": name, kind: value} for name, value in values.items()]


@dataclass
class Workplace:
    """A build, the stand-ins, and the recorded calls."""

    folder: Path
    cloudformation: CloudFormation
    environment: dict[str, str]

    def run(self, *, is_plan: bool = False, is_tested: bool = False, **environment: str) -> None:
        deploy.deploy(self.environment | environment, is_plan=is_plan, is_tested=is_tested)

    @property
    def calls(self) -> list[tuple[list[str], dict[str, str]]]:
        lines = (self.folder / "calls").read_text(encoding="utf-8").splitlines()
        return [(line, parameters) for line, parameters in map(json.loads, lines)]

    def make_exits_with(self, code: int) -> None:
        write_script(self.folder / "bin" / "make", f"#!/bin/sh\necho smoke >> {self.folder}/smoke\nexit {code}\n")


def write_script(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o700)


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workplace:
    module = tmp_path / "build" / "DependenciesLayer" / "_core.cpython-313-aarch64-linux-gnu.so"
    module.parent.mkdir(parents=True)
    module.touch()
    (tmp_path / "calls").touch()
    os.mkfifo(tmp_path / "cancelled")
    write_script(tmp_path / "bin" / "sam", SAM)
    cloudformation = CloudFormation(tmp_path / "cancelled")
    monkeypatch.setattr(deploy, "SAM", tmp_path / "bin" / "sam")
    monkeypatch.setattr(deploy, "BUILD", tmp_path / "build")
    monkeypatch.setattr(deploy, "POLL_SECONDS", 0)
    monkeypatch.setattr("boto3.client", lambda _service: cloudformation)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    files = {"CALLS": str(tmp_path / "calls"), "CANCELLED": str(tmp_path / "cancelled")}
    made = Workplace(tmp_path, cloudformation, {**os.environ, **ENVIRONMENT, **files})
    made.make_exits_with(0)
    return made


def option(line: list[str], name: str) -> str:
    return line[line.index(name) + 1]


def test_the_data_is_deployed_before_the_service_which_gets_its_outputs(workplace: Workplace) -> None:
    workplace.run(PARAMETERS="AlarmEmail=oncall@example.com TableMaxReadUnits=8000")

    (data, of_data), (service, of_service) = workplace.calls
    assert option(data, "--stack-name") == "connection-overrides-prod-data"
    assert option(service, "--stack-name") == "connection-overrides-prod"
    assert option(data, "--template-file").endswith("/data.yaml")
    assert option(service, "--template-file") == str(workplace.folder / "build" / "template.yaml")
    assert (of_data["ServiceStackName"], of_data["TableMaxReadUnits"]) == ("connection-overrides-prod", "8000")
    assert OUTPUTS.items() <= of_service.items()
    assert (of_service["AlarmEmail"], of_service["Architecture"]) == ("oncall@example.com", "arm64")
    assert of_data["Stage"] == of_service["Stage"] == "prod"
    for line in (data, service):
        assert option(line, "--config-env") == "prod"
        assert "--no-execute-changeset" not in line


def test_a_plan_executes_nothing_and_needs_no_smoke_test(workplace: Workplace) -> None:
    workplace.run(is_plan=True, is_tested=True)

    assert len(workplace.calls) == 2
    assert all("--no-execute-changeset" in line for line, _ in workplace.calls)
    assert not (workplace.folder / "smoke").exists()


@pytest.mark.parametrize("outputs", [{}, {name: OUTPUTS[name] for name in ("TableName", "KeyArn")}])
def test_the_service_cannot_be_planned_before_its_data(workplace: Workplace, outputs: Mapping[str, str]) -> None:
    """A release can need an output that the deployed data stack does not have yet."""
    workplace.cloudformation.outputs = outputs

    workplace.run(is_plan=True)

    assert len(workplace.calls) == 1


def test_a_restored_table_is_used_by_its_name_and_with_its_own_stream(workplace: Workplace) -> None:
    stream = STREAM.format("restored")

    with pytest.raises(ReleaseError, match=r"^TableName needs TableStreamArn: "):
        workplace.run(PARAMETERS="TableName=restored")
    assert workplace.calls == []

    workplace.run(PARAMETERS=f"TableName=restored TableStreamArn={stream}")
    assert {"TableName": "restored", "TableStreamArn": stream}.items() <= workplace.calls[1][1].items()


@pytest.mark.parametrize(
    ("is_plan", "prefix"), [(False, "connection-overrides-prod"), (True, "connection-overrides-prod-plan")]
)
def test_bucket_and_role_are_passed_on_and_a_plan_uploads_to_a_separate_prefix(
    workplace: Workplace,
    *,
    is_plan: bool,
    prefix: str,
) -> None:
    workplace.run(
        is_plan=is_plan, ARTIFACT_BUCKET="bucket", EXECUTION_ROLE_ARN="arn:aws:iam::111122223333:role/execution"
    )

    for line, _ in workplace.calls:
        assert option(line, "--s3-bucket") == "bucket"
        assert option(line, "--s3-prefix") == prefix
        assert option(line, "--role-arn") == "arn:aws:iam::111122223333:role/execution"


def test_the_same_deployment_is_the_same_release(workplace: Workplace) -> None:
    workplace.run()
    workplace.run()
    workplace.run(PARAMETERS="CorsOrigin=https://app.example")

    first, again, another = (parameters["Release"] for _, parameters in workplace.calls[1::2])
    assert first == again
    assert (first[:10] != another[:10], first[10:] == another[10:]) == (True, True)


@pytest.mark.parametrize(
    ("live", "refused"),
    [
        ({"WebAclArn": "arn:acl", "ApiDocs": "off"}, "WebAclArn=arn:acl"),
        ({"TableName": "restored", "KeyArn": OUTPUTS["KeyArn"]}, "TableName=restored"),
        ({"TableMaxReadUnits": "8000"}, "TableMaxReadUnits=8000"),
    ],
)
def test_an_omitted_parameter_is_never_reset(workplace: Workplace, live: Mapping[str, str], refused: str) -> None:
    workplace.cloudformation.live = live

    with pytest.raises(ReleaseError) as raised:
        workplace.run()

    assert refused in str(raised.value)
    assert not any(option(line, "--stack-name") == "connection-overrides-prod" for line, _ in workplace.calls)
    name, _, _ = refused.partition("=")
    stream = " TableStreamArn=said" if name == "TableName" else ""
    workplace.run(PARAMETERS=f"{name}=said{stream}")
    assert workplace.calls[-1][1].get(name, "said") == "said"


def test_the_current_parameters_must_be_known_before_a_deployment(workplace: Workplace) -> None:
    workplace.cloudformation.refusal = "AccessDenied"

    with pytest.raises(ClientError, match="AccessDenied"):
        workplace.run()

    assert workplace.calls == []


def test_a_changed_default_is_used(workplace: Workplace) -> None:
    workplace.cloudformation.live = {"TenantRate": "50", "Release": "0123456789"}
    workplace.cloudformation.defaults = {"TenantRate": "50"}

    workplace.run()

    assert workplace.calls[-1][1]["TenantRate"] == "20"


@pytest.mark.parametrize(
    ("environment", "asks"), [({"CI": "true"}, False), ({"CI": ""}, True), ({"CI": "", "STAGE": "dev"}, False)]
)
def test_only_prod_by_hand_asks_for_confirmation(
    workplace: Workplace, environment: dict[str, str], *, asks: bool
) -> None:
    workplace.environment |= environment

    workplace.run()

    assert all(("--confirm-changeset" in line) is asks for line, _ in workplace.calls)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ("Alarmmail=a@example.com", "unknown parameters: Alarmmail"),
        (
            "Architecture=x86_64",
            "the build is for arm64: for another Architecture, run `make build` again",
        ),
    ],
)
def test_an_invalid_parameter_is_reported_before_anything_is_deployed(
    workplace: Workplace, parameters: str, message: str
) -> None:
    with pytest.raises(ReleaseError) as raised:
        workplace.run(PARAMETERS=parameters)

    assert str(raised.value) == message
    assert workplace.calls == []


def test_smoke_tests_without_a_client_of_the_issuer_are_refused_before_anything_is_deployed(
    workplace: Workplace,
) -> None:
    with pytest.raises(ReleaseError) as raised:
        workplace.run(is_tested=True, TOKEN_CLIENT_SECRET="")

    assert str(raised.value) == "the smoke tests need TOKEN_URL, TOKEN_CLIENT_ID, TOKEN_CLIENT_SECRET"
    assert workplace.calls == []


def test_without_the_data_the_service_is_not_deployed(workplace: Workplace) -> None:
    with pytest.raises(deploy.DeploymentError, match=r"^connection-overrides-prod-data was not deployed$"):
        workplace.run(FAILS="connection-overrides-prod-data")

    assert len(workplace.calls) == 1


def test_failing_smoke_tests_cancel_the_update_while_traffic_shifts(workplace: Workplace) -> None:
    workplace.cloudformation.events = SHIFTING
    workplace.make_exits_with(1)

    with pytest.raises(deploy.DeploymentError, match=r"^connection-overrides-prod was not deployed$"):
        workplace.run(is_tested=True, WAITS="connection-overrides-prod", FAILS="connection-overrides-prod")

    assert (workplace.folder / "smoke").read_text(encoding="utf-8") == "smoke\n"


def test_the_smoke_tests_do_not_run_before_traffic_shifts(workplace: Workplace) -> None:
    reads = 0

    def read() -> None:
        nonlocal reads
        reads += 1
        if reads == 2:
            workplace.make_exits_with(0)
            workplace.cloudformation.cancel_update_stack()

    workplace.cloudformation.events = EARLIER
    workplace.cloudformation.on_read = read
    workplace.make_exits_with(1)

    workplace.run(is_tested=True, WAITS="connection-overrides-prod")

    assert (workplace.folder / "smoke").read_text(encoding="utf-8") == "smoke\n", "once, when it was deployed"


def test_failing_smoke_tests_after_the_update_are_reported(workplace: Workplace) -> None:
    workplace.make_exits_with(1)

    with pytest.raises(deploy.DeploymentError, match=r"^the smoke tests failed: deploy the previous release again$"):
        workplace.run(is_tested=True)
