"""Examples of bodies. Those of replies are made by the code that makes replies, from those of requests."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from connection_overrides.http.catalogue import PROBLEMS
from connection_overrides.http.replies import (
    ConnectionReply,
    EnvironmentReply,
    HealthReply,
    OverrideReply,
    ProblemTypeReply,
    ProjectReply,
    Reply,
)
from connection_overrides.http.requests import (
    NamedOverride,
    NewConnection,
    NewEnvironment,
    OverrideBody,
    ProjectBody,
    ReplacedConnection,
    ReplacedEnvironment,
)
from connection_overrides.model.entities import Connection, Environment, Override, Project, Revision
from connection_overrides.model.kinds import KINDS, Kind, PropertyShape

_PROJECT_ID: Final = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
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
_SHAPED: Final = {shape: next(kind for kind in KINDS if kind.shape is shape) for shape in PropertyShape}
"""The first kind of each shape."""

type Json = dict[str, Any]


def examples_of_body(schema: Json) -> Json:
    """Return the examples of a request's body, by their names."""
    return _BODIES[_name(schema)]


def examples_of_reply(schema: Json) -> Json:
    """Return the member `examples` of a reply's content; a schema that is not one of ours has none."""
    name = _name(schema)
    item = name.removeprefix("PageReply_").rstrip("_")
    if not name:
        return {}
    example = _REPLIES[item].model_dump(mode="json", by_alias=True)
    if item == name:
        return {"examples": {"example": {"value": example}}}
    cursor = {} if item == ProblemTypeReply.__name__ else {"nextCursor": "Yy8x2mRr1kQ0U2FsZXNmb3JjZQ"}
    return {"examples": {"example": {"value": {"results": [example], **cursor}}}}


def _name(schema: Json) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _reference(kind: Kind) -> Json:
    return {"secretsLocation": _LOCATION, "connectionProperties": _PROPERTIES[kind.shape]}


def _auth_type(kind: Kind) -> str:
    return min(kind.auth_types).value


def _provider(kind: Kind) -> str:
    return "salesforce" if kind.auth_providers is None else min(kind.auth_providers)


_ENVIRONMENT: Final[Json] = {"displayName": "Production", "description": "What customers see.", "protected": True}
_PROJECT: Final[Json] = {"name": "Analytics", "description": "Sales figures of all regions."}


def _connection(kind: Kind) -> Json:
    return {
        "name": _CONNECTION_NAMES[kind.shape],
        "platformConnectionType": kind.platform_connection_type.value,
        "authProvider": _provider(kind),
        "authType": _auth_type(kind),
        "connectionDetails": {"description": "Read by the nightly load.", **_reference(kind)},
    }


def _override(kind: Kind) -> Json:
    return {"authType": _auth_type(kind), "connectionOverrides": _reference(kind)}


def _named_override(kind: Kind) -> Json:
    return {"environmentName": "PROD", "connectionName": _CONNECTION_NAMES[kind.shape], **_override(kind)}


def _replaced_connection(kind: Kind) -> Json:
    return {"connectionDetails": _connection(kind)["connectionDetails"]}


def _each(make: Callable[[Kind], Json]) -> Json:
    return {shape.name.lower(): {"summary": f"With {shape}", "value": make(kind)} for shape, kind in _SHAPED.items()}


_BODIES: Final[dict[str, Json]] = {
    ProjectBody.__name__: {"example": {"value": _PROJECT}},
    NewEnvironment.__name__: {"example": {"value": {"name": "PROD", **_ENVIRONMENT}}},
    ReplacedEnvironment.__name__: {"example": {"value": _ENVIRONMENT}},
    NewConnection.__name__: _each(_connection),
    ReplacedConnection.__name__: _each(_replaced_connection),
    NamedOverride.__name__: _each(_named_override),
    OverrideBody.__name__: _each(_override),
}
"""By the model of the body. A body without an example is an error: see `examples_of_body`."""

_SECRET: Final = _SHAPED[PropertyShape.SECRET]
_DATE: Final = datetime(2026, 1, 31, 12, tzinfo=UTC)
_REVISION: Final = Revision(
    number=1, write_id="", created_by="auth0|7", created_date=_DATE, updated_by="auth0|7", updated_date=_DATE
)
_REFERENCE: Final = NamedOverride.model_validate(_named_override(_SECRET)).to_reference()
_KIND: Final[Json] = {
    "platform_connection_type": _SECRET.platform_connection_type,
    "auth_provider": _provider(_SECRET),
    "auth_type": min(_SECRET.auth_types),
}
_REPLIES: Final[dict[str, Reply]] = {
    ProjectReply.__name__: ProjectReply.of(Project(project_id=_PROJECT_ID, **_PROJECT, revision=_REVISION)),
    EnvironmentReply.__name__: EnvironmentReply.of(
        Environment(
            project_id=_PROJECT_ID,
            name="PROD",
            display_name=_ENVIRONMENT["displayName"],
            description=_ENVIRONMENT["description"],
            protected=True,
            inherit_defaults=True,
            override_count=0,
            revision=_REVISION,
        )
    ),
    ConnectionReply.__name__: ConnectionReply.of(
        Connection(
            project_id=_PROJECT_ID,
            name="Salesforce",
            **_KIND,
            description="Read by the nightly load.",
            default=_REFERENCE,
            revision=_REVISION,
        )
    ),
    OverrideReply.__name__: OverrideReply.of(
        Override(
            project_id=_PROJECT_ID,
            environment_name="PROD",
            connection_name="Salesforce",
            **_KIND,
            reference=_REFERENCE,
            revision=_REVISION,
        )
    ),
    ProblemTypeReply.__name__: ProblemTypeReply.of(PROBLEMS["override-already-exists"]),
    HealthReply.__name__: HealthReply(),
}
"""By the model of the reply."""
