"""Plain values of a warehouse's properties: credentials are refused by name and by form, and nothing else is."""

import hashlib
from collections.abc import Iterator, Mapping
from itertools import batched
from time import process_time
from typing import Any

import pytest
from support.registry import OVERRIDES, Client, override_body
from support.secret_corpus import credentials, harmless_names, plain_values, sensitive_names

SENTINEL = "password"
"""A name that is always refused, so that no request is accepted and stored."""
HARMLESS_VALUE = "warehouse-7"


def refused(api: Client, project: str, properties: Mapping[str, str]) -> Iterator[str]:
    """Yield the names of the properties that are refused; no refusal repeats a value."""
    for batch in batched(properties.items(), 8, strict=False):  # a body has 32 KiB at most
        values = dict(batch) | {SENTINEL: HARMLESS_VALUE}
        body = override_body(
            authType="PASSWORD",
            connectionOverrides={"connectionProperties": {name: {"value": value} for name, value in values.items()}},
        )
        reply = api.call("POST", OVERRIDES, {"projectId": project}, body)
        errors: list[dict[str, Any]] = reply.body["errors"]
        assert reply.status == 400
        assert {error["code"] for error in errors} == {"plain_secret"}, errors
        names = {error["pointer"].split("/")[3] for error in errors}
        assert SENTINEL in names
        assert not [value for value in values.values() if len(value) > 15 and value in str(reply.body)]
        yield from names - {SENTINEL}


def sample(names: Iterator[tuple[str, str]], one_in: int) -> list[str]:
    found = sorted({name for _, name in names} - {SENTINEL})
    return [name for name in found if int(hashlib.sha256(name.encode()).hexdigest(), 16) % one_in == 0]


def test_plain_values_of_properties_with_sensitive_names_are_refused(api: Client, project: str) -> None:
    names = sample(sensitive_names(), 100)

    missed = set(names) - {*refused(api, project, dict.fromkeys(names, HARMLESS_VALUE))}

    assert len(names) > 1_000
    assert missed == set()


def test_plain_values_of_properties_with_harmless_names_pass(api: Client, project: str) -> None:
    names = sample(harmless_names(), 15)

    assert len(names) > 1_000
    assert {*refused(api, project, dict.fromkeys(names, HARMLESS_VALUE))} == set()


def test_values_that_are_credentials_by_their_form_are_refused(api: Client, project: str) -> None:
    values = {f"note{number}": case for number, case in enumerate(credentials(each=4))}

    missed = values.keys() - {*refused(api, project, {name: value for name, (_, value) in values.items()})}

    assert [values[name] for name in missed] == []


def test_values_that_are_no_credentials_pass(api: Client, project: str) -> None:
    values = {f"note{number}": case for number, case in enumerate(plain_values(each=8))}

    found = refused(api, project, {name: value for name, (_, value) in values.items()})

    assert [values[name] for name in found] == []


@pytest.mark.parametrize(
    ("name", "address", "other"),
    [
        ("tokenUrl", "https://login.example.com/token", "hunter2"),
        ("oauth_token_endpoint", "https://login.example.com/token", "hunter2/x"),
        ("privateKeyFile", "/run/keys/rsa_key.p8", "MIIEvQIBADANBgkqhkiG9w0"),
        ("PRIVATE_KEY_PATH", "~/keys/rsa_key.p8", "rsa key"),
        ("passwordFile2", "C:\\keys\\password.txt", "/" + "x" * 256),
        ("secretArn", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:a", "hunter2"),
        ("credentials-location", "s3://bucket/credentials", "s3"),
    ],
)
def test_where_a_secret_is_may_be_a_plain_value_if_it_is_an_address(
    api: Client, project: str, name: str, address: str, other: str
) -> None:
    assert [*refused(api, project, {name: address})] == []
    assert [*refused(api, project, {name: other})] == [name]


def test_an_address_with_a_credential_in_it_is_refused(api: Client, project: str) -> None:
    assert [*refused(api, project, {"tokenUrl": "https://u:hunter2@login.example.com/token"})] == ["tokenUrl"]


PIECES = ["a", "A1", "://", "://a:", "eyJ", ".eyJaaaaaaaa.", "--a ", " a:", "pwd=", "'", "\na: b", "x=", "basic "]
PIECES += ["bearer a", "a 'b", "M.", "a_", "ab-", "%3D", "%", "jdbc:oracle:a:b/", "a:b@", "MII", " ", '"a":"', "a>b</"]
NAME_PIECES = [
    "a",
    "aB",
    "a_",
    "db",
    "dbSf",
    "pass",
    "pas",
    "old_",
    "v2",
    "key",
    "keydata",
    "data_base",
    "x_path",
    "secret_",
]


@pytest.mark.parametrize("first", PIECES)
def test_no_form_of_a_value_takes_long(api: Client, project: str, first: str) -> None:
    values = {f"note{number}": ((first + second) * 2_048)[:2_048] for number, second in enumerate(PIECES)}
    began = process_time()

    assert {*refused(api, project, values)} <= {*values}

    assert process_time() - began < 3


def test_no_form_of_a_name_takes_long(api: Client, project: str) -> None:
    names = {((first + second) * 128)[:127] + "-" for first in NAME_PIECES for second in ["", *NAME_PIECES]}
    began = process_time()

    assert [*refused(api, project, dict.fromkeys(names, "/" * 2_048))] != []

    assert process_time() - began < 3
