"""Plans: the steps that make a project as it should be, and what the service says to each of them."""

from __future__ import annotations

import hashlib
import heapq
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import uuid4

from connection_overrides_client.configuration import items
from connection_overrides_client.configuration.items import (
    CONNECTION,
    ENVIRONMENT,
    KINDS,
    Address,
    Body,
    State,
    read_state,
    secret_names,
)
from connection_overrides_client.configuration.loading import Configuration, Declared
from connection_overrides_client.errors import Problem

if TYPE_CHECKING:
    from connection_overrides_client.client import Client
    from connection_overrides_client.operations import Operation

VERSION: Final = 1
CREATE: Final = "create"
CHANGE: Final = "change"
DELETE: Final = "delete"
ACTIONS: Final = (CREATE, CHANGE, DELETE)

ACCEPTED: Final = "accepted"
REFUSED: Final = "refused"
NOT_PREVIEWED: Final = "not previewed"

_REFUSALS: Final = frozenset({400, 403, 404, 409, 412, 413})
PROTECTED_SCOPE: Final = "environments:protected"


class PlanInvalid(Exception):
    """A file is not a plan, or not as it was written. Its text says why."""


class Seen(NamedTuple):
    """The version of an item that the plan is about."""

    revision: int
    updated_date: str

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Seen:
        """Return the version of an item."""
        return cls(document["revision"], document["updatedDate"])


@dataclass(frozen=True)
class Preview:
    """What the service answers to a step: accepted, refused with title and detail, or not previewed."""

    status: str = NOT_PREVIEWED
    title: str = ""
    detail: str = ""
    slug: str = ""
    violations: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """A write. `body` is the item afterwards, `before` the item as the plan saw it; None if there is none.

    `protected` means that it can change what a protected environment uses. `after` are the numbers of the steps that
    it depends on. `declared` is the place in the files, if any.
    """

    number: int
    action: str
    address: Address
    body: Body | None
    before: Body | None
    seen: Seen | None
    protected: bool = False
    after: tuple[int, ...] = ()
    declared: str | None = None
    preview: Preview = field(default_factory=Preview)


@dataclass(frozen=True)
class Plan:
    """Steps for one project of one service. `unmanaged` counts items that are not in the files and stay.

    `plan_id` is new for each plan: two plans with the same steps are applied independently.
    """

    plan_id: str
    project: str
    service: str
    steps: tuple[Step, ...]
    unmanaged: int = 0
    allow_shared_secret: bool = False
    notes: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of the plan in canonical JSON, in hexadecimal. It detects accidents, and is no signature."""
        content = json.dumps(self._content(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()

    @property
    def refused(self) -> tuple[Step, ...]:
        """The steps that the service would refuse."""
        return tuple(step for step in self.steps if step.preview.status == REFUSED)

    def to_document(self) -> dict[str, Any]:
        """Return the plan as JSON."""
        return {**self._content(), "digest": self.digest}

    def write(self, path: Path) -> None:
        """Write the plan as JSON."""
        path.write_bytes((json.dumps(self.to_document(), ensure_ascii=False, indent=2) + "\n").encode())

    def _content(self) -> dict[str, Any]:
        return {
            "version": VERSION,
            "planId": self.plan_id,
            "projectId": self.project,
            "service": self.service,
            "allowSharedSecret": self.allow_shared_secret,
            "unmanaged": self.unmanaged,
            "notes": list(self.notes),
            "steps": [step_document(step) for step in self.steps],
        }


def step_document(step: Step) -> dict[str, Any]:
    """Return a step as JSON."""
    seen = None if step.seen is None else {"revision": step.seen.revision, "updatedDate": step.seen.updated_date}
    return {
        "number": step.number,
        "action": step.action,
        "kind": step.address.kind,
        "environmentName": step.address.environment or None,
        "connectionName": step.address.connection or None,
        "body": step.body,
        "before": step.before,
        "seen": seen,
        "protected": step.protected,
        "after": list(step.after),
        "declared": step.declared,
        "preview": {**asdict(step.preview), "violations": list(step.preview.violations)},
    }


def read_plan(path: Path) -> Plan:
    """Return the plan in a file. Raises PlanInvalid if it is not one, or was changed since it was written."""
    try:
        document = json.loads(path.read_bytes())
        if document["version"] != VERSION:
            raise PlanInvalid(f"{path} is a plan of version {document['version']}; this program applies {VERSION}.")
        found = Plan(
            plan_id=document["planId"],
            project=document["projectId"],
            service=document["service"],
            steps=tuple(map(_step_of, document["steps"])),
            unmanaged=document["unmanaged"],
            allow_shared_secret=document["allowSharedSecret"],
            notes=tuple(document["notes"]),
        )
        is_intact = found.digest == document["digest"]
    except OSError as error:
        raise PlanInvalid(f"{path} cannot be read: {error.strerror}.") from None
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise PlanInvalid(f"{path} is not a plan.") from None
    if not is_intact:
        raise PlanInvalid(f"{path} was changed after it was written: its digest does not fit. Plan again.")
    return found


def _step_of(document: Mapping[str, Any]) -> Step:
    if document["kind"] not in KINDS or document["action"] not in ACTIONS:
        raise ValueError("unknown step")
    seen, preview = document["seen"], document["preview"]
    return Step(
        number=document["number"],
        action=document["action"],
        address=Address(document["kind"], document["environmentName"] or "", document["connectionName"] or ""),
        body=document["body"],
        before=document["before"],
        seen=None if seen is None else Seen(seen["revision"], seen["updatedDate"]),
        protected=document["protected"],
        after=tuple(document["after"]),
        declared=document["declared"],
        preview=Preview(**{**preview, "violations": tuple(preview["violations"])}),
    )


def plan(
    client: Client,
    project: str,
    service: str,
    configuration: Configuration,
    *,
    prune: bool = False,
    allow_shared_secret: bool = False,
) -> Plan:
    """Return the steps from what the service has to what the files declare, each previewed by the service.

    With `prune`, items that are not in the files are deleted, if the section of their kind is in the files.

    Calls: with pages of 100, E environments, C connections, O_e overrides in environment e and S steps,
    ceil(E / 100) + ceil(C / 100) + sum over the environments of ceil(O_e / 100) to read, where an empty list takes one,
    and at most S to preview: one for each step that depends on no other.
    """
    state = read_state(client, project)
    steps, unmanaged = compare(state, configuration, prune=prune)
    steps = preview(client, project, steps, allow_shared_secret=allow_shared_secret)
    notes = tuple(configuration.notes)
    return Plan(str(uuid4()), project, service, steps, unmanaged, allow_shared_secret, notes)


def compare(state: State, configuration: Configuration, *, prune: bool = False) -> tuple[tuple[Step, ...], int]:
    """Return the steps from the state to the configuration, and how many items are not in it and stay.

    Steps can be applied one by one. Their order, if nothing below says otherwise: environments, new connections,
    overrides, changed connections, environments that begin to inherit defaults; then deletions of overrides,
    connections and environments. So an override is there before a default takes effect that it replaces.

    A step comes after those that it depends on: the creation of its environment and connection, the deletion of what
    hinders it, and changes after which no other item names its new secret, for the guard against shared secrets.
    """
    steps = _steps_to(state, configuration.items)
    unmanaged = [address for address in state.documents if address not in configuration.items]
    doomed = [address for address in unmanaged if prune and address.kind in configuration.managed]
    bodies = state.bodies()
    steps += [Step(0, DELETE, address, None, bodies[address], Seen.of(state.documents[address])) for address in doomed]
    protection = Protection.of(state.environments(), steps)
    steps = [replace(step, protected=protection.covers(step)) for step in steps]
    return _in_order(steps), len(unmanaged) - len(doomed)


def _steps_to(state: State, declared: Mapping[Address, Declared]) -> list[Step]:
    steps = []
    bodies = state.bodies()
    for address, item in declared.items():
        before = bodies.get(address)
        if before == item.body:
            continue
        seen = None if before is None else Seen.of(state.documents[address])
        action = CREATE if before is None else CHANGE
        place = None if item.place is None else str(item.place)
        steps.append(Step(0, action, address, item.body, before, seen, declared=place))
    return steps


@dataclass(frozen=True)
class Protection:
    """Which environments are protected, before a plan or after it, and whether one of them inherits defaults."""

    environments: frozenset[str]
    is_inheriting: bool

    @classmethod
    def of(cls, environments: Mapping[str, Mapping[str, Any]], steps: Iterable[Step]) -> Protection:
        """Return the protection of the service's environments, and of those that the steps create or change."""
        settings = [*environments.items()]
        for one in steps:
            if one.address.kind == ENVIRONMENT:
                settings += [(one.address.environment, body) for body in (one.before, one.body) if body is not None]
        protected = [(name, body) for name, body in settings if body["protected"]]
        return cls(frozenset(name for name, _ in protected), any(body["inheritDefaults"] for _, body in protected))

    def covers(self, step: Step) -> bool:
        """Return whether the step can change what a protected environment uses, or may be refused for that reason."""
        if step.address.kind != CONNECTION:
            return step.address.environment in self.environments
        has_default = any("connectionDetails" in body for body in (step.before, step.body) if body is not None)
        return has_default and self.is_inheriting


def preview(
    client: Client, project: str, steps: Iterable[Step], *, allow_shared_secret: bool = False
) -> tuple[Step, ...]:
    """Return the steps with what the service would answer. This takes a call for each step that depends on no other."""
    return tuple(
        step
        if step.after
        else _previewed(client, step, write_of(project, step, allow_shared_secret=allow_shared_secret))
        for step in steps
    )


def write_of(project: str, step: Step, *, allow_shared_secret: bool = False) -> Operation[Any]:
    """Return the write of a step, without its conditions on the version of the item."""
    if step.body is None:
        return items.delete(project, step.address)
    write = items.create if step.action == CREATE else items.replace
    return write(project, step.address, step.body, allow_shared_secret=allow_shared_secret)


def _previewed(client: Client, step: Step, write: Operation[Any]) -> Step:
    try:
        client.preview(write)
    except Problem as problem:
        if problem.status not in _REFUSALS:
            raise
        answer = Preview(REFUSED, problem.title, problem.detail, problem.slug, tuple(problem.violations))
        needs_scope = PROTECTED_SCOPE in problem.document.get("requiredScopes", ())
        return replace(step, preview=answer, protected=step.protected or needs_scope)
    return replace(step, preview=Preview(ACCEPTED))


# Order


def _in_order(steps: list[Step]) -> tuple[Step, ...]:
    """Return the steps in an order that keeps all dependencies, except those that form a cycle, numbered from 1."""
    steps = sorted(steps, key=lambda step: (_rank(step), *(part.encode() for part in step.address)))
    needed = _dependencies(steps)
    dependents: dict[int, list[int]] = {}
    for index, of_step in enumerate(needed):
        for other in of_step:
            dependents.setdefault(other, []).append(index)
    missing = [len(of_step) for of_step in needed]
    ready = [index for index, count in enumerate(missing) if count == 0]
    numbers: dict[int, int] = {}
    ordered: list[Step] = []
    waiting = iter(range(len(steps)))
    while len(ordered) < len(steps):
        # Without a step that is ready there is a cycle: its first step is taken, and the service says why it cannot be.
        index = heapq.heappop(ready) if ready else next(one for one in waiting if one not in numbers)
        if index in numbers:
            continue
        numbers[index] = len(ordered) + 1
        after = tuple(sorted(numbers[one] for one in needed[index] if one in numbers))
        ordered.append(replace(steps[index], number=numbers[index], after=after))
        for dependent in dependents.get(index, ()):
            missing[dependent] -= 1
            if missing[dependent] == 0:
                heapq.heappush(ready, dependent)
    return tuple(ordered)


def _rank(step: Step) -> int:
    kind = KINDS.index(step.address.kind)
    if step.action == DELETE:
        return 10 - kind
    if step.action == CHANGE and step.address.kind == CONNECTION and not _changes(step, "authType"):
        return 3
    return 4 if _begins_to_inherit(step) else kind


def _changes(step: Step, *names: str) -> bool:
    before, body = step.before or {}, step.body or {}
    return any(before.get(name) != body.get(name) for name in names)


def _begins_to_inherit(step: Step) -> bool:
    if step.address.kind != ENVIRONMENT or step.before is None or step.body is None:
        return False
    return bool(step.body["inheritDefaults"] and not step.before["inheritDefaults"] and not _changes(step, "protected"))


def _dependencies(steps: list[Step]) -> list[set[int]]:
    """Return the indices of the steps that each step depends on."""
    needed: list[set[int]] = [set() for _ in steps]
    for index, other in _parent_dependencies(steps):
        needed[index].add(other)
    freed: dict[str, set[int]] = {}
    for index, step in enumerate(steps):
        for name in secret_names(step.before) - secret_names(step.body):
            freed.setdefault(name, set()).add(index)
    for index, step in enumerate(steps):
        for name in secret_names(step.body) - secret_names(step.before):
            needed[index] |= freed.get(name, set())
    return needed


def _parent_dependencies(steps: list[Step]) -> Iterator[tuple[int, int]]:
    """Yield pairs of a step and one that it depends on, because one of them is about the other's parent."""
    at = {step.address: index for index, step in enumerate(steps)}
    for index, step in enumerate(steps):
        for other in (at[parent] for parent in step.address.parents if parent in at):
            if step.action != DELETE and _decides(steps[other]):
                yield index, other
            elif step.action == DELETE and (steps[other].action == DELETE or _changes(steps[other], "authType")):
                yield other, index


def _decides(parent: Step) -> bool:
    """Return whether an override depends on this step of its environment or connection, such as its creation."""
    return _changes(parent, "authType", "protected")


def changed_members(step: Step) -> list[tuple[str, Any, Any]]:
    """Return the members that a step changes, as path, before and after, in the order of the paths."""
    before, after = dict(_flat(step.before or {})), dict(_flat(step.body or {}))
    paths = sorted(before.keys() | after.keys())
    return [(path, before.get(path), after.get(path)) for path in paths if before.get(path) != after.get(path)]


def _flat(value: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, Any]]:
    for name, member in value.items():
        if isinstance(member, Mapping):
            yield from _flat(member, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", member


def by_environment(steps: Iterable[Step]) -> dict[str, list[Step]]:
    """Return the steps by environment; those of connections are under the empty name."""
    found: dict[str, list[Step]] = {}
    for step in steps:
        found.setdefault(step.address.environment, []).append(step)
    return found
