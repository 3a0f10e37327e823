"""Azure Key Vault."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from azure.core.exceptions import HttpResponseError
from azure.identity import DefaultAzureCredential
from azure.keyvault.secrets import SecretClient


@contextmanager
def opened(url: str) -> Iterator[Callable[[str], str]]:
    """Open the vault at the URL, with the credentials that DefaultAzureCredential finds."""
    with DefaultAzureCredential() as credential, SecretClient(url, credential) as client:

        def read(name: str) -> str:
            value = client.get_secret(name).value
            if value is None:
                raise LookupError
            return value

        yield read


def error_code(error: Exception) -> str | None:
    """Return the code of the error, such as `SecretNotFound`, or the HTTP status."""
    if not isinstance(error, HttpResponseError):
        return None
    code = getattr(error.error, "code", None) or error.status_code
    return None if code is None else str(code)
