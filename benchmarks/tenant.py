"""What one tenant can cost: `python -m benchmarks.tenant` writes the table into docs/operations.md.

Each request has a formula: the units that it consumes in a project of a given size, by DynamoDB's rules. The table
shows the values at the quotas. tests/integration/test_tenant.py compares the formulas with what requests consume in
small projects.

Source: Amazon DynamoDB Developer Guide, "DynamoDB read and write operations" and "Amazon DynamoDB Transactions: How it
works". A refused transaction is counted like one that writes.
"""

import sys
from collections.abc import Callable
from math import ceil
from textwrap import fill
from typing import Final, NamedTuple

from benchmarks.cost import Prices
from benchmarks.sections import Section
from connection_overrides.api.body import BODY_MAX_BYTES
from connection_overrides.api.params import DELETED_MAX
from connection_overrides.services.secret_report import REPORT_MAX
from connection_overrides.store.connections import CONNECTIONS_MAX
from connection_overrides.store.environments import ENVIRONMENTS_MAX

SECTION: Final = Section("tenant")

READ_CAP: Final = 4_000
WRITE_CAP: Final = 2_000
TENANT_RATE: Final = 20
REPORT_RATE: Final = 1
"""Defaults of TableMaxReadUnits, TableMaxWriteUnits, TenantRate and ReportRate in the templates."""

NAMES: Final = 100
"""Entries of a list in a query, and the longest page."""

_QUERY_BYTES: Final = 1_048_576

_ENTRY_BYTES: Final = 300
"""Of an entry in the history of an item, beside the item itself."""

_CHANGE_BYTES: Final = 250
_CHANGED_ITEM_BYTES: Final = 90
"""Of a project's change, and of each item in it."""


class Project(NamedTuple):
    """A project in which each environment overrides its first connections. Sizes are bytes of one row."""

    environments: int
    connections: int
    overrides: int
    environment_bytes: int = 400
    connection_bytes: int = 500
    override_bytes: int = 600


class Units(NamedTuple):
    """Units that a request consumes."""

    reads: int
    writes: int = 0


def read_units(size: int) -> int:
    """Return the units of a consistent read of that many bytes. What is not there takes one as well."""
    return max(1, ceil(size / 4_096))


def write_units(size: int) -> int:
    """Return the units of a transactional write of that many bytes, or of a check."""
    return 2 * max(1, ceil(size / 1_024))


def record_units(items: int, size: int) -> int:
    """Return the units of recording a change: an entry for each of the items of that size, and one change."""
    return items * write_units(size + _ENTRY_BYTES) + write_units(_CHANGE_BYTES + items * _CHANGED_ITEM_BYTES)


def query(rows: int, size: int, limit: int) -> int:
    """Return the units of all pages of a query. One that ends with a full page is followed by an empty one."""
    pages, rest = divmod(rows, page := max(1, min(limit, _QUERY_BYTES // size)))
    return pages * read_units(page * size) + read_units(rest * size)


def environments(of: Project) -> int:
    """Return the units of a query for all environments."""
    return query(of.environments, of.environment_bytes, ENVIRONMENTS_MAX + 1)


def cells(of: Project, connections: int) -> int:
    """Return the units of looking for the overrides of the first connections in one environment."""
    found = min(connections, of.overrides)
    return found * read_units(of.override_bytes) + connections - found


def secret_report(of: Project) -> Units:
    """Read every connection and every override."""
    overrides = of.environments * query(of.overrides, of.override_bytes, 1_000) if of.overrides else 0
    return Units(1 + environments(of) + query(of.connections, of.connection_bytes, 1_000) + overrides)


def matrix(of: Project) -> Units:
    """Read a page of 100 lines."""
    lines = min(of.connections, NAMES)
    page = query(of.connections, of.connection_bytes, NAMES + 1)
    if of.connections > NAMES:
        page = read_units(min((NAMES + 1) * of.connection_bytes, _QUERY_BYTES))
    return Units(_lines_begun(of, page) + of.environments * cells(of, lines))


def matrix_search(of: Project) -> Units:
    """Read every cell for an empty page: `onlyMissing=true` where nothing is missing."""
    page = query(of.connections, of.connection_bytes, NAMES + 1)
    return Units(_lines_begun(of, page) + of.environments * cells(of, of.connections))


def _lines_begun(of: Project, page: int) -> int:
    """Return the units of finding connections and environments: one query if it brings all, else two more."""
    most = NAMES + 1 + ENVIRONMENTS_MAX
    connections = min(of.connections, most)
    rest = min(of.environments, most - connections)
    both = read_units(min(connections * of.connection_bytes + rest * of.environment_bytes, _QUERY_BYTES))
    return both if of.connections + of.environments < most else both + environments(of) + page


def effective_search(of: Project) -> Units:
    """Read an environment's view of every connection for an empty page: 98 a call, with environment and project."""
    return Units(
        query(of.connections, of.connection_bytes, 99) + cells(of, of.connections) + 2 * ceil(of.connections / 98)
    )


def connection_impact(of: Project) -> Units:
    """Read one connection in every environment."""
    return Units(1 + read_units(of.connection_bytes) + environments(of) + of.environments * cells(of, 1))


def effective(of: Project) -> Units:
    """Read project, environment, connection and override."""
    return Units(2 + read_units(of.connection_bytes) + read_units(of.override_bytes))


def list_search(of: Project) -> Units:
    """Read every connection for an empty page."""
    return Units(query(of.connections, of.connection_bytes, 200))


def list_by_name(of: Project) -> Units:
    """Read the connections of the longest list of names."""
    found = min(of.connections, NAMES)
    return Units(found * read_units(of.connection_bytes) + NAMES - found)


def create(of: Project) -> Units:
    """Write and record an override, its environment's counter and its secret's usage, and check its connection."""
    written = write_units(of.override_bytes) + write_units(of.environment_bytes) + write_units(of.connection_bytes)
    recorded = record_units(1, of.override_bytes)
    return Units(5 + read_units(of.connection_bytes), written + write_units(0) + recorded)


def bulk_delete(of: Project) -> Units:
    """Delete as many overrides as one request takes, or as there are, and record it."""
    one = of.override_bytes
    deleted = min(of.overrides, DELETED_MAX)
    written = write_units(of.environment_bytes) + deleted * write_units(one) + record_units(deleted, one)
    return Units(2 + deleted * read_units(one), written)


def refused_delete(of: Project) -> Units:
    """Check a connection in every environment, all of which override it: 409. What it would record counts as well."""
    checks = of.environments * write_units(of.override_bytes if of.overrides else 0)
    reads = 2 + read_units(of.connection_bytes) + environments(of)
    deleted = write_units(of.connection_bytes) + record_units(1, of.connection_bytes)
    return Units(reads, deleted + write_units(0) + checks)


type Formula = Callable[[Project], Units]

REPORTS: Final[dict[str, Formula]] = {
    "`GET secret-references`": secret_report,
    "`GET connections/matrix?limit=100`": matrix,
    "the same with `onlyMissing=true`, nothing missing": matrix_search,
    "`GET connections/effective?source=…`, nothing found": effective_search,
    "`GET environments/…/impact`, nothing affected": effective_search,
    "`GET connections/…/impact`": connection_impact,
}
OTHERS: Final[dict[str, Formula]] = {
    "one effective connection": effective,
    "`GET connections?authProvider=…`, nothing found": list_search,
    "`GET connections?connectionNames=…`, 100 names": list_by_name,
    "create of an override": create,
    f"delete of {DELETED_MAX} overrides": lambda of: bulk_delete(of._replace(overrides=DELETED_MAX)),
    "delete of a connection, refused: in use": refused_delete,
}

AT_THE_QUOTAS: Final = Project(ENVIRONMENTS_MAX, CONNECTIONS_MAX, (REPORT_MAX - CONNECTIONS_MAX) // ENVIRONMENTS_MAX)
ORDINARY: Final = Project(environments=5, connections=100, overrides=50)
LARGEST: Final = AT_THE_QUOTAS._replace(connection_bytes=BODY_MAX_BYTES, override_bytes=BODY_MAX_BYTES)


def demand(of: Project) -> Units:
    """Return what a tenant can ask for in a second: each report at its rate, and the most expensive of the others.

    A bulk delete is no sustained load: each of its overrides was created before.
    """
    matrix_at_most = max(matrix(of), matrix_search(of))
    reports = (secret_report(of), matrix_at_most, effective_search(of), effective_search(of), connection_impact(of))
    others = [formula(of) for formula in OTHERS.values()]
    rest = TENANT_RATE - len(reports) * REPORT_RATE
    reads = sum(report.reads for report in reports) * REPORT_RATE + rest * max(other.reads for other in others)
    return Units(round(reads), TENANT_RATE * max(create(of).writes, refused_delete(of).writes))


def render() -> str:
    """Return the table in Markdown, and what the rates and the caps let one tenant consume."""
    lines = [
        "| Request | ordinary | at the quotas | largest rows | half of a cap, a second | allowed, a second |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for formulas, allowed in ((REPORTS, REPORT_RATE), (OTHERS, TENANT_RATE)):
        for name, formula in formulas.items():
            columns = " | ".join(_both(formula(of)) for of in (ORDINARY, AT_THE_QUOTAS, LARGEST))
            lines.append(f"| {name} | {columns} | {_half_of_a_cap(formula(AT_THE_QUOTAS)):,.3g} | {allowed} |")
    ordinary, most = demand(ORDINARY), demand(AT_THE_QUOTAS)
    per_day = (READ_CAP * Prices().read_million + WRITE_CAP * Prices().write_million) * 86_400 / 1e6
    bounds = (
        f"At these rates one tenant can ask for {ordinary.reads:,} read units or {ordinary.writes:,} write units a "
        f"second in an ordinary project, and for {most.reads:,} or {most.writes:,} in a project at the quotas. The "
        f"table serves {READ_CAP:,} and {WRITE_CAP:,}, to all tenants together. At both caps, it costs "
        f"{per_day:,.0f} US$ a day."
    )
    return "\n".join([*lines, "", fill(bounds, 120)])


def _half_of_a_cap(units: Units) -> float:
    """Return how many such requests a second consume half of the cap that they reach first."""
    return min(READ_CAP / 2 / units.reads, WRITE_CAP / 2 / units.writes if units.writes else READ_CAP)


def _both(units: Units) -> str:
    return f"{units.reads:,}" if not units.writes else f"{units.reads:,} + {units.writes:,} w"


if __name__ == "__main__":
    SECTION.write(render())
    sys.stdout.write(render() + "\n")
