"""When the issuer's keys are fetched, and what is decided while they cannot be fetched."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier, Event
from typing import Any

import pytest
from support.issuer import NOW, Clock, Gateway, Issuer, es256, public_jwk, rs256

from connection_overrides.auth.errors import JwksUnavailableError
from connection_overrides.auth.key_cache import Instant, system_clock
from connection_overrides.auth.settings import JwksUrl


@dataclass(frozen=True)
class Tokens:
    """Tokens that are valid for hours, by their keys."""

    issuer: Issuer

    def rsa(self, key_id: str = "rsa") -> str:
        return self.issuer.token(self.issuer.header(kid=key_id), self._claims())

    def ec(self, key_id: str = "ec") -> str:
        return self.issuer.token(self.issuer.header(alg="ES256", kid=key_id), self._claims(), es256(self.issuer.p256))

    def stranger(self, key_id: str) -> str:
        return self.issuer.token(self.issuer.header(kid=key_id), self._claims(), rs256(self.issuer.stranger))

    def _claims(self) -> dict[str, object]:
        return self.issuer.claims(exp=NOW + 10_000, nbf=..., iat=...)


@pytest.fixture
def tokens(issuer: Issuer) -> Tokens:
    return Tokens(issuer)


@pytest.fixture
def clock(gateway: Gateway) -> Clock:
    clock = gateway.clock = Clock()
    return clock


@pytest.fixture
def keys(issuer: Issuer) -> list[dict[str, Any]]:
    return issuer.jwks()["keys"]


def _is_allowed(gateway: Gateway, token: str) -> bool:
    return bool(gateway.authorize(token)["principalId"] == "client-1")


def test_keys_are_fetched_once_and_again_after_five_minutes(gateway: Gateway, clock: Clock, tokens: Tokens) -> None:
    rsa = tokens.rsa()
    for _ in range(3):
        assert _is_allowed(gateway, rsa)
        clock.advance(99)
    clock.advance(2.5)
    assert _is_allowed(gateway, rsa)
    assert len(gateway.fetched) == 1
    clock.advance(0.5)
    assert _is_allowed(gateway, rsa)
    assert _is_allowed(gateway, tokens.ec())
    assert len(gateway.fetched) == 2


def test_unknown_keys_cause_at_most_one_fetch_in_ten_seconds(gateway: Gateway, clock: Clock, tokens: Tokens) -> None:
    rsa, unknown = tokens.rsa(), [tokens.rsa(f"unknown-{number}") for number in range(6)]
    assert _is_allowed(gateway, rsa)
    for tenth in range(600):
        assert gateway.refusal_of(unknown[tenth % 6]) == "unknown-key"
        assert _is_allowed(gateway, rsa)
        clock.advance(0.1)
    assert len(gateway.fetched) == 6


def test_a_new_key_is_found_after_one_fetch(
    gateway: Gateway, clock: Clock, tokens: Tokens, keys: list[dict[str, Any]]
) -> None:
    assert _is_allowed(gateway, tokens.rsa())
    clock.advance(10)
    gateway.jwks = {"keys": [*keys, keys[0] | {"kid": "new"}]}
    assert _is_allowed(gateway, tokens.rsa("new"))
    assert _is_allowed(gateway, tokens.rsa())
    assert len(gateway.fetched) == 2


def test_a_key_that_replaces_another_behind_its_key_id_is_found_after_one_fetch(
    gateway: Gateway, clock: Clock, tokens: Tokens, keys: list[dict[str, Any]]
) -> None:
    old, new = tokens.rsa(), tokens.stranger("rsa")
    assert _is_allowed(gateway, old)
    gateway.jwks = {"keys": [public_jwk(tokens.issuer.stranger) | {"kid": "rsa"}, *keys[1:]]}
    clock.advance(9.9)
    assert gateway.refusal_of(new) == "signature"
    assert _is_allowed(gateway, old)
    assert len(gateway.fetched) == 1
    clock.advance(0.1)
    assert _is_allowed(gateway, new)
    assert gateway.refusal_of(old) == "signature"
    assert _is_allowed(gateway, tokens.ec())
    assert len(gateway.fetched) == 2


def test_a_token_that_neither_the_known_key_nor_its_replacement_verifies_is_refused(
    gateway: Gateway, clock: Clock, tokens: Tokens
) -> None:
    issuer = tokens.issuer
    forged = issuer.token(sign=rs256(issuer.small_rsa))
    assert _is_allowed(gateway, tokens.rsa())
    gateway.jwks = {"keys": [public_jwk(issuer.stranger) | {"kid": "rsa"}]}
    clock.advance(10)
    assert gateway.refusal_of(forged) == "signature"
    assert len(gateway.fetched) == 2


def test_a_key_of_another_algorithm_that_replaces_another_is_found_after_one_fetch(
    gateway: Gateway, clock: Clock, tokens: Tokens, keys: list[dict[str, Any]]
) -> None:
    assert _is_allowed(gateway, tokens.rsa())
    clock.advance(10)
    gateway.jwks = {"keys": [keys[1] | {"kid": "rsa"}]}
    assert _is_allowed(gateway, tokens.ec("rsa"))
    assert gateway.refusal_of(tokens.rsa()) == "algorithm"
    assert len(gateway.fetched) == 2


def test_bad_signatures_and_unknown_keys_cause_at_most_one_fetch_in_ten_seconds_and_stop_no_good_token(
    gateway: Gateway, clock: Clock, tokens: Tokens
) -> None:
    good, bad, unknown = tokens.rsa(), tokens.stranger("rsa"), tokens.rsa("unknown")
    assert _is_allowed(gateway, good)
    for _ in range(600):
        assert gateway.refusal_of(bad) == "signature"
        assert gateway.refusal_of(unknown) == "unknown-key"
        assert _is_allowed(gateway, good)
        clock.advance(0.1)
    assert len(gateway.fetched) == 6


def test_a_bad_signature_is_refused_while_the_endpoint_is_down(gateway: Gateway, clock: Clock, tokens: Tokens) -> None:
    good, bad = tokens.rsa(), tokens.stranger("rsa")
    assert _is_allowed(gateway, good)
    gateway.jwks = None
    for _ in range(5):
        clock.advance(10)
        for _ in range(3):
            assert gateway.refusal_of(bad) == "signature"
            assert _is_allowed(gateway, good)
    assert len(gateway.fetched) == 6


def test_a_removed_key_is_refused_as_soon_as_a_bad_signature_causes_a_fetch(
    gateway: Gateway, clock: Clock, tokens: Tokens, keys: list[dict[str, Any]]
) -> None:
    assert _is_allowed(gateway, tokens.rsa())
    gateway.jwks = {"keys": keys[1:]}
    clock.advance(10)
    assert gateway.refusal_of(tokens.stranger("rsa")) == "signature"
    assert gateway.refusal_of(tokens.rsa()) == "unknown-key"
    assert len(gateway.fetched) == 2


def test_no_bad_signature_is_decided_if_its_key_id_has_become_ambiguous(
    gateway: Gateway, clock: Clock, tokens: Tokens, keys: list[dict[str, Any]]
) -> None:
    """The token may be signed with either key."""
    assert _is_allowed(gateway, tokens.rsa())
    gateway.jwks = {"keys": [public_jwk(tokens.issuer.stranger) | {"kid": "rsa"}, *keys]}
    clock.advance(10)
    assert gateway.unavailability(tokens.stranger("rsa")) == "ambiguous-key-id"


def test_good_tokens_do_not_wait_for_a_fetch_that_a_bad_signature_causes(
    gateway: Gateway, clock: Clock, tokens: Tokens
) -> None:
    good, bad = tokens.rsa(), tokens.stranger("rsa")
    publish, fetching, released = gateway.fetch, Event(), Event()

    def slow(url: JwksUrl) -> bytes:
        if gateway.fetched:
            fetching.set()
            assert released.wait(10)
        return publish(url)

    gateway.fetch = slow
    assert _is_allowed(gateway, good)
    clock.advance(10)

    def is_refused() -> bool:
        with pytest.raises(Exception, match=r"^Unauthorized$"):
            gateway.authorize(bad)
        return True

    with ThreadPoolExecutor(20) as threads:
        refused = [threads.submit(is_refused) for _ in range(20)]
        assert fetching.wait(10)
        assert _is_allowed(gateway, good)
        assert not any(future.done() for future in refused)
        released.set()
        assert all(future.result() for future in refused)
    assert len(gateway.fetched) == 2


def test_a_removed_key_is_refused_after_five_minutes(
    gateway: Gateway, clock: Clock, tokens: Tokens, keys: list[dict[str, Any]]
) -> None:
    rsa = tokens.rsa()
    assert _is_allowed(gateway, rsa)
    gateway.jwks = {"keys": keys[1:]}
    clock.advance(299)
    assert _is_allowed(gateway, rsa)
    clock.advance(1)
    assert gateway.refusal_of(rsa) == "unknown-key"


def test_known_keys_work_for_an_hour_while_the_endpoint_is_down(gateway: Gateway, clock: Clock, tokens: Tokens) -> None:
    rsa, unknown = tokens.rsa(), tokens.rsa("unknown")
    assert _is_allowed(gateway, rsa)
    gateway.jwks = None
    clock.advance(300)
    for _ in range(330):
        assert _is_allowed(gateway, rsa)
        assert gateway.unavailability(unknown) == "transport"
        clock.advance(10)
    assert len(gateway.fetched) == 331
    assert gateway.unavailability(rsa) == "transport"


def test_a_failed_fetch_is_repeated_after_ten_seconds(gateway: Gateway, clock: Clock, tokens: Tokens) -> None:
    published, gateway.jwks = gateway.jwks, None
    for _ in range(2):
        assert gateway.unavailability(tokens.rsa()) == "transport"
    assert len(gateway.fetched) == 1
    gateway.jwks = published
    clock.advance(9.9)
    assert gateway.unavailability(tokens.rsa()) == "transport"
    clock.advance(0.1)
    assert _is_allowed(gateway, tokens.rsa())
    assert gateway.refusal_of(tokens.rsa("unknown")) == "unknown-key"
    assert len(gateway.fetched) == 2


def test_after_a_recovery_an_unknown_key_is_refused_again(gateway: Gateway, clock: Clock, tokens: Tokens) -> None:
    assert _is_allowed(gateway, tokens.rsa())
    published, gateway.jwks = gateway.jwks, None
    clock.advance(10)
    assert gateway.unavailability(tokens.rsa("unknown")) == "transport"
    gateway.jwks = published
    clock.advance(10)
    assert gateway.refusal_of(tokens.rsa("unknown")) == "unknown-key"


def test_no_token_with_a_key_id_that_becomes_ambiguous_is_decided(
    gateway: Gateway, tokens: Tokens, keys: list[dict[str, Any]]
) -> None:
    gateway.jwks = {"keys": [*keys, keys[1] | {"kid": "rsa"}]}
    assert gateway.unavailability(tokens.rsa()) == "ambiguous-key-id"
    assert _is_allowed(gateway, tokens.ec())
    assert len(gateway.fetched) == 1


def test_keys_age_by_the_wall_clock_while_the_monotonic_clock_stands_still(
    gateway: Gateway, clock: Clock, tokens: Tokens
) -> None:
    assert _is_allowed(gateway, tokens.rsa())
    clock.now = clock.now._replace(wall=NOW + 300)
    assert _is_allowed(gateway, tokens.rsa())
    assert len(gateway.fetched) == 2


def test_keys_age_by_the_monotonic_clock_when_the_wall_clock_is_set_back(
    gateway: Gateway, clock: Clock, tokens: Tokens
) -> None:
    assert _is_allowed(gateway, tokens.rsa())
    clock.now = Instant(wall=0, monotonic=clock.now.monotonic + 300)
    assert _is_allowed(gateway, tokens.rsa())
    assert len(gateway.fetched) == 2


def test_no_token_is_decided_with_keys_that_became_too_old_during_their_fetch(
    gateway: Gateway, clock: Clock, tokens: Tokens
) -> None:
    """An execution environment may be frozen for hours in the middle of a fetch."""
    publish = gateway.fetch

    def frozen(url: JwksUrl) -> bytes:
        clock.advance(3600)
        return publish(url)

    gateway.fetch = frozen
    assert gateway.unavailability(tokens.rsa()) == "not-fetched"
    assert gateway.unavailability(tokens.rsa("unknown")) == "not-fetched"


@pytest.mark.parametrize("down", [False, True])
def test_a_hundred_concurrent_requests_share_one_fetch_whether_it_succeeds_or_fails(
    gateway: Gateway, tokens: Tokens, *, down: bool
) -> None:
    if down:
        gateway.jwks = None
    start, token = Barrier(100), tokens.rsa()

    def is_allowed() -> bool:
        start.wait()
        try:
            return _is_allowed(gateway, token)
        except JwksUnavailableError:
            return False

    with ThreadPoolExecutor(100) as threads:
        allowed = [future.result() for future in [threads.submit(is_allowed) for _ in range(100)]]
    assert allowed == [not down] * 100
    assert len(gateway.fetched) == 1


def test_the_clock_of_the_machine_advances() -> None:
    earlier = system_clock()
    assert system_clock().seconds_since(earlier) >= 0
    assert earlier.wall > 1_700_000_000
