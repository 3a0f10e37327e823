"""What is deployed is what runs: a release, and nothing else, publishes a new version of every function."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from support.template import REQUIRED, expand, parse
from tools.release import all_parameters, release_of

# The API takes most of the time of an expansion, and does not affect what is published.
TYPES = ("AWS::Serverless::Function", "AWS::Serverless::LayerVersion")
COMMIT = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"
ANOTHER = {
    "AlarmEmail": "oncall@example.com",
    "CertificateArn": "arn:aws:acm:eu-central-1:111122223333:certificate/0f3a-1",
    "CorsOrigin": "https://app.example",
    "DomainName": "api.example.com",
    "DynamoDbEndpoint": "http://localhost:4566",
    "EventBusName": "changes",
    "HostedZoneId": "Z0123456789ABC",
    "KeyArn": "arn:aws:kms:eu-central-1:111122223333:key/0f3a-2",
    "PermissionsBoundaryArn": "arn:aws:iam::111122223333:policy/boundary",
    "TableName": "restored",
    "TableStreamArn": "arn:aws:dynamodb:eu-central-1:111122223333:table/restored/stream/2026-02-01T12:00:00.456",
    "TokenAccountClaim": "tenant",
    "TokenAudience": "another",
    "TokenAudienceClaim": "client_id",
    "TokenIssuer": "https://another.example/",
    "TokenJwksUrl": "https://another.example/jwks.json",
    "TokenScopeClaim": "roles",
    "WebAclArn": "arn:aws:wafv2:eu-central-1:111122223333:regional/webacl/mine/0f3a-1",
}
"""Other values of parameters that have neither a list of values nor a numeric default."""


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is deployed: two layers, each with one module."""
    return built(tmp_path_factory.mktemp("build"))


@pytest.fixture(scope="module")
def before(build: Path) -> set[str]:
    """The versions of a release with the default parameters."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_DEFAULT_REGION", "eu-central-1")
        return versions(build, {})


def built(folder: Path, **content: str) -> Path:
    for layer in ("ConnectionOverridesLayer", "DependenciesLayer"):
        (folder / layer).mkdir()
        (folder / layer / "module.py").write_text(content.get(layer, "print('one')"))
    return folder


def another(name: str) -> str:
    """An allowed value of the parameter that is not its default."""
    written = parse()["Parameters"][name]
    if "AllowedValues" in written:
        return next(str(value) for value in written["AllowedValues"] if value != written["Default"])
    return ANOTHER[name] if name in ANOTHER else str(written["Default"] + 1)


def versions(build: Path, given: Mapping[str, str], commit: str = COMMIT) -> set[str]:
    """The logical IDs of the functions' versions, as `make deploy` creates them."""
    parameters = all_parameters(parse(), {**REQUIRED, **given})
    parameters["Release"] = release_of(commit, build, parameters)
    return published(expand(parameters, types=TYPES))


def published(expanded: Mapping[str, Mapping[str, Mapping[str, str]]]) -> set[str]:
    found = {name for name, one in expanded["Resources"].items() if one["Type"] == "AWS::Lambda::Version"}
    assert len(found) == 3
    return found


def test_deploying_the_same_release_again_publishes_nothing(before: set[str], tmp_path: Path) -> None:
    assert before == versions(built(tmp_path), {})


@pytest.mark.parametrize("name", sorted(parse()["Parameters"].keys() - {"Release"}))
def test_a_changed_parameter_publishes_every_function(before: set[str], build: Path, name: str) -> None:
    assert before.isdisjoint(versions(build, {name: another(name)}))


@pytest.mark.parametrize("layer", ["ConnectionOverridesLayer", "DependenciesLayer"])
def test_changed_content_of_a_layer_publishes_every_function(before: set[str], tmp_path: Path, layer: str) -> None:
    assert before.isdisjoint(versions(built(tmp_path, **{layer: "print('two')"}), {}))


@pytest.mark.parametrize("layer", ["ConnectionOverridesLayer", "DependenciesLayer"])
def test_changed_content_of_a_layer_publishes_every_function_without_a_release(layer: str) -> None:
    """As `sam sync` deploys."""
    before, after = (
        published(expand(REQUIRED, types=TYPES, **{layer: f"s3://bucket/{content}"})) for content in ("one", "two")
    )

    assert before.isdisjoint(after)


def test_another_commit_publishes_every_function(before: set[str], build: Path) -> None:
    assert before.isdisjoint(versions(build, {}, commit="f" * 40))


def test_a_version_has_its_own_description_so_lambda_publishes_it(build: Path) -> None:
    """Lambda publishes no version of a function that has not changed (Developer Guide, "Lambda function versions")."""
    parameters = all_parameters(parse(), REQUIRED)
    parameters["Release"] = release_of(COMMIT, build, parameters)

    functions = [
        one for one in expand(parameters, types=TYPES)["Resources"].values() if one["Type"] == "AWS::Lambda::Function"
    ]

    assert len(functions) == 3
    for function in functions:
        assert function["Properties"]["Description"].endswith(f". {parameters['Release']}")


def test_a_version_is_deleted_by_the_next_release_because_its_snapshot_costs_money() -> None:
    policies = {
        one["DeletionPolicy"]
        for one in expand(REQUIRED, types=TYPES)["Resources"].values()
        if one["Type"] == "AWS::Lambda::Version"
    }

    assert policies == {"Delete"}


def test_two_stacks_in_one_account_have_separate_layers() -> None:
    names = {
        one["Properties"]["LayerName"]["Fn::Sub"]
        for one in expand(REQUIRED, types=TYPES)["Resources"].values()
        if one["Type"] == "AWS::Lambda::LayerVersion"
    }

    assert names == {"${AWS::StackName}-package", "${AWS::StackName}-dependencies"}
