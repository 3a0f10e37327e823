"""The committed OpenAPI document: `python -m tools.openapi` writes `docs/openapi.json` anew, `--check` compares."""

import json
import sys
from pathlib import Path
from typing import Final

from connection_overrides.http.openapi.document import describe
from connection_overrides.http.openapi.whole import whole_api

DOCUMENT: Final = Path(__file__).parents[1] / "docs" / "openapi.json"


def render() -> str:
    """Return the document as the code has it now."""
    return json.dumps(describe(whole_api()), indent=2, ensure_ascii=False) + "\n"


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
