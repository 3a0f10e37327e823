"""Secret references: which secret a connection uses, by its vault and its name there; never the secret itself."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final, NamedTuple, Self

from pydantic import Field, GetJsonSchemaHandler, TypeAdapter, WithJsonSchema, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError
from pydantic_core.core_schema import CoreSchema

from connection_overrides.domain.base import OMIT_NONE, STORED, FixedModel, Model, matching
from connection_overrides.domain.connection_types import (
    SHAPE_OF_AUTH_TYPE,
    AuthType,
    PropertiesShape,
    table_of_types,
)
from connection_overrides.domain.plain_secrets import is_plain_secret
from connection_overrides.domain.vaults import (
    WIDEST_SECRET_NAME,
    AzureKeyVaultLocation,
    SecretsLocation,
    broken_secret_name_rule,
)

_PROPERTY_NAME: Final = r"[A-Za-z][A-Za-z0-9_.-]{0,127}"
_SECRET_NAME_MEMBERS: Final = ("secretName", "credentialSecretName")

SecretKey = Annotated[
    str,
    matching(
        r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,256}",
        "secret_key_format",
        "must have 1 to 256 characters and no control characters",
    ),
    WithJsonSchema(
        {"type": "string", "minLength": 1, "maxLength": 256, "pattern": r"^[^\u0000-\u001f\u007f-\u009f]*$"}
    ),
]
SecretName = Annotated[str, WithJsonSchema({"type": "string", "pattern": f"^{WIDEST_SECRET_NAME}$"})]
"""A secret's name. Which rule it must satisfy depends on the vault."""


class SecretProperties(FixedModel):
    """A secret, or one key in it."""

    secret_name: SecretName
    secret_key: Annotated[SecretKey | None, OMIT_NONE] = None


class CredentialProperties(FixedModel):
    """The secret that holds a cloud platform's credentials."""

    credential_secret_name: SecretName


class WarehouseProperty(FixedModel):
    """A property of a warehouse: either a plain `value`, or a `secretName`, with or without a `secretKey`."""

    value: Annotated[Annotated[str, Field(max_length=2048)] | None, OMIT_NONE] = None
    secret_name: Annotated[SecretName | None, OMIT_NONE] = None
    secret_key: Annotated[SecretKey | None, OMIT_NONE] = None

    @model_validator(mode="after")
    def _is_a_value_or_a_reference(self) -> Self:
        if (self.value is None) == (self.secret_name is None):
            raise PydanticCustomError("value_or_reference", "must have either 'value' or 'secretName'")
        if self.secret_key is not None and self.secret_name is None:
            raise PydanticCustomError("key_without_secret", "'secretKey' requires 'secretName'")
        return self


PropertyName = Annotated[
    str,
    matching(
        _PROPERTY_NAME,
        "property_name_format",
        "a property's name must have 1 to 128 letters, digits or ._- and begin with a letter",
    ),
]
type WarehouseProperties = Annotated[
    dict[PropertyName, WarehouseProperty],
    Field(
        min_length=1,
        max_length=50,
        description="Properties of a warehouse by their names: 1 to 128 letters, digits or `._-`, beginning with a "
        "letter. One whose name says that it is sensitive must be a reference to a secret.",
    ),
]


class _Shaped[T](Model):
    """A reference's properties in one shape: errors are located as in the reference."""

    connection_properties: T


SHAPES: Final[Mapping[PropertiesShape, type[_Shaped[Any]]]] = {
    PropertiesShape.SECRET: _Shaped[SecretProperties],
    PropertiesShape.CREDENTIAL: _Shaped[CredentialProperties],
    PropertiesShape.WAREHOUSE: _Shaped[WarehouseProperties],
}
"""Validates `{"connectionProperties": …}` in each shape."""


class _AnyShape:
    """Describes `connectionProperties` as one of the shapes, which pydantic tells apart only by the auth type."""

    def __get_pydantic_json_schema__(self, _: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        shapes: TypeAdapter[object] = TypeAdapter(SecretProperties | CredentialProperties | WarehouseProperties)
        return {
            "description": f"Names the secret. The connection's type determines the shape:\n\n{table_of_types()}",
            "oneOf": handler(shapes.core_schema)["anyOf"],
        }


type ConnectionProperties = Annotated[dict[str, Any], _AnyShape()]
"""The JSON of `connectionProperties`, in the shape that the auth type requires once `for_auth_type` has checked it."""


class SecretReference(FixedModel):
    """A secret reference: the vault (if left out, the runner's own) and the properties that name secrets in it."""

    secrets_location: Annotated[SecretsLocation | None, OMIT_NONE] = None
    connection_properties: ConnectionProperties

    def for_auth_type(self, auth_type: AuthType, context: object = None) -> Self:
        """Return the reference with its properties checked in the shape that the auth type requires.

        With the context STORED it is returned as it is: it was checked before it was stored. Raises pydantic's
        ValidationError with every violation, located below the reference.
        """
        if context == STORED:
            return self
        shape = SHAPES[SHAPE_OF_AUTH_TYPE[auth_type]]
        shaped = shape.model_validate({"connectionProperties": self.connection_properties})
        properties = shaped.model_dump(by_alias=True, exclude_none=True)["connectionProperties"]
        if violations := [*_violations(properties, self.secrets_location)]:
            raise ValidationError.from_exception_data("SecretReference", violations, hide_input=True)
        return self.model_copy(update={"connection_properties": properties})


class SecretId(NamedTuple):
    """A secret by its vault and its name there; `vault` is empty for the runner's own. Keys within it do not count.

    Different spellings of one vault or secret have one id: Azure's host and secret names are case-insensitive (Azure
    Key Vault, "Object identifiers and DNS suffixes").
    """

    vault: str
    name: str

    @property
    def digest(self) -> str:
        """A short, stable name for the secret: 128 bits in hexadecimal."""
        return hashlib.sha256(json.dumps([self.vault, self.name]).encode()).hexdigest()[:32]


def secrets_in(reference: SecretReference | None) -> frozenset[SecretId]:
    """Return the secrets that a reference names; none without a reference."""
    if reference is None:
        return frozenset()
    location = reference.secrets_location
    names = [name for _, name in _secret_names(reference.connection_properties)]
    if isinstance(location, AzureKeyVaultLocation):
        names = [name.lower() for name in names]
    return frozenset(SecretId(_vault_id(location), name) for name in names)


def _vault_id(location: SecretsLocation | None) -> str:
    if location is None:
        return ""
    if isinstance(location, AzureKeyVaultLocation):
        return f"{location.type}:{location.vault_url.rstrip('/').lower()}"
    members = location.model_dump(by_alias=True)
    return ":".join([members.pop("type"), *(str(members[name]) for name in sorted(members))])


def _secret_names(properties: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield each secret name with its place below `connectionProperties`."""
    for name, value in properties.items():
        if isinstance(value, dict):
            yield from (((name, *place), secret) for place, secret in _secret_names(value))
        elif name in _SECRET_NAME_MEMBERS:
            yield (name,), value


def _violations(properties: Mapping[str, Any], location: SecretsLocation | None) -> Iterator[InitErrorDetails]:
    for place, name in _secret_names(properties):
        if (message := broken_secret_name_rule(name, location)) is not None:
            yield _violation(place, PydanticCustomError("secret_name_format", "{rule}", {"rule": message}))
    for name, entry in properties.items():
        value = entry.get("value") if isinstance(entry, dict) else None
        if value is not None and is_plain_secret(name, value):
            message = "looks like a secret: use 'secretName' instead of a plain value"
            yield _violation((name, "value"), PydanticCustomError("plain_secret", message))


def _violation(place: tuple[str, ...], error: PydanticCustomError) -> InitErrorDetails:
    return InitErrorDetails(type=error, loc=("connectionProperties", *place), input=None)
