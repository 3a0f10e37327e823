"""Configuration files: what a project's environments, connections and overrides should be.

A configuration is a file, or a folder whose `*.yaml` files are read in the order of their names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connection_overrides_client.configuration import shapes
from connection_overrides_client.configuration import yaml_nodes as yaml
from connection_overrides_client.configuration.items import (
    CONNECTION,
    ENVIRONMENT,
    OVERRIDE,
    Address,
    Body,
    body_of,
    is_addressable,
)
from connection_overrides_client.configuration.yaml_nodes import Mistake, Node, Place, read_yaml

_KIND_OF_SECTION = {"environments": ENVIRONMENT, "connections": CONNECTION, "overrides": OVERRIDE}


class ConfigurationInvalid(Exception):
    """The files contain mistakes. Its text has a line for each: `file:line:column: sentence`."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = sorted(set(mistakes))
        super().__init__("\n".join(map(str, self.mistakes)))


@dataclass(frozen=True)
class Declared:
    """An item as it should be, and where the files say so."""

    body: Body
    place: Place | None = None


@dataclass
class Configuration:
    """What files declare. `managed` are the kinds of items whose sections occur; `notes` are sentences for the user."""

    items: dict[Address, Declared] = field(default_factory=dict)
    managed: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)


def load(*paths: Path) -> Configuration:
    """Return the configuration in files and folders. Raises ConfigurationInvalid with all mistakes that were found."""
    mistakes: list[Mistake] = []
    loading = _Loading(mistakes)
    for path in paths:
        for file in _files(path, mistakes):
            loading.add(file)
    loading.check_parents()
    if mistakes:
        raise ConfigurationInvalid(mistakes)
    return loading.configuration


def _files(path: Path, mistakes: list[Mistake]) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = sorted((file for file in path.glob("*.yaml") if file.is_file()), key=lambda file: file.name)
    if not files:
        mistakes.append(Mistake(Place(str(path)), "The folder contains no *.yaml file."))
    return files


class _Loading:
    def __init__(self, mistakes: list[Mistake]) -> None:
        self.configuration = Configuration()
        self._mistakes = mistakes
        self._is_complete = True

    def add(self, file: Path) -> None:
        """Add what a file declares."""
        before = len(self._mistakes)
        document = read_yaml(file, self._mistakes)
        if document is None:
            self._is_complete = self._is_complete and before == len(self._mistakes)
            if before == len(self._mistakes):
                self.configuration.notes.append(f"{file} is empty: it declares nothing.")
            return
        for section, value in shapes.entries_of(document, self._mistakes):
            if section.text not in shapes.SECTIONS:
                self._mistakes.append(shapes.unknown_key(section, shapes.SECTIONS))
                continue
            self.configuration.managed.add(_KIND_OF_SECTION[section.text])
            for address, place, found in self._declared(section.text, value):
                self._declare(address, place, found)

    def _declared(self, section: str, node: Node) -> Iterator[tuple[Address, Place, Any]]:
        shape = shapes.SECTIONS[section]
        if section != "overrides":
            for name, found in shape.items(node, self._mistakes):
                kind = _KIND_OF_SECTION[section]
                address = Address.of_environment(name.text) if kind == ENVIRONMENT else Address.of_connection(name.text)
                self._check_name(name)
                yield address, name.place, found
            return
        of_environment = shapes.Named(shapes.OVERRIDE)
        for environment, value in shapes.entries_of(node, self._mistakes):
            if not environment.is_text:
                shapes.Text().read(environment, self._mistakes)
            for name, found in of_environment.items(value, self._mistakes):
                yield Address.of_override(environment.text, name.text), name.place, found

    def _check_name(self, name: yaml.Scalar) -> None:
        if not is_addressable(name.text):
            self._mistakes.append(Mistake(name.place, f"{name.text!r} cannot be a name."))

    def _declare(self, address: Address, place: Place, found: dict[str, Any]) -> None:
        other = self.configuration.items.get(address)
        if other is not None:
            message = f"The {address} is declared twice: the other place is {other.place}."
            self._mistakes.append(Mistake(place, message))
            return
        self.configuration.items[address] = Declared(found, place)

    def check_parents(self) -> None:
        """Check that what overrides depend on is declared, and give them its auth type. Complete all bodies."""
        items = self.configuration.items
        for address, declared in items.items():
            assert declared.place is not None  # noqa: S101 - it comes from a file
            missing = [parent for parent in address.parents if parent not in items]
            if self._is_complete:
                self._mistakes += [
                    Mistake(declared.place, f"This is an {address}, but no file declares the {parent}.")
                    for parent in missing
                ]
        if not self._mistakes:
            self.configuration.items = {
                address: Declared(_body(address, items), declared.place) for address, declared in items.items()
            }


def _body(address: Address, items: dict[Address, Declared]) -> Body:
    """Return the body of an item in the API's names. Its members in files are in `shapes`."""
    found = dict(items[address].body)
    if address.kind == ENVIRONMENT:
        found.setdefault("protected", False)
        found.setdefault("inheritDefaults", not found["protected"])
    elif address.kind == CONNECTION:
        found["connectionDetails"] = found.pop("default", None)
    else:
        found["authType"] = items[address.parents[1]].body["authType"]
        reference = {name: found.pop(name) for name in ("secretsLocation", "connectionProperties") if name in found}
        found["connectionOverrides"] = reference or None
    return body_of(address.kind, found)


def load_document(path: Path, shape: shapes.Shape) -> Any:  # noqa: ANN401 - JSON
    """Return a document of that shape. Raises ConfigurationInvalid."""
    mistakes: list[Mistake] = []
    document = read_yaml(path, mistakes)
    found = None if document is None else shape.read(document, mistakes)
    if mistakes:
        raise ConfigurationInvalid(mistakes)
    return found
