"""`at=`: an effective connection as it was resolved at a moment of the past."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count, pairwise, product
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from support import rows
from support.history import ITEMS, changes, entries, later, restore
from support.registry import (
    CONNECTION,
    CONNECTIONS,
    EFFECTIVE,
    ENVIRONMENT,
    ENVIRONMENTS,
    OPEN,
    OVERRIDE,
    OVERRIDES,
    Client,
    Reply,
    connection_body,
    override_body,
)
from support.table import Tables
from support.table import restore as restore_table

BLOCKED: Final = {"authType": "GENERIC_SECRET", "blocked": True}


def with_secret(secret: str) -> dict[str, Any]:
    return {"authType": "GENERIC_SECRET", "connectionOverrides": {"connectionProperties": {"secretName": secret}}}


def at(api: Client, names: Mapping[str, str], moment: str, **query: str) -> Reply:
    return api.call("GET", EFFECTIVE, names, query={"at": moment, **query})


def summary(reply: Reply) -> tuple[str | None, str | None]:
    """Return the source and its secret, or the problem."""
    if reply.problem is not None:
        return None, reply.problem
    return reply.body["source"], reply.body["reference"]["connectionProperties"]["secretName"]


STORY: Final[list[tuple[str, str, object, tuple[str | None, str | None]]]] = [
    ("POST", ENVIRONMENTS, {"name": "PROD"}, (None, "connection-not-found")),
    ("POST", CONNECTIONS, connection_body(connectionDetails=None), (None, "connection-not-configured")),
    ("PUT", CONNECTION, {"connectionDetails": {"connectionProperties": {"secretName": "one"}}}, ("DEFAULT", "one")),
    ("PUT", ENVIRONMENT, {**OPEN, "inheritDefaults": False}, (None, "connection-not-configured")),
    ("PUT", OVERRIDE, with_secret("two"), ("OVERRIDE", "two")),
    ("PUT", ENVIRONMENT, OPEN, ("OVERRIDE", "two")),
    ("PUT", OVERRIDE, BLOCKED, (None, "connection-not-configured")),
    ("PUT", OVERRIDE, with_secret("three"), ("OVERRIDE", "three")),
    ("DELETE", OVERRIDE, None, ("DEFAULT", "one")),
    ("PUT", CONNECTION, {"connectionDetails": {"connectionProperties": {"secretName": "four"}}}, ("DEFAULT", "four")),
    ("DELETE", CONNECTION, None, (None, "connection-not-found")),
    ("DELETE", ENVIRONMENT, None, (None, "environment-not-found")),
]
"""Each write, a minute after the one before, and what the connection resolves to from then on."""


def test_it_is_resolved_as_it_was_before_and_after_every_change(api: Client) -> None:
    names = {"projectId": api.make_project(), "environmentName": "PROD", "connectionName": "Salesforce"}
    expected: list[tuple[str, Any]] = []
    before: tuple[str | None, str | None] = (None, "environment-not-found")
    traces: list[tuple[str, Reply]] = []
    for method, resource, body, resolved in STORY:
        api.now += timedelta(minutes=1)
        absent = method == "PUT" and resource == OVERRIDE and api.call("GET", OVERRIDE, names).status == 404
        done = api.call(method, resource, names, body, headers={"If-None-Match": "*"} if absent else {})
        assert done.status < 300, done
        moment = later(api.now.isoformat(), 0)
        expected += [(later(moment, -1), before), (moment, resolved), (later(moment, 59_999), resolved)]
        traces.append((moment, api.call("GET", EFFECTIVE, names, query={"explain": "true"})))
        before = resolved
    api.now += timedelta(minutes=1)

    assert [(moment, summary(at(api, names, moment))) for moment, _ in expected] == expected
    for moment, then in traces:
        now = at(api, names, moment, explain="true")
        assert now.status == then.status
        if then.status == 200:
            assert (now.body, now.headers["ETag"]) == (then.body, then.headers["ETag"])
        else:
            assert {**now.body, "instance": ""} == {**then.body, "instance": ""}


def test_a_project_that_does_not_exist_is_not_found(api: Client) -> None:
    names = {"projectId": "00000000-0000-4000-8000-00000000ffff", "environmentName": "PROD", "connectionName": "x"}

    assert at(api, names, "2026-01-31T12:00:00Z").problem == "project-not-found"


def test_another_tenant_finds_no_project(api: Client, dynamodb: Any, project: str) -> None:
    names = {"projectId": project, "environmentName": "PROD", "connectionName": "Salesforce"}
    moment = later(api.now.isoformat(), 0)

    assert at(api, names, moment).status == 200
    assert at(Client(dynamodb, account="other"), names, moment).problem == "project-not-found"


MOMENTS: Final = {
    "now": ("2026-01-31T12:00:00.123Z", 200),
    "a millisecond later than now": ("2026-01-31T12:00:00.124Z", 400),
    "as long ago as history is kept": ("2024-12-27T12:00:00.124Z", 404),
    "before history is kept": ("2024-12-27T12:00:00.123Z", 400),
    "another offset": ("2026-01-31T14:00:00.123+02:00", 200),
    "a fraction of a millisecond": ("2026-01-31T12:00:00.123999Z", 200),
    "long ago": ("0001-01-01T00:00:00+14:00", 400),
}


@pytest.mark.parametrize("what", MOMENTS)
def test_a_moment_is_between_the_retention_and_now(api: Client, project: str, what: str) -> None:
    names = {"projectId": project, "environmentName": "PROD", "connectionName": "Salesforce"}
    moment, status = MOMENTS[what]

    reply = at(api, names, moment)

    assert reply.status == status
    if status == 400 and what != "long ago":
        assert reply.body["violations"] == [
            "at: must be between 2024-12-27T12:00:00.123Z, since when history is kept, and now"
        ]


@pytest.mark.parametrize(
    "moment",
    [
        "",
        "yesterday",
        "2026-01-31",
        "2026-01-31T12:00:00",
        "2026-01-31 12:00:00Z",
        "2026-01-31T12:00:00 02:00",
        "2026-02-30T12:00:00Z",
        "2026-01-31T12:00:60Z",
        "2026-01-31T12:00:00,5Z",
        "2026-01-31T12:00:00+24:00",
        "２０２６-01-31T12:00:00Z",
        "1769860800",
    ],
)
def test_what_is_no_moment_is_refused(api: Client, project: str, moment: str) -> None:
    names = {"projectId": project, "environmentName": "PROD", "connectionName": "Salesforce"}

    reply = at(api, names, moment)

    assert (reply.status, reply.body["errors"][0]["code"]) == (400, "rfc3339")


def test_without_history_it_is_resolved_from_what_is_unchanged_since(api: Client, dynamodb: Any, project: str) -> None:
    names = {"projectId": project, "environmentName": "PROD", "connectionName": "Salesforce"}
    moment = later(api.now.isoformat(), 0)
    for row in rows.read_all(dynamodb):
        if rows.is_record(rows.key_of(row)):
            rows.delete(dynamodb, rows.key_of(row))

    assert summary(at(api, names, moment)) == ("DEFAULT", "dev-salesforce")
    assert at(api, names, later(moment, -1)).problem == "environment-not-found"


# Random histories

ENVIRONMENT_NAMES: Final = ("DEV", "PROD")
CONNECTION_NAMES: Final = ("A", "B")
PLACES: Final = [*product(ENVIRONMENT_NAMES, CONNECTION_NAMES)]
SECRETS: Final = count()

type Item = tuple[str, str | None, str | None]
"""Kind, environment, connection."""
type Ending = tuple[int, str] | None
"""The milliseconds until an override ends, and what it then uses."""
type Step = tuple[str, tuple[str, str], bool, int, Ending]
"""What is done, in which place, with which flag, and the milliseconds by which the clock is changed before."""


END_OF_TIME: Final = "9999"


def with_end(override: dict[str, Any], before: dict[str, Any] | None) -> dict[str, Any]:
    """Return the override with what it becomes when it ends, if it does; `before` is what it replaced."""
    if "expiresAt" not in override:
        return override
    lasting = before["then"] if before and "expiresAt" in before else before
    then = {"DEFAULT": None, "BLOCKED": {"blocked": True}, "PREVIOUS": lasting}[override["thenUse"]]
    return {**override, "then": then and {**then, "revision": override["revision"] + 1}}


def essence(item: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return what a history is compared by: of an override, not what the clock makes of it later."""
    members = ("revision", "blocked", "connectionOverrides", "connectionDetails", "inheritDefaults")
    return item and {name: item[name] for name in members if item.get(name)}


@dataclass
class Recorder:
    """Writes, and remembers the states of every item with the times of its changes."""

    api: Client
    project: str
    states: dict[Item, list[tuple[str, Any]]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    def names(self, environment: str | None, connection: str | None) -> dict[str, str]:
        given = {"environmentName": environment, "connectionName": connection}
        return {"projectId": self.project, **{name: value for name, value in given.items() if value is not None}}

    def write(self, step: Step) -> None:
        kind, (environment, connection), flag, milliseconds, ending = step
        self.api.now += timedelta(milliseconds=milliseconds)
        names = self.names(environment, connection)
        reference = {"connectionProperties": {"secretName": f"secret-{next(SECRETS)}"}}
        match kind:
            case "environment":
                members = {**OPEN, "inheritDefaults": flag}
                if self.api.call("PUT", ENVIRONMENT, names, members).status == 404:
                    self.api.call("POST", ENVIRONMENTS, names, {"name": environment, **members})
            case "connection":
                details = reference if flag else None
                if self.api.call("PUT", CONNECTION, names, {"connectionDetails": details}).status == 404:
                    self.api.call("POST", CONNECTIONS, names, connection_body(connection, connectionDetails=details))
            case "override":
                body = override_body(environmentName=environment, connectionName=connection, connectionOverrides=None)
                body |= {"connectionOverrides": reference} if flag else {"blocked": True}
                if ending:
                    body |= {"expiresAt": later(self.api.now.isoformat(), ending[0]), "thenUse": ending[1]}
                if self.api.call("PUT", OVERRIDES, names, body).status == 404:
                    self.api.call("POST", OVERRIDES, names, body)
            case "restore":
                history = self.api.call("GET", f"{OVERRIDE}/history", names).body.get("results", [])
                for entry in [entry for entry in history if "item" in entry][-1:]:
                    restore(self.api, names, entry["changeId"])
            case _:
                query = {} if kind == "no override" else {"cascade": "true"}
                self.api.call("DELETE", ITEMS[kind.removeprefix("no ")], names, query=query)
        self._remember()

    def _remember(self) -> None:
        """Read what the last write changed."""
        for change in changes(self.api, self.project):
            if change["changeId"] in self.seen or change.get("expired"):
                continue
            self.seen.add(change["changeId"])
            for one in change["items"]:
                if one["kind"] == "project":
                    continue
                places = one.get("environmentName"), one.get("connectionName")
                live = self.api.call("GET", ITEMS[one["kind"]], self.names(*places))
                item = one["kind"], *places
                states = self.states.setdefault(item, [])
                before = self.state(*item, later(change["changedDate"], -1))
                states.append((change["changedDate"], with_end(live.body, before) if live.status == 200 else None))

    def state(self, kind: str, environment: str | None, connection: str | None, moment: str) -> Any:
        """Return what the item was at that moment, None if there was none."""
        states = [state for date, state in self.states.get((kind, environment, connection), []) if date <= moment]
        state = states[-1] if states else None
        return state["then"] if state and state.get("expiresAt", END_OF_TIME) <= moment else state

    def ends(self) -> dict[Item, list[str]]:
        """Return when overrides have ended: those that were not changed before."""
        return {
            item: [
                state["expiresAt"]
                for (_, state), (next_date, _) in pairwise([*states, (later(self.api.now.isoformat(), 1), None)])
                if state and state.get("expiresAt", END_OF_TIME) < next_date
            ]
            for item, states in self.states.items()
        }

    def resolve(self, environment_name: str, connection_name: str, moment: str) -> tuple[Any, Any, Any]:
        """Return source, reference and revision at that moment by the rule, or the problem."""
        environment = self.state("environment", environment_name, None, moment)
        connection = self.state("connection", None, connection_name, moment)
        override = self.state("override", environment_name, connection_name, moment)
        if environment is None:
            return None, None, "environment-not-found"
        if connection is None:
            return None, None, "connection-not-found"
        if override is not None and not override.get("blocked"):
            return "OVERRIDE", override["connectionOverrides"], override["revision"]
        if override is None and environment["inheritDefaults"] and connection.get("connectionDetails"):
            return "DEFAULT", connection["connectionDetails"], connection["revision"]
        return None, None, "connection-not-configured"

    def asked(self, environment: str, connection: str, moment: str) -> tuple[Any, Any, Any]:
        reply = at(self.api, self.names(environment, connection), moment)
        if reply.problem is not None:
            return None, None, reply.problem
        return reply.body["source"], reply.body["reference"], reply.body["revision"]

    def dates(self) -> list[str]:
        """Return when something changed, or was to end."""
        every = [one for states in self.states.values() for one in states]
        ends = {state["expiresAt"] for _, state in every if state and "expiresAt" in state}
        return sorted({date for date, _ in every} | ends)

    def assert_history_tells_it(self) -> None:
        """Assert that the history of each item, and the project's changes, tell every state, and that it ended."""
        ends = self.ends()
        for item, states in self.states.items():
            kind, environment, connection = item
            found = entries(self.api, self.names(environment, connection), kind)
            dates = [*[date for date, _ in states], *ends[item]]
            assert sorted(entry["changedDate"] for entry in found) == sorted(dates)
            for entry in found:
                state = self.state(*item, entry["changedDate"])
                assert essence(entry.get("item")) == essence(state), entry
                assert entry.get("expired", False) == (entry["changedDate"] in ends[item])
        told = [one["changedDate"] for one in changes(self.api, self.project) if one.get("expired")]
        assert sorted(told) == sorted(date for dates in ends.values() for date in dates)

    def assert_as_it_was(self, moments: Iterable[str]) -> None:
        for moment, place in product(moments, PLACES):
            assert self.asked(*place, moment) == self.resolve(*place, moment), (moment, place)


THEN: Final = ("DEFAULT", "BLOCKED", "PREVIOUS")
STEPS: Final = st.tuples(
    st.sampled_from(
        ["environment", "connection", *["override"] * 3, "restore", "no override", "no environment", "no connection"]
    ),
    st.sampled_from(PLACES),
    st.booleans(),
    st.sampled_from([0, 0, 1, 2, 1_000, -1, -5, -60_000]),
    st.none() | st.tuples(st.sampled_from([1, 2, 3, 1_000, 3_000]), st.sampled_from(THEN)),
)
BEGINNING: Final[list[Step]] = [
    *(("environment", (name, ""), True, 0, None) for name in ENVIRONMENT_NAMES),
    *(("connection", ("", name), True, 0, None) for name in CONNECTION_NAMES),
    *(("override", place, True, 0, None) for place in PLACES[::3]),
]


def check_history(api: Client, empty: Tables, steps: list[Step], oldest: int) -> None:
    """Check every moment next to a change; and again, once the entries before one of them have expired."""
    restore_table(empty)
    recorder = Recorder(api, api.make_project())
    for step in [*BEGINNING, *steps]:
        recorder.write(step)
    dates = recorder.dates()
    for states in recorder.states.values():
        assert [date for date, _ in states] == sorted({date for date, _ in states}), "changes of an item have an order"
    api.now = datetime.fromisoformat(dates[-1]) + timedelta(seconds=1)
    moments = sorted({later(date, shift) for date in dates for shift in (-1, 0)} | {later(dates[-1], 1_000)})
    recorder.assert_as_it_was(moments)
    recorder.assert_history_tells_it()

    earliest = dates[oldest % len(dates)]
    for row in rows.read_all(api.client):
        key = rows.key_of(row)
        if rows.is_record(key) and max(row["changedDate"]["S"], end_of(row)) < earliest:
            rows.delete(api.client, key)
    recorder.assert_as_it_was(moment for moment in moments if moment >= earliest)


def end_of(row: rows.Row) -> str:
    """Return when the override of an entry ends: the entry is kept for that long."""
    end: str = row.get("item", {"M": {}})["M"].get("expiresAt", {"S": ""})["S"]
    return end


def random_histories(examples: int) -> settings:
    """Return the settings of a test of random histories. A failing one is not shrunk: that would take minutes."""
    checks = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
    phases = [Phase.explicit, Phase.generate]
    return settings(max_examples=examples, deadline=None, derandomize=True, phases=phases, suppress_health_check=checks)


EXPIRED: Final = st.integers(0, 99)
"""Which change is the oldest whose entries are kept."""


@random_histories(examples=4)
@given(steps=st.lists(STEPS, min_size=8, max_size=8), oldest=EXPIRED)
def test_every_moment_of_a_history_is_resolved_as_it_was(
    api: Client, empty: Tables, steps: list[Step], oldest: int
) -> None:
    check_history(api, empty, steps, oldest)


@pytest.mark.histories
@random_histories(examples=30)
@given(steps=st.lists(STEPS, min_size=15, max_size=15), oldest=EXPIRED)
def test_every_moment_of_a_long_history_is_resolved_as_it_was(
    api: Client, empty: Tables, steps: list[Step], oldest: int
) -> None:
    check_history(api, empty, steps, oldest)


def test_an_item_that_was_created_again_is_not_there_in_between(api: Client, project: str) -> None:
    names = {"projectId": project, "environmentName": "PROD", "connectionName": "Salesforce"}
    steps: list[Callable[[], Reply]] = [
        lambda: api.make_override(project, secret="one"),
        lambda: api.call("DELETE", ENVIRONMENT, names, query={"cascade": "true"}),
        lambda: api.call("POST", ENVIRONMENTS, names, {"name": "PROD"}),
        lambda: api.make_override(project, secret="two"),
    ]
    for step in steps:
        assert step().status < 300
    dates = [entry["changedDate"] for entry in reversed(entries(api, names))]
    api.now += timedelta(seconds=1)

    assert [summary(at(api, names, date)) for date in dates] == [
        ("OVERRIDE", "one"),
        (None, "environment-not-found"),
        ("OVERRIDE", "two"),
    ]


def test_a_moment_whose_history_expired_earlier_than_it_would_today_is_refused(api: Client, project: str) -> None:
    names = {"projectId": project, "environmentName": "PROD", "connectionName": "Salesforce"}
    assert api.make_override(project, secret="one").status == 201
    moment = api.now.isoformat()
    api.now += timedelta(minutes=1)
    assert api.call("PUT", OVERRIDE, names, with_secret("two")).status == 200
    for row in rows.read_all(api.client):
        if rows.is_record(rows.key_of(row)):
            rows.delete(api.client, rows.key_of(row))

    reply = at(api, names, moment)

    assert (reply.status, reply.problem) == (400, "invalid-request")
    assert reply.body["violations"] == ["at: must be later: the history of that time was kept for fewer days than now"]
    assert summary(at(api, names, api.now.isoformat())) == ("OVERRIDE", "two")
