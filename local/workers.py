"""Function workers: the emulator's processes, changed to behave more like Lambda's environments."""

import sys
from pathlib import Path
from typing import Any, ClassVar, Final

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

_RAISED: Final = 'json.dumps({"status": "error", "error": str(e), "trace": traceback.format_exc()})'
_REPORTED: Final = 'json.dumps({"status": "ok", "raised": str(e), "trace": traceback.format_exc()})'


class KeptWorker(lambda_runtime.Worker):  # type: ignore[misc]  # MiniStack has no type information
    """A worker that survives an exception of its handler, like an execution environment of Lambda.

    The emulator ends the process after every exception. An authorizer reports 401 by raising one, so each refused token
    would cost the start of a Python process.
    """

    logs: ClassVar[Path]
    """Folder of the log files, set before the first worker starts."""

    verbose: ClassVar[bool] = False
    """Whether to print log lines on the console as well."""

    def invoke(self, event: object, request_id: str, **settings: object) -> dict[str, Any]:
        """Run one invocation. An exception of the handler is returned as the emulator's error record."""
        response: dict[str, Any] = super().invoke(event, request_id, **settings)
        if "raised" in response:
            return {**response, "status": "error", "error": response["raised"]}
        return response

    def _read_stderr(self) -> None:
        with (self.logs / f"{logical_id(self.func_name)}.log").open("a", encoding="utf-8") as file:
            for line in self._proc.stderr:
                file.write(line)
                file.flush()
                if self.verbose:
                    sys.stderr.write(line)

    def _drain_stderr_bounded(self) -> str:
        # The emulator waits up to 50 ms here to copy log lines to its CloudWatch Logs. Here they go to a file instead.
        return ""


def logical_id(function_name: str) -> str:
    """Return the logical ID from a name that CloudFormation generated: `<stack>-<logical ID>-<suffix>`."""
    return function_name.split("-")[-2]


def install(logs: Path, *, verbose: bool) -> None:
    """Make the emulator use `KeptWorker`.

    Raises:
        RuntimeError: the emulator's worker script has changed.

    """
    if lambda_runtime._PYTHON_WORKER_SCRIPT.count(_RAISED) != 1:  # noqa: SLF001  # no public way to change it
        raise RuntimeError("this version of MiniStack is not supported: it reports exceptions of handlers differently")
    lambda_runtime._PYTHON_WORKER_SCRIPT = lambda_runtime._PYTHON_WORKER_SCRIPT.replace(_RAISED, _REPORTED)  # noqa: SLF001
    KeptWorker.logs = logs
    KeptWorker.verbose = verbose
    lambda_runtime.Worker = KeptWorker


class FunctionFailedError(Exception):
    """A function could not be loaded."""


def start_one_more(alias_arn: str) -> None:
    """Start another worker of a function and return when it is ready. Other workers keep running.

    Raises:
        FunctionFailedError: the function's module cannot be imported.

    """
    account, region = alias_arn.split(":")[4], alias_arn.split(":")[3]
    code, config, name = lambda_svc._get_func_record_for_ref_in_scope(alias_arn, account_id=account, region=region)  # noqa: SLF001
    leased = []
    while True:
        worker, how = lambda_runtime.acquire_worker(name, config, code["code_zip"], qualifier=config["Version"])
        if how == "spawn":
            break
        leased.append(worker)
    for other in leased:
        lambda_runtime.release_worker(other)
    try:
        lambda_runtime.ensure_spawned(worker)
    except RuntimeError as error:
        raise FunctionFailedError(f"{logical_id(name)}: {error}") from error
    finally:
        lambda_runtime.release_worker(worker)


def stop_all() -> None:
    """End every worker and wait for it."""
    lambda_runtime.reset()
