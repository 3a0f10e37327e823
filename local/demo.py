"""A small example project, created through the HTTP API, as any client would."""

from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

from local.client import Client
from local.console import SCOPES, say
from local.state import RunState

ACCOUNT: Final = "acme"
"""The account of the token that a local run prints, so that this token can read the project."""

PROJECT: Final = {"name": "Analytics", "description": "An example created by make demo"}

ENVIRONMENTS: Final[tuple[dict[str, Any], ...]] = (
    {"name": "DEV", "displayName": "Development"},
    {"name": "TEST", "displayName": "Test"},
    {"name": "PROD", "displayName": "Production", "protected": True},
)

CONNECTIONS: Final[tuple[dict[str, Any], ...]] = (
    {
        "name": "Salesforce",
        "platformConnectionType": "COMPONENT_BASIC",
        "authProvider": "salesforce",
        "authType": "OAUTH_CLIENT_CRED",
        "connectionDetails": {
            "description": "The CRM",
            "secretsLocation": {"type": "AWS_SECRET_MANAGER", "region": "us-east-1"},
            "connectionProperties": {"secretName": "dev/salesforce", "secretKey": "client"},
        },
    },
    {
        "name": "Data lake",
        "platformConnectionType": "CLOUD_PLATFORM_CREDENTIALS",
        "authProvider": "aws",
        "authType": "CLOUD_PROVIDER_SECRET",
        "connectionDetails": {"connectionProperties": {"credentialSecretName": "dev-data-lake"}},
    },
    {
        "name": "Warehouse",
        "platformConnectionType": "DWH",
        "authProvider": "snowflake",
        "authType": "KEY_PAIR",
        "connectionDetails": {
            "connectionProperties": {
                "account": {"value": "xy12345.eu-central-1"},
                "user": {"value": "LOADER_DEV"},
                "privateKey": {"secretName": "dev-snowflake", "secretKey": "privateKey"},
            }
        },
    },
    # Without a default, so it can be used only in environments that override it.
    {
        "name": "Ads",
        "platformConnectionType": "COMPONENT_BASIC",
        "authProvider": "x-ads",
        "authType": "OAUTH_1_0_X_ADS",
    },
)

OVERRIDES: Final[tuple[dict[str, Any], ...]] = (
    {
        "environmentName": "TEST",
        "connectionName": "Salesforce",
        "authType": "OAUTH_CLIENT_CRED",
        "connectionOverrides": {
            "secretsLocation": {"type": "AWS_SECRET_MANAGER", "region": "us-east-1"},
            "connectionProperties": {"secretName": "test/salesforce", "secretKey": "client"},
        },
    },
    {
        "environmentName": "PROD",
        "connectionName": "Salesforce",
        "authType": "OAUTH_CLIENT_CRED",
        "connectionOverrides": {
            "secretsLocation": {"type": "AWS_SECRET_MANAGER", "region": "us-east-1"},
            "connectionProperties": {"secretName": "prod/salesforce", "secretKey": "client"},
        },
    },
    {
        "environmentName": "PROD",
        "connectionName": "Warehouse",
        "authType": "KEY_PAIR",
        "connectionOverrides": {
            "secretsLocation": {"type": "AZURE_KEY_VAULT", "vaultUrl": "https://acme-prod.vault.azure.net"},
            "connectionProperties": {
                "account": {"value": "xy12345.eu-central-1"},
                "user": {"value": "LOADER_PROD"},
                "privateKey": {"secretName": "prod-snowflake"},
            },
        },
    },
    {
        "environmentName": "PROD",
        "connectionName": "Ads",
        "authType": "OAUTH_1_0_X_ADS",
        "connectionOverrides": {"connectionProperties": {"secretName": "prod-ads"}},
    },
    # Tests must never write to the data lake that development uses.
    {
        "environmentName": "TEST",
        "connectionName": "Data lake",
        "authType": "CLOUD_PROVIDER_SECRET",
        "blocked": True,
    },
)

ROTATED: Final[dict[str, Any]] = {
    "environmentName": "TEST",
    "connectionName": "Salesforce",
    "authType": "OAUTH_CLIENT_CRED",
    "connectionOverrides": {
        "secretsLocation": {"type": "AWS_SECRET_MANAGER", "region": "us-east-1"},
        "connectionProperties": {"secretName": "test/salesforce-2", "secretKey": "client"},
    },
}
"""The replacement of one of the overrides, which then has revision 2."""


class DemoFailedError(Exception):
    """The service refused a call of the demo."""


def create(state: RunState) -> str:
    """Create the example project, print every call with its status, and return the project's ID.

    Raises:
        DemoFailedError: the service refused a call.

    """
    token = state.token(account=ACCOUNT, scopes=SCOPES)
    with Client(state.api_url, token) as client:

        def send(path: str, body: dict[str, Any], name: str, method: str = "POST") -> dict[str, Any]:
            reply = client.call(method, path, body)
            say(f"  {reply.status}  {method:4} {path}  {name}")
            if reply.status not in {HTTPStatus.OK, HTTPStatus.CREATED}:
                raise DemoFailedError(f"{method} {path} answered {reply.status}: {reply.document}")
            created: dict[str, Any] = reply.document
            return created

        say(f'Creating an example project for the account "{ACCOUNT}":')
        project_id = str(send("/v1/projects", PROJECT, PROJECT["name"])["projectId"])
        base = f"/v1/projects/{project_id}"
        for environment in ENVIRONMENTS:
            send(f"{base}/environments", environment, environment["name"])
        for connection in CONNECTIONS:
            send(f"{base}/connections", connection, connection["name"])
        for override in OVERRIDES:
            name = f"{override['connectionName']} in {override['environmentName']}"
            send(f"{base}/connections/environment-overrides", override, name)
        send(f"{base}/connections/environment-overrides", ROTATED, "Salesforce in TEST", "PUT")
    say(f"""
The project's ID is {project_id}. Try:

  TOKEN=$(make -s token PORT={urlsplit(state.api_url).port})
  curl -s "{state.api_url}{base}/connections/environment-overrides?environmentName=PROD" \\
       -H "Authorization: Bearer $TOKEN"
  curl -s "{state.api_url}{base}/connections/effective/PROD/Salesforce?explain=true" -H "Authorization: Bearer $TOKEN"
  curl -s "{state.api_url}{base}/connections/matrix" -H "Authorization: Bearer $TOKEN"
""")
    return project_id
