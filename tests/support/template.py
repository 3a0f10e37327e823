"""The template, as it is written and as CloudFormation gets it after SAM's transform.

`python -m support.template FOLDER` writes the expanded template of every stage there, for cfn-lint. The translator asks
for a region, as `AWS_DEFAULT_REGION`.
"""

import copy
import json
import logging
import sys
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
}
"""Parameters that have no default."""

type Properties = dict[str, Any]


class NoManagedPolicies:
    """The template names no policy of AWS's by its short name."""

    @staticmethod
    def load() -> dict[str, str]:
        return {}


def parse() -> dict[str, Any]:
    """Return the template as it is written, a copy for each who asks."""
    return copy.deepcopy(_written())


@cache
def _written() -> dict[str, Any]:
    template: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8"))
    return template


@cache
def expanded(stage: str) -> dict[str, Any]:
    """Return the template of a stage as plain CloudFormation."""
    template = parse()
    for resource in template["Resources"].values():
        for member in ("CodeUri", "ContentUri"):
            if member in resource.get("Properties", {}):
                resource["Properties"][member] = "s3://bucket/key"
    result: dict[str, Any] = transform(template, {"Stage": stage, **REQUIRED}, NoManagedPolicies)
    return result


def resources(stage: str, resource_type: str) -> dict[str, Properties]:
    """Return the properties of a stage's resources of that type, by logical id."""
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
    logging.getLogger("samtranslator").setLevel(logging.ERROR)  # it warns of its own feature flags
    write(Path(sys.argv[1]))
