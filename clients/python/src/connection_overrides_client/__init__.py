"""The client of Connection Overrides, which says which secret a connection uses in an environment.

`Client` and `AsyncClient` send the `operations` of the API; `EffectiveConnections` answers pipelines from a cache.
"""

from connection_overrides_client import operations
from connection_overrides_client.client import AsyncClient, Client, Reply
from connection_overrides_client.effective import AsyncEffectiveConnections, CachedConnection, EffectiveConnections
from connection_overrides_client.errors import (
    ApiError,
    Problem,
    ServiceUnreachable,
    TokenUnavailable,
    UnexpectedResponse,
)
from connection_overrides_client.tokens import BearerToken, ClientCredentials

__all__ = [
    "ApiError",
    "AsyncClient",
    "AsyncEffectiveConnections",
    "BearerToken",
    "CachedConnection",
    "Client",
    "ClientCredentials",
    "EffectiveConnections",
    "Problem",
    "Reply",
    "ServiceUnreachable",
    "TokenUnavailable",
    "UnexpectedResponse",
    "operations",
]
