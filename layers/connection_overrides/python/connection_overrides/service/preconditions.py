"""What a caller demands of an item's state before it is written or told (RFC 9110, section 13)."""

from typing import NamedTuple

from connection_overrides.errors import PreconditionFailedError
from connection_overrides.model.entities import Revision


class Preconditions(NamedTuple):
    """Demands on an item. None stands for no demand; the texts are tags of revisions.

    `match` lists the states of which one must be the item's. `none_match` lists states that must not be the item's.
    `exists` demands any state, `is_absent` demands that there is no item.
    """

    match: frozenset[str] | None = None
    none_match: frozenset[str] | None = None
    exists: bool = False
    is_absent: bool = False

    @property
    def on_a_state(self) -> bool:
        """Tell whether the demand is on the very state that is looked at: then no other may be written over."""
        return self.match is not None or self.none_match is not None

    def rules_out(self, revision: Revision) -> bool:
        """Tell whether the item is in a state that it must not be in: to a reader, that it has not changed."""
        return self.is_absent or (self.none_match is not None and revision.tag in self.none_match)

    def require(self, revision: Revision | None) -> None:
        """Raise PreconditionFailedError unless the item, None when there is none, is as demanded."""
        self.require_match(revision)
        if revision is not None and self.rules_out(revision):
            raise _failed()

    def require_match(self, revision: Revision | None) -> None:
        """Raise PreconditionFailedError unless the item is in a state that it must be in; others are not looked at."""
        if revision is None:
            failed = self.match is not None or self.exists
        else:
            failed = self.match is not None and revision.tag not in self.match
        if failed:
            raise _failed()


def _failed() -> PreconditionFailedError:
    return PreconditionFailedError(
        "The item is not in the state that If-Match or If-None-Match demands; nothing was changed."
    )
