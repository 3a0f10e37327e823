"""Examples of bodies, and of answers: the latter are what the models make of the former."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from pydantic import BaseModel

from connection_overrides.api.routes.effective import MatrixPage
from connection_overrides.api.routes.meta import DOCS_PAGE, DOCUMENT, HEALTH, Health, Index
from connection_overrides.api.routes.problems import ProblemType, describe
from connection_overrides.domain.connection_types import CONNECTION_TYPES, ConnectionType, PropertiesShape
from connection_overrides.domain.models import (
    Connection,
    Environment,
    NewConnection,
    NewEnvironment,
    Override,
    OverrideBody,
    Project,
    ProjectBody,
)
from connection_overrides.domain.reports import Impact, MatrixRow, SecretUser, UsedSecret
from connection_overrides.domain.resolution import EffectiveConnection, Source, resolve
from connection_overrides.errors import PROBLEMS_PATH, OverrideAlreadyExists

type Json = dict[str, Any]

PROJECT_ID: Final = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
_PROJECT: Final[Json] = {"name": "Analytics", "description": "Sales figures of all regions."}
_ENVIRONMENT: Final[Json] = {"displayName": "Production", "description": "What customers see.", "protected": True}
_LOCATION: Final = {"type": "AWS_SECRET_MANAGER", "region": "us-east-1"}
_NAMES: Final = {
    PropertiesShape.SECRET: "Salesforce",
    PropertiesShape.CREDENTIAL: "Data lake",
    PropertiesShape.WAREHOUSE: "Warehouse",
}
_PROPERTIES: Final[dict[PropertiesShape, Json]] = {
    PropertiesShape.SECRET: {"secretName": "prod-salesforce-credentials", "secretKey": "apiKey"},
    PropertiesShape.CREDENTIAL: {"credentialSecretName": "prod-cloud-credentials"},
    PropertiesShape.WAREHOUSE: {
        "account": {"value": "acme-prod"},
        "privateKey": {"secretName": "prod-warehouse", "secretKey": "privateKey"},
    },
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
    """Return the member `examples` of an answer's content, if there is an example of its model."""
    name = _name_in(schema)
    item = name if name in _ITEMS else name.removesuffix("Page")
    if item not in _ITEMS:
        return {}
    example = _ITEMS[item].model_dump(mode="json", by_alias=True)
    if item != name:
        cursor = {} if item == ProblemType.__name__ else {"nextCursor": "Yy8x2mRr1kQ0U2FsZXNmb3JjZQ"}
        example = {"results": [example], **cursor}
    return {"examples": {"example": {"value": example}}}


def _name_in(schema: Json) -> str:
    """Return the name of the model that a schema refers to, or an empty text."""
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _connection(row: ConnectionType) -> Json:
    return {
        "name": _NAMES[row.shape],
        "platformConnectionType": row.platform_connection_type.value,
        "authProvider": "salesforce" if row.auth_providers is None else min(row.auth_providers),
        "authType": min(row.auth_types).value,
        **_replaced_connection(row),
    }


def _replaced_connection(row: ConnectionType) -> Json:
    return {"connectionDetails": {"description": "Read by the nightly load.", **_reference(row)}}


def _override(row: ConnectionType) -> Json:
    return {"authType": min(row.auth_types).value, "connectionOverrides": _reference(row)}


def _named_override(row: ConnectionType) -> Json:
    return {"environmentName": "PROD", "connectionName": _NAMES[row.shape], **_override(row)}


def _reference(row: ConnectionType) -> Json:
    return {"secretsLocation": _LOCATION, "connectionProperties": _PROPERTIES[row.shape]}


def _each(body_of: Callable[[ConnectionType], Json]) -> Json:
    return {
        row.shape.name.lower(): {"summary": _SUMMARIES[row.shape], "value": body_of(row)} for row in _TYPES.values()
    }


def _blocking(body_of: Callable[[ConnectionType], Json]) -> Json:
    body = body_of(_TYPES[PropertiesShape.SECRET])
    del body["connectionOverrides"]
    return {"block": {"summary": "Blocks the connection: nothing is inherited", "value": {**body, "blocked": True}}}


_BODIES: Final[dict[str, Json]] = {
    "ProjectBody": {"example": {"value": _PROJECT}},
    "ReplacedProject": {"example": {"value": _PROJECT}},
    "NewEnvironment": {"example": {"value": {"name": "PROD", **_ENVIRONMENT}}},
    "ReplacedEnvironment": {"example": {"value": _ENVIRONMENT}},
    "NewConnection": _each(_connection),
    "ReplacedConnection": _each(_replaced_connection),
    "NewOverride": _each(_named_override) | _blocking(_named_override),
    "ReplacedNamedOverride": _each(_named_override) | _blocking(_named_override),
    "ReplacedOverride": _each(_override) | _blocking(_override),
}
"""By the model of the body."""

_DATE: Final = datetime(2026, 1, 31, 12, tzinfo=UTC)
_STAMP: Final[Json] = {
    "created_by": "auth0|7",
    "created_date": _DATE,
    "updated_by": "auth0|7",
    "updated_date": _DATE,
    "revision": 1,
    "write_id": "",
    "project_id": PROJECT_ID,
}


def _stored[T: BaseModel](model: type[T], body: BaseModel, **fields: Any) -> T:  # noqa: ANN401 - of the model
    return model.model_construct(**dict(body), **_STAMP, **fields)


def _items() -> dict[str, BaseModel]:
    row = _TYPES[PropertiesShape.SECRET]
    environment = _stored(Environment, NewEnvironment(name="PROD", **_ENVIRONMENT), override_count=0)
    connection = _stored(Connection, NewConnection.model_validate(_connection(row)))
    override = Override.of(
        OverrideBody.model_validate(_override(row)),
        connection,
        environment,
        {name: value for name, value in _STAMP.items() if name != "project_id"},
    )
    resolution = resolve(environment, connection, override)
    user = SecretUser.model_construct(
        environment_name="PROD", name=connection.name, protected=True, source=Source.OVERRIDE
    )
    cells = MatrixRow.model_construct(name=connection.name, cells={"PROD": Source.OVERRIDE})
    items: tuple[BaseModel, ...] = (
        _stored(Project, ProjectBody.model_validate(_PROJECT)),
        environment,
        connection,
        override,
        EffectiveConnection.of(environment, connection, resolution, explain=True),
        MatrixPage.model_construct(environments=["PROD"], results=[cells], next_cursor=None),
        Impact.model_construct(
            environment_name="PROD", name=connection.name, before=Source.OVERRIDE, after=Source.NONE
        ),
        UsedSecret.model_construct(
            vault="AWS_SECRET_MANAGER:us-east-1",
            secret_name="prod-salesforce-credentials",  # noqa: S106 - the name of one
            defaults=[],
            defaults_total=0,
            used_by=[user],
            used_by_total=1,
            shared=False,
            leaks=False,
        ),
        describe(OverrideAlreadyExists),
        Index.model_construct(document=DOCUMENT, page=DOCS_PAGE, problems=PROBLEMS_PATH, health=HEALTH),
        Health.model_construct(),
    )
    return {type(item).__name__: item for item in items}


_ITEMS: Final = _items()
"""By the model of the answer."""
