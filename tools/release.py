"""The parameters of a deployment, and the release that is derived from them."""

import hashlib
import json
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

SERVICE: Final = "connection-overrides"
"""The prefix of stack names, followed by `-<stage>`."""

REQUIRED: Final = {
    "Stage": "STAGE",
    "TokenIssuer": "TOKEN_ISSUER",
    "TokenAudience": "TOKEN_AUDIENCE",
    "TokenJwksUrl": "TOKEN_JWKS_URL",
}
"""Parameters with their own environment variables."""

STAGES: Final = ("dev", "staging", "prod")
"""The stages on AWS."""

_PLATFORMS: Final = {"aarch64-linux-gnu": "arm64", "x86_64-linux-gnu": "x86_64"}
"""Parts of the file names of compiled modules, and the architectures they stand for."""

type Parameters = dict[str, str]


class ReleaseError(Exception):
    """Deployment is impossible. The message has the reason."""


def given_parameters(environment: Mapping[str, str]) -> Parameters:
    """Return the parameters from environment variables.

    `PARAMETERS` has those without their own variable, as `Name=value Name=value`, quoted as in a shell.

    Raises:
        ReleaseError: a variable is missing, the stage is not one of `STAGES`, or `PARAMETERS` is malformed.

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
            raise ReleaseError(f"{name} has its own variable: set {REQUIRED[name]}")
        given[name] = value
    return given


def all_parameters(template: Mapping[str, Any], given: Mapping[str, str]) -> Parameters:
    """Return a value for every parameter of the template: the given one, or its default.

    If a parameter is omitted, CloudFormation keeps the value of the previous deployment.

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
    """Return the architecture of a build, `arm64` or `x86_64`, according to its compiled modules.

    Raises:
        ReleaseError: there is no build, or it contains both architectures.

    """
    modules = [module.name for module in build.glob("DependenciesLayer/**/*.so")]
    found = {architecture for part, architecture in _PLATFORMS.items() if any(part in name for name in modules)}
    if len(found) != 1:
        raise ReleaseError("there is nothing to deploy: run `make build` first")
    return found.pop()


def release_of(commit: str, build: Path, parameters: Mapping[str, str]) -> str:
    """Return the release: ten hexadecimal digits derived from commit, build and parameters, followed by the commit.

    The template publishes a version of every function if the ten digits change.
    """
    digest = hashlib.sha256(json.dumps([commit, sorted(parameters.items())]).encode())
    for path in sorted(path for path in build.rglob("*") if path.is_file()):
        content = path.read_bytes()
        digest.update(f"\n{path.relative_to(build)} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:10] + commit
