"""Configuration files: what they declare, and what is said about mistakes."""

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest
from connection_overrides_client.configuration.items import Address
from connection_overrides_client.configuration.loading import Configuration, ConfigurationInvalid, load
from connection_overrides_client.configuration.shapes import json_schema
from openapi_schema_validator import OAS31Validator
from ruamel.yaml import YAML

SCHEMA: Final = Path(__file__).parents[2] / "clients" / "python" / "overrides.schema.json"

WHOLE: Final = """\
# yaml-language-server: $schema=overrides.schema.json
environments:
  DEV: {}
  TEST:
  PROD: {protected: true, displayName: Production, description: "The real one"}
connections:
  Salesforce:
    platformConnectionType: COMPONENT_BASIC
    authProvider: salesforce
    authType: OAUTH_CLIENT_CRED
    default:
      description: CRM
      secretsLocation: {type: AWS_SECRET_MANAGER, region: us-east-1}
      connectionProperties: {secretName: dev/salesforce}
  Lake: {platformConnectionType: CLOUD_PLATFORM_CREDENTIALS, authProvider: aws, authType: CLOUD_PROVIDER_SECRET}
  Warehouse: {platformConnectionType: DWH, authProvider: snowflake, authType: KEY_PAIR}
overrides:
  PROD:
    Salesforce:
      connectionProperties: {secretName: prod/salesforce}
      expiresAt: 2027-01-31T14:00:00+02:00
      thenUse: PREVIOUS
    Lake: BLOCKED
    Warehouse: {connectionProperties: {account: {value: "42"}, privateKey: {secretName: prod/key, secretKey: pem}}}
  DEV:
    Lake: {blocked: true, expiresAt: "2027-01-31T14:00:00Z", thenUse: DEFAULT}
"""

CONNECTION: Final = "{platformConnectionType: COMPONENT_BASIC, authProvider: NONE, authType: GENERIC_SECRET}"
FURNISHED: Final = f"environments: {{DEV: {{}}}}\nconnections: {{A: {CONNECTION}}}\n"


def loaded(folder: Path, text: str | bytes) -> Configuration:
    file = folder / "overrides.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load(file)


def mistakes(folder: Path, text: str | bytes) -> list[str]:
    """The mistakes as `line:column: sentence`."""
    with pytest.raises(ConfigurationInvalid) as caught:
        loaded(folder, text)
    lines = str(caught.value).splitlines()
    prefix = f"{folder / 'overrides.yaml'}:"
    assert all(re.match(r".*:\d+:\d+: .*[.?]$", line) for line in lines), lines
    return [line.removeprefix(prefix) for line in lines]


def test_a_file_declares_items_with_their_defaults_filled_in(tmp_path: Path) -> None:
    found = loaded(tmp_path, WHOLE)

    assert {str(address): declared.body for address, declared in found.items.items()} == {
        "environment DEV": {"protected": False, "inheritDefaults": True},
        "environment TEST": {"protected": False, "inheritDefaults": True},
        "environment PROD": {
            "protected": True,
            "inheritDefaults": False,
            "displayName": "Production",
            "description": "The real one",
        },
        "connection Salesforce": {
            "platformConnectionType": "COMPONENT_BASIC",
            "authProvider": "salesforce",
            "authType": "OAUTH_CLIENT_CRED",
            "connectionDetails": {
                "description": "CRM",
                "secretsLocation": {"type": "AWS_SECRET_MANAGER", "region": "us-east-1"},
                "connectionProperties": {"secretName": "dev/salesforce"},
            },
        },
        "connection Lake": {
            "platformConnectionType": "CLOUD_PLATFORM_CREDENTIALS",
            "authProvider": "aws",
            "authType": "CLOUD_PROVIDER_SECRET",
        },
        "connection Warehouse": {
            "platformConnectionType": "DWH",
            "authProvider": "snowflake",
            "authType": "KEY_PAIR",
        },
        "override of Salesforce in PROD": {
            "authType": "OAUTH_CLIENT_CRED",
            "connectionOverrides": {"connectionProperties": {"secretName": "prod/salesforce"}},
            "expiresAt": "2027-01-31T12:00:00.000Z",
            "thenUse": "PREVIOUS",
        },
        "override of Lake in PROD": {"authType": "CLOUD_PROVIDER_SECRET", "blocked": True},
        "override of Warehouse in PROD": {
            "authType": "KEY_PAIR",
            "connectionOverrides": {
                "connectionProperties": {
                    "account": {"value": "42"},
                    "privateKey": {"secretName": "prod/key", "secretKey": "pem"},
                }
            },
        },
        "override of Lake in DEV": {
            "authType": "CLOUD_PROVIDER_SECRET",
            "blocked": True,
            "expiresAt": "2027-01-31T14:00:00.000Z",
            "thenUse": "DEFAULT",
        },
    }
    assert str(found.items[Address.of_override("PROD", "Lake")].place).endswith("overrides.yaml:23:5")
    assert found.managed == {"environment", "connection", "override"}


@pytest.mark.parametrize("text", ["", "# Nothing yet\n", "~\n", "---\n", "\ufeff"])
def test_an_empty_file_declares_nothing_and_says_so(tmp_path: Path, text: str) -> None:
    found = loaded(tmp_path, text)

    assert (found.items, found.managed) == ({}, set())
    assert [note.rpartition("/")[2] for note in found.notes] == ["overrides.yaml is empty: it declares nothing."]


def test_all_mistakes_of_a_file_are_reported_at_once(tmp_path: Path) -> None:
    text = """\
environments:
  DEV: {protected: yes, displayNaem: D}
  NO: {}
conections: {}
connections:
  1: {platformConnectionType: COMPONENT_BASIC, authProvider: NONE}
  Lake:
    platformConnectionType: [COMPONENT_BASIC]
    authProvider: NONE
    authType: GENERIC_SECRET
    default: {connectionProperties: {secretName: 007, pasword: hunter2}}
overrides:
  DEV:
    Lake: BLOCK
    Lake: {blocked: true, connectionProperties: {secretName: null}}
    Salesforce: {expiresAt: soon}
"""
    quotes = "and YAML reads this as something else: put it in quotes."
    assert mistakes(tmp_path, text) == [
        "2:20: This must be true or false.",
        "2:25: Unknown key 'displayNaem'. Did you mean 'displayName'?",
        f"3:3: A name must be text, {quotes}",
        "4:1: Unknown key 'conections'. Did you mean 'connections'?",
        f"6:3: A name must be text, {quotes}",
        "6:6: 'authType' is missing.",
        "8:29: This must be text.",
        f"11:50: This must be text, {quotes}",
        "11:55: Unknown key 'pasword'. Known keys: secretName, secretKey, credentialSecretName.",
        "14:11: An override is a secret reference, or BLOCKED.",
        "15:5: Duplicate key 'Lake': it is also in line 14.",
        "16:5: This is an override of Salesforce in DEV, but no file declares the connection Salesforce.",
        "16:17: 'connectionProperties' is missing.",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &x [1, 1]\nb: [*x, *x]\n", "1:4: Anchors and aliases are not supported: write the value out."),
        ("environments: *e", "1:15: Anchors and aliases are not supported: write the value out."),
        ("environments: !!python/object:os.system {}", "1:15: Tags are not supported: remove it."),
        ("! {}", "1:1: Tags are not supported: remove it."),
        ("---\nenvironments: {}\n---\n", "3:1: A file has one document: remove `---`."),
        ("environments:\n\tDEV: {}", "2:1: Tabs cannot indent YAML: use spaces."),
        (b"environments:\n  D\xff: {}", "2:4: The file is not in UTF-8."),
        ("environments: {'a\x01': {}}", "1:18: Control character U+0001: remove it."),
        ('environments: {"\\uD800": {}}', "1:16: The text contains half of a surrogate pair, which is no character."),
        ('environments: {"\\UFFFFFFFF": {}}', "1:15: This is not valid YAML."),
        ("environments: [", "1:16: This is not valid YAML: expected the node content, but found '<stream end>'."),
        ("[" * 5000, "1:34: Values are nested more than 32 levels deep."),
        ("{a: " * 5000, "1:133: Values are nested more than 32 levels deep."),
        ("environments: {? [a] : b}", "1:18: A key must be text."),
        ("environments: {DEV: {}, DEV: {}}", "1:25: Duplicate key 'DEV': it is also in line 1."),
        ("environments: {'..': {}}", "1:16: '..' cannot be a name."),
        ("<<: {}", "1:1: Unknown key '<<'. Known keys: environments, connections, overrides."),
        ("- environments", "1:1: This must be a mapping."),
        (
            FURNISHED + "overrides: {DEV: {A: {blocked: true, connectionProperties: {}}}}",
            "3:22: A blocked override has no secret reference.",
        ),
        (
            FURNISHED + "overrides: {PROD: {A: BLOCKED}}",
            "3:20: This is an override of A in PROD, but no file declares the environment PROD.",
        ),
    ],
)
def test_a_mistake_has_its_place(tmp_path: Path, text: str | bytes, expected: str) -> None:
    assert mistakes(tmp_path, text) == [expected]


@pytest.mark.parametrize(
    "value", ["no", "NO", "y", "off", "True", "null", "~", "1", "1_000", "0x1F", "1.5e3", "12:30", "2026-01-31"]
)
def test_what_yaml_may_not_read_as_text_needs_quotes(tmp_path: Path, value: str) -> None:
    text = "environments: {%s: {}}"

    assert mistakes(tmp_path, text % value) == [
        "1:16: A name must be text, and YAML reads this as something else: put it in quotes."
    ]
    assert Address.of_environment(value) in loaded(tmp_path, text % f"'{value}'").items


def test_a_file_over_10_mb_is_refused(tmp_path: Path) -> None:
    assert mistakes(tmp_path, "#" * 10_000_001) == ["1:1: The file is larger than 10 MB."]


def test_a_missing_file_and_an_empty_folder_are_mistakes(tmp_path: Path) -> None:
    for path, message in [
        (tmp_path / "none.yaml", "The file cannot be read: No such file or directory."),
        (tmp_path, "The folder contains no *.yaml file."),
    ]:
        with pytest.raises(ConfigurationInvalid) as caught:
            load(path)
        assert str(caught.value) == f"{path}:1:1: {message}"


def test_no_message_contains_a_value(tmp_path: Path) -> None:
    text = FURNISHED + "overrides: {DEV: {A: {connectionProperties: {secretName: [hunter2], password: hunter2}}}}"

    assert "hunter2" not in "".join(mistakes(tmp_path, text))


def test_a_folder_is_read_in_the_order_of_names_and_merged(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text(f"connections: {{A: {CONNECTION}}}")
    (tmp_path / "a.yaml").write_text("overrides: {DEV: {A: BLOCKED}}\nenvironments: {PROD: {}}")
    (tmp_path / "c.yaml").write_text("environments: {DEV: {}}")
    (tmp_path / "d.yml").write_text("environments: {TEST: {}}")

    found = load(tmp_path)

    assert [*map(str, found.items)] == ["override of A in DEV", "environment PROD", "connection A", "environment DEV"]


def test_what_two_files_declare_is_a_mistake_with_both_places(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("environments:\n  DEV: {}")
    (tmp_path / "b.yaml").write_text("environments: {DEV: {}}")

    with pytest.raises(ConfigurationInvalid) as caught:
        load(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path}/b.yaml:1:16: The environment DEV is declared twice: the other place is {tmp_path}/a.yaml:2:3."
    )


def test_mistakes_of_all_files_are_reported_and_none_follows_from_another(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("environments: {DEV: {}")
    (tmp_path / "b.yaml").write_text("overrides: {DEV: {A: BLOCKED}}\nother: 1")

    with pytest.raises(ConfigurationInvalid) as caught:
        load(tmp_path)
    assert [str(mistake.place).rpartition("/")[2] for mistake in caught.value.mistakes] == ["a.yaml:1:23", "b.yaml:2:1"]


# The schema for editors


def test_the_schema_for_editors_is_current() -> None:
    assert json.loads(SCHEMA.read_text()) == json_schema()


@pytest.mark.parametrize(
    ("change", "is_valid"),
    [
        ({}, True),
        ({"overrides": {"PROD": {"Lake": "BLOCKED"}}}, True),
        ({"overrides": {"PROD": {"Lake": "BLOCK"}}}, False),
        ({"overrides": {"PROD": {"Lake": {"secret": "x"}}}}, False),
        ({"environments": {"DEV": None}}, True),
        ({"environments": {"DEV": {"protected": "yes"}}}, False),
        ({"connections": {"A": {"authType": "GENERIC_SECRET"}}}, False),
        ({"project": {}}, False),
    ],
)
def test_the_schema_for_editors_accepts_what_is_valid(change: dict[str, Any], *, is_valid: bool) -> None:
    document = {
        **YAML(typ="safe", pure=True).load(WHOLE.replace("2027-01-31T14:00:00+02:00", '"2027-01-31T14:00:00Z"')),
        **change,
    }

    OAS31Validator.check_schema(json_schema())
    assert OAS31Validator(json_schema()).is_valid(document) == is_valid
