"""The items of a project. One model is an item's row in the table, its JSON and its schema; bodies are its bases.

A field marked `exclude=True` is stored and never shown.
"""

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from connection_overrides.domain.base import NULL_AS_DEFAULT, OMIT_NONE, STORED, Count, Model, Moment, Timestamp
from connection_overrides.domain.connection_types import (
    AuthType,
    PlatformConnectionType,
    describe_alternatives,
    go_together,
)
from connection_overrides.domain.names import ConnectionName, EnvironmentName, Name
from connection_overrides.domain.secret_references import SecretId, SecretReference, secrets_in

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def _check_text(value: str) -> str:
    if _CONTROL.search(value):
        raise PydanticCustomError(
            "text_control_character", "must not contain control characters other than line breaks and tabs"
        )
    return value


Description = Annotated[str, Field(max_length=1024), AfterValidator(_check_text)]

# Enumerations arrive as JSON strings, which a strict model would refuse.
AuthTypeName = Annotated[AuthType, Field(strict=False)]
PlatformConnectionTypeName = Annotated[PlatformConnectionType, Field(strict=False)]


class Stored(Model):
    """What every stored item has: its project, and a record of its writes."""

    project_id: str
    created_by: Annotated[str, Field(description="The `sub` of the token that created it.")]
    created_date: Timestamp
    updated_by: Annotated[str, Field(description="The `sub` of the token that last changed it.")]
    updated_date: Timestamp
    revision: Annotated[Count, Field(description="Starts at 1 and increases by 1 with each change.")]
    write_id: Annotated[str, Field(exclude=True)]

    @property
    def tag(self) -> str:
        """What tells this version from all others, including those of a deleted item of the same name."""
        return f"{self.revision}-{self.write_id[:12]}"


class ProjectBody(Model):
    """The members of a project that clients set."""

    name: Name
    description: Annotated[Description | None, OMIT_NONE] = None


class Project(ProjectBody, Stored):
    """A project of a data platform, which owns environments and connections."""


class ProjectState(Model):
    """How much a project holds. `environment_revision` increases whenever an environment is created.

    `last_deletion` is when an environment or a connection was last deleted, in milliseconds since 1970.
    """

    environment_count: Count
    connection_count: Count
    environment_revision: Count
    last_deletion: Count = 0


class EnvironmentBody(Model):
    """The members of an environment that clients set."""

    display_name: Annotated[Name | None, OMIT_NONE] = None
    description: Annotated[Description | None, OMIT_NONE] = None
    protected: Annotated[
        bool, Field(description="Writes that can change which secrets it uses also need `environments:protected`.")
    ]
    inherit_defaults: Annotated[bool, Field(description="Whether connections without an override use their default.")]

    @property
    def shares_defaults(self) -> bool:
        """Whether it is protected and yet uses the defaults of connections, which every other environment may use."""
        return self.protected and self.inherit_defaults


class NewEnvironment(EnvironmentBody):
    """An environment to be created. A protected one inherits no defaults unless it says so."""

    name: EnvironmentName
    protected: Annotated[bool, NULL_AS_DEFAULT] = False
    inherit_defaults: Annotated[bool, NULL_AS_DEFAULT] = Field(
        default_factory=lambda body: not body["protected"],
        description="Whether connections without an override use their default. Without it, true unless `protected`.",
    )


class Environment(EnvironmentBody, Stored):
    """A stage of a project, such as DEV or PROD. Writes to a protected one also need `environments:protected`."""

    name: EnvironmentName
    override_count: Annotated[Count, Field(exclude=True)]
    last_deletion: Annotated[Count, Field(exclude=True)] = 0


class ConnectionDetails(SecretReference):
    """A connection's default, and what the connection is for."""

    description: Annotated[Description | None, OMIT_NONE] = None


class ConnectionBody(Model):
    """What must go together in a connection: its type, its provider, its auth type and its default."""

    platform_connection_type: PlatformConnectionTypeName
    auth_provider: str
    auth_type: AuthTypeName
    connection_details: Annotated[ConnectionDetails | None, OMIT_NONE] = None

    @field_validator("auth_type")
    @classmethod
    def _goes_with_type_and_provider(cls, auth_type: AuthType, info: ValidationInfo) -> AuthType:
        if info.context == STORED or not {"platform_connection_type", "auth_provider"} <= info.data.keys():
            return auth_type
        platform_connection_type = info.data["platform_connection_type"]
        if not go_together(platform_connection_type, info.data["auth_provider"], auth_type):
            raise PydanticCustomError(
                "kind_combination",
                "platformConnectionType, authProvider and authType must go together; {type} accepts {alternatives}",
                {
                    "type": str(platform_connection_type),
                    "alternatives": describe_alternatives(platform_connection_type),
                },
            )
        return auth_type

    @field_validator("connection_details")
    @classmethod
    def _fits_auth_type(cls, details: ConnectionDetails | None, info: ValidationInfo) -> ConnectionDetails | None:
        if details is None or "auth_type" not in info.data:
            return details
        return details.for_auth_type(info.data["auth_type"], info.context)


class NewConnection(ConnectionBody):
    """A connection to be created."""

    name: ConnectionName


class Connection(NewConnection, Stored):
    """A connection of a project, with the secret reference that it uses by default, if any."""


class ThenUse(StrEnum):
    """What takes the place of an override that expires: no override, a block, or the override that it replaced."""

    DEFAULT = "DEFAULT"
    BLOCKED = "BLOCKED"
    PREVIOUS = "PREVIOUS"


class OverrideBody(Model):
    """The members of an override that clients set: a reference, or that the connection is blocked."""

    auth_type: AuthTypeName
    blocked: Annotated[
        bool,
        NULL_AS_DEFAULT,
        Field(
            exclude_if=lambda value: not value,
            description="Whether the connection has no secret in this environment: if true, there is no reference.",
        ),
    ] = False
    connection_overrides: Annotated[
        SecretReference | None, Field(description="The reference: required, unless `blocked` is true.")
    ] = None
    expires_at: Annotated[
        Moment | None, OMIT_NONE, Field(description="When the override ends by itself: a time in the future.")
    ] = None
    then_use: Annotated[
        ThenUse | None,
        OMIT_NONE,
        Field(
            strict=False,
            description="What comes after `expiresAt`, with which it is required: the default (no override), a block, "
            "or the override that this one replaces.",
        ),
    ] = None

    @model_validator(mode="before")
    @classmethod
    def _null_for_what_is_missing(cls, body: object) -> object:
        """Validate members that are left out as well: pydantic would locate the error by the name in Python."""
        return {"connectionOverrides": None, "thenUse": None, **body} if isinstance(body, dict) else body

    @field_validator("connection_overrides")
    @classmethod
    def _fits_auth_type(cls, reference: SecretReference | None, info: ValidationInfo) -> SecretReference | None:
        if "blocked" not in info.data:
            return reference
        blocked = info.data["blocked"]
        if reference is None:
            if not blocked:
                raise PydanticCustomError("missing", "{rule}", {"rule": "is required, unless 'blocked' is true"})
            return None
        if blocked:
            raise PydanticCustomError("blocked", "must be null when 'blocked' is true")
        if "auth_type" not in info.data:
            return reference
        return reference.for_auth_type(info.data["auth_type"], info.context)

    @field_validator("then_use")
    @classmethod
    def _goes_with_expiry(cls, then_use: ThenUse | None, info: ValidationInfo) -> ThenUse | None:
        if "expires_at" in info.data and (then_use is None) != (info.data["expires_at"] is None):
            rule = "is required with 'expiresAt'" if then_use is None else "must be left out without 'expiresAt'"
            raise PydanticCustomError("missing" if then_use is None else "expiry", "{rule}", {"rule": rule})
        return then_use


class NewOverride(OverrideBody):
    """An override to be created, or replaced where the URL does not name it."""

    environment_name: EnvironmentName
    connection_name: ConnectionName


class Override(OverrideBody, Stored):
    """An override replaces a connection's default in one environment. Type and provider are the connection's own."""

    environment_name: str
    name: Annotated[str, Field(description="The connection's name.")]
    platform_connection_type: PlatformConnectionTypeName
    auth_provider: str
    # The state that it returns to when it expires in favour of the previous one; None for no override.
    previous: Annotated[OverrideBody | None, Field(exclude=True)] = None

    @property
    def lasting(self) -> "Override | None":
        """The state that does not expire: its own, or the one that follows. None stands for no override."""
        if self.expires_at is None:
            return self
        state = self.previous
        if self.then_use is ThenUse.BLOCKED:
            state = OverrideBody.model_construct(auth_type=self.auth_type, blocked=True)
        if state is None:
            return None
        changed = {"revision": self.revision + 1, "updated_date": self.expires_at, "previous": None}
        return self.model_copy(update={**state.fields_of(OverrideBody), **changed})

    @property
    def secrets(self) -> frozenset[SecretId]:
        """The secrets that it uses, now or once it has expired."""
        later = None if self.previous is None else self.previous.connection_overrides
        return secrets_in(self.connection_overrides) | secrets_in(later)

    def as_of(self, moment: datetime) -> "Override | None":
        """Return what it is at that moment, which is not before its last change. None stands for no override."""
        return self if self.expires_at is None or moment < self.expires_at else self.lasting

    @classmethod
    def of(
        cls, body: OverrideBody, connection: Connection, environment: Environment, stamp: dict[str, Any]
    ) -> "Override":
        """Return the override that a body describes, with the stamp of its first write."""
        return cls.model_construct(
            **body.fields_of(OverrideBody),
            **stamp,
            project_id=environment.project_id,
            environment_name=environment.name,
            name=connection.name,
            platform_connection_type=connection.platform_connection_type,
            auth_provider=connection.auth_provider,
        )


class Source(StrEnum):
    """Where an effective connection's reference comes from."""

    OVERRIDE = "OVERRIDE"
    DEFAULT = "DEFAULT"
    NONE = "NONE"
