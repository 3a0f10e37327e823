"""Connection properties: the three shapes that secret references take, and the rules that hold across them."""

import re
from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, Field, TypeAdapter, WithJsonSchema, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError

from connection_overrides.model.base import LAZY, Model
from connection_overrides.model.kinds import SHAPE_OF_AUTH_TYPE, AuthType, PropertyShape
from connection_overrides.model.secrets import WIDEST_SECRET_NAME, SecretsLocation, secret_name_rule_broken

PROPERTIES_MAX: Final = 50
PROPERTY_VALUE_MAX_LENGTH: Final = 2048

_SECRET_KEY: Final = re.compile(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,256}")
_PROPERTY_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,127}")

# A name says that it is sensitive by a part of it, in lower case and without `_`, `-`, `.`, so that `dbPassword2` and
# `db_password` count as well; by one of its words, where a part would say too much (`bypass`); or by ending in `key`.
_SENSITIVE_PARTS: Final = (
    "accesskey",
    "apikey",
    "connectionstring",
    "credential",
    "passcode",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "pwd",
    "secret",
    "sharedkey",
    "pswd",
    "token",
)
_SENSITIVE_WORDS: Final = frozenset(
    {
        *("authorization", "bearer", "cookie", "jwt", "otp", "p12", "p8", "pass", "pem"),
        *("pfx", "pin", "psk", "pw", "sas", "signature"),
    }
)
_KEY_WORDS: Final = frozenset({"key", "keys"})
_HARMLESS_KEYS: Final = frozenset({"foreign", "partition", "primary", "public", "sort"})
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[0-9]+")
# What a secret looks like whatever the property is called: a PEM block, a URL with a password, `password=...`.
_SECRET_LOOKING: Final = re.compile(
    r"-----BEGIN|://[^/\s:@]*:[^/\s@]+@|(?:password|passwd|pwd|passphrase|secret|token)\s*=", re.IGNORECASE
)


def _validate_secret_key(value: str) -> str:
    if _SECRET_KEY.fullmatch(value) is None:
        raise PydanticCustomError("secret_key_format", "must have 1 to 256 characters and no control characters")
    return value


def _validate_property_name(value: str) -> str:
    if _PROPERTY_NAME.fullmatch(value) is None:
        raise PydanticCustomError(
            "property_name_format",
            "a property's name must have 1 to 128 letters, digits or ._- and begin with a letter",
        )
    return value


SecretKey = Annotated[
    str,
    AfterValidator(_validate_secret_key),
    WithJsonSchema(
        {"type": "string", "minLength": 1, "maxLength": 256, "pattern": r"^[^\u0000-\u001f\u007f-\u009f]*$"}
    ),
]
SecretName = Annotated[str, WithJsonSchema({"type": "string", "pattern": WIDEST_SECRET_NAME})]
"""A secret's name; which rule it must keep depends on the vault."""


class SecretProperties(Model):
    """One secret, or one key in it."""

    secret_name: SecretName
    secret_key: SecretKey | None = None

    def secret_names(self) -> dict[tuple[str, ...], str]:
        """Return each secret name with its place below `connectionProperties`."""
        return {("secretName",): self.secret_name}


class CredentialProperties(Model):
    """The secret that holds a cloud platform's credentials."""

    credential_secret_name: SecretName

    def secret_names(self) -> dict[tuple[str, ...], str]:
        """Return each secret name with its place below `connectionProperties`."""
        return {("credentialSecretName",): self.credential_secret_name}


class WarehouseProperty(Model):
    """One property of a warehouse: a plain `value`, or a reference to a secret; never both, never neither."""

    value: Annotated[str, Field(max_length=PROPERTY_VALUE_MAX_LENGTH)] | None = None
    secret_name: SecretName | None = None
    secret_key: SecretKey | None = None

    @model_validator(mode="after")
    def _is_a_value_or_a_reference(self) -> Self:
        if (self.value is None) == (self.secret_name is None):
            raise PydanticCustomError("value_or_reference", "must have either 'value' or 'secretName'")
        if self.secret_key is not None and self.secret_name is None:
            raise PydanticCustomError("key_without_secret", "'secretKey' goes with 'secretName' only")
        return self


PropertyMap = Annotated[
    dict[
        Annotated[
            str,
            AfterValidator(_validate_property_name),
            WithJsonSchema({"type": "string", "pattern": f"^{_PROPERTY_NAME.pattern}$"}),
        ],
        WarehouseProperty,
    ],
    Field(min_length=1, max_length=PROPERTIES_MAX),
]
ConnectionProperties = SecretProperties | CredentialProperties | PropertyMap

PROPERTY_ADAPTERS: Final[dict[PropertyShape, TypeAdapter[ConnectionProperties]]] = {
    PropertyShape.SECRET: TypeAdapter(SecretProperties),
    PropertyShape.CREDENTIAL: TypeAdapter(CredentialProperties),
    PropertyShape.PROPERTY_MAP: TypeAdapter(PropertyMap, config=LAZY),
}
"""What reads properties of a shape."""


def parse_properties(raw: object, auth_type: AuthType, location: SecretsLocation | None) -> ConnectionProperties:
    """Return the properties in the shape that the auth type demands, with secret names that the vault accepts.

    Raises pydantic's ValidationError with every violation found; its locations begin below `connectionProperties`.
    """
    properties = PROPERTY_ADAPTERS[SHAPE_OF_AUTH_TYPE[auth_type]].validate_python(raw)
    violations = [*_refused_secret_names(properties, location), *_plain_secrets(properties)]
    if violations:
        raise ValidationError.from_exception_data("connectionProperties", violations, hide_input=True)
    return properties


def read_properties(raw: object, auth_type: AuthType) -> ConnectionProperties:
    """Return properties that `dump_properties` made. Rules for new input do not apply: they may be younger."""
    return PROPERTY_ADAPTERS[SHAPE_OF_AUTH_TYPE[auth_type]].validate_python(raw)


def dump_properties(properties: ConnectionProperties) -> dict[str, Any]:
    """Return the properties under their JSON names, without those that are not set."""
    if isinstance(properties, dict):
        return {name: entry.model_dump(by_alias=True, exclude_none=True) for name, entry in properties.items()}
    return properties.model_dump(by_alias=True, exclude_none=True)


def secret_names(properties: ConnectionProperties) -> dict[tuple[str, ...], str]:
    """Return each secret name with its place below `connectionProperties`."""
    if isinstance(properties, dict):
        return {
            (key, "secretName"): entry.secret_name for key, entry in properties.items() if entry.secret_name is not None
        }
    return properties.secret_names()


def _refused_secret_names(properties: ConnectionProperties, location: SecretsLocation | None) -> list[InitErrorDetails]:
    return [
        _violation(place, PydanticCustomError("secret_name_format", "{rule}", {"rule": rule}))
        for place, name in secret_names(properties).items()
        if (rule := secret_name_rule_broken(name, location)) is not None
    ]


def _plain_secrets(properties: ConnectionProperties) -> list[InitErrorDetails]:
    if not isinstance(properties, dict):
        return []
    return [
        _violation(
            (key, "value"),
            PydanticCustomError("plain_secret", "looks like a secret: give 'secretName' instead of a plain value"),
        )
        for key, entry in properties.items()
        if entry.value is not None and (is_sensitive(key) or _SECRET_LOOKING.search(entry.value))
    ]


def is_sensitive(property_name: str) -> bool:
    """Tell whether a property's name says that its value is a secret."""
    folded = re.sub(r"[._-]", "", property_name).lower()
    if any(part in folded for part in _SENSITIVE_PARTS):
        return True
    words = [word.lower() for word in _WORD.findall(property_name)]
    is_key = words[-1] in _KEY_WORDS and _HARMLESS_KEYS.isdisjoint(words)
    return is_key or not _SENSITIVE_WORDS.isdisjoint(words)


def _violation(place: tuple[str, ...], error: PydanticCustomError) -> InitErrorDetails:
    return InitErrorDetails(type=error, loc=place, input=None)
