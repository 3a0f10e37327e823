"""An override or connection can be named by body or query, or by its own URL: both forms behave the same.

Any sequence of requests gets the same responses in two projects, one of which uses one form and the other the other.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from support.invariants import assert_nothing_is_orphaned_or_miscounted
from support.registry import (
    CONNECTION,
    CONNECTIONS,
    ENVIRONMENTS,
    EVERY_SCOPE,
    OVERRIDE,
    OVERRIDES,
    Client,
    Reply,
    connection_body,
    override_body,
    without,
)
from support.table import Tables, restore

BOUNDED = settings(
    max_examples=20,
    deadline=None,  # A slow machine must not fail a test.
    derandomize=True,
    phases=[Phase.generate],  # Shortening a failing sequence takes minutes, and the failing step is enough.
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # Each example creates its own projects.
)
UNPROTECTED = "connections:read connections:write"


@dataclass(frozen=True)
class Step:
    """One request. `condition` is None, or the header of a conditional request, with the current tag or another."""

    verb: str
    environment: str
    connection: str
    auth_type: str
    secret: str
    condition: str | None
    scopes: str
    cascade: bool


def steps(conditions: dict[str, list[str | None]]) -> st.SearchStrategy[Step]:
    """Return steps with these types of conditions."""
    return st.sampled_from(["create", "replace", "replace", "delete"]).flatmap(
        lambda verb: st.builds(
            Step,
            verb=st.just(verb),
            environment=st.sampled_from(["DEV", "DEV", "DEV", "LIVE", "NONE"]),
            connection=st.sampled_from(["CRM", "CRM", "CRM", "Bücher 1%", "None"]),
            auth_type=st.sampled_from(["OAUTH_CLIENT_CRED"] * 8 + ["OAUTH_USER_TOKENS", "KEY_PAIR"]),
            secret=st.sampled_from(["a", "b", "c", "d", "not a name"]),
            condition=st.sampled_from([None, *conditions[verb]]),
            scopes=st.sampled_from([EVERY_SCOPE, EVERY_SCOPE, UNPROTECTED]),
            cascade=st.booleans(),
        )
    )


# Only a PUT to the override's own URL can require that there is none, and only a DELETE there can have a condition.
OVERRIDE_STEP = steps({"create": [], "replace": [None, "current", "stale", "any"], "delete": []})
CONNECTION_STEP = steps(
    {"create": [], **{verb: [None, "current", "stale", "any", "none"] for verb in ("replace", "delete")}}
)


@dataclass
class Twin:
    """A project that is used in one of the forms."""

    api: Client
    project: str
    tags: dict[tuple[str, ...], str] = field(default_factory=dict)

    def send(self, step: Step, key: tuple[str, ...], method: str, resource: str, body: Any, query: Any) -> Reply:
        """Send a request about the item of that key, and remember the item's tag."""
        names = {"projectId": self.project, "environmentName": step.environment, "connectionName": step.connection}
        conditions = {
            "current": {"If-Match": self.tags.get(key, '"none"')},
            "stale": {"If-Match": '"stale"'},
            "any": {"If-Match": "*"},
            "none": {"If-None-Match": "*"},
        }
        self.api.scopes = step.scopes
        headers = conditions[step.condition] if step.condition and method != "POST" else None
        reply = self.api.call(method, resource, names, body, query=query, headers=headers)
        if "ETag" in reply.headers:
            self.tags[key] = reply.headers["ETag"]
        return reply

    def outcome(self, reply: Reply) -> tuple[Any, ...]:
        """Return the response without what must differ: the project ID and the tags."""
        headers = {name: value.replace(self.project, "<project>") for name, value in reply.headers.items()}
        if "ETag" in headers:
            headers["ETag"] = headers["ETag"].partition("-")[0]
        body = reply.body and {name: value for name, value in reply.body.items() if name != "instance"}
        if body and "projectId" in body:
            body["projectId"] = "<project>"
        return reply.status, headers, body

    def lists(self) -> list[Any]:
        """Return all items of the project."""
        self.api.scopes = EVERY_SCOPE
        queries: list[tuple[str, dict[str, str]]] = [
            (ENVIRONMENTS, {}),
            (CONNECTIONS, {}),
            (OVERRIDES, {"environmentName": "DEV"}),
            (OVERRIDES, {"environmentName": "LIVE"}),
        ]
        replies = [self.api.call("GET", resource, {"projectId": self.project}, query=q) for resource, q in queries]
        assert {reply.status for reply in replies} == {200}
        return [[without(one, "projectId") for one in reply.body["results"]] for reply in replies]


def twins(api: Client) -> tuple[Twin, Twin]:
    """Return two projects with the same environments and connections."""
    made = []
    api.scopes = EVERY_SCOPE
    for _ in range(2):
        project = api.make_project()
        api.make_environment(project, "DEV")
        api.make_environment(project, "LIVE", protected=True)
        for name in ("CRM", "Bücher 1%"):
            api.make_connection(project, name, authProvider="salesforce", authType="OAUTH_CLIENT_CRED")
        body = {"connectionOverrides": {"connectionProperties": {"secretName": "x"}}, "authType": "OAUTH_CLIENT_CRED"}
        made_first = override_body(environmentName="DEV", connectionName="CRM", **body)
        assert api.call("POST", OVERRIDES, {"projectId": project}, made_first).status == 201
        made.append(Twin(api, project))
    return made[0], made[1]


type Form = Callable[[Twin, Step], Reply]


def reference(step: Step) -> dict[str, Any]:
    return {"connectionProperties": {"secretName": step.secret}}


def override_by_body(twin: Twin, step: Step) -> Reply:
    """Send a request about an override that body or query name."""
    key = (step.environment, step.connection)
    if step.verb == "delete":
        query = {"environmentName": step.environment, "connectionNames": step.connection}
        return twin.send(step, key, "DELETE", OVERRIDES, None, query)
    body = {
        "environmentName": step.environment,
        "connectionName": step.connection,
        "authType": step.auth_type,
        "connectionOverrides": reference(step),
    }
    return twin.send(step, key, "POST" if step.verb == "create" else "PUT", OVERRIDES, body, None)


def override_by_address(twin: Twin, step: Step) -> Reply:
    """Send a request to an override's own URL, where a create is a PUT with `If-None-Match: *`."""
    key = (step.environment, step.connection)
    if step.verb == "delete":
        return twin.send(step, key, "DELETE", OVERRIDE, None, None)
    body = {"authType": step.auth_type, "connectionOverrides": reference(step)}
    if step.verb == "create":
        step = replace(step, condition="none")
    return twin.send(step, key, "PUT", OVERRIDE, body, None)


def connection_by_query(twin: Twin, step: Step) -> Reply:
    """Send a request about a connection that the query names."""
    return ask_connection(twin, step, CONNECTIONS, {"connectionName": step.connection})


def connection_by_address(twin: Twin, step: Step) -> Reply:
    """Send a request to a connection's own URL."""
    return ask_connection(twin, step, CONNECTION, {})


def ask_connection(twin: Twin, step: Step, resource: str, query: dict[str, str]) -> Reply:
    key = (step.connection,)
    details = {"connectionDetails": reference(step)}
    if step.verb == "create":
        body = connection_body(step.connection, authProvider="salesforce", authType=step.auth_type, **details)
        return twin.send(step, key, "POST", CONNECTIONS, body, None)
    if step.verb == "replace":
        return twin.send(step, key, "PUT", resource, {"authType": step.auth_type, **details}, query)
    cascade = {"cascade": "true"} if step.cascade else {}
    return twin.send(step, key, "DELETE", resource, None, {**query, **cascade})


def alike(form: Form, step: Step, outcome: tuple[Any, ...]) -> object:
    """Return the response or, in the two cases in which the forms of an override may differ, what both mean.

    A create at the override's own URL is a conditional PUT, so an existing override is 412 instead of 409. A delete by
    query refers to a list, so its 404 has the names of overrides instead of telling whether the connection exists.
    """
    slug = outcome[2]["type"].rpartition("/")[2] if outcome[0] >= HTTPStatus.BAD_REQUEST else None
    if form in OVERRIDE_FORMS and step.verb == "create" and slug in {"override-already-exists", "precondition-failed"}:
        return "there is one"
    if form in OVERRIDE_FORMS and step.verb == "delete" and slug in {"override-not-found", "connection-not-found"}:
        return "there is none"
    return outcome


OVERRIDE_FORMS = (override_by_body, override_by_address)
CONNECTION_FORMS = (connection_by_query, connection_by_address)


def assert_twins_agree(api: Client, empty: Tables, history: list[tuple[tuple[Form, Form], Step]]) -> None:
    """Run each step in its first form in one project and in its second form in the other."""
    # The table in process copies itself for every transaction, so it must not grow from example to example.
    restore(empty)
    one, other = twins(api)
    for (first, second), step in history:
        answers = [twin.outcome(form(twin, step)) for twin, form in ((one, first), (other, second))]
        assert alike(first, step, answers[0]) == alike(second, step, answers[1]), step
    assert one.lists() == other.lists()
    assert_nothing_is_orphaned_or_miscounted(api.client)


@pytest.mark.histories
@BOUNDED
@given(history=st.lists(st.tuples(st.just(OVERRIDE_FORMS), OVERRIDE_STEP), min_size=8, max_size=12))
def test_any_sequence_of_requests_about_overrides_gets_the_same_responses_in_both_forms(
    api: Client, empty: Tables, history: Any
) -> None:
    assert_twins_agree(api, empty, history)


@pytest.mark.histories
@BOUNDED
@given(
    history=st.lists(
        st.tuples(st.just(OVERRIDE_FORMS), OVERRIDE_STEP) | st.tuples(st.just(CONNECTION_FORMS), CONNECTION_STEP),
        min_size=8,
        max_size=14,
    )
)
def test_any_sequence_of_requests_about_connections_gets_the_same_responses_in_both_forms(
    api: Client, empty: Tables, history: Any
) -> None:
    assert_twins_agree(api, empty, history)
