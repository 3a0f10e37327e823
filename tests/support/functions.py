"""The functions as Lambda starts them, each from its own entry point and with its own environment."""

import importlib.util
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from typing import Any, Final

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm
from support.jwks_server import JwksServer
from support.template import REQUIRED, ROOT

type Handler = Callable[[Mapping[str, Any], Any], dict[str, Any]]

_starts: Final = count()


class Context:
    """A Lambda context with enough time left."""

    aws_request_id = "5f0c1d0e-0000-4000-8000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        return 25_000


@contextmanager
def started(name: str, **variables: str) -> Iterator[Handler]:
    """Yield the handler of `functions/<name>`, with these environment variables in addition to the usual ones."""
    with pytest.MonkeyPatch.context() as environment:
        defaults = {
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "CURSOR_KEY": "a key of the tests",
            "HISTORY_DAYS": "400",
            # A logger lives as long as the process and keeps its output stream, so every start gets its own logger.
            "POWERTOOLS_SERVICE_NAME": f"test-{next(_starts):04}",
            "POWERTOOLS_METRICS_NAMESPACE": "ConnectionOverrides",
            "TABLE_NAME": "registry",
        }
        for variable, value in {**defaults, **variables}.items():
            environment.setenv(variable, value)
        spec = importlib.util.spec_from_file_location(f"{name}_app", ROOT / "functions" / name / "app.py")
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield module.handler


@contextmanager
def authorizing(**variables: str) -> Iterator[Callable[..., dict[str, Any]]]:
    """Yield a function that returns the authorizer's response to a valid token of an account and a subject."""
    private = ec.generate_private_key(ec.SECP256R1())
    public_key = {**json.loads(ECAlgorithm.to_jwk(private.public_key())), "kid": "key"}
    server = JwksServer(lambda request: request.reply({"keys": [public_key]}))
    issuer, audience = REQUIRED["TokenIssuer"], REQUIRED["TokenAudience"]
    defaults = {
        "STAGE": "local",  # where an issuer can be on loopback
        "TOKEN_ISSUER": issuer,
        "TOKEN_AUDIENCE": audience,
        "TOKEN_JWKS_URL": f"http://127.0.0.1:{server.port}/jwks.json",
        "CALLER_KEY_PREFIX": "id",
    }

    def authorize(account: str, subject: str = "s", request_id: str = "c0ffee") -> dict[str, Any]:
        claims = {"iss": issuer, "aud": audience, "sub": subject, "account_id": account}
        times = {"iat": 1_700_000_000, "exp": 4_000_000_000}
        token = jwt.encode(claims | times, private, "ES256", headers={"kid": "key"})
        event = {
            "type": "REQUEST",
            "methodArn": "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/live/GET/v1/projects",
            "headers": {"Authorization": f"Bearer {token}"},
            "multiValueHeaders": {"Authorization": [f"Bearer {token}"]},
            "requestContext": {"requestId": request_id},
        }
        return handler(event, Context())

    try:
        with started("authorizer", **{**defaults, **variables}) as handler:
            yield authorize
    finally:
        server.stop()


def respond(handler: Handler, method: str, resource: str) -> dict[str, Any]:
    """Return the answer to a request without a token."""
    event = {
        "resource": resource,
        "path": resource,
        "httpMethod": method,
        "headers": None,
        "multiValueHeaders": None,
        "pathParameters": {"proxy": "{proxy+}"} if resource == "/{proxy+}" else None,
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "requestContext": {"requestId": "c0ffee", "path": f"/live{resource}", "stage": "live"},
        "body": None,
        "isBase64Encoded": False,
    }
    return handler(event, Context())


def public(resource: str) -> Any:
    """Return the JSON of the effective function's public route at that path."""
    with started("effective") as handler:
        answer = respond(handler, "GET", resource)
    assert answer["statusCode"] == 200, answer
    return json.loads(answer["body"])


def problem_types() -> dict[str, Any]:
    """Return the catalogue of problems, by slug."""
    return {entry["type"].rpartition("/")[2]: entry for entry in public("/v1/problems")["results"]}
