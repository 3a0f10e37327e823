"""Clients generated from the API document: no warning, strict types, and the calls that a user makes first.

Each flow creates a project with environments and connections, creates an override twice, tries to share its secret,
replaces it with `If-Match` twice, lists connections in pages and by names, writes the properties of a warehouse, reads
them and writes them back, and asks which secret is used, and why.
"""

import json
import os
import re
import sys

import pytest
from support.conformance import ROOT
from support.generators import BIN, GENERATED, run
from support.local_run import LocalRun

DOCUMENT = ROOT / "docs" / "openapi.json"
FACTS = {
    "invalid": [["body", "/name", "name_blank_edge"]],
    "again": "/v1/problems/override-already-exists",
    "shared": [["override", "PROD", "Salesforce"]],
    "stale": [2, "/v1/problems/precondition-failed"],
    "lists": [["Marketo", "Salesforce"], ["Warehouse"], ["Salesforce", "Warehouse"]],
    "warehouse": [
        3,
        {"account": {"value": "acme-dev"}, "privateKey": {"secretName": "dev-warehouse", "secretKey": "key"}},
    ],
    "effective": ["OVERRIDE", [["override", "present"]]],
}
"""What each flow finds."""

PYTHON = {
    "openapi_python_client": (
        *(BIN / "openapi-python-client", "generate", "--path", DOCUMENT, "--fail-on-warning"),
        *("--output-path", GENERATED / "attrs_client", "--meta", "none"),
    ),
    "openapi_generator": (
        *(BIN / "openapi-generator-cli", "generate", "--input-spec", DOCUMENT, "--generator-name", "python"),
        *("--output", GENERATED / "openapi-generator", "--package-name", "generator_client"),
        *("--global-property", "apiTests=false,modelTests=false,apiDocs=false,modelDocs=false"),
    ),
    "datamodel_code_generator": (
        *(sys.executable, "-W", "error", "-m", "datamodel_code_generator", "--input", DOCUMENT),
        *("--output", GENERATED / "overrides_models.py", "--input-file-type", "openapi", "--formatters", "builtin"),
        *("--output-model-type", "pydantic_v2.BaseModel", "--target-python-version", "3.13", "--use-annotated"),
        *("--snake-case-field", "--allow-population-by-field-name", "--capitalise-enum-members"),
    ),
}
"""By the flow that uses the client, the command that generates it."""

TYPESCRIPT = {"openapi_fetch": "openapi-fetch", "hey_api": "hey-api", "orval": "orval"}
"""By the flow that uses the client, the script of package.json that generates it."""

KNOWN = (
    "OpenAPI 3.1 support is still in beta",
    "Failed to get the schema name: null",
    "From (reserved word) cannot be used as model name",
)
"""Warnings of OpenAPI Generator about any document of OpenAPI 3.1, and about any parameter called `from`."""

PYTHONPATH = os.pathsep.join([str(GENERATED), str(GENERATED / "openapi-generator")])


_WARNING = re.compile(r"\b(warn|warning|error)\b|⚠", re.IGNORECASE)


def warnings(output: str) -> list[str]:
    lines = [line for line in output.splitlines() if _WARNING.search(line)]
    return [line for line in lines if not any(known in line for known in KNOWN)]


@pytest.fixture(scope="module")
def python_clients() -> None:
    for command in PYTHON.values():
        assert warnings(run(*command)) == []


@pytest.fixture(scope="module")
def typescript_clients(npm: str) -> None:
    for script in TYPESCRIPT.values():
        assert warnings(run(npm, "run", "--silent", script)) == []
    run(npm, "run", "--silent", "compile")


@pytest.mark.usefixtures("python_clients")
def test_clients_in_python_and_the_flows_satisfy_the_type_checker() -> None:
    clients = [GENERATED / "attrs_client", GENERATED / "overrides_models.py"]
    run(
        BIN / "mypy",
        "--config-file",
        "mypy.ini",
        "--cache-dir",
        GENERATED / "mypy",
        "flows",
        *clients,
        MYPYPATH=PYTHONPATH,
    )


@pytest.mark.usefixtures("python_clients")
@pytest.mark.parametrize("flow", PYTHON)
def test_a_client_in_python_makes_the_calls(flow: str, service: LocalRun) -> None:
    command = (sys.executable, f"flows/with_{flow}.py", service.state.api_url, service.token())

    assert json.loads(run(*command, PYTHONPATH=PYTHONPATH)) == FACTS


@pytest.mark.usefixtures("typescript_clients")
@pytest.mark.parametrize("flow", TYPESCRIPT)
def test_a_client_in_typescript_compiles_strictly_and_makes_the_calls(flow: str, service: LocalRun) -> None:
    script = GENERATED / "javascript" / "tests" / "clients" / "flows" / f"with_{flow}.js"

    assert json.loads(run("node", script, service.state.api_url, service.token(), NODE_PATH="node_modules")) == FACTS
