"""Examples of bodies of replies, made by the code that makes replies, from examples of requests."""

from datetime import UTC, datetime
from typing import Final

from connection_overrides.http.about_replies import HealthReply, IndexReply, ProblemTypeReply
from connection_overrides.http.catalogue import PROBLEMS
from connection_overrides.http.entity_replies import ConnectionReply, EnvironmentReply, OverrideReply, ProjectReply
from connection_overrides.http.openapi.examples import (
    ENVIRONMENT,
    PROJECT,
    PROJECT_ID,
    SHAPED,
    Json,
    name_in,
    named_override,
    provider,
)
from connection_overrides.http.replies import Reply
from connection_overrides.http.requests import NamedOverride
from connection_overrides.http.resolutions import EffectiveReply, EffectReply, LineReply, MatrixReply, UsedSecretReply
from connection_overrides.model.entities import Connection, Environment, Override, Project, Revision
from connection_overrides.model.kinds import PropertyShape
from connection_overrides.model.resolution import Source, resolve
from connection_overrides.model.secret_ids import secrets_in
from connection_overrides.service.impact import Effect
from connection_overrides.service.matrix import Line
from connection_overrides.service.secret_report import SecretUser, UsedSecret


def examples_of_reply(schema: Json) -> Json:
    """Return the member `examples` of a reply's content; a schema that is not one of ours has none."""
    name = name_in(schema)
    item = name.removeprefix("PageReply_").rstrip("_")
    if not name:
        return {}
    example = _REPLIES[item].model_dump(mode="json", by_alias=True)
    if item == name:
        return {"examples": {"example": {"value": example}}}
    cursor = {} if item == ProblemTypeReply.__name__ else {"nextCursor": "Yy8x2mRr1kQ0U2FsZXNmb3JjZQ"}
    return {"examples": {"example": {"value": {"results": [example], **cursor}}}}


_SECRET: Final = SHAPED[PropertyShape.SECRET]
_DATE: Final = datetime(2026, 1, 31, 12, tzinfo=UTC)
_REVISION: Final = Revision(
    number=1, write_id="", created_by="auth0|7", created_date=_DATE, updated_by="auth0|7", updated_date=_DATE
)
_REFERENCE: Final = NamedOverride.model_validate(named_override(_SECRET)).to_reference()
_KIND: Final[Json] = {
    "platform_connection_type": _SECRET.platform_connection_type,
    "auth_provider": provider(_SECRET),
    "auth_type": min(_SECRET.auth_types),
}
_ENVIRONMENT: Final = Environment(
    project_id=PROJECT_ID,
    name="PROD",
    display_name=ENVIRONMENT["displayName"],
    description=ENVIRONMENT["description"],
    protected=True,
    inherit_defaults=True,
    override_count=0,
    revision=_REVISION,
)
_CONNECTION: Final = Connection(
    project_id=PROJECT_ID,
    name="Salesforce",
    **_KIND,
    description="Read by the nightly load.",
    default=_REFERENCE,
    revision=_REVISION,
)
_OVERRIDE: Final = Override(
    project_id=PROJECT_ID,
    environment_name="PROD",
    connection_name="Salesforce",
    **_KIND,
    reference=_REFERENCE,
    revision=_REVISION,
)
_RESOLUTION: Final = resolve(_ENVIRONMENT, _CONNECTION, _OVERRIDE)
_REPLIES: Final[dict[str, Reply]] = {
    ProjectReply.__name__: ProjectReply.of(Project(project_id=PROJECT_ID, **PROJECT, revision=_REVISION)),
    EnvironmentReply.__name__: EnvironmentReply.of(_ENVIRONMENT),
    ConnectionReply.__name__: ConnectionReply.of(_CONNECTION),
    OverrideReply.__name__: OverrideReply.of(_OVERRIDE),
    ProblemTypeReply.__name__: ProblemTypeReply.of(PROBLEMS["override-already-exists"]),
    IndexReply.__name__: IndexReply(
        document="/v1/openapi.json", page="/v1/docs", problems="/v1/problems", health="/v1/health"
    ),
    HealthReply.__name__: HealthReply(),
    EffectiveReply.__name__: EffectiveReply.of(_RESOLUTION, explain=True),
    UsedSecretReply.__name__: UsedSecretReply.of(
        UsedSecret(
            min(secrets_in(_REFERENCE)),
            defaults=(),
            defaults_total=0,
            users=(SecretUser(_ENVIRONMENT.name, _CONNECTION.name, is_protected=True, source=Source.OVERRIDE),),
            users_total=1,
            is_shared=False,
            leaks=False,
        )
    ),
    EffectReply.__name__: EffectReply.of(Effect(_ENVIRONMENT.name, _CONNECTION.name, Source.OVERRIDE, Source.NONE)),
    MatrixReply.__name__: MatrixReply.of(
        [_ENVIRONMENT], [LineReply.of(Line(_CONNECTION, (_RESOLUTION,)))], next_cursor=None
    ),
}
"""By the model of the reply."""
