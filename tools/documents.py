"""Generate the tables of `docs/api.md` from the code: `python -m tools.documents`. `--check` only compares them."""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from connection_overrides.domain.connection_types import CONNECTION_TYPES, PropertiesShape
from connection_overrides.errors import catalogue

DOCUMENT: Final = Path(__file__).parents[1] / "docs" / "api.md"

_PROPERTIES: Final = {
    PropertiesShape.SECRET: "`secretName`, optional `secretKey`",
    PropertiesShape.CREDENTIAL: "`credentialSecretName`",
    PropertiesShape.WAREHOUSE: "a map of properties",
}


def connection_types() -> str:
    """Return the table of connection types."""
    rows = [
        (
            f"`{row.platform_connection_type}`",
            "a connector's name" if row.auth_providers is None else _codes(row.auth_providers),
            _codes(row.auth_types),
            _PROPERTIES[row.shape],
        )
        for row in CONNECTION_TYPES
    ]
    return _table(("platformConnectionType", "authProvider", "authType", "connectionProperties"), rows)


def problems() -> str:
    """Return the table of problems."""
    rows = [
        (f"`{problem.slug}`", str(problem.status), problem.meaning(), problem.cause, problem.remedy)
        for problem in catalogue().values()
    ]
    return _table(("type: `/v1/problems/…`", "status", "meaning", "cause", "remedy"), rows)


PARTS: Final[Mapping[str, Callable[[], str]]] = {"connection types": connection_types, "problems": problems}


def renewed(text: str) -> str:
    """Return the document with every generated part replaced by the current one."""
    for name, render in PARTS.items():
        begin, end = f"<!-- {name}: begin (make documents) -->", f"<!-- {name}: end -->"
        before, found, rest = text.partition(begin)
        _, ended, after = rest.partition(end)
        if not (found and ended):
            raise ValueError(f"{DOCUMENT.name} lacks the marks of {name}")
        text = f"{before}{begin}\n{render()}\n{end}{after}"
    return text


def main(arguments: list[str]) -> int:
    """Write the document. With `--check`, only compare it. Returns the exit code."""
    text = DOCUMENT.read_text(encoding="utf-8")
    if arguments == ["--check"]:
        if renewed(text) == text:
            return 0
        print("stale: make documents", file=sys.stderr)  # noqa: T201 - the console is its output
        return 1
    DOCUMENT.write_text(renewed(text), encoding="utf-8")
    return 0


def _codes(words: frozenset[str]) -> str:
    return ", ".join(f"`{word}`" for word in sorted(words))


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
