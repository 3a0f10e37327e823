"""What others begin to share between a guarded write's look and the write itself."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from support.faults import TRANSACTION, Faults
from support.invariants import assert_nothing_is_orphaned_or_miscounted
from support.registry import (
    CONNECTIONS,
    ENVIRONMENT,
    OVERRIDE,
    OVERRIDES,
    Client,
    Reply,
    connection_body,
    override_body,
)

SECRET = {"connectionProperties": {"secretName": "x"}}


def use(api: Client, project: str, environment: str, connection: str = "Salesforce") -> Reply:
    body = override_body(environmentName=environment, connectionName=connection, connectionOverrides=SECRET)
    return api.call("POST", OVERRIDES, {"projectId": project}, body)


def end_use(api: Client, project: str, environment: str) -> None:
    names = {"projectId": project, "environmentName": environment, "connectionName": "Salesforce"}
    assert api.call("DELETE", OVERRIDE, names).status == 204


def protect(api: Client, project: str, environment: str) -> Reply:
    return api.call("PUT", ENVIRONMENT, {"projectId": project, "environmentName": environment}, {"protected": True})


def is_refused(reply: Reply) -> bool:
    return (reply.status, reply.body["type"]) == (409, "/v1/problems/shared-secret-reference")


@pytest.fixture
def project(api: Client, levels: str) -> str:
    """LIVE is protected, DEV and TEST are not; two connections have no default."""
    for name in ("Salesforce", "Marketo"):
        api.make_connection(levels, name, connectionDetails=None)
    return levels


@pytest.fixture
def meanwhile(dynamodb: Any, faults: Faults) -> Callable[[Callable[[Client], Reply]], None]:
    """Let another caller do something, which must succeed, just before the next transaction."""
    other = Client(dynamodb, ids=count(1_000_000))

    def meanwhile(ask: Callable[[Client], Reply]) -> None:
        def send() -> None:
            reply = ask(other)
            assert reply.status < 400, reply

        faults.before[TRANSACTION] = [send]
        faults.forget()

    return meanwhile


def test_an_environment_that_shares_becomes_protected(api: Client, project: str, meanwhile: Any) -> None:
    use(api, project, "DEV")
    meanwhile(lambda other: protect(other, project, "DEV"))

    assert is_refused(use(api, project, "TEST"))
    assert_nothing_is_orphaned_or_miscounted(api.client)


def test_a_protected_environment_that_shares_is_protected_no_more(api: Client, project: str, meanwhile: Any) -> None:
    api.make_environment(project, "LIVE2", protected=True)
    use(api, project, "LIVE")
    names = {"projectId": project, "environmentName": "LIVE"}
    meanwhile(lambda other: other.call("PUT", ENVIRONMENT, names, {}))

    assert is_refused(use(api, project, "LIVE2"))


def test_an_ended_use_begins_anew(api: Client, project: str, meanwhile: Any) -> None:
    use(api, project, "DEV")
    end_use(api, project, "DEV")
    meanwhile(lambda other: use(other, project, "DEV", "Marketo"))

    assert is_refused(use(api, project, "LIVE"))


def test_an_ended_use_is_found_out_before_it_begins_anew(api: Client, project: str, meanwhile: Any) -> None:
    use(api, project, "DEV")
    end_use(api, project, "DEV")
    meanwhile(lambda other: use(other, project, "LIVE", "Marketo"))

    assert is_refused(use(api, project, "DEV"))


def test_a_new_default_is_taken_by_a_protected_environment(api: Client, project: str, meanwhile: Any) -> None:
    meanwhile(lambda other: use(other, project, "LIVE"))

    reply = api.call("POST", CONNECTIONS, {"projectId": project}, connection_body("New", connectionDetails=SECRET))

    assert is_refused(reply)
    assert reply.body["dependents"][0]["environmentName"] == "LIVE"


def test_another_use_of_the_same_kind_stands_in_nobodys_way(
    api: Client, project: str, meanwhile: Any, faults: Faults
) -> None:
    api.make_connection(project, "Zendesk", connectionDetails=None)
    use(api, project, "DEV", "Zendesk")
    meanwhile(lambda other: use(other, project, "DEV", "Marketo"))

    assert use(api, project, "DEV").status == 201
    assert len(faults.transactions()) == len(("another's", "its own")), "it need not look again"
