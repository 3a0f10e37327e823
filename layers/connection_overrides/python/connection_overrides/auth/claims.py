"""Checks of the claims of a verified access token.

Sources: RFC 7519, section 4.1 (claims); RFC 9068, section 4 (access tokens); RFC 8725, sections 3.8 to 3.12.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from connection_overrides.auth.encoding import parse_json_object
from connection_overrides.auth.errors import InvalidTokenError
from connection_overrides.auth.settings import Settings
from connection_overrides.caller import ACCOUNT_PATTERN, CLOCK_LEEWAY, SUBJECT_PATTERN, Caller, Scope

_MAX_DATE: Final = 253_402_300_799  # the last second of the year 9999

# Keycloak has the type of a token among its claims: `Bearer`, or `ID`, `Refresh`, `Offline`, `Logout`.
_ACCESS_TOKEN_TYPES: Final = frozenset({"bearer", "at+jwt", "jwt"})


def read_caller(payload: bytes, settings: Settings, now: float) -> Caller:
    """Return the caller that the payload of a verified token describes. `now` is in seconds since 1970.

    Scopes of other APIs are dropped. Raises InvalidTokenError.
    """
    try:
        claims = parse_json_object(payload)
    except ValueError:
        raise InvalidTokenError("claims-malformed") from None
    if claims.get("iss") != settings.issuer:
        raise InvalidTokenError("issuer")
    _check_audience(claims, settings)
    expires_at = _check_dates(claims, now)
    _check_kind(claims)
    return Caller(
        account=_account(claims.get(settings.account_claim)),
        subject=_matching(claims.get("sub"), SUBJECT_PATTERN, "subject"),
        scopes=_scopes(claims, settings.scope_claims),
        expires_at=int(expires_at),
    )


def _check_audience(claims: Mapping[str, object], settings: Settings) -> None:
    """Check the configured claim, and `aud` as well if it is present (RFC 7519, section 4.1.3)."""
    for name in {settings.audience_claim} | ({"aud"} & claims.keys()):
        named = claims.get(name)
        members = named if isinstance(named, list) else [named]
        if not all(isinstance(member, str) for member in members) or settings.audiences.isdisjoint(members):
            raise InvalidTokenError("audience")


def _check_kind(claims: Mapping[str, object]) -> None:
    """Reject ID tokens and other kinds by the claims that no access token has (RFC 8725, section 3.12).

    Amazon Cognito states the kind as `token_use`, Keycloak as `typ`. Only an ID token has `c_hash`, the hash of an
    authorization code (OpenID Connect Core, section 3.3.2.11). Issuers copy `nonce`, `at_hash` and the claims of the
    user and the session into access tokens as well, so these tell nothing.
    """
    typ = claims.get("typ", "Bearer")
    is_access_token = isinstance(typ, str) and typ.lower() in _ACCESS_TOKEN_TYPES
    if not is_access_token or claims.get("token_use", "access") != "access" or "c_hash" in claims:
        raise InvalidTokenError("not-an-access-token")


def _check_dates(claims: Mapping[str, object], now: float) -> float:
    """Return `exp`, having checked it and, if present, `nbf` and `iat` (RFC 7519, sections 4.1.4 to 4.1.6)."""
    expires_at = _numeric_date(claims.get("exp"))
    if now >= expires_at + CLOCK_LEEWAY:
        raise InvalidTokenError("expired")
    if any(_numeric_date(claims[name]) > now + CLOCK_LEEWAY for name in ("nbf", "iat") if name in claims):
        raise InvalidTokenError("not-yet-valid")
    return expires_at


def _numeric_date(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _MAX_DATE:
        raise InvalidTokenError("numeric-date")
    return value


def _account(value: object) -> str:
    """Return the account, which can be a string or an integer."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return _matching(value, ACCOUNT_PATTERN, "account")


def _scopes(claims: Mapping[str, object], names: Iterable[str]) -> frozenset[Scope]:
    """Return this API's scopes in the first of the claims that has a value: a list, or a space-separated string."""
    match next((value for name in names if (value := claims.get(name)) is not None), None):
        case str(text):
            granted: list[object] = [*text.split(" ")]
        case list(members):
            granted = members
        case _:
            granted = []
    return frozenset(scope for scope in Scope if scope in granted)


def _matching(value: object, pattern: re.Pattern[str], reason: str) -> str:
    if not isinstance(value, str) or pattern.fullmatch(value) is None:
        raise InvalidTokenError(reason)
    return value
