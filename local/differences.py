"""Differences between local runs and AWS. `python -m local.differences` prints them as the README's table."""

from dataclasses import dataclass
from typing import Final

from local.console import say
from local.settings import MAX_WORKERS, THROTTLE

BEGIN: Final = "<!-- local differences: begin (python -m local.differences) -->"
END: Final = "<!-- local differences: end -->"
"""The markers around the table in the README."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference between AWS and a local run."""

    topic: str
    on_aws: str
    locally: str


DIFFERENCES: Final = (
    Difference(
        "Services",
        "API Gateway, Lambda, DynamoDB, CloudFormation",
        "MiniStack emulates them in one process; the table is in memory and lost when the run ends",
    ),
    Difference(
        "Tokens",
        "from your identity provider, with its keys over HTTPS",
        "from a development issuer on loopback, with its keys over HTTP, which only `Stage=local` allows",
    ),
    Difference(
        "URLs",
        "HTTPS; paths include the stage, unless there is a custom domain name",
        "HTTP on 127.0.0.1; paths start with `/v1`, as with a custom domain name",
    ),
    Difference("Permissions", "each function has only those of its role", "roles are created but not enforced"),
    Difference(
        "Dependencies",
        "the dependencies layer, built from `uv.lock`",
        "no such layer; functions import from `.venv`, which has the versions of the same lock file",
    ),
    Difference(
        "Functions",
        "micro VMs with the architecture and memory limit of the template, restored from a snapshot",
        "processes with the architecture of this machine and no memory limit, started from nothing",
    ),
    Difference(
        "Concurrency",
        "scales to the account's quota",
        f"one request per core at a time, at most {MAX_WORKERS}; others wait",
    ),
    Difference("Release", "traffic shifts to a new version, gradually in staging and prod", "immediately"),
    Difference(
        "Gateway responses",
        "a property of the API",
        "separate resources with the same content, because the emulator ignores the property",
    ),
    Difference(
        "Requests that API Gateway refuses",
        "invalid HTTP, TRACE and unknown methods get a short response that templates cannot change; 414 and 431 get "
        "the gateway response `DEFAULT_4XX`, which cannot state the status: `bad-request` without `status`",
        "each gets a problem document of its own type, and the connection is closed; TRACE and unknown methods reach "
        "the function, which returns 405; methods in lower case are accepted; a path with an empty segment or a "
        "trailing slash is 404",
    ),
    Difference("API page", "`/v1/docs` if `ApiDocs` is `on`", "always `/v1/docs`"),
    Difference(
        "Headers",
        "names as the client sent them, repeated ones as lists; a function's `WWW-Authenticate` reaches the client as "
        "`x-amzn-Remapped-WWW-Authenticate`",
        "names in lower case, none renamed; HEAD responses are chunked; repeated `Authorization` or `Content-Type` "
        "headers are joined with commas, and refused for that reason",
    ),
    Difference(
        "Throttling",
        "`MethodRate`, `TenantRate` and `ReportRate` with their bursts, and limits on concurrency",
        f"{THROTTLE:,} requests per second per method, for all tenants together",
    ),
    Difference(
        "Events",
        "a pipe sends an event for every change to `EventBusName`",
        "the table has its stream, but there is no pipe: the emulator's pipes deliver only to SNS topics",
    ),
    Difference(
        "Table settings",
        "encryption, backups, deletion protection, throughput caps, expiry",
        "accepted without effect",
    ),
    Difference(
        "Logs, metrics, traces",
        "CloudWatch and X-Ray",
        "one file per function in `.local`, which includes metrics; the authorizer's lines have no request ID; no "
        "traces, no alarms",
    ),
)


def render() -> str:
    """Return the differences as a Markdown table."""
    rows = [("What", "On AWS", "Locally"), ("---", "---", "---")]
    rows += [(one.topic, one.on_aws, one.locally) for one in DIFFERENCES]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


if __name__ == "__main__":
    say(render())
