"""Parts of documents that a script writes, each between two marks."""

from pathlib import Path
from typing import Final, NamedTuple

_DOCUMENTS: Final = Path(__file__).parents[1] / "docs"


class Section(NamedTuple):
    """The part of that name. `command` is what writes it, if it is not `python -m benchmarks.<name>`."""

    name: str
    document: Path = _DOCUMENTS / "operations.md"
    command: str = ""

    def current(self) -> str:
        """Return what the document holds."""
        return self._split()[1]

    def write(self, content: str) -> None:
        """Put the content into the document."""
        before, _, after = self._split()
        self.document.write_text(f"{before}\n{content}\n{after}", encoding="utf-8")

    def _split(self) -> tuple[str, str, str]:
        text = self.document.read_text(encoding="utf-8")
        begin = f"<!-- {self.name}: begin ({self.command or f'python -m benchmarks.{self.name}'}) -->"
        end = f"<!-- {self.name}: end -->"
        before, _, rest = text.partition(begin)
        content, _, after = rest.partition(end)
        return before + begin, content.strip("\n"), end + after
