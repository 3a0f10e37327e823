"""What a deployment passes to the templates: every parameter, and the release that follows from them."""

import hashlib
import json
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

SERVICE: Final = "connection-overrides"
"""What the names of a stage's stacks begin with, followed by `-<stage>`."""

REQUIRED: Final = {
    "Stage": "STAGE",
    "TokenIssuer": "TOKEN_ISSUER",
    "TokenAudience": "TOKEN_AUDIENCE",
    "TokenJwksUrl": "TOKEN_JWKS_URL",
}
"""Parameters that a variable of the environment of their own gives."""

STAGES: Final = ("dev", "staging", "prod")
"""What is deployed to AWS."""

_PLATFORMS: Final = {"aarch64-linux-gnu": "arm64", "x86_64-linux-gnu": "x86_64"}
"""How the file names of compiled modules tell their architecture."""

type Parameters = dict[str, str]


class ReleaseError(Exception):
    """There is nothing to deploy; the message says why."""


def given_parameters(environment: Mapping[str, str]) -> Parameters:
    """Return the parameters that the environment gives.

    `PARAMETERS` holds those without a variable of their own, as `Name=value Name=value`, quoted as in a shell.

    Raises:
        ReleaseError: a required one is missing, the stage is none of AWS's, or `PARAMETERS` is not of that form.

    """
    missing = [variable for variable in REQUIRED.values() if not environment.get(variable)]
    if missing:
        raise ReleaseError(f"not set: {', '.join(missing)}")
    given = {name: environment[variable] for name, variable in REQUIRED.items()}
    if given["Stage"] not in STAGES:
        raise ReleaseError(f"STAGE must be one of {', '.join(STAGES)}, not {given['Stage']!r}")
    try:
        words = shlex.split(environment.get("PARAMETERS", ""))
    except ValueError as error:
        raise ReleaseError(f"PARAMETERS cannot be read: {error}") from None
    for word in words:
        name, separator, value = word.partition("=")
        if not separator:
            raise ReleaseError(f"PARAMETERS must be of the form Name=value, not {word!r}")
        if name in REQUIRED:
            raise ReleaseError(f"{name} has a variable of its own: set {REQUIRED[name]}")
        given[name] = value
    return given


def all_parameters(template: Mapping[str, Any], given: Mapping[str, str]) -> Parameters:
    """Return a value for every parameter of the template: as given, or its default.

    CloudFormation would keep the value of the deployment before for one that is left out.

    Raises:
        ReleaseError: a parameter has neither.

    """
    parameters = template["Parameters"]
    values = {name: str(one["Default"]) for name, one in parameters.items() if "Default" in one}
    values |= {name: value for name, value in given.items() if name in parameters}
    missing = sorted(parameters.keys() - values.keys())
    if missing:
        raise ReleaseError(f"parameters without a value: {', '.join(missing)}")
    return values


def architecture_of(build: Path) -> str:
    """Return the architecture that a build is for, `arm64` or `x86_64`, as its compiled modules tell.

    Raises:
        ReleaseError: there is no build, or one for both.

    """
    modules = [module.name for module in build.glob("DependenciesLayer/**/*.so")]
    found = {architecture for part, architecture in _PLATFORMS.items() if any(part in name for name in modules)}
    if len(found) != 1:
        raise ReleaseError("there is nothing to deploy: run `make build` first")
    return found.pop()


def release_of(commit: str, build: Path, parameters: Mapping[str, str]) -> str:
    """Return the release: ten digits that follow from commit, build and parameters, then the commit.

    The template publishes a version of every function when the ten digits change.
    """
    digest = hashlib.sha256(json.dumps([commit, sorted(parameters.items())]).encode())
    for path in sorted(path for path in build.rglob("*") if path.is_file()):
        content = path.read_bytes()
        digest.update(f"\n{path.relative_to(build)} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:10] + commit
