"""Examples of bodies and of responses."""

from collections.abc import Callable
from typing import Any, Final

from connection_overrides.api.params import CHANGE_ID_EXAMPLE, CURSOR_EXAMPLE
from connection_overrides.api.routes.meta import DOCS_PAGE, DOCUMENT, HEALTH
from connection_overrides.api.routes.problems import describe
from connection_overrides.domain.connection_types import CONNECTION_TYPES, ConnectionType, PropertiesShape
from connection_overrides.domain.names import PROJECT_ID_EXAMPLE
from connection_overrides.errors import PROBLEMS_PATH, OverrideAlreadyExists

type Json = dict[str, Any]

_PROJECT: Final[Json] = {"name": "Analytics", "description": "Sales figures of all regions."}
_PRODUCTION: Final[Json] = {"displayName": "Production", "protected": True, "inheritDefaults": False}
_TEST: Final[Json] = {"description": "Tests of the next release.", "protected": False, "inheritDefaults": True}
_LOCATION: Final = {"type": "AWS_SECRET_MANAGER", "region": "us-east-1"}
_NAMES: Final = {
    PropertiesShape.SECRET: "Salesforce",
    PropertiesShape.CREDENTIAL: "Data lake",
    PropertiesShape.WAREHOUSE: "Warehouse",
}
_TYPES: Final = {shape: next(row for row in CONNECTION_TYPES if row.shape is shape) for shape in PropertiesShape}
"""The first connection type of each shape."""

_SUMMARIES: Final = {
    PropertiesShape.SECRET: "With a secret",
    PropertiesShape.CREDENTIAL: "With a cloud credential",
    PropertiesShape.WAREHOUSE: "With the properties of a warehouse",
}


def examples_of_body(schema: Json) -> Json:
    """Return the examples of a request's body by their names. A body without one is an error."""
    return _BODIES[_name_in(schema)]


def examples_of_response(schema: Json) -> Json:
    """Return the member `examples` of a response's content, if there is an example of its model."""
    if "items" in schema:
        return {"examples": {"example": {"value": [_ITEMS[_name_in(schema["items"])]]}}}
    name = _name_in(schema)
    item = name if name in _ITEMS else name.removesuffix("Page")
    if item not in _ITEMS:
        return {}
    example = _ITEMS[item]
    if item != name:
        cursor = {} if item == "ProblemType" else {"nextCursor": CURSOR_EXAMPLE}
        example = {"results": [example], **cursor}
    return {"examples": {"example": {"value": example}}}


def _name_in(schema: Json) -> str:
    """Return the name of the model that a schema refers to, or an empty text."""
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _properties(shape: PropertiesShape, stage: str) -> Json:
    """Return properties that name secrets of a stage: a default and an override must not share one."""
    match shape:
        case PropertiesShape.SECRET:
            return {"secretName": f"{stage}-salesforce", "secretKey": "apiKey"}
        case PropertiesShape.CREDENTIAL:
            return {"credentialSecretName": f"{stage}-cloud"}
        case PropertiesShape.WAREHOUSE:
            key = {"secretName": f"{stage}-warehouse", "secretKey": "privateKey"}
            return {"account": {"value": f"acme-{stage}"}, "privateKey": key}


def _reference(row: ConnectionType, stage: str) -> Json:
    return {"secretsLocation": _LOCATION, "connectionProperties": _properties(row.shape, stage)}


def _connection(row: ConnectionType) -> Json:
    return {
        "name": _NAMES[row.shape],
        "platformConnectionType": row.platform_connection_type.value,
        "authProvider": "salesforce" if row.auth_providers is None else min(row.auth_providers),
        "authType": min(row.auth_types).value,
        **_replaced_connection(row),
    }


def _replaced_connection(row: ConnectionType) -> Json:
    return {"connectionDetails": {"description": "Read by the nightly load.", **_reference(row, "dev")}}


def _override(row: ConnectionType) -> Json:
    return {"authType": min(row.auth_types).value, "connectionOverrides": _reference(row, "prod")}


def _named_override(row: ConnectionType) -> Json:
    return {"environmentName": "PROD", "connectionName": _NAMES[row.shape], **_override(row)}


def _each(body_of: Callable[[ConnectionType], Json]) -> Json:
    return {
        row.shape.name.lower(): {"summary": _SUMMARIES[row.shape], "value": body_of(row)} for row in _TYPES.values()
    }


_BLOCK: Final[Json] = {"authType": min(_TYPES[PropertiesShape.SECRET].auth_types).value, "blocked": True}
_NAMED_BLOCK: Final[Json] = {"environmentName": "TEST", "connectionName": _NAMES[PropertiesShape.SECRET], **_BLOCK}


def _or_blocking(examples: Json, body: Json) -> Json:
    return {**examples, "block": {"summary": "Blocks the connection: nothing is inherited", "value": body}}


_BODIES: Final[dict[str, Json]] = {
    "ProjectBody": {"example": {"value": _PROJECT}},
    "ReplacedProject": {"example": {"value": _PROJECT}},
    "NewEnvironment": {
        "production": {"summary": "Protected", "value": {"name": "PROD", **_PRODUCTION}},
        "test": {"summary": "With the defaults of connections", "value": {"name": "TEST", **_TEST}},
    },
    "ReplacedEnvironment": {"example": {"value": _PRODUCTION}},
    "NewConnection": _each(_connection),
    "ReplacedConnection": _each(_replaced_connection),
    "NewOverride": _or_blocking(_each(_named_override), _NAMED_BLOCK),
    "ReplacedNamedOverride": _or_blocking(_each(_named_override), _NAMED_BLOCK),
    "ReplacedOverride": _or_blocking(_each(_override), _BLOCK),
}
"""By the model of the body. Sent in this order, all are accepted."""

_STAMP: Final = {
    "createdBy": "auth0|7",
    "createdDate": "2026-01-31T12:00:00.000Z",
    "updatedBy": "auth0|7",
    "updatedDate": "2026-01-31T12:00:00.000Z",
    "revision": 1,
}
_CHANGE: Final = {
    "changeId": CHANGE_ID_EXAMPLE,
    "changedBy": "auth0|7",
    "changedDate": "2026-01-31T12:00:00.123Z",
    "requestId": "8f6f2f0e-5a1d-4d0b-9a55-3f7d6f2a9c11",
    "reason": "Rotated after INC-1234",
}
_KIND: Final = {"platformConnectionType": "COMPONENT_BASIC", "authProvider": "NONE"}
_DEFAULT: Final = _reference(_TYPES[PropertiesShape.SECRET], "dev")
_OVERRIDE: Final = _reference(_TYPES[PropertiesShape.SECRET], "prod")
_DELETION: Final[Json] = {**_CHANGE, "action": "DELETED", "revision": 2}
_ITEMS: Final[dict[str, Json]] = {
    "Project": {**_STAMP, **_PROJECT, "projectId": PROJECT_ID_EXAMPLE},
    "Environment": {**_STAMP, **_PRODUCTION, "name": "PROD", "projectId": PROJECT_ID_EXAMPLE},
    "Connection": {
        **_STAMP,
        **_KIND,
        "authType": "GENERIC_SECRET",
        "connectionDetails": {**_DEFAULT, "description": "Read by the nightly load."},
        "name": "Salesforce",
        "projectId": PROJECT_ID_EXAMPLE,
    },
    "Override": {
        **_STAMP,
        "authType": "GENERIC_SECRET",
        "connectionOverrides": _OVERRIDE,
        "projectId": PROJECT_ID_EXAMPLE,
        "environmentName": "PROD",
        "name": "Salesforce",
        **_KIND,
    },
    "EffectiveConnection": {
        "projectId": PROJECT_ID_EXAMPLE,
        "environmentName": "PROD",
        "name": "Salesforce",
        **_KIND,
        "authType": "GENERIC_SECRET",
        "source": "OVERRIDE",
        "reference": _OVERRIDE,
        "revision": 1,
        "updatedBy": "auth0|7",
        "updatedDate": "2026-01-31T12:00:00.000Z",
        "trace": [{"question": "override", "finding": "present", "revision": 1}],
    },
    "MatrixPage": {"environments": ["PROD"], "results": [{"name": "Salesforce", "cells": {"PROD": "OVERRIDE"}}]},
    "Impact": {"environmentName": "PROD", "name": "Salesforce", "before": "OVERRIDE", "after": "NONE", "leaks": False},
    "UsedSecret": {
        "vault": "AWS_SECRET_MANAGER:us-east-1",
        "secretName": "prod-salesforce",
        "defaults": [],
        "defaultsTotal": 0,
        "usedBy": [{"environmentName": "PROD", "name": "Salesforce", "protected": True, "source": "OVERRIDE"}],
        "usedByTotal": 1,
        "shared": False,
        "leaks": False,
    },
    "PatchOperation": {
        "op": "replace",
        "path": "/connectionOverrides/connectionProperties/secretName",
        "value": "prod-salesforce",
    },
    "Change": {
        **_CHANGE,
        "items": [
            {
                "kind": "override",
                "action": "REPLACED",
                "environmentName": "PROD",
                "connectionName": "Salesforce",
                "revision": 2,
            }
        ],
    },
    "OverrideEntry": _DELETION,
    "ConnectionEntry": _DELETION,
    "EnvironmentEntry": _DELETION,
    "ProblemType": describe(OverrideAlreadyExists).model_dump(by_alias=True),
    "Index": {"document": DOCUMENT, "page": DOCS_PAGE, "problems": PROBLEMS_PATH, "health": HEALTH},
    "Health": {"status": "ok"},
}
"""By the model of the response."""
