"""Which of the items that a request names are not there: each has an error of its own, the outermost comes first."""

from connection_overrides.errors import (
    ConnectionNotFoundError,
    EnvironmentNotFoundError,
    OverrideNotFoundError,
    ProjectNotFoundError,
)
from connection_overrides.model.entities import Connection, Environment, Override, ProjectContents
from connection_overrides.store.reader import Seen


def project_in(seen: Seen) -> ProjectContents:
    """Return what the project holds, or raise ProjectNotFoundError."""
    if seen.contents is None:
        raise ProjectNotFoundError("There is no such project.")
    return seen.contents


def environment_in(seen: Seen) -> Environment:
    """Return the environment, or raise ProjectNotFoundError or EnvironmentNotFoundError."""
    project_in(seen)
    if seen.environment is None:
        raise EnvironmentNotFoundError("The project has no environment of that name.")
    return seen.environment


def connection_in(seen: Seen) -> Connection:
    """Return the connection, or raise ProjectNotFoundError or ConnectionNotFoundError."""
    project_in(seen)
    if seen.connection is None:
        raise ConnectionNotFoundError("The project has no connection of that name.")
    return seen.connection


def override_in(seen: Seen) -> Override:
    """Return the only override asked for, or raise the error of the first of its parents and itself that is missing."""
    environment_in(seen)
    connection = connection_in(seen)
    if connection.name not in seen.overrides:
        raise OverrideNotFoundError("The connection has no override in this environment.")
    return seen.overrides[connection.name]
