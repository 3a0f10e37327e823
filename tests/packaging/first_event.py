"""A program: handle one event from standard input, and report what was loaded and compiled for it."""

import json
import sys
from typing import Any

compiled: list[str] = []


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    # Class bodies that are generated are compiled as well, under names such as <string>.
    if event == "compile" and str(arguments[1]).endswith(".py"):
        compiled.append(str(arguments[1]))


class Context:
    """The runtime's context of an invocation."""

    aws_request_id = "5f0c1d0e-0000-4000-8000-00000000b001"

    def get_remaining_time_in_millis(self) -> int:
        """Return the remaining time."""
        return 20_000


sys.addaudithook(_watch)
standard_output, sys.stdout = sys.stdout, sys.stderr
event = json.load(sys.stdin)

import app  # type: ignore[import-not-found] # noqa: E402 - the function's; what it loads is what is watched

answer = app.handler(event, Context())
report = json.dumps(
    {
        "answer": answer,
        "compiled": compiled,
        "modules": {name: getattr(module, "__cached__", None) for name, module in sys.modules.items()},
    },
)
standard_output.write(report)
standard_output.flush()
