"""An environment becomes protected while a caller without the scope for it writes there."""

from typing import Any

from support import rows
from support.crowd import Ask, Crowd
from support.registry import (
    ENVIRONMENT,
    EVERY_SCOPE,
    OVERRIDE,
    PROTECTED,
    Client,
    Reply,
    override_body,
    without,
)

ROUNDS = 15
WRITERS = 4
WRITES = 12
NAMES = ("environmentName", "connectionName")


def state_of(client: Any, project: str, environment: str) -> tuple[Any, Any]:
    """Return the environment's overrides and its counter from the table."""
    return rows.read_overrides(client, project, environment), rows.read(client, rows.environment(project, environment))


def write_until_refused(project: str, environment: str, connection: str) -> Ask:
    """Create, replace and delete an override repeatedly; the last response shows how that ended."""
    names = {"projectId": project, "environmentName": environment, "connectionName": connection}
    reference = {"connectionProperties": {"secretName": f"{environment}-{connection}"}}
    body = without(override_body(connectionOverrides=reference), *NAMES)

    def write(client: Client) -> Reply:
        client.scopes = "connections:write"
        try:
            for _ in range(WRITES):
                for reply in (
                    client.call("PUT", OVERRIDE, names, body),
                    client.call("DELETE", OVERRIDE, names),
                    client.make_override(project, environment, connection, f"{environment}-{connection}"),
                ):
                    assert reply.status in {200, 201, 204, 403, 503}, reply
                    if reply.status == 403:
                        return reply
        finally:
            client.scopes = EVERY_SCOPE
        return reply

    return write


def test_no_write_without_the_scope_is_applied_after_the_protection_was_confirmed(
    dynamodb: Any, crowd: Crowd, project: str
) -> None:
    connections = [f"C{number}" for number in range(WRITERS)]
    for name in connections:
        crowd.one.make_connection(project, name)
    for number in range(ROUNDS):
        environment = f"E{number}"
        crowd.one.make_environment(project, environment)
        for name in connections:
            assert crowd.one.make_override(project, environment, name, f"{environment}-{name}").status == 201
        confirmed: list[tuple[Any, Any]] = []

        def protect(
            client: Client, environment: str = environment, confirmed: list[tuple[Any, Any]] = confirmed
        ) -> Reply:
            names = {"projectId": project, "environmentName": environment}
            reply = client.call("PUT", ENVIRONMENT, names, PROTECTED)
            confirmed.append(state_of(dynamodb, project, environment))
            return reply

        *writes, protection = crowd.at_once(
            [*(write_until_refused(project, environment, name) for name in connections), protect]
        )

        assert protection.status == 200
        assert {reply.status for reply in writes} == {403}
        # The overrides at the time of the confirmation are those at the end.
        assert confirmed == [state_of(dynamodb, project, environment)]
