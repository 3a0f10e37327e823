"""The resource in Dagster: what an asset gets that asks for a connection."""

from collections.abc import Callable
from typing import Any

import pytest
from connection_overrides_client import Problem
from connection_overrides_client.dagster import EffectiveConnectionsResource
from connection_overrides_client.problems import ConnectionNotConfigured
from connection_overrides_client.secrets import SecretUnavailable
from dagster import DagsterInstance, EnvVar, asset, materialize
from orchestrators.loopback import CLIENT_SECRET, Platform

VALUE = "s3cr3t"


def resource(platform: Platform, **fields: Any) -> EffectiveConnectionsResource:
    fields = {"token": EnvVar("OVERRIDES_TOKEN"), **fields}
    return EffectiveConnectionsResource(url=platform.url, project=platform.project, environment="PROD", **fields)


def in_asset(
    ask: Callable[[EffectiveConnectionsResource], Any],
    resource: EffectiveConnectionsResource,
    instance: DagsterInstance | None = None,
) -> Any:
    """Return what an asset gets that asks."""
    got: list[Any] = []

    def accounts(connections: EffectiveConnectionsResource) -> None:
        got.append(ask(connections))

    materialize([asset(accounts)], resources={"connections": resource}, instance=instance)
    return got[0]


def test_an_asset_gets_the_effective_connection_with_its_age(platform: Platform) -> None:
    platform.add("salesforce", VALUE)

    found = in_asset(lambda connections: connections.get("salesforce"), resource(platform))

    assert found.connection.name == "salesforce"
    assert found.connection.revision == 1
    assert found.age >= 0
    assert not found.is_stale


def test_an_asset_gets_the_secret(platform: Platform) -> None:
    platform.add("salesforce", VALUE)

    assert in_asset(lambda connections: connections.secret("salesforce"), resource(platform)) == {"secret": VALUE}


def test_a_reference_without_a_location_is_read_from_the_vault_of_the_resource(platform: Platform) -> None:
    platform.add("salesforce", VALUE)
    platform.refer("salesforce", {}, reference={"connectionProperties": {"secretName": "prod/salesforce"}})

    with pytest.raises(SecretUnavailable, match="names no vault"):
        in_asset(lambda connections: connections.secret("salesforce"), resource(platform))
    there = resource(platform, vault="aws:us-east-1")
    assert in_asset(lambda connections: connections.secret("salesforce"), there) == {"secret": VALUE}


def test_a_connection_that_is_not_configured_fails_the_run(platform: Platform) -> None:
    platform.connections["salesforce"] = None

    with pytest.raises(ConnectionNotConfigured):
        in_asset(lambda connections: connections.secret("salesforce"), resource(platform))


@pytest.mark.parametrize(("max_age", "asked"), [(60, 1), (0, 2)])
def test_the_service_is_asked_once_within_max_age(platform: Platform, max_age: float, asked: int) -> None:
    platform.add("salesforce", VALUE)

    def twice(connections: EffectiveConnectionsResource) -> list[Any]:
        return [connections.get("salesforce") for _ in range(2)]

    assert len(in_asset(twice, resource(platform, max_age=max_age))) == 2
    assert platform.asked == ["salesforce"] * asked


@pytest.mark.parametrize(("stale_if_down", "outcome"), [(3600, "stale"), (0, "refused")])
def test_a_known_answer_is_used_while_the_service_is_down(
    platform: Platform, stale_if_down: float, outcome: str
) -> None:
    platform.add("salesforce", VALUE)

    def before_and_while_down(connections: EffectiveConnectionsResource) -> str:
        connections.get("salesforce")
        platform.status = 500
        try:
            return "stale" if connections.get("salesforce").is_stale else "fresh"
        except Problem:
            return "refused"

    assert in_asset(before_and_while_down, resource(platform, max_age=0, stale_if_down=stale_if_down)) == outcome


def test_tokens_are_obtained_with_client_credentials(platform: Platform) -> None:
    platform.add("salesforce", VALUE)
    client = resource(platform, token=None, issuer=platform.url, client_id="dagster", client_secret=CLIENT_SECRET)

    assert in_asset(lambda connections: connections.secret("salesforce"), client) == {"secret": VALUE}


def test_without_credentials_the_run_does_not_start(platform: Platform) -> None:
    with pytest.raises(Exception, match="Error executing resource_fn") as failed:
        in_asset(lambda connections: connections.get("salesforce"), resource(platform, token=None))

    assert "needs a token, or issuer, client_id and client_secret" in str(failed.value.__cause__)
    assert platform.asked == []


def test_the_log_of_a_run_has_no_secret_and_no_token(platform: Platform) -> None:
    platform.add("salesforce", VALUE)

    with DagsterInstance.ephemeral() as instance:
        in_asset(lambda connections: connections.secret("salesforce"), resource(platform), instance)
        (run,) = instance.get_runs()
        said = f"{run.run_config} {[instance.all_logs(run.run_id)]}"

    assert "salesforce" not in said
    assert "ASSET_MATERIALIZATION" in said
    assert VALUE not in said
    assert "token of the pipeline" not in said
