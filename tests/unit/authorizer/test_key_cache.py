"""When the issuer is asked for its keys, and what is answered while it cannot be."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from threading import Barrier
from typing import Any

import pytest
from support.issuer import Issuer

from connection_overrides.authorizer.clock import Instant, system_clock
from connection_overrides.authorizer.jwk import KeySet, parse_key_set
from connection_overrides.authorizer.jwks_endpoint import JwksUnavailableError
from connection_overrides.authorizer.key_cache import KeyCache


@dataclass
class Endpoint:
    """The issuer's side: what it publishes, or None while it is down, and how often it was asked."""

    jwks: dict[str, list[dict[str, Any]]] | None
    fetches: int = 0

    def fetch(self) -> KeySet:
        self.fetches += 1
        if self.jwks is None:
            raise JwksUnavailableError("transport")
        return parse_key_set(json.dumps(self.jwks))


@dataclass
class Time:
    now: Instant = field(default=Instant(wall=1_800_000_000.0, monotonic=50.0))

    def __call__(self) -> Instant:
        return self.now

    def passes(self, seconds: float) -> None:
        self.now = Instant(self.now.wall + seconds, self.now.monotonic + seconds)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def endpoint(issuer: Issuer) -> Endpoint:
    return Endpoint(issuer.jwks())


@pytest.fixture
def cache(endpoint: Endpoint, time: Time) -> KeyCache:
    return KeyCache(endpoint.fetch, time)


def test_a_known_key_is_fetched_once_and_again_when_it_is_no_longer_fresh(
    cache: KeyCache, endpoint: Endpoint, time: Time
) -> None:
    for _ in range(3):
        assert cache.find("rsa") is not None
        time.passes(99)
    assert endpoint.fetches == 1
    time.passes(3)
    assert cache.find("rsa") is not None
    assert cache.find("ec") is not None
    assert endpoint.fetches == 2


def test_an_unknown_key_is_looked_for_at_most_once_in_ten_seconds(
    cache: KeyCache, endpoint: Endpoint, time: Time
) -> None:
    assert cache.find("rsa") is not None
    for tenth in range(600):
        assert cache.find(f"unknown-{tenth}") is None
        assert cache.find("rsa") is not None
        time.passes(0.1)
    assert endpoint.fetches == 6


def test_a_key_that_the_issuer_adds_is_found_after_one_fetch(
    cache: KeyCache, endpoint: Endpoint, time: Time, issuer: Issuer
) -> None:
    assert cache.find("rsa") is not None
    time.passes(10)
    endpoint.jwks = {"keys": [*issuer.jwks()["keys"], issuer.jwks()["keys"][0] | {"kid": "new"}]}
    assert cache.find("new") is not None
    assert cache.find("rsa") is not None
    assert endpoint.fetches == 2


def test_a_key_that_the_issuer_removes_is_none_once_the_set_is_no_longer_fresh(
    cache: KeyCache, endpoint: Endpoint, time: Time, issuer: Issuer
) -> None:
    assert cache.find("rsa") is not None
    endpoint.jwks = {"keys": issuer.jwks()["keys"][1:]}
    time.passes(299)
    assert cache.find("rsa") is not None
    time.passes(1)
    assert cache.find("rsa") is None


def test_known_keys_go_on_for_an_hour_while_the_endpoint_is_down_and_then_no_more(
    cache: KeyCache, endpoint: Endpoint, time: Time
) -> None:
    assert cache.find("rsa") is not None
    endpoint.jwks = None
    time.passes(300)
    for _ in range(330):
        assert cache.find("rsa") is not None
        with pytest.raises(JwksUnavailableError, match="not-fetched"):
            cache.find("unknown")
        time.passes(10)
    assert endpoint.fetches == 331
    with pytest.raises(JwksUnavailableError, match="not-fetched"):
        cache.find("rsa")


def test_an_endpoint_that_recovers_is_used_again(
    cache: KeyCache, endpoint: Endpoint, time: Time, issuer: Issuer
) -> None:
    endpoint.jwks = None
    for _ in range(2):
        with pytest.raises(JwksUnavailableError, match="not-fetched"):
            cache.find("rsa")
    assert endpoint.fetches == 1
    endpoint.jwks = issuer.jwks()
    time.passes(9.9)
    with pytest.raises(JwksUnavailableError, match="not-fetched"):
        cache.find("rsa")
    time.passes(0.1)
    assert cache.find("rsa") is not None
    assert cache.find("unknown") is None
    assert endpoint.fetches == 2


def test_an_ambiguous_id_is_no_verdict_on_the_token(cache: KeyCache, endpoint: Endpoint, issuer: Issuer) -> None:
    keys = issuer.jwks()["keys"]
    endpoint.jwks = {"keys": [*keys, keys[1] | {"kid": "rsa"}]}
    with pytest.raises(JwksUnavailableError, match="ambiguous-key-id"):
        cache.find("rsa")
    assert cache.find("ec") is not None
    assert endpoint.fetches == 1


def test_the_set_grows_old_by_the_wall_clock_while_the_monotonic_clock_stands_still(
    cache: KeyCache, endpoint: Endpoint, time: Time
) -> None:
    assert cache.find("rsa") is not None
    time.now = replace(time.now, wall=time.now.wall + 300)
    assert cache.find("rsa") is not None
    assert endpoint.fetches == 2


def test_the_set_grows_old_by_the_monotonic_clock_when_the_wall_clock_leaps_to_the_past(
    cache: KeyCache, endpoint: Endpoint, time: Time
) -> None:
    assert cache.find("rsa") is not None
    time.now = Instant(wall=0, monotonic=time.now.monotonic + 300)
    assert cache.find("rsa") is not None
    assert endpoint.fetches == 2


@pytest.mark.parametrize("down", [False, True])
def test_a_hundred_calls_at_once_share_one_fetch_whether_it_succeeds_or_fails(
    cache: KeyCache, endpoint: Endpoint, *, down: bool
) -> None:
    if down:
        endpoint.jwks = None
    start = Barrier(100)

    def find() -> bool:
        start.wait()
        try:
            return cache.find("rsa") is not None
        except JwksUnavailableError:
            return False

    with ThreadPoolExecutor(100) as threads:
        found = [future.result() for future in [threads.submit(find) for _ in range(100)]]
    assert found == [not down] * 100
    assert endpoint.fetches == 1


def test_the_clock_of_the_machine_goes_on() -> None:
    earlier = system_clock()
    assert system_clock().seconds_since(earlier) >= 0
    assert earlier.wall > 1_700_000_000
