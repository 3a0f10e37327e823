"""The commands of docs/change-without-fear.md have the output that it shows."""

import re
import subprocess

from local.settings import PROJECT
from support.local_run import LocalRun

VARYING = [
    (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<id>"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", "<date>"),
    (r'"nextCursor":"[^"]*"', '"nextCursor":"<cursor>"'),
]


def masked(text: str) -> list[str]:
    for pattern, name in VARYING:
        text = re.sub(pattern, name, text)
    return [line for line in text.splitlines() if line]


def test_an_incident_is_found_and_undone_with_the_commands_of_the_document(service: LocalRun) -> None:
    document = (PROJECT / "docs/change-without-fear.md").read_text(encoding="utf-8")
    section = document.split("<!-- incident: begin -->")[1].split("<!-- incident: end -->")[0]
    blocks = re.findall(r"```(sh)?\n(.*?)```", section, re.DOTALL)
    commands = "".join(block for language, block in blocks if language)
    printed = "".join(block for language, block in blocks if not language)
    commands, addresses = re.subn(r"(?m)^API=.*$", f"API={service.state.api_url}", commands)
    commands, tokens = re.subn(r"(?m)^TOKEN=.*$", f"TOKEN={service.token()}", commands)
    assert (addresses, tokens) == (1, 1)

    run = subprocess.run(["bash", "-c", commands], check=True, capture_output=True, text=True)  # noqa: S603, S607 - our own lines

    assert masked(run.stdout) == masked(printed)
