"""The entities of the domain as the service knows them; their names in JSON and in the table are decided elsewhere.

They are always made by the names of their members, as a test sees to: several are names that mean different things.
"""

from datetime import datetime
from typing import NamedTuple

from connection_overrides.model.kinds import AuthType, PlatformConnectionType
from connection_overrides.model.properties import ConnectionProperties
from connection_overrides.model.secrets import SecretsLocation


class Revision(NamedTuple):
    """Who made and last changed an item. `number` counts from 1; `write_id` tells one write of it from another."""

    number: int
    write_id: str
    created_by: str
    created_date: datetime
    updated_by: str
    updated_date: datetime

    @property
    def is_first(self) -> bool:
        """Tell whether the item has not been replaced since it was made."""
        return self.number == 1

    @property
    def tag(self) -> str:
        """What tells this state of the item from all others: an item made anew repeats no tag of the one before."""
        return f"{self.number}-{self.write_id[:12]}"


class SecretReference(NamedTuple):
    """Which secret to use: the vault (None: the runner's own) and the properties that name secrets in it."""

    secrets_location: SecretsLocation | None
    connection_properties: ConnectionProperties


class Project(NamedTuple):
    """A data platform's project, which owns environments and connections."""

    project_id: str
    name: str
    description: str | None
    revision: Revision


class ProjectContents(NamedTuple):
    """How much a project holds. `environment_revision` is raised whenever an environment is made.

    `notes_protection` tells whether the names of its protected environments have been noted from the beginning.
    """

    environment_count: int
    connection_count: int
    environment_revision: int
    notes_protection: bool


class Environment(NamedTuple):
    """A stage of a project. A write that touches a protected one needs a scope of its own."""

    project_id: str
    name: str
    display_name: str | None
    description: str | None
    protected: bool
    inherit_defaults: bool
    override_count: int
    revision: Revision


class Connection(NamedTuple):
    """A connection of a project, with the reference it uses by default (None: it has no default)."""

    project_id: str
    name: str
    platform_connection_type: PlatformConnectionType
    auth_provider: str
    auth_type: AuthType
    description: str | None
    default: SecretReference | None
    revision: Revision


class Override(NamedTuple):
    """What replaces a connection's default in one environment. Its kind is the connection's.

    A `reference` of None blocks: the connection has none in that environment, and inherits none.
    """

    project_id: str
    environment_name: str
    connection_name: str
    platform_connection_type: PlatformConnectionType
    auth_provider: str
    auth_type: AuthType
    reference: SecretReference | None
    revision: Revision
