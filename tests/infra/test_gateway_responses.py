"""What API Gateway refuses by itself: each refusal is a problem of the catalogue."""

import json
from typing import Any

import pytest
from support.template import STAGES, only

from connection_overrides.http.catalogue import PROBLEMS

# Amazon API Gateway Developer Guide, "Gateway response types", with the status and the problem of each.
TYPES = {
    "ACCESS_DENIED": (403, "forbidden"),
    "API_CONFIGURATION_ERROR": (500, "internal-error"),
    "AUTHORIZER_CONFIGURATION_ERROR": (500, "internal-error"),
    "AUTHORIZER_FAILURE": (503, "service-unavailable"),
    "BAD_REQUEST_BODY": (400, "bad-request"),
    "BAD_REQUEST_PARAMETERS": (400, "bad-request"),
    "DEFAULT_4XX": (None, "bad-request"),
    "DEFAULT_5XX": (None, "internal-error"),
    "EXPIRED_TOKEN": (401, "unauthorized"),
    "INTEGRATION_FAILURE": (503, "outcome-unknown"),
    "INTEGRATION_TIMEOUT": (504, "gateway-timeout"),
    "INVALID_API_KEY": (403, "forbidden"),
    "INVALID_SIGNATURE": (401, "unauthorized"),
    "MISSING_AUTHENTICATION_TOKEN": (404, "route-not-found"),
    "QUOTA_EXCEEDED": (429, "too-many-requests"),
    "REQUEST_TOO_LARGE": (413, "payload-too-large"),
    "RESOURCE_NOT_FOUND": (404, "route-not-found"),
    "THROTTLED": (429, "too-many-requests"),
    "UNAUTHORIZED": (401, "unauthorized"),
    "UNSUPPORTED_MEDIA_TYPE": (415, "unsupported-media-type"),
    "WAF_FILTERED": (403, "forbidden"),
}
HEADERS = {
    "Content-Type": "'application/problem+json'",
    "X-Request-Id": "context.requestId",
    "Cache-Control": "'no-store'",
    "X-Content-Type-Options": "'nosniff'",
}


def responses(stage: str) -> dict[str, Any]:
    answers: dict[str, Any] = only(stage, "AWS::ApiGateway::RestApi")["Body"]["x-amazon-apigateway-gateway-responses"]
    return answers


@pytest.mark.parametrize("stage", STAGES)
def test_every_type_of_refusal_is_answered(stage: str) -> None:
    assert set(responses(stage)) == set(TYPES)
    assert responses(stage) == responses("prod")


@pytest.mark.parametrize(("name", "status", "slug"), [(name, *expected) for name, expected in TYPES.items()])
def test_a_refusal_is_a_problem_of_the_catalogue(name: str, status: int | None, slug: str) -> None:
    response = responses("prod")[name]
    [(content_type, template)] = response["responseTemplates"].items()
    problem = json.loads(template)
    known = PROBLEMS[slug]

    assert content_type == "application/json", "the name of the template, not the Content-Type of the answer"
    assert problem == {
        "type": known.uri,
        "title": known.title,
        # A default has the status of whatever fell back to it, which its body cannot know.
        **({} if status is None else {"status": status}),
        "detail": problem["detail"],
        "instance": "urn:request:$context.requestId",
    }
    assert problem["detail"]
    assert "$context" not in problem["detail"]
    if status is None:
        assert "statusCode" not in response
    else:
        assert int(response["statusCode"]) == status == known.status


@pytest.mark.parametrize(("name", "status"), [(name, status) for name, (status, _) in TYPES.items()])
def test_a_refusal_has_the_headers_of_every_answer(name: str, status: int | None) -> None:
    expected = HEADERS | {
        **({"WWW-Authenticate": "'Bearer realm=\"connection-overrides\"'"} if status == 401 else {}),
        **({"Retry-After": "'2'"} if status in {429, 503, 504} else {}),
    }

    assert responses("prod")[name]["responseParameters"] == {
        f"gatewayresponse.header.{header}": value for header, value in expected.items()
    }
