"""Everything that a request can be refused with: one class for each problem of the catalogue."""

from connection_overrides.errors.access import InsufficientScope, Unauthorized
from connection_overrides.errors.base import PROBLEMS_PATH, Conflict, Problem, catalogue
from connection_overrides.errors.conflicts import (
    AlreadyExists,
    CascadeTooLarge,
    ConnectionAlreadyExists,
    ConnectionInUse,
    Dependent,
    EnvironmentAlreadyExists,
    EnvironmentInUse,
    InUse,
    NothingToRestore,
    OverrideAlreadyExists,
    PreconditionFailed,
    ProjectInUse,
    QuotaExceeded,
    ReportTooLarge,
    SharedSecret,
)
from connection_overrides.errors.gateway import (
    BadRequest,
    Forbidden,
    GatewayTimeout,
    RequestHeaderFieldsTooLarge,
    TooManyRequests,
    UriTooLong,
)
from connection_overrides.errors.not_found import (
    ChangeNotFound,
    ConnectionNotConfigured,
    ConnectionNotFound,
    EnvironmentNotFound,
    NotFound,
    OverrideNotFound,
    ProblemNotFound,
    ProjectNotFound,
    RouteNotFound,
)
from connection_overrides.errors.requests import (
    IdempotencyKeyReused,
    InvalidRequest,
    MethodNotAllowed,
    PayloadTooLarge,
    UnsupportedMediaType,
    Violation,
)
from connection_overrides.errors.service import (
    InternalError,
    OutcomeUnknown,
    OutOfTime,
    RetryLater,
    ServiceUnavailable,
)
