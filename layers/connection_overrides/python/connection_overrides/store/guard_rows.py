"""What the rows of the guard say: where a secret may be used, and which environments are protected."""

from typing import Final

from connection_overrides.model.secret_ids import SecretUse
from connection_overrides.store.attributes import Row, flag, members, text, texts
from connection_overrides.store.rows import read_row

NAMES: Final = "names"
"""The attribute that holds the names of protected environments."""


def use_from_row(row: Row) -> SecretUse:
    """Return what a row knows."""
    return read_row(
        row,
        lambda: SecretUse(
            texts(row, "environments"), in_defaults=flag(row, "inDefaults"), write_id=text(row, "writeId")
        ),
    )


def protected_from_row(row: Row) -> frozenset[str]:
    """Return the names that a row holds."""
    return read_row(row, lambda: members(row, NAMES))
