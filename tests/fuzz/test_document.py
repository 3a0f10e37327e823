"""Requests generated from the API document: no server error, and no response that the document does not describe."""

import json
import os
import subprocess
import sys
from pathlib import Path

from local import demo
from local.client import Client
from support.local_run import local_run
from tools.openapi import DOCUMENT

SECONDS = 45
SEED = os.environ.get("FUZZ_SEED") or "1"
"""The same requests each time, so that failures are reproducible. Another seed generates others."""
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)


def test_responses_to_generated_requests_conform_to_the_document(tmp_path: Path) -> None:
    with local_run(tmp_path / "local") as run:
        project_id = demo.create(run.state)
        with Client(run.state.api_url, run.token()) as client:
            environments, connections = (
                [one["name"] for one in client.call("GET", f"/v1/projects/{project_id}/{kind}").document["results"]]
                for kind in ("environments", "connections")
            )
        # Names that exist, so that not every response is 404.
        settings = {
            "path.projectId": project_id,
            "path.environmentName": [*environments, "QA"],
            "path.connectionName": [*connections, "Billing"],
        }
        config = tmp_path / "schemathesis.toml"
        lines = [f"{json.dumps(name)} = {json.dumps(value)}" for name, value in settings.items()]
        config.write_text("\n".join(["[parameters]", *lines, ""]), encoding="utf-8")

        result = subprocess.run(  # noqa: S603 - our own arguments
            [
                *(sys.executable, "-m", "schemathesis.cli", "--config-file", config, "run", DOCUMENT),
                *("--url", run.state.api_url, "--header", f"Authorization: Bearer {run.token()}"),
                *("--checks", ",".join(CHECKS), "--max-examples", "15", "--max-time", str(SECONDS), "--seed", SEED),
                *("--continue-on-failure", "--generation-database", "none", "--warnings", "off", "--no-color"),
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    print(result.stdout)  # noqa: T201 - pytest shows it with a failure, and `make fuzz` always
    assert result.returncode == 0, result.stderr
