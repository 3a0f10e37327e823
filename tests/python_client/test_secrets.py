"""`secrets.fetch` with the packages of the three clouds, which talk to vaults in process or on loopback."""

import base64
import json
import logging
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from io import BytesIO
from typing import Any, Self
from urllib.parse import urlsplit

import boto3
import pytest
import requests
from azure.core.credentials import AccessToken
from azure.core.pipeline.transport import RequestsTransport
from azure.keyvault.secrets import SecretClient
from connection_overrides_client import ApiError
from connection_overrides_client.models import SecretReference
from connection_overrides_client.secrets import SecretUnavailable, azure, fetch, google
from google.auth.credentials import AnonymousCredentials
from google.cloud.secretmanager import SecretManagerServiceClient
from google.cloud.secretmanager_v1.services.secret_manager_service.transports import SecretManagerServiceRestTransport
from moto import mock_aws
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

AWS = {"type": "AWS_SECRET_MANAGER", "region": "eu-west-1"}
AZURE = {"type": "AZURE_KEY_VAULT", "vaultUrl": "https://team.vault.azure.net"}
GOOGLE = {"type": "GCP_SECRET_MANAGER", "projectId": "team-project"}
ANONYMOUS = AnonymousCredentials()  # type: ignore[no-untyped-call] # the package has no types
VALUE = "s3cr3t-välue"


def reference(location: Mapping[str, str] | None = None, **properties: Any) -> dict[str, Any]:
    return {**({"secretsLocation": location} if location else {}), "connectionProperties": properties}


def refusal(reference: Mapping[str, Any], default: str | None = None) -> str:
    """Return what the refusal says. It contains no value, nor does any error that led to it."""
    with pytest.raises(SecretUnavailable) as refused:
        fetch(reference, default=default)
    assert isinstance(refused.value, ApiError)
    assert refused.value.__context__ is None or isinstance(refused.value.__context__, ImportError)
    assert VALUE not in str(refused.value)
    return str(refused.value)


@pytest.fixture(autouse=True)
def no_vault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OVERRIDES_VAULT", raising=False)


# AWS


class SecretsManager:
    """Secrets Manager of eu-west-1."""

    def __init__(self) -> None:
        self._client: Any = boto3.client("secretsmanager", "eu-west-1")
        self._names: list[str] = []

    def put(self, name: str, value: str | bytes) -> None:
        kind = "SecretString" if isinstance(value, str) else "SecretBinary"
        self._client.create_secret(Name=name, **{kind: value})
        self._names.append(name)

    def clear(self) -> None:
        for name in self._names:
            self._client.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretsManager]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        manager = SecretsManager()
        yield manager
        manager.clear()  # the emulator stays if the service's table is in it


def test_a_secret_name_is_fetched_from_the_region_of_the_reference(aws: SecretsManager) -> None:
    aws.put("prod/salesforce", VALUE)

    assert fetch(reference(AWS, secretName="prod/salesforce")) == {"secret": VALUE}
    assert fetch(reference(AWS, credentialSecretName="prod/salesforce")) == {"credential": VALUE}
    elsewhere = {**AWS, "region": "us-east-1"}
    assert "ResourceNotFoundException" in refusal(reference(elsewhere, secretName="prod/salesforce"))


def test_a_model_is_a_reference_as_well(aws: SecretsManager) -> None:
    aws.put("prod/salesforce", json.dumps({"apiKey": VALUE}))
    model = SecretReference.model_validate(reference(AWS, secretName="prod/salesforce", secretKey="apiKey"))

    assert fetch(model) == {"secret": VALUE}


def test_binary_secrets_are_utf_8(aws: SecretsManager) -> None:
    aws.put("text", VALUE.encode())
    aws.put("bytes", b"\xff" + VALUE.encode())

    assert fetch(reference(AWS, secretName="text")) == {"secret": VALUE}
    assert refusal(reference(AWS, secretName="bytes")) == (
        "The secret 'bytes' in AWS Secrets Manager in eu-west-1 cannot be read: it is not UTF-8."
    )


def test_a_warehouse_has_values_secrets_and_members_of_secrets(aws: SecretsManager) -> None:
    aws.put("warehouse", json.dumps({"user": "loader", "password": VALUE, "port": 5439, "options": {"ssl": True}}))
    aws.put("key", "pem")
    properties = {
        "host": {"value": "warehouse.example.com"},
        "privateKey": {"secretName": "key"},
        **{name: {"secretName": "warehouse", "secretKey": name} for name in ("user", "password", "port", "options")},
    }

    assert fetch(reference(AWS, **properties)) == {
        "host": "warehouse.example.com",
        "privateKey": "pem",
        "user": "loader",
        "password": VALUE,
        "port": "5439",
        "options": '{"ssl": true}',
    }


def test_a_warehouse_may_have_properties_that_are_named_as_members_of_a_reference() -> None:
    properties = {"secretName": {"value": "a"}, "credentialSecretName": {"value": "b"}}

    assert fetch(reference(**properties)) == {"secretName": "a", "credentialSecretName": "b"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (VALUE, "The secret 'one' is no JSON object, so it has no 'apiKey'."),
        (f'["{VALUE}"]', "The secret 'one' is no JSON object, so it has no 'apiKey'."),
        ("[" * 100_000, "The secret 'one' is no JSON object, so it has no 'apiKey'."),
        (f'{{"apikey": "{VALUE}"}}', "The secret 'one' has no 'apiKey'."),
        (f'{{"apiKey": null, "other": "{VALUE}"}}', "The secret 'one' has no 'apiKey'."),
    ],
)
def test_a_secret_without_the_key_is_refused(aws: SecretsManager, content: str, said: str) -> None:
    aws.put("one", content)

    assert refusal(reference(AWS, secretName="one", secretKey="apiKey")) == said


def test_a_secret_that_does_not_exist_is_refused_with_the_vault_s_code(aws: SecretsManager) -> None:
    assert aws
    assert refusal(reference(AWS, secretName="none")) == (
        "The secret 'none' in AWS Secrets Manager in eu-west-1 cannot be read: ResourceNotFoundException."
    )


# The vault of the runner


def test_without_a_location_the_vault_is_chosen_by_the_caller_or_the_environment(
    aws: SecretsManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws.put("one", VALUE)

    assert fetch(reference(secretName="one"), default="aws:eu-west-1") == {"secret": VALUE}
    monkeypatch.setenv("OVERRIDES_VAULT", "aws:eu-west-1")
    assert fetch(reference(secretName="one")) == {"secret": VALUE}
    assert "us-east-1 cannot be read" in refusal(reference(secretName="one"), default="aws:us-east-1")
    # The location of a reference wins.
    assert fetch(reference(AWS, secretName="one"), default="gcp:team-project") == {"secret": VALUE}


@pytest.mark.parametrize("default", [None, ""])
def test_without_a_vault_nothing_is_fetched(default: str | None) -> None:
    assert refusal(reference(secretName="one"), default) == (
        "The secret reference names no vault. Set OVERRIDES_VAULT to the one of this process, such as aws:us-east-1."
    )


@pytest.mark.parametrize("default", ["aws", "aws:", "vault:x", "us-east-1", ":"])
def test_a_vault_that_does_not_exist_is_refused(default: str) -> None:
    said = refusal(reference(secretName="one"), default)

    assert said.startswith("A vault is aws:<region>, azure:<vault URL> or gcp:<project>, not ")


def test_a_hosted_vault_is_refused_even_with_a_vault_of_the_runner() -> None:
    assert refusal(reference({"type": "HOSTED"}, secretName="one"), "aws:eu-west-1") == (
        "A vault of type HOSTED can only be read by the platform that runs it."
    )


def test_no_reference_is_refused() -> None:
    with pytest.raises(SecretUnavailable, match="There is no secret reference"):
        fetch(None)


@pytest.mark.parametrize(
    ("location", "package", "extra"),
    [(AWS, "boto3", "aws"), (AZURE, "azure.identity", "azure"), (GOOGLE, "google.cloud.secretmanager", "google")],
)
def test_a_missing_package_is_said_with_the_extra(
    monkeypatch: pytest.MonkeyPatch, location: Mapping[str, str], package: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, f"connection_overrides_client.secrets.{extra}", raising=False)

    said = refusal(reference(location, secretName="one"))

    assert said == f"A package is missing: pip install 'connection-overrides-client[{extra}]'"


# Azure and Google


class Vault(HTTPAdapter):
    """What is at every address: `answers` by path, each a status and JSON. `requests` are those it got."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: dict[str, tuple[int, Any]] = {}
        self.requests: list[requests.PreparedRequest] = []

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        self.requests.append(request)
        address = urlsplit(str(request.url))
        headers = {"Content-Type": "application/json"}
        status, content = self.answers.get(address.path, (404, {}))
        if "Authorization" not in request.headers and ".vault.azure.net" in address.netloc:
            challenge = 'Bearer authorization="https://login.microsoftonline.com/1", resource="https://vault.azure.net"'
            status, content = 401, {}
            headers["WWW-Authenticate"] = challenge
        body = BytesIO(json.dumps(content).encode())
        return self.build_response(request, HTTPResponse(body, headers, status, preload_content=False))


class Credential:
    """A credential of Azure that always has a token."""

    def get_token(self, *_: str, **__: Any) -> AccessToken:
        return AccessToken("token of the process", 2**40)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is open."""


@pytest.fixture
def vault(monkeypatch: pytest.MonkeyPatch) -> Vault:
    """What the real clients of Azure and Google reach."""
    vault = Vault()

    def google_client(*, transport: str) -> SecretManagerServiceClient:
        assert transport == "rest"
        there = SecretManagerServiceRestTransport(credentials=ANONYMOUS)
        there._session.mount("https://", vault)  # noqa: SLF001 - the client takes no session
        return SecretManagerServiceClient(transport=there)

    session = requests.Session()
    session.mount("https://", vault)
    there = RequestsTransport(session=session, session_owner=False)
    monkeypatch.setattr(azure, "DefaultAzureCredential", Credential)
    monkeypatch.setattr(azure, "SecretClient", partial(SecretClient, transport=there))
    monkeypatch.setattr(google, "SecretManagerServiceClient", google_client)
    return vault


def test_a_secret_of_a_key_vault_is_its_current_version(vault: Vault) -> None:
    vault.answers["/secrets/prod-salesforce/"] = (200, {"value": VALUE, "id": f"{AZURE['vaultUrl']}/secrets/x/1"})
    wanted = reference(secretName="prod-salesforce")

    assert fetch({**wanted, "secretsLocation": AZURE}) == {"secret": VALUE}
    assert fetch(wanted, default=f"azure:{AZURE['vaultUrl']}") == {"secret": VALUE}
    assert {urlsplit(str(request.url)).hostname for request in vault.requests} == {"team.vault.azure.net"}


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (404, {"error": {"code": "SecretNotFound", "message": VALUE}}, "SecretNotFound"),
        (403, {"error": {"code": "Forbidden", "message": VALUE}}, "Forbidden"),
        (400, {"message": VALUE}, "400"),
        (200, {"id": f"{AZURE['vaultUrl']}/secrets/x/1", "note": VALUE}, "LookupError"),
    ],
)
def test_a_key_vault_s_refusal_is_its_code(vault: Vault, status: int, body: dict[str, Any], code: str) -> None:
    vault.answers["/secrets/one/"] = (status, body)

    assert refusal(reference(AZURE, secretName="one")) == (
        f"The secret 'one' in the key vault https://team.vault.azure.net cannot be read: {code}."
    )


def test_no_token_is_sent_to_a_vault_that_is_not_azure_s(vault: Vault) -> None:
    elsewhere = {"type": "AZURE_KEY_VAULT", "vaultUrl": "https://team.vault.azure.net.example.com"}

    refusal(reference(elsewhere, secretName="one"))

    assert vault.requests
    assert all("Authorization" not in request.headers for request in vault.requests)


def payload(content: bytes) -> dict[str, Any]:
    return {"name": "x", "payload": {"data": base64.b64encode(content).decode()}}


def test_a_secret_of_google_is_its_latest_version(vault: Vault) -> None:
    vault.answers["/v1/projects/team-project/secrets/one/versions/latest:access"] = (200, payload(VALUE.encode()))

    assert fetch(reference(GOOGLE, secretName="one")) == {"secret": VALUE}
    assert fetch(reference(secretName="one"), default="gcp:team-project") == {"secret": VALUE}


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (404, {"error": {"message": VALUE}}, "NOT_FOUND"),
        (403, {"error": {"message": VALUE}}, "FORBIDDEN"),
        (200, payload(b"\xff" + VALUE.encode()), "it is not UTF-8"),
    ],
)
def test_a_refusal_of_google_is_its_code(vault: Vault, status: int, body: dict[str, Any], code: str) -> None:
    vault.answers["/v1/projects/team-project/secrets/one/versions/latest:access"] = (status, body)

    assert refusal(reference(GOOGLE, secretName="one")) == (
        f"The secret 'one' in Google Secret Manager of team-project cannot be read: {code}."
    )


@pytest.mark.parametrize("location", [AZURE, GOOGLE])
def test_each_secret_is_fetched_once(vault: Vault, location: Mapping[str, str]) -> None:
    content = json.dumps({"user": "loader", "password": VALUE})
    vault.answers["/v1/projects/team-project/secrets/one/versions/latest:access"] = (200, payload(content.encode()))
    vault.answers["/secrets/one/"] = (200, {"value": content, "id": f"{AZURE['vaultUrl']}/secrets/x/1"})
    properties = {name: {"secretName": "one", "secretKey": name} for name in ("user", "password")}

    assert fetch(reference(location, **properties)) == {"user": "loader", "password": VALUE}
    assert len([one for one in vault.requests if location is GOOGLE or "Authorization" in one.headers]) == 1


def test_no_value_is_logged_at_any_level(
    aws: SecretsManager, vault: Vault, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws.put("one", VALUE)
    vault.answers["/v1/projects/team-project/secrets/one/versions/latest:access"] = (200, payload(VALUE.encode()))
    vault.answers["/secrets/one/"] = (200, {"value": VALUE, "id": f"{AZURE['vaultUrl']}/secrets/x/1"})
    # Google's packages log nowhere unless they are told to.
    monkeypatch.setattr(logging.getLogger("google"), "handlers", [caplog.handler])

    with caplog.at_level(logging.DEBUG):
        for location in (AWS, AZURE, GOOGLE):
            assert fetch(reference(location, secretName="one")) == {"secret": VALUE}

    said = [f"{record.getMessage()} {vars(record)}" for record in caplog.records]
    assert {record.name.partition(".")[0] for record in caplog.records} >= {"azure", "botocore", "google"}
    # However they write the letter that is not ASCII.
    assert not [line for line in said if "s3cr3t" in line or base64.b64encode(b"s3cr3t").decode() in line]
