"""Two local runs in one checkout at the same time."""

import subprocess

import pytest
from local.client import Client
from local.settings import PROJECT
from support.local_run import READY, LocalRun, local_run

ONE_WORKER = ("--workers", "1")


def statuses(run: LocalRun, token: str) -> tuple[int, int]:
    """The statuses of a read and a write with that token."""
    with Client(run.state.api_url, token) as client:
        return client.call("GET", "/v1/projects").status, client.call("POST", "/v1/projects", {"name": "Sales"}).status


def printed_token(run: LocalRun) -> str:
    ended = run.run_command("token")
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout.strip()


def log_files(run: LocalRun) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in run.files.logs.iterdir()}


def test_each_run_accepts_only_its_own_tokens_and_keeps_running_when_the_other_stops(service: LocalRun) -> None:
    other = service
    with local_run(other.state_dir, *ONE_WORKER) as one:
        tokens = [printed_token(run) for run in (one, other)]
        assert [statuses(run, token) for run, token in zip((one, other), tokens, strict=True)] == [(200, 201)] * 2
        assert statuses(one, tokens[1]) == statuses(other, tokens[0]) == (401, 401)
        logged = log_files(other)

        assert one.interrupt() == 0

        assert not one.files.run.exists()
        assert not one.files.scratch.exists()
        assert statuses(other, printed_token(other)) == (200, 201)
        assert other.files.scratch.is_dir()
        logs = log_files(other)
        assert logs.keys() == logged.keys()
        assert all(logs[name].startswith(before) for name, before in logged.items())
        assert logs["RegistryFunction.log"] > logged["RegistryFunction.log"]
        assert other.run_command("demo").returncode == 0
        assert one.run_command("token").returncode == 1


def test_a_run_on_another_port_includes_it_in_the_commands_that_it_prints(service: LocalRun) -> None:
    assert f"{READY} PORT={service.port} ACCOUNT=other" in service.output
    assert f"make demo PORT={service.port}\n" in service.output


@pytest.mark.parametrize("target", ["run", "demo", "token", "sam-invoke", "sam-start-api"])
def test_every_make_target_uses_the_run_on_its_port(target: str) -> None:
    line = ["make", "--dry-run", target, "PORT=8084", "EVENT=events/registry/list-projects.json"]
    printed = subprocess.run(line, cwd=PROJECT, check=True, capture_output=True, text=True)  # noqa: S603 - our own command
    assert f"python -m local {target.removeprefix('sam-')} --port 8084" in printed.stdout
