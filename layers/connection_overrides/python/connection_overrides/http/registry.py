"""All routes of the registry, on one table."""

from collections.abc import Callable

from connection_overrides.http.idempotency import Writes
from connection_overrides.http.routes.connections import declare_connections
from connection_overrides.http.routes.environments import declare_environments
from connection_overrides.http.routes.overrides import declare_overrides
from connection_overrides.http.routes.projects import declare_projects
from connection_overrides.http.routing import Router
from connection_overrides.service.connections import ConnectionService
from connection_overrides.service.environments import EnvironmentService
from connection_overrides.service.overrides import OverrideService
from connection_overrides.service.projects import ProjectService
from connection_overrides.service.secret_guard import SecretGuard
from connection_overrides.store.connections import ConnectionStore
from connection_overrides.store.environments import EnvironmentStore
from connection_overrides.store.first_answers import FirstAnswerStore
from connection_overrides.store.overrides import OverrideStore
from connection_overrides.store.projects import ProjectStore
from connection_overrides.store.reader import Reader
from connection_overrides.store.writable_table import WritableTable


def declare_registry(router: Router, table: WritableTable, new_project_id: Callable[[], str]) -> None:
    """Declare the routes; `new_project_id` returns an unused UUID in lower case."""
    projects, environments, connections = ProjectStore(table), EnvironmentStore(table), ConnectionStore(table)
    overrides, reader = OverrideStore(table), Reader(table)
    writes = Writes(router, FirstAnswerStore(table))
    guard = SecretGuard(environments, overrides, connections)
    declare_projects(router, writes, ProjectService(projects, environments, connections, new_project_id))
    declare_environments(router, writes, EnvironmentService(projects, environments, overrides, reader))
    # Before connections: the resolver takes the first rule that matches, and `environment-overrides` looks like a name.
    declare_overrides(router, writes, OverrideService(projects, environments, overrides, reader, guard))
    declare_connections(router, writes, ConnectionService(projects, environments, connections, reader, guard))
