"""The committed OpenAPI document: `python -m tools.openapi` writes `docs/openapi.json` anew, `--check` compares."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from connection_overrides.http.cursors import CursorSeal
from connection_overrides.http.openapi.document import describe
from connection_overrides.http.registry import declare_registry
from connection_overrides.http.routing import Router

if TYPE_CHECKING:
    from connection_overrides.store.table import Table

DOCUMENT: Final = Path(__file__).parents[1] / "docs" / "openapi.json"


def render() -> str:
    """Return the document as the code has it now."""
    router = Router(CursorSeal(b""))
    declare_registry(router, cast("Table", None), str)  # no call is made
    return json.dumps(describe(router), indent=2, ensure_ascii=False) + "\n"


def main(arguments: list[str]) -> int:
    """Write the document, or with `--check` tell whether it is written."""
    if arguments == ["--check"]:
        return 0 if DOCUMENT.read_text(encoding="utf-8") == render() else _fail("stale: make openapi")
    DOCUMENT.write_text(render(), encoding="utf-8")
    return 0


def _fail(message: str) -> int:
    print(message, file=sys.stderr)  # noqa: T201 - the console is its output
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
