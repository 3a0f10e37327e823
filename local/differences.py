"""What differs between a deployment and a local run; `python -m local.differences` prints it as the README's table."""

from dataclasses import dataclass
from typing import Final

from local.console import say
from local.settings import MAX_WORKERS, THROTTLE

BEGIN: Final = "<!-- local differences: begin (python -m local.differences) -->"
END: Final = "<!-- local differences: end -->"
"""The lines between which the README holds `render()`."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that a local run does in another way."""

    topic: str
    on_aws: str
    locally: str


DIFFERENCES: Final = (
    Difference(
        "Services",
        "API Gateway, Lambda, DynamoDB, CloudFormation",
        "MiniStack emulates them in one process; the table is in memory and gone at the end",
    ),
    Difference(
        "Tokens",
        "your identity provider, its keys over HTTPS",
        "a development issuer on loopback, its keys over HTTP, which only `Stage=local` allows",
    ),
    Difference(
        "Address",
        "HTTPS; the stage is part of the path unless a custom domain name hides it",
        "HTTP on 127.0.0.1; paths begin with `/v1`, as behind a custom domain name",
    ),
    Difference("Permissions", "each function has only its role's", "roles are created, but not enforced"),
    Difference(
        "Dependencies",
        "the dependencies layer, built from `uv.lock`",
        "the layer is left out; functions import from `.venv`, which the same lock made",
    ),
    Difference(
        "Functions",
        "micro VMs with the template's architecture and memory limit",
        "processes with this machine's architecture and no memory limit",
    ),
    Difference(
        "Concurrency",
        "scales to the account's quota",
        f"one request per core at a time, at most {MAX_WORKERS}; the others wait in line",
    ),
    Difference("Release", "an alias moves to a new version, in steps where the template says so", "at once"),
    Difference(
        "Gateway responses",
        "a property of the API",
        "made into resources of their own, with the same content, since the emulator ignores the property",
    ),
    Difference(
        "Requests that API Gateway refuses",
        "invalid HTTP, TRACE and unknown methods get a short answer that no template can change; 414 and 431 get the "
        "gateway response `DEFAULT_4XX`, which does not know its status: `bad-request` without `status`",
        "each gets a problem document of its own type, and the connection is closed; TRACE and unknown methods reach "
        "the function, which answers 405; a method in lower case is served; a path with an empty segment or a slash at "
        "the end is 404",
    ),
    Difference("API page", "`/v1/docs` is there where `ApiDocs` is `on`", "always there"),
    Difference(
        "Headers",
        "names as the client wrote them, repeated ones as lists; a function's `WWW-Authenticate` reaches the client as "
        "`x-amzn-Remapped-WWW-Authenticate`",
        "names in lower case, none renamed; HEAD answers are chunked; several `Authorization` or `Content-Type` lines "
        "are joined by commas, and refused for it",
    ),
    Difference(
        "Throttling",
        "`MethodRate`, `TenantRate` and `ReportRate` with their bursts, and bounds on concurrency",
        f"{THROTTLE:,} requests per second to a method, all tenants together",
    ),
    Difference(
        "Table settings",
        "encryption, backups, deletion protection, throughput caps, expiry",
        "accepted without effect",
    ),
    Difference(
        "Logs, metrics, traces",
        "CloudWatch and X-Ray",
        "one file per function below `.local`, metrics as lines in it; the authorizer's lines have no request id; no "
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
