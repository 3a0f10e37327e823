"""No protected environment shares a secret with defaults or unprotected environments, unless the caller allows it."""

from typing import Any

import pytest
from support import rows
from support.faults import Faults
from support.invariants import read_table
from support.registry import (
    CONNECTION,
    CONNECTIONS,
    ENVIRONMENT,
    ENVIRONMENTS,
    OPEN,
    OVERRIDE,
    OVERRIDES,
    PROJECT,
    PROTECTED,
    Client,
    Reply,
    connection_body,
    override_body,
)

DEV_SECRET = {"connectionProperties": {"secretName": "dev-salesforce"}}
"""The default of Salesforce."""


def use(api: Client, project: str, environment: str, reference: object = None, **query: str) -> Reply:
    """Override Salesforce in the environment with a reference; by default, with the default's own."""
    body = override_body(environmentName=environment, connectionOverrides=reference or DEV_SECRET)
    return api.call("POST", OVERRIDES, {"projectId": project}, body, query=query)


def default(api: Client, project: str, name: str, reference: object, **query: str) -> Reply:
    body = connection_body(name, connectionDetails=reference)
    return api.call("POST", CONNECTIONS, {"projectId": project}, body, query=query)


def refused(reply: Reply) -> Any:
    assert (reply.status, reply.body["type"]) == (409, "/v1/problems/shared-secret-reference"), reply
    assert "dev-salesforce" not in str(reply.body)
    assert reply.body["total"] == len(reply.body["dependents"])
    return reply.body["dependents"]


def named(name: str) -> dict[str, Any]:
    return {"connectionProperties": {"secretName": name}}


@pytest.fixture
def project(api: Client, levels: str) -> str:
    """LIVE is protected, DEV and TEST are not; Salesforce has a default."""
    api.make_connection(levels)
    return levels


def test_a_protected_environment_cannot_use_the_secret_of_a_default(api: Client, project: str) -> None:
    assert refused(use(api, project, "LIVE")) == [{"kind": "connection", "connectionName": "Salesforce"}]
    names = {"projectId": project, "environmentName": "LIVE", "connectionName": "Salesforce"}
    assert api.call("GET", OVERRIDE, names).status == 404


def test_a_protected_environment_cannot_use_a_secret_of_an_unprotected_one(api: Client, project: str) -> None:
    for environment in ("DEV", "TEST"):
        assert use(api, project, environment, named("lower")).status == 201

    assert refused(use(api, project, "LIVE", named("lower"))) == [
        {"kind": "override", "environmentName": environment, "connectionName": "Salesforce"}
        for environment in ("DEV", "TEST")
    ]


def test_of_many_uses_fifty_are_listed_and_all_are_counted(api: Client, project: str) -> None:
    default(api, project, "C00", named("lower"))
    rows.copy_connection(api.client, project, "C00", [f"C{number:02}" for number in range(1, 60)])
    use(api, project, "DEV", named("lower"))

    reply = use(api, project, "LIVE", named("lower"))

    assert (reply.status, reply.body["type"]) == (409, "/v1/problems/shared-secret-reference")
    assert (len(reply.body["dependents"]), reply.body["total"]) == (50, 61)
    assert reply.body["dependents"][:2] == [
        {"kind": "override", "environmentName": "DEV", "connectionName": "Salesforce"},
        {"kind": "connection", "connectionName": "C00"},
    ]


def test_a_secret_of_a_protected_environment_cannot_be_used_elsewhere(api: Client, project: str) -> None:
    assert use(api, project, "LIVE", named("live")).status == 201
    in_live = [{"kind": "override", "environmentName": "LIVE", "connectionName": "Salesforce"}]

    assert refused(use(api, project, "DEV", named("live"))) == in_live
    assert refused(default(api, project, "Marketo", named("live"))) == in_live
    replaced = api.call(
        "PUT",
        CONNECTION,
        {"projectId": project, "connectionName": "Salesforce"},
        {"connectionDetails": named("live")},
    )
    assert refused(replaced) == in_live
    assert api.call("GET", CONNECTION, {"projectId": project, "connectionName": "Marketo"}).status == 404


@pytest.mark.parametrize("form", ["body", "address", "made at its address"])
def test_a_replace_is_guarded_like_a_create(api: Client, project: str, form: str) -> None:
    names = {"projectId": project, "environmentName": "LIVE", "connectionName": "Salesforce"}
    body = {"authType": "GENERIC_SECRET", "connectionOverrides": DEV_SECRET}
    if form == "made at its address":
        reply = api.call("PUT", OVERRIDE, names, body, headers={"If-None-Match": "*"})
    else:
        use(api, project, "LIVE", named("live"))
        if form == "body":
            reply = api.call("PUT", OVERRIDES, names, override_body(environmentName="LIVE", **body))
        else:
            reply = api.call("PUT", OVERRIDE, names, body)

    assert refused(reply) == [{"kind": "connection", "connectionName": "Salesforce"}]


def test_environments_with_the_same_protection_can_share(api: Client, project: str) -> None:
    api.make_environment(project, "LIVE2", protected=True)

    assert use(api, project, "DEV").status == 201, "an unprotected environment may use a default"
    assert use(api, project, "TEST").status == 201
    assert default(api, project, "Marketo", DEV_SECRET).status == 201
    assert use(api, project, "LIVE", named("live")).status == 201
    assert use(api, project, "LIVE2", named("live")).status == 201, "two protected environments may share"


def test_allow_shared_secret_allows_one_write_to_share(api: Client, project: str) -> None:
    names = {"projectId": project, "environmentName": "LIVE", "connectionName": "Salesforce"}

    made = use(api, project, "LIVE", allowSharedSecret="true")
    kept = api.call("PUT", OVERRIDE, names, {"authType": "GENERIC_SECRET", "connectionOverrides": DEV_SECRET})

    assert made.status == 201
    assert kept.status == 200, "a use that already exists is not checked again"
    assert refused(default(api, project, "Marketo", DEV_SECRET)) == [
        {"kind": "override", "environmentName": "LIVE", "connectionName": "Salesforce"}
    ]
    assert default(api, project, "Marketo", DEV_SECRET, allowSharedSecret="true").status == 201


def test_a_use_that_has_ended_is_not_a_conflict(api: Client, project: str) -> None:
    names = {"projectId": project, "environmentName": "DEV", "connectionName": "Salesforce"}
    use(api, project, "DEV", named("moved"))
    refused(use(api, project, "LIVE", named("moved")))
    api.call("DELETE", OVERRIDE, names)

    assert use(api, project, "LIVE", named("moved")).status == 201
    refused(use(api, project, "DEV", named("moved")))
    api.call("DELETE", ENVIRONMENT, {**names, "environmentName": "LIVE"}, query={"cascade": "true"})
    assert use(api, project, "DEV", named("moved")).status == 201


def test_a_replaced_default_is_not_a_conflict(api: Client, project: str) -> None:
    names = {"projectId": project, "connectionName": "Salesforce"}
    api.call("PUT", CONNECTION, names, {"connectionDetails": named("other")})

    assert use(api, project, "LIVE").status == 201
    assert refused(api.call("PUT", CONNECTION, names, {"connectionDetails": DEV_SECRET}))


def test_the_current_protection_of_an_environment_counts(api: Client, project: str) -> None:
    use(api, project, "DEV", named("x"))
    names = {"projectId": project, "environmentName": "DEV"}
    api.call("PUT", ENVIRONMENT, names, PROTECTED)

    assert use(api, project, "LIVE", named("x")).status == 201
    api.call("PUT", ENVIRONMENT, names, OPEN)
    assert refused(use(api, project, "TEST", named("x")))


HOSTED = {"type": "HOSTED"}
VIRGINIA = {"type": "AWS_SECRET_MANAGER", "region": "us-east-1"}
IRELAND = {"type": "AWS_SECRET_MANAGER", "region": "eu-west-1"}
GOOGLE = {"type": "GCP_SECRET_MANAGER", "projectId": "project-one"}
AZURE = {"type": "AZURE_KEY_VAULT", "vaultUrl": "https://acme-vault.vault.azure.net"}
ANOTHER_AZURE = {"type": "AZURE_KEY_VAULT", "vaultUrl": "https://other-vault.vault.azure.net"}
AZURE_SPELT_OTHERWISE = {"type": "AZURE_KEY_VAULT", "vaultUrl": "https://Acme-Vault.vault.azure.net/"}


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (HOSTED, HOSTED, True),
        (HOSTED, None, False),
        (VIRGINIA, VIRGINIA, True),
        (VIRGINIA, IRELAND, False),
        (GOOGLE, GOOGLE, True),
        (AZURE, AZURE_SPELT_OTHERWISE, True),
        (AZURE, ANOTHER_AZURE, False),
        (AZURE, GOOGLE, False),
        (AZURE, None, False),
    ],
)
def test_secrets_are_the_same_only_in_the_same_vault(
    api: Client, project: str, first: object, second: object, *, same: bool
) -> None:
    def reference(location: object, key: str) -> dict[str, Any]:
        properties = {"secretName": "shared-name", "secretKey": key}
        return {"secretsLocation": location, "connectionProperties": properties}

    assert use(api, project, "DEV", reference(first, "one")).status == 201

    reply = use(api, project, "LIVE", reference(second, "another"))

    assert reply.status == (409 if same else 201)


def test_a_use_stays_recorded_when_a_secret_of_another_vault_has_the_same_name(api: Client, project: str) -> None:
    hosted, own = {"secretsLocation": HOSTED, **named("x")}, named("x")
    assert use(api, project, "DEV", hosted).status == 201
    assert use(api, project, "LIVE", own).status == 201
    names = {"projectId": project, "environmentName": "LIVE", "connectionName": "Salesforce"}

    reply = api.call("PUT", OVERRIDE, names, {"authType": "GENERIC_SECRET", "connectionOverrides": hosted})

    assert refused(reply) == [
        {"kind": "override", "environmentName": "DEV", "connectionName": "Salesforce"},
    ]


@pytest.mark.parametrize(("location", "same"), [(None, False), (VIRGINIA, False), (GOOGLE, False), (AZURE, True)])
def test_secret_names_are_case_insensitive_only_in_azure(
    api: Client, project: str, location: object, *, same: bool
) -> None:
    def reference(name: str) -> dict[str, Any]:
        return {"secretsLocation": location, **named(name)}

    assert use(api, project, "DEV", reference("Shared")).status == 201
    assert use(api, project, "LIVE", reference("shared")).status == (409 if same else 201)


def test_a_credential_of_a_cloud_platform_is_guarded(api: Client, project: str) -> None:
    kind = {
        "platformConnectionType": "CLOUD_PLATFORM_CREDENTIALS",
        "authProvider": "aws",
        "authType": "CLOUD_PROVIDER_SECRET",
    }
    reference = {"connectionProperties": {"credentialSecretName": "cloud"}}
    api.make_connection(project, "Cloud", **kind, connectionDetails=reference)
    body = override_body(
        environmentName="LIVE", connectionName="Cloud", authType=kind["authType"], connectionOverrides=reference
    )

    reply = api.call("POST", OVERRIDES, {"projectId": project}, body)

    assert refused(reply) == [{"kind": "connection", "connectionName": "Cloud"}]


def test_overrides_are_read_only_where_the_secret_may_be_used_and_only_once(
    api: Client, project: str, faults: Faults
) -> None:
    for name in ("Marketo", "HubSpot"):
        api.make_connection(project, name, connectionDetails=None)

    def calls(secret: str, connection: str) -> list[str]:
        faults.forget()
        assert api.make_override(project, "LIVE", connection, secret).status == 201
        return faults.calls

    write, uses = ["BatchGetItem", "TransactWriteItems"], ["BatchGetItem", "Query", "Query", "TransactWriteItems"]
    names = {"projectId": project, "connectionName": "Salesforce"}
    for environment in ("DEV", "TEST"):
        use(api, project, environment, named("moved"))
        api.call("DELETE", OVERRIDE, {**names, "environmentName": environment})

    assert calls("new", "Salesforce") == write
    assert calls("new", "Marketo") == write, "no default uses it"
    assert calls("moved", "HubSpot") == uses, "DEV and TEST may use it"
    api.call("DELETE", OVERRIDE, {**names, "environmentName": "LIVE"})
    assert calls("moved", "Salesforce") == write, "it is known that they do not"


def test_connections_are_read_only_once_for_a_default_that_was_replaced(
    api: Client, project: str, faults: Faults
) -> None:
    api.make_connection(project, "Marketo", connectionDetails=None)
    use(api, project, "DEV")
    names = {"projectId": project, "connectionName": "Salesforce"}
    api.call("DELETE", OVERRIDE, {**names, "environmentName": "DEV"})
    api.call("PUT", CONNECTION, names, {"connectionDetails": None})

    def calls(connection: str) -> list[str]:
        faults.forget()
        assert api.make_override(project, "LIVE", connection, "dev-salesforce").status == 201
        return faults.calls

    assert calls("Salesforce") == ["BatchGetItem", "Query", "Query", "TransactWriteItems"]
    assert calls("Marketo") == ["BatchGetItem", "TransactWriteItems"]


def test_a_default_stays_recorded_after_the_use_in_an_environment_has_ended(api: Client, project: str) -> None:
    names = {"projectId": project, "connectionName": "Salesforce"}
    use(api, project, "LIVE", allowSharedSecret="true")
    api.call("DELETE", OVERRIDE, {**names, "environmentName": "LIVE"})
    assert use(api, project, "DEV").status == 201
    api.call("DELETE", OVERRIDE, {**names, "environmentName": "DEV"})

    assert refused(use(api, project, "LIVE")) == [{"kind": "connection", "connectionName": "Salesforce"}]


def test_each_secret_of_a_map_is_checked(api: Client, project: str) -> None:
    warehouse = {"platformConnectionType": "DWH", "authProvider": "snowflake", "authType": "KEY_PAIR"}

    def properties(**names: str) -> dict[str, Any]:
        return {"connectionProperties": {name: {"secretName": secret} for name, secret in names.items()}}

    def override(environment: str, **names: str) -> Reply:
        body = {"environmentName": environment, "connectionName": "Warehouse", "authType": "KEY_PAIR"}
        return api.call("POST", OVERRIDES, {"projectId": project}, body | {"connectionOverrides": properties(**names)})

    api.make_connection(project, "Warehouse", **warehouse, connectionDetails=properties(privateKey="k", second="p"))

    assert override("DEV", privateKey="k2", second="p").status == 201
    assert refused(override("LIVE", privateKey="k3", second="p")) == [
        {"kind": "override", "environmentName": "DEV", "connectionName": "Warehouse"},
        {"kind": "connection", "connectionName": "Warehouse"},
    ]
    fifty = {f"p{number}": f"secret-{number}" for number in range(50)}
    assert override("LIVE", **fifty).status == 201


def test_an_invalid_flag_is_400(api: Client, project: str) -> None:
    assert use(api, project, "DEV", allowSharedSecret="yes").status == 400


def test_a_deleted_project_leaves_no_rows(api: Client, project: str) -> None:
    use(api, project, "DEV", named("x"))
    for environment in ("LIVE", "DEV", "TEST"):
        names = {"projectId": project, "environmentName": environment}
        assert api.call("DELETE", ENVIRONMENT, names, query={"cascade": "true"}).status == 204
    api.call("DELETE", CONNECTION, {"projectId": project, "connectionName": "Salesforce"})

    assert api.call("DELETE", PROJECT, {"projectId": project}).status == 204
    assert all(rows.is_record(key) for key in read_table(api.client))


def test_a_create_of_an_existing_item_is_409_already_exists_whatever_its_secret(api: Client, project: str) -> None:
    use(api, project, "LIVE", named("live"))
    use(api, project, "DEV", named("lower"))

    again = use(api, project, "DEV", named("live"))
    connection = default(api, project, "Salesforce", named("live"))

    assert (again.status, again.body["type"]) == (409, "/v1/problems/override-already-exists")
    assert (connection.status, connection.body["type"]) == (409, "/v1/problems/connection-already-exists")


IN_DEV = {"environmentName": "DEV", "connectionName": "Leads"}


def test_while_a_protected_environment_inherits_an_unprotected_one_cannot_use_the_secret_of_a_default(
    api: Client, inheriting: str
) -> None:
    names = {"projectId": inheriting, **IN_DEV}
    body = {"authType": "GENERIC_SECRET", "connectionOverrides": DEV_SECRET}
    salesforce = [{"kind": "connection", "connectionName": "Salesforce"}]

    assert refused(use(api, inheriting, "DEV")) == salesforce
    assert refused(api.call("PUT", OVERRIDE, names, body)) == salesforce
    # PROD overrides Ads today, but not for ever.
    assert refused(use(api, inheriting, "DEV", named("dev-ads"))) == [{"kind": "connection", "connectionName": "Ads"}]
    stop_inheriting(api, inheriting)
    assert use(api, inheriting, "DEV").status == 201


def test_while_a_protected_environment_inherits_a_default_cannot_use_the_secret_of_an_unprotected_one(
    api: Client, inheriting: str
) -> None:
    names = {"projectId": inheriting, "connectionName": "Salesforce"}
    leads_in_dev = [{"kind": "override", **IN_DEV}]

    assert refused(default(api, inheriting, "New", named("dev-leads-2"))) == leads_in_dev
    assert refused(api.call("PUT", CONNECTION, names, {"connectionDetails": named("dev-leads-2")})) == leads_in_dev
    stop_inheriting(api, inheriting)
    assert default(api, inheriting, "New", named("dev-leads-2")).status == 201


def test_while_a_protected_environment_inherits_defaults_can_share_with_each_other(
    api: Client, inheriting: str
) -> None:
    assert default(api, inheriting, "New", DEV_SECRET).status == 201


def stop_inheriting(api: Client, project: str) -> None:
    names = {"projectId": project, "environmentName": "PROD"}
    assert api.call("PUT", ENVIRONMENT, names, PROTECTED).status == 200


INHERITING = {"protected": True, "inheritDefaults": True}


def test_a_protected_environment_begins_to_inherit_only_if_sharing_is_allowed(api: Client, project: str) -> None:
    names = {"projectId": project, "environmentName": "LIVE"}
    dev = {**names, "environmentName": "DEV"}
    allowed = {"allowSharedSecret": "true"}

    begins = api.call("PUT", ENVIRONMENT, names, INHERITING)
    becomes_protected = api.call("PUT", ENVIRONMENT, dev, INHERITING)
    created = api.call("POST", ENVIRONMENTS, names, {"name": "LIVE2", **INHERITING})

    assert refused(begins) == refused(becomes_protected) == refused(created) == []
    assert "inheritDefaults" in begins.body["detail"]
    assert [api.call("GET", ENVIRONMENT, one).body["revision"] for one in (names, dev)] == [1, 1]
    assert api.call("PUT", ENVIRONMENT, names, INHERITING, allowed).status == 200
    assert api.call("POST", ENVIRONMENTS, names, {"name": "LIVE2", **INHERITING}, allowed).status == 201
    described = api.call("PUT", ENVIRONMENT, names, INHERITING | {"description": "x"})
    assert described.status == 200, "it inherits already"


def test_an_environment_that_exists_or_has_no_project_is_refused_for_that(api: Client, project: str) -> None:
    other = {"projectId": "00000000-0000-4000-8000-000000000000"}

    exists = api.call("POST", ENVIRONMENTS, {"projectId": project}, {"name": "LIVE", **INHERITING})
    no_project = api.call("POST", ENVIRONMENTS, other, {"name": "LIVE", **INHERITING})

    assert (exists.status, exists.problem) == (409, "environment-already-exists")
    assert (no_project.status, no_project.problem) == (404, "project-not-found")


def test_a_new_environment_inherits_unless_it_is_protected_or_says_so(api: Client, project: str) -> None:
    def inherits(name: str, **members: object) -> object:
        reply = api.call("POST", ENVIRONMENTS, {"projectId": project}, {"name": name, **members})
        assert reply.status == 201, reply
        return reply.body["inheritDefaults"]

    assert inherits("1") is True
    assert inherits("2", protected=True) is False
    assert inherits("3", protected=True, inheritDefaults=None) is False
    assert inherits("4", protected=None, inheritDefaults=None) is True
    assert inherits("5", inheritDefaults=False) is False


@pytest.mark.parametrize("missing", ["protected", "inheritDefaults"])
@pytest.mark.parametrize("value", ["left out", None])
def test_a_put_of_an_environment_states_both_flags(api: Client, project: str, missing: str, value: object) -> None:
    names = {"projectId": project, "environmentName": "LIVE"}
    body = {**PROTECTED, missing: value}
    if value is not None:
        del body[missing]

    reply = api.call("PUT", ENVIRONMENT, names, body)

    assert (reply.status, reply.problem) == (400, "invalid-request")
    assert [error["pointer"] for error in reply.body["errors"]] == [f"/{missing}"]
    both = api.call("PUT", ENVIRONMENT, names, {"description": "x"}).body["errors"]
    assert {error["pointer"] for error in both} == {"/protected", "/inheritDefaults"}


def test_a_wrong_flag_of_a_new_environment_is_one_violation(api: Client, project: str) -> None:
    reply = api.call("POST", ENVIRONMENTS, {"projectId": project}, {"name": "X", "protected": "yes"})

    assert (reply.status, reply.body["violations"]) == (400, ["protected: must be true or false"])


def test_sharing_is_allowed_only_by_callers_with_the_scope_for_protected_environments(
    api: Client, project: str
) -> None:
    use(api, project, "LIVE", named("live"))
    before = read_table(api.client)
    api.scopes = "connections:read connections:write projects:admin"

    for reply in (
        use(api, project, "DEV", named("live"), allowSharedSecret="true"),
        default(api, project, "New", named("live"), allowSharedSecret="true"),
    ):
        assert (reply.status, reply.problem) == (403, "insufficient-scope")
        assert reply.body["requiredScopes"] == ["connections:write", "environments:protected"]
    assert read_table(api.client) == before
    exists = default(api, project, "Salesforce", named("live"), allowSharedSecret="true")
    assert (exists.status, exists.problem) == (409, "connection-already-exists")
    assert use(api, project, "DEV", named("lower"), allowSharedSecret="true").status == 201, "nothing is shared"
    again = use(api, project, "DEV", named("live"), allowSharedSecret="true")
    assert (again.status, again.problem) == (409, "override-already-exists")


def test_the_impact_tells_where_a_protected_environment_would_use_a_default(api: Client, project: str) -> None:
    names = {"projectId": project, "environmentName": "LIVE"}
    query = {"change": "inheritDefaults"}

    [begins] = api.call("GET", ENVIRONMENT + "/impact", names, query=query).body["results"]
    [ends] = api.call("GET", ENVIRONMENT + "/impact", {**names, "environmentName": "DEV"}, query=query).body["results"]

    assert (begins["before"], begins["after"], begins["leaks"]) == ("NONE", "DEFAULT", True)
    assert (ends["before"], ends["after"], ends["leaks"]) == ("DEFAULT", "NONE", False)
