"""The local copy of `template.yaml`: the same resources, in a form that the emulator supports.

`local/differences.py` lists the changes for readers.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

from local.emulator import ANY_METHOD

DEPENDENCIES_LAYER: Final = "DependenciesLayer"
"""Removed: workers use the project's environment, which has the same locked versions."""

ANY_EXTENSION: Final = "x-amazon-apigateway-any-method"
GATEWAY_RESPONSES: Final = "x-amazon-apigateway-gateway-responses"

MONITORING: Final = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard")
"""Removed: the emulator does not support metric math alarms."""

API_KEY: Final[dict[str, list[str]]] = {"api_key": []}
"""Removed from every operation's `security`: the emulator would require the key in a request header."""

PUBLIC: Final[list[object]] = []
"""The `security` of an operation that is marked as public."""

type Template = dict[str, Any]
type S3Object = Mapping[str, str]
type Route = tuple[str, str]
"""Method and path. The method `ANY` stands for all other methods of the path."""

type Upload = Callable[[str, Path], S3Object]
"""Uploads the zip file of a source folder for a logical ID, and returns `{"Bucket": …, "Key": …}`."""


class _NoManagedPolicies:
    """The translator looks up AWS managed policies by name, which the template does not use."""

    @staticmethod
    def load() -> dict[str, str]:
        return {}


def local_copy(path: Path, parameters: Mapping[str, str], upload: Upload) -> Template:
    """Return the template at `path` as plain CloudFormation, with local changes and uploaded code.

    Raises:
        samtranslator.model.exceptions.InvalidDocumentException: the template is not a valid SAM template.

    """
    template: Template = yaml_parse(path.read_text(encoding="utf-8"))
    _remove_dependencies_layer(template)
    for logical_id, resource in template["Resources"].items():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::Serverless::Function":
            properties.pop("DeploymentPreference", None)
            properties["CodeUri"] = upload(logical_id, path.parent / properties["CodeUri"])
        elif resource["Type"] == "AWS::Serverless::LayerVersion":
            properties["ContentUri"] = upload(logical_id, path.parent / properties["ContentUri"])
    template.get("Globals", {}).get("Function", {}).pop("DeploymentPreference", None)
    _remove_monitoring(template)
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
    """Return the routes of a local copy that must have the authorizer: all that are not marked as public."""
    return [
        (method.upper(), path)
        for api in _apis(expanded).values()
        for path, operations in api["Properties"]["Body"]["paths"].items()
        for method, operation in operations.items()
        if operation.get("security") != PUBLIC
    ]


def _remove_dependencies_layer(template: Template) -> None:
    template["Resources"].pop(DEPENDENCIES_LAYER)
    functions = [r["Properties"] for r in template["Resources"].values() if r["Type"] == "AWS::Serverless::Function"]
    for properties in [*functions, template.get("Globals", {}).get("Function", {})]:
        if "Layers" in properties:
            properties["Layers"] = [layer for layer in properties["Layers"] if layer != {"Ref": DEPENDENCIES_LAYER}]


def _remove_monitoring(template: Template) -> None:
    names = [name for name, resource in template["Resources"].items() if resource["Type"] in MONITORING]
    for name in names:
        del template["Resources"][name]
    outputs = template.get("Outputs", {})
    for output in [output for output, value in outputs.items() if any(f"${{{name}}}" in str(value) for name in names)]:
        del outputs[output]


def _apis(expanded: Template) -> Template:
    return {name: r for name, r in expanded["Resources"].items() if r["Type"] == "AWS::ApiGateway::RestApi"}


def _lift_gateway_responses(expanded: Template) -> None:
    """Turn gateway responses into resources that precede the deployment, which captures those that exist."""
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
