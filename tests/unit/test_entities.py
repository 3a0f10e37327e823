"""Entities hold names that could be taken for one another, so they are only ever made member by member."""

import ast
from collections.abc import Iterator
from pathlib import Path

from connection_overrides.model import entities

PACKAGE = Path(entities.__file__).parents[1]
ENTITIES = {name for name, value in vars(entities).items() if getattr(value, "__module__", "") == entities.__name__}


def calls(source: str) -> Iterator[ast.Call]:
    """Yield the calls that make an entity."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ENTITIES:
            yield node


def test_entities_are_made_by_the_names_of_their_members() -> None:
    made = {path: list(calls(path.read_text())) for path in PACKAGE.rglob("*.py")}

    assert {call.func.id for each in made.values() for call in each if isinstance(call.func, ast.Name)} == ENTITIES
    by_position = [f"{path.name}:{call.lineno}" for path, each in made.items() for call in each if call.args]
    assert by_position == []
