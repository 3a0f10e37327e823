"""A resource for Dagster: the effective connections of an environment, and their secrets."""

from __future__ import annotations

from dagster import ConfigurableResource, InitResourceContext
from pydantic import Field, PrivateAttr

from connection_overrides_client.client import Client
from connection_overrides_client.effective import (
    MAX_AGE_SECONDS,
    STALE_IF_DOWN_SECONDS,
    CachedConnection,
    EffectiveConnections,
)
from connection_overrides_client.secrets import fetch
from connection_overrides_client.tokens import ClientCredentials


class EffectiveConnectionsResource(ConfigurableResource):
    """What the connections of a project use in one environment.

    The access token is `token`, or is obtained from `issuer` for a client. Give `token` and `client_secret` as EnvVar:
    Dagster shows what is configured.
    """

    url: str = Field(description="URL of the service.")
    project: str = Field(description="Id of the project.")
    environment: str = Field(description="Name of the environment.")
    token: str | None = Field(default=None, description="Access token.")
    issuer: str | None = Field(default=None, description="OpenID Connect issuer of access tokens.")
    client_id: str | None = Field(default=None, description="Client at the issuer.")
    client_secret: str | None = Field(default=None, description="Secret of the client.")
    vault: str | None = Field(
        default=None, description="Vault of secret references without a location, such as `aws:us-east-1`."
    )
    max_age: float = Field(default=MAX_AGE_SECONDS, description="Seconds for which an answer is used.")
    stale_if_down: float = Field(
        default=STALE_IF_DOWN_SECONDS, description="Seconds for which an answer is used while the service is down."
    )

    _client: Client = PrivateAttr()
    _connections: EffectiveConnections = PrivateAttr()

    def setup_for_execution(self, context: InitResourceContext) -> None:  # noqa: ARG002 - Dagster's signature
        """Prepare the client. Nothing is sent yet."""
        self._client = Client(self.url, self._authorization())
        self._connections = EffectiveConnections(
            self._client,
            self.project,
            self.environment,
            max_age=self.max_age,
            stale_if_down=self.stale_if_down,
        )

    def teardown_after_execution(self, context: InitResourceContext) -> None:  # noqa: ARG002 - Dagster's signature
        """Close the client."""
        self._client.close()

    def get(self, name: str) -> CachedConnection:
        """Return the effective connection and its age. Raises as `EffectiveConnections.get`."""
        return self._connections.get(name)

    def secret(self, name: str) -> dict[str, str]:
        """Return the values of the connection's secret, as `secrets.fetch` names them. They are not kept.

        Raises as `EffectiveConnections.get`, and SecretUnavailable.
        """
        return fetch(self.get(name).connection.reference, default=self.vault)

    def _authorization(self) -> str | ClientCredentials:
        if self.token:
            return self.token
        if self.issuer and self.client_id and self.client_secret:
            return ClientCredentials(self.issuer, self.client_id, self.client_secret)
        raise ValueError("The resource needs a token, or issuer, client_id and client_secret.")
