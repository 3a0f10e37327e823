"""Parts of docs/operations.md that a script writes, each between two marks."""

from pathlib import Path
from typing import Final, NamedTuple

DOCUMENT: Final = Path(__file__).parents[1] / "docs/operations.md"


class Section(NamedTuple):
    """The part that `python -m benchmarks.<name>` writes."""

    name: str

    def current(self) -> str:
        """Return what the document holds."""
        return self._split()[1]

    def write(self, content: str) -> None:
        """Put the content into the document."""
        before, _, after = self._split()
        DOCUMENT.write_text(f"{before}\n{content}\n{after}", encoding="utf-8")

    def _split(self) -> tuple[str, str, str]:
        text = DOCUMENT.read_text(encoding="utf-8")
        begin = f"<!-- {self.name}: begin (python -m benchmarks.{self.name}) -->"
        end = f"<!-- {self.name}: end -->"
        before, _, rest = text.partition(begin)
        content, _, after = rest.partition(end)
        return before + begin, content.strip("\n"), end + after
