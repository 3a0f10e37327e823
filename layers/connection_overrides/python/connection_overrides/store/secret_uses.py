"""Where a secret may be used, remembered so that one write can tell whether another uses it too.

A row is made or renewed by every write that begins to use the secret, in the same transaction. Nothing is taken from it
when a use ends: it may know of too many uses, never of too few. Whoever finds that one has ended leaves it out when the
row is written anew. Since every beginning writes the row on the condition that it is the one seen, of two that begin at
once the second looks again, and finds the first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from connection_overrides.model.secret_ids import SecretId
from connection_overrides.operation import Operation
from connection_overrides.store import keys
from connection_overrides.store.actions import IS_NEW, Condition, Put
from connection_overrides.store.attributes import Row, flag, text, texts
from connection_overrides.store.rows import read_row


@dataclass(frozen=True, slots=True)
class SecretUse:
    """Where a secret may be used: in overrides of these environments, and in defaults.

    `write_id` is of the write that said so, empty when none has yet.
    """

    environments: frozenset[str]
    in_defaults: bool
    write_id: str


UNUSED: Final = SecretUse(frozenset(), in_defaults=False, write_id="")
"""What is known of a secret that nothing uses."""


@dataclass(frozen=True, slots=True)
class UseChange:
    """What is to be known of a secret's use, in place of what was seen."""

    secret: SecretId
    environments: frozenset[str]
    in_defaults: bool
    seen: SecretUse


def use_from_row(row: Row) -> SecretUse:
    """Return what a row knows."""
    return read_row(
        row,
        lambda: SecretUse(
            texts(row, "environments"), in_defaults=flag(row, "inDefaults"), write_id=text(row, "writeId")
        ),
    )


def put_uses(operation: Operation, project_id: str, changes: Iterable[UseChange]) -> list[Put]:
    """Return the actions that write what is to be known, each if what was seen is still so."""
    return [
        Put(
            keys.secret_use(operation.account, project_id, change.secret.digest),
            {
                "environments": sorted(change.environments),
                "inDefaults": change.in_defaults,
                "writeId": operation.write_id,
            },
            # Another write begins to use the secret between the look and this write: it must be seen.
            Condition("#writeId = :seen", {"seen": change.seen.write_id}) if change.seen.write_id else IS_NEW,
        )
        for change in changes
    ]
