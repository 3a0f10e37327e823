"""What a month costs, worked out: `python -m benchmarks.cost` writes the table into docs/operations.md.

Prices are list prices of us-east-1 for arm64, in US dollars, without free tiers. What is assumed, rather than counted
from the code or read from the template, stands in `Assumptions`.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

DOCUMENT: Final = Path(__file__).parents[1] / "docs/operations.md"
BEGIN: Final = "<!-- cost: begin (python -m benchmarks.cost) -->"
END: Final = "<!-- cost: end -->"

MILLION: Final = 1_000_000
HOURS: Final = 730

# Counted at the client by tests/integration/test_calls.py: items that an effective connection reads, and items that a
# guarded create reads and writes. An item read consistently is a unit up to 4 KB; one written in a transaction is two
# for each KB.
EFFECTIVE_READS: Final = 4
CREATE_READS: Final = 6
CREATE_WRITES: Final = 4


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars."""

    api_million: float = 3.50
    lambda_million: float = 0.20
    lambda_gb_second: float = 0.0000133334
    snapstart_cache_gb_second: float = 0.0000015046
    snapstart_restore_gb: float = 0.0001397998
    read_million: float = 0.125
    write_million: float = 0.625
    storage_gb: float = 0.25
    backup_gb: float = 0.20
    log_gb: float = 0.50
    trace_million: float = 5.00
    alarm_metric: float = 0.10
    dashboard: float = 3.00
    key: float = 1.00


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What nobody can count beforehand. Durations are in seconds, sizes in GB or bytes, as the names say."""

    creates: int = MILLION
    reads: int = 100 * MILLION
    calls_per_authorizer_call: int = 20
    authorizer_seconds: float = 0.010
    effective_seconds: float = 0.015
    create_seconds: float = 0.040
    restores_per_call: float = 0.001
    log_bytes_per_call: int = 1_600
    traced: float = 0.05
    stored_gb: float = 2.0
    alarm_metrics: int = 12


MEMORY_GB: Final = {"authorizer": 0.5, "registry": 1.0, "effective": 1.0}


def costs(price: Prices, given: Assumptions) -> Iterator[tuple[str, str, float]]:
    """Yield what is paid for, how it is worked out, and the dollars of a month."""
    calls = given.creates + given.reads
    authorizations = calls / given.calls_per_authorizer_call
    yield "API Gateway", f"{calls / MILLION:.0f} M requests", calls / MILLION * price.api_million
    invocations = calls + authorizations
    yield "Lambda, requests", f"{invocations / MILLION:.0f} M", invocations / MILLION * price.lambda_million
    seconds = (
        given.reads * given.effective_seconds * MEMORY_GB["effective"]
        + given.creates * given.create_seconds * MEMORY_GB["registry"]
        + authorizations * given.authorizer_seconds * MEMORY_GB["authorizer"]
    )
    yield "Lambda, duration", f"{seconds / MILLION:.2f} M GB-seconds", seconds * price.lambda_gb_second
    snapshots = sum(MEMORY_GB.values())
    cache = snapshots * HOURS * 3600 * price.snapstart_cache_gb_second
    restored = invocations * given.restores_per_call * max(MEMORY_GB.values())
    yield (
        "SnapStart",
        f"{snapshots} GB kept, {restored / 1000:.0f} k GB restored",
        cache + restored * price.snapstart_restore_gb,
    )
    read = given.reads * EFFECTIVE_READS + given.creates * CREATE_READS
    yield "DynamoDB, reads", f"{read / MILLION:.0f} M units", read / MILLION * price.read_million
    written = given.creates * CREATE_WRITES * 2
    yield "DynamoDB, writes", f"{written / MILLION:.0f} M units", written / MILLION * price.write_million
    storage = given.stored_gb * (price.storage_gb + price.backup_gb)
    yield "DynamoDB, storage and backup", f"{given.stored_gb} GB", storage
    logged = calls * given.log_bytes_per_call / 1e9
    yield "Logs", f"{logged:.0f} GB", logged * price.log_gb
    traces = calls * given.traced
    yield "X-Ray", f"{traces / MILLION:.0f} M traces", traces / MILLION * price.trace_million
    watched = given.alarm_metrics * price.alarm_metric + price.dashboard + price.key
    yield "Alarms, dashboard, key", f"{given.alarm_metrics} metrics, 1, 1", watched


def render() -> str:
    """Return the table in Markdown."""
    rows = list(costs(Prices(), Assumptions()))
    total = sum(dollars for _, _, dollars in rows)
    lines = ["| What | How much | US$ a month |", "| --- | --- | ---: |"]
    lines += [f"| {name} | {amount} | {dollars:,.0f} |" for name, amount, dollars in rows]
    return "\n".join([*lines, f"| **Sum** | | **{total:,.0f}** |"])


def put_into(document: str) -> str:
    """Return the document with the table of now between its marks."""
    before, _, rest = document.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{render()}\n{END}{after}"


if __name__ == "__main__":
    DOCUMENT.write_text(put_into(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stdout.write(render() + "\n")
