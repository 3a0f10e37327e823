"""The secrets backend in Airflow: what a task gets that asks for a connection."""

import json
import logging
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

import pytest
from airflow.exceptions import AirflowNotFoundException
from airflow.sdk import Connection, Variable
from airflow.sdk.exceptions import AirflowSecretsBackendAccessDenied
from connection_overrides_client.airflow import ConnectionOverridesBackend
from orchestrators.loopback import CLIENT_SECRET, Platform

VALUE = "s3cr3t"
Configure = Callable[..., None]


@pytest.fixture
def configure(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Configure:
    """Configures the backend, with the options that are given beside those of the platform."""

    def configure(**options: Any) -> None:
        kwargs = {
            "url": platform.url,
            "project": platform.project,
            "environment": "PROD",
            "token_env": "OVERRIDES_TOKEN",
        }
        monkeypatch.setenv("AIRFLOW__SECRETS__BACKEND_KWARGS", json.dumps(kwargs | options))

    name = f"{ConnectionOverridesBackend.__module__}.{ConnectionOverridesBackend.__name__}"
    monkeypatch.setenv("AIRFLOW__SECRETS__BACKEND", name)
    return configure


@pytest.fixture(autouse=True)
def airflow(configure: Configure, monkeypatch: pytest.MonkeyPatch) -> None:
    """Airflow with the backend. The one that it asks next knows the connections as well, with DEV's secrets."""
    configure()
    for name in ("SALESFORCE", "TEAM_SALESFORCE", "CRM"):
        monkeypatch.setenv(f"AIRFLOW_CONN_{name}", "generic://:dev@dev")


def denial(conn_id: str = "salesforce") -> str:
    """Return what a task reads that gets no connection, not even the next backend's. It contains no value."""
    with pytest.raises(AirflowSecretsBackendAccessDenied) as denied:
        Connection.get(conn_id)
    assert denied.value.__context__ is None
    assert VALUE not in str(denied.value)
    return str(denied.value)


@pytest.mark.parametrize("secret", [VALUE, "12345", f'{{"apiKey": "{VALUE}"}}', f'["{VALUE}"]', f"user:{VALUE}@//"])
def test_any_other_secret_is_the_password(platform: Platform, secret: str) -> None:
    platform.add("salesforce", secret)

    found = Connection.get("salesforce")

    assert found == Connection(conn_id="salesforce", conn_type="generic", password=secret)


@pytest.mark.parametrize(
    "secret",
    [
        f"postgresql://loader:{VALUE}@warehouse.example.com:5439/sales?sslmode=require",
        json.dumps({
            "conn_type": "postgres",
            "host": "warehouse.example.com",
            "port": "5439",
            "login": "loader",
            "password": VALUE,
            "schema": "sales",
            "extra": {"sslmode": "require"},
        }),
    ],
)  # fmt: skip
def test_a_uri_or_a_json_of_airflow_is_the_connection(platform: Platform, secret: str) -> None:
    platform.add("salesforce", secret)

    found = Connection.get("salesforce")

    assert (found.conn_type, found.host, found.port) == ("postgres", "warehouse.example.com", 5439)
    assert (found.login, found.password, found.schema) == ("loader", VALUE, "sales")
    assert found.extra_dejson == {"sslmode": "require"}


def test_a_warehouse_s_properties_are_fields_and_extras(platform: Platform) -> None:
    platform.secrets["prod/warehouse"] = json.dumps({"user": "loader", "password": VALUE})
    properties = {
        "host": {"value": "warehouse.example.com"},
        "port": {"value": "5439"},
        "schema": {"value": "sales"},
        "iam": {"value": "false"},
        **{name: {"secretName": "prod/warehouse", "secretKey": name} for name in ("user", "password")},
    }
    platform.refer("salesforce", properties, platformConnectionType="DWH", authProvider="redshift", authType="PASSWORD")

    found = Connection.get("salesforce")

    assert (found.conn_type, found.host, found.port) == ("redshift", "warehouse.example.com", 5439)
    assert (found.login, found.password, found.schema) == ("loader", VALUE, "sales")
    assert found.extra_dejson == {"iam": "false"}


def test_a_reference_without_a_location_is_read_from_the_vault_of_the_options(
    platform: Platform, configure: Configure
) -> None:
    platform.add("salesforce", VALUE)
    reference = {"connectionProperties": {"secretName": "prod/salesforce"}}
    platform.refer("salesforce", {}, reference=reference)

    assert "names no vault" in denial()
    configure(vault="aws:us-east-1")
    assert Connection.get("salesforce").password == VALUE


def test_a_connection_that_the_project_does_not_have_is_the_next_backend_s(platform: Platform) -> None:
    assert Connection.get("salesforce").password == "dev"
    assert platform.asked == ["salesforce"]
    with pytest.raises(AirflowNotFoundException):
        Connection.get("unknown")


def test_a_connection_that_is_not_configured_is_not_taken_from_the_next_backend(platform: Platform) -> None:
    platform.connections["salesforce"] = None

    assert denial() == "Connection 'salesforce' in the environment 'PROD': Connection not configured"


def test_while_the_service_is_down_the_next_backend_is_not_asked(platform: Platform) -> None:
    platform.status = 500

    assert "Internal error" in denial()


def test_without_a_token_the_next_backend_is_not_asked(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OVERRIDES_TOKEN")

    assert "The environment variable OVERRIDES_TOKEN is not set." in denial()
    monkeypatch.setenv("OVERRIDES_TOKEN", "another")
    assert "Unauthorized" in denial()
    assert platform.asked == []


def test_tokens_are_obtained_with_client_credentials(
    platform: Platform, configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform.add("salesforce", VALUE)
    configure(token_env=None, issuer=platform.url, client_id="airflow", client_secret_env="AIRFLOW_CLIENT_SECRET")

    assert "The environment variable AIRFLOW_CLIENT_SECRET is not set." in denial()
    monkeypatch.setenv("AIRFLOW_CLIENT_SECRET", CLIENT_SECRET)
    assert Connection.get("salesforce").password == VALUE


def test_a_secret_that_cannot_be_read_is_not_taken_from_the_next_backend(platform: Platform) -> None:
    platform.refer("salesforce", {"secretName": "prod/none"})

    assert "'prod/none' in AWS Secrets Manager in us-east-1 cannot be read: ResourceNotFoundException." in denial()


def test_an_answer_that_is_not_understood_is_not_taken_from_the_next_backend(platform: Platform) -> None:
    platform.refer("salesforce", {"secretName": ["prod/none"]})

    assert "ValidationError" in denial()


@pytest.mark.parametrize("secret", [f"a://b://{VALUE}://c", f'{{"conn_type": "x", "port": "{VALUE}"}}', "x://h:port"])
def test_an_invalid_connection_of_airflow_is_denied_without_its_text(platform: Platform, secret: str) -> None:
    platform.add("salesforce", secret)

    assert "Airflow cannot read the connection in the secret: " in denial()


def test_connections_maps_ids_to_names(platform: Platform, configure: Configure) -> None:
    platform.add("Salesforce", VALUE)
    configure(connections={"crm": "Salesforce"}, prefix="none of the others")

    assert Connection.get("crm").password == VALUE
    assert Connection.get("salesforce").password == "dev"
    assert platform.asked == ["Salesforce"]


def test_a_name_in_connections_that_the_project_does_not_have_is_denied(configure: Configure) -> None:
    configure(connections={"crm": "Salesforec"})

    assert "Connection not found" in denial("crm")


def test_only_ids_with_the_prefix_are_asked_for(platform: Platform, configure: Configure) -> None:
    platform.add("team_salesforce", VALUE)
    platform.add("salesforce", VALUE)
    configure(prefix="team_")

    assert Connection.get("team_salesforce").password == VALUE
    assert Connection.get("salesforce").password == "dev"
    assert platform.asked == ["team_salesforce"]


def test_the_service_is_asked_once_within_max_age(platform: Platform, configure: Configure) -> None:
    platform.add("salesforce", VALUE)

    assert [Connection.get("salesforce").password for _ in range(3)] == [VALUE] * 3
    assert platform.asked == ["salesforce"]
    configure(max_age=0)
    assert [Connection.get("salesforce").password for _ in range(2)] == [VALUE] * 2
    assert platform.asked == ["salesforce"] * 3


def test_a_fork_asks_with_a_client_of_its_own(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    platform.add("salesforce", VALUE)
    Connection.get("salesforce")

    monkeypatch.setattr(os, "getpid", lambda: 1)

    assert Connection.get("salesforce").password == VALUE
    assert platform.asked == ["salesforce"] * 2


def test_a_known_answer_is_used_while_the_service_is_down(platform: Platform, configure: Configure) -> None:
    platform.add("salesforce", VALUE)
    configure(max_age=0)

    assert Connection.get("salesforce").password == VALUE
    platform.status = 500
    assert Connection.get("salesforce").password == VALUE


def test_threads_get_the_secret_of_their_connection(platform: Platform) -> None:
    names = [f"connection-{number}" for number in range(4)]
    for name in names:
        platform.add(name, f"secret of {name}")

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(Connection.get, names * 3))

    assert [one.password for one in found] == [f"secret of {one.conn_id}" for one in found]
    assert [one.conn_id for one in found] == names * 3


# Airflow's own models, with the SQLAlchemy that is installed.
@pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy is deprecated:sqlalchemy.exc.SADeprecationWarning")
def test_airflow_s_server_gets_the_same_connections(platform: Platform) -> None:
    # Slow to import.
    server_connection = import_module("airflow.models").Connection
    platform.add("salesforce", VALUE)
    platform.connections["crm"] = None

    found = server_connection.get_connection_from_secrets("salesforce")

    assert isinstance(found, server_connection)
    assert found.password == VALUE
    with pytest.raises(AirflowSecretsBackendAccessDenied, match="Connection not configured"):
        server_connection.get_connection_from_secrets("crm")


def test_variables_and_configuration_are_not_the_backend_s(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_VAR_SALESFORCE", "a variable")

    backend = ConnectionOverridesBackend(url=platform.url, project="1", environment="PROD", token_env="OVERRIDES_TOKEN")

    assert backend.get_variable("salesforce") is None
    assert backend.get_config("salesforce") is None
    assert Variable.get("salesforce") == "a variable"
    assert platform.asked == []


def test_no_value_is_logged(platform: Platform, caplog: pytest.LogCaptureFixture) -> None:
    platform.add("salesforce", VALUE)

    with caplog.at_level(logging.DEBUG):
        assert Connection.get("salesforce").password == VALUE

    assert "botocore" in caplog.text
    assert VALUE not in caplog.text


@pytest.mark.parametrize(
    "options", [{"token_env": None}, {"url": "http://connections.example.com"}, {"environments": "PROD"}]
)
def test_invalid_options_stop_airflow(configure: Configure, options: dict[str, Any]) -> None:
    configure(**options)

    with pytest.raises((ValueError, TypeError)):
        Connection.get("salesforce")
