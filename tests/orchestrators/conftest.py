"""Tests with Airflow and Dagster, which have an environment of their own: `make orchestrators`."""

import os
from collections.abc import Iterator
from importlib.util import find_spec
from tempfile import TemporaryDirectory

import pytest
from orchestrators.loopback import TOKEN, Platform, running

collect_ignore_glob = [] if find_spec("airflow") and find_spec("dagster") else ["test_*.py"]

# Read when they are imported. Both write there.
_home = TemporaryDirectory(prefix="orchestrators-", ignore_cleanup_errors=True)
os.environ["AIRFLOW_HOME"] = os.environ["DAGSTER_HOME"] = _home.name


def pytest_unconfigure() -> None:
    """Remove what they wrote."""
    _home.cleanup()


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    """The service and the vault, with credentials for both."""
    with running() as platform:
        monkeypatch.setenv("OVERRIDES_TOKEN", TOKEN)
        monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", platform.url)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        yield platform
