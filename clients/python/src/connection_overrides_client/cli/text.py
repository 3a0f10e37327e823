"""Texts for people: references, moments and sources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

STYLES: Final = {"OVERRIDE": "green", "DEFAULT": "yellow", "NONE": "red"}
"""The colours of the sources of an effective connection."""

VAULTS: Final = {
    "aws": ("AWS_SECRET_MANAGER", "region"),
    "azure": ("AZURE_KEY_VAULT", "vaultUrl"),
    "gcp": ("GCP_SECRET_MANAGER", "projectId"),
}
"""The vaults as `--vault` names them: their type in the API, and the member that says where."""


def printable(text: str) -> str:
    """Return the text without control characters, which a terminal would obey. Lines stay lines."""
    return "".join(character if character.isprintable() or character == "\n" else "\ufffd" for character in text)


def vault(location: Mapping[str, Any] | None) -> str:
    """Return a vault as `--vault` takes it. Empty for the runner's own."""
    if not location:
        return ""
    for kind, (location_type, member) in VAULTS.items():
        if location["type"] == location_type:
            return f"{kind}:{location.get(member, '')}"
    return str(location["type"]).lower()


def reference(found: Mapping[str, Any] | None) -> str:
    """Return a secret reference on one line."""
    if not found or "connectionProperties" not in found:
        return ""
    properties = found["connectionProperties"]
    if "credentialSecretName" in properties:
        text = str(properties["credentialSecretName"])
    elif isinstance(properties.get("secretName"), str):
        text = _secret(properties)
    else:
        text = ", ".join(f"{name}={one.get('value') or _secret(one)}" for name, one in properties.items())
    where = vault(found.get("secretsLocation"))
    return f"{text} in {where}" if where else text


def _secret(properties: Mapping[str, Any]) -> str:
    key = properties.get("secretKey")
    return f"{properties['secretName']}[{key}]" if key else str(properties["secretName"])
