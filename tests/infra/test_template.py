"""The template, expanded for every stage: what must hold of functions, roles, table and logs."""

import re
import tomllib

import pytest
from support.template import ROOT, STAGES, expanded, only, parse, resources

from connection_overrides.store.first_answers import EXPIRES

COMMON_VARIABLES = {
    "STAGE",
    "POWERTOOLS_SERVICE_NAME",
    "POWERTOOLS_METRICS_NAMESPACE",
    "POWERTOOLS_LOG_LEVEL",
    "PYDANTIC_DISABLE_PLUGINS",
}
VARIABLES = {
    "AuthorizerFunction": COMMON_VARIABLES
    | {
        "TOKEN_ISSUER",
        "TOKEN_AUDIENCE",
        "TOKEN_AUDIENCE_CLAIM",
        "TOKEN_ACCOUNT_CLAIM",
        "TOKEN_JWKS_URL",
        "TOKEN_REQUIRE_AT_JWT",
        "CALLER_KEY_PREFIX",
    },
    "RegistryFunction": COMMON_VARIABLES | {"AWS_ENDPOINT_URL_DYNAMODB", "CORS_ORIGIN", "CURSOR_KEY", "TABLE_NAME"},
    "EffectiveFunction": COMMON_VARIABLES
    | {"API_DOCS", "AWS_ENDPOINT_URL_DYNAMODB", "CORS_ORIGIN", "CURSOR_KEY", "TABLE_NAME"},
}


@pytest.mark.parametrize("stage", STAGES)
def test_functions_are_traced_logged_published_and_shorter_than_the_gateways_patience(stage: str) -> None:
    functions = resources(stage, "AWS::Lambda::Function")
    aliases = resources(stage, "AWS::Lambda::Alias")

    assert set(functions) == set(VARIABLES)
    for name, function in functions.items():
        assert (function["Runtime"], function["Handler"]) == ("python3.13", "app.handler")
        assert function["Architectures"] == [{"Ref": "Architecture"}]
        assert function["TracingConfig"] == {"Mode": "Active"}
        assert function["Timeout"] < 29
        assert set(function["Environment"]["Variables"]) == VARIABLES[name]
        assert function["Environment"]["Variables"]["PYDANTIC_DISABLE_PLUGINS"] == "__all__"
        logs = {"LogFormat": "JSON", "LogGroup": {"Ref": name.replace("Function", "LogGroup")}}
        assert function["LoggingConfig"] == logs
        assert aliases[f"{name}Aliaslive"]["Name"] == "live"
        written = parse()["Resources"][name]["Properties"]
        assert written["AutoPublishAliasAllProperties"] is True
        assert function["SnapStart"] == {"ApplyOn": "PublishedVersions"}
        assert (ROOT / written["CodeUri"] / "app.py").is_file()


@pytest.mark.parametrize("stage", STAGES)
def test_the_table_is_backed_up_encrypted_and_kept(stage: str) -> None:
    table = only(stage, "AWS::DynamoDB::Table")
    resource = expanded(stage)["Resources"]["Table"]

    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["TimeToLiveSpecification"] == {"AttributeName": EXPIRES, "Enabled": True}
    key = {"Fn::GetAtt": ["Key", "Arn"]}
    assert table["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}
    assert table["OnDemandThroughput"] == {
        "MaxReadRequestUnits": {"Ref": "TableMaxReadUnits"},
        "MaxWriteRequestUnits": {"Ref": "TableMaxWriteUnits"},
    }
    assert table["DeletionProtectionEnabled"] == {"Fn::If": ["IsProduction", True, False]}
    assert parse()["Conditions"]["IsProduction"] == {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")


@pytest.mark.parametrize("stage", STAGES)
def test_logs_end_and_go_with_the_stack(stage: str) -> None:
    assert set(resources(stage, "AWS::Logs::LogGroup")) == {
        "AccessLogGroup",
        *(name.replace("Function", "LogGroup") for name in VARIABLES),
    }
    for name, group in resources(stage, "AWS::Logs::LogGroup").items():
        assert group["RetentionInDays"] == {"Ref": "LogRetentionDays"}
        assert group["KmsKeyId"] == {"Fn::GetAtt": ["Key", "Arn"]}
        resource = expanded(stage)["Resources"][name]
        assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Delete", "Delete")


@pytest.mark.parametrize("stage", STAGES)
def test_nothing_has_a_name_that_keeps_it_from_being_replaced(stage: str) -> None:
    names = {
        (resource["Type"], member)
        for resource in expanded(stage)["Resources"].values()
        for member, value in resource.get("Properties", {}).items()
        if not isinstance(value, dict) or "Ref" not in value or resource["Type"].startswith("AWS::Lambda")
        if member in {"BucketName", "FunctionName", "LogGroupName", "RoleName", "TableName"}
    }

    # These say whose alias, permission and version they are.
    assert names == {(f"AWS::Lambda::{kind}", "FunctionName") for kind in ("Alias", "Permission", "Version")}
    assert "arn:aws:" not in (ROOT / "template.yaml").read_text(encoding="utf-8")


def test_every_parameter_and_output_says_what_it_is() -> None:
    for name, parameter in parse()["Parameters"].items():
        assert parameter["Description"], name
        assert {"AllowedValues", "AllowedPattern", "MinValue"} & set(parameter), name
    assert all(output["Description"] for output in parse()["Outputs"].values())


def takes(url: str) -> bool:
    return re.fullmatch(parse()["Parameters"]["TokenJwksUrl"]["AllowedPattern"], url) is not None


@pytest.mark.parametrize(
    "url",
    [
        "https://issuer.example/.well-known/jwks.json",
        "https://issuer.example",
        "http://127.0.0.1:8081/jwks.json",
        "http://localhost/jwks.json",
        "http://host.docker.internal:8081/jwks.json",
    ],
)
def test_keys_come_over_https_or_from_this_machine(url: str) -> None:
    assert takes(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://issuer.example/jwks.json",
        "http://127.0.0.1.issuer.example/jwks.json",
        "http://127.0.0.1@issuer.example/jwks.json",
        "http://localhost:80@issuer.example/jwks.json",
        "https://",
        "https://issuer.example/a b",
        "ftp://issuer.example/jwks.json",
    ],
)
def test_keys_never_cross_a_network_in_the_clear(url: str) -> None:
    assert not takes(url)


def test_every_deployment_is_tagged_and_production_changes_only_after_a_look() -> None:
    deployments = {
        name: environment["deploy"]["parameters"]
        for name, environment in tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8")).items()
        if isinstance(environment, dict) and "deploy" in environment
    }

    assert set(deployments) == set(STAGES) - {"local"}
    for stage, parameters in deployments.items():
        assert parameters["parameter_overrides"] == f"Stage={stage}"
        assert parameters["tags"] == f"service=connection-overrides stage={stage}"
        assert parameters["capabilities"] == "CAPABILITY_IAM"
    assert deployments["prod"]["confirm_changeset"] is True
    assert not re.search(r"\d{12}|arn:", (ROOT / "samconfig.toml").read_text(encoding="utf-8"))


def test_the_layers_requirements_are_hashed_and_name_no_index() -> None:
    text = (ROOT / "layers/dependencies/requirements.txt").read_text(encoding="utf-8")
    requirements = [line for line in text.splitlines() if re.match(r"[a-z0-9]", line)]

    assert requirements
    assert all(re.match(r"[a-z0-9-]+==\S+ .*\\$|[a-z0-9-]+==\S+ \\$", line) for line in requirements)
    assert text.count("--hash=sha256:") >= len(requirements)
    assert "://" not in text
    assert "index" not in text
