"""The authorizer's answer to API Gateway: a policy, 401, or no answer at all."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from connection_overrides.authorizer.bearer import bearer_token
from connection_overrides.authorizer.jwks_endpoint import JwksUnavailableError
from connection_overrides.authorizer.policy import AuthorizerResponse, allow
from connection_overrides.authorizer.refusal import TokenRefusedError
from connection_overrides.authorizer.verifier import Verifier
from connection_overrides.caller import Caller

_MAX_REQUEST_ID_LENGTH = 128


class DecisionLog(Protocol):
    """The part of Powertools' Logger that is used here."""

    def info(self, msg: object, *, extra: Mapping[str, object]) -> None:
        """Write one line."""


@dataclass(frozen=True, slots=True)
class Authorizer:
    """Answers REQUEST authorizer events, and logs one line for each: outcome and reason, never a part of the token."""

    verifier: Verifier
    log: DecisionLog
    key_prefix: str

    def __call__(self, event: Mapping[str, object]) -> AuthorizerResponse:
        """Return the policy for the caller of `event`.

        Raises exactly `Exception("Unauthorized")`, which API Gateway answers with 401, for whatever is wrong with the
        token. Raises JwksUnavailableError when the issuer's keys cannot be had, and ValueError for an event that is
        none of API Gateway's; both become the gateway's AUTHORIZER_FAILURE, and neither lets a call pass.
        """
        decision = self._decide(event)
        self._report(event, decision)
        match decision:
            case Caller():
                return allow(decision, event.get("methodArn"), self.key_prefix)
            case JwksUnavailableError():
                raise decision
            case _:
                # The text is API Gateway's protocol, and the exception stands alone: no cause could carry the token.
                raise Exception("Unauthorized")  # noqa: TRY002 - see above

    def _decide(self, event: Mapping[str, object]) -> Caller | TokenRefusedError | JwksUnavailableError:
        try:
            return self.verifier.caller(bearer_token(event))
        except (TokenRefusedError, JwksUnavailableError) as refusal:
            return refusal
        except Exception as error:  # noqa: BLE001 - what a token provokes is its own fault; nothing may fail open
            return TokenRefusedError("internal-error", fault=type(error).__name__)

    def _report(self, event: Mapping[str, object], decision: Caller | TokenRefusedError | JwksUnavailableError) -> None:
        fields: dict[str, str | None]
        match decision:
            case Caller():
                fields = {"outcome": "allowed", "account": decision.account}
            case JwksUnavailableError():
                fields = {"outcome": "unavailable", "reason": decision.fault}
            case _:
                fields = {"outcome": "refused", "reason": decision.reason, "fault": decision.fault}
        # A log that cannot be written changes no answer.
        with contextlib.suppress(Exception):
            self.log.info("authorization decided", extra={"request_id": _request_id(event), **fields})


def _request_id(event: Mapping[str, object]) -> str | None:
    match event.get("requestContext"):
        case {"requestId": str(request_id)}:
            return request_id[:_MAX_REQUEST_ID_LENGTH]
        case _:
            return None
