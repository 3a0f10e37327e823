"""API Gateway writes the principal of the policy unescaped into its JSON access log."""

import json
from urllib.parse import unquote

import pytest
from support.issuer import Gateway, Issuer

EVERY_CHARACTER = "".join(map(chr, range(0x21, 0x7F)))


@pytest.mark.parametrize(
    "subject",
    ['"', "\\", 'x","status":"200', 'x"}\\n{"y":"', "\\u0022", "a b", "%22", "$context.path", "<&>'", EVERY_CHARACTER],
)
def test_a_log_line_is_one_json_object_for_any_subject(gateway: Gateway, issuer: Issuer, subject: str) -> None:
    answer = gateway.authorize(issuer.token(claims=issuer.claims(sub=subject)))
    principal = answer["principalId"]

    line = '{"principal":"%s","status":"404"}' % principal  # noqa: UP031 - braces of JSON

    assert json.loads(line) == {"principal": principal, "status": "404"}
    assert unquote(principal) == subject
    assert answer["context"]["subject"] == subject


@pytest.mark.parametrize("subject", ["developer", "auth0|5f7c8ec7", "client-1@clients", "a.b_c~d:e+f=g"])
def test_a_plain_subject_is_logged_unchanged(gateway: Gateway, issuer: Issuer, subject: str) -> None:
    assert gateway.authorize(issuer.token(claims=issuer.claims(sub=subject)))["principalId"] == subject
