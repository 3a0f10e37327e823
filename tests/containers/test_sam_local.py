"""The built functions in real containers: over HTTP, through the Lambda API, and with `sam local invoke`."""

import json
import subprocess
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from cryptography.hazmat.primitives.asymmetric import rsa
from local import event_data
from local.client import Client, Reply
from local.containers import environment, seed, table_client
from local.events import issued
from local.issuer import PrivateKey, forged
from local.settings import CREDENTIALS, PROJECT
from local.template import protected_routes
from support.events import GOOD, REASONS, STATUSES, empty
from support.local_run import LocalRun
from support.registry import override_body
from support.sam_local import SamLocal
from support.template import expanded

OVERRIDES = f"/v1/projects/{event_data.PROJECT_ID}/connections/environment-overrides"


@pytest.fixture(scope="session")
def impostor() -> PrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def post_override(address: str, token: str | None, connection: str) -> Reply:
    body = override_body(environmentName="PROD", connectionName=connection)
    with Client(address, token) as client:
        return client.call("POST", OVERRIDES, body)


def test_an_override_is_created_once_and_refused_the_second_time(service: LocalRun, api: str) -> None:
    created = post_override(api, service.token(), "Salesforce")
    refused = post_override(api, service.token(), "Salesforce")

    assert created.status == 201, created
    assert refused.status == 409, refused
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.document["type"] == "/v1/problems/override-already-exists"
    assert refused.headers["location"] == created.headers["location"]
    with Client(service.state.api_url, service.token()) as client:
        stored = client.call("GET", f"{OVERRIDES}/PROD/Salesforce")
    assert stored.document == created.document


def test_the_authorizer_is_called(service: LocalRun, api: str, impostor: PrivateKey) -> None:
    missing = post_override(api, None, "Marketo")
    bad = post_override(api, forged(service.token(), impostor), "Marketo")

    assert missing.status == 401
    # If an authorizer raises, `sam local` responds with 502, API Gateway with 401.
    assert bad.status == 502


def test_no_method_of_any_protected_path_is_served_without_a_token(api: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", CREDENTIALS["AWS_DEFAULT_REGION"])  # the translator needs one
    paths = {path.replace("{", "").replace("}", "") for _, path in protected_routes(expanded("local"))}
    with Client(api, None) as client:
        statuses = {
            (method, path): client.call(method, path).status
            for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
            for path in paths
        }

    assert len(paths) > 5
    assert set(statuses.values()) == {401}, statuses


def test_a_public_route_is_served_without_a_token(api: str) -> None:
    with Client(api, None) as client:
        assert client.call("GET", "/v1/health").status == 200
        assert client.call("GET", "/v1/problems/unauthorized").status == 200
        assert client.call("PATCH", "/v1/problems/unauthorized").status == 405


def test_an_effective_connection_is_read_from_the_table(service: LocalRun, api: str) -> None:
    path = f"/v1/projects/{event_data.PROJECT_ID}/connections/effective/PROD/Marketo"
    with Client(api, service.token()) as client, Client(service.state.api_url, service.token()) as local:
        reply, expected = client.call("GET", path), local.call("GET", path)

    assert reply.status == 200, reply
    assert reply.document == expected.document


def test_a_missing_scope_is_refused_by_the_function(service: LocalRun, api: str) -> None:
    reply = post_override(api, service.token(scopes="connections:read"), "Marketo")

    assert reply.status == 403
    assert reply.document["type"] == "/v1/problems/insufficient-scope"
    assert "connections:write" in reply.headers["www-authenticate"]


def invoke(functions: SamLocal, function: str, event: str) -> Any:
    settings = Config(read_timeout=120, retries={"total_max_attempts": 1})
    session = boto3.Session(CREDENTIALS["AWS_ACCESS_KEY_ID"], CREDENTIALS["AWS_SECRET_ACCESS_KEY"])
    client = session.client(
        "lambda", CREDENTIALS["AWS_DEFAULT_REGION"], endpoint_url=functions.address, config=settings
    )
    return json.loads(client.invoke(FunctionName=function, Payload=event.encode())["Payload"].read())


@pytest.mark.parametrize(("folder", "function"), [("registry", "RegistryFunction"), ("effective", "EffectiveFunction")])
def test_each_event_gets_its_status(
    service: LocalRun, functions: SamLocal, events: Path, folder: str, function: str
) -> None:
    client = table_client(service.state)
    statuses = {}
    for name in STATUSES[folder]:
        empty(client, service.state.table)
        seed(service.state)
        event = (events / folder / f"{name}.json").read_text(encoding="utf-8")
        statuses[name] = invoke(functions, function, event)["statusCode"]

    assert statuses == STATUSES[folder]


def decide(service: LocalRun, functions: SamLocal, event: Path) -> tuple[Any, dict[str, Any]]:
    """What the authorizer returns for an event, and the line that it logs."""
    result = invoke(functions, "AuthorizerFunction", issued(event, service.state))
    while "authorization decided" not in (line := functions.lines.get(timeout=60)):
        pass
    return result, json.loads(line[line.index("{") :])


def test_each_event_of_the_authorizer_is_refused_for_the_reason_in_its_file_name(
    service: LocalRun, functions: SamLocal, events: Path
) -> None:
    reasons = {}
    for name in REASONS:
        result, log = decide(service, functions, events / "authorizer" / f"{name}.json")
        assert result["errorMessage"] == "Unauthorized", name
        reasons[name] = log["reason"]

    assert reasons == REASONS


def test_the_event_with_a_good_token_gets_a_policy(service: LocalRun, functions: SamLocal, events: Path) -> None:
    result, log = decide(service, functions, events / "authorizer" / f"{GOOD}.json")

    [statement] = result["policyDocument"]["Statement"]
    assert (statement["Effect"], log["outcome"]) == ("Allow", "allowed")


def test_one_event_is_invoked_with_make_sam_invoke(service: LocalRun, events: Path) -> None:
    event = events / "registry" / "create-override-that-exists.json"
    result = subprocess.run(  # noqa: S603 - our own command
        service.command("invoke", str(event)),
        cwd=PROJECT,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )

    [answer] = [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]
    assert answer["statusCode"] == 409, result.stderr
