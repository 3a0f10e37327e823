"""The environment variables of the function. Without most of them, it does not start."""

import pytest
from support.issuer import ENVIRONMENT, Gateway, Issuer

from connection_overrides.auth.settings import JwksUrl, SettingsError


def test_optional_settings_have_defaults(gateway: Gateway, issuer: Issuer) -> None:
    gateway.environment = {**ENVIRONMENT}
    assert gateway.authorize(issuer.token(issuer.header(typ="JWT")))["context"]["account"] == "account-1"
    assert gateway.fetched == [JwksUrl("https", "issuer.example", 443, "/jwks.json")]


def test_every_setting_is_used(gateway: Gateway, issuer: Issuer) -> None:
    gateway.environment = {
        "STAGE": "dev",
        "TOKEN_ISSUER": "https://other.example",
        "TOKEN_AUDIENCE": "api",
        "TOKEN_JWKS_URL": "https://other.example/keys",
        "CALLER_KEY_PREFIX": "other",
        "TOKEN_AUDIENCE_CLAIM": "client_id",
        "TOKEN_ACCOUNT_CLAIM": "custom:tenant",
        "TOKEN_SCOPE_CLAIM": "roles",
        "TOKEN_REQUIRE_AT_JWT": "true",
    }
    claims = issuer.claims(
        iss="https://other.example",
        aud=...,
        client_id="api",
        account_id=...,
        roles=["projects:admin"],
        **{"custom:tenant": "account-1"},
    )
    answer = gateway.authorize(issuer.token(issuer.header(typ="at+jwt"), claims))
    assert answer["context"]["account"] == "account-1"
    assert answer["context"]["scopes"] == "projects:admin"
    assert answer["usageIdentifierKey"] == "other-7"
    assert gateway.fetched == [JwksUrl("https", "other.example", 443, "/keys")]
    assert gateway.refusal_of(issuer.token(issuer.header(typ="JWT"), claims)) == "token-type"


@pytest.mark.parametrize("stage", ["local", "dev", "staging", "prod"])
def test_every_stage_accepts_an_https_url(gateway: Gateway, issuer: Issuer, stage: str) -> None:
    gateway.environment["STAGE"] = stage
    assert gateway.authorize(issuer.token())["principalId"] == "client-1"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[(name, None) for name in ENVIRONMENT],
        *[(name, "") for name in (*ENVIRONMENT, "TOKEN_AUDIENCE_CLAIM", "TOKEN_ACCOUNT_CLAIM", "TOKEN_REQUIRE_AT_JWT")],
        ("TOKEN_AUDIENCE", "a,,b"),
        ("TOKEN_AUDIENCE", "a, "),
        ("TOKEN_AUDIENCE", ",a"),
        ("STAGE", "Local"),
        ("STAGE", "production"),
        ("TOKEN_REQUIRE_AT_JWT", "yes"),
        ("TOKEN_REQUIRE_AT_JWT", "True"),
        ("TOKEN_JWKS_URL", "http://127.0.0.1:8080/jwks.json"),
    ],
)
def test_a_missing_or_invalid_setting_is_reported_by_its_name(gateway: Gateway, name: str, value: str | None) -> None:
    changed = {**ENVIRONMENT, name: value}
    gateway.environment = {key: setting for key, setting in changed.items() if setting is not None}
    with pytest.raises(SettingsError, match=f"^{name} "):
        _ = gateway.handler


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("http://localhost:9000/jwks.json", JwksUrl("http", "localhost", 9000, "/jwks.json")),
        ("http://127.0.0.1/jwks.json", JwksUrl("http", "127.0.0.1", 80, "/jwks.json")),
        ("http://127.8.9.1:1/", JwksUrl("http", "127.8.9.1", 1, "/")),
        ("http://[::1]:9000", JwksUrl("http", "::1", 9000, "/")),
        ("http://host.docker.internal:9000/a?b=c", JwksUrl("http", "host.docker.internal", 9000, "/a?b=c")),
        ("HTTPS://Issuer.Example:8443/a", JwksUrl("https", "issuer.example", 8443, "/a")),
        ("https://issuer.example/!keys~", JwksUrl("https", "issuer.example", 443, "/!keys~")),
    ],
)
def test_the_local_stage_also_accepts_http_on_this_machine(
    gateway: Gateway, issuer: Issuer, url: str, parts: JwksUrl
) -> None:
    gateway.environment |= {"STAGE": "local", "TOKEN_JWKS_URL": url}
    assert gateway.authorize(issuer.token())["principalId"] == "client-1"
    assert gateway.fetched == [parts]


@pytest.mark.parametrize("stage", ["local", "dev", "staging", "prod"])
@pytest.mark.parametrize(
    "url",
    [
        "http://issuer.example/jwks.json",
        "http://localhost.issuer.example/",
        "http://127.0.0.1.issuer.example/",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://127.1/",
        "http://2130706433/",
        "http://0.0.0.0/",
        "http://127.0.0.1@issuer.example/",
        "https://user:password@issuer.example/",
        "https://user@issuer.example/",
        "https://:password@issuer.example/",
        "http://127.0.0.1\\@issuer.example/",
        "https://issuer.example\\keys",
        "https://issuer.example/#keys",
        "https://issuer.example/ jwks",
        "https://issuer.example/\x7f",
        "https://issuer.example/\r\nX-Injected: 1",
        "https://issuer.exämple/",
        "https:///jwks.json",
        "https://issuer.example:port/",
        "https://issuer.example:99999/",
        "https://[::1/",
        "file:///etc/passwd",
        "ftp://issuer.example/",
        "ftp://localhost/",
        "//issuer.example/",
        "issuer.example/jwks.json",
    ],
)
def test_a_jwks_url_that_is_not_a_plain_https_url_is_refused(gateway: Gateway, url: str, stage: str) -> None:
    gateway.environment |= {"STAGE": stage, "TOKEN_JWKS_URL": url}
    with pytest.raises(SettingsError, match=r"^TOKEN_JWKS_URL "):
        _ = gateway.handler
