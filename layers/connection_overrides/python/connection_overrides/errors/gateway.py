"""Problems that API Gateway answers by itself, before or instead of a function: they are declared, never raised."""

from connection_overrides.errors.base import Problem


class BadRequest(Problem):
    """The request is not HTTP that this API accepts."""

    slug = "bad-request"
    status = 400
    title = "Bad request"
    cause = "The URL, a header or the query is malformed, or API Gateway does not accept it."
    remedy = "Check the URL, the headers and the query for malformed parts."
    detail = "The request is malformed."


class Forbidden(Problem):
    """The caller is known but not allowed to do this."""

    slug = "forbidden"
    status = 403
    title = "Forbidden"
    cause = "A rule of the deployment, such as a firewall, rejected the request."
    remedy = "Ask the owner of the account for access."
    detail = "Access is denied."


class UriTooLong(Problem):
    """The URL is longer than this API accepts."""

    slug = "uri-too-long"
    status = 414
    title = "URI too long"
    cause = "API Gateway accepts 10,240 bytes of request line and headers. A list in the query is the usual cause."
    remedy = "Send a shorter URL, for example with fewer names in a list."
    detail = "The URL is longer than 10240 bytes."


class TooManyRequests(Problem):
    """The request limit is reached."""

    slug = "too-many-requests"
    status = 429
    title = "Too many requests"
    cause = "This API limits the requests per second, in total and for each caller."
    remedy = "Wait for the seconds in `Retry-After`, then retry."
    detail = "Too many requests."
    header_names = ("Retry-After",)


class RequestHeaderFieldsTooLarge(Problem):
    """The request line and headers are larger than this API accepts."""

    slug = "request-header-fields-too-large"
    status = 431
    title = "Request header fields too large"
    cause = "API Gateway accepts 10,240 bytes of request line and headers. Large tokens and cookies are usual causes."
    remedy = "Send fewer or shorter headers."
    detail = "Request line and headers are larger than 10240 bytes."


class GatewayTimeout(Problem):
    """The service did not respond in time: a write may or may not have been applied."""

    slug = "gateway-timeout"
    status = 504
    title = "Gateway timeout"
    cause = "The service took longer than 29 seconds."
    remedy = "Check whether the change was applied, and retry if it was not."
    detail = "The service did not respond in time."
    header_names = ("Retry-After",)
