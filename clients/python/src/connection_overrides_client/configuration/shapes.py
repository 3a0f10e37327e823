"""What configuration files consist of. One declaration validates them and is their JSON Schema.

Rules about names, connection types and vaults are the service's: a preview reports what breaks them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from difflib import get_close_matches
from typing import Any, Final, Protocol

from connection_overrides_client.configuration import yaml_nodes as yaml
from connection_overrides_client.configuration.yaml_nodes import Mistake, Node

JsonSchema = dict[str, Any]


class Shape(Protocol):
    """What a value must look like."""

    def read(self, node: Node, mistakes: list[Mistake]) -> Any:  # noqa: ANN401 - JSON
        """Return the value as JSON. If anything is wrong, it is added to the mistakes."""

    def schema(self) -> JsonSchema:
        """Return the JSON Schema of the value."""


@dataclass(frozen=True)
class Text:
    """A text, which needs quotes if YAML could read it as anything else. Examples are suggestions for editors."""

    description: str = ""
    examples: tuple[str, ...] = ()

    def read(self, node: Node, mistakes: list[Mistake]) -> str | None:
        """Return the text."""
        if not isinstance(node, yaml.Scalar):
            mistakes.append(Mistake(node.place, "This must be text."))
            return None
        if not node.is_text:
            mistakes.append(Mistake(node.place, _needs_quotes("This must be text")))
        return node.text

    def schema(self) -> JsonSchema:
        """Return the JSON Schema."""
        return _schema("string", self.description, **({"examples": list(self.examples)} if self.examples else {}))


@dataclass(frozen=True)
class Moment:
    """A date and time with an offset (RFC 3339), with or without quotes."""

    description: str

    def read(self, node: Node, mistakes: list[Mistake]) -> str | None:
        """Return it in UTC with milliseconds, as the service does. What is no date is left to the service."""
        if isinstance(node, yaml.Scalar) and _MOMENT.fullmatch(node.text):
            return _in_utc(node.text)
        return Text().read(node, mistakes)

    def schema(self) -> JsonSchema:
        """Return the JSON Schema."""
        return _schema("string", self.description, format="date-time")


@dataclass(frozen=True)
class Flag:
    """True or false."""

    description: str

    def read(self, node: Node, mistakes: list[Mistake]) -> bool | None:
        """Return the flag."""
        if isinstance(node, yaml.Scalar) and node.is_plain and node.text in {"true", "false"}:
            return node.text == "true"
        mistakes.append(Mistake(node.place, "This must be true or false."))
        return None

    def schema(self) -> JsonSchema:
        """Return the JSON Schema."""
        return _schema("boolean", self.description)


@dataclass(frozen=True)
class Record:
    """A mapping with these keys and no others."""

    members: Mapping[str, Shape]
    required: frozenset[str] = frozenset()
    description: str = ""

    def read(self, node: Node, mistakes: list[Mistake]) -> dict[str, Any]:
        """Return the members."""
        found = {}
        for key, value in entries_of(node, mistakes):
            if key.text in self.members:
                found[key.text] = self.members[key.text].read(value, mistakes)
            else:
                mistakes.append(unknown_key(key, self.members))
        if isinstance(node, yaml.Mapping) or is_null(node):
            mistakes += [Mistake(node.place, f"{name!r} is missing.") for name in sorted(self.required - found.keys())]
        return found

    def schema(self) -> JsonSchema:
        """Return the JSON Schema."""
        properties = {name: shape.schema() for name, shape in self.members.items()}
        required = {"required": sorted(self.required)} if self.required else {}
        kind: Any = "object" if self.required else ["object", "null"]
        return _schema(kind, self.description, additionalProperties=False, properties=properties, **required)


@dataclass(frozen=True)
class Named:
    """A mapping of names to values of one shape."""

    shape: Shape
    description: str = ""

    def items(self, node: Node, mistakes: list[Mistake]) -> Iterator[tuple[yaml.Scalar, Any]]:
        """Yield each name with its value."""
        for key, value in entries_of(node, mistakes):
            if not key.is_text:
                mistakes.append(Mistake(key.place, _needs_quotes("A name must be text")))
            yield key, self.shape.read(value, mistakes)

    def read(self, node: Node, mistakes: list[Mistake]) -> dict[str, Any]:
        """Return the values by their names."""
        return {key.text: value for key, value in self.items(node, mistakes)}

    def schema(self) -> JsonSchema:
        """Return the JSON Schema."""
        return _schema(["object", "null"], self.description, additionalProperties=self.shape.schema())


@dataclass(frozen=True)
class Many:
    """A sequence of values of one shape."""

    shape: Shape
    description: str = ""

    def read(self, node: Node, mistakes: list[Mistake]) -> list[Any]:
        """Return the values."""
        if not isinstance(node, yaml.Sequence):
            mistakes.append(Mistake(node.place, "This must be a list."))
            return []
        return [self.shape.read(entry, mistakes) for entry in node.entries]

    def schema(self) -> JsonSchema:
        """Return the JSON Schema."""
        return _schema("array", self.description, items=self.shape.schema())


@dataclass(frozen=True)
class Properties:
    """The properties of a connection: texts that name its secret, or a map of values and secrets."""

    texts: Mapping[str, Shape]
    property: Record

    def read(self, node: Node, mistakes: list[Mistake]) -> dict[str, Any]:
        """Return the properties."""
        found: dict[str, Any] = {}
        for key, value in entries_of(node, mistakes):
            if isinstance(value, yaml.Mapping):
                if not key.is_text:
                    mistakes.append(Mistake(key.place, _needs_quotes("A name must be text")))
                found[key.text] = self.property.read(value, mistakes)
            elif key.text in self.texts:
                found[key.text] = self.texts[key.text].read(value, mistakes)
            else:
                mistakes.append(unknown_key(key, self.texts))
        return found

    def schema(self) -> JsonSchema:
        """Return the JSON Schema."""
        texts = {name: {"anyOf": [shape.schema(), self.property.schema()]} for name, shape in self.texts.items()}
        return _schema(["object", "null"], properties=texts, additionalProperties=self.property.schema())


@dataclass(frozen=True)
class OverrideShape:
    """The word BLOCKED, or a record that either has a reference or is blocked."""

    record: Record

    def read(self, node: Node, mistakes: list[Mistake]) -> dict[str, Any]:
        """Return the record."""
        if isinstance(node, yaml.Scalar) and not is_null(node):
            if node.text != BLOCKED:
                mistakes.append(Mistake(node.place, "An override is a secret reference, or BLOCKED."))
            return {"blocked": True}
        found = self.record.read(node, mistakes)
        if found.get("blocked") and found.keys() & {"connectionProperties", "secretsLocation"}:
            mistakes.append(Mistake(node.place, "A blocked override has no secret reference."))
        elif not found.get("blocked") and "connectionProperties" not in found:
            mistakes.append(Mistake(node.place, "'connectionProperties' is missing."))
        return found

    def schema(self) -> JsonSchema:
        """Return the JSON Schema."""
        return {"oneOf": [{"const": BLOCKED}, {**self.record.schema(), "type": "object"}]}


def entries_of(node: Node, mistakes: list[Mistake]) -> list[tuple[yaml.Scalar, Node]]:
    """Return the entries of a mapping. Nothing is an empty one."""
    if isinstance(node, yaml.Mapping):
        return node.entries
    if not is_null(node):
        mistakes.append(Mistake(node.place, "This must be a mapping."))
    return []


def is_null(node: Node) -> bool:
    """Return whether there is no value."""
    return isinstance(node, yaml.Scalar) and node.is_null


def unknown_key(key: yaml.Scalar, known: Mapping[str, object]) -> Mistake:
    """Return the mistake of a key that does not exist, with the one that was probably meant."""
    by_spelling = {name.lower(): name for name in known}
    close = get_close_matches(key.text.lower(), by_spelling, 1, 0.6)
    help_ = f"Did you mean {by_spelling[close[0]]!r}?" if close else f"Known keys: {', '.join(known)}."
    return Mistake(key.place, f"Unknown key {key.text!r}. {help_}")


def in_utc(text: str) -> str:
    """Return a date and time as the service does: in UTC with milliseconds. Anything else stays as it is."""
    return _in_utc(text) if _MOMENT.fullmatch(text) else text


_MOMENT: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})",
    re.ASCII,
)


def _in_utc(text: str) -> str:
    match = _MOMENT.fullmatch(text)
    assert match is not None  # noqa: S101 - callers check it
    seconds, fraction, offset = match.groups()
    milliseconds = ((fraction or "") + "000")[:3]
    try:
        moment = datetime.fromisoformat(f"{seconds}.{milliseconds}{offset.replace('Z', '+00:00')}")
        return moment.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except (OverflowError, ValueError):
        return text


def _needs_quotes(must: str) -> str:
    return f"{must}, and YAML reads this as something else: put it in quotes."


def _schema(kind: str | list[str], description: str = "", **members: object) -> JsonSchema:
    return {"type": kind, **({"description": description} if description else {}), **members}


BLOCKED: Final = "BLOCKED"

_REFERENCE: Final[Mapping[str, Shape]] = {
    "secretsLocation": Record(
        {
            "type": Text(
                "The kind of vault.", ("AWS_SECRET_MANAGER", "AZURE_KEY_VAULT", "GCP_SECRET_MANAGER", "HOSTED")
            ),
            "region": Text("The region of AWS_SECRET_MANAGER."),
            "vaultUrl": Text("The URL of AZURE_KEY_VAULT."),
            "projectId": Text("The project of GCP_SECRET_MANAGER."),
        },
        frozenset({"type"}),
        "The vault. Without it, the runner's own vault.",
    ),
    "connectionProperties": Properties(
        {
            "secretName": Text("The name of the secret, never its value."),
            "secretKey": Text("The key within the secret."),
            "credentialSecretName": Text("The name of the secret with the cloud provider's credentials."),
        },
        Record(
            {
                "value": Text("A value that is not secret."),
                "secretName": Text("The name of the secret, never its value."),
                "secretKey": Text("The key within the secret."),
            },
            description="A property of a warehouse: a value, or the name of a secret.",
        ),
    ),
}

ENVIRONMENT: Final = Record(
    {
        "displayName": Text("The name that people see."),
        "description": Text(),
        "protected": Flag("Whether it needs its own secrets. Without it, false."),
        "inheritDefaults": Flag(
            "Whether connections without an override use their default. Without it, true unless protected."
        ),
    }
)
CONNECTION: Final = Record(
    {
        "platformConnectionType": Text(examples=("COMPONENT_BASIC", "CLOUD_PLATFORM_CREDENTIALS", "DWH")),
        "authProvider": Text("A connector such as salesforce, a cloud or a warehouse, or NONE."),
        "authType": Text(
            examples=(
                "GENERIC_SECRET",
                "OAUTH_CLIENT_CRED",
                "OAUTH_USER_TOKENS",
                "OAUTH_AUTHORIZATION_CODE",
                "COMPOSITE_TOKEN",
                "OAUTH_1_0_X_ADS",
                "CLOUD_PROVIDER_SECRET",
                "KEY_PAIR",
                "PASSWORD",
            )
        ),
        "default": Record(
            {"description": Text("What the connection is for."), **_REFERENCE},
            frozenset({"connectionProperties"}),
            "What environments use that inherit defaults and have no override.",
        ),
    },
    frozenset({"platformConnectionType", "authProvider", "authType"}),
)
OVERRIDE: Final = OverrideShape(
    Record(
        {
            **_REFERENCE,
            "blocked": Flag("Whether the connection has no secret in this environment."),
            "expiresAt": Moment("When the override ends by itself (RFC 3339). Requires thenUse."),
            "thenUse": Text("What comes after expiresAt.", ("DEFAULT", "BLOCKED", "PREVIOUS")),
        }
    )
)
SECTIONS: Final[Mapping[str, Named]] = {
    "environments": Named(ENVIRONMENT, "The environments by name."),
    "connections": Named(CONNECTION, "The connections by name."),
    "overrides": Named(Named(OVERRIDE), "The overrides by environment and connection."),
}
SECRET_MAP: Final = Record(
    {
        "names": Named(Text(), "New names by exact names."),
        "prefixes": Named(Text(), "New prefixes by prefixes; the longest one that fits applies."),
        "locations": Many(
            Record(
                {"from": _REFERENCE["secretsLocation"], "to": _REFERENCE["secretsLocation"]}, frozenset({"from", "to"})
            ),
            "Vaults to replace.",
        ),
    }
)


def json_schema() -> JsonSchema:
    """Return the JSON Schema of configuration files, for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Connection Overrides: the configuration of a project",
        **Record(SECTIONS).schema(),
    }
