"""What API Gateway and the log are told."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NoReturn

import pytest
from support.issuer import NOW, Gateway, Issuer, event

from connection_overrides.authorizer.clock import Instant
from connection_overrides.authorizer.handler import Authorizer, DecisionLog
from connection_overrides.authorizer.jwks_endpoint import JwksUnavailableError
from connection_overrides.authorizer.key_cache import KeyCache


def _down() -> NoReturn:
    raise JwksUnavailableError("transport")


@dataclass
class BrokenLog:
    def info(self, msg: object, *, extra: Mapping[str, object]) -> NoReturn:
        raise OSError(msg, extra)


def _logging_to(log: DecisionLog, gateway: Gateway) -> Authorizer:
    return replace(gateway.authorizer(), log=log)


def _without_keys(gateway: Gateway) -> Authorizer:
    authorizer = gateway.authorizer()
    return replace(authorizer, verifier=replace(authorizer.verifier, keys=KeyCache(_down, gateway.clock)))


def test_an_allowed_call_is_logged_with_its_account(gateway: Gateway, issuer: Issuer) -> None:
    gateway.ask(f"Bearer {issuer.token()}")
    assert gateway.log.lines == [
        {
            "message": "authorization decided",
            "request_id": "request-1",
            "outcome": "allowed",
            "account": "account-1",
        }
    ]


def test_a_call_without_a_token_is_unauthorized(gateway: Gateway) -> None:
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        gateway.authorizer()(event())
    assert gateway.log.lines[0]["reason"] == "authorization-header"


def test_a_call_with_two_tokens_is_unauthorized_even_if_both_are_good(gateway: Gateway, issuer: Issuer) -> None:
    good = f"Bearer {issuer.token()}"
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        gateway.authorizer()(event(good, good))
    assert gateway.log.lines[0]["reason"] == "authorization-header"


def test_two_tokens_that_a_proxy_joined_are_unauthorized(gateway: Gateway, issuer: Issuer) -> None:
    good = f"Bearer {issuer.token()}"
    assert gateway.refusal(f"{good}, {good}") == "authorization-header"


def test_without_the_issuers_keys_there_is_no_verdict(gateway: Gateway, issuer: Issuer) -> None:
    with pytest.raises(JwksUnavailableError, match=r"^not-fetched$"):
        _without_keys(gateway)(event(f"Bearer {issuer.token()}"))
    assert gateway.log.lines == [
        {
            "message": "authorization decided",
            "request_id": "request-1",
            "outcome": "unavailable",
            "reason": "not-fetched",
        }
    ]


def test_without_the_issuers_keys_a_token_that_no_key_could_save_is_still_unauthorized(
    gateway: Gateway, issuer: Issuer
) -> None:
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        _without_keys(gateway)(event(f"Bearer {issuer.token(issuer.header(alg='none'))}"))


def test_a_log_that_cannot_be_written_changes_no_answer(gateway: Gateway, issuer: Issuer) -> None:
    authorizer = _logging_to(BrokenLog(), gateway)
    assert authorizer(event(f"Bearer {issuer.token()}"))["principalId"] == "client-1"
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        authorizer(event("Bearer a.b.c"))
    with pytest.raises(JwksUnavailableError):
        replace(_without_keys(gateway), log=BrokenLog())(event(f"Bearer {issuer.token()}"))


def test_an_unforeseen_error_in_verification_is_unauthorized_and_logged_by_its_type_only(
    gateway: Gateway, issuer: Issuer
) -> None:
    def broken() -> Instant:
        raise RuntimeError(issuer.token())

    gateway.clock = broken
    assert gateway.refusal(f"Bearer {issuer.token()}") == "internal-error"
    assert gateway.log.lines[0]["fault"] == "RuntimeError"


@pytest.mark.parametrize("context", [None, {}, {"requestId": 7}, []])
def test_an_event_without_a_request_id_is_answered_all_the_same(
    gateway: Gateway, issuer: Issuer, context: object
) -> None:
    answer = gateway.authorizer()({**event(f"Bearer {issuer.token()}"), "requestContext": context})
    assert answer["principalId"] == "client-1"
    assert gateway.log.lines[0]["request_id"] is None


def test_a_request_id_that_a_client_made_long_is_logged_in_part(gateway: Gateway, issuer: Issuer) -> None:
    gateway.authorizer()({**event(f"Bearer {issuer.token()}"), "requestContext": {"requestId": "r" * 5000}})
    assert gateway.log.lines[0]["request_id"] == "r" * 128


@pytest.mark.parametrize(
    ("method_arn", "resource"),
    [
        (
            "arn:aws:execute-api:us-east-1:123456789012:api1/prod/POST/v1/projects/a:b/c",
            "arn:aws:execute-api:us-east-1:123456789012:api1/prod/*/*",
        ),
        (
            "arn:aws-cn:execute-api:cn-north-1:123456789012:api1/$default/GET/",
            "arn:aws-cn:execute-api:cn-north-1:123456789012:api1/$default/*/*",
        ),
    ],
)
def test_the_policy_allows_the_stage_of_the_called_method_and_nothing_else(
    gateway: Gateway, issuer: Issuer, method_arn: str, resource: str
) -> None:
    answer = gateway.authorizer()({**event(f"Bearer {issuer.token()}"), "methodArn": method_arn})
    assert [statement["Resource"] for statement in answer["policyDocument"]["Statement"]] == [resource]


@pytest.mark.parametrize(
    "method_arn",
    [
        None,
        "",
        "*",
        "arn:aws:execute-api:us-east-1:123456789012:*/*/GET/",
        "arn:aws:execute-api:us-east-1:123456789012:api1/prod",
        "arn:aws:execute-api:us-east-1:123456789012:api1/*/GET/",
        "arn:aws:lambda:us-east-1:123456789012:function:f/prod/GET/",
        "arn:aws:execute-api:us-east-1:123456789012:api1/pr?d/GET/",
    ],
)
def test_an_event_without_the_arn_of_a_method_gets_no_policy(
    gateway: Gateway, issuer: Issuer, method_arn: object
) -> None:
    with pytest.raises(ValueError, match="methodArn is not the ARN of a method"):
        gateway.authorizer()({**event(f"Bearer {issuer.token()}"), "methodArn": method_arn})


@pytest.mark.parametrize(
    ("seconds", "answer"),
    [
        (-360, "not-yet-valid"),
        (-91, "not-yet-valid"),
        (-90, None),
        (-30, None),
        (30, None),
        (629, None),
        (630, "expired"),
        (900, "expired"),
    ],
)
def test_a_clock_that_is_off_matters_beyond_the_leeway(
    gateway: Gateway, issuer: Issuer, seconds: float, answer: str | None
) -> None:
    gateway.clock = lambda: Instant(wall=NOW + seconds, monotonic=0)
    if answer is None:
        assert gateway.ask(f"Bearer {issuer.token()}")["principalId"] == "client-1"
    else:
        assert gateway.refusal(f"Bearer {issuer.token()}") == answer


def test_a_leap_to_the_past_within_one_environment_revives_no_token(gateway: Gateway, issuer: Issuer) -> None:
    authorizer = gateway.authorizer()
    token = f"Bearer {issuer.token()}"
    assert authorizer(event(token))["principalId"] == "client-1"
    leapt = replace(authorizer.verifier, clock=lambda: Instant(wall=NOW - 300, monotonic=1))
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        replace(authorizer, verifier=leapt)(event(token))


@pytest.mark.parametrize("odd", [None, [], "Bearer a", 7])
def test_an_event_that_is_no_object_is_unauthorized(gateway: Gateway, odd: object) -> None:
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        gateway.authorizer()(odd)  # type: ignore[arg-type] # on purpose
