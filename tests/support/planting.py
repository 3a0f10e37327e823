"""Plants faults in the service."""

import ast
import inspect
from dataclasses import dataclass
from pkgutil import resolve_name
from textwrap import dedent
from typing import Any

import pytest


@dataclass(frozen=True)
class Fault:
    """A change of a function of the package, such as `services.writes:require_write`: `right` becomes `wrong`."""

    function: str
    right: str
    wrong: str

    def plant(self, patch: pytest.MonkeyPatch) -> None:
        """Replace the code of the function, so that modules that have imported it run the changed one as well."""
        function: Any = inspect.unwrap(resolve_name(f"connection_overrides.{self.function}"))
        source = dedent(inspect.getsource(function))
        assert source.count(self.right) == 1, f"{self.function} no longer contains this text once: {self.right}"
        changed = ast.parse(source.replace(self.right, self.wrong))
        [definition] = changed.body
        assert isinstance(definition, ast.FunctionDef)
        definition.decorator_list = []
        namespace: dict[str, Any] = {}
        exec(compile(changed, "<planted>", "exec"), function.__globals__, namespace)  # noqa: S102 - our own source
        patch.setattr(function, "__code__", namespace[function.__name__].__code__)
