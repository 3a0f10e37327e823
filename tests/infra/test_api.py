"""The REST API of the expanded template: who is let in, what is served, what is logged."""

import json
import re
from typing import Any

import pytest
from support.template import STAGES, expanded, only, parse, resources

from connection_overrides.http.cursors import CursorSeal
from connection_overrides.http.registry import declare_registry
from connection_overrides.http.routing import Router

ANY = "x-amazon-apigateway-any-method"
OPEN = {"/v1/problems", "/v1/problems/{slug}"}
POLICY_BYTES = 20_480
"""What a function's resource-based policy may hold (AWS Lambda Developer Guide, "Lambda quotas")."""


def body(stage: str) -> dict[str, Any]:
    document: dict[str, Any] = only(stage, "AWS::ApiGateway::RestApi")["Body"]
    return document


@pytest.mark.parametrize("stage", STAGES)
def test_every_route_but_the_catalogue_demands_the_authorizer(stage: str) -> None:
    for path, operations in body(stage)["paths"].items():
        for method, operation in operations.items():
            expected: list[dict[str, list[str]]] = [{"NONE": []}] if path in OPEN else [{"BearerToken": []}]
            assert operation.get("security") == expected, (method, path)


def test_the_routes_of_the_template_are_the_routes_of_the_function() -> None:
    router = Router(CursorSeal(b""))
    declare_registry(router, None, str)  # type: ignore[arg-type] # no call is made
    declared = {(method, resource) for resource, methods in router.routes().items() for method in methods}
    paths = body("dev")["paths"]

    served = {(method.upper(), path) for path, operations in paths.items() for method in operations if method != ANY}

    assert served == declared
    assert all(ANY in operations for operations in paths.values())
    open_routes = {resource for resource, methods in router.routes().items() if methods["GET"].scope is None}
    assert open_routes == OPEN


@pytest.mark.parametrize("stage", STAGES)
def test_the_authorizer_is_called_by_its_alias_and_for_each_token_at_most_a_minute_apart(stage: str) -> None:
    [(name, scheme)] = body(stage)["components"]["securitySchemes"].items()
    authorizer = scheme["x-amazon-apigateway-authorizer"]

    assert name == "BearerToken"
    assert (authorizer["type"], authorizer["authorizerResultTtlInSeconds"]) == ("request", 60)
    assert authorizer["identitySource"] == "method.request.header.Authorization"
    assert "${AuthorizerFunction.Arn}:live" in json.dumps(authorizer["authorizerUri"])
    assert "AuthorizerFunctionAliaslive" in expanded(stage)["Resources"]["Api"]["DependsOn"]
    written = parse()["Resources"]["Api"]["Properties"]["Auth"]["Authorizers"]["BearerToken"]["FunctionArn"]
    assert written == {"Fn::Sub": "${AuthorizerFunction.Arn}:live"}, "`sam local` skips an authorizer it cannot read"


@pytest.mark.parametrize("stage", STAGES)
def test_each_route_calls_the_function_by_its_alias(stage: str) -> None:
    uris = [
        operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
        for operations in body(stage)["paths"].values()
        for operation in operations.values()
    ]

    assert {re.sub(r".*\$\{(\w+)\}/invocations$", r"\1", uri) for uri in uris} == {"RegistryFunctionAliaslive"}


@pytest.mark.parametrize("stage", STAGES)
def test_there_is_one_stage_and_it_is_limited_logged_and_traced(stage: str) -> None:
    deployed = only(stage, "AWS::ApiGateway::Stage")
    [settings] = deployed["MethodSettings"]

    # A deployment with a name makes a second stage, without any of this.
    assert "StageName" not in only(stage, "AWS::ApiGateway::Deployment")
    assert (settings["ResourcePath"], settings["HttpMethod"]) == ("/*", "*")
    assert settings["ThrottlingRateLimit"] == {"Ref": "ThrottleRate"}
    assert settings["ThrottlingBurstLimit"] == {"Ref": "ThrottleBurst"}
    assert (settings["MetricsEnabled"], settings["DataTraceEnabled"]) == (True, False)
    assert settings.get("LoggingLevel", "OFF") == "OFF"
    assert deployed["TracingEnabled"] is True
    assert deployed["AccessLogSetting"]["DestinationArn"] == {"Fn::GetAtt": ["AccessLogGroup", "Arn"]}
    assert only(stage, "AWS::ApiGateway::RestApi")["EndpointConfiguration"] == {"Types": ["REGIONAL"]}


def test_the_access_log_holds_nothing_that_the_caller_sent() -> None:
    fields = json.loads(only("prod", "AWS::ApiGateway::Stage")["AccessLogSetting"]["Format"])

    assert fields == {
        "requestId": "$context.requestId",
        "traceId": "$context.xrayTraceId",
        "time": "$context.requestTimeEpoch",
        "method": "$context.httpMethod",
        "route": "$context.resourcePath",
        "status": "$context.status",
        "latency": "$context.responseLatency",
        "integrationLatency": "$context.integrationLatency",
        "integrationStatus": "$context.integrationStatus",
        "authorizerLatency": "$context.authorizer.latency",
        "authorizerStatus": "$context.authorizer.status",
        "authorizerError": "$context.authorizer.error",
        "errorType": "$context.error.responseType",
    }


def test_the_permissions_of_a_function_fit_into_its_policy() -> None:
    # As long as ids get: 28 characters of stack name, and what Lambda adds to each statement.
    around = {
        "Sid": f"{'s' * 28}-{{}}-{'x' * 12}",
        "Effect": "Allow",
        "Principal": {"Service": "apigateway.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": f"arn:aws:lambda:ap-southeast-1:123456789012:function:{'f' * 64}:live",
        "Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:execute-api:ap-southeast-1:123456789012:abcdefghij/*{}"}},
    }
    sizes: dict[str, int] = {}
    for name, permission in resources("prod", "AWS::Lambda::Permission").items():
        [source, _] = permission["SourceArn"]["Fn::Sub"]
        function = json.dumps(permission["FunctionName"])
        route = source.partition("${__Stage__}")[2]
        size = len(json.dumps(around, separators=(",", ":"))) + len(name) + len(route)
        sizes[function] = sizes.get(function, 0) + size

    assert sizes
    assert max(sizes.values()) < POLICY_BYTES
