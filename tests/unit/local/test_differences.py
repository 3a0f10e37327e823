"""The README's table of local differences is generated from the list in the code."""

import pytest
from local.differences import BEGIN, DIFFERENCES, END, render
from local.settings import PROJECT


def test_the_readme_contains_the_list_of_the_code() -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    if BEGIN not in readme:
        pytest.skip("the README has no table yet")
    assert readme.split(BEGIN)[1].split(END)[0].strip() == render()


def test_every_row_has_three_cells() -> None:
    rows = render().splitlines()
    assert len(rows) == len(DIFFERENCES) + 2
    assert {row.count("|") for row in rows} == {4}
