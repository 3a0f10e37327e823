"""Random histories of a project: requests of several callers, which the service and the model get alike."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from http import HTTPStatus
from itertools import product
from random import Random
from typing import Any, Final, Protocol

from support.conformance import without_null
from support.model import PROTECTED, Answer, Model, Place, Request, Secret, Secrets, Verb
from support.registry import (
    CONNECTION,
    CONNECTIONS,
    EFFECTIVE,
    EFFECTIVES,
    ENVIRONMENT,
    ENVIRONMENTS,
    EVERY_SCOPE,
    MATRIX,
    OVERRIDE,
    OVERRIDES,
    PROJECT,
    PROJECTS,
    Reply,
)

REPORT: Final = PROJECT + "/secret-references"
CALLERS: Final = {
    "administrator": frozenset(EVERY_SCOPE.split()),
    "administrator of what is not protected": frozenset({"connections:read", "connections:write", "projects:admin"}),
    "editor of connections": frozenset({"connections:write"}),
    "administrator of projects": frozenset({"projects:admin"}),
    "reader": frozenset({"connections:read"}),
}
ENVIRONMENT_NAMES: Final = ("DEV", "LIVE", "日本")
TYPES: Final = {
    "Bücher 1%": ("COMPONENT_BASIC", "salesforce", ("OAUTH_CLIENT_CRED", "OAUTH_USER_TOKENS")),
    "Lake": ("DWH", "snowflake", ("KEY_PAIR",)),
}
"""The connections by name: platform type, provider, and the types of authentication that fit them."""
ANOTHER_AUTH: Final = {
    "OAUTH_CLIENT_CRED": "OAUTH_USER_TOKENS",
    "OAUTH_USER_TOKENS": "OAUTH_CLIENT_CRED",
    "KEY_PAIR": "PASSWORD",
}
"""Another type of authentication, with the same properties."""
ANY_TYPE: Final = TYPES["Bücher 1%"]
VIRGINIA: Final = "AWS_SECRET_MANAGER:us-east-1"
SECRETS: Final = (("", "a"), ("", "b"), (VIRGINIA, "a"))
"""Vault, as the report shows it, and name."""


@dataclass(frozen=True)
class Step:
    """A caller's request. With `nulls`, members that could be left out are null. `milliseconds` pass before it."""

    caller: str
    request: Request
    key: str | None = None
    nulls: bool = False
    milliseconds: int = 0


class Author:
    """Writes histories at random, step by step, in view of the state: a request that always fails tests little.

    Without a clock, no time passes, so no override expires. Lists of steps from Hypothesis repeat themselves: of seven
    steps, six were copies.
    """

    def __init__(self, random: Random, *, with_keys: bool = False, with_clock: bool = True) -> None:
        self._random = random
        self._with_keys = with_keys
        self._with_clock = with_clock
        self._keyed: list[Step] = []

    def beginning(self) -> Iterator[Request]:
        """Yield the creation of all environments and connections. Each may be refused."""
        for name in ENVIRONMENT_NAMES:
            yield Request("create", "environment", environment=name, **self._settings())
        for name in TYPES:
            yield Request("create", "connection", connection=name, **self._default(name))
        for environment, name in product(ENVIRONMENT_NAMES, TYPES):
            if self._chance(0.4):
                auth = TYPES[name][2][0]
                yield Request("create", "override", environment, name, auth=auth, **self._reference(name))

    def step(self, model: Model) -> Step:
        """Return a request of any caller or, with keys, an earlier request that had one, of another caller perhaps."""
        [caller] = self._random.choices(list(CALLERS), [8, 6, 1, 1, 1])
        nulls = self._with_keys and self._chance(0.5)
        passes = self._random.choice([1_000, 5_000]) if self._with_clock else 0
        if self._keyed and self._chance(0.4):
            return replace(self._random.choice(self._keyed), caller=caller, nulls=nulls, milliseconds=passes)
        [kind] = self._random.choices([self._environment, self._connection, self._override], [2, 4, 4])
        step = Step(caller, kind(model), nulls=nulls, milliseconds=passes)
        if self._with_keys and self._chance(0.4):
            step = replace(step, key=self._random.choice("123456"))
            self._keyed.append(step)
        return step

    def _chance(self, probability: float) -> bool:
        return self._random.random() < probability

    def _name(self, names: Iterable[str], other: str) -> str:
        return other if self._chance(0.04) else self._random.choice(list(names))

    def _verb(self, *, exists: bool, deletes: float) -> Verb:
        if self._chance(0.1):
            return self._random.choice(["create", "replace", "delete"])
        return ("delete" if self._chance(deletes) else "replace") if exists else "create"

    def _condition(self) -> Any:
        return self._random.choices([None, "current", "stale", "absent"], [10, 1, 1, 1])[0]

    def _environment(self, model: Model) -> Request:
        name = self._name(ENVIRONMENT_NAMES, "NONE")
        verb = self._verb(exists=name in model.environments, deletes=0.25)
        members: dict[str, Any] = {"cascade": self._chance(0.5)} if verb == "delete" else self._settings()
        if verb != "create":
            members["condition"] = self._condition()
        return Request(verb, "environment", environment=name, **members)

    def _settings(self) -> dict[str, Any]:
        protected, inherits = (self._random.choices([True, False, None], [12, 10, 1])[0] for _ in range(2))
        return {"protected": protected, "inherits": inherits, "allow_shared": self._chance(0.5)}

    def _connection(self, model: Model) -> Request:
        name = self._name(TYPES, "None")
        verb = self._verb(exists=name in model.connections, deletes=0.3)
        members: dict[str, Any] = {"cascade": self._chance(0.5)} if verb == "delete" else self._default(name)
        if verb != "create":
            members |= {"condition": self._condition(), "by_url": self._chance(0.5)}
        if verb == "replace":
            members["provider_changes"] = self._chance(0.05)
        return Request(verb, "connection", connection=name, **members)

    def _default(self, connection: str) -> dict[str, Any]:
        _, _, auths = TYPES.get(connection, ANY_TYPE)
        return {"auth": self._random.choice([*auths[:1] * 2, *auths]), **self._reference(connection)}

    def _reference(self, connection: str) -> dict[str, Any]:
        """One secret or, for a warehouse, any number of them; or none: no default, or a block."""
        references = [frozenset({secret}) for secret in SECRETS]
        if connection == "Lake":
            references += [frozenset(), frozenset(SECRETS[:2])]
        reference = None if self._chance(0.25) else self._random.choice(references)
        return {"reference": reference, "allow_shared": self._chance(0.25)}

    def _override(self, model: Model) -> Request:
        environment = self._name(model.environments or ENVIRONMENT_NAMES, "NONE")
        name = self._name(model.connections or TYPES, "None")
        verb = self._verb(exists=(environment, name) in model.overrides, deletes=0.3)
        if verb == "delete" and self._chance(0.5):
            several = tuple(self._random.sample([*TYPES, "None"], self._random.randint(1, 2)))
            members: dict[str, Any] = {"several": several, "by_url": False, "ignore_missing": self._chance(0.5)}
            return Request(verb, "override", environment=environment, **members)
        members = {}
        if verb != "delete":
            auth = model.connections.get(name, {"auth": TYPES.get(name, ANY_TYPE)[2][0]})["auth"]
            members = {"auth": ANOTHER_AUTH[auth] if self._chance(0.05) else auth, **self._reference(name)}
            members |= self._expiry(model)
            if verb == "replace":
                members["by_url"] = self._chance(0.5)
        if verb != "create":
            members["condition"] = self._condition()
        elif self._chance(0.3):
            verb, members["condition"] = "replace", "absent"
        return Request(verb, "override", environment=environment, connection=name, **members)

    def _expiry(self, model: Model) -> dict[str, Any]:
        if not self._chance(0.4):
            return {}
        then_use = self._random.choice(["DEFAULT", "BLOCKED", "PREVIOUS", "PREVIOUS"])
        # Ten years are enough for any clock.
        later = self._random.choice([1_000, 6_000, 20_000, 315_360_000_000, 315_360_001_000])
        if not self._with_clock:
            later = 315_360_000_000 + later % 7_000
        return {"expires": model.now + (-1 if self._chance(0.05) else later), "then_use": then_use}


@cache
def various_seeds(count: int, steps: int, *, with_keys: bool = False, with_clock: bool = True) -> list[int]:
    """Return seeds of histories in which, by the model alone, every kind of answer occurs, most of them often."""
    authors = (Author(Random(seed), with_keys=with_keys, with_clock=with_clock) for seed in range(20 * count))
    found = {seed: set(_happenings(author, steps)) for seed, author in enumerate(authors)}
    seeds_with = Counter(one for happenings in found.values() for one in happenings)
    weights = {one: seeds_with[one] ** -0.5 for one in seeds_with}
    chosen: list[int] = []
    for _ in range(count):
        best = max(found, key=lambda seed: sum(weights[one] for one in found[seed]))
        chosen.append(best)
        for one in found.pop(best):
            weights[one] /= 2
    return chosen


def _happenings(author: Author, steps: int) -> Iterator[Any]:
    model = Model()
    for request in author.beginning():
        model.respond(CALLERS["administrator"], request)
    for _ in range(steps):
        step = author.step(model)
        yield "expired", len(model.pass_time(step.milliseconds)) > 0
        r = step.request
        touched = [place for place in model.overrides if place[0] == r.environment or place[1] == r.connection]
        protected = any(model.environments[environment]["protected"] for environment, _ in touched)
        state = model.is_inherited_by_protected(), protected, step.key in model.results
        answer = model.respond(CALLERS[step.caller], r, step.key)
        yield (
            r.verb,
            r.kind,
            r.allow_shared,
            bool(r.several),
            r.then_use,
            *state,
            *answer[:2],
            tuple(answer[2].get("requiredScopes", ())),
        )


# Requests and responses


def _message(r: Request, *, nulls: bool) -> tuple[str, str, dict[str, Any] | None, dict[str, str]]:
    """Return method, resource, body and query."""
    method = {"create": "POST", "replace": "PUT", "delete": "DELETE"}[r.verb]
    by_url = r.by_url and r.verb != "create"
    flags = {"allowSharedSecret": r.allow_shared, "cascade": r.cascade, "ignoreMissing": r.ignore_missing}
    query = {name: "true" for name, is_set in flags.items() if is_set}
    body: dict[str, Any]
    match r.kind:
        case "environment":
            resource = ENVIRONMENT if by_url else ENVIRONMENTS
            body = {"protected": r.protected, "inheritDefaults": r.inherits, "description": None}
            names = {"name": r.environment}
        case "connection":
            resource = CONNECTION if by_url else CONNECTIONS
            body = {"authType": r.auth, "connectionDetails": _reference(r)}
            kind, provider, _ = TYPES.get(r.connection, ANY_TYPE)
            names = {"name": r.connection, "platformConnectionType": kind, "authProvider": provider}
            if r.provider_changes:
                body["authProvider"] = "hubspot"
            if r.verb != "create" and not by_url:
                names, query["connectionName"] = {}, r.connection
        case "override":
            resource = OVERRIDE if by_url else OVERRIDES
            body = {"authType": r.auth, "connectionOverrides": _reference(r), "blocked": r.reference is None or None}
            body |= {"expiresAt": None if r.expires is None else _date(r.expires), "thenUse": r.then_use}
            names = {"environmentName": r.environment, "connectionName": r.connection}
            if r.several:
                query |= {"environmentName": r.environment, "connectionNames": ",".join(r.several)}
    if not by_url:
        body |= names
    return method, resource, None if method == "DELETE" else body if nulls else without_null(body), query


def _date(milliseconds: int) -> str:
    return (datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=milliseconds)).isoformat(timespec="milliseconds")


def _reference(r: Request) -> dict[str, Any] | None:
    if r.reference is None:
        return None
    in_aws = any(vault == VIRGINIA for vault, _ in r.reference)
    location = {"type": "AWS_SECRET_MANAGER", "region": "us-east-1"} if in_aws else None
    secrets = [{"secretName": name, "secretKey": None} for _, name in sorted(r.reference)]
    if r.connection == "Lake":
        values = {"account": {"value": "acme"}, **dict(zip(("privateKey", "passphrase"), secrets, strict=False))}
        return {"secretsLocation": location, "connectionProperties": values}
    return {"secretsLocation": location, "connectionProperties": secrets[0]}


def _secrets(reference: Any) -> Secrets:
    """Return the secrets that a reference in a response names."""
    vault = VIRGINIA if "secretsLocation" in reference else ""
    properties = reference["connectionProperties"]
    members = [properties, *(one for one in properties.values() if isinstance(one, dict))]
    return frozenset((vault, one["secretName"]) for one in members if "secretName" in one)


def _answer(reply: Reply, expected: Answer) -> Answer:
    """Return the answer as the model does, with the members that it expects."""
    body = reply.body or {}
    members = {name: body.get(name) for name in expected[2]}
    if "dependents" in body:
        assert len(body["dependents"]) == body["total"]
        members["dependents"] = {(one.get("environmentName", ""), one["connectionName"]) for one in body["dependents"]}
    return reply.status, reply.problem, members


def _shown(reply: Reply) -> tuple[Any, ...]:
    """Return all of a response that its repetition has, too."""
    body = {name: value for name, value in (reply.body or {}).items() if name != "instance"}
    return reply.status, body, reply.headers.get("ETag"), reply.headers.get("Location")


class Api(Protocol):
    """A caller, in process or over HTTP."""

    scopes: str

    def call(
        self,
        method: str,
        resource: str,
        parameters: Mapping[str, str] | None = None,
        body: object = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply: ...


class History:
    """A new project, whose model gets the same requests. An administrator has sent the first ones.

    `wait` lets milliseconds pass on the service's clock.
    """

    def __init__(
        self, api: Api, beginning: Iterable[Request] = (), wait: Callable[[int], None] = lambda _: None
    ) -> None:
        self.model = Model()
        self._wait = wait
        self._api = api
        api.scopes = EVERY_SCOPE
        self._project = api.call("POST", PROJECTS, body={"name": "Sales"}).body["projectId"]
        self._tags: dict[Any, str] = {}
        self._first: dict[str, tuple[Any, ...]] = {}
        self._resolved: dict[Place, Any] = {}
        self._is_checked = False
        for request in beginning:
            self._apply(Step("administrator", request))

    def apply(self, step: Step) -> None:
        """Send a request. Its answer must be the model's.

        Without `environments:protected`, it must not change what a protected environment resolves to.
        """
        self._wait(step.milliseconds)
        for place in self.model.pass_time(step.milliseconds):
            self._tags.pop(("override", *place), None)
            self._is_checked = False
        if PROTECTED in CALLERS[step.caller]:
            self._apply(step)
            return
        self.check()
        protected = {name for name, one in self.model.environments.items() if one["protected"]}
        before = self._resolved_in(protected)
        self._apply(step)
        self.check()
        assert self._resolved_in(protected) == before, step

    def _apply(self, step: Step) -> None:
        reply = self._send(step)
        expected = self.model.respond(CALLERS[step.caller], step.request, step.key)
        assert _answer(reply, expected) == expected, step
        if step.key in self.model.results and self.model.results[step.key][2] is expected:
            assert _shown(reply) == self._first.setdefault(step.key, _shown(reply)), step
        self._is_checked &= reply.status >= HTTPStatus.BAD_REQUEST

    def _send(self, step: Step) -> Reply:
        r = step.request
        method, resource, body, query = _message(r, nulls=step.nulls)
        item = (r.kind, r.environment, r.connection)
        # A request that is repeated must have the same header.
        current = "*" if step.key else self._tags.get(item, "*")
        headers = {"Idempotency-Key": f"{self._project}/{step.key}"} if step.key else {}
        if r.condition:
            name = "If-None-Match" if r.condition == "absent" else "If-Match"
            headers[name] = {"current": current, "stale": '"1-stale"', "absent": "*"}[r.condition]
        self._api.scopes = " ".join(CALLERS[step.caller])
        reply = self._api.call(method, resource, self._names(r.environment, r.connection), body, query, headers)
        if "ETag" in reply.headers:
            self._tags[item] = reply.headers["ETag"]
        return reply

    def _names(self, environment: str = "", connection: str = "") -> dict[str, str]:
        return {"projectId": self._project, "environmentName": environment, "connectionName": connection}

    def _get(self, resource: str, environment: str = "", connection: str = "", **query: str) -> Any:
        self._api.scopes = "connections:read"
        return self._api.call("GET", resource, self._names(environment, connection), query=query)

    def _resolved_in(self, environments: set[str]) -> dict[Place, Any]:
        return {place: one for place, one in self._resolved.items() if place[0] in environments}

    def check(self) -> None:
        """Assert that the effective connections and the report are the model's."""
        if self._is_checked:
            return
        self._is_checked = True
        listed = {
            (environment, one["name"]): one
            for environment in self.model.environments
            for one in self._get(EFFECTIVES, environmentName=environment).body["results"]
        }
        self._resolved = {place: one for place, one in listed.items() if one["source"] != "NONE"}
        assert {place: _effective(one) for place, one in listed.items()} == self.model.effectives()
        assert _uses(self._get(REPORT).body["results"]) == self.model.report()

    def check_at_the_end(self) -> None:
        """Assert that the effective connections, one by one and as a matrix, are the model's."""
        self.check()
        for place, expected in self.model.effectives().items():
            reply = self._get(EFFECTIVE, *place)
            if expected[0] == "NONE":
                assert (reply.status, reply.problem) == (404, "connection-not-configured")
            else:
                assert (reply.status, _effective(reply.body)) == (200, expected)
        matrix = self._get(MATRIX).body
        assert {row["name"]: row["cells"] for row in matrix["results"]} == {
            connection: {e: self.model.effective(e, connection)[0] for e in self.model.environments}
            for connection in self.model.connections
        }


def _effective(one: Any) -> tuple[str, Secrets | None, int | None]:
    reference = _secrets(one["reference"]) if "reference" in one else None
    return one["source"], reference, one.get("revision")


def _uses(report: Any) -> dict[Secret, dict[str, Any]]:
    """Return the report as the model gives it."""
    return {
        (one["vault"], one["secretName"]): {
            "defaults": set(one["defaults"]),
            "usedBy": {(use["environmentName"], use["name"]): use["source"] for use in one["usedBy"]},
            "leaks": one["leaks"],
            "shared": one["shared"],
        }
        for one in report
    }
