"""The calls of test_flows.py with the client of openapi-python-client."""

import json
import sys
from typing import Any

from attrs_client import AuthenticatedClient
from attrs_client.api.connections import create_connection, get_connection, list_connections, replace_connection
from attrs_client.api.effective_connections import get_effective_connection
from attrs_client.api.environment_connection_overrides import create_override, replace_override
from attrs_client.api.environments import create_environment
from attrs_client.api.projects import create_project
from attrs_client.models import (
    AuthType,
    AwsSecretManagerLocation,
    Connection,
    ConnectionDetails,
    ConnectionPage,
    EffectiveConnection,
    InvalidRequestProblem,
    NewConnection,
    NewEnvironment,
    NewOverride,
    Override,
    OverrideAlreadyExistsProblem,
    PlatformConnectionType,
    PreconditionFailedProblem,
    Project,
    ProjectBody,
    ReplacedConnection,
    ReplacedOverride,
    SecretProperties,
    SecretReference,
    SharedSecretProblem,
    WarehouseProperties,
    WarehouseProperty,
)
from attrs_client.types import Unset


def basic(name: str, secret: str) -> NewConnection:
    return NewConnection(
        name=name,
        platform_connection_type=PlatformConnectionType.COMPONENT_BASIC,
        auth_provider="NONE",
        auth_type=AuthType.GENERIC_SECRET,
        connection_details=ConnectionDetails(connection_properties=SecretProperties(secret_name=secret)),
    )


def flow(api_url: str, token: str) -> dict[str, Any]:
    client = AuthenticatedClient(api_url, token)
    facts: dict[str, Any] = {}

    refused = create_project.sync(client=client, body=ProjectBody(name=" Analytics"))
    assert isinstance(refused, InvalidRequestProblem)
    facts["invalid"] = [(error.in_.value, error.pointer, error.code) for error in refused.errors]

    project = create_project.sync(client=client, body=ProjectBody(name="Analytics"))
    assert isinstance(project, Project)
    pid = project.project_id
    for environment in (NewEnvironment(name="PROD", protected=True, inherit_defaults=False), NewEnvironment("TEST")):
        create_environment.sync(pid, client=client, body=environment)
    warehouse = NewConnection(
        name="Warehouse",
        platform_connection_type=PlatformConnectionType.DWH,
        auth_provider="snowflake",
        auth_type=AuthType.KEY_PAIR,
    )
    for connection in (basic("Marketo", "dev-marketo"), basic("Salesforce", "dev-salesforce"), warehouse):
        create_connection.sync(pid, client=client, body=connection)

    reference = SecretReference(
        secrets_location=AwsSecretManagerLocation(type_="AWS_SECRET_MANAGER", region="us-east-1"),
        connection_properties=SecretProperties(secret_name="prod-salesforce", secret_key="apiKey"),
    )
    body = NewOverride(
        auth_type=AuthType.GENERIC_SECRET,
        environment_name="PROD",
        connection_name="Salesforce",
        connection_overrides=reference,
    )
    first = create_override.sync_detailed(pid, client=client, body=body)
    again = create_override.sync(pid, client=client, body=body)
    assert isinstance(first.parsed, Override)
    assert isinstance(again, OverrideAlreadyExistsProblem)
    facts["again"] = again.type_
    body.environment_name = "TEST"
    shared = create_override.sync(pid, client=client, body=body)
    assert isinstance(shared, SharedSecretProblem)
    facts["shared"] = [(one.kind.value, one.environment_name, one.connection_name) for one in shared.dependents]

    replacement = ReplacedOverride(auth_type=AuthType.GENERIC_SECRET, connection_overrides=reference)
    read_tag = first.headers["ETag"]
    replaced = replace_override.sync(pid, "PROD", "Salesforce", client=client, body=replacement, if_match=read_tag)
    stale = replace_override.sync(pid, "PROD", "Salesforce", client=client, body=replacement, if_match=read_tag)
    assert isinstance(replaced, Override)
    assert isinstance(stale, PreconditionFailedProblem)
    facts["stale"] = (replaced.revision, stale.type_)

    page = list_connections.sync(pid, client=client, limit=2)
    assert isinstance(page, ConnectionPage)
    assert not isinstance(page.next_cursor, Unset)
    rest = list_connections.sync(pid, client=client, limit=2, cursor=page.next_cursor)
    named = list_connections.sync(pid, client=client, connection_names=["Warehouse", "Salesforce"])
    assert isinstance(rest, ConnectionPage)
    assert isinstance(named, ConnectionPage)
    facts["lists"] = [[one.name for one in part.results] for part in (page, rest, named)]

    properties = WarehouseProperties()
    properties["account"] = WarehouseProperty(value="acme-dev")
    properties["privateKey"] = WarehouseProperty(secret_name="dev-warehouse", secret_key="key")
    details = ConnectionDetails(connection_properties=properties)
    replace_connection.sync(pid, "Warehouse", client=client, body=ReplacedConnection(connection_details=details))
    read = get_connection.sync(pid, "Warehouse", client=client)
    assert isinstance(read, Connection)
    written = replace_connection.sync(
        pid, "Warehouse", client=client, body=ReplacedConnection.from_dict(read.to_dict())
    )
    assert isinstance(written, Connection)
    assert isinstance(written.connection_details, ConnectionDetails)
    assert isinstance(written.connection_details.connection_properties, WarehouseProperties)
    facts["warehouse"] = (written.revision, written.connection_details.connection_properties.to_dict())

    effective = get_effective_connection.sync(pid, "PROD", "Salesforce", client=client, explain=True)
    assert isinstance(effective, EffectiveConnection)
    assert not isinstance(effective.trace, Unset)
    facts["effective"] = (
        effective.source.value,
        [(step.question.value, step.finding.value) for step in effective.trace],
    )
    return facts


if __name__ == "__main__":
    print(json.dumps(flow(*sys.argv[1:])))  # noqa: T201 - the output is the result
