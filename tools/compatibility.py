"""Find breaking changes in the API document: `python -m tools.compatibility` compares it with the last commit on main.

Clients of the old document must work with the new one: it accepts what they send, means the same by what they leave
out, and returns what they read. Responses may get new members, statuses, problems, alternatives and enumeration values,
and other limits. A breaking change needs a new major version or, before 1.0.0, a new minor version. A document with a
word that the check does not know is refused, whatever its version.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any, Final

from tools.document_words import METHODS, unknown_words
from tools.openapi import DOCUMENT
from tools.schema_compatibility import CannotCompareError, Schemas

_PATH: Final = "docs/openapi.json"
_STYLES: Final = {"cookie": "form", "header": "simple", "path": "simple", "query": "form"}
"""The style of a parameter without one, by its place (OpenAPI 3.1, "Parameter Object")."""
_SCHEME_WORDS: Final = ("flows", "in", "name", "openIdConnectUrl", "scheme", "type")

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
        urls = [{server["url"] for server in document.get("servers", [])} for document in (self._old, self._new)]
        yield from (f"server {url} removed" for url in sorted(urls[0] - urls[1]))
        yield from self._security_schemes()
        for path, item in self._old["paths"].items():
            changed = self._new["paths"].get(path, {})
            for method in METHODS & item.keys():
                where = f"{method.upper()} {path}"
                if method not in changed:
                    yield f"{where}: removed"
                else:
                    yield from self._operation(
                        where, _inherited(self._old, item, method), _inherited(self._new, changed, method)
                    )

    def _security_schemes(self) -> Iterator[str]:
        before, after = (
            document.get("components", {}).get("securitySchemes", {}) for document in (self._old, self._new)
        )
        for name, scheme in before.items():
            if name in after and any(scheme.get(word) != after[name].get(word) for word in _SCHEME_WORDS):
                yield f"security scheme {name} has changed"

    def _operation(self, where: str, old: Json, new: Json) -> Iterator[str]:
        if old.get("operationId") != new.get("operationId"):
            yield f"{where}: operationId changed, which is a name in generated clients"
        if not all(any(_within(one, other) for one in _security(new)) for other in _security(old)):
            yield f"{where}: requires more of the caller"
        yield from self._parameters(where, old, new)
        yield from self._body(where, old.get("requestBody", {}), new.get("requestBody", {}))
        yield from self._responses(where, old, new)

    def _parameters(self, where: str, old: Json, new: Json) -> Iterator[str]:
        before, after = self._parameters_of(old, self._old), self._parameters_of(new, self._new)
        for key, parameter in after.items():
            if parameter.get("required") and not before.get(key, {}).get("required"):
                yield f"{where}: parameter {key[1]} is now required"
        for key, parameter in before.items():
            changed = after.get(key)
            if changed is None:
                yield f"{where}: parameter {key[1]} removed"
            else:
                yield from self._parameter(f"{where}: parameter {key[1]}", parameter, changed)

    def _parameter(self, where: str, old: Json, new: Json) -> Iterator[str]:
        if _serialization(old) != _serialization(new):
            yield f"{where} has another style"
        for word in ("allowEmptyValue", "allowReserved"):
            if old.get(word) and not new.get(word):
                yield f"{where} no longer has {word}"
        yield from self._schemas.narrower(where, old["schema"], new["schema"])
        if not (old.get("required") and new.get("required")):
            yield from self._schemas.other_default(where, old["schema"], new["schema"])

    def _parameters_of(self, operation: Json, document: Json) -> dict[tuple[str, str], Json]:
        parameters = (self._schemas.resolved(one, document)[0] for one in operation.get("parameters", []))
        return {(one["in"], one["name"]): one for one in parameters}

    def _body(self, where: str, old_body: Json, new_body: Json) -> Iterator[str]:
        old, _ = self._schemas.resolved(old_body, self._old)
        new, _ = self._schemas.resolved(new_body, self._new)
        if new.get("required") and not old.get("required"):
            yield f"{where}: body is now required"
        for media_type, content in old.get("content", {}).items():
            changed = new.get("content", {}).get(media_type)
            if changed is None:
                yield f"{where}: {media_type} is no longer accepted"
            else:
                yield from self._schemas.narrower(
                    f"{where}: body", content.get("schema", {}), changed.get("schema", {})
                )

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
        after = {name.lower(): header for name, header in new.get("headers", {}).items()}
        for name, reference in old.get("headers", {}).items():
            if name.lower() not in after:
                yield f"{where}: header {name} removed"
                continue
            header, _ = self._schemas.resolved(reference, self._old)
            changed, _ = self._schemas.resolved(after[name.lower()], self._new)
            if header.get("required") and not changed.get("required"):
                yield f"{where}: header {name} is no longer guaranteed"
            yield from self._schemas.poorer(
                f"{where}: header {name}", header.get("schema", {}), changed.get("schema", {})
            )
        for media_type, content in old.get("content", {}).items():
            body = new.get("content", {}).get(media_type)
            if body is None:
                yield f"{where}: {media_type} removed"
            else:
                yield from self._schemas.poorer(where, content.get("schema", {}), body.get("schema", {}))


def _inherited(document: Json, item: Json, method: str) -> Json:
    """Return an operation with the parameters of its path and the security of its document, unless it has its own."""
    operation: Json = item[method]
    return {
        "security": document.get("security", []),
        **operation,
        "parameters": [*item.get("parameters", []), *operation.get("parameters", [])],
    }


def _security(operation: Json) -> list[Json]:
    """Return the alternatives of which a caller has to meet one."""
    return operation["security"] or [{}]


def _within(requirement: Json, other: Json) -> bool:
    """Return whether a caller who meets the other requirement meets this one."""
    return all(name in other and set(scopes) <= set(other[name]) for name, scopes in requirement.items())


def _serialization(parameter: Json) -> tuple[str, bool]:
    style = parameter.get("style", _STYLES.get(parameter["in"], ""))
    return style, parameter.get("explode", style == "form")


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
    if unknown := list(dict.fromkeys([*unknown_words(old), *unknown_words(new)])):
        for sentence in unknown:
            _say(f"cannot compare: {sentence}")
        return 1
    try:
        found = breaks(old, new)
    except CannotCompareError as error:
        _say(f"cannot compare: {error}")
        return 1
    for sentence in found:
        _say(f"breaking change: {sentence}")
    return 1 if found and not may_break(old, new) else 0


def _say(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201 - the console is its output


if __name__ == "__main__":
    sys.exit(main())
