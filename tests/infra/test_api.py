"""The REST API of the expanded template: access, routes and logs."""

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from support.functions import Handler, public, respond, started
from support.template import STAGES, expanded, only, parse, resources

ANY = "x-amazon-apigateway-any-method"
PUBLIC = {"/", "/v1/problems", "/v1/problems/{slug}", "/v1/health", "/v1/openapi.json", "/v1/docs"}
UNKNOWN = "/{proxy+}"
"""Every path without a route."""


FUNCTIONS = ("RegistryFunction", "EffectiveFunction")
"""The functions behind the API."""


@pytest.fixture(scope="module")
def handlers() -> Iterator[dict[str, Handler]]:
    """The functions behind the API, with the documentation page enabled."""
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(started(name.removesuffix("Function").lower(), API_DOCS="on"))
            for name in FUNCTIONS
        }


def body(stage: str) -> dict[str, Any]:
    document: dict[str, Any] = only(stage, "AWS::ApiGateway::RestApi")["Body"]
    return document


@pytest.mark.parametrize("stage", STAGES)
def test_every_operation_except_public_ones_and_preflights_requires_the_authorizer(stage: str) -> None:
    for path, operations in body(stage)["paths"].items():
        for method, operation in operations.items():
            is_public = path in {*PUBLIC, UNKNOWN} or method == "options"
            expected: list[dict[str, list[str]]] = [] if is_public else [{"BearerToken": []}, {"api_key": []}]
            assert operation["security"] == expected, (method, path)


@pytest.mark.parametrize("stage", STAGES)
def test_an_operation_without_the_authorizer_reaches_only_the_read_only_function(stage: str) -> None:
    functions = {
        function_of(operation)
        for operations in body(stage)["paths"].values()
        for operation in operations.values()
        if {"BearerToken": []} not in operation["security"]
    }

    assert functions == {"EffectiveFunction"}


def test_any_is_last_because_sam_local_applies_its_authorizer_to_the_whole_path() -> None:
    written = parse()["Resources"]["Api"]["Properties"]["DefinitionBody"]["paths"]

    assert written
    assert {list(operations)[-1] for operations in written.values()} == {ANY}


def operations() -> Iterator[tuple[str, str, str]]:
    """Path, method and function of every operation of the API."""
    for path, methods in body("dev")["paths"].items():
        for method, operation in methods.items():
            yield path, method, function_of(operation)


def test_the_template_has_the_operations_of_the_document_and_options_and_any_on_each_path() -> None:
    described = {
        (path, method) for path, methods in public("/v1/openapi.json")["paths"].items() for method in (*methods, ANY)
    }
    options = {(path, "options") for path, _ in described}

    assert {(path, method) for path, method, _ in operations()} == described | options | {(UNKNOWN, ANY)}


def test_each_operation_reaches_a_function_that_serves_it(handlers: dict[str, Handler]) -> None:
    for path, method, function in operations():
        if method == ANY or path == UNKNOWN:
            continue
        answer = respond(handlers[function], method.upper(), path)
        is_public = path in PUBLIC or method == "options"
        if path == "/v1/problems/{slug}" and method == "get":
            assert answer["statusCode"] in {400, 404}, "the request names no problem"
            assert "route-not-found" not in answer["body"]
        elif is_public:
            assert answer["statusCode"] == (204 if method == "options" else 200), (method, path, answer)
        else:
            assert answer["statusCode"] == 401, (method, path, answer)


def test_other_methods_are_405_with_the_methods_of_the_path(handlers: dict[str, Handler]) -> None:
    functions = {(path, method): function for path, method, function in operations()}
    for path in {path for path, _ in functions} - {UNKNOWN}:
        methods = {method.upper() for (known, method) in functions if known == path and method != ANY}
        answer = respond(handlers[functions[path, ANY]], "PATCH", path)

        assert answer["statusCode"] == 405, path
        assert set(answer["headers"]["Allow"].split(", ")) == methods | ({"HEAD"} if "GET" in methods else set())


def test_any_other_path_reaches_the_read_only_function_and_is_404(handlers: dict[str, Handler]) -> None:
    assert [function for path, _, function in operations() if path == UNKNOWN] == ["EffectiveFunction"]
    for method in ("GET", "POST", "OPTIONS"):
        answer = respond(handlers["EffectiveFunction"], method, UNKNOWN)
        assert (answer["statusCode"], json.loads(answer["body"])["type"]) == (404, "/live/v1/problems/route-not-found")


def function_of(operation: Any) -> str:
    """The function that an operation is integrated with, in the form that `sam local` supports."""
    match = re.fullmatch(
        r"arn:\$\{AWS::Partition\}:apigateway:\$\{AWS::Region\}:lambda:path/2015-03-31/functions/"
        r"\$\{(\w+)\.Arn\}:live/invocations",
        operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"],
    )
    assert match, operation
    return match[1]


@pytest.mark.parametrize("stage", STAGES)
def test_the_authorizer_is_called_through_its_alias_and_its_policy_cached_for_at_most_a_minute(stage: str) -> None:
    schemes = body(stage)["components"]["securitySchemes"]
    authorizer = schemes["BearerToken"]["x-amazon-apigateway-authorizer"]

    assert set(schemes) == {"BearerToken", "api_key"}
    assert (authorizer["type"], authorizer["authorizerResultTtlInSeconds"]) == ("request", 60)
    assert authorizer["identitySource"] == "method.request.header.Authorization"
    assert "${AuthorizerFunction.Arn}:live" in json.dumps(authorizer["authorizerUri"])
    assert "AuthorizerFunctionAliaslive" in expanded(stage)["Resources"]["Api"]["DependsOn"]
    written = parse()["Resources"]["Api"]["Properties"]["Auth"]["Authorizers"]["BearerToken"]["FunctionArn"]
    assert written == {"Fn::Sub": "${AuthorizerFunction.Arn}:live"}, "`sam local` skips an authorizer it cannot read"


@pytest.mark.parametrize("stage", STAGES)
def test_each_route_calls_the_function_through_its_alias(stage: str) -> None:
    for path, operations in body(stage)["paths"].items():
        for method, operation in operations.items():
            integration = operation["x-amazon-apigateway-integration"]
            assert function_of(operation) in FUNCTIONS
            assert (integration["type"], integration["httpMethod"]) == ("aws_proxy", "POST"), (method, path)
    assert {f"{name}Aliaslive" for name in FUNCTIONS} < set(expanded(stage)["Resources"]["Api"]["DependsOn"])


@pytest.mark.parametrize("stage", STAGES)
def test_one_permission_lets_only_this_api_call_each_function(stage: str) -> None:
    """One per route would exceed the 20,480 bytes of a function's policy (Lambda Developer Guide, "Quotas")."""
    permissions = resources(stage, "AWS::Lambda::Permission")
    of_authorizer = permissions.pop("ApiBearerTokenAuthorizerPermission")

    assert permissions == {
        name.replace("Function", "Permission"): {
            "Action": "lambda:InvokeFunction",
            "FunctionName": {"Ref": f"{name}Aliaslive"},
            "Principal": "apigateway.amazonaws.com",
            "SourceArn": {"Fn::Sub": "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*"},
        }
        for name in FUNCTIONS
    }
    assert of_authorizer["FunctionName"] == {"Fn::Sub": "${AuthorizerFunction.Arn}:live"}


@pytest.mark.parametrize("stage", STAGES)
def test_there_is_one_stage_with_limits_logs_and_traces(stage: str) -> None:
    deployed = only(stage, "AWS::ApiGateway::Stage")
    [settings] = deployed["MethodSettings"]

    # A deployment with a stage name creates a second stage without any of this.
    assert "StageName" not in only(stage, "AWS::ApiGateway::Deployment")
    assert (settings["ResourcePath"], settings["HttpMethod"]) == ("/*", "*")
    assert settings["ThrottlingRateLimit"] == {"Ref": "MethodRate"}
    assert settings["ThrottlingBurstLimit"] == {"Ref": "MethodBurst"}
    # Metrics per method are charged individually.
    assert settings["MetricsEnabled"] == {"Fn::If": ["IsProduction", True, False]}
    assert settings["DataTraceEnabled"] is False
    assert settings.get("LoggingLevel", "OFF") == "OFF"
    assert deployed["TracingEnabled"] is True
    assert deployed["AccessLogSetting"]["DestinationArn"] == {"Fn::GetAtt": ["AccessLogGroup", "Arn"]}
    assert only(stage, "AWS::ApiGateway::RestApi")["EndpointConfiguration"] == {"Types": ["REGIONAL"]}


@pytest.mark.parametrize("stage", STAGES)
def test_a_withdrawn_route_is_removed_and_the_api_key_source_stays(stage: str) -> None:
    """Overwriting resets what the body does not state (API Gateway API Reference, "PutRestApi")."""
    api = only(stage, "AWS::ApiGateway::RestApi")

    assert api["Mode"] == "overwrite"
    assert body(stage)["x-amazon-apigateway-api-key-source"] == api["ApiKeySourceType"] == "AUTHORIZER"


def test_the_access_log_names_the_caller_and_contains_nothing_else_that_the_caller_sent() -> None:
    fields = json.loads(only("prod", "AWS::ApiGateway::Stage")["AccessLogSetting"]["Format"])

    assert fields == {
        "requestId": "$context.requestId",
        "traceId": "$context.xrayTraceId",
        "time": "$context.requestTimeEpoch",
        "method": "$context.httpMethod",
        "route": "$context.resourcePath",
        "status": "$context.status",
        "account": "$context.authorizer.account",
        "principal": "$context.authorizer.principalId",
        "sourceIp": "$context.identity.sourceIp",
        "latency": "$context.responseLatency",
        "integrationLatency": "$context.integrationLatency",
        "integrationStatus": "$context.integrationStatus",
        "authorizerLatency": "$context.authorizer.latency",
        "authorizerStatus": "$context.authorizer.status",
        "authorizerError": "$context.authorizer.error",
        "errorType": "$context.error.responseType",
    }
