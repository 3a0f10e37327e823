"""The templates, as written and as CloudFormation gets them after SAM's transform.

`python -m support.template FOLDER` writes the expanded template of every stage into the folder, for cfn-lint. The
translator needs a region, as `AWS_DEFAULT_REGION`.
"""

import copy
import json
import logging
import sys
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

ROOT: Final = Path(__file__).parents[2]
STAGES: Final = ("local", "dev", "staging", "prod")
REQUIRED: Final = {
    "TokenIssuer": "https://issuer.example/",
    "TokenAudience": "connection-overrides",
    "TokenJwksUrl": "https://issuer.example/.well-known/jwks.json",
    "TableName": "connection-overrides-data-Table-1A2B3C",
    "TableStreamArn": (
        "arn:aws:dynamodb:eu-central-1:111122223333:table/connection-overrides-data-Table-1A2B3C"
        "/stream/2026-01-31T12:00:00.123"
    ),
    "KeyArn": "arn:aws:kms:eu-central-1:111122223333:key/0f3a-1",
}
"""Parameters of template.yaml that have no default."""

type Properties = dict[str, Any]


class NoManagedPolicies:
    """The template refers to no AWS policy by its short name."""

    @staticmethod
    def load() -> dict[str, str]:
        return {}


def parse(name: str = "template.yaml") -> dict[str, Any]:
    """Return a template as written; each caller gets a copy."""
    return copy.deepcopy(_written(name))


@cache
def _written(name: str) -> dict[str, Any]:
    template: dict[str, Any] = yaml_parse((ROOT / name).read_text(encoding="utf-8"))
    return template


def expand(parameters: Mapping[str, str], *, types: Collection[str] = (), **content: str) -> dict[str, Any]:
    """Return template.yaml as plain CloudFormation, or only the result of resources of some types.

    `content` is the location of a function's or layer's code.
    """
    template = parse()
    if types:
        template["Resources"] = {name: one for name, one in template["Resources"].items() if one["Type"] in types}
    for name, resource in template["Resources"].items():
        for member in ("CodeUri", "ContentUri"):
            if member in resource.get("Properties", {}):
                resource["Properties"][member] = content.get(name, "s3://bucket/key")
    result: dict[str, Any] = transform(template, dict(parameters), NoManagedPolicies)
    return result


@cache
def expanded(stage: str) -> dict[str, Any]:
    """Return template.yaml as plain CloudFormation, for a stage."""
    return expand({"Stage": stage, **REQUIRED})


def resources(stage: str, resource_type: str) -> dict[str, Properties]:
    """Return the properties of a stage's resources of that type, by logical ID."""
    return {
        name: resource.get("Properties", {})
        for name, resource in expanded(stage)["Resources"].items()
        if resource["Type"] == resource_type
    }


def only(stage: str, resource_type: str) -> Properties:
    """Return the properties of a stage's only resource of that type."""
    [properties] = resources(stage, resource_type).values()
    return properties


def write(folder: Path) -> None:
    """Write the expanded template of every stage into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for stage in STAGES:
        (folder / f"{stage}.json").write_text(json.dumps(expanded(stage), indent=1), encoding="utf-8")


if __name__ == "__main__":
    logging.getLogger("samtranslator").setLevel(logging.ERROR)  # It warns of its own feature flags.
    write(Path(sys.argv[1]))
