"""The picture in the README shows what the command line prints."""

from typing import Any

import pytest
from tools.command_line import PICTURE, picture


def test_the_picture_is_up_to_date(dynamodb: Any) -> None:
    assert PICTURE.read_text(encoding="utf-8") == picture(dynamodb), "stale: make command-line-picture"


@pytest.mark.parametrize("hidden", ["http://", "https://fonts", "cdnjs", "@font-face"])
def test_the_picture_loads_nothing(hidden: str) -> None:
    assert hidden not in PICTURE.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
