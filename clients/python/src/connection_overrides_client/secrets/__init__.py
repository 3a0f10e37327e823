"""Fetches secrets from their vault, with the cloud rights of this process. The service never sees them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from connection_overrides_client.errors import ApiError
from connection_overrides_client.secrets.logs import responses_not_logged

if TYPE_CHECKING:
    from connection_overrides_client.models import SecretReference

__all__ = ["SecretUnavailable", "fetch"]

VAULT_VARIABLE: Final = "OVERRIDES_VAULT"


class SecretUnavailable(ApiError):
    """A secret has no value for this process. The message names it, and contains nothing of what it holds."""


@dataclass(frozen=True)
class _Kind:
    """A kind of vault: its module in this package, which is also its extra, and what tells one vault from another."""

    module: str
    member: str
    prefix: str
    description: str


_KINDS: Final = {
    "AWS_SECRET_MANAGER": _Kind("aws", "region", "aws", "AWS Secrets Manager in {}"),
    "AZURE_KEY_VAULT": _Kind("azure", "vaultUrl", "azure", "the key vault {}"),
    "GCP_SECRET_MANAGER": _Kind("google", "projectId", "gcp", "Google Secret Manager of {}"),
}


def fetch(reference: Mapping[str, Any] | SecretReference | None, *, default: str | None = None) -> dict[str, str]:
    """Return the values that a secret reference names, a model or its JSON.

    The names are `secret` for a `secretName`, `credential` for a `credentialSecretName`, and the properties' own for a
    warehouse. A `secretKey` is a member of the secret's JSON object: text as it is, anything else as JSON. Every secret
    is read once, in its current version.

    A reference without a location means the vault of the runner: `default`, or else the environment variable
    OVERRIDES_VAULT, as `aws:<region>`, `azure:<vault URL>` or `gcp:<project>`. Raises SecretUnavailable.
    """
    if reference is None:
        raise SecretUnavailable("There is no secret reference.")
    if not isinstance(reference, Mapping):
        reference = reference.model_dump(mode="json", by_alias=True, exclude_none=True)
    properties = _properties(reference["connectionProperties"])
    # In their order, each once.
    names = list(dict.fromkeys(one["secretName"] for one in properties.values() if "secretName" in one))
    contents = _read(*_vault(reference.get("secretsLocation"), default), names) if names else {}
    return {
        name: _value(contents[one["secretName"]], one) if "secretName" in one else one["value"]
        for name, one in properties.items()
    }


def _properties(document: Mapping[str, Any]) -> Mapping[str, Mapping[str, str]]:
    """Return the properties by their names. A warehouse's have names of their own, and none is text."""
    if isinstance(document.get("secretName"), str):
        return {"secret": document}
    if isinstance(document.get("credentialSecretName"), str):
        return {"credential": {"secretName": document["credentialSecretName"]}}
    return document


def _vault(location: Mapping[str, str] | None, default: str | None) -> tuple[_Kind, str]:
    """Return the vault's kind, and which one of its kind it is."""
    if location is not None:
        kind = _KINDS.get(location["type"])
        if kind is None:
            raise SecretUnavailable(
                f"A vault of type {location['type']} can only be read by the platform that runs it."
            )
        return kind, location[kind.member]
    chosen = default or os.environ.get(VAULT_VARIABLE)
    if not chosen:
        raise SecretUnavailable(
            f"The secret reference names no vault. Set {VAULT_VARIABLE} to the one of this process, "
            "such as aws:us-east-1."
        )
    prefix, _, place = chosen.partition(":")
    kind = next((kind for kind in _KINDS.values() if kind.prefix == prefix), None)
    if kind is None or not place:
        raise SecretUnavailable(
            f"A vault is aws:<region>, azure:<vault URL> or gcp:<project>, not {chosen!r}. Correct {VAULT_VARIABLE}."
        )
    return kind, place


def _read(kind: _Kind, place: str, names: Iterable[str]) -> dict[str, str]:
    """Return the contents of the secrets by their names."""
    try:
        vault = import_module(f"{__name__}.{kind.module}")
    except ImportError:
        raise SecretUnavailable(
            f"A package is missing: pip install 'connection-overrides-client[{kind.module}]'"
        ) from None
    contents: dict[str, str] = {}
    name = ""
    try:
        with responses_not_logged(), vault.opened(place) as read:
            for name in names:
                contents[name] = read(name)
    except UnicodeDecodeError:
        code = "it is not UTF-8"
    except Exception as error:  # noqa: BLE001 - the clouds' packages share no class of errors
        code = vault.error_code(error) or type(error).__name__
    else:
        return contents
    # Outside of the handler, so that the error has no context: it may quote the response.
    secret = f"The secret {name!r} in " if name else ""
    raise SecretUnavailable(f"{secret}{kind.description.format(place)} cannot be read: {code}.")


def _value(content: str, wanted: Mapping[str, str]) -> str:
    """Return the secret, or the member of it that is wanted."""
    key = wanted.get("secretKey")
    if key is None:
        return content
    document = _parsed(content)
    if not isinstance(document, dict):
        raise SecretUnavailable(f"The secret {wanted['secretName']!r} is no JSON object, so it has no {key!r}.")
    if document.get(key) is None:
        raise SecretUnavailable(f"The secret {wanted['secretName']!r} has no {key!r}.")
    found = document[key]
    return found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)


def _parsed(content: str) -> Any:  # noqa: ANN401 - JSON
    """Return the JSON, None if it is none. An error of the parser contains the whole text, so it does not leave."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None
