"""The Lambda authorizer: verifies the token of an event, logs the decision, and answers API Gateway."""

import contextlib
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from connection_overrides.auth.claims import read_caller
from connection_overrides.auth.errors import InvalidTokenError, JwksUnavailableError
from connection_overrides.auth.gateway import allow, bearer_token, request_id
from connection_overrides.auth.jwk import parse_key_set
from connection_overrides.auth.jwks_client import fetch_jwks
from connection_overrides.auth.jws import UnverifiedToken, parse_token, verify_signature
from connection_overrides.auth.key_cache import Clock, KeyCache, system_clock
from connection_overrides.auth.settings import JwksUrl, Settings
from connection_overrides.caller import Caller

type Event = Mapping[str, object]
type Handler = Callable[[Event, object], dict[str, Any]]
type Decision = Caller | InvalidTokenError | JwksUnavailableError


class DecisionLogger(Protocol):
    """The part of Powertools' Logger that is used here."""

    def info(self, msg: object, *, extra: Mapping[str, object]) -> None:
        """Log one line."""


def create_handler(
    settings: Settings,
    logger: DecisionLogger,
    *,
    clock: Clock = system_clock,
    fetch: Callable[[JwksUrl], bytes] = fetch_jwks,
) -> Handler:
    """Return a handler for REQUEST authorizer events.

    It raises `Exception("Unauthorized")`, which API Gateway answers with 401, for anything wrong with the token;
    JwksUnavailableError if the issuer's keys cannot be fetched; and ValueError if the event has no valid `methodArn`.
    API Gateway answers the last two with AUTHORIZER_FAILURE.
    """
    keys = KeyCache(lambda: parse_key_set(fetch(settings.jwks_url)), clock)

    def verify(event: Event) -> Caller:
        token = parse_token(bearer_token(event), require_at_jwt=settings.require_at_jwt)
        _check_signature(token, keys)
        return read_caller(token.payload, settings, clock().wall)

    def decide(event: Event) -> Decision:
        try:
            return verify(event)
        except (InvalidTokenError, JwksUnavailableError) as error:
            return error
        except Exception as error:  # noqa: BLE001 - an unexpected error must not allow the request
            return InvalidTokenError("internal-error", fault=type(error).__name__)

    def handler(event: Event, _context: object) -> dict[str, Any]:
        decision = decide(event)
        with contextlib.suppress(Exception):  # a failure to log must not change the decision
            logger.info("authorization decided", extra={"request_id": request_id(event), **_log_fields(decision)})
        match decision:
            case Caller():
                return allow(decision, event.get("methodArn"), settings.key_prefix)
            case JwksUnavailableError():
                raise decision
            case _:
                # API Gateway requires this message. Not raised while another is handled, whose text may hold the token.
                raise Exception("Unauthorized")  # noqa: TRY002 - see above

    return handler


def _check_signature(token: UnverifiedToken, keys: KeyCache) -> None:
    """Raise InvalidTokenError unless the issuer's key verifies the signature.

    If the known key does not, the issuer may have replaced it without changing its `kid`.
    """
    key = keys.get(token.key_id)
    if key is None:
        raise InvalidTokenError("unknown-key")
    try:
        verify_signature(token, key)
    except InvalidTokenError:
        current = keys.refetch(token.key_id)
        if current is None:
            raise
        verify_signature(token, current)


def _log_fields(decision: Decision) -> dict[str, str | None]:
    match decision:
        case Caller():
            return {"outcome": "allowed", "account": decision.account}
        case JwksUnavailableError():
            return {"outcome": "unavailable", "reason": decision.reason}
        case _:
            return {"outcome": "refused", "reason": decision.reason, "fault": decision.fault}
