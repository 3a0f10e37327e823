"""The path of one create through the package: `make walk` prints each function when it is first called, by depth."""

import os
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from types import FrameType
from typing import Final

from support.registry import OVERRIDES, Client, override_body
from support.table import dynamodb_in_process

import connection_overrides

PACKAGE: Final = str(Path(connection_overrides.__file__).parent) + os.sep


class Walk:
    """The named functions of the package in the order of their first calls, each with its depth."""

    def __init__(self) -> None:
        self.functions: dict[tuple[str, str], int] = {}
        self.calls = 0

    def record(self, frame: FrameType, event: str, _argument: object) -> None:
        """Record a call, for `sys.setprofile`."""
        code = frame.f_code
        if event != "call" or not code.co_filename.startswith(PACKAGE):
            return
        self.calls += 1
        if not code.co_name.startswith("<"):
            self.functions.setdefault((code.co_filename.removeprefix(PACKAGE), code.co_qualname), _depth(frame))


def _depth(frame: FrameType) -> int:
    """Return how many functions of the package called this one."""
    depth, caller = 0, frame.f_back
    while caller is not None:
        depth += caller.f_code.co_filename.startswith(PACKAGE)
        caller = caller.f_back
    return depth


def main() -> int:
    """Create two overrides, and print the path of the second."""
    walk = Walk()
    with dynamodb_in_process() as client, redirect_stdout(StringIO()):  # the metrics of the requests
        api = Client(client)
        project = {"projectId": api.make_project()}
        for environment in ("TEST", "PROD"):
            api.make_environment(project["projectId"], environment)
        api.make_connection(project["projectId"])
        api.call("POST", OVERRIDES, project, override_body(environmentName="TEST"))
        sys.setprofile(walk.record)
        reply = api.call("POST", OVERRIDES, project, override_body())
        sys.setprofile(None)
    for (file, name), depth in walk.functions.items():
        print(f"{'  ' * depth}{name}  ({file})")  # noqa: T201 - its output
    files = len({file for file, _ in walk.functions})
    print(f"{reply.status}: {walk.calls} calls, {len(walk.functions)} functions in {files} files")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
