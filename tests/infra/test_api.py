"""The REST API of the expanded template: who is let in, what is served, what is logged."""

import json
from typing import Any

import pytest
from support.template import STAGES, expanded, only, parse, resources

from connection_overrides.http.cursors import CursorSeal
from connection_overrides.http.registry import declare_registry
from connection_overrides.http.routing import Router

ANY = "x-amazon-apigateway-any-method"
OPEN = {"/v1/problems", "/v1/problems/{slug}", "/v1/health", "/v1/openapi.json", "/v1/docs"}
INTEGRATION_URI = (
    "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/"
    "${RegistryFunction.Arn}:live/invocations"
)
"""A form that `sam local` reads: it leaves out a route whose function it cannot make out."""


def body(stage: str) -> dict[str, Any]:
    document: dict[str, Any] = only(stage, "AWS::ApiGateway::RestApi")["Body"]
    return document


@pytest.mark.parametrize("stage", STAGES)
def test_every_operation_but_the_open_ones_and_preflights_demands_the_authorizer(stage: str) -> None:
    for path, operations in body(stage)["paths"].items():
        for method, operation in operations.items():
            is_open = path in OPEN or method == "options"
            expected: list[dict[str, list[str]]] = [{"NONE": []}] if is_open else [{"BearerToken": []}]
            assert operation.get("security") == expected, (method, path)


def test_any_stands_last_since_sam_local_takes_its_authorizer_for_the_whole_path() -> None:
    written = parse()["Resources"]["Api"]["Properties"]["DefinitionBody"]["paths"]

    assert written
    assert {list(operations)[-1] for operations in written.values()} == {ANY}


def test_the_routes_of_the_template_are_the_routes_of_the_function_and_each_path_takes_options_and_any() -> None:
    router = Router(CursorSeal(b""))
    declare_registry(router, None, str)  # type: ignore[arg-type] # no call is made
    declared = {(method, resource) for resource, methods in router.routes().items() for method in methods}
    paths = body("dev")["paths"]

    served = {(method.upper(), path) for path, operations in paths.items() for method in operations}

    assert served == declared | {(method, path) for path in paths for method in ("OPTIONS", ANY.upper())}
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
    for path, operations in body(stage)["paths"].items():
        for method, operation in operations.items():
            assert operation["x-amazon-apigateway-integration"] == {
                "type": "aws_proxy",
                "httpMethod": "POST",
                "uri": {"Fn::Sub": INTEGRATION_URI},
            }, (method, path)
    assert "RegistryFunctionAliaslive" in expanded(stage)["Resources"]["Api"]["DependsOn"]


@pytest.mark.parametrize("stage", STAGES)
def test_this_api_and_no_other_may_call_the_function_by_one_permission(stage: str) -> None:
    """One for each route would outgrow the 20,480 bytes of a function's policy (Lambda Developer Guide, "Quotas")."""
    permissions = resources(stage, "AWS::Lambda::Permission")
    of_authorizer = permissions.pop("ApiBearerTokenAuthorizerPermission")

    assert permissions == {
        "RegistryPermission": {
            "Action": "lambda:InvokeFunction",
            "FunctionName": {"Ref": "RegistryFunctionAliaslive"},
            "Principal": "apigateway.amazonaws.com",
            "SourceArn": {"Fn::Sub": "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*"},
        }
    }
    assert of_authorizer["FunctionName"] == {"Fn::Sub": "${AuthorizerFunction.Arn}:live"}


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
