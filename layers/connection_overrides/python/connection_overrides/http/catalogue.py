"""The catalogue of problems (RFC 9457): every `type` that an answer can name, what it means and how to fix it.

One table for the function's answers, for API Gateway's own refusals and for `GET /v1/problems`.
"""

from dataclasses import dataclass
from typing import Final

PROBLEMS_PATH: Final = "/v1/problems"


@dataclass(frozen=True, slots=True)
class ProblemType:
    """One type of problem. `slug` is its name in the address `/v1/problems/<slug>`."""

    slug: str
    status: int
    title: str
    meaning: str
    remedy: str
    example: str

    @property
    def uri(self) -> str:
        """The URI reference that stands in a problem's `type`."""
        return f"{PROBLEMS_PATH}/{self.slug}"


_TYPES: Final = (
    ProblemType(
        "bad-request",
        400,
        "Bad request",
        "The request could not be read as HTTP that this API takes.",
        "Check the address, the headers and the query for malformed parts.",
        "The request is malformed.",
    ),
    ProblemType(
        "invalid-request",
        400,
        "Invalid request",
        "Body, path or query break one or more rules. Nothing was changed.",
        "Read 'errors': each has a JSON Pointer to the value, a stable code and the rule it breaks.",
        "The request breaks one or more rules; see 'violations'.",
    ),
    ProblemType(
        "unauthorized",
        401,
        "Unauthorized",
        "The request carries no access token, or one that this API does not accept.",
        "Send 'Authorization: Bearer <token>' with a current access token of the configured issuer.",
        "A valid access token is required.",
    ),
    ProblemType(
        "forbidden",
        403,
        "Forbidden",
        "The caller is known but may not do this.",
        "Ask the owner of the account for access.",
        "Access is denied.",
    ),
    ProblemType(
        "insufficient-scope",
        403,
        "Insufficient scope",
        "The token is good, but a scope is missing. 'WWW-Authenticate' names all that the request needs.",
        "Ask the issuer for a token with these scopes.",
        "This request needs the scope connections:write environments:protected.",
    ),
    ProblemType(
        "route-not-found",
        404,
        "Route not found",
        "No resource of this API has that path.",
        "Compare the path with the documentation, its version segment '/v1' and the encoding of names included.",
        "There is no such resource.",
    ),
    ProblemType(
        "project-not-found",
        404,
        "Project not found",
        "The caller's account has no such project. A project of another account looks the same.",
        "List the account's projects with GET /v1/projects, and check that the token is of the right account.",
        "There is no such project.",
    ),
    ProblemType(
        "environment-not-found",
        404,
        "Environment not found",
        "The project has no environment of that name. Names are case-sensitive.",
        "List the project's environments, or create the environment first.",
        "The project has no environment of that name.",
    ),
    ProblemType(
        "connection-not-found",
        404,
        "Connection not found",
        "The project has no connection of that name. Names are case-sensitive.",
        "List the project's connections, or create the connection first.",
        "The project has no connection of that name.",
    ),
    ProblemType(
        "override-not-found",
        404,
        "Override not found",
        "The connection exists but has no override in this environment.",
        "Create the override with POST.",
        "The connection has no override in this environment.",
    ),
    ProblemType(
        "problem-not-found",
        404,
        "Problem not found",
        "The catalogue has no problem of that name.",
        "List all with GET /v1/problems.",
        "There is no such problem.",
    ),
    ProblemType(
        "method-not-allowed",
        405,
        "Method not allowed",
        "The resource exists but does not take this method. 'Allow' lists those it takes.",
        "Use one of the methods in 'Allow'.",
        "This resource takes GET, POST.",
    ),
    ProblemType(
        "environment-already-exists",
        409,
        "Environment already exists",
        "The project has an environment of that name; 'Location' is its address. Nothing was changed.",
        "Change it with PUT, or choose another name.",
        "The project already has an environment of that name. Use PUT to change it.",
    ),
    ProblemType(
        "connection-already-exists",
        409,
        "Connection already exists",
        "The project has a connection of that name; 'Location' is its address. Nothing was changed.",
        "Change it with PUT, or choose another name.",
        "The project already has a connection of that name. Use PUT to change it.",
    ),
    ProblemType(
        "override-already-exists",
        409,
        "Override already exists",
        "The connection has an override in this environment; 'Location' is its address. Nothing was changed.",
        "Change it with PUT.",
        "The connection already has an override in this environment. Use PUT to change it.",
    ),
    ProblemType(
        "quota-exceeded",
        409,
        "Quota exceeded",
        "The project holds as many as it may. Nothing was changed.",
        "Remove what is no longer needed, or use another project.",
        "A project holds at most 90 environments.",
    ),
    ProblemType(
        "payload-too-large",
        413,
        "Payload too large",
        "The body is larger than this API takes.",
        "Send at most 65,536 bytes.",
        "The body must not be larger than 65536 bytes.",
    ),
    ProblemType(
        "unsupported-media-type",
        415,
        "Unsupported media type",
        "The body is not sent as application/json in UTF-8.",
        "Send 'Content-Type: application/json' and the body in UTF-8.",
        "The body must be application/json in UTF-8.",
    ),
    ProblemType(
        "too-many-requests",
        429,
        "Too many requests",
        "The limit of requests is reached.",
        "Wait as long as 'Retry-After' says and try again.",
        "Too many requests.",
    ),
    ProblemType(
        "internal-error",
        500,
        "Internal error",
        "The service failed. The fault is on our side and has been logged.",
        "Try again later, and report the 'instance' if it stays.",
        "The service failed. The fault is on our side and has been logged.",
    ),
    ProblemType(
        "service-unavailable",
        503,
        "Service unavailable",
        "The service is too busy, or cannot reach the token issuer's keys. Nothing was changed.",
        "Wait as long as 'Retry-After' says and try again.",
        "The service is busy; nothing was changed. Try again.",
    ),
    ProblemType(
        "outcome-unknown",
        503,
        "Outcome unknown",
        "The store did not answer in time: the write may or may not have happened.",
        "Look whether the item is there, then repeat the request if it is not. A repeated create cannot make two.",
        "The store did not answer in time, so the outcome is not known. Look before you repeat.",
    ),
    ProblemType(
        "gateway-timeout",
        504,
        "Gateway timeout",
        "The service did not answer in time: a write may or may not have happened.",
        "Look whether the item is there, then repeat the request if it is not.",
        "The service did not answer in time.",
    ),
)

PROBLEMS: Final = {problem.slug: problem for problem in _TYPES}
"""Every type by its slug."""
