"""Promotion: give an environment the overrides that another one has, with secrets of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from connection_overrides_client.configuration.items import OVERRIDE, Address, Body, State, read_state
from connection_overrides_client.configuration.loading import Configuration, Declared, load_document
from connection_overrides_client.configuration.planning import Plan, compare, preview
from connection_overrides_client.configuration.shapes import SECRET_MAP

if TYPE_CHECKING:
    from connection_overrides_client.client import Client

STOP: Final = "stop"
SKIP: Final = "skip"
OVERWRITE: Final = "overwrite"
ON_CONFLICT: Final = (STOP, SKIP, OVERWRITE)

_NAMES_OF_SECRETS: Final = frozenset({"secretName", "credentialSecretName"})


class PromotionRefused(Exception):
    """Some overrides cannot be promoted. Its text has a sentence in a line for each."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True)
class SecretMap:
    """Rules for secrets: exact names come first, then the longest prefix. `locations` are pairs of vaults."""

    names: Mapping[str, str] = field(default_factory=dict)
    prefixes: Mapping[str, str] = field(default_factory=dict)
    locations: tuple[tuple[Body, Body], ...] = ()

    @classmethod
    def load(cls, path: Path) -> SecretMap:
        """Return the rules in a file. Raises ConfigurationInvalid."""
        found = load_document(path, SECRET_MAP) or {}
        locations = tuple((one["from"], one["to"]) for one in found.get("locations", ()))
        return cls(found.get("names", {}), found.get("prefixes", {}), locations)

    def name(self, name: str) -> str | None:
        """Return the new name of a secret. None if no rule is about it."""
        if name in self.names:
            return self.names[name]
        fitting = max((prefix for prefix in self.prefixes if name.startswith(prefix)), key=len, default=None)
        return None if fitting is None else self.prefixes[fitting] + name[len(fitting) :]

    def location(self, location: Body | None) -> Body | None:
        """Return the new vault, or the same one if no rule is about it."""
        return next((new for old, new in self.locations if old == location), location)


def promote(
    client: Client,
    project: str,
    service: str,
    source: str,
    target: str,
    *,
    secret_map: SecretMap,
    on_conflict: str = STOP,
    same_secrets: bool = False,
    allow_shared_secret: bool = False,
) -> Plan:
    """Return the plan that gives the target the overrides of the source. Overrides of the target alone stay.

    Names of secrets and vaults are replaced by the rules, blocked overrides are copied, and plain values of a warehouse
    are copied. A connection for which the source only has a default is not promoted. Where the target has another
    override, `on_conflict` says what happens: stop, skip or overwrite.

    Raises PromotionRefused if the target would use the same secret as the source, unless `same_secrets`; if there is a
    conflict and `on_conflict` is stop; or if an environment does not exist. Calls are those of `plan`.
    """
    state = read_state(client, project)
    reasons = [f"There is no environment {name}." for name in (source, target) if name not in state.environments()]
    if source == target:
        reasons.append("An environment cannot be promoted to itself.")
    if reasons:
        raise PromotionRefused(reasons)
    configuration = _promoted(state, source, target, secret_map, reasons, same_secrets=same_secrets)
    _resolve_conflicts(state, configuration, on_conflict, reasons)
    if reasons:
        raise PromotionRefused(reasons)
    steps, _ = compare(state, configuration)
    steps = preview(client, project, steps, allow_shared_secret=allow_shared_secret)
    notes = tuple(configuration.notes)
    return Plan(str(uuid4()), project, service, steps, 0, allow_shared_secret, notes)


def _promoted(
    state: State, source: str, target: str, secret_map: SecretMap, reasons: list[str], *, same_secrets: bool
) -> Configuration:
    configuration = Configuration()
    for address, body in state.bodies().items():
        if address.kind != OVERRIDE or address.environment != source:
            continue
        promoted, same = _with_secrets(body, secret_map)
        if same and not same_secrets:
            reasons += [f"{address.connection}: no rule maps the secret {name!r} of {source}." for name in same]
        configuration.items[Address.of_override(target, address.connection)] = Declared(promoted)
    return configuration


def _resolve_conflicts(state: State, configuration: Configuration, on_conflict: str, reasons: list[str]) -> None:
    bodies = state.bodies()
    for address, declared in [*configuration.items.items()]:
        current = bodies.get(address)
        if current in (None, declared.body) or on_conflict == OVERWRITE:
            continue
        if on_conflict == SKIP:
            del configuration.items[address]
            configuration.notes.append(f"Skipped: {address.environment} has another override of {address.connection}.")
        else:
            reasons.append(
                f"{address.connection}: {address.environment} has another override. "
                "Use --on-conflict skip or overwrite."
            )


def _with_secrets(body: Body, secret_map: SecretMap) -> tuple[Body, list[str]]:
    """Return an override with the secrets of the target, and the names of those that are still the source's."""
    if "connectionOverrides" not in body:
        return body, []
    reference: Mapping[str, Any] = body["connectionOverrides"]
    location = reference.get("secretsLocation")
    new_location = secret_map.location(location)
    same: list[str] = []

    def renamed(name: str) -> str:
        new = secret_map.name(name)
        if (new is None or new == name) and new_location == location:
            same.append(name)
        return name if new is None else new

    properties = _renamed(reference["connectionProperties"], renamed)
    mapped = {"connectionProperties": properties}
    if new_location is not None:
        mapped["secretsLocation"] = new_location
    return {**body, "connectionOverrides": mapped}, same


def _renamed(properties: Mapping[str, Any], renamed: Callable[[str], str]) -> dict[str, Any]:
    return {
        name: _renamed(value, renamed)
        if isinstance(value, Mapping)
        else renamed(value)
        if name in _NAMES_OF_SECRETS
        else value
        for name, value in properties.items()
    }
