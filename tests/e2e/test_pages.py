"""The commands of these pages have the output that the pages show."""

import re
import subprocess

import pytest
from local.settings import PROJECT
from support.local_run import LocalRun

VARYING = [
    (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<id>"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", "<date>"),
    (r'"nextCursor":"[^"]*"', '"nextCursor":"<cursor>"'),
]
PAGES = {"change-without-fear.md": "incident", "tutorial.md": "tutorial"}
"""The part with the commands, by page."""


def masked(text: str) -> list[str]:
    for pattern, name in VARYING:
        text = re.sub(pattern, name, text)
    return [line.rstrip() for line in text.splitlines() if line]


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_the_page_have_its_output(service: LocalRun, page: str) -> None:
    document = (PROJECT / "docs" / page).read_text(encoding="utf-8")
    part = PAGES[page]
    section = document.split(f"<!-- {part}: begin -->")[1].split(f"<!-- {part}: end -->")[0]
    blocks = re.findall(r"```(sh)?\n(.*?)```", section, re.DOTALL)
    commands = "".join(block for language, block in blocks if language)
    printed = "".join(block for language, block in blocks if not language)
    # What the pages say about the default port, for the port of this run.
    there = {
        r"(?m)^API=.*$": f"API={service.state.api_url}",
        r"(?m)^TOKEN=.*$": f"TOKEN={service.token()}",
        r'(?m)^eval "\$\(make -s cli\)"$': service.run_command("cli").stdout.rstrip(),
    }
    replaced = 0
    for pattern, line in there.items():
        commands, count = re.subn(pattern, line.replace("\\", r"\\"), commands)
        replaced += count
    assert replaced == {"incident": 2, "tutorial": 1}[part]

    run = subprocess.run(  # noqa: S603 - our own lines
        ["bash", "-c", commands],  # noqa: S607 - any bash
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )

    assert masked(run.stdout) == masked(printed)
