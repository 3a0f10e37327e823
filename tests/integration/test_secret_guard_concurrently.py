"""Changes by other clients between a guarded write's read and its transaction."""

from itertools import count
from typing import Any

import pytest
from support.faults import Faults
from support.invariants import assert_nothing_is_orphaned_or_miscounted
from support.registry import (
    CONNECTION,
    CONNECTIONS,
    ENVIRONMENT,
    OPEN,
    OVERRIDE,
    OVERRIDES,
    PROTECTED,
    Client,
    Reply,
    connection_body,
    override_body,
)

SECRET = {"connectionProperties": {"secretName": "x"}}


def use(api: Client, project: str, environment: str, connection: str = "Salesforce") -> Reply:
    body = override_body(environmentName=environment, connectionName=connection, connectionOverrides=SECRET)
    return api.call("POST", OVERRIDES, {"projectId": project}, body)


def end_use(api: Client, project: str, environment: str, connection: str = "Salesforce") -> None:
    names = {"projectId": project, "environmentName": environment, "connectionName": connection}
    assert api.call("DELETE", OVERRIDE, names).status == 204


def protect(api: Client, project: str, environment: str) -> Reply:
    return api.call(
        "PUT",
        ENVIRONMENT,
        {"projectId": project, "environmentName": environment},
        {"protected": True, "inheritDefaults": False},
    )


def assert_done(reply: Reply) -> None:
    assert reply.status == 200, reply


def is_refused(reply: Reply) -> bool:
    return (reply.status, reply.problem) == (409, "shared-secret-reference")


@pytest.fixture
def project(api: Client, levels: str) -> str:
    """LIVE is protected, DEV and TEST are not; two connections have no default."""
    for name in ("Salesforce", "Marketo"):
        api.make_connection(levels, name, connectionDetails=None)
    return levels


def test_an_environment_that_shares_becomes_protected_concurrently(
    api: Client, project: str, concurrently: Any
) -> None:
    use(api, project, "DEV")
    concurrently(lambda other: protect(other, project, "DEV"))

    assert is_refused(use(api, project, "TEST"))
    assert_nothing_is_orphaned_or_miscounted(api.client)


def test_a_protected_environment_that_shares_loses_its_protection_concurrently(
    api: Client, project: str, concurrently: Any
) -> None:
    api.make_environment(project, "LIVE2", protected=True)
    use(api, project, "LIVE")
    names = {"projectId": project, "environmentName": "LIVE"}
    concurrently(lambda other: other.call("PUT", ENVIRONMENT, names, OPEN))

    assert is_refused(use(api, project, "LIVE2"))


def test_an_override_is_refused_if_one_of_its_secrets_is_in_an_environment_that_becomes_protected(
    api: Client, project: str, concurrently: Any
) -> None:
    warehouse = {"platformConnectionType": "DWH", "authProvider": "redshift", "authType": "PASSWORD"}
    api.make_connection(project, "Warehouse", **warehouse, connectionDetails=None)
    use(api, project, "DEV")
    properties = {"user": {"secretName": "new"}, "password": {"secretName": "x"}}
    body = override_body(
        environmentName="TEST",
        connectionName="Warehouse",
        authType="PASSWORD",
        connectionOverrides={"connectionProperties": properties},
    )
    concurrently(lambda other: protect(other, project, "DEV"))

    assert is_refused(api.call("POST", OVERRIDES, {"projectId": project}, body))


def test_with_allow_shared_secret_a_write_does_not_retry_if_an_environment_becomes_protected(
    api: Client, project: str, concurrently: Any, faults: Faults
) -> None:
    use(api, project, "DEV")
    body = override_body(environmentName="TEST", connectionOverrides=SECRET)
    concurrently(lambda other: protect(other, project, "DEV"))

    reply = api.call("POST", OVERRIDES, {"projectId": project}, body, query={"allowSharedSecret": "true"})

    assert reply.status == 201
    assert len(faults.transactions()) == len(("another's", "its own"))


def test_an_environment_that_becomes_protected_during_the_read_is_read_again(
    api: Client, project: str, faults: Faults
) -> None:
    use(api, project, "DEV")
    other = Client(api.client, ids=count(1_000_000))
    faults.leave_keys_unprocessed()
    # The project, the environment and the connection have been read, but not yet which environments are protected.
    faults.before["BatchGetItem"] = [None, None, None, lambda: assert_done(protect(other, project, "DEV"))]

    assert use(api, project, "DEV", "Marketo").status == 201


def test_an_ended_use_is_started_again_concurrently(api: Client, project: str, concurrently: Any) -> None:
    use(api, project, "DEV")
    end_use(api, project, "DEV")
    concurrently(lambda other: use(other, project, "DEV", "Marketo"))

    assert is_refused(use(api, project, "LIVE"))


def test_another_environment_starts_an_ended_use_concurrently(api: Client, project: str, concurrently: Any) -> None:
    use(api, project, "DEV")
    end_use(api, project, "DEV")
    concurrently(lambda other: use(other, project, "LIVE", "Marketo"))

    assert is_refused(use(api, project, "DEV"))


def test_a_protected_environment_starts_to_use_a_new_default_concurrently(
    api: Client, project: str, concurrently: Any
) -> None:
    concurrently(lambda other: use(other, project, "LIVE"))

    reply = api.call("POST", CONNECTIONS, {"projectId": project}, connection_body("New", connectionDetails=SECRET))

    assert is_refused(reply)
    assert reply.body["dependents"][0]["environmentName"] == "LIVE"


def test_concurrent_uses_in_one_environment_do_not_conflict(
    api: Client, project: str, concurrently: Any, faults: Faults
) -> None:
    api.make_connection(project, "Zendesk", connectionDetails=None)
    use(api, project, "DEV", "Zendesk")
    concurrently(lambda other: use(other, project, "DEV", "Marketo"))

    assert use(api, project, "DEV").status == 201
    assert len(faults.transactions()) == len(("another's", "its own")), "it need not read again"


def test_an_override_is_refused_when_the_first_environment_to_become_protected_uses_its_secret(
    api: Client, concurrently: Any
) -> None:
    project = api.make_project()
    for environment in ("DEV", "TEST"):
        api.make_environment(project, environment)
    api.make_connection(project, connectionDetails=None)
    use(api, project, "DEV")
    concurrently(lambda other: protect(other, project, "DEV"))

    assert is_refused(use(api, project, "TEST"))


def test_a_default_set_while_an_override_is_created_is_still_guarded_when_the_overrides_are_deleted(
    api: Client, project: str, concurrently: Any
) -> None:
    api.make_connection(project, "Zendesk", connectionDetails=None)
    names = {"projectId": project, "connectionName": "Zendesk"}
    use(api, project, "DEV")
    concurrently(lambda other: other.call("PUT", CONNECTION, names, {"connectionDetails": SECRET}))
    assert use(api, project, "DEV", "Marketo").status == 201
    for connection in ("Salesforce", "Marketo"):
        end_use(api, project, "DEV", connection)

    reply = use(api, project, "LIVE")

    assert is_refused(reply)
    assert reply.body["dependents"] == [{"kind": "connection", "connectionName": "Zendesk"}]


@pytest.mark.parametrize(
    ("environment", "expected"), [("DEV", (200, None)), ("LIVE", (409, "shared-secret-reference"))]
)
def test_an_override_created_during_a_change_of_auth_type_refuses_its_new_default_only_where_protected(
    api: Client, project: str, concurrently: Any, environment: str, expected: tuple[int, str | None]
) -> None:
    api.make_connection(
        project, "Zendesk", authProvider="zendesk", authType="OAUTH_CLIENT_CRED", connectionDetails=None
    )
    body = {"authType": "OAUTH_USER_TOKENS", "connectionDetails": SECRET}
    concurrently(lambda other: use(other, project, environment))

    reply = api.call("PUT", CONNECTION, {"projectId": project, "connectionName": "Zendesk"}, body)

    assert (reply.status, reply.problem) == expected


def begin_to_inherit(api: Client, project: str) -> Reply:
    names = {"projectId": project, "environmentName": "LIVE"}
    flags = {"protected": True, "inheritDefaults": True}
    return api.call("PUT", ENVIRONMENT, names, flags, {"allowSharedSecret": "true"})


def as_default(api: Client, project: str, connection: str = "Marketo") -> Reply:
    names = {"projectId": project, "connectionName": connection}
    return api.call("PUT", CONNECTION, names, {"connectionDetails": SECRET})


def test_a_protected_environment_begins_to_inherit_before_a_default_is_overridden_with_its_own_secret(
    api: Client, project: str, concurrently: Any
) -> None:
    assert as_default(api, project).status == 200
    concurrently(lambda other: begin_to_inherit(other, project))

    assert is_refused(use(api, project, "DEV"))


def test_a_protected_environment_begins_to_inherit_before_a_secret_of_an_unprotected_one_becomes_a_default(
    api: Client, project: str, concurrently: Any
) -> None:
    use(api, project, "DEV")
    concurrently(lambda other: begin_to_inherit(other, project))

    assert is_refused(as_default(api, project))


def test_an_unprotected_environment_begins_to_use_a_new_default_that_is_inherited(
    api: Client, project: str, concurrently: Any
) -> None:
    assert begin_to_inherit(api, project).status == 200
    concurrently(lambda other: use(other, project, "DEV"))

    assert is_refused(as_default(api, project))


def test_a_secret_becomes_an_inherited_default_before_an_unprotected_environment_uses_it(
    api: Client, project: str, concurrently: Any
) -> None:
    assert begin_to_inherit(api, project).status == 200
    concurrently(lambda other: as_default(other, project))

    assert is_refused(use(api, project, "DEV"))


def test_a_protected_environment_ceases_to_inherit_concurrently(api: Client, project: str, concurrently: Any) -> None:
    assert begin_to_inherit(api, project).status == 200
    assert as_default(api, project).status == 200
    assert is_refused(use(api, project, "DEV"))
    names = {"projectId": project, "environmentName": "LIVE"}
    api.call("PUT", ENVIRONMENT, names, PROTECTED)
    concurrently(lambda other: begin_to_inherit(other, project))

    assert is_refused(use(api, project, "DEV"))
    assert_nothing_is_orphaned_or_miscounted(api.client)


def test_a_create_without_a_conflict_takes_two_calls_while_a_protected_environment_inherits(
    api: Client, project: str, faults: Faults
) -> None:
    assert begin_to_inherit(api, project).status == 200
    faults.forget()

    assert use(api, project, "DEV").status == 201
    assert faults.calls == ["BatchGetItem", "TransactWriteItems"]
