"""infra/bootstrap.yaml as CloudFormation resolves it for one stage, and the permissions that it grants."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from samtranslator.yaml_helper import yaml_parse
from support.template import ROOT, STAGES, expanded

STAGE: Final = "staging"  # the longest name
VALUES: Final = {
    "AWS::AccountId": "111122223333",
    "AWS::Partition": "aws",
    "AWS::Region": "ap-southeast-1",
    "AWS::URLSuffix": "amazonaws.com",
    "HostedZoneId": "Z0123456789",
    "Repository": "owner/name",
    "Stage": STAGE,
}


def resolved(value: Any) -> Any:
    """Return the value with every condition true. A resource's name replaces its Ref, `Name.Arn` its ARN."""
    result: Any = value
    match value:
        case {"Ref": name}:
            result = VALUES.get(name, name)
        case {"Fn::GetAtt": [*names]}:
            result = ".".join(names)
        case {"Fn::Sub": str(text)}:
            result = re.sub(r"\$\{([^}]+)\}", lambda name: VALUES.get(name[1], name[1]), text)
        case {"Fn::If": [_, then, _]}:
            result = resolved(then)
        case dict():
            result = {name: resolved(member) for name, member in value.items()}
        case list():
            result = [resolved(member) for member in value]
    return result


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def deployed() -> Iterator[dict[str, Any]]:
    """Return each resource that the workflow deploys; the service's template is expanded by SAM."""
    plain = [path for path in ROOT.glob("*.yaml") if path.name != "template.yaml"]
    for template in [*map(expanded, STAGES), *(yaml_parse(path.read_text(encoding="utf-8")) for path in plain)]:
        yield from template["Resources"].values()


@cache
def resources() -> dict[str, Any]:
    template = yaml_parse((ROOT / "infra/bootstrap.yaml").read_text(encoding="utf-8"))
    found: dict[str, Any] = resolved(template["Resources"])
    return found


def properties(name: str) -> dict[str, Any]:
    found: dict[str, Any] = resources()[name]["Properties"]
    return found


def inline_policies(role: str) -> list[dict[str, Any]]:
    """Return the documents of a role's inline policies."""
    apart = [one["Properties"] for one in resources().values() if one["Type"] == "AWS::IAM::RolePolicy"]
    return [one["PolicyDocument"] for one in properties(role).get("Policies", [])] + [
        one["PolicyDocument"] for one in apart if one["RoleName"] == role
    ]


def rights(holder: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Return each action that a role or managed policy of the template allows, with one resource and the condition."""
    own = properties(holder)
    documents = [own["PolicyDocument"]] if "PolicyDocument" in own else inline_policies(holder)
    for document in documents:
        for statement in document["Statement"]:
            assert statement["Effect"] == "Allow"
            for action in listed(statement["Action"]):
                for resource in listed(statement["Resource"]):
                    yield action, resource, statement.get("Condition", {})
    for attached in own.get("ManagedPolicyArns", []):
        yield from rights(attached)


def actions(holder: str) -> set[str]:
    return {action for action, _, _ in rights(holder)}


def trust(role: str) -> dict[str, Any]:
    """Return the one statement of a role's trust policy."""
    [statement] = properties(role)["AssumeRolePolicyDocument"]["Statement"]
    return dict(statement)
