"""Google Cloud Secret Manager."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from google.api_core.exceptions import GoogleAPICallError
from google.cloud.secretmanager import SecretManagerServiceClient


@contextmanager
def opened(project_id: str) -> Iterator[Callable[[str], str]]:
    """Open Secret Manager of the project, with the application default credentials."""
    # REST, because connections of gRPC do not survive a fork, and orchestrators fork.
    with SecretManagerServiceClient(transport="rest") as client:

        def read(name: str) -> str:
            version = f"projects/{project_id}/secrets/{name}/versions/latest"
            return client.access_secret_version(name=version).payload.data.decode()

        yield read


def error_code(error: Exception) -> str | None:
    """Return the name of the HTTP status of the error, such as `NOT_FOUND`."""
    code = error.code if isinstance(error, GoogleAPICallError) else None
    return getattr(code, "name", None)
