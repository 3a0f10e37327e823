"""The rule of effective connections: which secret reference a connection uses in an environment, and why.

The override, whole; else the connection's default, if the environment inherits defaults; else none. An override that
blocks ends the search. One function decides and records how it decided.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from connection_overrides.domain.base import OMIT_NONE, Model, Moment, Timestamp
from connection_overrides.domain.connection_types import AuthType, PlatformConnectionType
from connection_overrides.domain.models import Connection, Environment, Override, Source, ThenUse
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
    expires_at: Annotated[Moment | None, OMIT_NONE, Field(description="When the override that was found ends.")] = None
    remaining_seconds: Annotated[int | None, OMIT_NONE, Field(description="The time until then, rounded up.")] = None
    then_use: Annotated[ThenUse | None, OMIT_NONE, Field(description="What comes after it.")] = None


type StepValues = tuple[Question, Finding, Override | Connection | None]
"""A question, its answer, and the item that was found. A matrix decides thousands of times, and shows no steps."""


class Resolution(NamedTuple):
    """A decision. `item` is the override or the connection that gives the reference; None without a source."""

    source: Source
    item: Override | Connection | None
    reference: SecretReference | None
    steps: tuple[StepValues, ...]

    def trace(self, moment: datetime) -> list[Step]:
        """Return the steps as responses show them; `moment` is when the decision holds."""
        return [_step(*values, moment) for values in self.steps]


def _step(question: Question, finding: Finding, item: Override | Connection | None, moment: datetime) -> Step:
    expiry: dict[str, Any] = {}
    if isinstance(item, Override) and item.expires_at is not None:
        remaining = ceil((item.expires_at - moment) / timedelta(seconds=1))
        expiry = {"expires_at": item.expires_at, "remaining_seconds": remaining, "then_use": item.then_use}
    revision = None if item is None else item.revision
    return Step.model_construct(question=question, finding=finding, revision=revision, **expiry)


def resolve(environment: Environment, connection: Connection, override: Override | None) -> Resolution:
    """Return what the connection uses in the environment; `override` is theirs, None when there is none."""
    steps: tuple[StepValues, ...]
    if override is not None:
        if override.connection_overrides is None:
            steps = ((Question.OVERRIDE, Finding.BLOCKED, override),)
            return Resolution(Source.NONE, None, None, steps)
        steps = ((Question.OVERRIDE, Finding.PRESENT, override),)
        return Resolution(Source.OVERRIDE, override, override.connection_overrides, steps)
    steps = ((Question.OVERRIDE, Finding.ABSENT, None),)
    if not environment.inherit_defaults:
        return Resolution(Source.NONE, None, None, (*steps, (Question.INHERIT_DEFAULTS, Finding.NO, None)))
    steps = (*steps, (Question.INHERIT_DEFAULTS, Finding.YES, None))
    if connection.connection_details is None:
        return Resolution(Source.NONE, None, None, (*steps, (Question.DEFAULT, Finding.ABSENT, connection)))
    steps = (*steps, (Question.DEFAULT, Finding.PRESENT, connection))
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
    expires_at: Annotated[Moment | None, OMIT_NONE, Field(description="When the override ends by itself.")] = None
    trace: Annotated[list[Step] | None, OMIT_NONE] = None
    tag: Annotated[str, Field(exclude=True)] = ""

    @classmethod
    def of(
        cls,
        environment: Environment,
        connection: Connection,
        resolution: Resolution,
        *,
        explain_at: datetime | None = None,
    ) -> "EffectiveConnection":
        """Return the connection as resolved; with the steps of the decision if it is to be explained at a moment."""
        item = resolution.item
        trace = None if explain_at is None else resolution.trace(explain_at)
        tag = "" if item is None else item.tag
        if trace is not None and (remaining := trace[0].remaining_seconds) is not None:
            tag = f"{tag}-{remaining}"
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
            expires_at=item.expires_at if isinstance(item, Override) else None,
            trace=trace,
            tag=tag,
        )
