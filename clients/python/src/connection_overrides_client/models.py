"""The models of the API, generated from docs/openapi.json by `make client-models`."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Any, Literal
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, RootModel


class Action(Enum):
    """
    What was done to an item.
    """

    CREATED = "CREATED"
    REPLACED = "REPLACED"
    BLOCKED = "BLOCKED"
    DELETED = "DELETED"
    RESTORED = "RESTORED"


class AuthType(Enum):
    """
    How a connection authenticates.
    """

    GENERIC_SECRET = "GENERIC_SECRET"
    OAUTH_CLIENT_CRED = "OAUTH_CLIENT_CRED"
    OAUTH_USER_TOKENS = "OAUTH_USER_TOKENS"
    OAUTH_AUTHORIZATION_CODE = "OAUTH_AUTHORIZATION_CODE"
    COMPOSITE_TOKEN = "COMPOSITE_TOKEN"
    OAUTH_1_0_X_ADS = "OAUTH_1_0_X_ADS"
    CLOUD_PROVIDER_SECRET = "CLOUD_PROVIDER_SECRET"
    KEY_PAIR = "KEY_PAIR"
    PASSWORD = "PASSWORD"


class AwsSecretManagerLocation(BaseModel):
    """
    AWS Secrets Manager in a region.
    """

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
    )
    type: Literal["AWS_SECRET_MANAGER"]
    region: Annotated[
        str, Field(pattern="^[a-z]{2,4}(?:-[a-z]{2,12}){1,3}-[0-9]{1,2}$")
    ]


class AzureKeyVaultLocation(BaseModel):
    """
    An Azure key vault.
    """

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
    )
    type: Literal["AZURE_KEY_VAULT"]
    vault_url: Annotated[
        str,
        Field(
            alias="vaultUrl",
            description="The HTTPS URL of the vault, without two hyphens in a row.",
            pattern="^https://[A-Za-z][A-Za-z0-9-]{1,22}[A-Za-z0-9]\\.vault\\.(?:azure\\.net|azure\\.cn|usgovcloudapi\\.net|microsoftazure\\.de)/?$",
        ),
    ]


class CredentialProperties(BaseModel):
    """
    The secret that holds a cloud platform's credentials.
    """

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
    )
    credential_secret_name: Annotated[
        str, Field(alias="credentialSecretName", pattern="^[A-Za-z0-9/_+=.@!-]{1,512}$")
    ]


class Environment(BaseModel):
    """
    A stage of a project, such as DEV or PROD. Writes to a protected one also need `environments:protected`.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    project_id: Annotated[str, Field(alias="projectId")]
    created_by: Annotated[
        str,
        Field(alias="createdBy", description="The `sub` of the token that created it."),
    ]
    created_date: Annotated[
        AwareDatetime,
        Field(alias="createdDate", description="RFC 3339, UTC, with milliseconds."),
    ]
    updated_by: Annotated[
        str,
        Field(
            alias="updatedBy",
            description="The `sub` of the token that last changed it.",
        ),
    ]
    updated_date: Annotated[
        AwareDatetime,
        Field(alias="updatedDate", description="RFC 3339, UTC, with milliseconds."),
    ]
    revision: Annotated[
        int, Field(description="Starts at 1 and increases by 1 with each change.")
    ]
    display_name: Annotated[
        str | None,
        Field(
            alias="displayName",
            description="Case-sensitive, Unicode NFC, at most 700 bytes when percent-encoded, without control or format characters, `/`, `\\` or `,`, and no blank at either end.",
            max_length=255,
            min_length=1,
            pattern="^[^/\\\\,\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\ufffd]*$",
        ),
    ] = None
    description: Annotated[str | None, Field(max_length=1024)] = None
    protected: Annotated[
        bool,
        Field(
            description="Writes that can change which secrets it uses also need `environments:protected`."
        ),
    ]
    inherit_defaults: Annotated[
        bool,
        Field(
            alias="inheritDefaults",
            description="Whether connections without an override use their default.",
        ),
    ]
    name: Annotated[
        str,
        Field(
            description="Case-sensitive, Unicode NFC, at most 700 bytes when percent-encoded, without control or format characters, `/`, `\\` or `,`, and no blank at either end.",
            examples=["PROD"],
            max_length=255,
            min_length=1,
            pattern="^[^/\\\\,\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\ufffd]*$",
        ),
    ]


class EnvironmentEntry(BaseModel):
    """
    A change of an environment's settings.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    change_id: Annotated[str, Field(alias="changeId", description="Sorts by time.")]
    action: Action
    revision: int
    changed_by: Annotated[
        str, Field(alias="changedBy", description="The `sub` of the token.")
    ]
    changed_date: Annotated[
        AwareDatetime,
        Field(alias="changedDate", description="RFC 3339, UTC, with milliseconds."),
    ]
    request_id: Annotated[
        str, Field(alias="requestId", description="The `X-Request-Id` of the response.")
    ]
    reason: Annotated[
        str | None, Field(description="The request's `Change-Reason`.")
    ] = None
    item: Annotated[
        Environment | None,
        Field(description="The item as it became; none if it was deleted."),
    ] = None
    expired: Annotated[
        bool | None,
        Field(
            description="Whether an override expired, at the time that the named request had set."
        ),
    ] = None


class EnvironmentEntryPage(BaseModel):
    model_config = ConfigDict(
        populate_by_name=True,
    )
    results: list[EnvironmentEntry]
    next_cursor: Annotated[str | None, Field(alias="nextCursor")] = None


class EnvironmentPage(BaseModel):
    model_config = ConfigDict(
        populate_by_name=True,
    )
    results: list[Environment]
    next_cursor: Annotated[str | None, Field(alias="nextCursor")] = None


class Finding(Enum):
    """
    The answer to a question.
    """

    ABSENT = "absent"
    BLOCKED = "blocked"
    NO = "no"
    PRESENT = "present"
    YES = "yes"


class GcpSecretManagerLocation(BaseModel):
    """
    Google Cloud Secret Manager of a project.
    """

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
    )
    type: Literal["GCP_SECRET_MANAGER"]
    project_id: Annotated[
        str,
        Field(
            alias="projectId",
            pattern="^(?:[a-z0-9](?:[a-z0-9.-]{0,60}[a-z0-9])?:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$",
        ),
    ]


class Health(BaseModel):
    """
    The service is healthy.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    status: Literal["ok"]


class HostedLocation(BaseModel):
    """
    The platform's own vault.
    """

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
    )
    type: Literal["HOSTED"]


class Index(BaseModel):
    """
    Where to go from here. Each member is a path that works from where the index was read.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    document: str
    page: str | None = None
    problems: str
    health: str


class ItemKind(Enum):
    """
    What kind of item was changed.
    """

    PROJECT = "project"
    ENVIRONMENT = "environment"
    CONNECTION = "connection"
    OVERRIDE = "override"


class NewEnvironment(BaseModel):
    """
    An environment to be created. A protected one inherits no defaults unless it says so.
    """

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
    )
    display_name: Annotated[
        str | None,
        Field(
            alias="displayName",
            description="Case-sensitive, Unicode NFC, at most 700 bytes when percent-encoded, without control or format characters, `/`, `\\` or `,`, and no blank at either end.",
            max_length=255,
            min_length=1,
            pattern="^[^/\\\\,\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\ufffd]*$",
        ),
    ] = None
    description: Annotated[str | None, Field(max_length=1024)] = None
    protected: bool | None = None
    inherit_defaults: Annotated[
        bool | None,
        Field(
            alias="inheritDefaults",
            description="Whether connections without an override use their default. Without it, true unless `protected`.",
        ),
    ] = None
    name: Annotated[
        str,
        Field(
            description="Case-sensitive, Unicode NFC, at most 700 bytes when percent-encoded, without control or format characters, `/`, `\\` or `,`, and no blank at either end.",
            examples=["PROD"],
            max_length=255,
            min_length=1,
            pattern="^[^/\\\\,\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\ufffd]*$",
        ),
    ]


class Op(Enum):
    ADD = "add"
    COPY = "copy"
    MOVE = "move"
    REMOVE = "remove"
    REPLACE = "replace"
    TEST = "test"


class PatchOperation(BaseModel):
    """
    An operation of a JSON Patch (RFC 6902).
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    op: Op
    path: str
    from_: Annotated[str | None, Field(alias="from")] = None
    value: Annotated[Any | None, Field(title="Value")] = None


class PlatformConnectionType(Enum):
    """
    What a connection connects to.
    """

    COMPONENT_BASIC = "COMPONENT_BASIC"
    CLOUD_PLATFORM_CREDENTIALS = "CLOUD_PLATFORM_CREDENTIALS"
    DWH = "DWH"


class ProblemExample(BaseModel):
    """
    A problem as in a response.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    type: str
    title: str
    status: int
    detail: str
    instance: str


class ProblemType(BaseModel):
    """
    An entry of the problem catalogue.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    type: str
    title: str
    status: int
    meaning: str
    cause: str
    remedy: str
    example: ProblemExample


class ProblemTypePage(BaseModel):
    model_config = ConfigDict(
        populate_by_name=True,
    )
    results: list[ProblemType]
    next_cursor: Annotated[str | None, Field(alias="nextCursor")] = None


class Project(BaseModel):
    """
    A project of a data platform, which owns environments and connections.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    project_id: Annotated[str, Field(alias="projectId")]
    created_by: Annotated[
        str,
        Field(alias="createdBy", description="The `sub` of the token that created it."),
    ]
    created_date: Annotated[
        AwareDatetime,
        Field(alias="createdDate", description="RFC 3339, UTC, with milliseconds."),
    ]
    updated_by: Annotated[
        str,
        Field(
            alias="updatedBy",
            description="The `sub` of the token that last changed it.",
        ),
    ]
    updated_date: Annotated[
        AwareDatetime,
        Field(alias="updatedDate", description="RFC 3339, UTC, with milliseconds."),
    ]
    revision: Annotated[
        int, Field(description="Starts at 1 and increases by 1 with each change.")
    ]
    name: Annotated[
        str,
        Field(
            description="Case-sensitive, Unicode NFC, at most 700 bytes when percent-encoded, without control or format characters, `/`, `\\` or `,`, and no blank at either end.",
            max_length=255,
            min_length=1,
            pattern="^[^/\\\\,\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\ufffd]*$",
        ),
    ]
    description: Annotated[str | None, Field(max_length=1024)] = None


class ProjectBody(BaseModel):
    """
    The members of a project that clients set.
    """

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
    )
    name: Annotated[
        str,
        Field(
            description="Case-sensitive, Unicode NFC, at most 700 bytes when percent-encoded, without control or format characters, `/`, `\\` or `,`, and no blank at either end.",
            max_length=255,
            min_length=1,
            pattern="^[^/\\\\,\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\ufffd]*$",
        ),
    ]
    description: Annotated[str | None, Field(max_length=1024)] = None


class ProjectPage(BaseModel):
    model_config = ConfigDict(
        populate_by_name=True,
    )
    results: list[Project]
    next_cursor: Annotated[str | None, Field(alias="nextCursor")] = None


class Question(Enum):
    """
    A question of the decision, in this order.
    """

    OVERRIDE = "override"
    INHERIT_DEFAULTS = "inheritDefaults"
    DEFAULT = "default"


class ReplacedEnvironment(BaseModel):
    """
    An environment's replacement.
    """

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
    )
    display_name: Annotated[
        str | None,
        Field(
            alias="displayName",
            description="Case-sensitive, Unicode NFC, at most 700 bytes when percent-encoded, without control or format characters, `/`, `\\` or `,`, and no blank at either end.",
            max_length=255,
            min_length=1,
            pattern="^[^/\\\\,\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\ufffd]*$",
        ),
    ] = None
    description: Annotated[str | None, Field(max_length=1024)] = None
    protected: Annotated[
        bool,
        Field(
            description="Writes that can change which secrets it uses also need `environments:protected`."
        ),
    ]
    inherit_defaults: Annotated[
        bool,
        Field(
            alias="inheritDefaults",
            description="Whether connections without an override use their default.",
        ),
    ]
    project_id: Annotated[str | None, Field(alias="projectId")] = None
    created_by: Annotated[str | None, Field(alias="createdBy")] = None
    created_date: Annotated[AwareDatetime | None, Field(alias="createdDate")] = None
    updated_by: Annotated[str | None, Field(alias="updatedBy")] = None
    updated_date: Annotated[AwareDatetime | None, Field(alias="updatedDate")] = None
    revision: int | None = None
    name: str | None = None


class ReplacedProject(BaseModel):
    """
    A project's replacement.
    """

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
    )
    name: Annotated[
        str,
        Field(
            description="Case-sensitive, Unicode NFC, at most 700 bytes when percent-encoded, without control or format characters, `/`, `\\` or `,`, and no blank at either end.",
            max_length=255,
            min_length=1,
            pattern="^[^/\\\\,\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\ufffd]*$",
        ),
    ]
    description: Annotated[str | None, Field(max_length=1024)] = None
    project_id: Annotated[str | None, Field(alias="projectId")] = None
    created_by: Annotated[str | None, Field(alias="createdBy")] = None
    created_date: Annotated[AwareDatetime | None, Field(alias="createdDate")] = None
    updated_by: Annotated[str | None, Field(alias="updatedBy")] = None
    updated_date: Annotated[AwareDatetime | None, Field(alias="updatedDate")] = None
    revision: int | None = None


class SecretProperties(BaseModel):
    """
    A secret, or one key in it.
    """

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
    )
    secret_name: Annotated[
        str, Field(alias="secretName", pattern="^[A-Za-z0-9/_+=.@!-]{1,512}$")
    ]
    secret_key: Annotated[
        str | None,
        Field(
            alias="secretKey",
            max_length=256,
            min_length=1,
            pattern="^[^\\u0000-\\u001f\\u007f-\\u009f]*$",
        ),
    ] = None


class SecretsLocation(
    RootModel[
        AwsSecretManagerLocation
        | AzureKeyVaultLocation
        | GcpSecretManagerLocation
        | HostedLocation
    ]
):
    root: Annotated[
        AwsSecretManagerLocation
        | AzureKeyVaultLocation
        | GcpSecretManagerLocation
        | HostedLocation,
        Field(discriminator="type"),
    ]


class Source(Enum):
    """
    Where an effective connection's reference comes from.
    """

    OVERRIDE = "OVERRIDE"
    DEFAULT = "DEFAULT"
    NONE = "NONE"


class ThenUse(Enum):
    """
    What takes the place of an override that expires: no override, a block, or the override that it replaced.
    """

    DEFAULT = "DEFAULT"
    BLOCKED = "BLOCKED"
    PREVIOUS = "PREVIOUS"


class WarehouseProperty(BaseModel):
    """
    A property of a warehouse: either a plain `value`, or a `secretName`, with or without a `secretKey`.
    """

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
    )
    value: Annotated[str | None, Field(max_length=2048)] = None
    secret_name: Annotated[
        str | None, Field(alias="secretName", pattern="^[A-Za-z0-9/_+=.@!-]{1,512}$")
    ] = None
    secret_key: Annotated[
        str | None,
        Field(
            alias="secretKey",
            max_length=256,
            min_length=1,
            pattern="^[^\\u0000-\\u001f\\u007f-\\u009f]*$",
        ),
    ] = None


class ChangedItem(BaseModel):
    """
    An item that a change touched. An override has both names, an environment or a connection only its own.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    kind: ItemKind
    action: Action
    environment_name: Annotated[str | None, Field(alias="environmentName")] = None
    connection_name: Annotated[str | None, Field(alias="connectionName")] = None
    revision: Annotated[
        int,
        Field(
            description="The item's revision after the change; of a deleted one, the last."
        ),
    ]


class Impact(BaseModel):
    """
    An effective connection whose source would change. NONE means not configured.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    environment_name: Annotated[str, Field(alias="environmentName")]
    name: str
    before: Source
    after: Source
    leaks: Annotated[
        bool,
        Field(
            description="Whether a protected environment would use a default, which others share."
        ),
    ]


class ImpactPage(BaseModel):
    model_config = ConfigDict(
        populate_by_name=True,
    )
    results: list[Impact]
    next_cursor: Annotated[str | None, Field(alias="nextCursor")] = None


class MatrixRow(BaseModel):
    """
    A connection, and the source of its reference in each environment.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    name: str
    cells: dict[str, Source]


class SecretUser(BaseModel):
    """
    An effective connection that uses a secret, through its override or by falling back to its default.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    environment_name: Annotated[str, Field(alias="environmentName")]
    name: str
    protected: bool
    source: Source


class Step(BaseModel):
    """
    One question and its answer. `revision` is that of the item that was found.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    question: Question
    finding: Finding
    revision: int | None = None
    expires_at: Annotated[
        AwareDatetime | None,
        Field(
            alias="expiresAt",
            description="When the override that was found ends.",
            examples=["2026-01-31T14:01:00Z"],
        ),
    ] = None
    remaining_seconds: Annotated[
        int | None,
        Field(alias="remainingSeconds", description="The time until then, rounded up."),
    ] = None
    then_use: Annotated[
        ThenUse | None, Field(alias="thenUse", description="What comes after it.")
    ] = None


class UsedSecret(BaseModel):
    """
    A secret that a project uses: its vault, empty for the runner's own, and its name there.

    `defaults` and `usedBy` list at most 100 each; every environment that uses the secret is listed before any is
    listed twice. An environment that inherits defaults may use each of them, also where an override hides it today.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    vault: str
    secret_name: Annotated[str, Field(alias="secretName")]
    defaults: Annotated[
        list[str],
        Field(description="Connections whose default names it.", max_length=100),
    ]
    defaults_total: Annotated[
        int,
        Field(
            alias="defaultsTotal", description="The number of defaults that name it."
        ),
    ]
    used_by: Annotated[list[SecretUser], Field(alias="usedBy", max_length=100)]
    used_by_total: Annotated[
        int,
        Field(
            alias="usedByTotal",
            description="The number of effective connections that use it.",
        ),
    ]
    shared: Annotated[
        bool,
        Field(description="Whether several environments use it, or may, or `leaks`."),
    ]
    leaks: Annotated[
        bool,
        Field(
            description="Whether a protected environment uses it, or may, and others as well: it is a default, or in an override of an unprotected environment."
        ),
    ]


class UsedSecretPage(BaseModel):
    model_config = ConfigDict(
        populate_by_name=True,
    )
    results: list[UsedSecret]
    next_cursor: Annotated[str | None, Field(alias="nextCursor")] = None


class WarehouseProperties(RootModel[dict[str, WarehouseProperty]]):
    """
    Properties of a warehouse by their names: 1 to 128 letters, digits or `._-`, beginning with a letter. One whose name says that it is sensitive must be a reference to a secret.
    """

    root: Annotated[dict[str, WarehouseProperty], Field(max_length=50, min_length=1)]


class Change(BaseModel):
    """
    A change: everything that one request changed. It contains names and ids only.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    change_id: Annotated[str, Field(alias="changeId", description="Sorts by time.")]
    changed_by: Annotated[
        str, Field(alias="changedBy", description="The `sub` of the token.")
    ]
    changed_date: Annotated[
        AwareDatetime,
        Field(alias="changedDate", description="RFC 3339, UTC, with milliseconds."),
    ]
    request_id: Annotated[
        str, Field(alias="requestId", description="The `X-Request-Id` of the response.")
    ]
    reason: Annotated[
        str | None, Field(description="The request's `Change-Reason`.")
    ] = None
    items: list[ChangedItem]
    expired: Annotated[
        bool | None,
        Field(
            description="Whether an override expired, at the time that the named request had set."
        ),
    ] = None


class ChangePage(BaseModel):
    model_config = ConfigDict(
        populate_by_name=True,
    )
    results: list[Change]
    next_cursor: Annotated[str | None, Field(alias="nextCursor")] = None


class ConnectionProperties(
    RootModel[SecretProperties | CredentialProperties | WarehouseProperties]
):
    root: Annotated[
        SecretProperties | CredentialProperties | WarehouseProperties,
        Field(
            description="Names the secret. The connection's type determines the shape:\n\n| platformConnectionType | authProvider | authType | connectionProperties |\n| --- | --- | --- | --- |\n| `COMPONENT_BASIC` | NONE | `GENERIC_SECRET` | SecretProperties |\n| `COMPONENT_BASIC` | a connector's name | `OAUTH_AUTHORIZATION_CODE`, `OAUTH_CLIENT_CRED`, `OAUTH_USER_TOKENS` | SecretProperties |\n| `COMPONENT_BASIC` | netsuite | `COMPOSITE_TOKEN` | SecretProperties |\n| `COMPONENT_BASIC` | x-ads | `OAUTH_1_0_X_ADS` | SecretProperties |\n| `CLOUD_PLATFORM_CREDENTIALS` | aws or azure or gcp | `CLOUD_PROVIDER_SECRET` | CredentialProperties |\n| `DWH` | snowflake | `KEY_PAIR` | WarehouseProperties |\n| `DWH` | redshift | `PASSWORD` | WarehouseProperties |"
        ),
    ]


class MatrixPage(BaseModel):
    """
    A page of the matrix. Without `nextCursor` it is the last.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    environments: list[str]
    results: list[MatrixRow]
    next_cursor: Annotated[str | None, Field(alias="nextCursor")] = None


class SecretReference(BaseModel):
    """
    A secret reference: the vault (if left out, the runner's own) and the properties that name secrets in it.
    """

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
    )
    secrets_location: Annotated[
        SecretsLocation | None, Field(alias="secretsLocation")
    ] = None
    connection_properties: Annotated[
        ConnectionProperties, Field(alias="connectionProperties")
    ]


class ConnectionDetails(BaseModel):
    """
    A connection's default, and what the connection is for.
    """

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
    )
    secrets_location: Annotated[
        SecretsLocation | None, Field(alias="secretsLocation")
    ] = None
    connection_properties: Annotated[
        ConnectionProperties, Field(alias="connectionProperties")
    ]
    description: Annotated[str | None, Field(max_length=1024)] = None


class EffectiveConnection(BaseModel):
    """
    A connection as an environment uses it. Reference and revision are those of the source; NONE has neither.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    project_id: Annotated[str, Field(alias="projectId")]
    environment_name: Annotated[str, Field(alias="environmentName")]
    name: str
    platform_connection_type: Annotated[
        PlatformConnectionType, Field(alias="platformConnectionType")
    ]
    auth_provider: Annotated[str, Field(alias="authProvider")]
    auth_type: Annotated[AuthType, Field(alias="authType")]
    source: Source
    reference: SecretReference | None = None
    revision: int | None = None
    updated_by: Annotated[str | None, Field(alias="updatedBy")] = None
    updated_date: Annotated[
        AwareDatetime | None,
        Field(alias="updatedDate", description="RFC 3339, UTC, with milliseconds."),
    ] = None
    expires_at: Annotated[
        AwareDatetime | None,
        Field(
            alias="expiresAt",
            description="When the override ends by itself.",
            examples=["2026-01-31T14:01:00Z"],
        ),
    ] = None
    trace: list[Step] | None = None


class EffectiveConnectionPage(BaseModel):
    model_config = ConfigDict(
        populate_by_name=True,
    )
    results: list[EffectiveConnection]
    next_cursor: Annotated[str | None, Field(alias="nextCursor")] = None


class NewConnection(BaseModel):
    """
    A connection to be created.
    """

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
    )
    platform_connection_type: Annotated[
        PlatformConnectionType, Field(alias="platformConnectionType")
    ]
    auth_provider: Annotated[str, Field(alias="authProvider")]
    auth_type: Annotated[AuthType, Field(alias="authType")]
    connection_details: Annotated[
        ConnectionDetails | None, Field(alias="connectionDetails")
    ] = None
    name: Annotated[
        str,
        Field(
            description="Case-sensitive, Unicode NFC, at most 700 bytes when percent-encoded, without control or format characters, `/`, `\\` or `,`, and no blank at either end.",
            examples=["Salesforce"],
            max_length=255,
            min_length=1,
            pattern="^[^/\\\\,\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\ufffd]*$",
        ),
    ]


class NewOverride(BaseModel):
    """
    An override to be created, or replaced where the URL does not name it.
    """

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
    )
    auth_type: Annotated[AuthType, Field(alias="authType")]
    blocked: Annotated[
        bool | None,
        Field(
            description="Whether the connection has no secret in this environment: if true, there is no reference."
        ),
    ] = None
    connection_overrides: Annotated[
        SecretReference | None,
        Field(
            alias="connectionOverrides",
            description="The reference: required, unless `blocked` is true.",
        ),
    ] = None
    expires_at: Annotated[
        AwareDatetime | None,
        Field(
            alias="expiresAt",
            description="When the override ends by itself: a time in the future.",
            examples=["2026-01-31T14:01:00Z"],
        ),
    ] = None
    then_use: Annotated[
        ThenUse | None,
        Field(
            alias="thenUse",
            description="What comes after `expiresAt`, with which it is required: the default (no override), a block, or the override that this one replaces.",
        ),
    ] = None
    environment_name: Annotated[
        str,
        Field(
            alias="environmentName",
            description="Case-sensitive, Unicode NFC, at most 700 bytes when percent-encoded, without control or format characters, `/`, `\\` or `,`, and no blank at either end.",
            examples=["PROD"],
            max_length=255,
            min_length=1,
            pattern="^[^/\\\\,\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\ufffd]*$",
        ),
    ]
    connection_name: Annotated[
        str,
        Field(
            alias="connectionName",
            description="Case-sensitive, Unicode NFC, at most 700 bytes when percent-encoded, without control or format characters, `/`, `\\` or `,`, and no blank at either end.",
            examples=["Salesforce"],
            max_length=255,
            min_length=1,
            pattern="^[^/\\\\,\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\ufffd]*$",
        ),
    ]


class Override(BaseModel):
    """
    An override replaces a connection's default in one environment. Type and provider are the connection's own.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    project_id: Annotated[str, Field(alias="projectId")]
    created_by: Annotated[
        str,
        Field(alias="createdBy", description="The `sub` of the token that created it."),
    ]
    created_date: Annotated[
        AwareDatetime,
        Field(alias="createdDate", description="RFC 3339, UTC, with milliseconds."),
    ]
    updated_by: Annotated[
        str,
        Field(
            alias="updatedBy",
            description="The `sub` of the token that last changed it.",
        ),
    ]
    updated_date: Annotated[
        AwareDatetime,
        Field(alias="updatedDate", description="RFC 3339, UTC, with milliseconds."),
    ]
    revision: Annotated[
        int, Field(description="Starts at 1 and increases by 1 with each change.")
    ]
    auth_type: Annotated[AuthType, Field(alias="authType")]
    blocked: Annotated[
        bool | None,
        Field(
            description="Whether the connection has no secret in this environment: if true, there is no reference."
        ),
    ] = None
    connection_overrides: Annotated[
        SecretReference | None,
        Field(
            alias="connectionOverrides",
            description="The reference: required, unless `blocked` is true.",
        ),
    ]
    expires_at: Annotated[
        AwareDatetime | None,
        Field(
            alias="expiresAt",
            description="When the override ends by itself: a time in the future.",
            examples=["2026-01-31T14:01:00Z"],
        ),
    ] = None
    then_use: Annotated[
        ThenUse | None,
        Field(
            alias="thenUse",
            description="What comes after `expiresAt`, with which it is required: the default (no override), a block, or the override that this one replaces.",
        ),
    ] = None
    environment_name: Annotated[str, Field(alias="environmentName")]
    name: Annotated[str, Field(description="The connection's name.")]
    platform_connection_type: Annotated[
        PlatformConnectionType, Field(alias="platformConnectionType")
    ]
    auth_provider: Annotated[str, Field(alias="authProvider")]


class OverrideEntry(BaseModel):
    """
    A change of an override.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    change_id: Annotated[str, Field(alias="changeId", description="Sorts by time.")]
    action: Action
    revision: int
    changed_by: Annotated[
        str, Field(alias="changedBy", description="The `sub` of the token.")
    ]
    changed_date: Annotated[
        AwareDatetime,
        Field(alias="changedDate", description="RFC 3339, UTC, with milliseconds."),
    ]
    request_id: Annotated[
        str, Field(alias="requestId", description="The `X-Request-Id` of the response.")
    ]
    reason: Annotated[
        str | None, Field(description="The request's `Change-Reason`.")
    ] = None
    item: Annotated[
        Override | None,
        Field(description="The item as it became; none if it was deleted."),
    ] = None
    expired: Annotated[
        bool | None,
        Field(
            description="Whether an override expired, at the time that the named request had set."
        ),
    ] = None


class OverrideEntryPage(BaseModel):
    model_config = ConfigDict(
        populate_by_name=True,
    )
    results: list[OverrideEntry]
    next_cursor: Annotated[str | None, Field(alias="nextCursor")] = None


class OverridePage(BaseModel):
    model_config = ConfigDict(
        populate_by_name=True,
    )
    results: list[Override]
    next_cursor: Annotated[str | None, Field(alias="nextCursor")] = None


class ReplacedConnection(BaseModel):
    """
    A connection's replacement. Without `authType` it keeps its own.
    """

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
    )
    auth_type: Annotated[AuthType | None, Field(alias="authType")] = None
    connection_details: Annotated[
        ConnectionDetails | None, Field(alias="connectionDetails")
    ] = None
    project_id: Annotated[str | None, Field(alias="projectId")] = None
    created_by: Annotated[str | None, Field(alias="createdBy")] = None
    created_date: Annotated[AwareDatetime | None, Field(alias="createdDate")] = None
    updated_by: Annotated[str | None, Field(alias="updatedBy")] = None
    updated_date: Annotated[AwareDatetime | None, Field(alias="updatedDate")] = None
    revision: int | None = None
    platform_connection_type: Annotated[
        PlatformConnectionType | None, Field(alias="platformConnectionType")
    ] = None
    auth_provider: Annotated[str | None, Field(alias="authProvider")] = None
    name: str | None = None


class ReplacedNamedOverride(BaseModel):
    """
    An override's replacement that names the override itself.
    """

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
    )
    auth_type: Annotated[AuthType, Field(alias="authType")]
    blocked: Annotated[
        bool | None,
        Field(
            description="Whether the connection has no secret in this environment: if true, there is no reference."
        ),
    ] = None
    connection_overrides: Annotated[
        SecretReference | None,
        Field(
            alias="connectionOverrides",
            description="The reference: required, unless `blocked` is true.",
        ),
    ] = None
    expires_at: Annotated[
        AwareDatetime | None,
        Field(
            alias="expiresAt",
            description="When the override ends by itself: a time in the future.",
            examples=["2026-01-31T14:01:00Z"],
        ),
    ] = None
    then_use: Annotated[
        ThenUse | None,
        Field(
            alias="thenUse",
            description="What comes after `expiresAt`, with which it is required: the default (no override), a block, or the override that this one replaces.",
        ),
    ] = None
    environment_name: Annotated[
        str,
        Field(
            alias="environmentName",
            description="Case-sensitive, Unicode NFC, at most 700 bytes when percent-encoded, without control or format characters, `/`, `\\` or `,`, and no blank at either end.",
            examples=["PROD"],
            max_length=255,
            min_length=1,
            pattern="^[^/\\\\,\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\ufffd]*$",
        ),
    ]
    connection_name: Annotated[
        str,
        Field(
            alias="connectionName",
            description="Case-sensitive, Unicode NFC, at most 700 bytes when percent-encoded, without control or format characters, `/`, `\\` or `,`, and no blank at either end.",
            examples=["Salesforce"],
            max_length=255,
            min_length=1,
            pattern="^[^/\\\\,\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\ufffd]*$",
        ),
    ]
    project_id: Annotated[str | None, Field(alias="projectId")] = None
    created_by: Annotated[str | None, Field(alias="createdBy")] = None
    created_date: Annotated[AwareDatetime | None, Field(alias="createdDate")] = None
    updated_by: Annotated[str | None, Field(alias="updatedBy")] = None
    updated_date: Annotated[AwareDatetime | None, Field(alias="updatedDate")] = None
    revision: int | None = None
    name: str | None = None
    platform_connection_type: Annotated[
        PlatformConnectionType | None, Field(alias="platformConnectionType")
    ] = None
    auth_provider: Annotated[str | None, Field(alias="authProvider")] = None


class ReplacedOverride(BaseModel):
    """
    An override's replacement, at its own URL.
    """

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
    )
    auth_type: Annotated[AuthType, Field(alias="authType")]
    blocked: Annotated[
        bool | None,
        Field(
            description="Whether the connection has no secret in this environment: if true, there is no reference."
        ),
    ] = None
    connection_overrides: Annotated[
        SecretReference | None,
        Field(
            alias="connectionOverrides",
            description="The reference: required, unless `blocked` is true.",
        ),
    ] = None
    expires_at: Annotated[
        AwareDatetime | None,
        Field(
            alias="expiresAt",
            description="When the override ends by itself: a time in the future.",
            examples=["2026-01-31T14:01:00Z"],
        ),
    ] = None
    then_use: Annotated[
        ThenUse | None,
        Field(
            alias="thenUse",
            description="What comes after `expiresAt`, with which it is required: the default (no override), a block, or the override that this one replaces.",
        ),
    ] = None
    project_id: Annotated[str | None, Field(alias="projectId")] = None
    created_by: Annotated[str | None, Field(alias="createdBy")] = None
    created_date: Annotated[AwareDatetime | None, Field(alias="createdDate")] = None
    updated_by: Annotated[str | None, Field(alias="updatedBy")] = None
    updated_date: Annotated[AwareDatetime | None, Field(alias="updatedDate")] = None
    revision: int | None = None
    environment_name: Annotated[str | None, Field(alias="environmentName")] = None
    name: str | None = None
    platform_connection_type: Annotated[
        PlatformConnectionType | None, Field(alias="platformConnectionType")
    ] = None
    auth_provider: Annotated[str | None, Field(alias="authProvider")] = None


class Connection(BaseModel):
    """
    A connection of a project, with the secret reference that it uses by default, if any.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    project_id: Annotated[str, Field(alias="projectId")]
    created_by: Annotated[
        str,
        Field(alias="createdBy", description="The `sub` of the token that created it."),
    ]
    created_date: Annotated[
        AwareDatetime,
        Field(alias="createdDate", description="RFC 3339, UTC, with milliseconds."),
    ]
    updated_by: Annotated[
        str,
        Field(
            alias="updatedBy",
            description="The `sub` of the token that last changed it.",
        ),
    ]
    updated_date: Annotated[
        AwareDatetime,
        Field(alias="updatedDate", description="RFC 3339, UTC, with milliseconds."),
    ]
    revision: Annotated[
        int, Field(description="Starts at 1 and increases by 1 with each change.")
    ]
    platform_connection_type: Annotated[
        PlatformConnectionType, Field(alias="platformConnectionType")
    ]
    auth_provider: Annotated[str, Field(alias="authProvider")]
    auth_type: Annotated[AuthType, Field(alias="authType")]
    connection_details: Annotated[
        ConnectionDetails | None, Field(alias="connectionDetails")
    ] = None
    name: Annotated[
        str,
        Field(
            description="Case-sensitive, Unicode NFC, at most 700 bytes when percent-encoded, without control or format characters, `/`, `\\` or `,`, and no blank at either end.",
            examples=["Salesforce"],
            max_length=255,
            min_length=1,
            pattern="^[^/\\\\,\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\ufffd]*$",
        ),
    ]


class ConnectionEntry(BaseModel):
    """
    A change of a connection.
    """

    model_config = ConfigDict(
        populate_by_name=True,
    )
    change_id: Annotated[str, Field(alias="changeId", description="Sorts by time.")]
    action: Action
    revision: int
    changed_by: Annotated[
        str, Field(alias="changedBy", description="The `sub` of the token.")
    ]
    changed_date: Annotated[
        AwareDatetime,
        Field(alias="changedDate", description="RFC 3339, UTC, with milliseconds."),
    ]
    request_id: Annotated[
        str, Field(alias="requestId", description="The `X-Request-Id` of the response.")
    ]
    reason: Annotated[
        str | None, Field(description="The request's `Change-Reason`.")
    ] = None
    item: Annotated[
        Connection | None,
        Field(description="The item as it became; none if it was deleted."),
    ] = None
    expired: Annotated[
        bool | None,
        Field(
            description="Whether an override expired, at the time that the named request had set."
        ),
    ] = None


class ConnectionEntryPage(BaseModel):
    model_config = ConfigDict(
        populate_by_name=True,
    )
    results: list[ConnectionEntry]
    next_cursor: Annotated[str | None, Field(alias="nextCursor")] = None


class ConnectionPage(BaseModel):
    model_config = ConfigDict(
        populate_by_name=True,
    )
    results: list[Connection]
    next_cursor: Annotated[str | None, Field(alias="nextCursor")] = None
