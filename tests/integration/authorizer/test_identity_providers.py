"""Tokens of identity providers, with exactly the parameters in README.md."""

import re
from typing import Any

import pytest
from support.identity_providers import PROVIDERS, Token
from support.issuer import Gateway, Issuer, public_jwk
from support.template import ROOT, parse

_ROW = re.compile(r"^\| ([^|]+) \| (`Token[^|]+) \|", re.MULTILINE)
_PARAMETER = re.compile(r"`(Token\w+)=([^`]+)`")


def _rows() -> dict[str, str]:
    """Return the cells with the parameters in the table of README.md, by provider."""
    _, _, section = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## Connect an identity provider\n")
    return dict(_ROW.findall(section.partition("\n## ")[0]))


def _parameters(name: str) -> dict[str, str]:
    """Return the parameters for a provider, with its values in place of the placeholders."""
    given = dict(_PARAMETER.findall(_rows()[name]))
    values = {**PROVIDERS[name].placeholders, "TokenIssuer": given["TokenIssuer"]}
    for _ in range(2):  # the value of TokenIssuer has placeholders itself
        given = {
            parameter: re.sub(r"<([^>]+)>", lambda placeholder: values[placeholder[1]], value)
            for parameter, value in given.items()
        }
    return given


def _environment(parameters: dict[str, str]) -> dict[str, str]:
    """Return the variables that the template gives the function for these parameters and the defaults of the others."""
    template = parse()
    defaults = {name: str(one["Default"]) for name, one in template["Parameters"].items() if "Default" in one}
    values = {**defaults, **parameters}
    variables = template["Resources"]["AuthorizerFunction"]["Properties"]["Environment"]["Variables"]
    tokens = {name: values[value["Ref"]] for name, value in variables.items() if name.startswith("TOKEN_")}
    return {"STAGE": "prod", "CALLER_KEY_PREFIX": "stack", **tokens}


def _gateway(issuer: Issuer, name: str) -> Gateway:
    gateway = Gateway(issuer, _environment(_parameters(name)))
    gateway.jwks = PROVIDERS[name].key_set(public_jwk(issuer.rsa_key), public_jwk(issuer.stranger))
    return gateway


def _all(kind: str) -> list[Any]:
    return [
        pytest.param(name, *expected, id=f"{name}: {token}")
        for name, provider in PROVIDERS.items()
        for token, expected in getattr(provider, kind).items()
    ]


def test_the_readme_and_the_tests_have_the_same_providers() -> None:
    assert _rows().keys() == PROVIDERS.keys()


@pytest.mark.parametrize("name", PROVIDERS)
def test_the_template_accepts_the_parameters_in_the_readme(name: str) -> None:
    template = parse()["Parameters"]
    parameters = _parameters(name)
    assert {"TokenIssuer", "TokenAudience", "TokenJwksUrl"} <= parameters.keys()
    for parameter, value in parameters.items():
        declared = template[parameter]
        assert re.fullmatch(declared.get("AllowedPattern", ".*"), value), parameter
        assert value in declared.get("AllowedValues", [value])
        assert value != declared.get("Default"), f"{parameter} can be omitted"


@pytest.mark.parametrize(("name", "token", "account", "subject", "scopes"), _all("access_tokens"))
def test_an_access_token_is_accepted(
    issuer: Issuer, name: str, token: Token, account: str, subject: str, scopes: str
) -> None:
    gateway = _gateway(issuer, name)
    context = gateway.authorize(issuer.token(*token.parts()))["context"]
    assert {**context, "expiresAt": ""} == {"account": account, "subject": subject, "scopes": scopes, "expiresAt": ""}
    [url] = gateway.fetched
    assert f"{url.scheme}://{url.host}{url.target}" == _parameters(name)["TokenJwksUrl"]


@pytest.mark.parametrize(("name", "token", "reason"), _all("others"))
def test_an_id_token_and_an_access_token_of_another_kind_are_refused(
    issuer: Issuer, name: str, token: Token, reason: str
) -> None:
    assert _gateway(issuer, name).refusal_of(issuer.token(*token.parts())) == reason


def test_an_opaque_access_token_of_google_is_refused(issuer: Issuer) -> None:
    gateway = _gateway(issuer, "Google Identity Platform")
    assert gateway.refusal_of("ya29.a0AfH6SMBx-7Yq_3gVhZ0EXAMPLE") == "token-malformed"


def test_access_tokens_of_auth0s_own_profile_are_accepted_only_if_at_jwt_is_not_required(issuer: Issuer) -> None:
    [(token, *_), *_] = PROVIDERS["Auth0"].access_tokens.values()
    header, claims = token.parts()
    own = issuer.token(header | {"typ": "JWT"}, claims | {"azp": "my-client"})
    gateway = _gateway(issuer, "Auth0")
    assert gateway.refusal_of(own) == "token-type"
    gateway = _gateway(issuer, "Auth0")
    gateway.environment["TOKEN_REQUIRE_AT_JWT"] = "false"
    assert gateway.authorize(own)["context"]["scopes"] == "connections:read"
