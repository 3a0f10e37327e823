"""The template, expanded for every stage: functions, roles, table and logs."""

import os
import re
import subprocess
import tomllib

import pytest
from support.template import ROOT, STAGES, expanded, parse, resources

TEMPLATES = pytest.mark.parametrize("name", ["data.yaml", "template.yaml"])
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
        "TOKEN_SCOPE_CLAIM",
        "TOKEN_JWKS_URL",
        "TOKEN_REQUIRE_AT_JWT",
        "CALLER_KEY_PREFIX",
    },
    "RegistryFunction": COMMON_VARIABLES
    | {"AWS_ENDPOINT_URL_DYNAMODB", "CORS_ORIGIN", "CURSOR_KEY", "HISTORY_DAYS", "TABLE_NAME"},
    "EffectiveFunction": COMMON_VARIABLES
    | {"API_DOCS", "AWS_ENDPOINT_URL_DYNAMODB", "CORS_ORIGIN", "CURSOR_KEY", "HISTORY_DAYS", "TABLE_NAME"},
}


@pytest.mark.parametrize("stage", STAGES)
def test_functions_are_traced_logged_published_and_time_out_before_the_gateway(stage: str) -> None:
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
        namespace = function["Environment"]["Variables"]["POWERTOOLS_METRICS_NAMESPACE"]
        assert namespace == {"Fn::Sub": "ConnectionOverrides/${AWS::StackName}"}, "two stages do not add up"
        logs = {"LogFormat": "JSON", "LogGroup": {"Ref": name.replace("Function", "LogGroup")}}
        assert function["LoggingConfig"] == logs
        assert aliases[f"{name}Aliaslive"]["Name"] == "live"
        written = parse()["Resources"][name]["Properties"]
        assert written["AutoPublishAliasAllProperties"] is True
        assert function["SnapStart"] == {"ApplyOn": "PublishedVersions"}
        assert (ROOT / written["CodeUri"] / "app.py").is_file()


@pytest.mark.parametrize("stage", STAGES)
def test_logs_expire_and_are_deleted_with_the_stack(stage: str) -> None:
    assert set(resources(stage, "AWS::Logs::LogGroup")) == {
        "AccessLogGroup",
        *(name.replace("Function", "LogGroup") for name in VARIABLES),
    }
    for name, group in resources(stage, "AWS::Logs::LogGroup").items():
        assert group["RetentionInDays"] == {"Ref": "LogRetentionDays"}
        assert group["KmsKeyId"] == {"Ref": "KeyArn"}
        resource = expanded(stage)["Resources"][name]
        assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Delete", "Delete")


@pytest.mark.parametrize("stage", STAGES)
def test_no_resource_has_a_name_that_prevents_its_replacement(stage: str) -> None:
    names = {
        (resource["Type"], member)
        for resource in expanded(stage)["Resources"].values()
        for member, value in resource.get("Properties", {}).items()
        if not isinstance(value, dict) or "Ref" not in value or resource["Type"].startswith("AWS::Lambda")
        if member in {"BucketName", "FunctionName", "LogGroupName", "RoleName", "TableName"}
    }

    # These name the alias, permission and version that they belong to.
    assert names == {(f"AWS::Lambda::{kind}", "FunctionName") for kind in ("Alias", "Permission", "Version")}


@TEMPLATES
def test_no_partition_is_hard_coded_and_lines_are_short(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")

    assert "arn:aws:" not in text
    assert max(map(len, text.splitlines())) <= 140


@TEMPLATES
def test_every_parameter_and_output_has_a_description(name: str) -> None:
    for parameter in parse(name)["Parameters"].values():
        assert parameter["Description"], parameter
        assert {"AllowedValues", "AllowedPattern", "MinValue"} & set(parameter), parameter
    assert all(output["Description"] for output in parse(name)["Outputs"].values())


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
def test_a_jwks_url_that_is_https_or_on_this_machine_is_accepted(url: str) -> None:
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
def test_a_jwks_url_that_is_neither_https_nor_on_this_machine_is_refused(url: str) -> None:
    assert not takes(url)


def test_every_deployment_is_tagged_and_names_no_account() -> None:
    text = (ROOT / "samconfig.toml").read_text(encoding="utf-8")
    deployments = {
        name: environment["deploy"]["parameters"]
        for name, environment in tomllib.loads(text).items()
        if isinstance(environment, dict) and "deploy" in environment
    }

    assert set(deployments) == set(STAGES) - {"local"}
    for stage, parameters in deployments.items():
        assert parameters["tags"] == f"service=connection-overrides stage={stage}"
        assert parameters["capabilities"] == "CAPABILITY_IAM"
    assert not re.search(r"\d{12}|arn:", text)


def test_the_layers_requirements_have_hashes_and_no_index() -> None:
    text = (ROOT / "layers/dependencies/requirements.txt").read_text(encoding="utf-8")
    requirements = [line for line in text.splitlines() if re.match(r"[a-z0-9]", line)]

    assert requirements
    assert all(re.match(r"[a-z0-9-]+==\S+ .*\\$|[a-z0-9-]+==\S+ \\$", line) for line in requirements)
    assert text.count("--hash=sha256:") >= len(requirements)
    assert "://" not in text
    assert "index" not in text


@pytest.mark.parametrize("architecture", ["", "ARCHITECTURE=x64"])
def test_the_dependencies_are_not_built_without_an_explicit_architecture(architecture: str) -> None:
    """`sam build` passes no parameters to a makefile: a guess could put the wrong libraries into a layer."""
    line = ["make", "--dry-run", "-C", str(ROOT / "layers/dependencies"), "build-DependenciesLayer"]
    kept = {name: value for name, value in os.environ.items() if name != "ARCHITECTURE"}

    refused, taken = (
        subprocess.run([*line, one], env=kept, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
        for one in (architecture or "UNRELATED=1", "ARCHITECTURE=arm64")
    )

    assert taken.returncode == 0, taken.stderr
    assert refused.returncode != 0
    assert "ARCHITECTURE is not arm64 or x86_64: run `make build ARCHITECTURE=arm64`" in refused.stderr
