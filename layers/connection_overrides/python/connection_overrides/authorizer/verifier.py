"""From the text of a token to the caller that it stands for."""

from dataclasses import dataclass

from connection_overrides.authorizer.claims import ClaimRules
from connection_overrides.authorizer.clock import Clock
from connection_overrides.authorizer.jws import read_header, verified_payload
from connection_overrides.authorizer.key_cache import KeyCache
from connection_overrides.authorizer.refusal import TokenRefusedError
from connection_overrides.caller import Caller


@dataclass(frozen=True, slots=True)
class Verifier:
    """Verifies access tokens of one issuer for one audience."""

    rules: ClaimRules
    keys: KeyCache
    clock: Clock
    require_at_jwt: bool

    def caller(self, token: str) -> Caller:
        """Return the caller of `token`. No claim is read before the signature is found good.

        Raises TokenRefusedError, or JwksUnavailableError when the issuer's keys cannot be had.
        """
        header = read_header(token, require_at_jwt=self.require_at_jwt)
        key = self.keys.find(header.key_id)
        if key is None:
            raise TokenRefusedError("unknown-key")
        if key.algorithm != header.algorithm:
            raise TokenRefusedError("algorithm")
        return self.rules.caller(verified_payload(token, key), self.clock().wall)
