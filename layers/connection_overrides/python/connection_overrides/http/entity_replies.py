"""Bodies of replies: what the API shows of a stored entity, member by member."""

from typing import Annotated, Any, Literal

from pydantic import Field

from connection_overrides.http.replies import LEFT_OUT_IF_NONE, ReferenceReply, Reply, Timestamp, timestamp
from connection_overrides.model.entities import Connection, Environment, Override, Project, Revision
from connection_overrides.model.kinds import AuthType, PlatformConnectionType
from connection_overrides.model.properties import dump_properties
from connection_overrides.model.secrets import SecretsLocation


class RevisedReply(Reply):
    """What every stored entity shows of its last write."""

    created_by: Annotated[str, Field(description="The `sub` of the token that made it.")]
    created_date: Annotated[Timestamp, Field(description="UTC, in milliseconds.")]
    updated_by: Annotated[str, Field(description="The `sub` of the token that last changed it.")]
    updated_date: Annotated[Timestamp, Field(description="UTC, in milliseconds.")]
    revision: Annotated[int, Field(description="Counts from 1, one more with each change.")]


class ProjectReply(RevisedReply):
    """A project."""

    project_id: str
    name: str
    description: Annotated[str | None, LEFT_OUT_IF_NONE] = None

    @classmethod
    def of(cls, project: Project) -> "ProjectReply":
        """Return what the API shows of a project."""
        return cls(
            project_id=project.project_id,
            name=project.name,
            description=project.description,
            **_revision(project.revision),
        )


class EnvironmentReply(RevisedReply):
    """An environment."""

    project_id: str
    name: str
    display_name: Annotated[str | None, LEFT_OUT_IF_NONE] = None
    description: Annotated[str | None, LEFT_OUT_IF_NONE] = None
    protected: bool
    inherit_defaults: bool

    @classmethod
    def of(cls, environment: Environment) -> "EnvironmentReply":
        """Return what the API shows of an environment."""
        return cls(
            project_id=environment.project_id,
            name=environment.name,
            display_name=environment.display_name,
            description=environment.description,
            protected=environment.protected,
            inherit_defaults=environment.inherit_defaults,
            **_revision(environment.revision),
        )


class ConnectionDetailsReply(Reply):
    """A connection's default, and what it is for."""

    description: Annotated[str | None, LEFT_OUT_IF_NONE] = None
    secrets_location: Annotated[SecretsLocation | None, LEFT_OUT_IF_NONE] = None
    connection_properties: dict[str, Any]


class ConnectionReply(RevisedReply):
    """A connection."""

    project_id: str
    name: str
    platform_connection_type: PlatformConnectionType
    auth_provider: str
    auth_type: AuthType
    connection_details: Annotated[ConnectionDetailsReply | None, LEFT_OUT_IF_NONE] = None

    @classmethod
    def of(cls, connection: Connection) -> "ConnectionReply":
        """Return what the API shows of a connection."""
        return cls(
            project_id=connection.project_id,
            name=connection.name,
            platform_connection_type=connection.platform_connection_type,
            auth_provider=connection.auth_provider,
            auth_type=connection.auth_type,
            connection_details=_details(connection),
            **_revision(connection.revision),
        )


def _shown_as_null(schema: dict[str, Any]) -> None:
    """Say that the member is there and null, where other members would be left out."""
    schema["oneOf"] = schema.pop("anyOf")


class OverrideReply(RevisedReply):
    """An override. `name` is the connection's."""

    project_id: str
    environment_name: str
    name: Annotated[str, Field(description="The connection's name.")]
    platform_connection_type: PlatformConnectionType
    auth_provider: str
    auth_type: AuthType
    connection_overrides: Annotated[ReferenceReply | None, Field(json_schema_extra=_shown_as_null)]
    blocked: Annotated[Literal[True] | None, LEFT_OUT_IF_NONE] = None

    @classmethod
    def of(cls, override: Override) -> "OverrideReply":
        """Return what the API shows of an override."""
        return cls(
            project_id=override.project_id,
            environment_name=override.environment_name,
            name=override.connection_name,
            platform_connection_type=override.platform_connection_type,
            auth_provider=override.auth_provider,
            auth_type=override.auth_type,
            connection_overrides=None if override.reference is None else ReferenceReply.of(override.reference),
            blocked=True if override.reference is None else None,
            **_revision(override.revision),
        )


def _details(connection: Connection) -> ConnectionDetailsReply | None:
    if connection.default is None:
        return None
    return ConnectionDetailsReply(
        description=connection.description,
        secrets_location=connection.default.secrets_location,
        connection_properties=dump_properties(connection.default.connection_properties),
    )


def _revision(revision: Revision) -> dict[str, Any]:
    return {
        "created_by": revision.created_by,
        "created_date": timestamp(revision.created_date),
        "updated_by": revision.updated_by,
        "updated_date": timestamp(revision.updated_date),
        "revision": revision.number,
    }
