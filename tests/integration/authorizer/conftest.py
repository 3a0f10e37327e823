"""One issuer for all tests, and a gateway that calls an authorizer which trusts it."""

from collections.abc import Callable, Iterator

import pytest
from support.issuer import Gateway, Issuer, new_issuer
from support.jwks_server import Answer, JwksServer


@pytest.fixture(scope="session")
def issuer() -> Issuer:
    return new_issuer()


@pytest.fixture
def gateway(issuer: Issuer) -> Gateway:
    return Gateway(issuer)


@pytest.fixture
def serve() -> Iterator[Callable[[Answer], JwksServer]]:
    """Start a server on loopback that answers with the given response."""
    servers = []

    def start(answer: Answer) -> JwksServer:
        servers.append(JwksServer(answer))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()
