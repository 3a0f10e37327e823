"""All routes of the effective function: the reads that cost most, and all that is public. Nothing here writes."""

from connection_overrides.http.routes.about import declare_about
from connection_overrides.http.routes.effective import declare_effective_connections
from connection_overrides.http.routes.impact import declare_impact
from connection_overrides.http.routes.problems import declare_problems
from connection_overrides.http.routes.secret_references import declare_secret_references
from connection_overrides.http.routing import Router
from connection_overrides.service.effective import EffectiveService
from connection_overrides.service.impact import ImpactService
from connection_overrides.service.matrix import MatrixService
from connection_overrides.service.secret_report import SecretReportService
from connection_overrides.store.reader import Reader
from connection_overrides.store.reads import ConnectionReads, EnvironmentReads, OverrideReads, ProjectReads
from connection_overrides.store.table import Table


def declare_effective(router: Router, table: Table, *, has_docs_page: bool = False) -> None:
    """Declare the routes. Without `has_docs_page` the page of the API is not found."""
    projects, environments = ProjectReads(table), EnvironmentReads(table)
    connections, reader = ConnectionReads(table), Reader(table)
    matrix = MatrixService(projects, environments, connections, reader)
    report = SecretReportService(projects, environments, connections, OverrideReads(table))
    declare_secret_references(router, report)
    declare_impact(router, ImpactService(environments, connections, reader))
    declare_effective_connections(router, EffectiveService(connections, reader), matrix)
    declare_problems(router)
    declare_about(router, has_docs_page=has_docs_page)
