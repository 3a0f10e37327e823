"""The rules of the service as a small program: resolution, expiry, scopes, secret guard, report and repeated writes.

It is written from the contract, for one project, and tests compare the service with it. A `reference` is the set of the
secrets that it names; None stands for no default, or for an override that blocks. Times are milliseconds since 1970.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, cast

type Secret = tuple[str, str]
"""A vault and a name in it."""
type Secrets = frozenset[Secret]
type Item = dict[str, Any]
type Place = tuple[str, str]
"""An environment and a connection: an override, or with an empty environment a default."""
type Answer = tuple[int, str | None, dict[str, Any]]
"""The status, and of a problem the slug of its type and its own members."""

type Verb = Literal["create", "replace", "delete"]

PROTECTED = "environments:protected"
ROUTE_SCOPES = {"environment": "projects:admin", "connection": "connections:write", "override": "connections:write"}


@dataclass(frozen=True)
class Request:
    """A write. `by_url`: the item's own URL names it, not the body or the query."""

    verb: Verb
    kind: Literal["environment", "connection", "override"]
    environment: str = ""
    connection: str = ""
    several: tuple[str, ...] = ()  # the connections of a DELETE of overrides by query
    protected: bool | None = None
    inherits: bool | None = None
    auth: str | None = None
    provider_changes: bool = False
    reference: Secrets | None = None
    expires: int | None = None
    then_use: Literal["DEFAULT", "BLOCKED", "PREVIOUS"] | None = None
    by_url: bool = True
    condition: Literal["current", "stale", "absent"] | None = None  # If-Match: <tag>, or If-None-Match: *
    allow_shared: bool = False
    cascade: bool = False
    ignore_missing: bool = False


type Need = Callable[[str], None]
"""Requires a scope of the caller, also whenever the same request is repeated with its key."""


class Refused(Exception):
    """A request is refused."""


def refuse_if(condition: object, status: int, slug: str, **members: Any) -> None:
    if condition:
        raise Refused(status, slug, members)


@dataclass
class Model:
    """A project: its items by name, and the results of writes by their Idempotency-Key."""

    environments: dict[str, Item] = field(default_factory=dict)  # protected, inherits, revision
    connections: dict[str, Item] = field(default_factory=dict)  # auth, reference, revision
    overrides: dict[Place, Item] = field(default_factory=dict)  # reference, revision, expires, then (an override)
    now: int = 1_769_860_800_123
    results: dict[str, tuple[Request, set[str], Answer]] = field(default_factory=dict)

    def pass_time(self, milliseconds: int) -> set[Place]:
        """Let the clock go on; return the overrides that expire."""
        self.now += milliseconds
        expired = {place for place, one in self.overrides.items() if one["expires"] and one["expires"] <= self.now}
        for place in expired:
            self.overrides |= {place: then} if (then := self.overrides.pop(place)["then"]) else {}
        return expired

    def effective(self, environment: str, connection: str) -> tuple[str, Secrets | None, int | None]:
        """The override, whole; otherwise the default, if the environment inherits defaults; otherwise nothing."""
        override, default = self.overrides.get((environment, connection)), self.connections[connection]
        if override and override["reference"] is not None:
            return "OVERRIDE", override["reference"], override["revision"]
        if not override and self.environments[environment]["inherits"] and default["reference"] is not None:
            return "DEFAULT", default["reference"], default["revision"]
        return "NONE", None, None

    def effectives(self) -> dict[Place, tuple[str, Secrets | None, int | None]]:
        return {(e, c): self.effective(e, c) for e in self.environments for c in self.connections}

    def is_inherited_by_protected(self) -> bool:
        """A protected environment that inherits uses every default, whether it is overridden there or not."""
        return any(one["protected"] and one["inherits"] for one in self.environments.values())

    def uses(self, secret: Secret) -> tuple[set[Place], set[Place], set[Place]]:
        """The overrides in protected and in unprotected environments, and the defaults, that name the secret."""
        overrides = {place for place, one in self.overrides.items() if secret in _secrets(one)}
        protected = {place for place in overrides if self.environments[place[0]]["protected"]}
        defaults = {("", name) for name, one in self.connections.items() if secret in (one["reference"] or ())}
        return protected, overrides - protected, defaults

    def report(self) -> dict[Secret, dict[str, Any]]:
        """Every secret that the project names: who uses it today, and who shares it."""
        found = {}
        items = [*self.connections.values(), *self.overrides.values()]
        for secret in {secret for one in items for secret in _secrets(one)}:
            protected, unprotected, defaults = self.uses(secret)
            leaks = bool(protected and (unprotected or defaults)) or bool(defaults and self.is_inherited_by_protected())
            users = {environment for environment, _ in protected | unprotected}
            users |= {name for name, one in self.environments.items() if defaults and one["inherits"]}
            found[secret] = {
                "defaults": {connection for _, connection in defaults},
                "usedBy": {place: one[0] for place, one in self.effectives().items() if secret in (one[1] or ())},
                "leaks": leaks,
                "shared": leaks or len(users) > 1,
            }
        return found

    def respond(self, scopes: frozenset[str], r: Request, key: str | None = None) -> Answer:
        """Apply the write of a caller with these scopes, or refuse it and change nothing."""
        needed: set[str] = set()

        def need(scope: str) -> None:
            needed.add(scope)
            refuse_if(not needed <= scopes, 403, "insufficient-scope", requiredScopes=sorted(needed))

        try:
            need(ROUTE_SCOPES[r.kind])
            forgets = (r.verb, r.kind) == ("replace", "environment") and None in {r.protected, r.inherits}
            refuse_if(forgets, 400, "invalid-request")
            if key in self.results:
                first, needed_then, answer = self.results[key]
                refuse_if(r != first, 422, "idempotency-key-reused")
                for scope in needed_then:
                    need(scope)
                return answer
            answer = getattr(self, f"_{r.verb}_{r.kind}")(r, need), None, {}
        except Refused as refused:
            answer = cast("Answer", refused.args)
        if key and (answer[0] < 300 or (r.verb == "delete" and answer[0] == 404)):
            self.results[key] = r, needed, answer
        return answer

    # Each write. The order of the statements is the order of the refusals.

    def _create_environment(self, r: Request, need: Need) -> int:
        if r.protected:
            need(PROTECTED)
        refuse_if(r.environment in self.environments, 409, "environment-already-exists")
        return self._put_environment(r, None)

    def _replace_environment(self, r: Request, need: Need) -> int:
        old = self._find_environment(r)
        if old["protected"] or r.protected:
            need(PROTECTED)
        _require_condition(r, old)
        return self._put_environment(r, old)

    def _put_environment(self, r: Request, old: Item | None) -> int:
        inherits = not r.protected if r.inherits is None else r.inherits
        becomes_inheriting = r.protected and inherits and not (old and old["protected"] and old["inherits"])
        refuse_if(becomes_inheriting and not r.allow_shared, 409, "shared-secret-reference", dependents=set())
        self.environments[r.environment] = {"protected": bool(r.protected), "inherits": inherits, **_revision(old)}
        return 200 if old else 201

    def _delete_environment(self, r: Request, need: Need) -> int:
        old = self._find_environment(r)
        if old["protected"]:
            need(PROTECTED)
        _require_condition(r, old)
        held = {place for place in self.overrides if place[0] == r.environment}
        refuse_if(held and not r.cascade, 409, "environment-in-use", dependents=held)
        del self.environments[r.environment]
        return self._delete_overrides(held)

    def _create_connection(self, r: Request, need: Need) -> int:
        if self.is_inherited_by_protected() and r.reference is not None:
            need(PROTECTED)
        refuse_if(r.connection in self.connections, 409, "connection-already-exists")
        self._guard(r, None, need)
        self.connections[r.connection] = {"auth": r.auth, "reference": r.reference, **_revision(None)}
        return 201

    def _replace_connection(self, r: Request, need: Need) -> int:
        old, held = self._find_connection(r)
        refuse_if(r.provider_changes, 400, "invalid-request")
        _require_condition(r, old)
        if self.is_inherited_by_protected() and (old["reference"] is not None or r.reference is not None):
            need(PROTECTED)
        self._guard(r, old, need)
        auth = r.auth or old["auth"]
        refuse_if(held and auth != old["auth"], 409, "connection-in-use", dependents=held)
        self.connections[r.connection] = {"auth": auth, "reference": r.reference, **_revision(old)}
        return 200

    def _delete_connection(self, r: Request, need: Need) -> int:
        old, held = self._find_connection(r)
        _require_condition(r, old)
        if self.is_inherited_by_protected() and old["reference"] is not None:
            need(PROTECTED)
        refuse_if(held and not r.cascade, 409, "connection-in-use", dependents=held)
        if any(self.environments[environment]["protected"] for environment, _ in held):
            need(PROTECTED)
        del self.connections[r.connection]
        return self._delete_overrides(held)

    def _create_override(self, r: Request, need: Need) -> int:
        environment = self._find_environment(r)
        if environment["protected"]:
            need(PROTECTED)
        connection, _ = self._find_connection(r)
        refuse_if(r.auth != connection["auth"], 400, "invalid-request")
        old = self.overrides.get((r.environment, r.connection))
        is_past = r.expires is not None and r.expires <= self.now
        refuse_if(is_past and r.verb == "create", 400, "invalid-request")
        if r.verb == "replace":
            # A PUT creates only at the override's own URL, and only if it requires that there is none.
            refuse_if(not old and not (r.by_url and r.condition == "absent"), 404, "override-not-found")
            _require_condition(r, old)
        else:
            refuse_if(old, 409, "override-already-exists")
        refuse_if(is_past or _would_return(r, old), 400, "invalid-request")
        new: Item = {"reference": r.reference, "expires": r.expires, "then": None, **_revision(old)}
        if r.then_use == "BLOCKED" or (r.then_use == "PREVIOUS" and old):
            lasting = old["then"] if old and old["expires"] else old
            state = {"reference": None} if r.then_use == "BLOCKED" else lasting
            new["then"] = state and {**state, "expires": None, "then": None, **_revision(new)}
        self._guard(r, old, need, new)
        self.overrides[r.environment, r.connection] = new
        return 200 if old else 201

    _replace_override = _create_override

    def _delete_override(self, r: Request, need: Need) -> int:
        environment = self._find_environment(r)
        if environment["protected"]:
            need(PROTECTED)
        if not r.several:
            self._find_connection(r)
        places = [(r.environment, name) for name in r.several or (r.connection,)]
        missing = [name for _, name in places if (r.environment, name) not in self.overrides]
        told = {"connectionNames": missing} if r.several else {}
        refuse_if(missing and not r.ignore_missing, 404, "override-not-found", **told)
        _require_condition(r, {} if r.several else self.overrides[places[0]])
        return self._delete_overrides(self.overrides.keys() & places)

    def _find_environment(self, r: Request) -> Item:
        refuse_if(r.environment not in self.environments, 404, "environment-not-found")
        return self.environments[r.environment]

    def _find_connection(self, r: Request) -> tuple[Item, set[Place]]:
        """Return the connection, and the overrides of it."""
        refuse_if(r.connection not in self.connections, 404, "connection-not-found")
        return self.connections[r.connection], {place for place in self.overrides if place[1] == r.connection}

    def _delete_overrides(self, places: set[Place]) -> int:
        for place in places:
            del self.overrides[place]
        return 204

    def _guard(self, r: Request, old: Item | None, need: Need, new: Item | None = None) -> None:
        """Judge the secrets that the item did not name before. Allowing a conflict needs the scope."""
        begun = _secrets(new or {"reference": r.reference}) - (_secrets(old) if old else frozenset())
        found = {place for secret in begun for place in self._conflicts(secret, r)}
        if found and r.allow_shared:
            need(PROTECTED)
        refuse_if(found and not r.allow_shared, 409, "shared-secret-reference", dependents=found)

    def _conflicts(self, secret: Secret, r: Request) -> set[Place]:
        protected, unprotected, defaults = self.uses(secret)
        if r.kind == "connection":
            return protected | (unprotected if self.is_inherited_by_protected() else set())
        if self.environments[r.environment]["protected"]:
            return unprotected | defaults
        return protected | (defaults if self.is_inherited_by_protected() else set())


def _require_condition(r: Request, old: Item | None) -> None:
    refuse_if(r.condition == "stale" or (r.condition == "absent" and old is not None), 412, "precondition-failed")


def _revision(old: Item | None) -> dict[str, int]:
    return {"revision": old["revision"] + 1 if old else 1}


def _secrets(item: Item) -> Secrets:
    """Return the secrets that the item names, now or once it has expired."""
    then = item.get("then") or {"reference": None}
    return (item["reference"] or frozenset()) | (then["reference"] or frozenset())


def _would_return(r: Request, old: Item | None) -> bool:
    """Return whether another secret, which is to expire, would be back before it does."""
    if r.then_use != "PREVIOUS" or not old or not old["expires"] or r.expires is None:
        return False
    return r.expires < int(old["expires"]) and r.reference != old["reference"]
