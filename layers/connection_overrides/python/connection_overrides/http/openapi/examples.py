"""Examples of bodies of requests."""

from collections.abc import Callable
from typing import Any, Final

from connection_overrides.http.requests import (
    NamedOverride,
    NewConnection,
    NewEnvironment,
    OverrideBody,
    ProjectBody,
    ReplacedConnection,
    ReplacedEnvironment,
)
from connection_overrides.model.kinds import KINDS, Kind, PropertyShape

PROJECT_ID: Final = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
_LOCATION: Final = {"type": "AWS_SECRET_MANAGER", "region": "us-east-1"}
_PROPERTIES: Final[dict[PropertyShape, dict[str, Any]]] = {
    PropertyShape.SECRET: {"secretName": "prod-salesforce-credentials", "secretKey": "apiKey"},
    PropertyShape.CREDENTIAL: {"credentialSecretName": "prod-cloud-credentials"},
    PropertyShape.PROPERTY_MAP: {
        "account": {"value": "acme-prod"},
        "privateKey": {"secretName": "prod-warehouse", "secretKey": "privateKey"},
    },
}
_CONNECTION_NAMES: Final = {
    PropertyShape.SECRET: "Salesforce",
    PropertyShape.CREDENTIAL: "Data lake",
    PropertyShape.PROPERTY_MAP: "Warehouse",
}
SHAPED: Final = {shape: next(kind for kind in KINDS if kind.shape is shape) for shape in PropertyShape}
"""The first kind of each shape."""

type Json = dict[str, Any]


def examples_of_body(schema: Json) -> Json:
    """Return the examples of a request's body, by their names."""
    return _BODIES[name_in(schema)]


def name_in(schema: Json) -> str:
    """Return the name of the model that a schema refers to, or an empty text."""
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _reference(kind: Kind) -> Json:
    return {"secretsLocation": _LOCATION, "connectionProperties": _PROPERTIES[kind.shape]}


def _auth_type(kind: Kind) -> str:
    return min(kind.auth_types).value


def provider(kind: Kind) -> str:
    """Return a provider of that kind."""
    return "salesforce" if kind.auth_providers is None else min(kind.auth_providers)


ENVIRONMENT: Final[Json] = {"displayName": "Production", "description": "What customers see.", "protected": True}
PROJECT: Final[Json] = {"name": "Analytics", "description": "Sales figures of all regions."}


def _connection(kind: Kind) -> Json:
    return {
        "name": _CONNECTION_NAMES[kind.shape],
        "platformConnectionType": kind.platform_connection_type.value,
        "authProvider": provider(kind),
        "authType": _auth_type(kind),
        "connectionDetails": {"description": "Read by the nightly load.", **_reference(kind)},
    }


def _override(kind: Kind) -> Json:
    return {"authType": _auth_type(kind), "connectionOverrides": _reference(kind)}


def named_override(kind: Kind) -> Json:
    """Return the body of an override's create."""
    return {"environmentName": "PROD", "connectionName": _CONNECTION_NAMES[kind.shape], **_override(kind)}


def _replaced_connection(kind: Kind) -> Json:
    return {"connectionDetails": _connection(kind)["connectionDetails"]}


def _each(make: Callable[[Kind], Json]) -> Json:
    return {shape.name.lower(): {"summary": f"With {shape}", "value": make(kind)} for shape, kind in SHAPED.items()}


def _blocking(make: Callable[[Kind], Json]) -> Json:
    body = {name: value for name, value in make(SHAPED[PropertyShape.SECRET]).items() if name != "connectionOverrides"}
    return {"block": {"summary": "That blocks: nothing is inherited", "value": body | {"blocked": True}}}


_BODIES: Final[dict[str, Json]] = {
    ProjectBody.__name__: {"example": {"value": PROJECT}},
    NewEnvironment.__name__: {"example": {"value": {"name": "PROD", **ENVIRONMENT}}},
    ReplacedEnvironment.__name__: {"example": {"value": ENVIRONMENT}},
    NewConnection.__name__: _each(_connection),
    ReplacedConnection.__name__: _each(_replaced_connection),
    NamedOverride.__name__: _each(named_override) | _blocking(named_override),
    OverrideBody.__name__: _each(_override) | _blocking(_override),
}
"""By the model of the body. A body without an example is an error: see `examples_of_body`."""
