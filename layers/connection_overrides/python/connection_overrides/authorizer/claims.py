"""What a verified token must say before it makes a caller.

Sources: RFC 7519, 4.1 (the claims); RFC 9068, 4 (access tokens); RFC 8725, 3.8 to 3.12, and RFC 9700, 2.3 (a token of
another issuer, for another audience or of another kind is none of ours).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from connection_overrides import strict_json
from connection_overrides.authorizer.refusal import RefusalReason, TokenRefusedError
from connection_overrides.caller import ACCOUNT_PATTERN, CLOCK_LEEWAY, SUBJECT_PATTERN, Caller, Scope

_LAST_SECOND: Final = 253_402_300_799  # the end of the year 9999

# OpenID Connect Core, 2 and 3.3.2.11: claims that belong to ID tokens and mean nothing in an access token.
_ID_TOKEN_CLAIMS: Final = frozenset({"at_hash", "c_hash", "nonce"})

# RFC 6749, 3.3.
_SCOPE_TOKEN: Final = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")
_KNOWN_SCOPES: Final = frozenset(Scope)


@dataclass(frozen=True, slots=True)
class ClaimRules:
    """Whose tokens are accepted, and which claims say for whom they are and to which account they belong."""

    issuer: str
    audience: str
    audience_claim: str
    account_claim: str

    def caller(self, payload: bytes, now: float) -> Caller:
        """Return the caller that the payload of a verified token speaks of. `now` is in seconds since 1970.

        Only the scopes that this API knows are kept: they are all that it asks for, and an authorizer's context is
        limited in size. Raises TokenRefusedError.
        """
        claims = _parse(payload)
        if claims.get("iss") != self.issuer:
            raise TokenRefusedError("issuer")
        self._check_audience(claims)
        expires_at = _check_dates(claims, now)
        if claims.get("token_use", "access") != "access" or not _ID_TOKEN_CLAIMS.isdisjoint(claims):
            raise TokenRefusedError("not-an-access-token")
        return Caller(
            account=_matching(claims.get(self.account_claim), ACCOUNT_PATTERN, "account"),
            subject=_matching(claims.get("sub"), SUBJECT_PATTERN, "subject"),
            scopes=_KNOWN_SCOPES & _scopes(claims),
            expires_at=int(expires_at),
        )

    def _check_audience(self, claims: Mapping[str, object]) -> None:
        """Ask the configured claim, and `aud` too if there is one: it must name us in any case (RFC 7519, 4.1.3)."""
        required = {self.audience_claim} | ({"aud"} & claims.keys())
        if not all(self.audience in _strings(claims.get(name), "audience") for name in required):
            raise TokenRefusedError("audience")


def _parse(payload: bytes) -> dict[str, object]:
    try:
        claims = strict_json.parse(payload.decode("utf-8"))
    except ValueError:
        raise TokenRefusedError("claims-malformed") from None
    if not isinstance(claims, dict):
        raise TokenRefusedError("claims-malformed")
    return claims


def _check_dates(claims: Mapping[str, object], now: float) -> float:
    """Return `exp`. RFC 7519, 4.1.4 to 4.1.6: not on or after `exp`, not before `nbf`, and not made in the future."""
    expires_at = _numeric_date(claims.get("exp"))
    if now >= expires_at + CLOCK_LEEWAY:
        raise TokenRefusedError("expired")
    if any(_numeric_date(claims[name]) > now + CLOCK_LEEWAY for name in ("nbf", "iat") if name in claims):
        raise TokenRefusedError("not-yet-valid")
    return expires_at


def _numeric_date(value: object) -> float:
    # A boolean is an int in Python, but not a JSON number.
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LAST_SECOND:
        raise TokenRefusedError("numeric-date")
    return value


def _scopes(claims: Mapping[str, object]) -> frozenset[str]:
    """`scope` is one string (RFC 8693, 4.2); issuers that say `scp` send a string or a list."""
    granted = claims["scope"] if "scope" in claims else claims.get("scp", [])
    if isinstance(granted, str):
        granted = granted.split(" ") if granted else []
    elif "scope" in claims:
        raise TokenRefusedError("scope")
    scopes = _strings(granted, "scope")
    if not all(_SCOPE_TOKEN.fullmatch(scope) for scope in scopes):
        raise TokenRefusedError("scope")
    return scopes


def _strings(value: object, reason: RefusalReason) -> frozenset[str]:
    """Return the members of a claim that is a string or a list of strings."""
    members = value if isinstance(value, list) else [value]
    strings = [member for member in members if isinstance(member, str)]
    if len(strings) != len(members):
        raise TokenRefusedError(reason)
    return frozenset(strings)


def _matching(value: object, pattern: re.Pattern[str], reason: RefusalReason) -> str:
    if not isinstance(value, str) or pattern.fullmatch(value) is None:
        raise TokenRefusedError(reason)
    return value
