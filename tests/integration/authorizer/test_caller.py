"""The contract between the authorizer and the functions: its context has a valid caller or none."""

import pytest
from support.issuer import NOW, Gateway, Issuer

from connection_overrides.caller import Caller, Scope

CONTEXT = {"account": "acme", "subject": "s", "scopes": "connections:read", "expiresAt": "4000000000"}


def test_the_functions_read_the_caller_that_the_authorizer_wrote(gateway: Gateway, issuer: Issuer) -> None:
    context = gateway.authorize(issuer.token())["context"]
    assert Caller.from_context(context) == Caller(
        account="account-1",
        subject="client-1",
        scopes=frozenset({Scope.CONNECTIONS_READ, Scope.CONNECTIONS_WRITE}),
        expires_at=NOW + 600,
    )


def test_a_caller_may_have_no_scope(gateway: Gateway, issuer: Issuer) -> None:
    caller = Caller.from_context(gateway.authorize(issuer.token(claims=issuer.claims(scope="")))["context"])
    assert caller is not None
    assert caller.scopes == frozenset()


@pytest.mark.parametrize(("seconds", "expired"), [(0, False), (629.9, False), (630, True), (10_000, True)])
def test_a_caller_expires_with_the_token_and_the_leeway(
    gateway: Gateway, issuer: Issuer, seconds: float, *, expired: bool
) -> None:
    caller = Caller.from_context(gateway.authorize(issuer.token())["context"])
    assert caller is not None
    assert caller.has_expired(NOW + seconds) is expired


@pytest.mark.parametrize(
    "changes",
    [
        *[{name: value} for name in CONTEXT for value in (None, 1, ["acme"])],
        {"account": ""},
        {"account": "a/b"},
        {"account": "-a"},
        {"account": "a" * 129},
        {"account": "acme\n"},
        {"subject": ""},
        {"subject": " s"},
        {"subject": "s "},
        {"subject": "s\n"},
        {"subject": "s" * 256},
        {"subject": "\u0455"},
        {"expiresAt": ""},
        {"expiresAt": "x"},
        {"expiresAt": "-1"},
        {"expiresAt": "1.5"},
        {"expiresAt": "4000000000 "},
        {"expiresAt": "1234567890123"},
        {"expiresAt": "\u0661"},
    ],
)
def test_any_other_context_has_no_caller(changes: dict[str, object]) -> None:
    assert Caller.from_context(CONTEXT | changes) is None


@pytest.mark.parametrize("name", CONTEXT)
def test_a_context_with_a_missing_value_has_no_caller(name: str) -> None:
    assert Caller.from_context({key: value for key, value in CONTEXT.items() if key != name}) is None


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"account": "a"},
        {"account": "a" * 128},
        {"subject": "ab"},
        {"subject": "s" * 255},
        {"subject": "a b"},
        {"expiresAt": "0"},
        {"expiresAt": "123456789012"},
    ],
)
def test_a_context_within_the_limits_has_a_caller(changes: dict[str, str]) -> None:
    context = CONTEXT | changes
    caller = Caller.from_context(context)
    assert caller is not None
    assert caller.to_context() == context
