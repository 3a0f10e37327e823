"""Creation of the stacks through CloudFormation on the emulator."""

import json
import platform
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.yaml_helper import yaml_parse

from local.bundle import zipped
from local.settings import THROTTLE
from local.template import Route, S3Object, Template, local_copy, protected_routes

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient

STACK: Final = "connection-overrides-local"
DATA_STACK: Final = f"{STACK}-data"
BUCKET: Final = "connection-overrides-local-code"
CREATION_SECONDS: Final = 60

ARCHITECTURES: Final = {"x86_64": "x86_64", "AMD64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}


class StackFailedError(Exception):
    """CloudFormation did not create the stack. The message has the reasons."""


@dataclass(frozen=True, slots=True)
class Stack:
    """The created stack. `aliases` are the ARNs of the functions' aliases."""

    api_id: str
    stage: str
    table: str
    aliases: tuple[str, ...]
    protected: tuple[Route, ...]


def create(folder: Path, endpoint: str, *, issuer: str, audience: str, jwks_url: str, cors_origin: str) -> Stack:
    """Create the stacks of data.yaml and template.yaml in `folder`, and return the second one.

    Raises:
        StackFailedError: a template or parameter is invalid, or a resource could not be created.

    """
    settings = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=60)
    s3 = boto3.client("s3", endpoint_url=endpoint, config=settings)
    cloudformation = boto3.client("cloudformation", endpoint_url=endpoint, config=settings)
    s3.create_bucket(Bucket=BUCKET)

    def upload(logical_id: str, source: Path) -> S3Object:
        key = f"{logical_id}.zip"
        s3.put_object(Bucket=BUCKET, Key=key, Body=zipped(source))
        return {"Bucket": BUCKET, "Key": key}

    def create_stack(name: str, template: Template, parameters: Mapping[str, str]) -> None:
        # Through S3, because an inline template can have only 51,200 bytes.
        s3.put_object(Bucket=BUCKET, Key=f"{name}.json", Body=json.dumps(template).encode())
        try:
            cloudformation.create_stack(
                StackName=name,
                TemplateURL=f"{endpoint}/{BUCKET}/{name}.json",
                Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
                Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
                OnFailure="DO_NOTHING",
            )
        except ClientError as error:
            raise StackFailedError(error.response["Error"]["Message"]) from error
        _wait(cloudformation, name)

    data = yaml_parse((folder / "data.yaml").read_text(encoding="utf-8"))
    create_stack(DATA_STACK, data, {"Stage": "local", "ServiceStackName": STACK})
    [created] = cloudformation.describe_stacks(StackName=DATA_STACK)["Stacks"]
    parameters: dict[str, str] = {
        "Stage": "local",
        **{output["OutputKey"]: output["OutputValue"] for output in created["Outputs"]},
        "Architecture": ARCHITECTURES[platform.machine()],
        "TokenIssuer": issuer,
        "TokenAudience": audience,
        "TokenJwksUrl": jwks_url,
        "CorsOrigin": cors_origin,
        "EventBusName": "",
        "ApiDocs": "on",
        "MethodRate": str(THROTTLE),
        "MethodBurst": str(THROTTLE),
    }
    try:
        expanded = local_copy(folder / "template.yaml", parameters, upload)
    except InvalidDocumentException as error:
        raise StackFailedError("; ".join(cause.message for cause in error.causes)) from error
    create_stack(STACK, expanded, parameters)
    resources = cloudformation.describe_stack_resources(StackName=STACK)["StackResources"]

    def physical_ids(resource_type: str) -> tuple[str, ...]:
        return tuple(r["PhysicalResourceId"] for r in resources if r["ResourceType"] == resource_type)

    (api_id,) = physical_ids("AWS::ApiGateway::RestApi")
    (stage,) = physical_ids("AWS::ApiGateway::Stage")
    aliases = physical_ids("AWS::Lambda::Alias")
    return Stack(api_id, stage, parameters["TableName"], aliases, tuple(protected_routes(expanded)))


def _wait(cloudformation: "CloudFormationClient", stack: str) -> None:
    deadline = time.monotonic() + CREATION_SECONDS
    while (status := cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]) != "CREATE_COMPLETE":
        if status != "CREATE_IN_PROGRESS" or time.monotonic() > deadline:
            events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
            reasons = [
                f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"
                for event in reversed(events)
                if event["ResourceStatus"].endswith("FAILED")
            ]
            raise StackFailedError("; ".join([status, *reasons]))
        time.sleep(0.05)
