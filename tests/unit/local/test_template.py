"""The local copy of the template."""

import copy
from pathlib import Path
from typing import Any

import pytest
from local.settings import PROJECT
from local.template import DEPENDENCIES_LAYER, Route, Template, local_copy, protected_routes
from support.template import REQUIRED

PARAMETERS = REQUIRED | {"Stage": "local", "Architecture": "x86_64"}


@pytest.fixture(scope="module")
def uploaded() -> dict[str, Path]:
    """The source folders that were uploaded, by logical ID. `expanded` fills it."""
    return {}


@pytest.fixture(scope="module")
def expanded(uploaded: dict[str, Path]) -> Template:
    """The local copy of the real template."""

    def upload(logical_id: str, source: Path) -> dict[str, str]:
        uploaded[logical_id] = source
        return {"Bucket": "code", "Key": f"{logical_id}.zip"}

    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_DEFAULT_REGION", "us-east-1")
        return local_copy(PROJECT / "template.yaml", PARAMETERS, upload)


def resources(expanded: Template, resource_type: str) -> list[dict[str, Any]]:
    return [one for one in expanded["Resources"].values() if one["Type"] == resource_type]


def test_functions_and_our_layer_are_uploaded_and_the_dependencies_layer_is_not(
    expanded: Template, uploaded: dict[str, Path]
) -> None:
    assert expanded["Resources"]
    assert DEPENDENCIES_LAYER not in uploaded
    assert {source.relative_to(PROJECT).parts[0] for source in uploaded.values()} == {"functions", "layers"}
    assert all(source.is_dir() for source in uploaded.values())


def test_no_codedeploy_resources_are_left(expanded: Template) -> None:
    assert not resources(expanded, "AWS::CodeDeploy::Application")
    assert not [name for name, one in expanded["Resources"].items() if "UpdatePolicy" in one]


def test_every_gateway_response_is_a_resource_that_the_deployment_depends_on(expanded: Template) -> None:
    responses = {
        name for name, one in expanded["Resources"].items() if one["Type"] == "AWS::ApiGateway::GatewayResponse"
    }
    (deployment,) = resources(expanded, "AWS::ApiGateway::Deployment")
    assert len(responses) > 5
    assert responses <= set(deployment["DependsOn"])


def routes(expanded: Template) -> set[Route]:
    (api,) = resources(expanded, "AWS::ApiGateway::RestApi")
    return {(method.upper(), path) for path, item in api["Properties"]["Body"]["paths"].items() for method in item}


def test_only_public_routes_unknown_paths_and_preflights_are_not_protected(expanded: Template) -> None:
    opened = routes(expanded) - set(protected_routes(expanded))
    assert {path for method, path in opened if method != "OPTIONS"} == {
        "/",
        "/{proxy+}",
        "/v1/docs",
        "/v1/health",
        "/v1/openapi.json",
        "/v1/problems",
        "/v1/problems/{slug}",
    }
    paths = {path for _, path in routes(expanded)}
    assert {path for method, path in opened if method == "OPTIONS"} == paths - {"/{proxy+}"}


def test_a_route_without_security_must_be_protected(expanded: Template) -> None:
    forgetful = copy.deepcopy(expanded)
    (api,) = resources(forgetful, "AWS::ApiGateway::RestApi")
    for operations in api["Properties"]["Body"]["paths"].values():
        for operation in operations.values():
            operation.pop("security", None)
    assert set(protected_routes(forgetful)) == routes(expanded)
