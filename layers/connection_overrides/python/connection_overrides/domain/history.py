"""What was changed, when and by whom: the history of items, and the changes of a project."""

from enum import StrEnum
from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Field
from pydantic_core import MISSING

from connection_overrides.domain.base import OMIT_NONE, Count, Model, Timestamp
from connection_overrides.domain.models import Connection, Environment, Override, Project, Stored

REASON_MAX: Final = 512
"""Characters of a reason."""


EXPIRED: Final[Any] = Field(
    exclude_if=lambda value: not value,
    description="Whether an override expired, at the time that the named request had set.",
)
"""Marks the member that tells a change of the clock from a change of a caller."""


class Action(StrEnum):
    """What was done to an item."""

    CREATED = "CREATED"
    REPLACED = "REPLACED"
    BLOCKED = "BLOCKED"
    DELETED = "DELETED"
    RESTORED = "RESTORED"


class ItemKind(StrEnum):
    """What kind of item was changed."""

    PROJECT = "project"
    ENVIRONMENT = "environment"
    CONNECTION = "connection"
    OVERRIDE = "override"


class ChangedItem(Model):
    """An item that a change touched. An override has both names, an environment or a connection only its own."""

    kind: Annotated[ItemKind, Field(strict=False)]
    action: Annotated[Action, Field(strict=False)]
    environment_name: Annotated[str | None, OMIT_NONE] = None
    connection_name: Annotated[str | None, OMIT_NONE] = None
    revision: Annotated[Count, Field(description="The item's revision after the change; of a deleted one, the last.")]

    @classmethod
    def of(cls, item: Stored, action: Action) -> "ChangedItem":
        """Return the item with the names that it has for clients."""
        names: dict[str, Any] = {}
        match item:
            case Override():
                kind, names = (
                    ItemKind.OVERRIDE,
                    {"environment_name": item.environment_name, "connection_name": item.name},
                )
            case Connection():
                kind, names = ItemKind.CONNECTION, {"connection_name": item.name}
            case Environment():
                kind, names = ItemKind.ENVIRONMENT, {"environment_name": item.name}
            case _:
                kind = ItemKind.PROJECT
        return cls.model_construct(kind=kind, action=action, **names, revision=item.revision)


class Change(Model):
    """A change: everything that one request changed. It contains names and ids only."""

    change_id: Annotated[str, Field(description="Sorts by time.")]
    changed_by: Annotated[str, Field(description="The `sub` of the token.")]
    changed_date: Timestamp
    request_id: Annotated[str, Field(description="The `X-Request-Id` of the response.")]
    reason: Annotated[str | None, OMIT_NONE, Field(description="The request's `Change-Reason`.")] = None
    items: list[ChangedItem]
    expired: Annotated[bool, EXPIRED] = False


class HistoryEntry[Item: (Override, Connection, Environment)](Model):
    """A change of one item, which is never changed itself.

    `revision` is that of the item after the change; of a deleted one, the last.
    """

    change_id: Annotated[str, Field(description="Sorts by time.")]
    action: Annotated[Action, Field(strict=False)]
    revision: Count
    changed_by: Annotated[str, Field(description="The `sub` of the token.")]
    changed_date: Timestamp
    request_id: Annotated[str, Field(description="The `X-Request-Id` of the response.")]
    reason: Annotated[str | None, OMIT_NONE, Field(description="The request's `Change-Reason`.")] = None
    item: Annotated[Item | None, OMIT_NONE, Field(description="The item as it became; none if it was deleted.")] = None
    expired: Annotated[bool, EXPIRED] = False
    before: Annotated[Item | None, Field(exclude=True)] = None


class PatchOperation(Model):
    """An operation of a JSON Patch (RFC 6902)."""

    model_config = ConfigDict(alias_generator=lambda name: name.rstrip("_"))

    op: Literal["add", "copy", "move", "remove", "replace", "test"]
    path: str
    from_: Annotated[str | None, OMIT_NONE] = None
    # A value can be null.
    value: Annotated[Any, Field(exclude_if=lambda value: value is MISSING)] = MISSING


def detail_type(kind: ItemKind, action: Action) -> str:
    """Return the detail type of the event of a changed item, such as `OverrideCreated`."""
    return f"{kind.capitalize()}{action.capitalize()}"


def action_of(item: Stored | None, before: Stored | None, *, restored: bool) -> Action:
    """Return what it is called that `before` became `item`; None stands for no item."""
    if item is None:
        return Action.DELETED
    if restored:
        return Action.RESTORED
    if isinstance(item, Override) and item.blocked:
        return Action.BLOCKED
    return Action.CREATED if before is None else Action.REPLACED


def is_kept(item: Stored) -> bool:
    """Return whether the history of the item is kept. A project's is not: its changes are those of its items."""
    return not isinstance(item, Project)


class OverrideEntry(HistoryEntry[Override]):
    """A change of an override."""


class ConnectionEntry(HistoryEntry[Connection]):
    """A change of a connection."""


class EnvironmentEntry(HistoryEntry[Environment]):
    """A change of an environment's settings."""
