"""The functions under SnapStart: primed before a snapshot, from which several copies resume."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from benchmarks.loopback import Request, Server
from benchmarks.table import Table

ROOT = Path(__file__).parents[2]
EVENTS = {"registry": "registry/create-project", "effective": "effective/get-effective-override"}
HOT_CALLS = {"registry": ["BatchGetItem", "TransactWriteItems"], "effective": ["BatchGetItem"]}


class Credentials(Server):
    """The endpoint that a function gets its credentials from when it is snapshotted."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _CredentialsRequest)
        self.fetched = 0


class _CredentialsRequest(Request):
    server: Credentials

    def do_GET(self) -> None:  # noqa: N802 - the name is the base class's
        self.server.fetched += 1
        body = {"AccessKeyId": "a", "SecretAccessKey": "b", "Token": "c", "Expiration": "2100-01-01T00:00:00Z"}
        self.answer(200, json.dumps(body).encode())


class Lambda(NamedTuple):
    """Runs `support/snapshot.py` with a function, a table and an endpoint for credentials."""

    table: Table
    credentials: Credentials

    def run(
        self, function: str, rehearsal: str | None = None, *, events: int = 0, lists: bool = False
    ) -> tuple[dict[str, Any], str]:
        """Return the report, and all other output."""
        event = json.loads((ROOT / "events" / f"{EVENTS[function]}.json").read_bytes())
        result = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, str(ROOT / "tests/support/snapshot.py")],
            env={
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://127.0.0.1:{self.credentials.port}/",
                "AWS_ENDPOINT_URL_DYNAMODB": f"http://127.0.0.1:{self.table.port}",
                "AWS_REGION": "us-east-1",
                "AWS_DEFAULT_REGION": "us-east-1",
                "CURSOR_KEY": "a key of the tests",
                "HISTORY_DAYS": "400",
                "PATH": os.defpath,
                "POWERTOOLS_METRICS_NAMESPACE": "ConnectionOverrides",
                "PYTHONHASHSEED": "0",
                "PYTHONPATH": os.pathsep.join(
                    (str(ROOT / "functions" / function), str(ROOT / "layers/connection_overrides/python"))
                ),
                "TABLE_NAME": self.table.name,
            },
            input=json.dumps({"rehearsal": rehearsal, "events": [event] * events, "lists": lists}),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert result.returncode == 0, result.stderr
        *lines, report = result.stdout.splitlines()
        return json.loads(report), "\n".join([*lines, result.stderr])


@pytest.fixture
def snap_start() -> Iterator[Lambda]:
    with Table.emulated() as table, Credentials().serving() as credentials:
        yield Lambda(table, credentials)


FUNCTIONS = pytest.mark.parametrize("function", ["registry", "effective"])


@FUNCTIONS
def test_priming_runs_a_complete_event_and_sends_nothing(snap_start: Lambda, function: str) -> None:
    report, written = snap_start.run(function)

    assert report["calls"] == HOT_CALLS[function]
    assert report["sockets"] == []
    assert snap_start.table.calls == []
    assert snap_start.credentials.fetched == 1
    assert written == ""


@FUNCTIONS
def test_two_primed_processes_have_the_same_values(snap_start: Lambda, function: str) -> None:
    one, another = (set(snap_start.run(function, lists=True)[0]["left"]) for _ in range(2))

    assert one
    assert one == another


def test_two_copies_of_a_snapshot_create_items_with_different_ids(snap_start: Lambda) -> None:
    report, _ = snap_start.run("registry", events=2)

    answers = [answer for copy in report["copies"] for answer in copy]
    assert [answer["statusCode"] for answer in answers] == [201] * 4
    assert len({answer["headers"]["Location"] for answer in answers}) == 4
    assert len({answer["headers"]["ETag"] for answer in answers}) == 4


@FUNCTIONS
@pytest.mark.parametrize("rehearsal", ["is refused", "crashes", "cannot be had"])
def test_a_failed_priming_logs_a_warning_and_the_copies_work(snap_start: Lambda, function: str, rehearsal: str) -> None:
    report, written = snap_start.run(function, rehearsal, events=1)

    assert [answer["statusCode"] for [answer] in report["copies"]] == [
        {"registry": 201, "effective": 404}[function]
    ] * 2
    assert len(snap_start.table.calls) >= 2
    assert written.count("The snapshot is not primed: ") == 1


@FUNCTIONS
def test_without_snapstart_a_function_loads_without_the_hooks(function: str) -> None:
    script = "import sys; sys.modules['snapshot_restore_py'] = None; import app; print(callable(app.handler))"
    paths = (ROOT / "functions" / function, ROOT / "layers/connection_overrides/python")
    result = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", script],
        env={
            "AWS_DEFAULT_REGION": "us-east-1",
            "CURSOR_KEY": "a key of the tests",
            "HISTORY_DAYS": "400",
            "PYTHONPATH": os.pathsep.join(map(str, paths)),
            "TABLE_NAME": "registry",
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.stdout == "True\n", result.stderr
