"""The Lambda authorizer: who may call the API at all (REQUEST type, contract in `connection_overrides.caller`)."""

from connection_overrides.start_up import starting_up

with starting_up():
    import functools
    import os
    from collections.abc import Mapping

    from aws_lambda_powertools import Logger

    from connection_overrides.authorizer.clock import system_clock
    from connection_overrides.authorizer.handler import Authorizer
    from connection_overrides.authorizer.jwks_endpoint import fetch_key_set
    from connection_overrides.authorizer.key_cache import KeyCache
    from connection_overrides.authorizer.policy import AuthorizerResponse
    from connection_overrides.authorizer.settings import Settings
    from connection_overrides.authorizer.verifier import Verifier


@functools.cache
def _authorizer() -> Authorizer:
    settings = Settings.from_environment(os.environ)
    keys = KeyCache(fetch=functools.partial(fetch_key_set, settings.jwks_url), clock=system_clock)
    verifier = Verifier(settings.rules, keys, system_clock, require_at_jwt=settings.require_at_jwt)
    return Authorizer(verifier, Logger(), settings.key_prefix)


def handler(event: Mapping[str, object], _context: object) -> AuthorizerResponse:
    """Return the policy for the caller of an API Gateway REQUEST authorizer event, or raise: see `Authorizer`."""
    return _authorizer()(event)
