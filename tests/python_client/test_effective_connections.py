"""The cache of effective connections: how old an answer may be, what it does while the service is down."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx
import pytest
from connection_overrides_client import (
    ApiError,
    AsyncClient,
    AsyncEffectiveConnections,
    CachedConnection,
    Client,
    EffectiveConnections,
    ServiceUnreachable,
    UnexpectedResponse,
    operations,
    problems,
)
from support.service import URL, Service

START: Final = datetime(2026, 1, 31, 12, 0, 0, 123_000, tzinfo=UTC)


@dataclass
class Time:
    """Both clocks of the client. The service's is set with them."""

    service: Service
    seconds: float = 0.0

    def clock(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    def go_on(self, seconds: float) -> None:
        self.seconds += seconds
        self.service.api.now = self.now()


@pytest.fixture
def time(service: Service) -> Time:
    return Time(service)


@pytest.fixture
def cache(client: Client, service: Service, project: str, time: Time) -> EffectiveConnections:
    client.call(operations.replace_override(project, "PROD", "Salesforce", with_secret("prod")).if_none_match("*"))
    service.sent()
    return EffectiveConnections(client, project, "PROD", max_age=60, stale_if_down=600, clock=time.clock, now=time.now)


@pytest.fixture
def impatient(service: Service) -> Iterator[Client]:
    with Client(URL, "all", attempts=1, transport=service) as client:
        yield client


def with_secret(name: str, **members: str) -> dict[str, Any]:
    reference = {"connectionProperties": {"secretName": name}}
    return {"authType": "GENERIC_SECRET", "connectionOverrides": reference, **members}


def secret(found: CachedConnection) -> str:
    reference = found.connection.reference
    assert reference is not None
    name: str = reference.model_dump(mode="json", by_alias=True)["connectionProperties"]["secretName"]
    return name


def down(service: Service) -> None:
    service.interruptions = [httpx.ConnectError("refused") for _ in range(20)]


def test_an_answer_is_used_for_its_age_and_then_validated_by_its_tag(
    cache: EffectiveConnections, service: Service, time: Time
) -> None:
    first = cache.get("Salesforce")
    time.go_on(59.0)
    second = cache.get("Salesforce")
    assert (secret(first), first.age, second.age, len(service.sent())) == ("prod", 0.0, 59.0, 1)

    time.go_on(1.0)
    third = cache.get("Salesforce")
    [request] = service.sent()
    assert (third.age, third.is_stale, third.connection) == (0.0, False, first.connection)
    assert request.headers["If-None-Match"].startswith('"1-')


def test_a_change_is_seen_once_the_answer_is_validated(
    cache: EffectiveConnections, client: Client, project: str, time: Time
) -> None:
    assert secret(cache.get("Salesforce")) == "prod"
    client.call(operations.replace_override(project, "PROD", "Salesforce", with_secret("new")))
    assert secret(cache.get("Salesforce")) == "prod"
    time.go_on(60.0)
    assert secret(cache.get("Salesforce")) == "new"


OUTAGES: Final[dict[str, Exception | httpx.Response]] = {
    "unreachable": httpx.ConnectError("refused"),
    "too late": httpx.ReadTimeout("late"),
    "internal error": httpx.Response(500, text="oops"),
    "bad gateway": httpx.Response(502, text="<html>"),
    "unavailable": httpx.Response(503, json={"detail": "x"}, headers={"Content-Type": "application/problem+json"}),
    "too many requests": httpx.Response(
        429, json={"detail": "x"}, headers={"Content-Type": "application/problem+json"}
    ),
}


@pytest.mark.parametrize("outage", OUTAGES)
def test_while_the_service_is_down_an_old_answer_says_how_old_it_is(
    impatient: Client, service: Service, project: str, time: Time, outage: str
) -> None:
    cache = EffectiveConnections(
        impatient, project, "DEV", max_age=60, stale_if_down=600, clock=time.clock, now=time.now
    )
    cache.get("Salesforce")
    service.interruptions = [OUTAGES[outage]] * 3

    time.go_on(599.0)
    stale = cache.get("Salesforce")
    assert (secret(stale), stale.age, stale.is_stale) == ("dev-salesforce", 599.0, True)
    time.go_on(1.0)
    with pytest.raises(ApiError):
        cache.get("Salesforce")
    # The service is back: the answer is validated.
    service.interruptions = []
    fresh = cache.get("Salesforce")
    assert (fresh.age, fresh.is_stale) == (0.0, False)


def test_without_an_answer_an_outage_is_an_error(cache: EffectiveConnections, service: Service) -> None:
    down(service)
    with pytest.raises(ServiceUnreachable):
        cache.get("Salesforce")


def test_a_refusal_is_never_hidden_by_an_old_answer(
    cache: EffectiveConnections, client: Client, service: Service, project: str, time: Time
) -> None:
    cache.get("Salesforce")
    client.call(operations.delete_override(project, "PROD", "Salesforce"))
    time.go_on(60.0)

    with pytest.raises(problems.ConnectionNotConfigured):
        cache.get("Salesforce")
    # From now on there is no answer to fall back to.
    down(service)
    with pytest.raises(ServiceUnreachable):
        cache.get("Salesforce")


def test_a_lost_right_is_never_hidden_by_an_old_answer(
    cache: EffectiveConnections, service: Service, time: Time
) -> None:
    cache.get("Salesforce")
    service.tokens["all"] = "connections:write"
    time.go_on(60.0)

    with pytest.raises(problems.InsufficientScope):
        cache.get("Salesforce")


def test_an_answer_is_never_used_after_it_has_expired(
    cache: EffectiveConnections, client: Client, project: str, time: Time
) -> None:
    end = (START + timedelta(seconds=30)).isoformat()
    body = with_secret("spare", expiresAt=end, thenUse="PREVIOUS")
    client.call(operations.replace_override(project, "PROD", "Salesforce", body))
    assert secret(cache.get("Salesforce")) == "spare"

    time.go_on(29.0)
    assert secret(cache.get("Salesforce")) == "spare"
    time.go_on(1.0)
    assert secret(cache.get("Salesforce")) == "prod"


def test_an_answer_that_has_expired_is_not_used_while_the_service_is_down(
    cache: EffectiveConnections, client: Client, service: Service, project: str, time: Time
) -> None:
    end = (START + timedelta(seconds=30)).isoformat()
    body = with_secret("spare", expiresAt=end, thenUse="PREVIOUS")
    client.call(operations.replace_override(project, "PROD", "Salesforce", body))
    cache.get("Salesforce")
    time.go_on(30.0)
    down(service)

    with pytest.raises(ServiceUnreachable):
        cache.get("Salesforce")


@pytest.mark.parametrize(("member", "value"), [("environmentName", "DEV"), ("name", "Other"), ("projectId", "other")])
def test_the_answer_to_another_question_is_refused(
    cache: EffectiveConnections, service: Service, client: Client, project: str, member: str, value: str
) -> None:
    """A cache between the two might mix them up."""
    document = client.send(operations.get_effective_connection(project, "PROD", "Salesforce")).document
    service.interruptions = [httpx.Response(200, json={**document, member: value})]

    with pytest.raises(UnexpectedResponse, match="got the answer for"):
        cache.get("Salesforce")
    assert secret(cache.get("Salesforce")) == "prod"


def test_environments_share_nothing(cache: EffectiveConnections, client: Client, project: str) -> None:
    other = EffectiveConnections(client, project, "DEV")

    assert [secret(one.get("Salesforce")) for one in (cache, other)] == ["prod", "dev-salesforce"]


def test_threads_share_the_answers(cache: EffectiveConnections, service: Service) -> None:
    cache.get("Salesforce")
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(cache.get, ["Salesforce"] * 50))

    assert {secret(one) for one in found} == {"prod"}
    assert len(service.sent()) == 1


def test_the_asynchronous_cache_does_the_same(service: Service, project: str, time: Time) -> None:
    async def story() -> list[tuple[str, float, bool]]:
        async with AsyncClient(URL, "all", attempts=1, transport=service) as other:
            cache = AsyncEffectiveConnections(
                other, project, "DEV", max_age=60, stale_if_down=600, clock=time.clock, now=time.now
            )
            found = [await cache.get("Salesforce")]
            time.go_on(61.0)
            down(service)
            found.append(await cache.get("Salesforce"))
            service.interruptions = []
            found.append(await cache.get("Salesforce"))
            with pytest.raises(problems.ConnectionNotFound):
                await cache.get("Unknown")
            return [(secret(one), one.age, one.is_stale) for one in found]

    assert asyncio.run(story()) == [
        ("dev-salesforce", 0.0, False),
        ("dev-salesforce", 61.0, True),
        ("dev-salesforce", 0.0, False),
    ]
