"""The problems of the API, generated from its catalogue by `make client-models`.

A problem's title and detail are in the response; `remedy` is what the catalogue says about its type.
"""

from typing import Final

from connection_overrides_client.errors import Problem


class BadRequest(Problem):
    """The request is not HTTP that this API accepts."""

    slug = "bad-request"
    remedy = "Check the URL, the headers and the query for malformed parts."


class InvalidRequest(Problem):
    """Body, path, query or headers break one or more rules. Nothing was changed."""

    slug = "invalid-request"
    remedy = "Read `errors`: each has a JSON Pointer to the value, a stable code and the rule that it breaks."


class Unauthorized(Problem):
    """The request carries no access token, or one that this API does not accept."""

    slug = "unauthorized"
    remedy = "Send `Authorization: Bearer <token>` with a current access token of the configured issuer."


class Forbidden(Problem):
    """The caller is known but not allowed to do this."""

    slug = "forbidden"
    remedy = "Ask the owner of the account for access."


class InsufficientScope(Problem):
    """The token is valid but lacks a scope. `requiredScopes` lists all scopes that the request needs."""

    slug = "insufficient-scope"
    remedy = "Ask the issuer for a token with these scopes."


class ChangeNotFound(Problem):
    """The item has no such change, or its history is not kept for so long."""

    slug = "change-not-found"
    remedy = "List the history of the item."


class ConnectionNotConfigured(Problem):
    """No secret is configured for the connection in this environment. None is borrowed from another one."""

    slug = "connection-not-configured"
    remedy = (
        "Create an override, give the connection a default, or let the environment inherit "
        "defaults. `explain=true` adds the trace of the decision."
    )


class ConnectionNotFound(Problem):
    """The project has no connection of this name. Names are case-sensitive."""

    slug = "connection-not-found"
    remedy = "List the project's connections, or create the connection first."


class EnvironmentNotFound(Problem):
    """The project has no environment of this name. Names are case-sensitive."""

    slug = "environment-not-found"
    remedy = "List the project's environments, or create the environment first."


class OverrideNotFound(Problem):
    """The connection exists but has no override in this environment."""

    slug = "override-not-found"
    remedy = "Create the override with POST."


class ProblemNotFound(Problem):
    """The catalogue has no problem of this name."""

    slug = "problem-not-found"
    remedy = "List all problems with `GET /v1/problems`."


class ProjectNotFound(Problem):
    """The caller's account has no such project. A project of another account looks the same."""

    slug = "project-not-found"
    remedy = "List the account's projects with `GET /v1/projects`, and check which account the token belongs to."


class RouteNotFound(Problem):
    """No resource of this API has this path."""

    slug = "route-not-found"
    remedy = "Compare the path with the documentation, including the version segment `/v1` and the encoding of names."


class MethodNotAllowed(Problem):
    """The resource does not support this method. `Allow` lists the methods that it supports."""

    slug = "method-not-allowed"
    remedy = "Use one of the methods in `Allow`."


class CascadeTooLarge(Problem):
    """More overrides would be deleted than fit into one all-or-nothing step. Nothing was changed."""

    slug = "cascade-too-large"
    remedy = "Delete some of the overrides first, up to 45 in one request, then repeat this request."


class ConnectionAlreadyExists(Problem):
    """The project already has a connection of this name; `Location` is its URL. Nothing was changed."""

    slug = "connection-already-exists"
    remedy = "Change it with PUT, or choose another name."


class ConnectionInUse(Problem):
    """Overrides depend on the connection or on its auth type; see `dependents`. Nothing was changed."""

    slug = "connection-in-use"
    remedy = "Delete these overrides first. `cascade=true` deletes them together with the connection."


class EnvironmentAlreadyExists(Problem):
    """The project already has an environment of this name; `Location` is its URL. Nothing was changed."""

    slug = "environment-already-exists"
    remedy = "Change it with PUT, or choose another name."


class EnvironmentInUse(Problem):
    """The environment has overrides: `dependents` lists them, `total` counts them. Nothing was changed."""

    slug = "environment-in-use"
    remedy = "Delete these overrides first. `cascade=true` deletes them together with the environment."


class NothingToRestore(Problem):
    """The change deleted the item, or what it left has expired. Nothing was changed."""

    slug = "nothing-to-restore"
    remedy = "Restore another change, write the item anew, or delete it."


class OverrideAlreadyExists(Problem):
    """The connection already has an override in this environment; `Location` is its URL. Nothing was changed."""

    slug = "override-already-exists"
    remedy = "Change it with PUT."


class ProjectInUse(Problem):
    """The project holds environments or connections. `dependents` lists some of them, `total` counts all."""

    slug = "project-in-use"
    remedy = "Delete its environments and connections first."


class QuotaExceeded(Problem):
    """The project already holds the maximum number. Nothing was changed."""

    slug = "quota-exceeded"
    remedy = "Delete what is no longer needed, or use another project."


class ReportTooLarge(Problem):
    """The project holds more than one request can read. `detail` says how much, and what the limit is."""

    slug = "report-too-large"
    remedy = "List the effective connections of each environment instead, or split the project."


class SharedSecret(Problem):
    """A protected environment would share a secret with others; see `dependents`. Nothing was changed."""

    slug = "shared-secret-reference"
    remedy = "Use a secret of the environment's own. If sharing is intended, send `allowSharedSecret=true`."


class PreconditionFailed(Problem):
    """The item's version does not satisfy `If-Match` or `If-None-Match`. Nothing was changed."""

    slug = "precondition-failed"
    remedy = "Read the item again, decide whether the change still applies, and send its current `ETag`."


class PayloadTooLarge(Problem):
    """The body is larger than this API accepts."""

    slug = "payload-too-large"
    remedy = "Send at most 32,768 bytes."


class UriTooLong(Problem):
    """The URL is longer than this API accepts."""

    slug = "uri-too-long"
    remedy = "Send a shorter URL, for example with fewer names in a list."


class UnsupportedMediaType(Problem):
    """The body is not sent as `application/json` in UTF-8."""

    slug = "unsupported-media-type"
    remedy = "Send `Content-Type: application/json` and the body in UTF-8, uncompressed."


class IdempotencyKeyReused(Problem):
    """The `Idempotency-Key` was used for another request. Nothing was changed."""

    slug = "idempotency-key-reused"
    remedy = "Send a different request with a new key, and the same request with the same key."


class TooManyRequests(Problem):
    """The request limit is reached."""

    slug = "too-many-requests"
    remedy = "Wait for the seconds in `Retry-After`, then retry."


class RequestHeaderFieldsTooLarge(Problem):
    """The request line and headers are larger than this API accepts."""

    slug = "request-header-fields-too-large"
    remedy = "Send fewer or shorter headers."


class InternalError(Problem):
    """The service failed. The fault is on our side and has been logged."""

    slug = "internal-error"
    remedy = "Retry later, and report the `instance` if it happens again."


class OutcomeUnknown(Problem):
    """The table did not respond in time: the change may or may not have been applied."""

    slug = "outcome-unknown"
    remedy = (
        "Retry if the request had an `Idempotency-Key`. Otherwise check whether the change was "
        "applied, and retry if it was not: of repeated creates, only one succeeds."
    )


class ServiceUnavailable(Problem):
    """The service is too busy, or cannot fetch the token issuer's keys. Nothing was changed."""

    slug = "service-unavailable"
    remedy = "Wait for the seconds in `Retry-After`, then retry."


class GatewayTimeout(Problem):
    """The service did not respond in time: a write may or may not have been applied."""

    slug = "gateway-timeout"
    remedy = "Check whether the change was applied, and retry if it was not."


BY_SLUG: Final[dict[str, type[Problem]]] = {
    problem.slug: problem
    for problem in (
        BadRequest,
        InvalidRequest,
        Unauthorized,
        Forbidden,
        InsufficientScope,
        ChangeNotFound,
        ConnectionNotConfigured,
        ConnectionNotFound,
        EnvironmentNotFound,
        OverrideNotFound,
        ProblemNotFound,
        ProjectNotFound,
        RouteNotFound,
        MethodNotAllowed,
        CascadeTooLarge,
        ConnectionAlreadyExists,
        ConnectionInUse,
        EnvironmentAlreadyExists,
        EnvironmentInUse,
        NothingToRestore,
        OverrideAlreadyExists,
        ProjectInUse,
        QuotaExceeded,
        ReportTooLarge,
        SharedSecret,
        PreconditionFailed,
        PayloadTooLarge,
        UriTooLong,
        UnsupportedMediaType,
        IdempotencyKeyReused,
        TooManyRequests,
        RequestHeaderFieldsTooLarge,
        InternalError,
        OutcomeUnknown,
        ServiceUnavailable,
        GatewayTimeout,
    )
}
"""The classes by the last segment of the problem's type."""
