"""What reports on a project show."""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field

from connection_overrides.domain.base import Model
from connection_overrides.domain.models import Source

USES_SHOWN: Final = 100
"""Effective connections, and defaults, that a report lists of one secret: more than there are environments."""


class MatrixRow(Model):
    """A connection, and the source of its reference in each environment."""

    name: str
    cells: dict[str, Source]


class EnvironmentChange(StrEnum):
    """A change of an environment: deleting it with all that it holds, or the other value of `inheritDefaults`."""

    DELETE = "delete"
    INHERIT_DEFAULTS = "inheritDefaults"


class ConnectionChange(StrEnum):
    """A change of a connection: deleting it, with its overrides."""

    DELETE = "delete"


class Impact(Model):
    """An effective connection whose source would change. NONE means not configured."""

    environment_name: str
    name: str
    before: Source
    after: Source
    leaks: Annotated[
        bool, Field(description="Whether a protected environment would use a default, which others share.")
    ]


class SecretUser(Model):
    """An effective connection that uses a secret, through its override or by falling back to its default."""

    environment_name: str
    name: str
    protected: bool
    source: Source


class UsedSecret(Model):
    """A secret that a project uses: its vault, empty for the runner's own, and its name there.

    `defaults` and `usedBy` list at most 100 each; every environment that uses the secret is listed before any is
    listed twice. An environment that inherits defaults may use each of them, also where an override hides it today.
    """

    vault: str
    secret_name: str
    defaults: Annotated[list[str], Field(max_length=USES_SHOWN, description="Connections whose default names it.")]
    defaults_total: Annotated[int, Field(description="The number of defaults that name it.")]
    used_by: Annotated[list[SecretUser], Field(max_length=USES_SHOWN)]
    used_by_total: Annotated[int, Field(description="The number of effective connections that use it.")]
    shared: Annotated[bool, Field(description="Whether several environments use it, or may, or `leaks`.")]
    leaks: Annotated[
        bool,
        Field(
            description="Whether a protected environment uses it, or may, and others as well: it is a default, or in "
            "an override of an unprotected environment."
        ),
    ]
