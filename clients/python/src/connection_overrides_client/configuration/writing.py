"""Configuration files of a project as it is. The same project always has the same bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from connection_overrides_client.configuration.items import CONNECTION, ENVIRONMENT, OVERRIDE, Address, Body
from connection_overrides_client.configuration.shapes import BLOCKED
from connection_overrides_client.configuration.yaml_nodes import is_ambiguous

PROJECT_FILE: Final = "project.yaml"

_PLAIN: Final = re.compile(r"[A-Za-z0-9_/][A-Za-z0-9_/+=.@-]*( [A-Za-z0-9_/+=.@-]+)*")
_UNPRINTABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


class ExportRefused(Exception):
    """The files cannot be written. Its text says why."""


def to_yaml(bodies: Mapping[Address, Body]) -> str:
    """Return one file with all items, each section in the order of UTF-8 bytes of the names."""
    return _document({**_project(bodies), "overrides": _overrides(bodies)})


def to_files(bodies: Mapping[Address, Body]) -> dict[str, str]:
    """Return files by name: `project.yaml`, and `overrides.<environment>.yaml` for each environment with overrides.

    Raises ExportRefused if names of environments differ only in case: some file systems do not tell them apart.
    """
    # The section is there even if it is empty, so that the files manage overrides.
    files = {PROJECT_FILE: _document({**_project(bodies), "overrides": {}})}
    for environment, overrides in _overrides(bodies).items():
        files[f"overrides.{quote(environment, safe=' ')}.yaml"] = _document({"overrides": {environment: overrides}})
    if len({name.casefold() for name in files}) < len(files):
        raise ExportRefused("Names of environments differ only in case: export to one file instead.")
    return files


def write_folder(folder: Path, bodies: Mapping[Address, Body]) -> list[Path]:
    """Write the files into the folder, and return them.

    Raises ExportRefused, before anything is written, if the folder contains other `*.yaml` files, which would be read
    with these.
    """
    files = to_files(bodies)
    others = sorted(file.name for file in folder.glob("*.yaml") if file.name not in files)
    if others:
        raise ExportRefused(f"{folder} contains files that are not of this project: {', '.join(others)}.")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_bytes(text.encode())
    return [folder / name for name in files]


def in_order(names: Iterable[str]) -> list[str]:
    """Return names as the service sorts them: by their UTF-8 bytes."""
    return sorted(names, key=lambda name: name.encode("utf-8", "surrogatepass"))


def declaration(kind: str, body: Body) -> Any:  # noqa: ANN401 - JSON
    """Return an item as files declare it, with defaults left out."""
    if kind == ENVIRONMENT:
        usual = {"protected": False, "inheritDefaults": not body["protected"]}
        return {name: value for name, value in body.items() if usual.get(name) != value}
    if kind == CONNECTION:
        found = {name: value for name, value in body.items() if name != "connectionDetails"}
        return {**found, "default": body["connectionDetails"]} if "connectionDetails" in body else found
    found = {name: value for name, value in body.items() if name not in {"authType", "connectionOverrides"}}
    if found == {"blocked": True}:
        return BLOCKED
    return {**body.get("connectionOverrides", {}), **found}


def _project(bodies: Mapping[Address, Body]) -> dict[str, Any]:
    found = {
        kind: {
            one.environment or one.connection: declaration(kind, body)
            for one, body in bodies.items()
            if one.kind == kind
        }
        for kind in (ENVIRONMENT, CONNECTION)
    }
    return {f"{kind}s": {name: of_kind[name] for name in in_order(of_kind)} for kind, of_kind in found.items()}


def _overrides(bodies: Mapping[Address, Body]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for address, body in bodies.items():
        if address.kind == OVERRIDE:
            found.setdefault(address.environment, {})[address.connection] = declaration(OVERRIDE, body)
    return {
        environment: {name: found[environment][name] for name in in_order(found[environment])}
        for environment in in_order(found)
    }


def _document(sections: Mapping[str, Any]) -> str:
    return "".join(_lines(sections, ""))


def _lines(mapping: Mapping[str, Any], indent: str) -> Iterable[str]:
    for name, value in mapping.items():
        if isinstance(value, Mapping) and value:
            yield f"{indent}{_scalar(name)}:\n"
            yield from _lines(_sorted_members(value, indent), indent + "  ")
        else:
            yield f"{indent}{_scalar(name)}: {_scalar(value)}\n"


def _sorted_members(mapping: Mapping[str, Any], indent: str) -> Mapping[str, Any]:
    """Return the members of an item by name. Names of items are in order already."""
    return {name: mapping[name] for name in in_order(mapping)} if indent else mapping


def _scalar(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value if _PLAIN.fullmatch(value) and not is_ambiguous(value) else _quoted(value)
    return "{}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return '"' + _UNPRINTABLE.sub(lambda match: f"\\u{ord(match.group()):04x}", escaped) + '"'
