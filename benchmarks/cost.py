"""What a month costs: `python -m benchmarks.cost` writes the table into docs/operations.md.

Prices are list prices of us-east-1 for arm64, in US dollars, without free tiers. What is neither counted in the code
nor read from the template is in `Assumptions`.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import fill
from typing import Final

from benchmarks.sections import Section

SECTION: Final = Section("cost")

MILLION: Final = 1_000_000
HOURS: Final = 730
MONTH_DAYS: Final = 30.4

# tests/integration/test_calls.py counts these at the client: items that an effective connection reads, and items that a
# guarded create reads and writes. A consistent read is one unit for each 4 KB of an item, a transactional write two for
# each KB.
EFFECTIVE_READS: Final = 4
CREATE_READS: Final = 6
CREATE_WRITES: Final = 6
HISTORY_BYTES: Final = 1_300
"""Of the rows that record a create, rounded up to 100."""

# tests/unit/test_cost.py reads these from the template and measures the lines.
MEMORY_GB: Final = {"authorizer": 0.5, "registry": 1.0, "effective": 1.0}
METHODS: Final = 116
ALARM_METRICS: Final = 20
FILTER_METRICS: Final = 1
LOG_DAYS: Final = 90
HISTORY_DAYS: Final = 400
OUTCOME_METRICS: Final = 10
"""Seven outcomes are counted by the registry, three by the effective function."""

METHOD_METRICS: Final = ("4XXError", "5XXError", "Count", "IntegrationLatency", "Latency")
"""Those of one method, without a cache (API Gateway Developer Guide, "Amazon API Gateway dimensions and metrics")."""

POLLS: Final = 2 * 4
"""A second, of each shard by both pipes (EventBridge User Guide, "Amazon DynamoDB stream as a source")."""

LINE_BYTES: Final = {"access": 600, "answer": 600, "decision": 300, "platform": 700, "metric": 300}
"""Of one line, rounded up to 100. `platform` is the two lines that Lambda writes for each invocation."""


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars."""

    # https://aws.amazon.com/api-gateway/pricing/ and, for bytes out, https://aws.amazon.com/ec2/pricing/on-demand/
    api_million: float = 3.50
    transfer_gb: float = 0.09
    # https://aws.amazon.com/lambda/pricing/
    lambda_million: float = 0.20
    lambda_gb_second: float = 0.0000133334
    snapstart_cache_gb_second: float = 0.0000015046
    snapstart_restore_gb: float = 0.0001397998
    # https://aws.amazon.com/dynamodb/pricing/on-demand/ and https://aws.amazon.com/backup/pricing/
    read_million: float = 0.125
    write_million: float = 0.625
    storage_gb: float = 0.25
    recovery_gb: float = 0.20
    backup_gb: float = 0.10
    stream_read_million: float = 0.20
    # https://aws.amazon.com/eventbridge/pricing/
    pipe_million: float = 0.40
    event_million: float = 1.00
    # https://aws.amazon.com/cloudwatch/pricing/ and https://aws.amazon.com/xray/pricing/
    log_gb: float = 0.50
    log_stored_gb: float = 0.03
    metric: float = 0.30
    alarm_metric: float = 0.10
    dashboard: float = 3.00
    trace_million: float = 5.00
    # https://aws.amazon.com/kms/pricing/
    key: float = 1.00


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What nobody can count beforehand. The names say the units; `compressed` is the share that is stored of logs."""

    creates: int = MILLION
    reads: int = 100 * MILLION
    calls_per_authorizer_call: int = 20
    authorizer_seconds: float = 0.010
    effective_seconds: float = 0.015
    create_seconds: float = 0.040
    restores_per_call: float = 0.001
    answer_bytes: int = 1_500
    compressed: float = 0.2
    traced: float = 0.05
    stored_gb: float = 2.0
    shards: int = 1
    backups: int = 35
    detailed_metrics: bool = True


PROD: Final = Assumptions()
DEV: Final = Assumptions(creates=10_000, reads=MILLION, stored_gb=0.1, detailed_metrics=False)


def costs(price: Prices, given: Assumptions) -> Iterator[tuple[str, str, float]]:
    """Yield what is paid for, how much of it, and the dollars of a month."""
    calls = given.creates + given.reads
    authorizations = calls / given.calls_per_authorizer_call
    yield "API Gateway", f"{calls / MILLION:.0f} M requests", calls / MILLION * price.api_million
    sent = calls * given.answer_bytes / 1e9
    yield "Data transfer out", f"{sent:.0f} GB", sent * price.transfer_gb
    invocations = calls + authorizations
    yield "Lambda, requests", f"{invocations / MILLION:.0f} M", invocations / MILLION * price.lambda_million
    seconds = (
        given.reads * given.effective_seconds * MEMORY_GB["effective"]
        + given.creates * given.create_seconds * MEMORY_GB["registry"]
        + authorizations * given.authorizer_seconds * MEMORY_GB["authorizer"]
    )
    yield "Lambda, duration", f"{seconds / MILLION:.2f} M GB-seconds", seconds * price.lambda_gb_second
    yield "SnapStart, snapshots", f"{sum(MEMORY_GB.values())} GB, one version of each function", snapshots(price)
    restored = invocations * given.restores_per_call * max(MEMORY_GB.values())
    yield "SnapStart, restores", f"{restored / 1000:.0f} k GB", restored * price.snapstart_restore_gb
    read = given.reads * EFFECTIVE_READS + given.creates * CREATE_READS
    yield "DynamoDB, reads", f"{read / MILLION:.0f} M units", read / MILLION * price.read_million
    written = given.creates * CREATE_WRITES * 2
    yield "DynamoDB, writes", f"{written / MILLION:.0f} M units", written / MILLION * price.write_million
    storage = given.stored_gb * (price.storage_gb + price.recovery_gb)
    yield "DynamoDB, storage and point-in-time recovery", f"{given.stored_gb} GB", storage
    history = given.creates * HISTORY_BYTES * HISTORY_DAYS / MONTH_DAYS / 1e9
    in_full = history * (price.storage_gb + price.recovery_gb)
    yield "DynamoDB, history after its full time", f"{history:.0f} GB, {HISTORY_DAYS} days", in_full
    polls = given.shards * POLLS * HOURS * 3600
    yield "DynamoDB, reads of the stream", f"{polls / MILLION:.0f} M", polls / MILLION * price.stream_read_million
    events = given.creates / MILLION
    yield "EventBridge, pipes and events", f"{events:.0f} M", events * (price.pipe_million + price.event_million)
    size = LINE_BYTES
    lines = {
        "API Gateway": calls * size["access"],
        "functions": calls * size["answer"] + authorizations * size["decision"] + given.creates * size["metric"],
        "Lambda": invocations * size["platform"],
    }
    logged = sum(lines.values()) / 1e9
    shares = ", ".join(f"{name} {share / 1e9:.0f}" for name, share in lines.items())
    yield "Logs, ingestion", f"{logged:.0f} GB: {shares}", logged * price.log_gb
    kept = logged * LOG_DAYS / MONTH_DAYS * given.compressed
    yield "Logs, storage", f"{kept:.0f} GB, {LOG_DAYS} days compressed", kept * price.log_stored_gb
    custom = OUTCOME_METRICS + FILTER_METRICS
    yield "Metrics, the service's own", f"{custom}", custom * price.metric
    detailed = METHODS * len(METHOD_METRICS) if given.detailed_metrics else 0
    amount = f"at most {detailed}: {METHODS} methods, {len(METHOD_METRICS)} each"
    yield "Metrics, API Gateway's for each method", amount, detailed * price.metric
    yield "Alarms", f"{ALARM_METRICS} metrics", ALARM_METRICS * price.alarm_metric
    traces = calls * given.traced
    yield "X-Ray", f"{traces / MILLION:.0f} M traces", traces / MILLION * price.trace_million
    yield "Dashboard and key", "1, 1", price.dashboard + price.key


def snapshots(price: Prices) -> float:
    """Return what the snapshots of one version of each function cost in a month."""
    return sum(MEMORY_GB.values()) * HOURS * 3600 * price.snapstart_cache_gb_second


def render() -> str:
    """Return the table in Markdown, and what would come on top of it."""
    price = Prices()
    prod, dev = list(costs(price, PROD)), list(costs(price, DEV))
    lines = ["| What | How much in prod | prod, US$ a month | dev |", "| --- | --- | ---: | ---: |"]
    lines += [
        f"| {name} | {amount} | {dollars:,.0f} | {in_dev:,.0f} |"
        for (name, amount, dollars), (_, _, in_dev) in zip(prod, dev, strict=True)
    ]
    total, total_dev = (sum(dollars for _, _, dollars in rows) for rows in (prod, dev))
    lines.append(f"| **Sum** | | **{total:,.0f}** | **{total_dev:,.0f}** |")
    backups = PROD.backups * PROD.stored_gb * price.backup_gb
    on_top = (
        "A release deletes the versions that it replaces; keeping them would add "
        f"{snapshots(price):.0f} US$ a month for each release and stage. AWS Backup, if you switch it on, adds "
        f"{backups:.0f} US$ a month for {PROD.backups} daily backups, each a full copy. The vault lock is free."
    )
    return "\n".join([*lines, "", fill(on_top, 120)])


if __name__ == "__main__":
    SECTION.write(render())
    sys.stdout.write(render() + "\n")
