"""The settings that the function accepts, and that it refuses to work without."""

import pytest

from connection_overrides.authorizer.jwks_endpoint import JwksUrl
from connection_overrides.authorizer.settings import Settings, SettingsError

GOOD = {
    "STAGE": "prod",
    "TOKEN_ISSUER": "https://issuer.example/",
    "TOKEN_AUDIENCE": "connection-overrides",
    "TOKEN_JWKS_URL": "https://issuer.example/jwks.json",
    "CALLER_KEY_PREFIX": "stack",
}


def test_the_optional_settings_have_defaults() -> None:
    settings = Settings.from_environment(GOOD)
    assert settings.rules.issuer == "https://issuer.example/"
    assert settings.rules.audience == "connection-overrides"
    assert settings.rules.audience_claim == "aud"
    assert settings.rules.account_claim == "account_id"
    assert settings.jwks_url == JwksUrl("https", "issuer.example", 443, "/jwks.json")
    assert settings.require_at_jwt is False
    assert settings.key_prefix == "stack"


def test_every_setting_is_read() -> None:
    settings = Settings.from_environment(
        {
            **GOOD,
            "TOKEN_AUDIENCE_CLAIM": "client_id",
            "TOKEN_ACCOUNT_CLAIM": "custom:tenant",
            "TOKEN_REQUIRE_AT_JWT": "true",
        }
    )
    assert settings.rules.audience_claim == "client_id"
    assert settings.rules.account_claim == "custom:tenant"
    assert settings.require_at_jwt is True


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[(name, None) for name in GOOD],
        *[(name, "") for name in (*GOOD, "TOKEN_AUDIENCE_CLAIM", "TOKEN_ACCOUNT_CLAIM", "TOKEN_REQUIRE_AT_JWT")],
        ("STAGE", "Local"),
        ("STAGE", "production"),
        ("TOKEN_REQUIRE_AT_JWT", "yes"),
        ("TOKEN_REQUIRE_AT_JWT", "True"),
        ("TOKEN_JWKS_URL", "http://127.0.0.1:8080/jwks.json"),
    ],
)
def test_a_missing_or_wrong_setting_is_refused_by_its_name(name: str, value: str | None) -> None:
    environment = {key: setting for key, setting in {**GOOD, name: value}.items() if setting is not None}
    with pytest.raises(SettingsError, match=f"^{name}"):
        Settings.from_environment(environment)


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("http://localhost:9000/jwks.json", JwksUrl("http", "localhost", 9000, "/jwks.json")),
        ("http://127.0.0.1/jwks.json", JwksUrl("http", "127.0.0.1", 80, "/jwks.json")),
        ("http://127.8.9.1:1/", JwksUrl("http", "127.8.9.1", 1, "/")),
        ("http://[::1]:9000", JwksUrl("http", "::1", 9000, "/")),
        ("http://host.docker.internal:9000/a?b=c", JwksUrl("http", "host.docker.internal", 9000, "/a?b=c")),
        ("HTTPS://Issuer.Example:8443/a", JwksUrl("https", "issuer.example", 8443, "/a")),
    ],
)
def test_in_the_local_stage_http_is_for_this_machine(url: str, parts: JwksUrl) -> None:
    assert JwksUrl.parse(url, local=True) == parts


@pytest.mark.parametrize("local", [True, False])
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
        "https://issuer.example/#keys",
        "https://issuer.example/ jwks",
        "https://issuer.example/\r\nX-Injected: 1",
        "https://issuer.exämple/",
        "https:///jwks.json",
        "https://issuer.example:port/",
        "https://issuer.example:99999/",
        "https://[::1/",
        "file:///etc/passwd",
        "ftp://issuer.example/",
        "//issuer.example/",
        "issuer.example/jwks.json",
        "",
    ],
)
def test_an_address_that_is_not_https_or_not_plain_is_refused_in_every_stage(url: str, *, local: bool) -> None:
    with pytest.raises(ValueError, match=r"JWKS URL|port|Port|IPv6|address"):
        JwksUrl.parse(url, local=local)
