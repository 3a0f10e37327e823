"""Limits for one tenant, and for all together."""

from collections.abc import Callable, Iterator

import pytest
from support.conditions import conditions
from support.functions import authorizing
from support.template import STAGES, expanded, only, resources

REPORTS = {
    "/v1/projects/{projectId}/connections/effective",
    "/v1/projects/{projectId}/connections/matrix",
    "/v1/projects/{projectId}/connections/{connectionName}/impact",
    "/v1/projects/{projectId}/environments/{environmentName}/impact",
    "/v1/projects/{projectId}/changes",
    "/v1/projects/{projectId}/secret-references",
}
"""The most expensive reads."""

type KeyOf = Callable[[str], str]


@pytest.fixture(scope="module")
def key_of() -> Iterator[KeyOf]:
    """The key that the authorizer chooses for a caller of an account."""
    with authorizing(CALLER_KEY_PREFIX="id") as authorize:
        yield lambda account: str(authorize(account)["usageIdentifierKey"])


def values(stage: str) -> dict[str, str]:
    """The values of the template's keys by logical ID, in a stack with the ID `id`."""
    stack_id = {"Id": {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]}}
    found = {}
    for name, key in resources(stage, "AWS::ApiGateway::ApiKey").items():
        pattern, where = key["Value"]["Fn::Sub"]
        assert (key["Enabled"], where) == (True, stack_id)
        found[name] = pattern.replace("${Id}", "id")
    return found


@pytest.mark.parametrize("stage", STAGES)
def test_the_keys_are_those_that_the_authorizer_chooses_and_each_is_in_the_plan(stage: str, key_of: KeyOf) -> None:
    functions = resources(stage, "AWS::Lambda::Function")

    assert {key_of(f"account-{number}") for number in range(100)} == set(values(stage).values())
    assert functions["AuthorizerFunction"]["Environment"]["Variables"]["CALLER_KEY_PREFIX"] == {
        "Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]
    }
    joined = [
        (one["KeyId"]["Ref"], one["KeyType"], one["UsagePlanId"]["Ref"])
        for one in resources(stage, "AWS::ApiGateway::UsagePlanKey").values()
    ]
    assert sorted(joined) == sorted((name, "API_KEY", "Plan") for name in values(stage))


@pytest.mark.parametrize("stage", STAGES)
def test_keys_join_the_plan_one_at_a_time(stage: str) -> None:
    after = {
        name: resource.get("DependsOn")
        for name, resource in expanded(stage)["Resources"].items()
        if resource["Type"] == "AWS::ApiGateway::UsagePlanKey"
    }

    chain: list[str | None] = [None]
    while following := [name for name, before in after.items() if before == chain[-1]]:
        [name] = following
        chain.append(name)
    assert set(chain) == {None, *after}


@pytest.mark.parametrize("stage", STAGES)
def test_a_tenant_has_a_limit_and_a_lower_one_for_each_of_the_most_expensive_reads(stage: str) -> None:
    plan = only(stage, "AWS::ApiGateway::UsagePlan")
    [limited] = plan["ApiStages"]
    report = {"RateLimit": {"Ref": "ReportRate"}, "BurstLimit": {"Ref": "ReportBurst"}}

    assert "ApiliveStage" in expanded(stage)["Resources"]
    assert (limited["ApiId"], limited["Stage"]) == ({"Ref": "Api"}, "live")
    assert plan["Throttle"] == {"RateLimit": {"Ref": "TenantRate"}, "BurstLimit": {"Ref": "TenantBurst"}}
    assert limited["Throttle"] == {f"{path}/GET": report for path in REPORTS}
    assert only(stage, "AWS::ApiGateway::RestApi")["Body"]["paths"].keys() > REPORTS


@pytest.mark.parametrize(
    ("function", "parameter", "condition"),
    [
        ("AuthorizerFunction", "ReadConcurrency", "BoundsReads"),
        ("EffectiveFunction", "ReadConcurrency", "BoundsReads"),
        ("RegistryFunction", "WriteConcurrency", "BoundsWrites"),
    ],
)
def test_the_concurrency_of_functions_is_limited_unless_the_parameter_is_minus_one(
    function: str, parameter: str, condition: str
) -> None:
    bound = resources("prod", "AWS::Lambda::Function")[function]["ReservedConcurrentExecutions"]

    assert bound == {"Fn::If": [condition, {"Ref": parameter}, {"Ref": "AWS::NoValue"}]}
    assert conditions(**{parameter: "-1"})[condition] is False
    # No writes, immediately and for all callers.
    assert conditions(**{parameter: "0"})[condition] is True


@pytest.mark.parametrize("stage", STAGES)
def test_the_authorizer_chooses_the_key_and_not_the_client(stage: str) -> None:
    assert only(stage, "AWS::ApiGateway::RestApi")["ApiKeySourceType"] == "AUTHORIZER"


def test_an_account_has_one_key_and_accounts_are_spread_over_all_keys(key_of: KeyOf) -> None:
    keys = [key_of(f"account-{number}") for number in range(500)]

    assert keys[:50] == [key_of(f"account-{number}") for number in range(50)]
    expected = set(values("prod").values())
    assert set(keys) == expected
    assert max(map(keys.count, expected)) < 2 * len(keys) / len(expected)
