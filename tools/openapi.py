"""Generate `docs/openapi.json`: `python -m tools.openapi`. With `--check`, only compare it with the code."""

import json
import sys
from pathlib import Path
from typing import Final

from connection_overrides.api.effective import document

DOCUMENT: Final = Path(__file__).parents[1] / "docs" / "openapi.json"


def render() -> str:
    """Return the document for the current code."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


def main(arguments: list[str]) -> int:
    """Write the document or, with `--check`, fail if it is out of date."""
    if arguments == ["--check"]:
        return 0 if DOCUMENT.read_text(encoding="utf-8") == render() else _fail("stale: make openapi")
    DOCUMENT.write_text(render(), encoding="utf-8")
    return 0


def _fail(message: str) -> int:
    print(message, file=sys.stderr)  # noqa: T201 - a console command
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
