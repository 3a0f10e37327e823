"""What a route takes and gives, as the signature of its function says, and how requests are held to it.

A parameter is marked with where it stands; one without a mark is the body. pydantic validates by the annotations.
"""

from collections.abc import Callable, Mapping
from inspect import Parameter, signature
from typing import Any, Final, Literal, get_args

from pydantic import TypeAdapter, ValidationError

from connection_overrides.errors import InvalidRequestError, Violation
from connection_overrides.http.answers import Answer
from connection_overrides.http.json_text import json_text
from connection_overrides.http.responses import Response
from connection_overrides.http.violations import VIOLATIONS_MAX, violations_of

JSON: Final = "application/json"

type Place = Literal["path", "query", "body"]


class Mark:
    """What documents say of a parameter. `alias` is its name in requests, if that is another than in Python."""

    def __init__(
        self, *, description: str, alias: str | None = None, json_schema_extra: dict[str, Any] | None = None
    ) -> None:
        """Keep what is said."""
        self.description = description
        self.alias = alias
        self.json_schema_extra = json_schema_extra


class Path(Mark):
    """Marks a parameter of the path."""


class Query(Mark):
    """Marks a parameter of the query."""


class _Argument:
    """One argument of a route's function: where requests have it, and what it must be."""

    def __init__(self, parameter: Parameter) -> None:
        """Read what the signature says of that parameter."""
        self.name = parameter.name
        self.place: Place = "body"
        self.alias = ""
        self.default: Any = parameter.default
        self._annotation: Any = parameter.annotation
        self._adapter: TypeAdapter[Any] | None = None
        for mark in getattr(parameter.annotation, "__metadata__", ()):
            if isinstance(mark, Mark):
                self.place = "path" if isinstance(mark, Path) else "query"
                self.alias = mark.alias or parameter.name

    @property
    def location(self) -> tuple[str, ...]:
        """Where violations say that it is."""
        return ("body",) if self.place == "body" else (self.place, self.alias)

    def validated(self, value: object) -> object:
        """Return what the function gets for the value. Raises pydantic's ValidationError."""
        # Made for the first request that needs it: a start does not wait for what all the other routes take.
        self._adapter = self._adapter or TypeAdapter(self._annotation)
        return self._adapter.validate_python(value, from_attributes=True)


class Signature:
    """The signature of a route's function, whose result is a `Response` of some type."""

    def __init__(self, function: Callable[..., object]) -> None:
        """Read the signature of that function."""
        read = signature(function)
        arguments = [_Argument(parameter) for parameter in read.parameters.values()]
        # Violations are told in this order.
        self._arguments = [each for place in ("path", "query", "body") for each in arguments if each.place == place]
        [self._reply] = get_args(read.return_annotation)
        self._reply_adapter: TypeAdapter[Any] | None = None

    @property
    def query_parameters(self) -> frozenset[str]:
        """The names of the query's parameters, as requests have them."""
        return frozenset(argument.alias for argument in self._arguments if argument.place == "query")

    def arguments(
        self, path: Mapping[str, str], query: Mapping[str, str], body: Mapping[str, object] | None
    ) -> dict[str, Any]:
        """Return the function's arguments, or raise InvalidRequestError with all that is wrong with them."""
        arguments: dict[str, Any] = {}
        violations: list[Violation] = []
        for argument in self._arguments:
            match argument.place:
                case "body":
                    value: object = body
                case "path":
                    value = path.get(argument.alias)
                case "query":
                    value = query.get(argument.alias)
            if value is None and argument.default is Parameter.empty:
                violations.append(Violation(argument.location, "missing", "is required"))
            elif value is None:
                arguments[argument.name] = argument.default
            else:
                try:
                    arguments[argument.name] = argument.validated(value)
                except ValidationError as error:
                    found = error.errors(include_url=False, include_input=False)
                    violations += violations_of(found, argument.location)
        if violations:
            raise InvalidRequestError(violations[:VIOLATIONS_MAX])
        return arguments

    def answer(self, response: Response[Any]) -> Answer:
        """Return the response of the function, written out."""
        self._reply_adapter = self._reply_adapter or TypeAdapter(self._reply)
        # A page knows the type of its results by the annotation only, and takes them over from the one that was made.
        reply = self._reply_adapter.validate_python(response.body, from_attributes=True)
        content = self._reply_adapter.dump_python(reply, mode="json", by_alias=True)
        body = json_text(content) if response.content_type == JSON else str(content)
        headers = {**response.headers, "Content-Type": response.content_type}
        return Answer(response.status, body, headers)
