"""What calls raise. Every refusal of the API is a `Problem`, with a class for each type in `problems`."""

from __future__ import annotations

from typing import Any, ClassVar


class ApiError(Exception):
    """A call has no result."""


class ServiceUnreachable(ApiError):
    """No response: the service cannot be reached, or did not answer in time. A write may have been applied."""


class UnexpectedResponse(ApiError):
    """A response that is not the service's, such as a proxy's. `status` is its HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class TokenUnavailable(ApiError):
    """The issuer gave no access token. The message contains no credential."""


class Problem(ApiError):
    """The service refused the request (RFC 9457).

    `document` is the whole problem, with members of its type such as `violations` or `dependents`. `retry_after` is the
    time in seconds after which the service suggests to try again.
    """

    slug: ClassVar[str] = ""
    remedy: ClassVar[str] = ""

    def __init__(self, document: dict[str, Any], retry_after: float | None = None) -> None:
        super().__init__(document.get("detail") or document.get("title") or "The request was refused.")
        self.document = document
        self.retry_after = retry_after

    @property
    def status(self) -> int:
        """The HTTP status."""
        return int(self.document.get("status", 0))

    @property
    def title(self) -> str:
        """What kind of problem it is."""
        return str(self.document.get("title", ""))

    @property
    def detail(self) -> str:
        """What is wrong with this request."""
        return str(self.document.get("detail", ""))

    @property
    def request_id(self) -> str:
        """The id of the request in the service's logs."""
        return str(self.document.get("instance", "")).rpartition(":")[2]

    @property
    def violations(self) -> list[str]:
        """What is invalid, each as `path: message`."""
        return list(self.document.get("violations", ()))


def to_problem(document: dict[str, Any], retry_after: float | None = None) -> Problem:
    """Return the problem as an instance of the class of its type; of `Problem` if this version does not know it."""
    from connection_overrides_client.problems import BY_SLUG  # noqa: PLC0415 - it imports this module

    slug = str(document.get("type", "")).rpartition("/")[2]
    return BY_SLUG.get(slug, Problem)(document, retry_after)
