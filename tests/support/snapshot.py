"""A program: load a function as Lambda does, prime it, resume copies of it, and report what happened.

Standard input has the name of the rehearsal (None for the function's own) and the events that each copy handles. Each
copy is a separate process, which continues from the snapshot.
"""

import gc
import json
import os
import re
import sys
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from types import SimpleNamespace
from typing import Any

type Value = str | bytes | float

ADDRESS = re.compile(r"(0x|:)[0-9a-f]{9,}")
"""Some texts contain the address of an object, which differs between processes."""

sockets: list[str] = []
calls: list[str] = []


def watch(event: str, _arguments: tuple[Any, ...]) -> None:
    if event.startswith("socket."):
        sockets.append(event)


def values(of: object, seen: set[int]) -> Iterator[Value]:
    """Yield the texts, bytes and fractional numbers that an object refers to."""
    for one in gc.get_referents(of):
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, str | bytes | float):
            yield one
        elif not gc.is_tracked(one):
            yield from values(one, seen)


def held(known: AbstractSet[Value] = frozenset()) -> set[Value]:
    """Return all such values in the process, except the known ones."""
    gc.unfreeze()
    seen = set(map(id, known))
    return {value for one in gc.get_objects() if one is not seen for value in values(one, seen)} - known


def answers_of_a_copy(events: list[dict[str, Any]]) -> list[Any]:
    """Handle the events in a copy of this process."""
    source, target = os.pipe()
    if not (copy := os.fork()):
        os.close(source)
        with os.fdopen(target, "w") as pipe:
            json.dump([app.handler(event, context) for event in events], pipe)
        os._exit(0)
    os.close(target)
    with os.fdopen(source) as pipe:
        answers: list[Any] = json.load(pipe)
    os.waitpid(copy, 0)
    return answers


context = SimpleNamespace(aws_request_id="of an event", get_remaining_time_in_millis=lambda: 25_000)
asked = json.load(sys.stdin)

import app  # type: ignore[import-not-found] # noqa: E402 - the function's
from snapshot_restore_py import get_before_snapshot  # noqa: E402

[(prime, (handler, client, rehearsal), _)] = get_before_snapshot()
client.meta.events.register("before-call.dynamodb", lambda model, **_: calls.append(model.name))
event, replies = rehearsal()
rehearsals = {
    None: rehearsal,
    "is refused": lambda: (event, {}),
    "crashes": lambda: ({}, replies),
    "cannot be had": lambda: 1 / 0,
}
before = held() if asked["lists"] else set()
sys.addaudithook(watch)
prime(handler, client, rehearsals[asked["rehearsal"]])
primed = {
    "calls": list(calls),
    "sockets": list(sockets),
    "left": [ADDRESS.sub("", repr(value)) for value in held(before)] if asked["lists"] else [],
}
copies = [answers_of_a_copy(asked["events"]) for _ in range(2)]
sys.stdout.write(json.dumps({**primed, "copies": copies}) + "\n")
