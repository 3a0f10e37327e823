"""The table of ratios, and the document around it."""

import os
import platform
import statistics
from collections.abc import Mapping
from pathlib import Path
from typing import Final

DOCUMENT: Final = Path(__file__).parents[1] / "docs" / "benchmarks.md"

type Measured = dict[str, list[float]]
"""Seconds by candidate, one number a round; the empty function is the first."""

_EMPTY: Final = "empty"
_REGISTRY: Final = "registry, create"
_FASTAPI: Final = "FastAPI, create"
_GOALS: Final[Mapping[str, float]] = {
    "authorizer, RS256": 3.5,
    "authorizer, ES256": 3.5,
    _REGISTRY: 9.5,
    "effective": 8.0,
}
_AGAINST_FASTAPI: Final = 0.75


def ratio(measured: Measured, name: str, to: str) -> tuple[float, float, float]:
    """Return the median over the rounds of one candidate's time by another's, with the quartiles."""
    each = sorted(one / other for one, other in zip(measured[name], measured[to], strict=True))
    if len(each) == 1:
        return each[0], each[0], each[0]
    low, middle, high = statistics.quantiles(each, n=4, method="inclusive")
    return low, middle, high


def table(measured: Measured) -> str:
    """Return the table in Markdown."""
    lines = ["| Function | Ratio | Half of the rounds between | Goal |", "| --- | --- | --- | --- |"]
    for name in measured:
        goal = _GOALS.get(name)
        lines.append(_line(f"{name} ÷ {_EMPTY}", ratio(measured, name, _EMPTY), goal))
    lines.append(_line(f"{_REGISTRY} ÷ {_FASTAPI}", ratio(measured, _REGISTRY, _FASTAPI), _AGAINST_FASTAPI))
    return "\n".join(lines)


def _line(name: str, found: tuple[float, float, float], goal: float | None) -> str:
    low, middle, high = found
    return f"| {name} | {middle:.2f} | {low:.2f} to {high:.2f} | {'' if goal is None else f'≤ {goal:g}'} |"


def document(measured: Measured) -> str:
    """Return docs/benchmarks.md."""
    rounds = len(measured[_EMPTY])
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    return _TEXT.format(
        table=table(measured), rounds=rounds, machine=machine, empty=_EMPTY, registry=_REGISTRY, fastapi=_FASTAPI
    )


_TEXT: Final = """# Benchmarks

How long does a caller wait for a new execution environment? `make bench` measures it again and writes this page.

{table}

Medians of {rounds} rounds on {machine}. Each round starts every function once, so that what
else the machine does falls on all of them, and each ratio is taken within its round. Absolute times say more about a
machine than about the code, so there are none here.

On a machine that does other work as well, the medians of whole runs differ by a tenth, those against FastAPI hardly.

## What is measured

The time from the start of the process until its first answer is posted, by AWS's runtime interface client
(`awslambdaric`) with a Lambda Runtime API on loopback. Python is the machine's own; functions and layers are those that
`make build` makes, for this machine's architecture, unpacked into one folder as Lambda does it.

| Function | Its first event |
| --- | --- |
| {empty} | answers 204; this is the price of Python and the client |
| authorizer | verifies a token; the issuer's keys are fetched from loopback |
| {registry} | makes an override: one read and one transaction |
| effective | resolves one connection: one read |
| {fastapi} | the same create with FastAPI, Mangum and boto3, as written in `benchmarks/with_fastapi` |

The table is a stand-in on loopback with the same answers for all. FastAPI's dependencies are installed, pruned and
compiled by the makefile of our own layer. It validates less than ours, and writes neither a log line nor a metric.

Not in it: what Lambda itself adds, its file system and network, TLS, and SnapStart.
"""
