"""The commands of the README have the output that it shows."""

import re
import subprocess

from local.settings import PROJECT
from support.local_run import LocalRun

VARYING = [
    (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<id>"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", "<date>"),
]


def test_the_commands_have_the_output_in_the_readme(service: LocalRun) -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    section = readme.split("<!-- try it: begin -->")[1]
    lines = section.split("```sh\n")[1].split("```")[0]
    printed = section.split("<!-- try it: end -->")[1].split("```\n")[1]
    lines, addresses = re.subn(r"(?m)^API=.*$", f"API={service.state.api_url}", lines)
    lines, tokens = re.subn(r"(?m)^TOKEN=.*$", f"TOKEN={service.token()}", lines)
    assert (addresses, tokens) == (1, 1)

    run = subprocess.run(["bash", "-c", lines], check=True, capture_output=True, text=True)  # noqa: S603, S607 - our own lines

    assert masked(run.stdout) == masked(printed)


def masked(text: str) -> str:
    for pattern, name in VARYING:
        text = re.sub(pattern, name, text)
    return text.strip()
