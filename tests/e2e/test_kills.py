"""A plan that is killed while it is applied: applying it again completes it, and nothing is done twice."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from local.client import Client
from local.demo import COMMAND_LINE, FOLDER
from support.local_run import LocalRun

STEPS = 12


@pytest.mark.parametrize("done", [0, 1, 6, 11])
def test_a_plan_that_was_killed_is_completed(service: LocalRun, tmp_path: Path, done: int) -> None:
    with Client(service.state.api_url, service.token()) as client:
        project = client.call("POST", "/v1/projects", {"name": "Killed"}).document["projectId"]
        settings = {"OVERRIDES_URL": service.state.api_url, "OVERRIDES_TOKEN": service.token()}
        environment = {**os.environ, **settings, "OVERRIDES_PROJECT": project}
        plan = tmp_path / "plan.json"

        def overrides(*arguments: object) -> subprocess.Popen[str]:
            return subprocess.Popen(  # noqa: S603 - our own arguments
                [COMMAND_LINE, *map(str, arguments)],
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )

        with overrides("plan", "-f", FOLDER, "--out", plan) as planning:
            assert planning.wait() == 2
        with overrides("apply", plan, "--yes-protected") as first:
            assert first.stderr is not None
            for _ in range(done):
                first.stderr.readline()
            first.kill()
        with overrides("apply", plan, "--yes-protected") as second:
            assert second.communicate()[1].count("\n") == STEPS
        assert second.returncode == 0
        with overrides("plan", "-f", FOLDER) as planning:
            assert planning.wait() == 0
        changes = client.call("GET", f"/v1/projects/{project}/changes?limit=100").document["results"]
    touched = [json.dumps(item, sort_keys=True) for change in changes for item in change["items"]]
    assert len(touched) == len(set(touched)) == STEPS + 1
    assert {item["revision"] for change in changes for item in change["items"]} == {1}
