"""The rule of effective connections: which secret reference a connection uses in an environment, and why.

The override, whole; else the connection's default, if the environment inherits defaults; else none. An override that
blocks ends the search. One function decides and records how it decided.
"""

from enum import StrEnum
from typing import Annotated, NamedTuple

from pydantic import Field

from connection_overrides.domain.base import OMIT_NONE, Model, Timestamp
from connection_overrides.domain.connection_types import AuthType, PlatformConnectionType
from connection_overrides.domain.models import Connection, Environment, Override, Source
from connection_overrides.domain.secret_references import SecretReference


class Question(StrEnum):
    """A question of the decision, in this order."""

    OVERRIDE = "override"
    INHERIT_DEFAULTS = "inheritDefaults"
    DEFAULT = "default"


class Finding(StrEnum):
    """The answer to a question."""

    ABSENT = "absent"
    BLOCKED = "blocked"
    NO = "no"
    PRESENT = "present"
    YES = "yes"


class Step(Model):
    """One question and its answer. `revision` is that of the item that was found."""

    question: Question
    finding: Finding
    revision: Annotated[int | None, OMIT_NONE] = None


type StepValues = tuple[Question, Finding, int | None]
"""The values of a step. A matrix decides thousands of times, and shows no steps."""


class Resolution(NamedTuple):
    """A decision. `item` is the override or the connection that gives the reference; None without a source."""

    source: Source
    item: Override | Connection | None
    reference: SecretReference | None
    steps: tuple[StepValues, ...]

    def trace(self) -> list[Step]:
        """Return the steps as responses show them."""
        return [
            Step.model_construct(question=question, finding=finding, revision=revision)
            for question, finding, revision in self.steps
        ]


def resolve(environment: Environment, connection: Connection, override: Override | None) -> Resolution:
    """Return what the connection uses in the environment; `override` is theirs, None when there is none."""
    steps: tuple[StepValues, ...]
    if override is not None:
        if override.connection_overrides is None:
            steps = ((Question.OVERRIDE, Finding.BLOCKED, override.revision),)
            return Resolution(Source.NONE, None, None, steps)
        steps = ((Question.OVERRIDE, Finding.PRESENT, override.revision),)
        return Resolution(Source.OVERRIDE, override, override.connection_overrides, steps)
    steps = ((Question.OVERRIDE, Finding.ABSENT, None),)
    if not environment.inherit_defaults:
        return Resolution(Source.NONE, None, None, (*steps, (Question.INHERIT_DEFAULTS, Finding.NO, None)))
    steps = (*steps, (Question.INHERIT_DEFAULTS, Finding.YES, None))
    if connection.connection_details is None:
        return Resolution(Source.NONE, None, None, (*steps, (Question.DEFAULT, Finding.ABSENT, connection.revision)))
    steps = (*steps, (Question.DEFAULT, Finding.PRESENT, connection.revision))
    return Resolution(Source.DEFAULT, connection, connection.connection_details, steps)


class EffectiveConnection(Model):
    """A connection as an environment uses it. Reference and revision are those of the source; NONE has neither."""

    project_id: str
    environment_name: str
    name: str
    platform_connection_type: PlatformConnectionType
    auth_provider: str
    auth_type: AuthType
    source: Source
    reference: Annotated[SecretReference | None, OMIT_NONE] = None
    revision: Annotated[int | None, OMIT_NONE] = None
    updated_by: Annotated[str | None, OMIT_NONE] = None
    updated_date: Annotated[Timestamp | None, OMIT_NONE] = None
    trace: Annotated[list[Step] | None, OMIT_NONE] = None
    tag: Annotated[str, Field(exclude=True)] = ""

    @classmethod
    def of(
        cls, environment: Environment, connection: Connection, resolution: Resolution, *, explain: bool = False
    ) -> "EffectiveConnection":
        """Return the connection as resolved, with the steps of the decision if `explain`."""
        item = resolution.item
        return cls.model_construct(
            project_id=connection.project_id,
            environment_name=environment.name,
            name=connection.name,
            platform_connection_type=connection.platform_connection_type,
            auth_provider=connection.auth_provider,
            auth_type=connection.auth_type,
            source=resolution.source,
            reference=resolution.reference,
            revision=None if item is None else item.revision,
            updated_by=None if item is None else item.updated_by,
            updated_date=None if item is None else item.updated_date,
            trace=resolution.trace() if explain else None,
            tag="" if item is None else item.tag,
        )
