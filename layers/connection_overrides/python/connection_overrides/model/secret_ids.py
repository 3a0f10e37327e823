"""Which secret a reference means, so that two references to the same one are known for it."""

import hashlib
import json
from typing import Final, NamedTuple

from connection_overrides.model.entities import SecretReference
from connection_overrides.model.properties import secret_names
from connection_overrides.model.secrets import AzureKeyVaultLocation, SecretsLocation


class SecretId(NamedTuple):
    """A secret by its vault and its name there; `vault` is empty for the runner's own. Keys within it do not count.

    What two spellings of one vault or secret share is in one form: Azure's host and secret names are case-insensitive
    (Azure Key Vault, "Object identifiers and DNS suffixes").
    """

    vault: str
    name: str

    @property
    def digest(self) -> str:
        """A short name for it, the same everywhere: 128 bits in hexadecimal."""
        return hashlib.sha256(json.dumps([self.vault, self.name]).encode()).hexdigest()[:32]


class SecretUse(NamedTuple):
    """Where a secret may be used: in overrides of these environments, and in defaults.

    `write_id` is of the write that said so, empty when none has yet.
    """

    environments: frozenset[str]
    in_defaults: bool
    write_id: str


UNUSED: Final = SecretUse(frozenset(), in_defaults=False, write_id="")
"""What is known of a secret that nothing uses."""


def secrets_in(reference: SecretReference | None) -> frozenset[SecretId]:
    """Return the secrets that a reference names; one that blocks, and a missing default, name none."""
    if reference is None:
        return frozenset()
    location = reference.secrets_location
    is_azure = isinstance(location, AzureKeyVaultLocation)
    return frozenset(
        SecretId(_vault(location), name.lower() if is_azure else name)
        for name in secret_names(reference.connection_properties).values()
    )


def _vault(location: SecretsLocation | None) -> str:
    if location is None:
        return ""
    if isinstance(location, AzureKeyVaultLocation):
        return f"{location.type}:{location.vault_url.rstrip('/').lower()}"
    members = location.model_dump(by_alias=True)
    return ":".join(str(members[name]) for name in ("type", *sorted(members.keys() - {"type"})))
