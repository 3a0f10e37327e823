"""Secret references: where a vault is and what a secret in it may be called (never the secret itself)."""

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Final, Literal, LiteralString

from pydantic import AfterValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from connection_overrides.model.base import Model


class LocationType(StrEnum):
    """The kinds of vault a reference can point to."""

    AWS_SECRET_MANAGER = "AWS_SECRET_MANAGER"
    AZURE_KEY_VAULT = "AZURE_KEY_VAULT"
    GCP_SECRET_MANAGER = "GCP_SECRET_MANAGER"
    HOSTED = "HOSTED"


def _matching(pattern: str, code: LiteralString, rule: LiteralString) -> Callable[[str], str]:
    compiled = re.compile(pattern)

    def validate(value: str) -> str:
        if compiled.fullmatch(value) is None:
            raise PydanticCustomError(code, rule)
        return value

    return validate


# AWS General Reference, "Regional endpoints": partition and area in letters, then a number (us-gov-west-1).
_AWS_REGION: Final = r"[a-z]{2,4}(?:-[a-z]{2,12}){1,3}-[0-9]{1,2}"
AwsRegion = Annotated[
    str,
    AfterValidator(_matching(_AWS_REGION, "region_format", "must be an AWS region, as us-east-1")),
    WithJsonSchema({"type": "string", "pattern": f"^{_AWS_REGION}$"}),
]

# Azure Key Vault, "Object identifiers and DNS suffixes": 3 to 24 letters, digits and hyphens, in a known cloud.
_VAULT_URL: Final = (
    r"https://[A-Za-z](?!(?:[A-Za-z0-9-])*--)[A-Za-z0-9-]{1,22}[A-Za-z0-9]"
    r"\.vault\.(?:azure\.net|azure\.cn|usgovcloudapi\.net|microsoftazure\.de)/?"
)
VaultUrl = Annotated[
    str,
    AfterValidator(
        _matching(
            _VAULT_URL,
            "vault_url_format",
            "must be the HTTPS address of an Azure key vault, as https://my-vault.vault.azure.net",
        )
    ),
    WithJsonSchema({"type": "string", "pattern": f"^{_VAULT_URL}$"}),
]

# Google Cloud Resource Manager, "Creating and managing projects": 6 to 30 characters, no hyphen at the end.
_GCP_PROJECT_ID: Final = r"[a-z][a-z0-9-]{4,28}[a-z0-9]"
GcpProjectId = Annotated[
    str,
    AfterValidator(_matching(_GCP_PROJECT_ID, "gcp_project_id_format", "must be a Google Cloud project id")),
    WithJsonSchema({"type": "string", "pattern": f"^{_GCP_PROJECT_ID}$"}),
]


class AwsSecretManagerLocation(Model):
    """AWS Secrets Manager in a region."""

    type: Literal["AWS_SECRET_MANAGER"]
    region: AwsRegion


class AzureKeyVaultLocation(Model):
    """An Azure key vault."""

    type: Literal["AZURE_KEY_VAULT"]
    vault_url: VaultUrl


class GcpSecretManagerLocation(Model):
    """Google Cloud Secret Manager of a project."""

    type: Literal["GCP_SECRET_MANAGER"]
    project_id: GcpProjectId


class HostedLocation(Model):
    """The platform's own vault."""

    type: Literal["HOSTED"]


SecretsLocation = Annotated[
    AwsSecretManagerLocation | AzureKeyVaultLocation | GcpSecretManagerLocation | HostedLocation,
    Field(discriminator="type"),
]

WIDEST_SECRET_NAME: Final = "^[A-Za-z0-9/_+=.@-]{1,512}$"
"""What a secret may be called in any vault, for documents."""

_AWS_RULE: Final = ("must have 1 to 512 letters, digits or /_+=.@-", re.compile(r"[A-Za-z0-9/_+=.@-]{1,512}"))
_SECRET_NAME_RULES: Final = {
    LocationType.AWS_SECRET_MANAGER: _AWS_RULE,
    LocationType.AZURE_KEY_VAULT: (
        "must have 1 to 127 letters, digits or hyphens and begin with a letter",
        re.compile(r"[A-Za-z][0-9A-Za-z-]{0,126}"),
    ),
    LocationType.GCP_SECRET_MANAGER: (
        "must have 1 to 255 letters, digits, _ or -",
        re.compile(r"[A-Za-z0-9_-]{1,255}"),
    ),
    # No vault of its own is named here, so the widest rule holds: the runner's vault decides.
    LocationType.HOSTED: _AWS_RULE,
    None: _AWS_RULE,
}


def secret_name_rule_broken(name: str, location: SecretsLocation | None) -> str | None:
    """Return the rule of that vault which the secret name breaks, or None when the name is good there."""
    rule, pattern = _SECRET_NAME_RULES[None if location is None else LocationType(location.type)]
    return None if pattern.fullmatch(name) else rule
