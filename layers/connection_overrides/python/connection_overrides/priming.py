"""The events that prime the snapshots: one of each function's hot route, with the rows that it reads."""

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from pydantic import BaseModel

from connection_overrides.api.routes.overrides import OVERRIDES
from connection_overrides.domain.models import (
    Connection,
    Environment,
    NewConnection,
    NewEnvironment,
    NewOverride,
    Override,
    ProjectState,
)
from connection_overrides.startup import Rehearsal
from connection_overrides.store import keys
from connection_overrides.store.items import current_schema, to_attributes, to_row

_ACCOUNT: Final = "priming"
_PROJECT_ID: Final = "00000000-0000-4000-8000-000000000000"
_NAMES: Final = {"environmentName": "environment", "connectionName": "connection"}
_BODY: Final = {
    **_NAMES,
    "authType": "GENERIC_SECRET",
    "connectionOverrides": {
        "secretsLocation": {"type": "AWS_SECRET_MANAGER", "region": "us-east-1"},
        "connectionProperties": {"secretName": "secret"},
    },
}
_NEW_CONNECTION: Final = {
    "name": "connection",
    "platformConnectionType": "COMPONENT_BASIC",
    "authProvider": "NONE",
    "authType": "GENERIC_SECRET",
}


def create_override() -> Rehearsal:
    """Return the creation of an override."""
    return Rehearsal(_event("POST", OVERRIDES, {}, _BODY), _replies(with_override=False))


def get_effective_connection() -> Rehearsal:
    """Return the read of an effective connection."""
    from connection_overrides.api.routes.effective import EFFECTIVE_CONNECTION  # noqa: PLC0415 - no module of the registry

    return Rehearsal(_event("GET", EFFECTIVE_CONNECTION, _NAMES, None), _replies(with_override=True))


def _replies(*, with_override: bool) -> dict[str, dict[str, Any]]:
    """Return what DynamoDB replies."""
    epoch = datetime.fromtimestamp(0, UTC)
    stamp: dict[str, Any] = {
        "created_by": _ACCOUNT,
        "created_date": epoch,
        "updated_by": _ACCOUNT,
        "updated_date": epoch,
        "revision": 1,
        "write_id": "0" * 32,
    }
    environment = Environment.model_construct(
        **dict(NewEnvironment.model_validate({"name": "environment"})),
        **stamp,
        project_id=_PROJECT_ID,
        override_count=1,
    )
    connection = Connection.model_construct(
        **dict(NewConnection.model_validate(_NEW_CONNECTION)), **stamp, project_id=_PROJECT_ID
    )
    state = ProjectState.model_construct(environment_count=1, connection_count=1, environment_revision=1)
    found = [
        _item(keys.project_state(_ACCOUNT, _PROJECT_ID), state),
        _item(keys.key_of(_ACCOUNT, environment), environment),
        _item(keys.key_of(_ACCOUNT, connection), connection),
    ]
    if with_override:
        override = Override.of(NewOverride.model_validate(_BODY), connection, environment, stamp)
        found.append(_item(keys.key_of(_ACCOUNT, override), override))
    return {"BatchGetItem": {"Responses": {os.environ["TABLE_NAME"]: found}, "UnprocessedKeys": {}}}


def _item(key: keys.Key, model: BaseModel) -> dict[str, Any]:
    return to_attributes({**key._asdict(), "schema": current_schema(), **to_row(model)})


def _event(method: str, resource: str, names: Mapping[str, str], body: object) -> dict[str, Any]:
    """Return an event as API Gateway sends it for a caller with the scopes for connections."""
    parameters = {"projectId": _PROJECT_ID, **names}
    path = resource.format_map(parameters)
    return {
        "resource": resource,
        "path": path,
        "httpMethod": method,
        "headers": {"Content-Type": "application/json"},
        "multiValueHeaders": {"Content-Type": ["application/json"]},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": parameters,
        "stageVariables": None,
        "requestContext": {
            "requestId": _PROJECT_ID,
            "stage": "live",
            "path": f"/live{path}",
            "resourcePath": resource,
            "httpMethod": method,
            "authorizer": {
                "principalId": _ACCOUNT,
                "account": _ACCOUNT,
                "subject": _ACCOUNT,
                "scopes": "connections:read connections:write",
                "expiresAt": "4102444800",
            },
        },
        "body": None if body is None else json.dumps(body),
        "isBase64Encoded": False,
    }
