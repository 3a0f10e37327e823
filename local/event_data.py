"""The data that events in `events/registry` refer to, so that each gets the response in its file name."""

import contextlib
import time
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from connection_overrides.caller import Caller, Scope
from connection_overrides.errors import AlreadyExistsError, ProjectNotFoundError
from connection_overrides.model.entities import SecretReference
from connection_overrides.model.kinds import AuthType, PlatformConnectionType
from connection_overrides.model.properties import SecretProperties
from connection_overrides.operation import Operation
from connection_overrides.service.connections import ConnectionService
from connection_overrides.service.environments import EnvironmentService, EnvironmentSettings
from connection_overrides.service.overrides import OverrideService
from connection_overrides.service.projects import ProjectService
from connection_overrides.service.secret_guard import SecretGuard
from connection_overrides.store.connections import ConnectionStore
from connection_overrides.store.environments import EnvironmentStore
from connection_overrides.store.overrides import OverrideStore
from connection_overrides.store.projects import ProjectStore
from connection_overrides.store.reader import Reader
from connection_overrides.store.writable_table import WritableTable

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

PROJECT_ID: Final = "3f2b8c1e-7a44-4d0c-9a5e-0c6f5b1d2e3a"
ACCOUNT: Final = "acme"


def create(client: "DynamoDBClient", table_name: str) -> None:
    """Create the project of the events and everything they name, unless it exists."""
    table = WritableTable(client, table_name)
    projects, environments, connections = ProjectStore(table), EnvironmentStore(table), ConnectionStore(table)
    overrides, reader = OverrideStore(table), Reader(table)
    guard = SecretGuard(environments, overrides, connections)
    operation = Operation(
        caller=Caller(account=ACCOUNT, subject="developer", scopes=frozenset(Scope), expires_at=0),
        write_id=uuid.uuid4().hex,
        now=datetime.now(UTC),
        time_left=lambda: 60.0,
        wait=time.sleep,
    )
    properties = SecretProperties.model_validate({"secretName": "dev-credentials"})
    reference = SecretReference(secrets_location=None, connection_properties=properties)
    service = ProjectService(projects, environments, connections, lambda: PROJECT_ID)
    try:
        service.get_project(operation, PROJECT_ID)
    except ProjectNotFoundError:
        service.create_project(operation, "Sales", None)
    for name, protected in (("PROD", False), ("LIVE", True)):
        with contextlib.suppress(AlreadyExistsError):
            settings = EnvironmentSettings(
                display_name=None, description=None, protected=protected, inherit_defaults=not protected
            )
            EnvironmentService(projects, environments, overrides, reader).create_environment(
                operation, PROJECT_ID, name, settings
            )
    for name in ("Salesforce", "Marketo"):
        with contextlib.suppress(AlreadyExistsError):
            ConnectionService(projects, environments, connections, reader, guard).create_connection(
                operation,
                PROJECT_ID,
                name,
                platform_connection_type=PlatformConnectionType.COMPONENT_BASIC,
                auth_provider="NONE",
                auth_type=AuthType.GENERIC_SECRET,
                description=None,
                default=reference,
                allow_shared=False,
            )
    with contextlib.suppress(AlreadyExistsError):
        OverrideService(projects, environments, overrides, reader, guard).create_override(
            operation,
            PROJECT_ID,
            "PROD",
            "Marketo",
            auth_type=AuthType.GENERIC_SECRET,
            reference=reference,
            allow_shared=False,
        )
