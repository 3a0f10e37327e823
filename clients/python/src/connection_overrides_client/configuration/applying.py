"""Applying a plan: exactly its steps, each on the version that the plan saw, and each once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from connection_overrides_client import problems
from connection_overrides_client.client import Reply
from connection_overrides_client.configuration import items
from connection_overrides_client.configuration.items import State, body_of, read_environments, read_state
from connection_overrides_client.configuration.planning import Plan, Protection, Seen, Step, write_of
from connection_overrides_client.errors import ApiError, Problem

if TYPE_CHECKING:
    from connection_overrides_client.client import Client

APPLIED: Final = "applied"
ALREADY: Final = "already applied"

CONFLICT: Final = "conflict"
REFUSED: Final = "refused"
FAILED: Final = "failed"

_ABSENT: Final = (problems.EnvironmentNotFound, problems.ConnectionNotFound, problems.OverrideNotFound)
_CONTESTED: Final = frozenset({404, 409, 412})


class NotApplicable(Exception):
    """Nothing was applied. Its text says why, and lists the steps if some of them are the reason."""

    def __init__(self, message: str, steps: tuple[Step, ...] = ()) -> None:
        lines = [message, *(f"  {step.number}. {step.action} {step.address}" for step in steps)]
        super().__init__("\n".join(lines))
        self.steps = steps


@dataclass(frozen=True)
class Stop:
    """Why a step was not applied: `conflict`, `refused` or `failed`, and a sentence."""

    step: Step
    kind: str
    message: str
    problem: Problem | None = None


@dataclass
class Result:
    """What became of a plan. `changed_since` says which items are different from the plan once all steps are done."""

    plan: Plan
    applied: list[Step] = field(default_factory=list)
    already: list[Step] = field(default_factory=list)
    stop: Stop | None = None
    changed_since: list[str] = field(default_factory=list)

    @property
    def remaining(self) -> tuple[Step, ...]:
        """The steps that were not applied."""
        done = {step.number for step in (*self.applied, *self.already)}
        return tuple(step for step in self.plan.steps if step.number not in done)


def default_reason(plan: Plan) -> str:
    """Return the `Change-Reason` of a plan's steps."""
    return f"plan {plan.digest[:12]}"


def apply(
    client: Client,
    plan: Plan,
    *,
    project: str,
    service: str,
    reason: str | None = None,
    yes_protected: bool = False,
    progress: Callable[[Step, str], None] = lambda *_: None,
) -> Result:
    """Apply the steps of a plan in their order, and return what was done. It stops at the first that cannot be.

    After an interruption, apply the same plan again: a step whose item is as the plan wants it counts as done. One
    whose item is neither that nor as the plan saw it stops the plan, because somebody else has changed it. A step that
    this plan has done is not done again, even if somebody has undone it since: then make a new plan.

    `progress` is told of each step that is done. Raises NotApplicable if nothing was applied: the plan is for another
    project or service, the service would refuse a step, or steps touch protected environments without `yes_protected`.

    Calls: one for each 100 environments, two for each step, and those of `read_state` to check the result.
    """
    _require_same_target(plan, project, service)
    _require_accepted(plan)
    if not yes_protected:
        _require_unprotected(client, plan)
    result = Result(plan)
    for step in plan.steps:
        try:
            outcome = _apply_step(client, plan, step, reason or default_reason(plan))
        except Problem as problem:
            result.stop = Stop(step, REFUSED, _sentence(problem), problem)
            return result
        except ApiError as error:
            message = f"{error} The outcome of this step is unknown. Apply the plan again."
            result.stop = Stop(step, FAILED, message)
            return result
        if isinstance(outcome, Stop):
            result.stop = outcome
            return result
        (result.applied if outcome == APPLIED else result.already).append(step)
        progress(step, outcome)
    if plan.steps:
        result.changed_since = _differences(plan, read_state(client, project))
    return result


def _require_same_target(plan: Plan, project: str, service: str) -> None:
    if plan.project != project:
        raise NotApplicable(f"The plan is for the project {plan.project}, not for {project}.")
    if plan.service.rstrip("/") != service.rstrip("/"):
        raise NotApplicable(f"The plan is for the service at {plan.service}, not for {service}.")


def _require_accepted(plan: Plan) -> None:
    """Refuse a plan that cannot be completed. A missing scope does not count: another token may have it."""
    refused = tuple(step for step in plan.refused if step.preview.slug != problems.InsufficientScope.slug)
    if refused:
        raise NotApplicable("The service would refuse these steps, so nothing was applied:", refused)


def _require_unprotected(client: Client, plan: Plan) -> None:
    """Refuse a plan that touches what was protected when it was made, or is protected now."""
    protection = Protection.of(read_environments(client, plan.project), plan.steps)
    touching = tuple(step for step in plan.steps if step.protected or protection.covers(step))
    if touching:
        raise NotApplicable(
            "These steps touch protected environments, so nothing was applied. Confirm with --yes-protected:", touching
        )


def _apply_step(client: Client, plan: Plan, step: Step, reason: str) -> str | Stop:
    current = _read(client, plan.project, step)
    if _is_target(step, current):
        return ALREADY
    if not _is_as_seen(step, current):
        return _conflict(client, plan.project, step, current)
    write = write_of(plan.project, step, allow_shared_secret=plan.allow_shared_secret)
    if current is not None:
        # An item that is as the plan saw it always has the same tag: a repetition is the same request.
        write = write.if_match(current.etag)
    try:
        client.send(write.because(reason).with_key(f"plan-{plan.digest[:40]}-{step.number}"))
    except Problem as problem:
        if problem.status not in _CONTESTED:
            raise
        current = _read(client, plan.project, step)
        if _is_target(step, current):
            return ALREADY
        if _is_as_seen(step, current):
            raise
        return _conflict(client, plan.project, step, current)
    return APPLIED


def _read(client: Client, project: str, step: Step) -> Reply[Any] | None:
    try:
        return client.send(items.get(project, step.address))
    except _ABSENT:
        return None


def _is_target(step: Step, current: Reply[Any] | None) -> bool:
    return step.body == (None if current is None else body_of(step.address.kind, current.document))


def _is_as_seen(step: Step, current: Reply[Any] | None) -> bool:
    return step.seen == (None if current is None else Seen.of(current.document))


def _conflict(client: Client, project: str, step: Step, current: Reply[Any] | None) -> Stop:
    """Return the stop that says who has changed the item, and when."""
    if current is None:
        [last, *_] = next(client.pages(items.history(project, step.address))).document["results"] or [{}]
        who, when, what = last.get("changedBy"), last.get("changedDate"), "deleted"
    else:
        who, when = current.document["updatedBy"], current.document["updatedDate"]
        what = "created" if step.seen is None else "changed"
    by = "" if who is None else f" by {who} at {when}"
    message = f"The {step.address} was {what}{by}, after the plan was made. Make a new plan."
    return Stop(step, CONFLICT, message)


def _sentence(problem: Problem) -> str:
    return " ".join([f"{problem.title}: {problem.detail}", *problem.violations])


def _differences(plan: Plan, state: State) -> list[str]:
    """Return a sentence for each item that is not as the plan wants it."""
    bodies = state.bodies()
    return [
        f"The {step.address} is not as planned any more: {_last_change(state.documents.get(step.address))}."
        for step in plan.steps
        if bodies.get(step.address) != step.body
    ]


def _last_change(document: Mapping[str, Any] | None) -> str:
    if document is None:
        return "it was deleted"
    return f"{document['updatedBy']} changed it at {document['updatedDate']}"
