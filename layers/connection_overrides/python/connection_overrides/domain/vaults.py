"""Vaults: where a secret is, and what a secret in each of them may be called."""

import re
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field, WithJsonSchema

from connection_overrides.domain.base import FixedModel, matching

VAULT_TYPES: Final = frozenset({"AWS_SECRET_MANAGER", "AZURE_KEY_VAULT", "GCP_SECRET_MANAGER", "HOSTED"})

# AWS General Reference, "Regional endpoints": partition and area in letters, then a number (us-gov-west-1).
_AWS_REGION: Final = r"[a-z]{2,4}(?:-[a-z]{2,12}){1,3}-[0-9]{1,2}"
AwsRegion = Annotated[
    str,
    matching(_AWS_REGION, "region_format", "must be an AWS region, such as us-east-1"),
    WithJsonSchema({"type": "string", "pattern": f"^{_AWS_REGION}$"}),
]

# Azure Key Vault, "Object identifiers and DNS suffixes": 3 to 24 letters, digits and hyphens, in a known cloud.
_NO_TWO_HYPHENS: Final = "(?!(?:[A-Za-z0-9-])*--)"
_VAULT_URL: Final = (
    rf"https://[A-Za-z]{_NO_TWO_HYPHENS}[A-Za-z0-9-]{{1,22}}[A-Za-z0-9]"
    r"\.vault\.(?:azure\.net|azure\.cn|usgovcloudapi\.net|microsoftazure\.de)/?"
)
_VAULT_URL_RULE: Final = "must be the HTTPS URL of an Azure key vault, such as https://my-vault.vault.azure.net"
VaultUrl = Annotated[
    str,
    matching(_VAULT_URL, "vault_url_format", _VAULT_URL_RULE),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": f"^{_VAULT_URL.replace(_NO_TWO_HYPHENS, '')}$",
            "description": "The HTTPS URL of the vault, without two hyphens in a row.",
        }
    ),
]

# Google Cloud Resource Manager, "Creating and managing projects": 6 to 30 characters, no hyphen at the end. Older
# projects may belong to a domain: `example.com:my-project`.
_GCP_PROJECT_ID: Final = r"(?:[a-z0-9](?:[a-z0-9.-]{0,60}[a-z0-9])?:)?[a-z][a-z0-9-]{4,28}[a-z0-9]"
GcpProjectId = Annotated[
    str,
    matching(_GCP_PROJECT_ID, "gcp_project_id_format", "must be a Google Cloud project id"),
    WithJsonSchema({"type": "string", "pattern": f"^{_GCP_PROJECT_ID}$"}),
]


# AWS Secrets Manager API Reference, CreateSecret; `!` stands in the names of secrets that AWS services manage.
WIDEST_SECRET_NAME: Final = "[A-Za-z0-9/_+=.@!-]{1,512}"
"""What a secret may be called in any vault."""


class _Location(FixedModel):
    """A vault. `secret_names` are the pattern of a secret's name there, and the rule in words."""

    secret_names: ClassVar = (WIDEST_SECRET_NAME, "must have 1 to 512 letters, digits or /_+=.@!-")


class AwsSecretManagerLocation(_Location):
    """AWS Secrets Manager in a region."""

    type: Literal["AWS_SECRET_MANAGER"]
    region: AwsRegion


class AzureKeyVaultLocation(_Location):
    """An Azure key vault."""

    secret_names: ClassVar = (
        "[A-Za-z][0-9A-Za-z-]{0,126}",
        "must have 1 to 127 letters, digits or hyphens and begin with a letter",
    )

    type: Literal["AZURE_KEY_VAULT"]
    vault_url: VaultUrl


class GcpSecretManagerLocation(_Location):
    """Google Cloud Secret Manager of a project."""

    secret_names: ClassVar = ("[A-Za-z0-9_-]{1,255}", "must have 1 to 255 letters, digits, _ or -")

    type: Literal["GCP_SECRET_MANAGER"]
    project_id: GcpProjectId


class HostedLocation(_Location):
    """The platform's own vault."""

    type: Literal["HOSTED"]


type SecretsLocation = Annotated[
    AwsSecretManagerLocation | AzureKeyVaultLocation | GcpSecretManagerLocation | HostedLocation,
    Field(discriminator="type"),
]


def broken_secret_name_rule(name: str, location: SecretsLocation | None) -> str | None:
    """Return the rule of the vault that the secret's name breaks, or None if the name is valid there.

    Without a location the runner's vault decides, so the widest rule applies.
    """
    pattern, message = _Location.secret_names if location is None else location.secret_names
    return None if re.fullmatch(pattern, name) else message
