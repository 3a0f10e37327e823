"""Find breaking changes in the API document: `python -m tools.compatibility` compares it with the last commit on main.

Clients of the old document must work with the new one: it accepts what they send, and returns what they read. Responses
may get new members, statuses, problems and enumeration values. A breaking change needs a new major version or, before
1.0.0, a new minor version.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any, Final

from tools.openapi import DOCUMENT
from tools.schema_compatibility import Schemas

_PATH: Final = "docs/openapi.json"
_METHODS: Final = frozenset({"get", "put", "post", "delete", "patch"})

type Json = dict[str, Any]


def breaks(old: Json, new: Json) -> list[str]:
    """Return the breaking changes, as sentences."""
    return list(dict.fromkeys(_Comparison(old, new).found()))


class _Comparison:
    """The comparison of two documents. Every method yields sentences."""

    def __init__(self, old: Json, new: Json) -> None:
        self._old = old
        self._new = new
        self._schemas = Schemas(old, new)

    def found(self) -> Iterator[str]:
        for path, operations in self._old["paths"].items():
            for method, operation in operations.items():
                if method in _METHODS:
                    where = f"{method.upper()} {path}"
                    changed = self._new["paths"].get(path, {}).get(method)
                    if changed is None:
                        yield f"{where}: removed"
                    else:
                        yield from self._operation(where, operation, changed)

    def _operation(self, where: str, old: Json, new: Json) -> Iterator[str]:
        if old.get("operationId") != new.get("operationId"):
            yield f"{where}: operationId changed, which is a name in generated clients"
        if _scopes(new) - _scopes(old) or (new.get("security") and not old.get("security")):
            yield f"{where}: requires more of the caller"
        yield from self._parameters(where, old, new)
        yield from self._body(where, old.get("requestBody", {}), new.get("requestBody", {}))
        yield from self._responses(where, old, new)

    def _parameters(self, where: str, old: Json, new: Json) -> Iterator[str]:
        before, after = _parameters_of(old), _parameters_of(new)
        for key, parameter in after.items():
            if parameter.get("required") and not before.get(key, {}).get("required"):
                yield f"{where}: parameter {key[1]} is now required"
        for key, parameter in before.items():
            changed = after.get(key)
            if changed is None:
                yield f"{where}: parameter {key[1]} removed"
                continue
            if any(parameter.get(name) != changed.get(name) for name in ("style", "explode")):
                yield f"{where}: parameter {key[1]} has another style"
            yield from self._schemas.narrower(f"{where}: parameter {key[1]}", parameter["schema"], changed["schema"])

    def _body(self, where: str, old: Json, new: Json) -> Iterator[str]:
        if new.get("required") and not old.get("required"):
            yield f"{where}: body is now required"
        for media_type, content in old.get("content", {}).items():
            changed = new.get("content", {}).get(media_type)
            if changed is None:
                yield f"{where}: {media_type} is no longer accepted"
            else:
                yield from self._schemas.narrower(f"{where}: body", content["schema"], changed["schema"])

    def _responses(self, where: str, old: Json, new: Json) -> Iterator[str]:
        for status, reference in old["responses"].items():
            described = new["responses"].get(status, new["responses"].get("default"))
            if described is None:
                yield f"{where}: {status} removed"
                continue
            response, _ = self._schemas.resolved(reference, self._old)
            changed, _ = self._schemas.resolved(described, self._new)
            yield from self._response(f"{where}: {status}", response, changed)

    def _response(self, where: str, old: Json, new: Json) -> Iterator[str]:
        for name, reference in old.get("headers", {}).items():
            if name not in new.get("headers", {}):
                yield f"{where}: header {name} removed"
                continue
            header, _ = self._schemas.resolved(reference, self._old)
            changed, _ = self._schemas.resolved(new["headers"][name], self._new)
            if header.get("required") and not changed.get("required"):
                yield f"{where}: header {name} is no longer guaranteed"
        for media_type, content in old.get("content", {}).items():
            changed = new.get("content", {}).get(media_type)
            if changed is None:
                yield f"{where}: {media_type} removed"
            else:
                yield from self._schemas.poorer(where, content["schema"], changed["schema"])


def _scopes(operation: Json) -> set[str]:
    return {scope for one in operation.get("security", []) for scopes in one.values() for scope in scopes}


def _parameters_of(operation: Json) -> dict[tuple[str, str], Json]:
    return {(one["in"], one["name"]): one for one in operation.get("parameters", [])}


def may_break(old: Json, new: Json) -> bool:
    """Return whether the version allows breaking changes: another major or, before 1.0.0, another minor number."""
    before, after = (str(document["info"]["version"]).split(".") for document in (old, new))
    return before[:1] != after[:1] or (after[0] == "0" and before[1] != after[1])


def _git(*arguments: str) -> str | None:
    try:
        run = subprocess.run(  # noqa: S603 - arguments of our own
            ["git", *arguments],  # noqa: S607 - whichever git the developer uses
            cwd=DOCUMENT.parents[1],
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        return None
    return run.stdout if run.returncode == 0 else None


def baseline(current: str) -> str | None:
    """Return the previous document: from the point where this branch left main, or from the previous commit."""
    for branch in ("origin/main", "main"):
        begin = _git("merge-base", "HEAD", branch)
        if begin is not None:
            committed = _git("show", f"{begin.strip()}:{_PATH}")
            return committed if committed != current else _git("show", f"HEAD^:{_PATH}")
    return _git("show", f"HEAD^:{_PATH}")


def main() -> int:
    """Run the comparison and return the exit code."""
    current = DOCUMENT.read_text(encoding="utf-8")
    before = baseline(current)
    if before is None:
        _say(f"No previous {_PATH} to compare with: compatibility was not checked.")
        return 0
    old, new = json.loads(before), json.loads(current)
    found = breaks(old, new)
    for sentence in found:
        _say(f"breaking change: {sentence}")
    return 1 if found and not may_break(old, new) else 0


def _say(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201 - the console is its output


if __name__ == "__main__":
    sys.exit(main())
