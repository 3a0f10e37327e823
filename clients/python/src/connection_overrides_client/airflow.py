"""A secrets backend for Airflow 3.2.2 and later: the connections that a project has in one environment."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from airflow.sdk.exceptions import AirflowSecretsBackendAccessDenied
from airflow.secrets import BaseSecretsBackend

from connection_overrides_client.client import Client
from connection_overrides_client.effective import MAX_AGE_SECONDS, STALE_IF_DOWN_SECONDS, EffectiveConnections
from connection_overrides_client.errors import ApiError, TokenUnavailable
from connection_overrides_client.problems import ConnectionNotFound
from connection_overrides_client.secrets import fetch
from connection_overrides_client.tokens import ClientCredentials, require_https

if TYPE_CHECKING:
    from connection_overrides_client.models import EffectiveConnection

_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_CONNECTION_TYPES: Final = {"NONE": "generic", "gcp": "google_cloud_platform"}
"""Airflow's name for the connection type, where it is not that of the auth provider."""
_FIELDS: Final = frozenset({"host", "login", "password", "schema", "port"})
_ALIASES: Final = {"user": "login", "username": "login"}


@dataclass(frozen=True)
class _Source:
    """Where answers come from, and how long they are used."""

    url: str
    project: str
    environment: str
    token_env: str | None
    issuer: str | None
    client_id: str | None
    client_secret_env: str | None
    max_age: float
    stale_if_down: float

    def authorization(self) -> str | ClientCredentials:
        if self.issuer and self.client_id and self.client_secret_env:
            return ClientCredentials(self.issuer, self.client_id, _variable(self.client_secret_env))
        return _variable(self.token_env or "")


def _variable(name: str) -> str:
    if value := os.environ.get(name):
        return value
    raise TokenUnavailable(f"The environment variable {name} is not set.")


# Airflow creates a backend for each lookup, and forks. A client's sockets must stay in their process.
@lru_cache
def _effective_connections(source: _Source, _process_id: int) -> EffectiveConnections:
    return EffectiveConnections(
        Client(source.url, source.authorization()),
        source.project,
        source.environment,
        max_age=source.max_age,
        stale_if_down=source.stale_if_down,
    )


class ConnectionOverridesBackend(BaseSecretsBackend):
    """The connections of a project in an environment, with their secrets.

    The access token is the value of the environment variable `token_env`, or is obtained from `issuer` for `client_id`
    with the secret in the environment variable `client_secret_env`. `vault` is the vault of references without a
    location, such as `aws:us-east-1`. `max_age` and `stale_if_down` are those of `EffectiveConnections`, in seconds.

    `connections` maps connection ids of Airflow to names of connections. Other ids that start with `prefix` are names
    themselves. All others are left to the next backend, and so are connections that the project does not have, unless
    `connections` names them.

    Whatever else prevents an answer raises AirflowSecretsBackendAccessDenied, after which Airflow asks no other
    backend: it might have the secret of another environment.
    """

    def __init__(
        self,
        *,
        url: str,
        project: str,
        environment: str,
        token_env: str | None = None,
        issuer: str | None = None,
        client_id: str | None = None,
        client_secret_env: str | None = None,
        vault: str | None = None,
        connections: Mapping[str, str] | None = None,
        prefix: str = "",
        max_age: float = MAX_AGE_SECONDS,
        stale_if_down: float = STALE_IF_DOWN_SECONDS,
    ) -> None:
        super().__init__()
        if not token_env and not (issuer and client_id and client_secret_env):
            raise ValueError("The backend needs token_env, or issuer, client_id and client_secret_env.")
        self._source = _Source(
            url=require_https(url),
            project=project,
            environment=environment,
            token_env=token_env,
            issuer=issuer,
            client_id=client_id,
            client_secret_env=client_secret_env,
            max_age=float(max_age),
            stale_if_down=float(stale_if_down),
        )
        self._vault = vault
        self._names = dict(connections or {})
        self._prefix = prefix

    def get_conn_value(self, conn_id: str, team_name: str | None = None) -> str | None:  # noqa: ARG002 - Airflow's signature
        """Return the connection as a URI or JSON, None if it is left to the next backend."""
        if conn_id not in self._names and not conn_id.startswith(self._prefix):
            return None
        try:
            found = _effective_connections(self._source, os.getpid()).get(self._names.get(conn_id, conn_id)).connection
            return _serialized(found, fetch(found.reference, default=self._vault))
        except ApiError as error:
            if isinstance(error, ConnectionNotFound) and conn_id not in self._names:
                return None
            reason = str(error)
        except Exception as error:  # noqa: BLE001 - after any other, Airflow would ask the next backend
            reason = type(error).__name__
        raise self._denied(conn_id, reason)

    def get_connection(self, conn_id: str, team_name: str | None = None) -> Any:  # noqa: ANN401 - a class of Airflow's choice
        """Return the connection, None if it is left to the next backend."""
        value = self.get_conn_value(conn_id, team_name)
        if value is None:
            return None
        try:
            return self.deserialize_connection(conn_id, value)
        except Exception as error:  # noqa: BLE001 - Airflow's errors quote the value
            reason = type(error).__name__
        raise self._denied(conn_id, f"Airflow cannot read the connection in the secret: {reason}.")

    def get_variable(self, key: str, team_name: str | None = None) -> str | None:  # noqa: ARG002 - Airflow's signature
        """Return None: variables are left to the next backend."""
        return None

    def _denied(self, conn_id: str, reason: str) -> AirflowSecretsBackendAccessDenied:
        return AirflowSecretsBackendAccessDenied(
            f"Connection {conn_id!r} in the environment {self._source.environment!r}: {reason}"
        )


def _serialized(connection: EffectiveConnection, values: Mapping[str, str]) -> str:
    """Return the connection as Airflow reads it: the secret itself if it is a URI or JSON, otherwise JSON with it."""
    fields: dict[str, Any] = {
        "conn_type": _CONNECTION_TYPES.get(connection.auth_provider, connection.auth_provider),
        "extra": {},
    }
    if connection.platform_connection_type.value == "DWH":
        for name, value in values.items():
            field = _ALIASES.get(name, name)
            (fields if field in _FIELDS else fields["extra"])[field] = value
    else:
        (secret,) = values.values()
        if _is_airflow_connection(secret):
            return secret
        fields["password"] = secret
    return json.dumps(fields)


def _is_airflow_connection(secret: str) -> bool:
    """Return whether the text is a URI, or a JSON object with a `conn_type`."""
    with suppress(ValueError, RecursionError):
        document = json.loads(secret)
        return isinstance(document, dict) and "conn_type" in document
    return _URI.match(secret.strip()) is not None
