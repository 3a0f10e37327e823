"""The catalogue of problems (RFC 9457): every `type` that an answer can name, what it means and how to fix it.

One table for the function's answers, for API Gateway's own refusals and for `GET /v1/problems`.
"""

from typing import Final, NamedTuple

PROBLEMS_PATH: Final = "/v1/problems"


class ProblemType(NamedTuple):
    """One type of problem. `slug` is its name in the address `/v1/problems/<slug>`, `example` a detail that it has."""

    slug: str
    status: int
    title: str
    meaning: str
    cause: str
    remedy: str
    example: str

    @property
    def uri(self) -> str:
        """The URI reference that stands in a problem's `type`."""
        return f"{PROBLEMS_PATH}/{self.slug}"


_TYPES: Final = (
    ProblemType(
        slug="bad-request",
        status=400,
        title="Bad request",
        meaning="The request could not be read as HTTP that this API takes.",
        cause="The address, a header or the query is not valid HTTP, or not what API Gateway takes.",
        remedy="Check the address, the headers and the query for malformed parts.",
        example="The request is malformed.",
    ),
    ProblemType(
        slug="invalid-request",
        status=400,
        title="Invalid request",
        meaning="Body, path or query break one or more rules. Nothing was changed.",
        cause="A field is missing, unknown, of the wrong type or against its rule, or the body is not strict JSON.",
        remedy="Read 'errors': each has a JSON Pointer to the value, a stable code and the rule it breaks.",
        example="The request breaks one or more rules; see 'violations'.",
    ),
    ProblemType(
        slug="unauthorized",
        status=401,
        title="Unauthorized",
        meaning="The request carries no access token, or one that this API does not accept.",
        cause="There is no token, or it is expired, forged, not an access token, or not one for this API.",
        remedy="Send 'Authorization: Bearer <token>' with a current access token of the configured issuer.",
        example="A valid access token is required.",
    ),
    ProblemType(
        slug="forbidden",
        status=403,
        title="Forbidden",
        meaning="The caller is known but may not do this.",
        cause="A rule of the deployment, such as a firewall's, does not let the request pass.",
        remedy="Ask the owner of the account for access.",
        example="Access is denied.",
    ),
    ProblemType(
        slug="insufficient-scope",
        status=403,
        title="Insufficient scope",
        meaning="The token is valid, but lacks a scope. 'requiredScopes' names all that the request needs.",
        cause="The token was issued without a scope that the request needs, or the environment is protected.",
        remedy="Ask the issuer for a token with these scopes.",
        example="This request needs the scope connections:write environments:protected.",
    ),
    ProblemType(
        slug="route-not-found",
        status=404,
        title="Route not found",
        meaning="No resource of this API has that path.",
        cause="The path has a typo, lacks '/v1', or holds a name whose slash is not percent-encoded.",
        remedy="Compare the path with the documentation, its version segment '/v1' and the encoding of names included.",
        example="There is no such resource.",
    ),
    ProblemType(
        slug="project-not-found",
        status=404,
        title="Project not found",
        meaning="The caller's account has no such project. A project of another account looks the same.",
        cause="The id is wrong, the project was deleted, or the token is of another account.",
        remedy="List the account's projects with GET /v1/projects, and check that the token is of the right account.",
        example="There is no such project.",
    ),
    ProblemType(
        slug="environment-not-found",
        status=404,
        title="Environment not found",
        meaning="The project has no environment of that name. Names are case-sensitive.",
        cause="The name is spelled otherwise, or the environment was deleted.",
        remedy="List the project's environments, or create the environment first.",
        example="The project has no environment of that name.",
    ),
    ProblemType(
        slug="connection-not-found",
        status=404,
        title="Connection not found",
        meaning="The project has no connection of that name. Names are case-sensitive.",
        cause="The name is spelled otherwise, or the connection was deleted.",
        remedy="List the project's connections, or create the connection first.",
        example="The project has no connection of that name.",
    ),
    ProblemType(
        slug="connection-not-configured",
        status=404,
        title="Connection not configured",
        meaning="Nothing tells which secret the connection uses in this environment. Nothing is borrowed from another.",
        cause="There is no override, and no default that the environment inherits; or an override blocks it.",
        remedy="Make an override, give the connection a default, or let the environment inherit defaults. "
        "'explain=true' adds the trace of the decision.",
        example="The connection has no override in this environment, which inherits no defaults.",
    ),
    ProblemType(
        slug="override-not-found",
        status=404,
        title="Override not found",
        meaning="The connection exists but has no override in this environment.",
        cause="It was never made, or it was deleted. PUT does not make one.",
        remedy="Create the override with POST.",
        example="The connection has no override in this environment.",
    ),
    ProblemType(
        slug="problem-not-found",
        status=404,
        title="Problem not found",
        meaning="The catalogue has no problem of that name.",
        cause="The address has a typo.",
        remedy="List all with GET /v1/problems.",
        example="There is no such problem.",
    ),
    ProblemType(
        slug="method-not-allowed",
        status=405,
        title="Method not allowed",
        meaning="The resource exists but does not take this method. 'Allow' lists those it takes.",
        cause="The method is not one of the resource's.",
        remedy="Use one of the methods in 'Allow'.",
        example="This resource takes GET, POST.",
    ),
    ProblemType(
        slug="environment-already-exists",
        status=409,
        title="Environment already exists",
        meaning="The project has an environment of that name; 'Location' is its address. Nothing was changed.",
        cause="It was made before, perhaps by an earlier try of the same request.",
        remedy="Change it with PUT, or choose another name.",
        example="The project already has an environment of that name. Use PUT to change it.",
    ),
    ProblemType(
        slug="connection-already-exists",
        status=409,
        title="Connection already exists",
        meaning="The project has a connection of that name; 'Location' is its address. Nothing was changed.",
        cause="It was made before, perhaps by an earlier try of the same request.",
        remedy="Change it with PUT, or choose another name.",
        example="The project already has a connection of that name. Use PUT to change it.",
    ),
    ProblemType(
        slug="override-already-exists",
        status=409,
        title="Override already exists",
        meaning="The connection has an override in this environment; 'Location' is its address. Nothing was changed.",
        cause="It was made before, perhaps by an earlier try of the same request.",
        remedy="Change it with PUT.",
        example="The connection already has an override in this environment. Use PUT to change it.",
    ),
    ProblemType(
        slug="quota-exceeded",
        status=409,
        title="Quota exceeded",
        meaning="The project holds as many as it may. Nothing was changed.",
        cause="The project has 90 environments, or 5,000 connections.",
        remedy="Remove what is no longer needed, or use another project.",
        example="A project holds at most 90 environments.",
    ),
    ProblemType(
        slug="report-too-large",
        status=409,
        title="Report too large",
        meaning="The project holds more than one request can look at: 'detail' tells how much, and how much can be.",
        cause="A report on secrets looks at all connections and overrides of the project, for every page.",
        remedy="List the effective connections of each environment instead, or divide the project.",
        example="The project has 4,000 connections and 7,500 overrides; a report covers at most 10,000 of them.",
    ),
    ProblemType(
        slug="connection-in-use",
        status=409,
        title="Connection in use",
        meaning="Overrides depend on the connection or on its auth type: see 'dependents'. Nothing was changed.",
        cause="Environments override the connection that is to be deleted or to get another auth type.",
        remedy="Delete these overrides first. A delete can take them along with 'cascade=true'.",
        example="The connection has overrides. Delete them first, or send cascade=true.",
    ),
    ProblemType(
        slug="environment-in-use",
        status=409,
        title="Environment in use",
        meaning="The environment has overrides. 'dependents' lists them, 'total' counts them. Nothing was changed.",
        cause="Overrides were made in the environment that is to be deleted.",
        remedy="Delete these overrides first, or delete them along with 'cascade=true'.",
        example="The environment has 3 overrides. Delete them first, or send cascade=true.",
    ),
    ProblemType(
        slug="project-in-use",
        status=409,
        title="Project in use",
        meaning="The project holds environments or connections. 'dependents' lists some, 'total' counts all of them.",
        cause="The project that is to be deleted is not empty.",
        remedy="Delete its environments and connections first.",
        example="The project holds 3 environments and 2 connections. Delete them first.",
    ),
    ProblemType(
        slug="shared-secret-reference",
        status=409,
        title="Shared secret reference",
        meaning="A protected environment and others would use the same secret: see 'dependents'. Nothing was changed.",
        cause="The secret is a default or in an unprotected environment's override, and in a protected environment's.",
        remedy="Use a secret of the environment's own; or send 'allowSharedSecret=true' if the sharing is meant.",
        example="A protected environment and others would use the same secret. Use another one, or say that it is "
        "meant with allowSharedSecret=true.",
    ),
    ProblemType(
        slug="cascade-too-large",
        status=409,
        title="Cascade too large",
        meaning="More overrides would have to go than one all-or-nothing step takes. Nothing was changed.",
        cause="'total' overrides depend on what is to be deleted; 'detail' says how many can go with it.",
        remedy="Delete some of the overrides first, up to 90 in one request, then repeat this one.",
        example="The environment has 120 overrides; at most 96 can be deleted with it in one step. "
        "Delete some of them first.",
    ),
    ProblemType(
        slug="precondition-failed",
        status=412,
        title="Precondition failed",
        meaning="The item is not in the state that 'If-Match' or 'If-None-Match' demands. Nothing was changed.",
        cause="Somebody changed, made or deleted it since it was read.",
        remedy="Read the item again, decide anew, and send its current 'ETag'.",
        example="The item is not in the state that If-Match or If-None-Match demands; nothing was changed.",
    ),
    ProblemType(
        slug="payload-too-large",
        status=413,
        title="Payload too large",
        meaning="The body is larger than this API takes.",
        cause="The body is longer than any valid request needs.",
        remedy="Send at most 32,768 bytes.",
        example="The body must not be larger than 32768 bytes.",
    ),
    ProblemType(
        slug="uri-too-long",
        status=414,
        title="URI too long",
        meaning="The URL is longer than this API takes.",
        cause="API Gateway takes 10,240 bytes of request line and headers. A list in the query is the usual cause.",
        remedy="Send a shorter URL, for example with fewer names in a list.",
        example="The URL is longer than 10240 bytes.",
    ),
    ProblemType(
        slug="unsupported-media-type",
        status=415,
        title="Unsupported media type",
        meaning="The body is not sent as application/json in UTF-8.",
        cause="'Content-Type' is missing, repeated, or names another type or character encoding.",
        remedy="Send 'Content-Type: application/json' and the body in UTF-8.",
        example="The body must be application/json in UTF-8.",
    ),
    ProblemType(
        slug="too-many-requests",
        status=429,
        title="Too many requests",
        meaning="The limit of requests is reached.",
        cause="This API takes a limited number of requests per second, from all callers and from each.",
        remedy="Wait as long as 'Retry-After' says and try again.",
        example="Too many requests.",
    ),
    ProblemType(
        slug="idempotency-key-reused",
        status=422,
        title="Idempotency key reused",
        meaning="The 'Idempotency-Key' was used for another request. Nothing was changed.",
        cause="A key stands for one request: method, address, query, body and conditions, for a day.",
        remedy="Send another request with a new key, or the same request with the same one.",
        example="This Idempotency-Key was used for another request. Use a new one.",
    ),
    ProblemType(
        slug="request-header-fields-too-large",
        status=431,
        title="Request header fields too large",
        meaning="The request line and headers are larger than this API takes.",
        cause="API Gateway takes 10,240 bytes of request line and headers. Large tokens and cookies are usual causes.",
        remedy="Send fewer or shorter headers.",
        example="Request line and headers are larger than 10240 bytes.",
    ),
    ProblemType(
        slug="internal-error",
        status=500,
        title="Internal error",
        meaning="The service failed. The fault is on our side and has been logged.",
        cause="A fault of the service or of what it is deployed with.",
        remedy="Try again later, and report the 'instance' if it stays.",
        example="The service failed. The fault is on our side and has been logged.",
    ),
    ProblemType(
        slug="service-unavailable",
        status=503,
        title="Service unavailable",
        meaning="The service is too busy, or cannot reach the token issuer's keys. Nothing was changed.",
        cause="Many requests change the same items, the table is throttled, or the issuer does not answer.",
        remedy="Wait as long as 'Retry-After' says and try again.",
        example="The service is busy; nothing was changed. Try again.",
    ),
    ProblemType(
        slug="outcome-unknown",
        status=503,
        title="Outcome unknown",
        meaning="The store did not answer in time: the write may or may not have happened.",
        cause="The connection to the store broke, or it was too slow; or writes are switched off for a while.",
        remedy="Repeat the request if it had an 'Idempotency-Key'. Otherwise look whether the item is there, and "
        "repeat it if it is not: a create never makes two.",
        example="The store did not answer in time, so the outcome is not known. Look before you repeat.",
    ),
    ProblemType(
        slug="gateway-timeout",
        status=504,
        title="Gateway timeout",
        meaning="The service did not answer in time: a write may or may not have happened.",
        cause="The service took longer than 29 seconds.",
        remedy="Look whether the item is there, then repeat the request if it is not.",
        example="The service did not answer in time.",
    ),
)

PROBLEMS: Final = {problem.slug: problem for problem in _TYPES}
"""Every type by its slug."""
