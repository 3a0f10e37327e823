"""The rule of effective connections: which secret reference a connection uses in an environment, and why.

The override, whole; else the connection's default, if the environment inherits defaults; else none. An override that
blocks ends the search: nothing is inherited past it. One function decides and tells how it decided.
"""

from enum import StrEnum
from typing import NamedTuple

from connection_overrides.model.entities import Connection, Environment, Override, Revision, SecretReference


class Source(StrEnum):
    """Where an effective connection's reference comes from."""

    OVERRIDE = "OVERRIDE"
    DEFAULT = "DEFAULT"
    NONE = "NONE"


class Question(StrEnum):
    """What is asked on the way to a decision, in this order."""

    OVERRIDE = "override"
    INHERIT_DEFAULTS = "inheritDefaults"
    DEFAULT = "default"


class Finding(StrEnum):
    """What was found."""

    ABSENT = "absent"
    BLOCKED = "blocked"
    NO = "no"
    PRESENT = "present"
    YES = "yes"


class Step(NamedTuple):
    """One question and its answer. `revision` is the number of the item that was found, None when nothing was."""

    question: Question
    finding: Finding
    revision: int | None = None


class Resolution(NamedTuple):
    """A decision. Reference and revision, of the item that gave it, are None when there is no source."""

    environment: Environment
    connection: Connection
    source: Source
    reference: SecretReference | None
    revision: Revision | None
    steps: tuple[Step, ...]


def resolve(environment: Environment, connection: Connection, override: Override | None) -> Resolution:
    """Return what the connection is in the environment; `override` is theirs, None when there is none."""
    steps: list[Step] = []

    def decided(source: Source, reference: SecretReference | None, revision: Revision | None) -> Resolution:
        return Resolution(environment, connection, source, reference, revision, tuple(steps))

    if override is not None:
        finding = Finding.BLOCKED if override.reference is None else Finding.PRESENT
        steps.append(Step(Question.OVERRIDE, finding, override.revision.number))
        if override.reference is None:
            return decided(Source.NONE, None, None)
        return decided(Source.OVERRIDE, override.reference, override.revision)
    steps.append(Step(Question.OVERRIDE, Finding.ABSENT))
    steps.append(Step(Question.INHERIT_DEFAULTS, Finding.YES if environment.inherit_defaults else Finding.NO))
    if not environment.inherit_defaults:
        return decided(Source.NONE, None, None)
    finding = Finding.ABSENT if connection.default is None else Finding.PRESENT
    steps.append(Step(Question.DEFAULT, finding, connection.revision.number))
    if connection.default is None:
        return decided(Source.NONE, None, None)
    return decided(Source.DEFAULT, connection.default, connection.revision)
