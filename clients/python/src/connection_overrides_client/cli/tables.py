"""Tables, in Rich."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from connection_overrides_client.cli.text import printable, reference


def cell(value: object, style: str = "") -> Text:
    """Return a value as the content of a cell. None is empty."""
    shown = {None: "", True: "yes", False: "no"}.get(value, value) if isinstance(value, (bool, type(None))) else value
    return Text(printable(str(shown)), style=style)


def table(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """Return a table with these column titles."""
    made = Table(box=None, pad_edge=False, show_edge=False, header_style="bold")
    for title in titles:
        made.add_column(Text(printable(title)), overflow="fold")
    for row in rows:
        made.add_row(*(one if isinstance(one, Text) else cell(one) for one in row))
    return made


def details(item: Mapping[str, Any]) -> Table:
    """Return the members of an item, one a line."""
    made = Table(box=None, pad_edge=False, show_header=False)
    made.add_column(style="bold")
    made.add_column(overflow="fold")
    for name, value in item.items():
        if isinstance(value, Mapping):
            made.add_row(name, cell(reference(value)))
            if "description" in value:
                made.add_row("description", cell(value["description"]))
        elif value is not None:
            made.add_row(name, cell(value))
    return made
