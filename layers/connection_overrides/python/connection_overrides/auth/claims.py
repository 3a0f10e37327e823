"""Checks of the claims of a verified access token.

Sources: RFC 7519, section 4.1 (claims); RFC 9068, section 4 (access tokens); RFC 8725, sections 3.8 to 3.12.
"""

import re
from collections.abc import Mapping
from typing import Final

from connection_overrides.auth.encoding import parse_json_object
from connection_overrides.auth.errors import InvalidTokenError
from connection_overrides.auth.settings import Settings
from connection_overrides.caller import ACCOUNT_PATTERN, CLOCK_LEEWAY, SUBJECT_PATTERN, Caller, Scope

_MAX_DATE: Final = 253_402_300_799  # the last second of the year 9999

# Claims of ID tokens, which have no meaning in access tokens (OpenID Connect Core, sections 2 and 3.3.2.11).
_ID_TOKEN_CLAIMS: Final = frozenset({"at_hash", "c_hash", "nonce"})

_SCOPE_TOKEN: Final = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")  # RFC 6749, section 3.3
_KNOWN_SCOPES: Final = frozenset(Scope)


def read_caller(payload: bytes, settings: Settings, now: float) -> Caller:
    """Return the caller that the payload of a verified token describes. `now` is in seconds since 1970.

    Scopes of other APIs are dropped, because API Gateway limits the size of an authorizer's context.
    Raises InvalidTokenError.
    """
    try:
        claims = parse_json_object(payload)
    except ValueError:
        raise InvalidTokenError("claims-malformed") from None
    if claims.get("iss") != settings.issuer:
        raise InvalidTokenError("issuer")
    _check_audience(claims, settings)
    expires_at = _check_dates(claims, now)
    if claims.get("token_use", "access") != "access" or not _ID_TOKEN_CLAIMS.isdisjoint(claims):
        raise InvalidTokenError("not-an-access-token")
    return Caller(
        account=_matching(claims.get(settings.account_claim), ACCOUNT_PATTERN, "account"),
        subject=_matching(claims.get("sub"), SUBJECT_PATTERN, "subject"),
        scopes=_KNOWN_SCOPES & _scopes(claims),
        expires_at=int(expires_at),
    )


def _check_audience(claims: Mapping[str, object], settings: Settings) -> None:
    """Check the configured claim, and `aud` as well if it is present (RFC 7519, section 4.1.3)."""
    required = {settings.audience_claim} | ({"aud"} & claims.keys())
    if not all(settings.audience in _strings(claims.get(name), "audience") for name in required):
        raise InvalidTokenError("audience")


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


def _scopes(claims: Mapping[str, object]) -> frozenset[str]:
    """Read `scope`, a string (RFC 8693, section 4.2), or otherwise `scp`, which issuers send as a string or a list."""
    granted = claims["scope"] if "scope" in claims else claims.get("scp", [])
    if isinstance(granted, str):
        granted = granted.split(" ") if granted else []
    elif "scope" in claims:
        raise InvalidTokenError("scope")
    scopes = _strings(granted, "scope")
    if not all(_SCOPE_TOKEN.fullmatch(scope) for scope in scopes):
        raise InvalidTokenError("scope")
    return scopes


def _strings(value: object, reason: str) -> frozenset[str]:
    """Return the members of a claim that is a string or a list of strings."""
    members = value if isinstance(value, list) else [value]
    if not all(isinstance(member, str) for member in members):
        raise InvalidTokenError(reason)
    return frozenset(members)


def _matching(value: object, pattern: re.Pattern[str], reason: str) -> str:
    if not isinstance(value, str) or pattern.fullmatch(value) is None:
        raise InvalidTokenError(reason)
    return value
