"""What the built functions load for their first event, and that nothing of it is compiled there."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from benchmarks.candidates import Candidate, interpreter

DRIVER = Path(__file__).with_name("first_event.py")
UNCHECKED_HASH = 0b01
"""The flags of bytecode that is never held against its source (PEP 552)."""

LOGGING = {
    "aws_lambda_powertools",
    "aws_lambda_powertools.exceptions",
    "aws_lambda_powertools.logging",
    "aws_lambda_powertools.logging.buffer",
    "aws_lambda_powertools.metrics",
    "aws_lambda_powertools.metrics.provider",
    "aws_lambda_powertools.metrics.provider.cloudwatch_emf",
    "aws_lambda_powertools.shared",
    "aws_lambda_powertools.tracing",
    "aws_lambda_powertools.utilities",
    "aws_lambda_powertools.utilities.jmespath_utils",
    "aws_lambda_powertools.warnings",
    "botocore",  # Powertools looks whether it is there; nothing in it is loaded for that
    "jmespath",
    "typing_extensions",
}
OF_TABLE = {"dateutil", "six", "snapshot_restore_py", "urllib3"}
VALIDATION = {"annotated_types", "pydantic", "pydantic_core", "typing_inspection"}
LIBRARIES = {
    "authorizer": {*LOGGING, "_cffi_backend", "_openssl", "cryptography"},
    "registry": {*LOGGING, *OF_TABLE, *VALIDATION},
    "effective": {*LOGGING, *OF_TABLE, *VALIDATION},
}
"""What each function may load of others: top-level modules, and all packages of Powertools, which is large."""

OF_API = {
    "connection_overrides",
    "connection_overrides.http",
    "connection_overrides.http.routes",
    "connection_overrides.model",
    "connection_overrides.service",
    "connection_overrides.store",
}
OURS = {
    "authorizer": {"connection_overrides", "connection_overrides.authorizer"},
    "registry": OF_API,
    "effective": OF_API,
}
"""What each function may load of our packages."""

NEVER = {
    "asyncio",
    "aws_lambda_powertools.event_handler",
    "aws_xray_sdk",
    "boto3",
    "connection_overrides.http.openapi",
    "jwt",
    "multiprocessing",
    "requests",
    "s3transfer",
}
NEVER_OF = {
    "authorizer": {"botocore.session", "connection_overrides.http", "connection_overrides.store", "pydantic"},
    "registry": {"connection_overrides.authorizer", "cryptography"},
    "effective": {
        "connection_overrides.authorizer",
        "connection_overrides.http.entity_replies",
        "connection_overrides.http.requests",
        "connection_overrides.http.routes.overrides",
        # It only reads, and has nothing that writes.
        "connection_overrides.store.actions",
        "connection_overrides.store.writable_table",
        "cryptography",
    },
}


@dataclass(frozen=True)
class Start:
    """A new process that has handled one event."""

    answer: dict[str, Any]
    compiled: list[str]
    modules: dict[str, str | None]
    packages: list[str]


def start(candidate: Candidate) -> Start:
    result = subprocess.run(  # noqa: S603 - our own command
        (*interpreter(), str(DRIVER)),
        env=candidate.environment(),
        cwd=candidate.code,
        input=candidate.event,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert result.returncode == 0, result.stderr.decode()
    return Start(**json.loads(result.stdout))


@pytest.fixture(scope="module")
def starts(deployed: dict[str, Candidate]) -> dict[str, Start]:
    return {function: start(candidate) for function, candidate in deployed.items()}


FUNCTIONS = pytest.mark.parametrize("function", ["authorizer", "registry", "effective"])


@FUNCTIONS
def test_nothing_is_compiled_though_every_source_is_newer_and_broken(starts: dict[str, Start], function: str) -> None:
    found = starts[function]

    assert found.answer.get("statusCode", 200) in {200, 201}
    assert [name for name in found.compiled if name != str(DRIVER)] == []


@FUNCTIONS
def test_every_module_comes_from_bytecode_that_is_held_against_nothing(
    starts: dict[str, Start], deployed: dict[str, Candidate], function: str
) -> None:
    ours = (str(deployed[function].code), str(deployed[function].layers[0]))
    cached = [Path(path) for path in starts[function].modules.values() if path and path.startswith(ours)]

    assert len(cached) > 50
    assert {path.read_bytes()[4] for path in cached} == {UNCHECKED_HASH}


@FUNCTIONS
def test_each_library_and_each_package_of_ours_that_is_loaded_is_written_down(
    starts: dict[str, Start], function: str
) -> None:
    known = sys.stdlib_module_names | {"__main__", "app"}
    top_level = {
        name.partition(".")[0] for name in starts[function].modules if not name.startswith("_sysconfigdata_")
    } - known
    packages = {name for name in starts[function].packages if name.startswith("aws_lambda_powertools")}
    ours = {name for name in starts[function].packages if name.startswith("connection_overrides")}

    assert (top_level | packages) - {"connection_overrides"} == LIBRARIES[function]
    assert ours == OURS[function]


@FUNCTIONS
def test_what_would_slow_a_start_is_never_loaded(starts: dict[str, Start], function: str) -> None:
    assert (NEVER | NEVER_OF[function]) & starts[function].modules.keys() == set()
