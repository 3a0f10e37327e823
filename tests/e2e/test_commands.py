"""The commands that developers type, and their effects."""

import json
import os
import re
import signal
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from local.client import Client
from local.sockets import PortError, listen
from support.local_run import LocalRun, local_run, run_command


def test_progress_is_shown_until_the_url_is_printed(service: LocalRun) -> None:
    progress = [line[9:].strip() for line in service.output.splitlines() if re.match(r" *\d+\.\d s  ", line)]
    assert progress == [
        f"starting on port {urlsplit(service.state.api_url).port}",
        "creating the stacks of data.yaml and template.yaml",
        "starting the functions",
        "checking that every route rejects invalid tokens",
        "ready",
    ]


def test_the_printed_token_is_accepted(service: LocalRun) -> None:
    (token,) = re.findall(r"^  TOKEN=(\S+)$", service.output, re.MULTILINE)
    with Client(service.state.api_url, token) as client:
        assert client.call("GET", "/v1/projects").status == 200


def test_run_json_describes_the_run_and_only_its_owner_can_read_it(service: LocalRun) -> None:
    path = service.files.run
    document = json.loads(path.read_text(encoding="utf-8"))
    assert document.keys() == {
        "apiUrl",
        "issuer",
        "audience",
        "jwksUrl",
        "dynamoDbUrl",
        "table",
        "keys",
        "pid",
    }
    assert document["pid"] == service.process.pid
    assert [(key["kid"], key["alg"]) for key in document["keys"]] == [("local-rsa", "RS256"), ("local-p256", "ES256")]
    private = [path, *(Path(key["privateKeyPath"]) for key in document["keys"])]
    assert {oct(file.stat().st_mode & 0o777) for file in private} == {"0o600"}


@pytest.mark.parametrize("kid", ["local-rsa", "local-p256"])
def test_a_token_of_either_key_is_accepted(service: LocalRun, kid: str) -> None:
    (key,) = [key for key in service.state.keys if key.kid == kid]
    signed = service.state.signed_by(key).token(account="acme", scopes="connections:read")
    with Client(service.state.api_url, signed) as client:
        assert client.call("GET", "/v1/projects").status == 200


def test_a_port_in_use_is_reported_in_one_line_with_an_exit_code(service: LocalRun, tmp_path: Path) -> None:
    port = urlsplit(service.state.api_url).port or 0
    ended = run_command(tmp_path, "run", "--port", str(port))
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == (
        f"error: port {port} on 127.0.0.1 is in use; choose another one, for example make run PORT={port + 1}\n"
    )


def test_an_invalid_port_is_refused(tmp_path: Path) -> None:
    ended = run_command(tmp_path, "run", "--port", "65536")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.endswith("error: argument --port: not a port: 65536\n")


def test_token_prints_only_a_token_with_the_given_account_and_scopes(service: LocalRun) -> None:
    ended = service.run_command("token", "--account", "other", "--scopes", "connections:read")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+\n", ended.stdout)
    with Client(service.state.api_url, ended.stdout.strip()) as client:
        assert client.call("GET", "/v1/projects").status == 200
        assert client.call("POST", "/v1/projects", {"name": "x"}).status == 403


def test_token_without_a_running_service_explains_how_to_start_one(tmp_path: Path) -> None:
    ended = run_command(tmp_path, "token", "--port", "8081")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "error: no local run on port 8081; start one with: make run PORT=8081\n"


def test_a_missing_event_file_is_reported_in_one_line_with_an_exit_code(tmp_path: Path) -> None:
    ended = run_command(tmp_path, "invoke", "events/registry/nothing.json")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "error: no such file: events/registry/nothing.json\n"


@pytest.mark.parametrize("folder", ["registry", "events/elsewhere"])
def test_an_event_outside_the_event_folders_is_refused_with_the_names_of_the_folders(
    tmp_path: Path, folder: str
) -> None:
    event = tmp_path / folder / "event.json"
    event.parent.mkdir(parents=True)
    event.write_text("{}", encoding="utf-8")
    ended = run_command(tmp_path, "invoke", str(event))
    assert (ended.returncode, ended.stdout) == (1, "")
    folders = "events/registry, events/effective, events/authorizer"
    assert ended.stderr == f"error: {event} is not in one of the event folders: {folders}\n"


def test_demo_applies_the_example_to_the_running_service(service: LocalRun) -> None:
    ended = service.run_command("demo")
    assert ended.returncode == 0
    assert ended.stderr.splitlines()[-1] == "12/12 applied: create override of Salesforce in TEST"
    (project_id,) = re.findall(r"^The project's ID is (\S+)\.", ended.stdout, re.MULTILINE)
    with Client(service.state.api_url, service.token()) as client:
        environments = client.call("GET", f"/v1/projects/{project_id}/environments").document["results"]
        overrides = client.call(
            "GET", f"/v1/projects/{project_id}/connections/environment-overrides?environmentName=PROD"
        ).document["results"]
    assert {one["name"]: one["protected"] for one in environments} == {"DEV": False, "TEST": False, "PROD": True}
    assert {one["name"] for one in overrides} == {"Ads", "Salesforce", "Warehouse"}


def test_cli_defines_the_command_line_of_the_running_service(service: LocalRun) -> None:
    code = service.run_command("cli").stdout

    run = subprocess.run(  # noqa: S603 - our own lines
        ["bash", "-c", f"{code}\noverrides --output json projects create Shell"],  # noqa: S607 - any bash
        check=True,
        capture_output=True,
        text=True,
    )

    assert (json.loads(run.stdout)["name"], run.stderr) == ("Shell", "")


def test_ctrl_c_leaves_no_process_and_only_keys_and_logs_and_frees_the_port(tmp_path: Path) -> None:
    with local_run(tmp_path, "--demo", until="The project's ID is") as run:
        os.killpg(run.process.pid, signal.SIGINT)
        wait_until_free(run.port)

        # The next run can use the port: nothing of this run is left on it.
        assert not run.files.scratch.exists()
        assert not run.files.run.exists()
        assert run.process.wait(timeout=60) == 0
        assert not run.leaves_processes()
    assert sorted(path.name for path in run.files.folder.iterdir()) == ["keys", "logs"]


def wait_until_free(port: int) -> None:
    while True:
        try:
            listen(port).close()
        except PortError:
            os.sched_yield()
        else:
            return
