"""One issuer for the run, and for each test an authorizer that trusts it."""

from collections.abc import Callable

import pytest
from support.issuer import Gateway, Issuer, new_issuer


@pytest.fixture(scope="session")
def issuer() -> Issuer:
    return new_issuer()


@pytest.fixture
def gateway(issuer: Issuer) -> Gateway:
    return Gateway(issuer)


@pytest.fixture
def padded(issuer: Issuer) -> Callable[[int], str]:
    """Make a good token of exactly so many characters."""

    def pad(length: int) -> str:
        for header_padding in ("", "x", "xx"):  # base64 texts of 4n + 1 characters do not exist
            header = issuer.header(padding=header_padding)
            missing = length - len(issuer.token(header, issuer.claims(padding="")))
            token = issuer.token(header, issuer.claims(padding="x" * (missing * 3 // 4)))
            if len(token) == length:
                return token
        raise AssertionError(length)

    return pad
