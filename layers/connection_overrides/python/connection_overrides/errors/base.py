"""What all errors have in common: an error is a problem of the catalogue (RFC 9457), declared once, as a class."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

PROBLEMS_PATH: Final = "/v1/problems"


class Problem(Exception):
    """A request that cannot be answered as asked.

    A subclass with a `slug` is an entry of the catalogue: its docstring and its class attributes are what the entry
    says. `slug` is stable: it names the problem's page, `/v1/problems/<slug>`, which is its `type`. `detail` is the
    sentence in a response, unless an instance says more; it never holds a value of a field that may be a secret.
    """

    slug: ClassVar[str]
    status: ClassVar[int]
    title: ClassVar[str]
    cause: ClassVar[str]
    remedy: ClassVar[str]
    detail: str

    header_names: ClassVar[tuple[str, ...]] = ()
    """Headers that responses of this problem always carry, beside those of every response."""

    members_schema: ClassVar[Mapping[str, Any]] = {}
    """JSON Schema of the extension members (RFC 9457, section 3.2), as an object schema; empty without any."""

    schemas: ClassVar[Mapping[str, Any]] = {}
    """JSON Schemas that `members_schema` refers to, by their names."""

    example_members: ClassVar[Mapping[str, Any]] = {}

    def __init__(self, detail: str | None = None) -> None:
        if detail is not None:
            self.detail = detail
        super().__init__(self.detail)

    @classmethod
    def meaning(cls) -> str:
        """Return what the catalogue says about the problem."""
        return cls.__doc__ or ""

    @classmethod
    def uri(cls) -> str:
        """Return the URI reference that is the problem's `type`."""
        return f"{PROBLEMS_PATH}/{cls.slug}"

    def members(self) -> Mapping[str, Any]:
        """Return the extension members of the response."""
        return {}

    def headers(self) -> Mapping[str, str]:
        """Return the headers of the response that need nothing of the request."""
        return {}


def catalogue() -> dict[str, type[Problem]]:
    """Return every problem by its slug, ordered by status and slug."""
    found = {problem.slug: problem for problem in _declared(Problem)}
    return dict(sorted(found.items(), key=lambda entry: (entry[1].status, entry[0])))


def _declared(base: type[Problem]) -> Iterable[type[Problem]]:
    for problem in base.__subclasses__():
        if "slug" in vars(problem):
            yield problem
        yield from _declared(problem)


class Conflict(Exception):
    """An item is no longer as it was read: nothing was written, and what it depends on must be read again."""
