"""What the request names does not exist, or not for this caller."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from connection_overrides.errors.base import Problem


class RouteNotFound(Problem):
    """No resource of this API has this path."""

    slug = "route-not-found"
    status = 404
    title = "Route not found"
    cause = "The path has a typo, lacks `/v1`, or contains a name whose slash is not percent-encoded."
    remedy = "Compare the path with the documentation, including the version segment `/v1` and the encoding of names."
    detail = "There is no such resource."


class ProblemNotFound(Problem):
    """The catalogue has no problem of this name."""

    slug = "problem-not-found"
    status = 404
    title = "Problem not found"
    cause = "The path has a typo."
    remedy = "List all problems with `GET /v1/problems`."
    detail = "There is no such problem."


class NotFound(Problem):
    """Base of the items that a request names and that do not exist. `connection_names` are those, if it names several.

    For a request that deletes, it is a result as well.
    """

    def __init__(self, detail: str | None = None, connection_names: Iterable[str] = ()) -> None:
        super().__init__(detail)
        self.connection_names = tuple(connection_names)

    def members(self) -> Mapping[str, Any]:
        """Return the names, where there are any."""
        return {"connectionNames": self.connection_names} if self.connection_names else {}


class ProjectNotFound(NotFound):
    """The caller's account has no such project. A project of another account looks the same."""

    slug = "project-not-found"
    status = 404
    title = "Project not found"
    cause = "The id is wrong, the project was deleted, or the token belongs to another account."
    remedy = "List the account's projects with `GET /v1/projects`, and check which account the token belongs to."
    detail = "There is no such project."


class EnvironmentNotFound(NotFound):
    """The project has no environment of this name. Names are case-sensitive."""

    slug = "environment-not-found"
    status = 404
    title = "Environment not found"
    cause = "The name is misspelled, or the environment was deleted."
    remedy = "List the project's environments, or create the environment first."
    detail = "The project has no environment of that name."


class ConnectionNotFound(NotFound):
    """The project has no connection of this name. Names are case-sensitive."""

    slug = "connection-not-found"
    status = 404
    title = "Connection not found"
    cause = "The name is misspelled, or the connection was deleted."
    remedy = "List the project's connections, or create the connection first."
    detail = "The project has no connection of that name."


class OverrideNotFound(NotFound):
    """The connection exists but has no override in this environment."""

    slug = "override-not-found"
    status = 404
    title = "Override not found"
    cause = "It was never created, or it was deleted. PUT does not create one."
    remedy = "Create the override with POST."
    detail = "The connection has no override in this environment."
    members_schema: ClassVar = {
        "properties": {
            "connectionNames": {
                "type": "array",
                "items": {"type": "string"},
                "description": "All connections without an override, where the request names several.",
            }
        }
    }


class ChangeNotFound(Problem):
    """The item has no such change, or its history is not kept for so long."""

    slug = "change-not-found"
    status = 404
    title = "Change not found"
    cause = "The ID is wrong, belongs to another item, or the change is older than the time for which history is kept."
    remedy = "List the history of the item."
    detail = "The item's history has no change of that ID."


class ConnectionNotConfigured(Problem):
    """No secret is configured for the connection in this environment. None is borrowed from another one."""

    slug = "connection-not-configured"
    status = 404
    title = "Connection not configured"
    cause = "There is neither an override nor a default that the environment inherits; or an override blocks it."
    remedy = (
        "Create an override, give the connection a default, or let the environment inherit defaults. "
        "`explain=true` adds the trace of the decision."
    )
    detail = "The connection has no override in this environment, which inherits no defaults."
    members_schema: ClassVar = {
        "properties": {
            "trace": {
                "type": "array",
                "items": {"$ref": "#/components/schemas/Step"},
                "description": "The steps of the decision, if `explain=true`.",
            }
        }
    }

    def __init__(self, detail: str, trace: Iterable[Mapping[str, Any]] = ()) -> None:
        super().__init__(detail)
        self.trace = tuple(trace)

    def members(self) -> Mapping[str, Any]:
        """Return the trace, where there is one."""
        return {"trace": self.trace} if self.trace else {}
