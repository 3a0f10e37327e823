"""All routes of the effective function, on one table. Nothing here writes."""

from connection_overrides.http.routes.effective import declare_effective_connections
from connection_overrides.http.routes.impact import declare_impact
from connection_overrides.http.routes.secret_references import declare_secret_references
from connection_overrides.http.routing import Router
from connection_overrides.service.effective import EffectiveService
from connection_overrides.service.impact import ImpactService
from connection_overrides.service.matrix import MatrixService
from connection_overrides.service.secret_report import SecretReportService
from connection_overrides.store.reader import Reader
from connection_overrides.store.reads import ConnectionReads, EnvironmentReads, OverrideReads, ProjectReads
from connection_overrides.store.table import Table


def declare_effective(router: Router, table: Table) -> None:
    """Declare the routes."""
    projects, environments = ProjectReads(table), EnvironmentReads(table)
    connections, reader = ConnectionReads(table), Reader(table)
    matrix = MatrixService(projects, environments, connections, reader)
    report = SecretReportService(projects, environments, connections, OverrideReads(table))
    declare_secret_references(router, report)
    declare_impact(router, ImpactService(environments, connections, reader))
    declare_effective_connections(router, EffectiveService(connections, reader), matrix)
