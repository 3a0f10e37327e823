"""The template, expanded for every stage: what must hold of the infrastructure."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

from connection_overrides.http.catalogue import PROBLEMS
from connection_overrides.http.registry import declare_registry
from connection_overrides.http.routing import Router

ROOT = Path(__file__).parents[2]
STAGES = ["local", "dev", "staging", "prod"]
OPEN = {"/v1/problems", "/v1/problems/{slug}"}
REGISTRY_ACTIONS = {"BatchGetItem", "ConditionCheckItem", "GetItem", "PutItem", "Query", "UpdateItem"}


@pytest.fixture(autouse=True)
def region(monkeypatch: pytest.MonkeyPatch) -> None:
    """The translator asks for one, to know its partition."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")


class NoManagedPolicies:
    """The template names no policy of AWS's by its short name."""

    @staticmethod
    def load() -> dict[str, str]:
        return {}


@cache
def written() -> dict[str, Any]:
    template: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8"))
    return template


@cache
def expanded(stage: str) -> dict[str, Any]:
    template = yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8"))
    for resource in template["Resources"].values():
        for member in ("CodeUri", "ContentUri"):
            if member in resource.get("Properties", {}):
                resource["Properties"][member] = "s3://bucket/key"
    parameters = {"Stage": stage, "TokenIssuer": "https://i", "TokenAudience": "a", "TokenJwksUrl": "https://i/jwks"}
    result: dict[str, Any] = transform(template, parameters, NoManagedPolicies)
    return result


def resources(stage: str, resource_type: str) -> dict[str, dict[str, Any]]:
    return {
        name: resource.get("Properties", {})
        for name, resource in expanded(stage)["Resources"].items()
        if resource["Type"] == resource_type
    }


def body(stage: str) -> dict[str, Any]:
    (api,) = resources(stage, "AWS::ApiGateway::RestApi").values()
    result: dict[str, Any] = api["Body"]
    return result


@pytest.mark.parametrize("stage", STAGES)
def test_every_route_but_the_catalogue_demands_the_authorizer(stage: str) -> None:
    for path, operations in body(stage)["paths"].items():
        for method, operation in operations.items():
            expected: list[dict[str, list[str]]] = [{"NONE": []}] if path in OPEN else [{"BearerToken": []}]
            assert operation.get("security") == expected, (method, path)


def test_the_routes_of_the_template_are_the_routes_of_the_function() -> None:
    router = Router()
    declare_registry(router, None, str)  # type: ignore[arg-type] # no call is made
    declared = {(method, resource) for resource, methods in router.routes().items() for method in methods}
    paths = body("dev")["paths"]

    served = {
        (method.upper(), path)
        for path, operations in paths.items()
        for method in operations
        if not method.startswith("x-amazon")
    }

    assert served == declared
    assert all("x-amazon-apigateway-any-method" in operations for operations in paths.values())
    open_routes = {resource for resource, methods in router.routes().items() if methods["GET"].scope is None}
    assert open_routes == OPEN


@pytest.mark.parametrize("stage", STAGES)
def test_the_authorizer_is_called_for_each_token_at_most_a_minute_apart(stage: str) -> None:
    scheme = body(stage)["securityDefinitions"]["BearerToken"]["x-amazon-apigateway-authorizer"]

    assert (scheme["type"], scheme["authorizerResultTtlInSeconds"]) == ("request", 60)
    assert scheme["identitySource"] == "method.request.header.Authorization"
    assert "${AuthorizerFunction.Arn}:live" in json.dumps(scheme["authorizerUri"])
    (api,) = [name for name, _ in resources(stage, "AWS::ApiGateway::RestApi").items()]
    assert "AuthorizerFunctionAliaslive" in expanded(stage)["Resources"][api]["DependsOn"]


def test_each_gateway_response_is_a_problem_of_the_catalogue() -> None:
    responses = body("dev")["x-amazon-apigateway-gateway-responses"]
    for name, response in responses.items():
        headers = response["responseParameters"]
        assert headers["gatewayresponse.header.Content-Type"] == "'application/problem+json'", name
        assert headers["gatewayresponse.header.Cache-Control"] == "'no-store'"
        assert headers["gatewayresponse.header.X-Content-Type-Options"] == "'nosniff'"
        assert headers["gatewayresponse.header.X-Request-Id"] == "context.requestId"
        problem = json.loads(response["responseTemplates"]["application/json"])
        known = PROBLEMS[problem["type"].rsplit("/", 1)[1]]
        assert problem["instance"] == "urn:request:$context.requestId"
        assert problem["title"] == known.title
        if name.startswith("DEFAULT_"):
            assert "status" not in problem
        else:
            assert problem["status"] == int(response["statusCode"]) == known.status, name
        assert ("gatewayresponse.header.Retry-After" in headers) == (known.status in {429, 503, 504})
        assert ("gatewayresponse.header.WWW-Authenticate" in headers) == (known.status == 401)
    assert int(responses["AUTHORIZER_FAILURE"]["statusCode"]) == 503
    assert len(responses) == 21


@pytest.mark.parametrize("stage", STAGES)
def test_each_role_may_do_what_its_function_does_and_nothing_else(stage: str) -> None:
    actions = {}
    for name, role in resources(stage, "AWS::IAM::Role").items():
        statements = [s for policy in role["Policies"] for s in policy["PolicyDocument"]["Statement"]]
        assert "*" not in json.dumps(statements), name
        actions[name] = {action for s in statements for action in s["Action"]}

    logs = {"logs:CreateLogStream", "logs:PutLogEvents"}
    assert actions == {
        "AuthorizerRole": logs,
        "RegistryRole": logs | {f"dynamodb:{action}" for action in REGISTRY_ACTIONS},
    }


@pytest.mark.parametrize("stage", STAGES)
def test_the_table_is_backed_up_encrypted_and_kept(stage: str) -> None:
    ((name, table),) = resources(stage, "AWS::DynamoDB::Table").items()

    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["SSESpecification"] == {"SSEEnabled": True}
    assert table["DeletionProtectionEnabled"] == {"Fn::If": ["IsProduction", True, False]}
    resource = expanded(stage)["Resources"][name]
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")


@pytest.mark.parametrize("stage", STAGES)
def test_functions_are_traced_logged_and_shorter_than_the_gateways_patience(stage: str) -> None:
    for name, function in resources(stage, "AWS::Lambda::Function").items():
        assert function["Runtime"] == "python3.13"
        assert function["TracingConfig"] == {"Mode": "Active"}
        assert function["LoggingConfig"]["LogFormat"] == "JSON"
        assert function["Timeout"] < 29
        source = written()["Resources"][name]["Properties"]["CodeUri"]
        assert (ROOT / source / "app.py").is_file()
    for group in resources(stage, "AWS::Logs::LogGroup").values():
        assert group["RetentionInDays"] == {"Ref": "LogRetentionDays"}


def test_no_token_reaches_the_access_log_and_no_body_is_traced() -> None:
    (stage,) = resources("prod", "AWS::ApiGateway::Stage").values()

    fields = json.loads(stage["AccessLogSetting"]["Format"])
    assert set(fields.values()) >= {"$context.requestId", "$context.status", "$context.error.responseType"}
    assert not [field for field in fields.values() if "header" in field.lower() or "authorization" in field.lower()]
    assert stage["TracingEnabled"] is True
    assert [setting["DataTraceEnabled"] for setting in stage["MethodSettings"]] == [False]


def test_nothing_has_a_name_that_keeps_it_from_being_replaced() -> None:
    text = (ROOT / "template.yaml").read_text(encoding="utf-8")

    assert not [word for word in ("FunctionName:", "TableName:\n      ", "RoleName:", "arn:aws:") if word in text]


def test_every_parameter_and_output_says_what_it_is() -> None:
    for name, parameter in written()["Parameters"].items():
        assert parameter["Description"], name
        assert {"AllowedValues", "AllowedPattern", "MinValue"} & set(parameter), name
    assert all(output["Description"] for output in written()["Outputs"].values())
