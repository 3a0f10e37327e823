"""The local copy of `template.yaml`: the same resources, in the form that the emulator understands.

What is changed here is listed for readers in `local/differences.py`.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

from local.emulator import ANY_METHOD

DEPENDENCIES_LAYER: Final = "DependenciesLayer"
"""Left out: workers run with the project's own environment, which holds the same locked versions."""

ANY_EXTENSION: Final = "x-amazon-apigateway-any-method"
GATEWAY_RESPONSES: Final = "x-amazon-apigateway-gateway-responses"

MONITORING: Final = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard")
"""Left out: the emulator takes no alarm that computes."""

API_KEY: Final[dict[str, list[str]]] = {"api_key": []}
"""Left out of every operation's `security`: the emulator would look for a key in a header of the request."""

OPEN: Final[list[object]] = []
"""The `security` of an operation that is open by a word of its own."""

type Template = dict[str, Any]
type S3Object = Mapping[str, str]
type Route = tuple[str, str]
"""Method and path; the method is `ANY` for all that the path does not name."""

type Upload = Callable[[str, Path], S3Object]
"""Takes a logical id and a source folder, stores its zip file and says where: `{"Bucket": …, "Key": …}`."""


class _NoManagedPolicies:
    """The translator asks for AWS managed policies by name; the template names none."""

    @staticmethod
    def load() -> dict[str, str]:
        return {}


def local_copy(path: Path, parameters: Mapping[str, str], upload: Upload) -> Template:
    """Return the template at `path` as plain CloudFormation, its code uploaded and its local changes made.

    Raises:
        samtranslator.model.exceptions.InvalidDocumentException: the template is not a valid SAM template.

    """
    template: Template = yaml_parse(path.read_text(encoding="utf-8"))
    _leave_out_dependencies_layer(template)
    for logical_id, resource in template["Resources"].items():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::Serverless::Function":
            properties.pop("DeploymentPreference", None)
            properties["CodeUri"] = upload(logical_id, path.parent / properties["CodeUri"])
        elif resource["Type"] == "AWS::Serverless::LayerVersion":
            properties["ContentUri"] = upload(logical_id, path.parent / properties["ContentUri"])
    template.get("Globals", {}).get("Function", {}).pop("DeploymentPreference", None)
    _leave_out_monitoring(template)
    expanded: Template = transform(template, dict(parameters), _NoManagedPolicies)
    for api in _apis(expanded).values():
        for operations in api["Properties"]["Body"]["paths"].values():
            for operation in operations.values():
                if "security" in operation:
                    operation["security"] = [one for one in operation["security"] if one != API_KEY]
            if ANY_EXTENSION in operations:
                operations[ANY_METHOD] = operations.pop(ANY_EXTENSION)
    _lift_gateway_responses(expanded)
    return expanded


def protected_routes(expanded: Template) -> list[Route]:
    """Return the routes of a local copy that must demand the authorizer: all that are not open by a word of theirs."""
    return [
        (method.upper(), path)
        for api in _apis(expanded).values()
        for path, operations in api["Properties"]["Body"]["paths"].items()
        for method, operation in operations.items()
        if operation.get("security") != OPEN
    ]


def _leave_out_dependencies_layer(template: Template) -> None:
    template["Resources"].pop(DEPENDENCIES_LAYER)
    functions = [r["Properties"] for r in template["Resources"].values() if r["Type"] == "AWS::Serverless::Function"]
    for properties in [*functions, template.get("Globals", {}).get("Function", {})]:
        if "Layers" in properties:
            properties["Layers"] = [layer for layer in properties["Layers"] if layer != {"Ref": DEPENDENCIES_LAYER}]


def _leave_out_monitoring(template: Template) -> None:
    names = [name for name, resource in template["Resources"].items() if resource["Type"] in MONITORING]
    for name in names:
        del template["Resources"][name]
    outputs = template.get("Outputs", {})
    for output in [output for output, value in outputs.items() if any(f"${{{name}}}" in str(value) for name in names)]:
        del outputs[output]


def _apis(expanded: Template) -> Template:
    return {name: r for name, r in expanded["Resources"].items() if r["Type"] == "AWS::ApiGateway::RestApi"}


def _lift_gateway_responses(expanded: Template) -> None:
    """Make resources of the gateway responses, before the deployment: it captures the ones that exist."""
    resources = expanded["Resources"]
    for api_id, api in _apis(expanded).items():
        responses = api["Properties"]["Body"].pop(GATEWAY_RESPONSES, {})
        names = []
        for response_type, response in responses.items():
            names.append(f"{api_id}{response_type.replace('_', '').title()}")
            resources[names[-1]] = {
                "Type": "AWS::ApiGateway::GatewayResponse",
                "Properties": {
                    "RestApiId": {"Ref": api_id},
                    "ResponseType": response_type,
                    **{_capitalized(key): value for key, value in response.items()},
                },
            }
        for resource in resources.values():
            is_deployment = resource["Type"] == "AWS::ApiGateway::Deployment"
            if is_deployment and resource["Properties"]["RestApiId"] == {"Ref": api_id}:
                resource["DependsOn"] = [*_listed(resource.get("DependsOn")), *names]


def _capitalized(key: str) -> str:
    return key[0].upper() + key[1:]


def _listed(value: str | list[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else value or []
