"""The principal of the authorizer's policy, which API Gateway writes into the JSON of its access log unescaped."""

import json
from urllib.parse import unquote

import pytest

from connection_overrides.authorizer.policy import allow
from connection_overrides.caller import SUBJECT_PATTERN, Caller

METHOD = "arn:aws:execute-api:eu-central-1:111122223333:api/live/GET/v1/projects"
EVERY_CHARACTER = "".join(map(chr, range(0x21, 0x7F)))


def principal_of(subject: str) -> str:
    caller = Caller(account="acme", subject=subject, scopes=frozenset(), expires_at=0)
    answer = allow(caller, METHOD, "id")
    assert answer["context"]["subject"] == subject
    return answer["principalId"]


@pytest.mark.parametrize(
    "subject",
    ['"', "\\", 'x","status":"200', 'x"}\\n{"y":"', "\\u0022", "a b", "%22", "$context.path", "<&>'", EVERY_CHARACTER],
)
def test_a_log_line_stays_one_json_object_for_any_subject(subject: str) -> None:
    assert SUBJECT_PATTERN.fullmatch(subject)

    line = '{"principal":"%s","status":"404"}' % principal_of(subject)  # noqa: UP031 - braces of JSON

    assert json.loads(line) == {"principal": principal_of(subject), "status": "404"}
    assert unquote(principal_of(subject)) == subject


@pytest.mark.parametrize("subject", ["developer", "auth0|5f7c8ec7", "client-1@clients", "a.b_c~d:e+f=g"])
def test_a_plain_subject_is_logged_as_it_is(subject: str) -> None:
    assert principal_of(subject) == subject
