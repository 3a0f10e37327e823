"""The parameters of a deployment: all of them, the architecture of the build, and the release."""

from pathlib import Path

import pytest
from tools.release import ReleaseError, all_parameters, architecture_of, given_parameters, release_of

SETTINGS = {
    "STAGE": "dev",
    "TOKEN_ISSUER": "https://issuer.example/",
    "TOKEN_AUDIENCE": "connection-overrides",
    "TOKEN_JWKS_URL": "https://issuer.example/jwks.json",
}
GIVEN = {
    "Stage": "dev",
    "TokenIssuer": "https://issuer.example/",
    "TokenAudience": "connection-overrides",
    "TokenJwksUrl": "https://issuer.example/jwks.json",
}
TEMPLATE = {"Parameters": {"Stage": {"Default": "dev"}, "Burst": {"Default": 100}, "TableName": {}}}


def built(folder: Path, *modules: str) -> Path:
    for module in modules:
        path = folder / "DependenciesLayer" / "python" / "package" / module
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return folder


def test_parameters_are_read_from_their_variables_and_the_rest_from_parameters() -> None:
    more = {"PARAMETERS": "AlarmEmail=oncall@example.com CorsOrigin= 'TokenAccountClaim=an other'"}

    assert given_parameters(SETTINGS) == GIVEN
    assert given_parameters(SETTINGS | more) == GIVEN | {
        "AlarmEmail": "oncall@example.com",
        "CorsOrigin": "",
        "TokenAccountClaim": "an other",
    }


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({}, "not set: STAGE, TOKEN_ISSUER, TOKEN_AUDIENCE, TOKEN_JWKS_URL"),
        (SETTINGS | {"TOKEN_ISSUER": ""}, "not set: TOKEN_ISSUER"),
        (SETTINGS | {"STAGE": "local"}, "STAGE must be one of dev, staging, prod, not 'local'"),
        (SETTINGS | {"PARAMETERS": "AlarmEmail='a"}, "PARAMETERS cannot be read: No closing quotation"),
        (SETTINGS | {"PARAMETERS": "Stage=prod"}, "Stage has its own variable: set STAGE"),
        (SETTINGS | {"PARAMETERS": "AlarmEmail"}, "PARAMETERS must be of the form Name=value, not 'AlarmEmail'"),
    ],
)
def test_missing_and_misspelt_parameters_are_reported(environment: dict[str, str], message: str) -> None:
    with pytest.raises(ReleaseError) as raised:
        given_parameters(environment)

    assert str(raised.value) == message


def test_every_parameter_is_passed_so_that_none_keeps_its_previous_value() -> None:
    assert all_parameters(TEMPLATE, {"TableName": "t", "Burst": "7", "OfTheOtherTemplate": "x"}) == {
        "Stage": "dev",
        "Burst": "7",
        "TableName": "t",
    }
    with pytest.raises(ReleaseError, match=r"^parameters without a value: TableName$"):
        all_parameters(TEMPLATE, {})


def test_the_architecture_is_that_of_the_build(tmp_path: Path) -> None:
    arm = built(tmp_path / "arm", "_core.cpython-313-aarch64-linux-gnu.so", "pure.py")
    intel = built(tmp_path / "intel", "_core.cpython-313-x86_64-linux-gnu.so")

    assert (architecture_of(arm), architecture_of(intel)) == ("arm64", "x86_64")


def test_without_a_build_for_one_architecture_nothing_is_deployed(tmp_path: Path) -> None:
    both = built(tmp_path / "both", "_a.cpython-313-aarch64-linux-gnu.so", "_b.cpython-313-x86_64-linux-gnu.so")

    for build in (tmp_path / "none", both):
        with pytest.raises(ReleaseError, match=r"run `make build` first$"):
            architecture_of(build)


def test_a_release_is_derived_from_commit_build_and_parameters_and_ends_in_the_commit(tmp_path: Path) -> None:
    module = built(tmp_path, "module.py") / "DependenciesLayer" / "python" / "package" / "module.py"
    first = release_of("c1", tmp_path, {"A": "1", "B": "2"})

    assert first == release_of("c1", tmp_path, {"B": "2", "A": "1"})
    assert (len(first), first[10:]) == (12, "c1")
    others = [release_of("c2", tmp_path, {"A": "1", "B": "2"}), release_of("c1", tmp_path, {"A": "1", "B": "3"})]
    module.write_text("print()")
    others.append(release_of("c1", tmp_path, {"A": "1", "B": "2"}))
    module.rename(module.with_name("renamed.py"))
    others.append(release_of("c1", tmp_path, {"A": "1", "B": "2"}))
    assert len({release[:10] for release in [first, *others]}) == 5
