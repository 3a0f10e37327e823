import pytest


@pytest.fixture(autouse=True)
def region(monkeypatch: pytest.MonkeyPatch) -> None:
    """The translator needs a region to know its partition."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
