"""The calls of test_flows.py with models of datamodel-code-generator, which generates no client."""

import json
import sys
from typing import Any

import httpx
from overrides_models import (
    AnyOperationProblem,
    AuthType,
    AwsSecretManagerLocation,
    Connection,
    ConnectionDetails,
    ConnectionPage,
    ConnectionProperties,
    EffectiveConnection,
    InvalidRequestProblem,
    NewConnection,
    NewEnvironment,
    NewOverride,
    OverrideAlreadyExistsOrSharedSecretProblem,
    OverrideAlreadyExistsProblem,
    PlatformConnectionType,
    PreconditionFailedProblem,
    Project,
    ProjectBody,
    ReplacedConnection,
    ReplacedOverride,
    SecretProperties,
    SecretReference,
    SecretsLocation,
    SharedSecretProblem,
    WarehouseProperties,
    WarehouseProperty,
)
from pydantic import BaseModel


class Client(httpx.Client):
    """Sends models as JSON."""

    def send_model(self, method: str, url: str, model: BaseModel, **headers: str) -> httpx.Response:
        body = model.model_dump_json(by_alias=True, exclude_none=True)
        return self.request(method, url, content=body, headers={"Content-Type": "application/json", **headers})


def basic(name: str, secret: str) -> NewConnection:
    properties = ConnectionProperties(root=SecretProperties(secret_name=secret))
    return NewConnection(
        name=name,
        platform_connection_type=PlatformConnectionType.COMPONENT_BASIC,
        auth_provider="NONE",
        auth_type=AuthType.GENERIC_SECRET,
        connection_details=ConnectionDetails(connection_properties=properties),
    )


def flow(api_url: str, token: str) -> dict[str, Any]:
    client = Client(base_url=f"{api_url}/v1", headers={"Authorization": f"Bearer {token}"})
    facts: dict[str, Any] = {}

    refused = client.send_model("POST", "/projects", ProjectBody(name=" Analytics"))
    invalid = AnyOperationProblem.model_validate_json(refused.content).root
    assert isinstance(invalid, InvalidRequestProblem)
    facts["invalid"] = [(error.in_, error.pointer, error.code) for error in invalid.errors]

    project = Project.model_validate_json(client.send_model("POST", "/projects", ProjectBody(name="Analytics")).content)
    client.base_url = f"{api_url}/v1/projects/{project.project_id}"
    for environment in (
        NewEnvironment(name="PROD", protected=True, inherit_defaults=False),
        NewEnvironment(name="TEST"),
    ):
        client.send_model("POST", "/environments", environment)
    warehouse = NewConnection(
        name="Warehouse",
        platform_connection_type=PlatformConnectionType.DWH,
        auth_provider="snowflake",
        auth_type=AuthType.KEY_PAIR,
    )
    for connection in (basic("Marketo", "dev-marketo"), basic("Salesforce", "dev-salesforce"), warehouse):
        client.send_model("POST", "/connections", connection)

    location = AwsSecretManagerLocation(type="AWS_SECRET_MANAGER", region="us-east-1")
    reference = SecretReference(
        secrets_location=SecretsLocation(root=location),
        connection_properties=ConnectionProperties(
            root=SecretProperties(secret_name="prod-salesforce", secret_key="apiKey")
        ),
    )
    body = NewOverride(
        auth_type=AuthType.GENERIC_SECRET,
        environment_name="PROD",
        connection_name="Salesforce",
        connection_overrides=reference,
    )
    overrides = "/connections/environment-overrides"
    first = client.send_model("POST", overrides, body)
    conflict = client.send_model("POST", overrides, body)
    again = OverrideAlreadyExistsOrSharedSecretProblem.model_validate_json(conflict.content).root
    assert isinstance(again, OverrideAlreadyExistsProblem)
    facts["again"] = again.type
    conflict = client.send_model("POST", overrides, body.model_copy(update={"environment_name": "TEST"}))
    shared = OverrideAlreadyExistsOrSharedSecretProblem.model_validate_json(conflict.content).root
    assert isinstance(shared, SharedSecretProblem)
    facts["shared"] = [(one.kind, one.environment_name, one.connection_name) for one in shared.dependents]

    replacement = ReplacedOverride(auth_type=AuthType.GENERIC_SECRET, connection_overrides=reference)
    item, condition = f"{overrides}/PROD/Salesforce", {"If-Match": first.headers["ETag"]}
    revision = client.send_model("PUT", item, replacement, **condition).json()["revision"]
    stale = client.send_model("PUT", item, replacement, **condition)
    facts["stale"] = (revision, PreconditionFailedProblem.model_validate_json(stale.content).type)

    page = ConnectionPage.model_validate_json(client.get("/connections?limit=2").content)
    assert page.next_cursor
    query = httpx.QueryParams(limit=2, cursor=page.next_cursor)
    rest = ConnectionPage.model_validate_json(client.get("/connections", params=query).content)
    named = ConnectionPage.model_validate_json(client.get("/connections?connectionNames=Warehouse,Salesforce").content)
    facts["lists"] = [[one.name for one in part.results] for part in (page, rest, named)]

    properties = WarehouseProperties(
        root={
            "account": WarehouseProperty(value="acme-dev"),
            "privateKey": WarehouseProperty(secret_name="dev-warehouse", secret_key="key"),
        }
    )
    details = ConnectionDetails(connection_properties=ConnectionProperties(root=properties))
    client.send_model("PUT", "/connections/Warehouse", ReplacedConnection(connection_details=details))
    read = Connection.model_validate_json(client.get("/connections/Warehouse").content)
    put_back = ReplacedConnection(connection_details=read.connection_details)
    answer = client.send_model("PUT", "/connections/Warehouse", put_back)
    written = Connection.model_validate_json(answer.content)
    assert written.connection_details
    stored = written.connection_details.connection_properties.root
    assert isinstance(stored, WarehouseProperties)
    facts["warehouse"] = (written.revision, stored.model_dump(by_alias=True, exclude_none=True))

    found = client.get("/connections/effective/PROD/Salesforce?explain=true")
    effective = EffectiveConnection.model_validate_json(found.content)
    assert effective.trace
    facts["effective"] = (effective.source, [(step.question, step.finding) for step in effective.trace])
    return facts


if __name__ == "__main__":
    print(json.dumps(flow(*sys.argv[1:])))  # noqa: T201 - the output is the result
