"""Tokens and key sets as identity providers document them, with keys of the tests.

Identifiers are made up, and claims that only the provider uses are left out. An access token has what README.md says to
set up at the provider. Every ID token is signed with a key of the set and has the account and scopes as well, if the
provider allows it, so that nothing but its own claims can give it away.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from support.issuer import NOW

type Json = dict[str, Any]

_TIMES: Final = {"iat": NOW - 60, "exp": NOW + 3600}
_HEADER: Final = {"alg": "RS256", "kid": "current"}


@dataclass(frozen=True)
class Token:
    """A token. `claims` come on top of `iat` and `exp`, and `header` on top of `alg` and `kid`."""

    claims: Json
    header: Json = field(default_factory=dict)

    def parts(self) -> tuple[Json, Json]:
        return _HEADER | self.header, _TIMES | self.claims


@dataclass(frozen=True)
class Provider:
    """An identity provider.

    `placeholders` are those of the parameters in README.md. `access_tokens` are accepted with the account, subject and
    scopes next to them, `others` are refused for the reason next to them. `key_set` gets the current and the next key.
    """

    placeholders: Mapping[str, str]
    access_tokens: Mapping[str, tuple[Token, str, str, str]]
    others: Mapping[str, tuple[Token, str]]
    key_set: Callable[[Json, Json], Json]


def _signing_keys(**members: object) -> Callable[[Json, Json], Json]:
    return lambda current, following: {
        "keys": [current | {"kid": "current"} | members, following | {"kid": "next"} | members]
    }


# https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
# https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html
# https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
# https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html
_COGNITO_USER: Final = {
    "iss": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_EXAMPLE",
    "sub": "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
    "cognito:groups": ["admins"],
    "origin_jti": "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeee01",
    "event_id": "64f513be-32db-42b0-b78e-b02127b4f463",
    "auth_time": NOW - 60,
    "jti": "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeee02",
    "account_id": "acme",
}
COGNITO: Final = Provider(
    placeholders={"region": "eu-west-1", "user pool ID": "eu-west-1_EXAMPLE", "client ID": "app-1", "another": "app-2"},
    access_tokens={
        "of a user": (
            Token(
                _COGNITO_USER
                | {
                    "token_use": "access",
                    "client_id": "app-1",
                    "version": 2,
                    "username": "jane",
                    "scope": "aws.cognito.signin.user.admin openid connections:read",
                }
            ),
            "acme",
            "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
            "connections:read",
        ),
        "of a machine": (
            Token(
                {
                    "iss": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_EXAMPLE",
                    "sub": "app-2",
                    "token_use": "access",
                    "client_id": "app-2",
                    "version": 2,
                    "auth_time": NOW - 60,
                    "jti": "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeee03",
                    "scope": "resource-server/read connections:read connections:write",
                    "account_id": "acme",
                }
            ),
            "acme",
            "app-2",
            "connections:read connections:write",
        ),
    },
    others={
        "ID token": (
            Token(
                _COGNITO_USER
                | {
                    "token_use": "id",
                    "aud": "app-1",
                    "at_hash": "77QmUPtjPfzWtF2AnpK9RQ",
                    "nonce": "n-0S6_WzA2Mj",
                    "cognito:username": "jane",
                    "email": "jane@example.com",
                    "email_verified": True,
                }
            ),
            "audience",
        ),
    },
    key_set=_signing_keys(alg="RS256", use="sig"),
)

# https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles
# https://auth0.com/docs/secure/tokens/id-tokens/id-token-structure
# https://auth0.com/docs/secure/tokens/json-web-tokens/json-web-key-set-properties
_AUTH0: Final = {"iss": "https://acme.eu.auth0.com/", "https://example.com/account_id": "acme"}
AUTH0: Final = Provider(
    placeholders={"tenant": "acme", "region": "eu", "API identifier": "https://connections.example.com/"},
    access_tokens={
        "of a user": (
            Token(
                _AUTH0
                | {
                    "sub": "auth0|123456",
                    "aud": ["https://connections.example.com/", "https://acme.eu.auth0.com/userinfo"],
                    "client_id": "my-client",
                    "jti": "73WakrfVbNJBaAmhQtEeDv",
                    "scope": "openid profile connections:read",
                    "permissions": ["connections:read"],
                },
                {"typ": "at+jwt"},
            ),
            "acme",
            "auth0|123456",
            "connections:read",
        ),
        "of a machine": (
            Token(
                _AUTH0
                | {
                    "sub": "my-machine@clients",
                    "aud": "https://connections.example.com/",
                    "client_id": "my-machine",
                    "jti": "2RjbVbNJBaAmhQtEeDv73W",
                    "scope": "connections:read environments:protected",
                },
                {"typ": "at+jwt"},
            ),
            "acme",
            "my-machine@clients",
            "connections:read environments:protected",
        ),
    },
    others={
        "ID token": (
            Token(
                _AUTH0
                | {
                    "sub": "auth0|123456",
                    "aud": "my-client",
                    "nonce": "n-0S6_WzA2Mj",
                    "sid": "AJB4vNJBaAmhQtEeDv73W",
                    "name": "Jane Doe",
                    "email": "jane@example.com",
                    "scope": "connections:read",
                },
                {"typ": "JWT"},
            ),
            "token-type",
        ),
    },
    key_set=_signing_keys(alg="RS256", use="sig", x5t="RjQ3MDA0", x5c=["MIIC8jCCAdqgAwIBAgIJObB6jmhG0QIEMA0GCSqG"]),
)

# https://developer.okta.com/docs/api/openapi/okta-oauth/guides/overview/
# https://developer.okta.com/docs/guides/validate-access-tokens/
_OKTA: Final = {"ver": 1, "iss": "https://acme.okta.com/oauth2/aus1example", "account_id": "acme"}
OKTA: Final = Provider(
    placeholders={
        "domain": "acme.okta.com",
        "authorization server ID": "aus1example",
        "its audience": "api://connection-overrides",
    },
    access_tokens={
        "of a user": (
            Token(
                _OKTA
                | {
                    "jti": "AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE",
                    "aud": "api://connection-overrides",
                    "cid": "0oaexample",
                    "uid": "00uexample",
                    "scp": ["openid", "connections:read", "projects:admin"],
                    "auth_time": NOW - 60,
                    "sub": "jane@example.com",
                }
            ),
            "acme",
            "jane@example.com",
            "connections:read projects:admin",
        ),
        "of a machine": (
            Token(
                _OKTA
                | {
                    "jti": "AT.1mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE",
                    "aud": "api://connection-overrides",
                    "cid": "0oamachine",
                    "scp": ["connections:read"],
                    "sub": "0oamachine",
                }
            ),
            "acme",
            "0oamachine",
            "connections:read",
        ),
    },
    others={
        "ID token": (
            Token(
                _OKTA
                | {
                    "jti": "ID.4eAWJOCMB3SX8XewDfVR",
                    "aud": "0oaexample",
                    "sub": "00uexample",
                    "amr": ["pwd"],
                    "idp": "00oexample",
                    "nonce": "n-0S6_WzA2Mj",
                    "at_hash": "cpqKfdQA5eH891Ff5oJr_Q",
                    "auth_time": NOW - 60,
                    "preferred_username": "jane@example.com",
                    "scp": ["connections:read"],
                }
            ),
            "audience",
        ),
        "access token of the org authorization server": (
            Token(
                _OKTA
                | {
                    "iss": "https://acme.okta.com",
                    "aud": "https://acme.okta.com",
                    "cid": "0oaexample",
                    "scp": ["openid"],
                    "sub": "jane@example.com",
                }
            ),
            "issuer",
        ),
    },
    key_set=_signing_keys(alg="RS256", use="sig"),
)

# https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference
# https://learn.microsoft.com/en-us/entra/identity-platform/id-token-claims-reference
# https://learn.microsoft.com/en-us/entra/identity-platform/access-tokens (keys, which have no `alg`)
_ENTRA: Final = {
    "iss": "https://login.microsoftonline.com/1f0e2d3c-0000-4000-8000-000000000001/v2.0",
    "tid": "1f0e2d3c-0000-4000-8000-000000000001",
    "nbf": NOW - 60,
    "aio": "AXQAi/8TAAAA",
    "rh": "0.AXkA",
    "uti": "zj0gXAk",
    "ver": "2.0",
}
ENTRA: Final = Provider(
    placeholders={
        "directory ID": "1f0e2d3c-0000-4000-8000-000000000001",
        "client ID of the API": "1f0e2d3c-0000-4000-8000-00000000000a",
    },
    access_tokens={
        "of a user": (
            Token(
                _ENTRA
                | {
                    "aud": "1f0e2d3c-0000-4000-8000-00000000000a",
                    "azp": "1f0e2d3c-0000-4000-8000-00000000000c",
                    "azpacr": "0",
                    "name": "Jane Doe",
                    "oid": "1f0e2d3c-0000-4000-8000-000000000002",
                    "preferred_username": "jane@example.com",
                    "roles": ["connections:read", "connections:write"],
                    "scp": "access_as_user",
                    "sub": "AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ",
                },
                {"typ": "JWT"},
            ),
            "1f0e2d3c-0000-4000-8000-000000000001",
            "AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ",
            "connections:read connections:write",
        ),
        "of an application": (
            Token(
                _ENTRA
                | {
                    "aud": "1f0e2d3c-0000-4000-8000-00000000000a",
                    "azp": "1f0e2d3c-0000-4000-8000-00000000000d",
                    "azpacr": "1",
                    "idtyp": "app",
                    "oid": "1f0e2d3c-0000-4000-8000-000000000003",
                    "roles": ["connections:read"],
                    "sub": "1f0e2d3c-0000-4000-8000-000000000003",
                },
                {"typ": "JWT"},
            ),
            "1f0e2d3c-0000-4000-8000-000000000001",
            "1f0e2d3c-0000-4000-8000-000000000003",
            "connections:read",
        ),
    },
    others={
        "ID token": (
            Token(
                _ENTRA
                | {
                    "aud": "1f0e2d3c-0000-4000-8000-00000000000c",
                    "name": "Jane Doe",
                    "nonce": "12345",
                    "oid": "1f0e2d3c-0000-4000-8000-000000000002",
                    "preferred_username": "jane@example.com",
                    "roles": ["connections:read"],
                    "sub": "AAAAAAAAAAAAAAAAAAAAAB4jzqFVrSaSaFHy782bbta",
                },
                {"typ": "JWT"},
            ),
            "audience",
        ),
        "access token of version 1.0": (
            Token(
                _ENTRA
                | {
                    "iss": "https://sts.windows.net/1f0e2d3c-0000-4000-8000-000000000001/",
                    "aud": "api://1f0e2d3c-0000-4000-8000-00000000000a",
                    "appid": "1f0e2d3c-0000-4000-8000-00000000000d",
                    "roles": ["connections:read"],
                    "sub": "1f0e2d3c-0000-4000-8000-000000000003",
                    "ver": "1.0",
                },
                {"typ": "JWT", "x5t": "current"},
            ),
            "issuer",
        ),
    },
    key_set=_signing_keys(
        use="sig",
        x5t="current",
        x5c=["MIIC/jCCAeagAwIBAgIJAOCJOVRxNKcNMA0GCSqG"],
        cloud_instance_name="microsoftonline.com",
        issuer="https://login.microsoftonline.com/1f0e2d3c-0000-4000-8000-000000000001/v2.0",
    ),
)

# https://www.keycloak.org/docs/latest/server_admin/ (mappers and audience; the set also has a key for encryption)
# https://www.keycloak.org/docs/latest/upgrading/ (version 24 stopped copying `nonce`)
# https://github.com/keycloak/keycloak, class org.keycloak.util.TokenUtil (the values of the claim `typ`)
_KEYCLOAK: Final = {
    "iss": "https://sso.example.com/realms/acme",
    "sub": "f6a3b1de-0000-4000-8000-000000000001",
    "azp": "my-client",
    "sid": "08a5019c-17e1-4977-8f42-65a12843ea02",
    "acr": "1",
    "preferred_username": "jane",
    "account_id": 42,
}


def _keycloak_keys(current: Json, following: Json) -> Json:
    certificate = {"x5t": "Pjlm1eqVBWi", "x5c": ["MIICmzCCAYMCBgGNr5GfXTANBgkqhkiG9w0B"]}
    return {
        "keys": [
            following | certificate | {"kid": "encryption", "alg": "RSA-OAEP", "use": "enc"},
            current | certificate | {"kid": "current", "alg": "RS256", "use": "sig"},
        ]
    }


KEYCLOAK: Final = Provider(
    placeholders={"host": "sso.example.com", "realm": "acme"},
    access_tokens={
        "of a user": (
            Token(
                _KEYCLOAK
                | {
                    "jti": "onrtac:9a7f0e2d-0000-4000-8000-000000000001",
                    "aud": ["connection-overrides", "account"],
                    "typ": "Bearer",
                    "allowed-origins": ["https://app.example.com"],
                    "realm_access": {"roles": ["offline_access", "uma_authorization"]},
                    "resource_access": {"account": {"roles": ["view-profile"]}},
                    "scope": "openid connections:read profile email",
                },
                {"typ": "JWT"},
            ),
            "42",
            "f6a3b1de-0000-4000-8000-000000000001",
            "connections:read",
        ),
        "of a user, before version 24": (
            Token(
                _KEYCLOAK
                | {
                    "jti": "9a7f0e2d-0000-4000-8000-000000000002",
                    "aud": "connection-overrides",
                    "typ": "Bearer",
                    "auth_time": NOW - 60,
                    "nonce": "n-0S6_WzA2Mj",
                    "session_state": "08a5019c-17e1-4977-8f42-65a12843ea02",
                    "scope": "openid connections:read",
                },
                {"typ": "JWT"},
            ),
            "42",
            "f6a3b1de-0000-4000-8000-000000000001",
            "connections:read",
        ),
        "of a machine, marked as an access token": (
            Token(
                _KEYCLOAK
                | {
                    "jti": "trrtcc:9a7f0e2d-0000-4000-8000-000000000003",
                    "aud": "connection-overrides",
                    "typ": "Bearer",
                    "client_id": "my-machine",
                    "clientAddress": "192.0.2.1",
                    "scope": "connections:read connections:write",
                },
                {"typ": "at+jwt"},
            ),
            "42",
            "f6a3b1de-0000-4000-8000-000000000001",
            "connections:read connections:write",
        ),
    },
    others={
        "ID token": (
            Token(
                _KEYCLOAK | {"aud": "my-client", "typ": "ID", "nonce": "n-0S6_WzA2Mj", "at_hash": "wRLN6VzoSOuLxg"},
                {"typ": "JWT"},
            ),
            "audience",
        ),
        "ID token with the audience of the API": (
            Token(
                _KEYCLOAK | {"aud": ["connection-overrides", "my-client"], "typ": "ID", "scope": "connections:read"},
                {"typ": "JWT"},
            ),
            "not-an-access-token",
        ),
    },
    key_set=_keycloak_keys,
)

# https://firebase.google.com/docs/auth/admin/verify-id-tokens (tokens of Identity Platform)
# https://docs.cloud.google.com/identity-platform/docs/how-to-configure-custom-claims
# https://docs.cloud.google.com/docs/authentication/token-types
# https://developers.google.com/identity/openid-connect/openid-connect
GOOGLE: Final = Provider(
    placeholders={"project ID": "acme-platform"},
    access_tokens={
        "of a user": (
            Token(
                {
                    "iss": "https://securetoken.google.com/acme-platform",
                    "aud": "acme-platform",
                    "auth_time": NOW - 60,
                    "user_id": "Xk893u23H9SI893",
                    "sub": "Xk893u23H9SI893",
                    "email": "jane@example.com",
                    "email_verified": True,
                    "firebase": {"identities": {"email": ["jane@example.com"]}, "sign_in_provider": "password"},
                    "account_id": "acme",
                    "scope": "connections:read connections:write",
                },
                {"typ": "JWT"},
            ),
            "acme",
            "Xk893u23H9SI893",
            "connections:read connections:write",
        ),
    },
    others={
        "ID token of Google Sign-In": (
            Token(
                {
                    "iss": "https://accounts.google.com",
                    "azp": "1234.apps.googleusercontent.com",
                    "aud": "1234.apps.googleusercontent.com",
                    "sub": "10769150350006150715113082367",
                    "at_hash": "HK6E_P6Dh8Y93mRNtsDB1Q",
                    "hd": "example.com",
                    "email": "jane@example.com",
                    "email_verified": True,
                    "nonce": "0394852-3190485-2490358",
                },
                {"typ": "JWT"},
            ),
            "issuer",
        ),
        "ID token of a service account": (
            Token(
                {
                    "iss": "https://accounts.google.com",
                    "aud": "acme-platform",
                    "azp": "112010400000000710080",
                    "sub": "112010400000000710080",
                    "email": "my-service@acme-platform.iam.gserviceaccount.com",
                    "email_verified": True,
                },
                {"typ": "JWT"},
            ),
            "issuer",
        ),
    },
    key_set=_signing_keys(alg="RS256", use="sig"),
)

PROVIDERS: Final = {
    "Amazon Cognito": COGNITO,
    "Auth0": AUTH0,
    "Okta": OKTA,
    "Microsoft Entra ID": ENTRA,
    "Keycloak": KEYCLOAK,
    "Google Identity Platform": GOOGLE,
}
"""By the names in README.md."""
