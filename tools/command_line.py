"""Draw docs/diagrams/command-line.svg from real output: `PYTHONPATH=tests python -m tools.command_line`.

The command line runs against the service in process, with the example of `make demo`. `--check` only compares.
"""

import json
import re
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from unittest.mock import patch

from connection_overrides_client.cli.app import run
from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text
from support.registry import Client
from support.service import URL, Service
from support.table import dynamodb_in_process

ROOT: Final = Path(__file__).parents[1]
PICTURE: Final = ROOT / "docs/diagrams/command-line.svg"
SHOWN: Final = (("matrix",), ("effective", "PROD", "Salesforce", "--explain"), ("effective", "TEST", "Data lake"))
_WIDTH: Final = 96


class _Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def picture(dynamodb: Any) -> str:  # noqa: ANN401 - a client of boto3
    """Return the commands and their output as SVG. The table of the DynamoDB client is empty before."""
    console = Console(record=True, width=_WIDTH, file=StringIO(), force_terminal=True)
    with TemporaryDirectory() as folder, redirect_stdout(StringIO()):
        service = Service(Client(dynamodb))
        environment = {"HOME": folder, "OVERRIDES_URL": URL, "OVERRIDES_TOKEN": "all", "COLUMNS": str(_WIDTH)}
        made = _output(service, environment, ["-o", "json", "projects", "create", "Analytics"], StringIO())
        environment["OVERRIDES_PROJECT"] = json.loads(made)["projectId"]
        plan = f"{folder}/plan.json"
        _output(service, environment, ["plan", "-f", str(ROOT / "examples/analytics"), "--out", plan], StringIO())
        _output(service, environment, ["apply", plan, "--yes-protected"], StringIO())
        for arguments in SHOWN:
            command = " ".join(f'"{word}"' if " " in word else word for word in arguments)
            console.print(Text(f"$ overrides {command}", style="bold"))
            console.print(Text.from_ansi(_output(service, environment, arguments, _Terminal())))
    # The fonts are those of the reader: nothing is loaded from elsewhere.
    layout = re.sub(r"@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    return console.export_svg(title="overrides", unique_id="overrides", code_format=layout)


def _output(service: Service, environment: dict[str, str], arguments: Sequence[str], stream: StringIO) -> str:
    """Return what a command prints on this stream, errors included."""
    with (
        patch("connection_overrides.api.access_log.single_metric"),
        redirect_stdout(stream),
        redirect_stderr(stream),
    ):
        run(arguments, transport=service, environment={**environment, "TERM": "xterm-256color"})
    return stream.getvalue()


def main(arguments: list[str]) -> int:
    """Write the picture. With `--check`, only compare it. Returns the exit code."""
    with dynamodb_in_process() as client:
        text = picture(client)
    if "--check" not in arguments:
        PICTURE.write_text(text, encoding="utf-8")
    elif PICTURE.read_text(encoding="utf-8") != text:
        sys.stderr.write("stale: make command-line-picture\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
