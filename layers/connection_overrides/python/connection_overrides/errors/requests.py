"""Requests that break a rule of the API, whatever is stored."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, NamedTuple

from connection_overrides.errors.base import Problem


class Violation(NamedTuple):
    """A broken rule. `location` leads from the part of the request (`body`, `path`, `query`, `header`) to the value."""

    location: tuple[str | int, ...]
    code: str
    message: str

    def to_text(self) -> str:
        """Return `path: message`, for people."""
        path = ".".join(map(str, self.location[1:])) or self.location[0]
        return f"{path}: {self.message}"

    def to_json(self) -> dict[str, Any]:
        """Return the violation with the value's JSON Pointer (RFC 6901) within its part of the request."""
        escaped = (str(segment).replace("~", "~0").replace("/", "~1") for segment in self.location[1:])
        pointer = "".join(f"/{segment}" for segment in escaped)
        return {"in": self.location[0], "pointer": pointer, "code": self.code, "message": self.message}


class InvalidRequest(Problem):
    """Body, path, query or headers break one or more rules. Nothing was changed."""

    slug = "invalid-request"
    status = 400
    title = "Invalid request"
    cause = "A field is missing, unknown, of the wrong type or otherwise invalid, or the body is not strict JSON."
    remedy = "Read `errors`: each has a JSON Pointer to the value, a stable code and the rule that it breaks."
    detail = "The request breaks one or more rules; see 'violations'."
    members_schema: ClassVar = {
        "required": ["violations", "errors"],
        "properties": {
            "violations": {"type": "array", "items": {"type": "string"}, "description": "For people: `path: message`."},
            "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Violation"}},
        },
    }
    schemas: ClassVar = {
        "Violation": {
            "type": "object",
            "description": "A broken rule.",
            "required": ["in", "pointer", "code", "message"],
            "properties": {
                "in": {"type": "string", "enum": ["body", "path", "query", "header"]},
                "pointer": {
                    "type": "string",
                    "format": "json-pointer",
                    "description": "The place of the value in that part of the request (RFC 6901).",
                },
                "code": {"type": "string", "description": "The rule that is broken. Stable."},
                "message": {"type": "string"},
            },
        }
    }
    example_members: ClassVar = {
        "violations": ["connectionOverrides.connectionProperties.secretNam: is not a known field"],
        "errors": [
            {
                "in": "body",
                "pointer": "/connectionOverrides/connectionProperties/secretNam",
                "code": "extra_forbidden",
                "message": "is not a known field",
            }
        ],
    }

    def __init__(self, violations: Iterable[Violation]) -> None:
        super().__init__()
        self.violations = tuple(dict.fromkeys(violations))[:50]

    @classmethod
    def of(cls, location: tuple[str | int, ...], code: str, message: str) -> "InvalidRequest":
        """Return the error of a single violation."""
        return cls([Violation(location, code, message)])

    def members(self) -> Mapping[str, Any]:
        """Return the violations for people and for programs."""
        return {
            "violations": [violation.to_text() for violation in self.violations],
            "errors": [violation.to_json() for violation in self.violations],
        }


class MethodNotAllowed(Problem):
    """The resource does not support this method. `Allow` lists the methods that it supports."""

    slug = "method-not-allowed"
    status = 405
    title = "Method not allowed"
    cause = "The method is wrong, or the path is that of another resource."
    remedy = "Use one of the methods in `Allow`."
    detail = "This resource supports GET, POST."
    header_names = ("Allow",)

    def __init__(self, allowed: Iterable[str]) -> None:
        self.allowed = ", ".join(allowed)
        super().__init__(f"This resource supports {self.allowed}.")

    def headers(self) -> Mapping[str, str]:
        """Return `Allow` (RFC 9110, section 15.5.6)."""
        return {"Allow": self.allowed}


class PayloadTooLarge(Problem):
    """The body is larger than this API accepts."""

    slug = "payload-too-large"
    status = 413
    title = "Payload too large"
    cause = "The body is longer than any valid request needs to be."
    remedy = "Send at most 32,768 bytes."
    detail = "The body must not be larger than 32768 bytes."


class UnsupportedMediaType(Problem):
    """The body is not sent as `application/json` in UTF-8."""

    slug = "unsupported-media-type"
    status = 415
    title = "Unsupported media type"
    cause = "`Content-Type` is missing, repeated, or names another type or character encoding."
    remedy = "Send `Content-Type: application/json` and the body in UTF-8, uncompressed."
    detail = "The body must be application/json in UTF-8."


class IdempotencyKeyReused(Problem):
    """The `Idempotency-Key` was used for another request. Nothing was changed."""

    slug = "idempotency-key-reused"
    status = 422
    title = "Idempotency key reused"
    cause = "For a day, a key stands for one request: its method, path, query, body and conditions."
    remedy = "Send a different request with a new key, and the same request with the same key."
    detail = "This Idempotency-Key was used for another request. Use a new one."
