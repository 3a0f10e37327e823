"""The authorizer's settings, as the function's environment variables give them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from connection_overrides.authorizer.claims import ClaimRules
from connection_overrides.authorizer.jwks_endpoint import JwksUrl

_STAGES: Final = frozenset({"local", "dev", "staging", "prod"})
_BOOLEANS: Final = {"true": True, "false": False}


class SettingsError(Exception):
    """A setting is missing or wrong: the function is unusable, and refuses every call."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Whose tokens are accepted, where the issuer's keys are, and how the values of the API keys begin."""

    rules: ClaimRules
    jwks_url: JwksUrl
    require_at_jwt: bool
    key_prefix: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read the `TOKEN_*` variables, `STAGE` and `CALLER_KEY_PREFIX`.

        Raises SettingsError, which names the variable.
        """
        stage = _required(environment, "STAGE")
        if stage not in _STAGES:
            raise SettingsError("STAGE is none of local, dev, staging and prod")
        require_at_jwt = _BOOLEANS.get(environment.get("TOKEN_REQUIRE_AT_JWT", "false"))
        if require_at_jwt is None:
            raise SettingsError("TOKEN_REQUIRE_AT_JWT is neither true nor false")
        try:
            jwks_url = JwksUrl.parse(_required(environment, "TOKEN_JWKS_URL"), local=stage == "local")
        except ValueError as error:
            raise SettingsError(f"TOKEN_JWKS_URL: {error}") from None
        return cls(
            rules=ClaimRules(
                issuer=_required(environment, "TOKEN_ISSUER"),
                audience=_required(environment, "TOKEN_AUDIENCE"),
                audience_claim=_required(environment, "TOKEN_AUDIENCE_CLAIM", default="aud"),
                account_claim=_required(environment, "TOKEN_ACCOUNT_CLAIM", default="account_id"),
            ),
            jwks_url=jwks_url,
            require_at_jwt=require_at_jwt,
            key_prefix=_required(environment, "CALLER_KEY_PREFIX"),
        )


def _required(environment: Mapping[str, str], name: str, default: str = "") -> str:
    value = environment.get(name, default)
    if not value:
        raise SettingsError(f"{name} is not set")
    return value
