"""After any sequence of writes, item, trace, list, matrix and impact agree with the rule, rewritten in ten lines."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.registry import (
    CONNECTION,
    CONNECTIONS,
    EFFECTIVE,
    EFFECTIVES,
    ENVIRONMENT,
    ENVIRONMENTS,
    MATRIX,
    OPEN,
    OVERRIDE,
    OVERRIDES,
    PROJECT,
    Client,
    connection_body,
    override_body,
)

ENVIRONMENT_NAMES: Final = ("DEV", "PROD", "日本")
CONNECTION_NAMES: Final = ("A", "b", "é")
_SECRETS: Final = count()


@dataclass
class Model:
    """The project as the rule sees it: what an environment inherits, a default, an override (None if it blocks)."""

    inherits: dict[str, bool] = field(default_factory=dict)
    defaults: dict[str, str | None] = field(default_factory=dict)
    overrides: dict[tuple[str, str], str | None] = field(default_factory=dict)

    def effective(self, environment: str, connection: str) -> tuple[str, str | None]:
        """The rule: the override, as a whole; otherwise the default, if the environment inherits; otherwise none."""
        if (environment, connection) in self.overrides:
            secret = self.overrides[environment, connection]
            return ("NONE", None) if secret is None else ("OVERRIDE", secret)
        if self.inherits[environment] and self.defaults[connection] is not None:
            return "DEFAULT", self.defaults[connection]
        return "NONE", None


def reference() -> tuple[str, dict[str, Any]]:
    secret = f"secret-{next(_SECRETS)}"
    return secret, {"connectionProperties": {"secretName": secret}}


def apply(api: Client, project: str, model: Model, step: tuple[str, str, str, bool]) -> None:
    """Apply one step to the service and, if it succeeds, to the model."""
    kind, environment, connection, flag = step
    names = {"projectId": project, "environmentName": environment, "connectionName": connection}
    secret, given_reference = reference()
    match kind:
        case "environment":
            settings_of = OPEN | {"inheritDefaults": flag}
            made = api.call("POST", ENVIRONMENTS, names, {"name": environment, **settings_of})
            if made.status == 409:
                assert api.call("PUT", ENVIRONMENT, names, settings_of).status == 200
            model.inherits[environment] = flag
        case "connection":
            details = given_reference if flag else None
            made = api.call("POST", CONNECTIONS, names, connection_body(connection, connectionDetails=details))
            if made.status == 409:
                assert api.call("PUT", CONNECTION, names, {"connectionDetails": details}).status == 200
            model.defaults[connection] = secret if flag else None
        case "override":
            given_override = {"connectionOverrides": given_reference} if flag else {"blocked": True}
            body = override_body(environmentName=environment, connectionName=connection, connectionOverrides=None)
            made = api.call("POST", OVERRIDES, names, {**body, **given_override})
            if made.status == 409:
                assert api.call("PUT", OVERRIDES, names, {**body, **given_override}).status == 200
            if environment in model.inherits and connection in model.defaults:
                model.overrides[environment, connection] = secret if flag else None
            else:
                assert made.status == 404
        case "no override":
            gone = api.call("DELETE", OVERRIDE, names).status == 204
            assert gone == (model.overrides.pop((environment, connection), "absent") != "absent")
        case "no environment":
            gone = api.call("DELETE", ENVIRONMENT, names, query={"cascade": "true"}).status == 204
            assert gone == (model.inherits.pop(environment, None) is not None)
            model.overrides = {place: value for place, value in model.overrides.items() if place[0] != environment}
        case _:
            gone = api.call("DELETE", CONNECTION, names, query={"cascade": "true"}).status == 204
            assert gone == (model.defaults.pop(connection, "absent") != "absent")
            model.overrides = {place: value for place, value in model.overrides.items() if place[1] != connection}


def secret_of(reply: Any) -> str | None:
    return reply["reference"]["connectionProperties"]["secretName"] if "reference" in reply else None


STEPS: Final = st.lists(
    st.tuples(
        st.sampled_from(
            ["environment", "connection", "override", "override", "no override", "no environment", "no connection"]
        ),
        st.sampled_from(ENVIRONMENT_NAMES),
        st.sampled_from(CONNECTION_NAMES),
        st.booleans(),
    ),
    max_size=14,
)
BEGIN: Final = [
    *(("environment", name, "", number % 2 == 0) for number, name in enumerate(ENVIRONMENT_NAMES)),
    *(("connection", "", name, number != 1) for number, name in enumerate(CONNECTION_NAMES)),
]


@pytest.mark.histories
@settings(
    max_examples=15,
    deadline=None,
    # Each example has its own project.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
def test_item_trace_list_matrix_and_impact_agree_with_the_rule(
    api: Client, steps: list[tuple[str, str, str, bool]]
) -> None:
    project, model = api.make_project(), Model()
    for step in [*BEGIN, *steps]:
        apply(api, project, model, step)

    environments = sorted(model.inherits, key=str.encode)
    connections = sorted(model.defaults, key=str.encode)
    expected = {
        (environment, connection): model.effective(environment, connection)
        for environment in environments
        for connection in connections
    }

    for (environment, connection), (source, secret) in expected.items():
        names = {"projectId": project, "environmentName": environment, "connectionName": connection}
        reply = api.call("GET", EFFECTIVE, names, query={"explain": "true"})
        trace = reply.body["trace"]
        if source == "NONE":
            assert (reply.status, reply.body["type"]) == (404, "/v1/problems/connection-not-configured")
            assert trace[-1]["finding"] in {"absent", "blocked", "no"}
        else:
            assert (reply.status, reply.body["source"], secret_of(reply.body)) == (200, source, secret)
            assert trace[-1] == {
                "question": source.lower(),
                "finding": "present",
                "revision": reply.body["revision"],
            }
        assert [step["question"] for step in trace] == ["override", "inheritDefaults", "default"][: len(trace)]
    for environment in environments:
        query = {"environmentName": environment}
        listed = api.call("GET", EFFECTIVES, {"projectId": project}, query=query).body["results"]
        assert [(one["name"], one["source"], secret_of(one)) for one in listed] == [
            (connection, *expected[environment, connection]) for connection in connections
        ]
        assert impact(api, project, environment) == impact_by_rule(model, environment)
    matrix = api.call("GET", MATRIX, {"projectId": project}).body
    assert matrix["environments"] == environments
    assert matrix["results"] == [
        {
            "name": connection,
            "cells": {environment: expected[environment, connection][0] for environment in environments},
        }
        for connection in connections
    ]
    for connection in connections:
        names = {"projectId": project, "connectionName": connection}
        effects = api.call("GET", CONNECTION + "/impact", names, query={"change": "delete"}).body["results"]
        assert {one["environmentName"]: (one["before"], one["after"]) for one in effects} == {
            environment: (expected[environment, connection][0], "NONE")
            for environment in environments
            if expected[environment, connection][0] != "NONE"
        }
    assert api.call("GET", PROJECT, {"projectId": project}).status == 200


def impact(api: Client, project: str, environment: str) -> dict[str, dict[str, tuple[str, str]]]:
    names = {"projectId": project, "environmentName": environment}
    found = {}
    for change in ("delete", "inheritDefaults"):
        reply = api.call("GET", ENVIRONMENT + "/impact", names, query={"change": change})
        found[change] = {one["name"]: (one["before"], one["after"]) for one in reply.body["results"]}
    return found


def impact_by_rule(model: Model, environment: str) -> dict[str, dict[str, tuple[str, str]]]:
    other = Model(model.inherits | {environment: not model.inherits[environment]}, model.defaults, model.overrides)
    before = {connection: model.effective(environment, connection)[0] for connection in model.defaults}
    after = {connection: other.effective(environment, connection)[0] for connection in model.defaults}
    return {
        "delete": {name: (source, "NONE") for name, source in before.items() if source != "NONE"},
        "inheritDefaults": {name: (source, after[name]) for name, source in before.items() if source != after[name]},
    }
