"""The data that events in `events/registry` refer to, so that each gets the response in its file name."""

import contextlib
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from connection_overrides.caller import Caller, Scope
from connection_overrides.context import RequestContext
from connection_overrides.domain.models import NewConnection, NewEnvironment, NewOverride, ProjectBody
from connection_overrides.errors import AlreadyExists, ProjectNotFound
from connection_overrides.services import connections, environments, overrides, projects

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

PROJECT_ID: Final = "3f2b8c1e-7a44-4d0c-9a5e-0c6f5b1d2e3a"
ACCOUNT: Final = "acme"

_CREATED: Final = datetime(2026, 1, 31, 12, tzinfo=UTC)
"""So that the IDs of the changes are always the same; they are kept for a century."""

_REFERENCE: Final = {"connectionProperties": {"secretName": "dev-credentials"}}


def create(client: "DynamoDBClient", table_name: str) -> None:
    """Create the project of the events and everything they name, unless it exists."""

    def request(creates: str) -> RequestContext:
        return RequestContext(
            caller=Caller(account=ACCOUNT, subject="developer", scopes=frozenset(Scope), expires_at=0),
            client=client,
            table_name=table_name,
            now=_CREATED,
            write_id=uuid.uuid5(uuid.NAMESPACE_URL, creates).hex,
            new_id=lambda: PROJECT_ID,
            time_left=lambda: 60.0,
            sleep=time.sleep,
            retention=timedelta(days=36_525),
        )

    try:
        projects.get_project(request("project"), PROJECT_ID)
    except ProjectNotFound:
        projects.create_project(request("project"), ProjectBody.model_validate({"name": "Sales"}))
    for name, protected in (("PROD", False), ("LIVE", True)):
        settings = {"name": name, "protected": protected, "inheritDefaults": not protected}
        with contextlib.suppress(AlreadyExists):
            environments.create_environment(
                request(name), PROJECT_ID, NewEnvironment.model_validate(settings), allow_shared_secret=False
            )
    for name in ("Salesforce", "Marketo"):
        connection = {
            "name": name,
            "platformConnectionType": "COMPONENT_BASIC",
            "authProvider": "NONE",
            "authType": "GENERIC_SECRET",
            "connectionDetails": _REFERENCE,
        }
        with contextlib.suppress(AlreadyExists):
            connections.create_connection(
                request(name), PROJECT_ID, NewConnection.model_validate(connection), allow_shared_secret=False
            )
    override = {
        "environmentName": "PROD",
        "connectionName": "Marketo",
        "authType": "GENERIC_SECRET",
        "connectionOverrides": _REFERENCE,
    }
    with contextlib.suppress(AlreadyExists):
        overrides.create_override(
            request("override"), PROJECT_ID, NewOverride.model_validate(override), allow_shared_secret=False
        )
