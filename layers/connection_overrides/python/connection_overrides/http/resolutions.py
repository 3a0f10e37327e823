"""Bodies of replies about effective connections: what a connection is in an environment, and why."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from connection_overrides.http.replies import LEFT_OUT_IF_NONE, ReferenceReply, Reply, Timestamp, timestamp
from connection_overrides.model.entities import Environment
from connection_overrides.model.kinds import AuthType, PlatformConnectionType
from connection_overrides.model.resolution import Finding, Question, Resolution, Source, Step
from connection_overrides.service.impact import Effect
from connection_overrides.service.matrix import Line
from connection_overrides.service.secret_report import USES_SHOWN, UsedSecret


class StepReply(Reply):
    """One step of a decision."""

    question: Question
    finding: Finding
    revision: Annotated[int | None, LEFT_OUT_IF_NONE] = None

    @classmethod
    def of(cls, step: Step) -> "StepReply":
        """Return what the API shows of a step."""
        return cls(question=step.question, finding=step.finding, revision=step.revision)


class EffectiveReply(Reply):
    """A connection as an environment sees it. Reference and revision are those of the source; NONE has neither."""

    project_id: str
    environment_name: str
    name: str
    platform_connection_type: PlatformConnectionType
    auth_provider: str
    auth_type: AuthType
    source: Source
    reference: Annotated[ReferenceReply | None, LEFT_OUT_IF_NONE] = None
    revision: Annotated[int | None, LEFT_OUT_IF_NONE] = None
    updated_by: Annotated[str | None, LEFT_OUT_IF_NONE] = None
    updated_date: Annotated[Timestamp | None, LEFT_OUT_IF_NONE] = None
    trace: Annotated[list[StepReply] | None, LEFT_OUT_IF_NONE] = None

    @classmethod
    def of(cls, resolution: Resolution, *, explain: bool) -> "EffectiveReply":
        """Return what the API shows of a resolution, with its steps if `explain`."""
        connection, revision = resolution.connection, resolution.revision
        return cls(
            project_id=connection.project_id,
            environment_name=resolution.environment.name,
            name=connection.name,
            platform_connection_type=connection.platform_connection_type,
            auth_provider=connection.auth_provider,
            auth_type=connection.auth_type,
            source=resolution.source,
            reference=None if resolution.reference is None else ReferenceReply.of(resolution.reference),
            revision=None if revision is None else revision.number,
            updated_by=None if revision is None else revision.updated_by,
            updated_date=None if revision is None else timestamp(revision.updated_date),
            trace=[StepReply.of(step) for step in resolution.steps] if explain else None,
        )


class EffectReply(Reply):
    """An effective connection whose source a change would change."""

    environment_name: str
    name: str
    before: Source
    after: Source

    @classmethod
    def of(cls, effect: Effect) -> "EffectReply":
        """Return what the API shows of an effect."""
        return cls(
            environment_name=effect.environment_name,
            name=effect.connection_name,
            before=effect.before,
            after=effect.after,
        )


class SecretUserReply(Reply):
    """An effective connection that uses a secret."""

    environment_name: str
    name: str
    protected: bool
    source: Source


class UsedSecretReply(Reply):
    """A secret that a project uses: its vault, empty for the runner's own, and its name there.

    `defaults` and `usedBy` name at most 100 each; every environment that uses it is named before any is named twice.
    """

    vault: str
    secret_name: str
    defaults: Annotated[list[str], Field(max_length=USES_SHOWN)]
    defaults_total: Annotated[int, Field(description="How many defaults name it.")]
    used_by: Annotated[list[SecretUserReply], Field(max_length=USES_SHOWN)]
    used_by_total: Annotated[int, Field(description="How many effective connections use it.")]
    shared: Annotated[bool, Field(description="Whether several environments use it, of all that do.")]
    leaks: Annotated[bool, Field(description="Whether a protected and an unprotected one are among them.")]

    @classmethod
    def of(cls, used: UsedSecret) -> "UsedSecretReply":
        """Return what the API shows of a used secret."""
        return cls(
            vault=used.secret.vault,
            secret_name=used.secret.name,
            defaults=list(used.defaults),
            defaults_total=used.defaults_total,
            used_by=[
                SecretUserReply(
                    environment_name=user.environment_name,
                    name=user.connection_name,
                    protected=user.is_protected,
                    source=user.source,
                )
                for user in used.users
            ],
            used_by_total=used.users_total,
            shared=used.is_shared,
            leaks=used.leaks,
        )


class LineReply(Reply):
    """A connection, and where its reference comes from in each environment."""

    name: str
    cells: dict[str, Source]

    @classmethod
    def of(cls, line: Line) -> "LineReply":
        """Return what the API shows of a line."""
        return cls(name=line.connection.name, cells={cell.environment.name: cell.source for cell in line.cells})


class MatrixReply(Reply):
    """A page of the matrix. Without `nextCursor` it is the last."""

    environments: list[str]
    results: list[LineReply]
    next_cursor: Annotated[str | None, LEFT_OUT_IF_NONE] = None

    @classmethod
    def of(
        cls, environments: Iterable[Environment], results: list[LineReply], next_cursor: str | None
    ) -> "MatrixReply":
        """Return what the API shows of a matrix."""
        return cls(environments=[one.name for one in environments], results=results, next_cursor=next_cursor)
