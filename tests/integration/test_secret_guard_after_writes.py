"""A secret is guarded once a write has started to use it, whichever request that was."""

from collections.abc import Mapping
from typing import Final

import pytest
from support.registry import (
    CONNECTION,
    CONNECTIONS,
    ENVIRONMENT,
    ENVIRONMENTS,
    OVERRIDE,
    OVERRIDES,
    Client,
    Reply,
    connection_body,
    override_body,
)

SECRET: Final = {"connectionProperties": {"secretName": "x"}}
ADDRESSED: Final = {"authType": "GENERIC_SECRET", "connectionOverrides": SECRET}
ANOTHER_AUTH_TYPE: Final = {"authType": "OAUTH_USER_TOKENS", "connectionDetails": SECRET}


def in_dev(connection: str) -> dict[str, object]:
    return override_body(environmentName="DEV", connectionName=connection, connectionOverrides=SECRET)


type Request = tuple[str, str, str, object, Mapping[str, str]]

FIRST_USES: Final[Mapping[str, Request]] = {
    "an override is created": ("POST", OVERRIDES, "", in_dev("Marketo"), {}),
    "an override is created at its address": ("PUT", OVERRIDE, "Marketo", ADDRESSED, {"If-None-Match": "*"}),
    "an override is replaced": ("PUT", OVERRIDES, "", in_dev("Salesforce"), {}),
    "an override is replaced at its address": ("PUT", OVERRIDE, "Salesforce", ADDRESSED, {}),
    "a connection is created": ("POST", CONNECTIONS, "", connection_body("New", connectionDetails=SECRET), {}),
    "a connection is replaced": ("PUT", CONNECTION, "Marketo", {"connectionDetails": SECRET}, {}),
    "a connection gets another auth type": ("PUT", CONNECTION, "HubSpot", ANOTHER_AUTH_TYPE, {}),
}
"""Method, resource, connection, body and headers of each write by which DEV or a default starts to use the secret."""


def use(api: Client, project: str, environment: str) -> Reply:
    return api.make_override(project, environment, secret="x")


def is_refused(reply: Reply) -> bool:
    return (reply.status, reply.problem) == (409, "shared-secret-reference")


def furnish(api: Client) -> str:
    """Create a project with LIVE, which is protected, DEV, which is not, and a connection without a default."""
    project = api.make_project()
    api.make_environment(project, "LIVE", protected=True)
    api.make_environment(project, "DEV")
    api.make_connection(project, connectionDetails=None)
    return project


@pytest.mark.parametrize("first_use", FIRST_USES)
def test_a_protected_environment_cannot_use_the_secret_whichever_write_started_its_use(
    api: Client, first_use: str
) -> None:
    project = furnish(api)
    api.make_connection(project, "Marketo", connectionDetails=None)
    api.make_connection(
        project, "HubSpot", authProvider="hubspot", authType="OAUTH_CLIENT_CRED", connectionDetails=None
    )
    assert api.make_override(project, "DEV", secret="y").status == 201
    method, resource, connection, body, headers = FIRST_USES[first_use]
    names = {"projectId": project, "environmentName": "DEV", "connectionName": connection}
    assert api.call(method, resource, names, body, headers=headers).status in {200, 201}

    assert is_refused(use(api, project, "LIVE"))


def test_an_environment_that_is_created_again_without_protection_can_share_with_unprotected_ones(api: Client) -> None:
    project = furnish(api)
    names = {"projectId": project, "environmentName": "LIVE"}
    assert api.call("DELETE", ENVIRONMENT, names).status == 204
    assert api.call("POST", ENVIRONMENTS, names, {"name": "LIVE", "protected": False}).status == 201

    assert [use(api, project, environment).status for environment in ("LIVE", "DEV")] == [201, 201]


def test_uses_of_a_secret_in_another_project_do_not_count(api: Client) -> None:
    one, another = furnish(api), furnish(api)

    assert use(api, one, "DEV").status == 201
    assert use(api, another, "LIVE").status == 201
    assert is_refused(use(api, one, "LIVE"))
    assert is_refused(use(api, another, "DEV"))
