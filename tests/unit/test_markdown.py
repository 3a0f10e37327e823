"""Links in Markdown have targets, and the decision records are complete."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
RECORDS = sorted((ROOT / "docs/adr").glob("[0-9]*.md"))
SECTIONS = ["Context", "Decision", "Consequences", "Alternatives considered"]

LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)]*))?\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def anchors(document: Path) -> set[str]:
    """Return GitHub's anchors of the headings."""
    headings = HEADING.findall(document.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken(document: Path) -> Iterator[str]:
    for path, anchor in LINK.findall(document.read_text(encoding="utf-8")):
        target = document.parent / path if path else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            yield f"{path}#{anchor}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_relative_link_leads_to_a_file_and_a_heading(document: Path) -> None:
    assert list(broken(document)) == []


def test_decision_records_are_numbered_without_gaps() -> None:
    titles = [record.read_text(encoding="utf-8").partition(".")[0] for record in RECORDS]

    assert [record.name[:4] for record in RECORDS] == [f"{number:04}" for number in range(1, len(RECORDS) + 1)]
    assert titles == [f"# {number}" for number in range(1, len(RECORDS) + 1)]


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.stem)
def test_a_decision_record_has_a_status_and_every_section(record: Path) -> None:
    text = record.read_text(encoding="utf-8")

    assert re.search(r"^Status: (accepted|superseded by \[ADR \d+\])", text, re.MULTILINE)
    assert HEADING.findall(text)[1:] == SECTIONS


def test_the_index_lists_every_decision_record_with_its_title_and_status() -> None:
    index = (ROOT / "docs/adr/README.md").read_text(encoding="utf-8")
    rows = []
    for record in RECORDS:
        text = record.read_text(encoding="utf-8")
        [(number, title)] = re.findall(r"\A# (\d+)\. (.+)", text)
        [status] = re.findall(r"^Status: (\w+)", text, re.MULTILINE)
        rows.append(f"| {number} | [{title}]({record.name}) | {status} |")

    assert [line for line in index.splitlines() if re.match(r"\| \d", line)] == rows
