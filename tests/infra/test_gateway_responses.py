"""Requests that API Gateway refuses itself: each response is a problem of the catalogue."""

import json
import re
from typing import Any

import pytest
from support.conditions import conditions
from support.functions import problem_types
from support.template import STAGES, only, parse

# Amazon API Gateway Developer Guide, "Gateway response types": those that this API can return, with status and problem.
# The others concern validators, models, signatures, quotas and paths without methods, which this API does not have.
TYPES = {
    "ACCESS_DENIED": (403, "forbidden"),
    "API_CONFIGURATION_ERROR": (500, "internal-error"),
    "AUTHORIZER_CONFIGURATION_ERROR": (503, "service-unavailable"),
    "AUTHORIZER_FAILURE": (503, "service-unavailable"),
    "DEFAULT_4XX": (None, "bad-request"),
    "DEFAULT_5XX": (None, "internal-error"),
    "INTEGRATION_FAILURE": (503, "outcome-unknown"),
    "INTEGRATION_TIMEOUT": (504, "gateway-timeout"),
    "INVALID_API_KEY": (403, "forbidden"),
    "REQUEST_TOO_LARGE": (413, "payload-too-large"),
    "THROTTLED": (429, "too-many-requests"),
    "UNAUTHORIZED": (401, "unauthorized"),
    "WAF_FILTERED": (403, "forbidden"),
}
HEADERS = {
    "Content-Type": "'application/problem+json'",
    "X-Request-Id": "context.requestId",
    "Cache-Control": "'no-store'",
    "X-Content-Type-Options": "'nosniff'",
}
CORS_HEADERS = {
    "Access-Control-Allow-Origin": {"Fn::Sub": "'${CorsOrigin}'"},
    "Access-Control-Expose-Headers": "'WWW-Authenticate, Retry-After, X-Request-Id'",
    "Vary": "'Origin'",
}
NO_VALUE = {"Ref": "AWS::NoValue"}


def test_types_have_the_stage_unless_there_is_a_domain_name() -> None:
    assert parse()["Resources"]["Api"]["Properties"]["StageName"] == "live"
    assert conditions(Stage="prod")["PathsBeginWithStage"]
    assert not conditions(Stage="prod", DomainName="api.example")["PathsBeginWithStage"]
    assert not conditions(Stage="local")["PathsBeginWithStage"]


@pytest.fixture(scope="module")
def catalogue() -> dict[str, Any]:
    return problem_types()


def responses(stage: str) -> dict[str, Any]:
    answers: dict[str, Any] = only(stage, "AWS::ApiGateway::RestApi")["Body"]["x-amazon-apigateway-gateway-responses"]
    return answers


@pytest.mark.parametrize("stage", STAGES)
def test_every_type_of_gateway_response_is_defined(stage: str) -> None:
    assert set(responses(stage)) == set(TYPES)
    assert responses(stage) == responses("prod")


@pytest.mark.parametrize(("name", "status", "slug"), [(name, *expected) for name, expected in TYPES.items()])
def test_a_refusal_is_a_problem_of_the_catalogue(
    catalogue: dict[str, Any], name: str, status: int | None, slug: str
) -> None:
    response = responses("prod")[name]
    [(content_type, template)] = response["responseTemplates"].items()
    [text, values] = template["Fn::Sub"]
    assert values == {"Base": {"Fn::If": ["PathsBeginWithStage", "/live", ""]}}
    problem = json.loads(text)
    known = catalogue[slug]

    assert content_type == "application/json", "the name of the template, not the Content-Type of the answer"
    assert problem == {
        "type": f"${{Base}}/v1/problems/{slug}",
        "title": known["title"],
        # A default response has the status of the response that it replaces, which its body cannot know.
        **({} if status is None else {"status": status}),
        "detail": problem["detail"],
        "instance": "urn:request:$context.requestId",
    }
    assert problem["detail"]
    assert "$context" not in problem["detail"]
    if status is None:
        assert "statusCode" not in response
    else:
        assert int(response["statusCode"]) == status == known["status"]


def headers(name: str, *, has_cors_origin: bool) -> dict[str, Any]:
    """The response's headers, with the condition HasCorsOrigin resolved."""
    made = {}
    for header, value in responses("prod")[name]["responseParameters"].items():
        chosen = value
        if isinstance(value, dict):
            [condition, yes, no] = value["Fn::If"]
            assert condition == "HasCorsOrigin"
            chosen = yes if has_cors_origin else no
        if chosen != NO_VALUE:
            made[header.removeprefix("gatewayresponse.header.")] = chosen
    return made


@pytest.mark.parametrize("has_cors_origin", [False, True])
@pytest.mark.parametrize(("name", "status"), [(name, status) for name, (status, _) in TYPES.items()])
def test_a_refusal_has_the_headers_of_every_response(name: str, status: int | None, has_cors_origin: bool) -> None:  # noqa: FBT001 # a case of the table
    expected = HEADERS | {
        **(CORS_HEADERS if has_cors_origin else {}),
        **({"WWW-Authenticate": "'Bearer realm=\"connection-overrides\"'"} if status == 401 else {}),
        **({"Retry-After": "'2'"} if status in {429, 503, 504} else {}),
    }

    assert headers(name, has_cors_origin=has_cors_origin) == expected


def test_without_an_origin_there_is_no_cors_in_gateway_and_function() -> None:
    written = parse()

    assert written["Parameters"]["CorsOrigin"]["Default"] == ""
    for name in ("RegistryFunction", "EffectiveFunction"):
        variables = written["Resources"][name]["Properties"]["Environment"]["Variables"]
        assert variables["CORS_ORIGIN"] == {"Ref": "CorsOrigin"}
    assert written["Conditions"]["HasCorsOrigin"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "CorsOrigin"}, ""]}]}


def takes(origin: str) -> bool:
    return re.fullmatch(parse()["Parameters"]["CorsOrigin"]["AllowedPattern"], origin) is not None


@pytest.mark.parametrize("origin", ["", "https://app.example", "http://localhost:5173", "https://a.b-c.example:8443"])
def test_one_origin_or_none_can_be_configured(origin: str) -> None:
    assert takes(origin)


@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "null",
        "app.example",
        "ftp://app.example",
        "https://",
        "https://*.app.example",
        "https://app.example/",
        "https://app.example/path",
        "https://app.example?",
        "https://user@app.example",
        "https://app.example, https://other.example",
        "https://app.example https://other.example",
        "https://app.example'",
        # Browsers send it in lower case, and the comparison is exact (WHATWG Fetch, "CORS check").
        "https://App.example",
        "https://app.example:",
    ],
)
def test_a_pattern_a_list_or_a_path_is_not_an_origin(origin: str) -> None:
    assert not takes(origin)
