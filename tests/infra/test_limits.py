"""What one caller, and all together, may ask for."""

import re

import pytest
from support.template import STAGES, expanded, only, resources

from connection_overrides.authorizer.policy import ALLOWANCES, allow
from connection_overrides.caller import Caller

METHOD = "arn:aws:execute-api:eu-central-1:111122223333:api/live/GET/v1/projects"


def key_of(account: str) -> str:
    caller = Caller(account=account, subject="s", scopes=frozenset(), expires_at=0)
    return allow(caller, METHOD, "id")["usageIdentifierKey"]


def values(stage: str) -> dict[str, str]:
    """The value of each key of the template, in a stack of the id `id`, by logical name."""
    stack_id = {"Id": {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]}}
    found = {}
    for name, key in resources(stage, "AWS::ApiGateway::ApiKey").items():
        pattern, where = key["Value"]["Fn::Sub"]
        assert (key["Enabled"], where) == (True, stack_id)
        found[name] = pattern.replace("${Id}", "id")
    return found


@pytest.mark.parametrize("stage", STAGES)
def test_every_key_that_the_authorizer_may_name_has_an_allowance(stage: str) -> None:
    functions = resources(stage, "AWS::Lambda::Function")
    plan = only(stage, "AWS::ApiGateway::UsagePlan")

    assert set(values(stage).values()) == {f"id-{number}" for number in range(ALLOWANCES)}
    assert functions["AuthorizerFunction"]["Environment"]["Variables"]["CALLER_KEY_PREFIX"] == {
        "Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]
    }
    joined = [
        (one["KeyId"]["Ref"], one["KeyType"], one["UsagePlanId"]["Ref"])
        for one in resources(stage, "AWS::ApiGateway::UsagePlanKey").values()
    ]
    assert sorted(joined) == sorted((name, "API_KEY", "CallerPlan") for name in values(stage))
    assert plan["ApiStages"] == [{"ApiId": {"Ref": "Api"}, "Stage": "live"}]
    assert plan["Throttle"] == {"RateLimit": {"Ref": "CallerRate"}, "BurstLimit": {"Ref": "CallerBurst"}}
    assert "ApiliveStage" in expanded(stage)["Resources"]


@pytest.mark.parametrize("stage", STAGES)
def test_the_key_is_the_authorizers_word_and_not_the_clients(stage: str) -> None:
    assert only(stage, "AWS::ApiGateway::RestApi")["ApiKeySourceType"] == "AUTHORIZER"


def test_an_account_has_one_key_and_accounts_are_spread_over_all() -> None:
    keys = [key_of(f"account-{number}") for number in range(1_000)]

    assert keys == [key_of(f"account-{number}") for number in range(1_000)]
    assert len(set(keys)) == ALLOWANCES
    assert max(keys.count(key) for key in set(keys)) < 2 * len(keys) / ALLOWANCES
    assert all(re.fullmatch(r"id-[0-9]", key) for key in keys)
