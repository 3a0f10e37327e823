"""AWS Secrets Manager."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.exceptions import ClientError


@contextmanager
def opened(region: str) -> Iterator[Callable[[str], str]]:
    """Open Secrets Manager of the region, with the credentials that boto3 finds."""
    # A session for each, because the default one is not safe to use from several threads.
    client: Any = boto3.session.Session().client("secretsmanager", region_name=region)

    def read(name: str) -> str:
        found = client.get_secret_value(SecretId=name)
        text: str | None = found.get("SecretString")
        return bytes(found["SecretBinary"]).decode() if text is None else text

    try:
        yield read
    finally:
        client.close()


def error_code(error: Exception) -> str | None:
    """Return the code of the error, such as `ResourceNotFoundException`."""
    return str(error.response["Error"]["Code"]) if isinstance(error, ClientError) else None
