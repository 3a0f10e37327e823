"""What API Gateway and the log receive for each decision."""

from collections.abc import Mapping
from typing import NoReturn

import pytest
from support.issuer import NOW, Clock, Gateway, Issuer, event

from connection_overrides.auth.errors import JwksUnavailableError
from connection_overrides.auth.key_cache import Instant


class BrokenLogger:
    def info(self, msg: object, *, extra: Mapping[str, object]) -> NoReturn:
        raise OSError(msg, extra)


def test_an_allowed_request_is_logged_with_its_account(gateway: Gateway, issuer: Issuer) -> None:
    gateway.authorize(issuer.token())
    assert gateway.log.lines == [
        {
            "message": "authorization decided",
            "request_id": "request-1",
            "outcome": "allowed",
            "account": "account-1",
        }
    ]


def test_a_refused_request_is_logged_with_its_reason(gateway: Gateway, issuer: Issuer) -> None:
    gateway.refusal_of(issuer.token(issuer.header(alg="none")))
    assert gateway.log.lines == [
        {
            "message": "authorization decided",
            "request_id": "request-1",
            "outcome": "refused",
            "reason": "algorithm",
            "fault": None,
        }
    ]


def test_without_the_issuers_keys_a_valid_token_is_neither_allowed_nor_refused(
    gateway: Gateway, issuer: Issuer
) -> None:
    gateway.jwks = None
    gateway.unavailability(issuer.token())
    assert gateway.log.lines == [
        {
            "message": "authorization decided",
            "request_id": "request-1",
            "outcome": "unavailable",
            "reason": "transport",
        }
    ]


def test_without_the_issuers_keys_a_token_that_no_key_could_verify_is_refused(gateway: Gateway, issuer: Issuer) -> None:
    gateway.jwks = None
    assert gateway.refusal_of(issuer.token(issuer.header(alg="none"))) == "algorithm"


def test_a_failure_to_log_does_not_change_the_decision(gateway: Gateway, issuer: Issuer) -> None:
    gateway.logger = BrokenLogger()
    assert gateway.authorize(issuer.token())["principalId"] == "client-1"
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        gateway.authorize("a.b.c")
    down = Gateway(issuer)
    down.jwks, down.logger = None, BrokenLogger()
    with pytest.raises(JwksUnavailableError):
        down.authorize(issuer.token())


def test_an_unexpected_error_is_a_refusal_logged_only_with_its_type(gateway: Gateway, issuer: Issuer) -> None:
    def broken() -> Instant:
        raise RuntimeError(issuer.token())

    gateway.clock = broken
    assert gateway.refusal_of(issuer.token()) == "internal-error"
    assert gateway.log.lines[0]["fault"] == "RuntimeError"


@pytest.mark.parametrize("context", [None, {}, {"requestId": 7}, []])
def test_an_event_without_a_request_id_is_decided_and_logged_without_it(
    gateway: Gateway, issuer: Issuer, context: object
) -> None:
    answer = gateway.send({**event(f"Bearer {issuer.token()}"), "requestContext": context})
    assert answer["principalId"] == "client-1"
    assert gateway.log.lines[0]["request_id"] is None


def test_a_long_request_id_is_truncated_in_the_log(gateway: Gateway, issuer: Issuer) -> None:
    gateway.send({**event(f"Bearer {issuer.token()}"), "requestContext": {"requestId": "r" * 5000}})
    assert gateway.log.lines[0]["request_id"] == "r" * 128


@pytest.mark.parametrize("odd", [None, [], "Bearer a", 7])
def test_an_event_that_is_not_an_object_is_unauthorized(gateway: Gateway, odd: object) -> None:
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        gateway.send(odd)  # type: ignore[arg-type] # on purpose


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
        (
            "arn:aws:execute-api:us-east-1:123456789012:api1/my-stage_1/GET/a\nb",
            "arn:aws:execute-api:us-east-1:123456789012:api1/my-stage_1/*/*",
        ),
    ],
)
def test_the_policy_allows_only_the_stage_of_the_called_method(
    gateway: Gateway, issuer: Issuer, method_arn: str, resource: str
) -> None:
    answer = gateway.send({**event(f"Bearer {issuer.token()}"), "methodArn": method_arn})
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
        "arn:aws:execute-api:*:123456789012:api1/prod/GET/",
        "arn:aws:execute-api:us-east-1:*:api1/prod/GET/",
        "arn:*:execute-api:us-east-1:123456789012:api1/prod/GET/",
        "arn:aws:lambda:us-east-1:123456789012:function:f/prod/GET/",
        "arn:aws:execute-api:us-east-1:123456789012:api1/pr?d/GET/",
        " arn:aws:execute-api:us-east-1:123456789012:api1/prod/GET/",
    ],
)
def test_an_event_without_a_method_arn_gets_no_policy(gateway: Gateway, issuer: Issuer, method_arn: object) -> None:
    with pytest.raises(ValueError, match=r"^methodArn is not the ARN of a method$"):
        gateway.send({**event(f"Bearer {issuer.token()}"), "methodArn": method_arn})


@pytest.mark.parametrize(
    ("seconds", "reason"),
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
def test_a_wrong_clock_matters_only_beyond_the_leeway(
    gateway: Gateway, issuer: Issuer, seconds: float, reason: str | None
) -> None:
    gateway.clock = Clock(Instant(wall=NOW + seconds, monotonic=0))
    if reason is None:
        assert gateway.authorize(issuer.token())["principalId"] == "client-1"
    else:
        assert gateway.refusal_of(issuer.token()) == reason


def test_a_clock_that_is_set_back_between_two_requests_makes_the_token_not_yet_valid(
    gateway: Gateway, issuer: Issuer
) -> None:
    clock = gateway.clock = Clock()
    assert gateway.authorize(issuer.token())["principalId"] == "client-1"
    clock.now = Instant(wall=NOW - 300, monotonic=51)
    assert gateway.refusal_of(issuer.token()) == "not-yet-valid"
