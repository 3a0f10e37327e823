"""The calls of test_flows.py with the Python client of OpenAPI Generator."""

import json
import sys
from collections.abc import Callable
from typing import Any

from generator_client import ApiClient, ApiException, Configuration
from generator_client.api import (
    ConnectionsApi,
    EffectiveConnectionsApi,
    EnvironmentConnectionOverridesApi,
    EnvironmentsApi,
    ProjectsApi,
)
from generator_client.models import (
    AnyOperationProblem,
    AuthType,
    AwsSecretManagerLocation,
    ConnectionDetails,
    ConnectionProperties,
    InvalidRequestProblem,
    NewConnection,
    NewEnvironment,
    NewOverride,
    OverrideAlreadyExistsOrSharedSecretProblem,
    OverrideAlreadyExistsProblem,
    PlatformConnectionType,
    PreconditionFailedProblem,
    ProjectBody,
    ReplacedConnection,
    ReplacedOverride,
    SecretProperties,
    SecretReference,
    SecretsLocation,
    SharedSecretProblem,
    WarehouseProperty,
)


def refusal(call: Callable[[], object]) -> object:
    """Return the problem that the call is refused with."""
    try:
        call()
    except ApiException as error:
        return error.data
    raise AssertionError("not refused")


def basic(name: str, secret: str) -> NewConnection:
    properties = ConnectionProperties(SecretProperties(secret_name=secret))
    return NewConnection(
        name=name,
        platform_connection_type=PlatformConnectionType.COMPONENT_BASIC,
        auth_provider="NONE",
        auth_type=AuthType.GENERIC_SECRET,
        connection_details=ConnectionDetails(connection_properties=properties),
    )


def flow(api_url: str, token: str) -> dict[str, Any]:
    client = ApiClient(Configuration(host=api_url, access_token=token))
    projects, environments, connections = ProjectsApi(client), EnvironmentsApi(client), ConnectionsApi(client)
    overrides, effective_connections = EnvironmentConnectionOverridesApi(client), EffectiveConnectionsApi(client)
    facts: dict[str, Any] = {}

    refused = refusal(lambda: projects.create_project(ProjectBody(name=" Analytics")))
    assert isinstance(refused, AnyOperationProblem)
    invalid = refused.actual_instance
    assert isinstance(invalid, InvalidRequestProblem)
    facts["invalid"] = [(error.var_in, error.pointer, error.code) for error in invalid.errors]

    pid = projects.create_project(ProjectBody(name="Analytics")).project_id
    for environment in (
        NewEnvironment(name="PROD", protected=True, inherit_defaults=False),
        NewEnvironment(name="TEST"),
    ):
        environments.create_environment(pid, environment)
    warehouse = NewConnection(
        name="Warehouse",
        platform_connection_type=PlatformConnectionType.DWH,
        auth_provider="snowflake",
        auth_type=AuthType.KEY_PAIR,
    )
    for connection in (basic("Marketo", "dev-marketo"), basic("Salesforce", "dev-salesforce"), warehouse):
        connections.create_connection(pid, connection)

    reference = SecretReference(
        secrets_location=SecretsLocation(AwsSecretManagerLocation(type="AWS_SECRET_MANAGER", region="us-east-1")),
        connection_properties=ConnectionProperties(
            SecretProperties(secret_name="prod-salesforce", secret_key="apiKey")
        ),
    )
    body = NewOverride(
        auth_type=AuthType.GENERIC_SECRET,
        environment_name="PROD",
        connection_name="Salesforce",
        connection_overrides=reference,
    )
    first = overrides.create_override_with_http_info(pid, body)
    conflict = refusal(lambda: overrides.create_override(pid, body))
    assert isinstance(conflict, OverrideAlreadyExistsOrSharedSecretProblem)
    again = conflict.actual_instance
    assert isinstance(again, OverrideAlreadyExistsProblem)
    facts["again"] = again.type
    body.environment_name = "TEST"
    conflict = refusal(lambda: overrides.create_override(pid, body))
    assert isinstance(conflict, OverrideAlreadyExistsOrSharedSecretProblem)
    shared = conflict.actual_instance
    assert isinstance(shared, SharedSecretProblem)
    facts["shared"] = [(one.kind, one.environment_name, one.connection_name) for one in shared.dependents]

    replacement = ReplacedOverride(auth_type=AuthType.GENERIC_SECRET, connection_overrides=reference)
    read_tag = next(value for name, value in (first.headers or {}).items() if name.lower() == "etag")
    replaced = overrides.replace_override(pid, "PROD", "Salesforce", replacement, if_match=read_tag)
    stale = refusal(lambda: overrides.replace_override(pid, "PROD", "Salesforce", replacement, if_match=read_tag))
    assert isinstance(stale, PreconditionFailedProblem)
    facts["stale"] = (replaced.revision, stale.type)

    page = connections.list_connections(pid, limit=2)
    rest = connections.list_connections(pid, limit=2, cursor=page.next_cursor)
    named = connections.list_connections(pid, connection_names=["Warehouse", "Salesforce"])
    facts["lists"] = [[one.name for one in part.results] for part in (page, rest, named)]

    properties = {
        "account": WarehouseProperty(value="acme-dev"),
        "privateKey": WarehouseProperty(secret_name="dev-warehouse", secret_key="key"),
    }
    details = ConnectionDetails(connection_properties=ConnectionProperties(properties))
    connections.replace_connection(pid, "Warehouse", ReplacedConnection(connection_details=details))
    read = connections.get_connection(pid, "Warehouse")
    put_back = ReplacedConnection(connection_details=read.connection_details)
    written = connections.replace_connection(pid, "Warehouse", put_back)
    assert written.connection_details
    stored = written.connection_details.connection_properties.actual_instance
    assert isinstance(stored, dict)
    facts["warehouse"] = (written.revision, {name: entry.to_dict() for name, entry in stored.items()})

    effective = effective_connections.get_effective_connection(pid, "PROD", "Salesforce", explain=True)
    assert effective.trace
    facts["effective"] = (effective.source, [(step.question, step.finding) for step in effective.trace])
    return facts


if __name__ == "__main__":
    print(json.dumps(flow(*sys.argv[1:])))  # noqa: T201 - the output is the result
