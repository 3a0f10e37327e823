"""The environment of emulator and functions."""

from pathlib import Path

import pytest
from local.environment import clean
from local.settings import StateFiles

FILES = StateFiles(Path("/state"))


@pytest.mark.parametrize(
    "name",
    [
        "AWS_PROFILE",
        "AWS_SESSION_TOKEN",
        "AWS_ENDPOINT_URL",
        "HTTP_PROXY",
        "https_proxy",
        "PYTHONPATH",
        "AUTH",
        "USE_SSL",
        "MINISTACK_ACCOUNT_ID",
    ],
)
def test_variables_of_the_developer_are_not_inherited(name: str) -> None:
    assert name not in clean({name: "theirs"}, emulator_port=4566, files=FILES)


def test_credentials_of_the_developer_are_replaced() -> None:
    theirs = {"AWS_ACCESS_KEY_ID": "theirs", "AWS_SECRET_ACCESS_KEY": "theirs", "AWS_CONFIG_FILE": "theirs"}
    assert "theirs" not in clean(theirs, emulator_port=4566, files=FILES).values()


def test_servers_listen_on_loopback_and_files_are_in_the_state_folder() -> None:
    environment = clean({}, emulator_port=4567, files=FILES)
    assert (environment["BIND_HOST"], environment["GATEWAY_PORT"]) == ("127.0.0.1", "4567")
    for name in ("TMPDIR", "STATE_DIR", "S3_DATA_DIR"):
        assert environment[name].startswith("/state/")
