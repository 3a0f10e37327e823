"""Connection types: every row of the table, and invalid combinations."""

import pytest
from support.registry import CONNECTIONS, OVERRIDES, Client, connection_body, override_body

SECRET = {"secretName": "team/secret", "secretKey": "apiKey"}
CREDENTIAL = {"credentialSecretName": "team/cloud"}
WAREHOUSE = {"account": {"value": "xy12345"}, "privateKey": {"secretName": "team/key", "secretKey": "pem"}}

ROWS = [
    ("COMPONENT_BASIC", "NONE", "GENERIC_SECRET", SECRET),
    ("COMPONENT_BASIC", "salesforce", "OAUTH_CLIENT_CRED", SECRET),
    ("COMPONENT_BASIC", "salesforce", "OAUTH_USER_TOKENS", SECRET),
    ("COMPONENT_BASIC", "google-ads", "OAUTH_AUTHORIZATION_CODE", SECRET),
    ("COMPONENT_BASIC", "netsuite", "COMPOSITE_TOKEN", SECRET),
    ("COMPONENT_BASIC", "x-ads", "OAUTH_1_0_X_ADS", SECRET),
    ("CLOUD_PLATFORM_CREDENTIALS", "aws", "CLOUD_PROVIDER_SECRET", CREDENTIAL),
    ("CLOUD_PLATFORM_CREDENTIALS", "gcp", "CLOUD_PROVIDER_SECRET", CREDENTIAL),
    ("CLOUD_PLATFORM_CREDENTIALS", "azure", "CLOUD_PROVIDER_SECRET", CREDENTIAL),
    ("DWH", "snowflake", "KEY_PAIR", WAREHOUSE),
    ("DWH", "redshift", "PASSWORD", WAREHOUSE),
]
AT_LIMITS = [
    ("COMPONENT_BASIC", "NONE", "GENERIC_SECRET", {"secretName": "a" * 512, "secretKey": "k" * 256}),
    ("DWH", "snowflake", "KEY_PAIR", {"p" * 128: {"value": "x" * 2_048}}),
    ("DWH", "snowflake", "KEY_PAIR", {f"a{number}": {"value": "x"} for number in range(50)}),
    ("DWH", "snowflake", "KEY_PAIR", {"a": {"secretName": "a", "secretKey": "k"}}),
    ("COMPONENT_BASIC", "x", "OAUTH_CLIENT_CRED", SECRET),
    ("COMPONENT_BASIC", "c" * 64, "OAUTH_CLIENT_CRED", SECRET),
]
"""Properties and providers at the limits of their rules."""


@pytest.mark.parametrize(("connection_type", "provider", "auth_type", "properties"), ROWS + AT_LIMITS)
def test_each_connection_type_is_accepted_in_connections_and_overrides(
    api: Client, project: str, connection_type: str, provider: str, auth_type: str, properties: dict[str, object]
) -> None:
    kind = {"platformConnectionType": connection_type, "authProvider": provider, "authType": auth_type}
    connection = connection_body("X", **kind, connectionDetails={"connectionProperties": properties})
    override = override_body(
        connectionName="X", authType=auth_type, connectionOverrides={"connectionProperties": properties}
    )

    made = api.call("POST", CONNECTIONS, {"projectId": project}, connection)
    overridden = api.call("POST", OVERRIDES, {"projectId": project}, override)

    assert (made.status, overridden.status) == (201, 201), (made, overridden)
    assert made.body["connectionDetails"] == {"connectionProperties": properties}
    assert overridden.body["connectionOverrides"] == {"connectionProperties": properties}
    assert overridden.body | kind == overridden.body


def test_a_secret_key_of_null_is_as_if_it_were_absent(api: Client, project: str) -> None:
    properties = {"secretName": "x", "secretKey": None}
    body = connection_body("X", connectionDetails={"connectionProperties": properties})

    created = api.call("POST", CONNECTIONS, {"projectId": project}, body)

    assert created.body["connectionDetails"] == {"connectionProperties": {"secretName": "x"}}


@pytest.mark.parametrize(
    ("connection_type", "provider", "auth_type"),
    [
        ("COMPONENT_BASIC", "NONE", "KEY_PAIR"),
        ("COMPONENT_BASIC", "NONE", "OAUTH_CLIENT_CRED"),
        ("COMPONENT_BASIC", "salesforce", "GENERIC_SECRET"),
        ("COMPONENT_BASIC", "salesforce", "COMPOSITE_TOKEN"),
        ("COMPONENT_BASIC", "", "OAUTH_CLIENT_CRED"),
        ("COMPONENT_BASIC", "c" * 65, "OAUTH_CLIENT_CRED"),
        ("COMPONENT_BASIC", "sales force", "OAUTH_CLIENT_CRED"),
        ("CLOUD_PLATFORM_CREDENTIALS", "NONE", "GENERIC_SECRET"),
        ("CLOUD_PLATFORM_CREDENTIALS", "oracle", "CLOUD_PROVIDER_SECRET"),
        ("CLOUD_PLATFORM_CREDENTIALS", "AWS", "CLOUD_PROVIDER_SECRET"),
        ("DWH", "snowflake", "PASSWORD"),
        ("DWH", "redshift", "KEY_PAIR"),
        ("DWH", "bigquery", "PASSWORD"),
    ],
)
def test_an_invalid_combination_is_refused(
    api: Client, project: str, connection_type: str, provider: str, auth_type: str
) -> None:
    kind = {"platformConnectionType": connection_type, "authProvider": provider, "authType": auth_type}

    reply = api.call("POST", CONNECTIONS, {"projectId": project}, connection_body("X", **kind))

    assert reply.status == 400
    assert reply.body["errors"][0]["pointer"] == "/authType"
    assert reply.body["errors"][0]["code"] == "kind_combination"


@pytest.mark.parametrize(
    ("connection_type", "alternatives"),
    [
        (
            "COMPONENT_BASIC",
            (
                "NONE with GENERIC_SECRET; "
                "a connector's name with OAUTH_AUTHORIZATION_CODE or OAUTH_CLIENT_CRED or OAUTH_USER_TOKENS; "
                "netsuite with COMPOSITE_TOKEN; x-ads with OAUTH_1_0_X_ADS"
            ),
        ),
        ("CLOUD_PLATFORM_CREDENTIALS", "aws or azure or gcp with CLOUD_PROVIDER_SECRET"),
        ("DWH", "snowflake with KEY_PAIR; redshift with PASSWORD"),
    ],
)
def test_an_invalid_combination_is_refused_with_the_valid_ones_of_its_platform_connection_type(
    api: Client, project: str, connection_type: str, alternatives: str
) -> None:
    kind = {"platformConnectionType": connection_type, "authProvider": "-", "authType": "PASSWORD"}

    reply = api.call("POST", CONNECTIONS, {"projectId": project}, connection_body("X", **kind))

    assert (reply.status, reply.body["errors"][0]["code"]) == (400, "kind_combination")
    assert reply.body["errors"][0]["message"].endswith(alternatives)


@pytest.mark.parametrize(
    ("auth_type", "properties", "pointer", "code"),
    [
        ("GENERIC_SECRET", {}, "/secretName", "missing"),
        ("GENERIC_SECRET", {"secretName": "a b"}, "/secretName", "secret_name_format"),
        ("GENERIC_SECRET", {"secretName": "a\n"}, "/secretName", "secret_name_format"),
        ("GENERIC_SECRET", {"secretName": 5}, "/secretName", "string_type"),
        ("GENERIC_SECRET", {"secretName": "a", "secretkey": "b"}, "/secretkey", "extra_forbidden"),
        ("GENERIC_SECRET", {"secretName": "a", "secretKey": ""}, "/secretKey", "secret_key_format"),
        ("GENERIC_SECRET", {"secretName": "a", "secretKey": "k" * 257}, "/secretKey", "secret_key_format"),
        ("GENERIC_SECRET", CREDENTIAL, "/secretName", "missing"),
        ("CLOUD_PROVIDER_SECRET", SECRET, "/credentialSecretName", "missing"),
        ("CLOUD_PROVIDER_SECRET", {"credentialSecretName": "a b"}, "/credentialSecretName", "secret_name_format"),
        ("KEY_PAIR", {"privateKey": {"secretName": "a b"}}, "/privateKey/secretName", "secret_name_format"),
        ("KEY_PAIR", {}, "", "too_short"),
        ("KEY_PAIR", {f"a{number}": {"value": "x"} for number in range(51)}, "", "too_long"),
        ("KEY_PAIR", {"a": {"value": "x" * 2_049}}, "/a/value", "string_too_long"),
        ("KEY_PAIR", {"": {"value": "x"}}, "/", "property_name_format"),
        ("KEY_PAIR", {"a": "plain"}, "/a", "model_type"),
        ("KEY_PAIR", {"a": {}}, "/a", "value_or_reference"),
        ("KEY_PAIR", {"a": {"value": "x", "secretName": "y"}}, "/a", "value_or_reference"),
        ("KEY_PAIR", {"a": {"value": "x", "secretKey": "y"}}, "/a", "key_without_secret"),
        ("KEY_PAIR", {"a": {"value": 5}}, "/a/value", "string_type"),
        ("KEY_PAIR", {"a b": {"value": "x"}}, "/a b", "property_name_format"),
        ("KEY_PAIR", {"p" * 129: {"value": "x"}}, "/" + "p" * 64, "property_name_format"),
        ("PASSWORD", {"password": {"value": "hunter2"}}, "/password/value", "plain_secret"),
        ("PASSWORD", {"privateKey": {"value": "x"}}, "/privateKey/value", "plain_secret"),
        ("PASSWORD", {"db_pass_phrase": {"value": "x"}}, "/db_pass_phrase/value", "plain_secret"),
        ("PASSWORD", {"ACCESS-TOKEN": {"value": "x"}}, "/ACCESS-TOKEN/value", "plain_secret"),
        ("PASSWORD", {"url": {"value": "jdbc://u:hunter2@host"}}, "/url/value", "plain_secret"),
        ("PASSWORD", {"pem": {"value": "x"}}, "/pem/value", "plain_secret"),
        ("PASSWORD", {"note": {"value": "-----BEGIN PRIVATE KEY-----"}}, "/note/value", "plain_secret"),
        ("PASSWORD", {"note": {"value": "a=1;token=hunter2"}}, "/note/value", "plain_secret"),
    ],
)
def test_properties_that_break_a_rule_are_refused_without_being_repeated(
    api: Client, project: str, auth_type: str, properties: dict[str, object], pointer: str, code: str
) -> None:
    body = override_body(authType=auth_type, connectionOverrides={"connectionProperties": properties})

    reply = api.call("POST", OVERRIDES, {"projectId": project}, body)

    assert reply.status == 400
    error = next(error for error in reply.body["errors"] if error["code"] == code)
    assert error["pointer"] == f"/connectionOverrides/connectionProperties{pointer}"
    assert "hunter2" not in str(reply)


@pytest.mark.parametrize(
    ("location", "name", "accepted"),
    [
        (None, "team/a_b+c=d.e@f-1", True),
        (None, "a" * 512, True),
        (None, "a" * 513, False),
        (None, "", False),
        ({"type": "HOSTED"}, "team/a", True),
        ({"type": "AWS_SECRET_MANAGER", "region": "eu-central-1"}, "team/a", True),
        ({"type": "AWS_SECRET_MANAGER", "region": "eu-central-1"}, "team a", False),
        ({"type": "AZURE_KEY_VAULT", "vaultUrl": "https://my-vault.vault.azure.net"}, "a-1", True),
        ({"type": "AZURE_KEY_VAULT", "vaultUrl": "https://my-vault.vault.azure.net"}, "a", True),
        ({"type": "AZURE_KEY_VAULT", "vaultUrl": "https://my-vault.vault.azure.net"}, "a" * 127, True),
        ({"type": "AZURE_KEY_VAULT", "vaultUrl": "https://my-vault.vault.azure.net"}, "1a", False),
        ({"type": "AZURE_KEY_VAULT", "vaultUrl": "https://my-vault.vault.azure.net"}, "a" * 128, False),
        ({"type": "GCP_SECRET_MANAGER", "projectId": "my-project-1"}, "a_b-c", True),
        ({"type": "GCP_SECRET_MANAGER", "projectId": "my-project-1"}, "a", True),
        ({"type": "GCP_SECRET_MANAGER", "projectId": "my-project-1"}, "", False),
        ({"type": "GCP_SECRET_MANAGER", "projectId": "my-project-1"}, "a/b", False),
        ({"type": "GCP_SECRET_MANAGER", "projectId": "my-project-1"}, "a" * 255, True),
        ({"type": "GCP_SECRET_MANAGER", "projectId": "my-project-1"}, "a" * 256, False),
    ],
)
def test_a_secret_name_follows_the_rule_of_its_vault(
    api: Client, project: str, location: dict[str, str] | None, name: str, *, accepted: bool
) -> None:
    reference = {"secretsLocation": location, "connectionProperties": {"secretName": name}}

    reply = api.call("POST", OVERRIDES, {"projectId": project}, override_body(connectionOverrides=reference))

    assert reply.status == (201 if accepted else 400), reply
    if not accepted:
        assert reply.body["errors"][0]["code"] == "secret_name_format"


@pytest.mark.parametrize(
    ("location", "message"),
    [
        (None, "must have 1 to 512 letters, digits or /_+=.@!-"),
        (
            {"type": "AZURE_KEY_VAULT", "vaultUrl": "https://my-vault.vault.azure.net"},
            "must have 1 to 127 letters, digits or hyphens and begin with a letter",
        ),
        ({"type": "GCP_SECRET_MANAGER", "projectId": "my-project-1"}, "must have 1 to 255 letters, digits, _ or -"),
    ],
    ids=["none", "Azure", "GCP"],
)
def test_a_refusal_of_a_secret_name_states_the_rule_of_its_vault(
    api: Client, project: str, location: object, message: str
) -> None:
    reference = {"secretsLocation": location, "connectionProperties": {"secretName": "a b"}}

    reply = api.call("POST", OVERRIDES, {"projectId": project}, override_body(connectionOverrides=reference))

    assert [error["message"] for error in reply.body["errors"]] == [message]


@pytest.mark.parametrize(
    "location",
    [
        {"type": "AWS_SECRET_MANAGER", "region": "us-gov-west-10"},
        {"type": "AWS_SECRET_MANAGER", "region": "eusc-de-east-1"},
        {"type": "AWS_SECRET_MANAGER", "region": f"us-{'a' * 12}-1"},
        {"type": "AWS_SECRET_MANAGER", "region": "us-aa-bb-cc-1"},
        {"type": "AZURE_KEY_VAULT", "vaultUrl": "https://abc.vault.azure.net"},
        {"type": "AZURE_KEY_VAULT", "vaultUrl": f"https://{'v' * 24}.vault.azure.net/"},
        {"type": "AZURE_KEY_VAULT", "vaultUrl": "https://my-vault.vault.azure.cn"},
        {"type": "AZURE_KEY_VAULT", "vaultUrl": "https://my-vault.vault.usgovcloudapi.net"},
        {"type": "AZURE_KEY_VAULT", "vaultUrl": "https://my-vault.vault.microsoftazure.de"},
        {"type": "GCP_SECRET_MANAGER", "projectId": "p" * 6},
        {"type": "GCP_SECRET_MANAGER", "projectId": "p" * 30},
        {"type": "GCP_SECRET_MANAGER", "projectId": "d:" + "p" * 6},
        {"type": "GCP_SECRET_MANAGER", "projectId": "dd:" + "p" * 6},
        {"type": "GCP_SECRET_MANAGER", "projectId": f"{'d' * 62}:{'p' * 6}"},
    ],
    ids=lambda location: "-".join(location.values()),
)
def test_a_location_at_the_limit_of_its_rule_is_accepted(api: Client, project: str, location: dict[str, str]) -> None:
    reference = {"secretsLocation": location, "connectionProperties": {"secretName": "a"}}

    reply = api.call("POST", OVERRIDES, {"projectId": project}, override_body(connectionOverrides=reference))

    assert reply.status == 201, reply
    assert reply.body["connectionOverrides"] == reference


@pytest.mark.parametrize(
    ("location", "pointer", "code"),
    [
        ({}, "", "union_tag_not_found"),
        ({"type": "VAULT"}, "", "union_tag_invalid"),
        ({"type": "HOSTED", "region": "eu-west-1"}, "/region", "extra_forbidden"),
        ({"type": "AWS_SECRET_MANAGER"}, "/region", "missing"),
        ({"type": "AWS_SECRET_MANAGER", "region": "Mars"}, "/region", "region_format"),
        ({"type": "AWS_SECRET_MANAGER", "region": "us-east-1x"}, "/region", "region_format"),
        ({"type": "AWS_SECRET_MANAGER", "region": "us-east-100"}, "/region", "region_format"),
        ({"type": "AWS_SECRET_MANAGER", "region": "us-east-"}, "/region", "region_format"),
        ({"type": "AWS_SECRET_MANAGER", "region": "us-1"}, "/region", "region_format"),
        ({"type": "AWS_SECRET_MANAGER", "region": "u-east-1"}, "/region", "region_format"),
        ({"type": "AWS_SECRET_MANAGER", "region": "eusco-east-1"}, "/region", "region_format"),
        ({"type": "AWS_SECRET_MANAGER", "region": "us-e-1"}, "/region", "region_format"),
        ({"type": "AWS_SECRET_MANAGER", "region": f"us-{'a' * 13}-1"}, "/region", "region_format"),
        ({"type": "AWS_SECRET_MANAGER", "region": "us-aa-bb-cc-dd-1"}, "/region", "region_format"),
        ({"type": "AZURE_KEY_VAULT", "vaultUrl": "http://my-vault.vault.azure.net"}, "/vaultUrl", "vault_url_format"),
        ({"type": "AZURE_KEY_VAULT", "vaultUrl": "https://evil.example/"}, "/vaultUrl", "vault_url_format"),
        (
            {"type": "AZURE_KEY_VAULT", "vaultUrl": "https://my-vault.vault.azure.net.evil.example"},
            "/vaultUrl",
            "vault_url_format",
        ),
        ({"type": "AZURE_KEY_VAULT", "vaultUrl": "https://my--vault.vault.azure.net"}, "/vaultUrl", "vault_url_format"),
        (
            {"type": "AZURE_KEY_VAULT", "vaultUrl": "https://ab.vault.azure.net"},
            "/vaultUrl",
            "vault_url_format",
        ),
        (
            {"type": "AZURE_KEY_VAULT", "vaultUrl": f"https://{'v' * 25}.vault.azure.net"},
            "/vaultUrl",
            "vault_url_format",
        ),
        ({"type": "GCP_SECRET_MANAGER", "projectId": "X"}, "/projectId", "gcp_project_id_format"),
        ({"type": "GCP_SECRET_MANAGER", "projectId": "p" * 5}, "/projectId", "gcp_project_id_format"),
        ({"type": "GCP_SECRET_MANAGER", "projectId": "p" * 31}, "/projectId", "gcp_project_id_format"),
        (
            {"type": "GCP_SECRET_MANAGER", "projectId": f"{'d' * 63}:{'p' * 6}"},
            "/projectId",
            "gcp_project_id_format",
        ),
        ("HOSTED", "", "model_attributes_type"),
    ],
)
def test_an_invalid_location_is_refused(api: Client, project: str, location: object, pointer: str, code: str) -> None:
    reference = {"secretsLocation": location, "connectionProperties": {"secretName": "a"}}

    reply = api.call("POST", OVERRIDES, {"projectId": project}, override_body(connectionOverrides=reference))

    assert reply.status == 400
    assert reply.body["errors"][0]["pointer"] == f"/connectionOverrides/secretsLocation{pointer}"
    assert reply.body["errors"][0]["code"] == code


SENSITIVE = [
    *(
        "accessKeyId",
        "accountKeyId",
        "apiKeyId",
        "connection-string",
        "credentials",
        "passcode",
        "dbpassphrase",
        "dbpasswd",
    ),
    *("dbPassword2", "private.key.id", "dbpwd", "clientSecret", "shared_key_id", "pswd", "tokenUrl"),
    *("authorization", "bearer", "cookie", "idJwt", "otp", "p12", "p8", "db_pass", "PEMFile", "pfx", "pin"),
    *("psk", "pw", "sas", "signature", "key", "signingKey", "hostKeys", "dbCred", "creds", "pin2"),
]
HARMLESS = [
    *("foreignKey", "partition_key", "primary.keys", "public-key", "sortKey"),
    *("bypass", "keyRange", "monkey", "pinned", "spa"),
]


def test_plain_values_of_properties_with_sensitive_names_are_refused(api: Client, project: str) -> None:
    properties = {name: {"value": "x"} for name in [*SENSITIVE, *HARMLESS]}
    body = override_body(authType="PASSWORD", connectionOverrides={"connectionProperties": properties})

    reply = api.call("POST", OVERRIDES, {"projectId": project}, body)

    assert reply.status == 400
    assert [(error["pointer"], error["code"]) for error in reply.body["errors"]] == [
        (f"/connectionOverrides/connectionProperties/{name}/value", "plain_secret") for name in SENSITIVE
    ]


WELL_KNOWN = [
    *("AKIA" + "A" * 16, "ASIA" + "0" * 16, "ghp_" + "a" * 20, "github_pat_" + "a" * 20, "glpat-" + "a" * 16),
    *("xoxb-" + "a" * 10, "sk_live_" + "a" * 10, "sk_test_" + "a" * 10, "AIza" + "a" * 30),
    "eyJ" + "a" * 8 + ".eyJ" + "a" * 8 + ".",
]
"""The shortest texts that look like secrets of well-known services."""


def test_plain_values_that_look_like_secrets_are_refused(api: Client, project: str) -> None:
    secrets = ["-----BEGIN CERTIFICATE", "jdbc://u:p@host", "jdbc://:p@host", "a;PASSWORD=b", "passwd=a", "pwd =a"]
    secrets += ["passphrase=a", "secret=a", "token=a", "AccountKey=a", "SharedAccessKey=a", "credentials=a"]
    secrets += [f"{name}=a" for name in ("aws_key_id", "aws_secret_key", "aws_access_key_id", "aws_secret_access_key")]
    secrets += ["aws_token=a", "azure_sas_token=a", *WELL_KNOWN]
    harmless = ["-----", "https://host:8080/a@b", "https://user@host", "password", "token: a", "x" * 2_048]
    harmless += [secret[:-1] for secret in WELL_KNOWN]
    harmless += [f"eyJ{'a' * first}.eyJ{'a' * second}." for first, second in ((7, 8), (8, 7))]
    properties = {f"note{number}": {"value": value} for number, value in enumerate([*secrets, *harmless])}
    body = override_body(authType="PASSWORD", connectionOverrides={"connectionProperties": properties})

    reply = api.call("POST", OVERRIDES, {"projectId": project}, body)

    assert reply.status == 400
    assert [(error["pointer"], error["code"]) for error in reply.body["errors"]] == [
        (f"/connectionOverrides/connectionProperties/note{number}/value", "plain_secret")
        for number in range(len(secrets))
    ]
