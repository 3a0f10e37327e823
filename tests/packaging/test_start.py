"""What the built functions load for their first event, without compiling anything."""

import sys
from pathlib import Path

import pytest
from benchmarks.candidates import Candidate
from support.starts import DRIVER, Start, start

UNCHECKED_HASH = 0b01
"""The flags of bytecode that is never compared with its source (PEP 552)."""

LOGGING = {
    "aws_lambda_powertools",
    "botocore",  # Powertools checks whether it is installed, and loads nothing from it
    "jmespath",
    "typing_extensions",
}
OF_API = {
    *LOGGING,
    "annotated_types",
    "boto3",
    "dateutil",
    "pydantic",
    "pydantic_core",
    "s3transfer",
    "six",
    "snapshot_restore_py",  # of Lambda's runtime
    "typing_inspection",
    "urllib3",
}
LIBRARIES = {
    "authorizer": {*LOGGING, "_cffi_backend", "_openssl", "cryptography"},
    "registry": OF_API,
    "effective": OF_API,
}
"""The libraries that each function may load, by top-level module."""

NEVER = {
    # The description of the API is only for those who request its document.
    "aws_lambda_powertools.event_handler.openapi.models",
    "aws_xray_sdk",
    "requests",
}
NEVER_OF = {
    "authorizer": {
        "asyncio",
        "aws_lambda_powertools.event_handler",
        "botocore.session",
        "multiprocessing",
        "pydantic",
    },
    "registry": {"cryptography"},
    "effective": {"cryptography"},
}


@pytest.fixture(scope="module")
def starts(deployed: dict[str, Candidate]) -> dict[str, Start]:
    return {function: start(candidate) for function, candidate in deployed.items()}


FUNCTIONS = pytest.mark.parametrize("function", ["authorizer", "registry", "effective"])


@FUNCTIONS
def test_nothing_is_compiled_although_every_source_is_newer_and_invalid(
    starts: dict[str, Start], function: str
) -> None:
    found = starts[function]

    assert found.answer.get("statusCode", 200) in {200, 201}
    assert [name for name in found.compiled if name != str(DRIVER)] == []


@FUNCTIONS
def test_every_module_is_loaded_from_bytecode_that_is_not_compared_with_its_source(
    starts: dict[str, Start], deployed: dict[str, Candidate], function: str
) -> None:
    ours = (str(deployed[function].code), str(deployed[function].layers[0]))
    cached = [Path(path) for path in starts[function].modules.values() if path and path.startswith(ours)]

    assert len(cached) > 50
    assert {path.read_bytes()[4] for path in cached} == {UNCHECKED_HASH}


@FUNCTIONS
def test_a_function_loads_only_its_libraries(starts: dict[str, Start], function: str) -> None:
    found = {name.partition(".")[0] for name in starts[function].modules if not name.startswith("_sysconfigdata_")}
    # s3transfer imports multiprocessing, which gives `__main__` a second name.
    ours = {"__main__", "__mp_main__", "app", "connection_overrides"}

    assert found - sys.stdlib_module_names - ours <= LIBRARIES[function]


@FUNCTIONS
def test_modules_that_would_slow_down_a_start_are_never_loaded(starts: dict[str, Start], function: str) -> None:
    assert (NEVER | NEVER_OF[function]) & starts[function].modules.keys() == set()
