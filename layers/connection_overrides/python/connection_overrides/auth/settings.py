"""Settings of the authorizer, from the environment variables of its function."""

import ipaddress
from collections.abc import Mapping
from typing import Final, Literal, NamedTuple, Self
from urllib.parse import urljoin, urlsplit

_STAGES: Final = frozenset({"local", "dev", "staging", "prod"})
_SCOPE_CLAIMS: Final = ("scope", "scp")  # RFC 8693, section 4.2; the name that Okta and Microsoft use
_BOOLEANS: Final = {"true": True, "false": False}
_URL_CHARACTERS: Final = frozenset(map(chr, range(0x21, 0x7F))) - {"\\"}
_LOCAL_HOSTS: Final = frozenset({"localhost", "host.docker.internal"})


class SettingsError(Exception):
    """A setting is missing or invalid. The message begins with the name of its variable."""


class JwksUrl(NamedTuple):
    """Address of the issuer's JWK set."""

    scheme: Literal["http", "https"]
    host: str
    port: int
    target: str

    def redirect(self, location: str) -> "JwksUrl":
        """Return the URL for a `Location`, which can be relative (RFC 9110, section 10.2.2).

        Raises ValueError unless scheme and host are the same and, with http, the port as well.
        """
        host = f"[{self.host}]" if ":" in self.host else self.host
        base = f"{self.scheme}://{host}:{self.port}{self.target}"
        url = _parse_jwks_url(urljoin(base, location), local=self.scheme == "http")
        if (url.scheme, url.host) != (self.scheme, self.host) or (url.scheme == "http" and url.port != self.port):
            raise ValueError("leads to another host")
        return url


class Settings(NamedTuple):
    """Whose tokens are accepted, how their claims are named, and the prefix of the API keys of callers.

    The scopes are in the first of `scope_claims` that a token has.
    """

    issuer: str
    audiences: frozenset[str]
    audience_claim: str
    account_claim: str
    scope_claims: tuple[str, ...]
    require_at_jwt: bool
    jwks_url: JwksUrl
    key_prefix: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read `STAGE`, `CALLER_KEY_PREFIX` and the variables `TOKEN_*`. Raises SettingsError."""
        stage = _required(environment, "STAGE")
        if stage not in _STAGES:
            raise SettingsError("STAGE must be local, dev, staging or prod")
        require_at_jwt = _BOOLEANS.get(environment.get("TOKEN_REQUIRE_AT_JWT", "false"))
        if require_at_jwt is None:
            raise SettingsError("TOKEN_REQUIRE_AT_JWT must be true or false")
        audiences = frozenset(part.strip() for part in _required(environment, "TOKEN_AUDIENCE").split(","))
        if "" in audiences:
            raise SettingsError("TOKEN_AUDIENCE must be a comma-separated list without empty members")
        scope_claim = environment.get("TOKEN_SCOPE_CLAIM")
        try:
            jwks_url = _parse_jwks_url(_required(environment, "TOKEN_JWKS_URL"), local=stage == "local")
        except ValueError as error:
            raise SettingsError(f"TOKEN_JWKS_URL {error}") from None
        return cls(
            issuer=_required(environment, "TOKEN_ISSUER"),
            audiences=audiences,
            audience_claim=_required(environment, "TOKEN_AUDIENCE_CLAIM", default="aud"),
            account_claim=_required(environment, "TOKEN_ACCOUNT_CLAIM", default="account_id"),
            scope_claims=(scope_claim,) if scope_claim else _SCOPE_CLAIMS,
            require_at_jwt=require_at_jwt,
            jwks_url=jwks_url,
            key_prefix=_required(environment, "CALLER_KEY_PREFIX"),
        )


def _required(environment: Mapping[str, str], name: str, default: str = "") -> str:
    value = environment.get(name, default)
    if not value:
        raise SettingsError(f"{name} is not set")
    return value


def _parse_jwks_url(url: str, *, local: bool) -> JwksUrl:
    """Raise ValueError unless `url` is https, or http to this machine while `local`."""
    if not _URL_CHARACTERS.issuperset(url):
        raise ValueError("contains characters that are not allowed in a URL")
    parts = urlsplit(url)
    host = parts.hostname
    if not host or parts.username is not None or parts.password is not None or parts.fragment:
        raise ValueError("must have a host, and neither user information nor a fragment")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if parts.scheme == "https":
        return JwksUrl("https", host, parts.port or 443, target)
    if parts.scheme == "http" and local and _is_this_machine(host):
        return JwksUrl("http", host, parts.port or 80, target)
    raise ValueError("must be an https URL")


def _is_this_machine(host: str) -> bool:
    try:
        return host in _LOCAL_HOSTS or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
