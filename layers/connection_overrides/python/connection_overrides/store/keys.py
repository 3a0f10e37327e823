"""Keys of the one table. Separators appear nowhere else.

| Access pattern | Call | pk | sk |
| --- | --- | --- | --- |
| projects of an account | Query | `<account>` | begins with `P/` |
| one project | GetItem | `<account>` | `P/<projectId>` |
| a project's counters | GetItem, in transactions | `<account>/<projectId>` | `P` |
| environments of a project | Query | `<account>/<projectId>` | begins with `E/` |
| connections of a project | Query | `<account>/<projectId>` | begins with `C/` |
| connections and environments of a project | Query | `<account>/<projectId>` | between `C/` and `E/` |
| one environment, one connection | GetItem | `<account>/<projectId>` | `E/<name>`, `C/<name>` |
| where a secret is used | GetItem, in transactions | `<account>/<projectId>` | `S/<digest>` |
| which environments are protected | GetItem, in transactions | `<account>/<projectId>` | `G` |
| overrides of an environment | Query | `<account>/<projectId>/O/<environment>` | begins with `O/` |
| one override | GetItem | `<account>/<projectId>/O/<environment>` | `O/<connection>` |
| the stored result of a write with a key | GetItem, in transactions | `<account>/I/<digest>` | `I` |
| the history of an item | Query | the item's | `H/<the item's>/<changeId>` |
| changes of a project | Query | `<account>/<projectId>/L` | begins with `L/` |

The account comes first in every partition key, so another tenant's data cannot be addressed. Neither an account, nor
a project id, nor a name can contain `/`: it separates without escaping, and every prefix ends in it. A sort key holds
1,024 bytes and a partition key 2,048, a name of 255 characters up to 1,020: two names cannot share a sort key.
"""

from typing import Final, NamedTuple

from connection_overrides.domain.models import Connection, Environment, Override, Project, Stored

_SEPARATOR: Final = "/"
# These sort before and after every character of a name.
_LOWEST: Final = "\x00"
_HIGHEST: Final = "\U0010ffff"


class Key(NamedTuple):
    """The primary key of an item."""

    pk: str
    sk: str


class Collection(NamedTuple):
    """The items of a partition whose sort keys share a prefix, in the order of their names' UTF-8 bytes."""

    pk: str
    sk_prefix: str

    def key_of(self, name: str) -> Key:
        """Return the key of the item of that name."""
        return Key(self.pk, self.sk_prefix + _join(name))


class Span(NamedTuple):
    """The items of a partition between two sort keys, both included."""

    pk: str
    first: str
    last: str


def projects(account: str) -> Collection:
    """Return the projects of an account, named by their ids."""
    return Collection(_join(account), "P/")


def project_state(account: str, project_id: str) -> Key:
    """Return the key of a project's counters."""
    return Key(_join(account, project_id), "P")


def environments(account: str, project_id: str) -> Collection:
    """Return the environments of a project."""
    return Collection(_join(account, project_id), "E/")


def connections(account: str, project_id: str) -> Collection:
    """Return the connections of a project."""
    return Collection(_join(account, project_id), "C/")


def overrides(account: str, project_id: str, environment_name: str) -> Collection:
    """Return the overrides of an environment, named by their connections."""
    return Collection(_join(account, project_id, "O", environment_name), "O/")


def secret_usages(account: str, project_id: str) -> Collection:
    """Return where the secrets of a project are used, named by the secrets' digests."""
    return Collection(_join(account, project_id), "S/")


def protected_environments(account: str, project_id: str) -> Key:
    """Return the key of the names of a project's protected environments."""
    return Key(_join(account, project_id), "G")


def stored_result(account: str, digest: str) -> Key:
    """Return the key of the stored result of a write, named by the digest of its idempotency key."""
    return Key(_join(account, "I", digest), "I")


def key_of(account: str, item: Stored) -> Key:
    """Return the key of an item of that account."""
    match item:
        case Override():
            return overrides(account, item.project_id, item.environment_name).key_of(item.name)
        case Connection():
            return connections(account, item.project_id).key_of(item.name)
        case Environment():
            return environments(account, item.project_id).key_of(item.name)
        case Project():
            return projects(account).key_of(item.project_id)
        case _:
            raise TypeError(type(item).__name__)


def history(item: Key) -> Collection:
    """Return the history of an item, named by the ids of its changes."""
    return Collection(item.pk, f"H/{item.sk}/")


def expiries(override: Key) -> Collection:
    """Return the markers of an override's expiry, named by the ids of the changes that this will be."""
    return Collection(override.pk, f"X/{override.sk}/")


def changes(account: str, project_id: str) -> Collection:
    """Return the changes of a project, named by their ids."""
    return Collection(_join(account, project_id, "L"), "L/")


def connections_and_environments(account: str, project_id: str, after: str | None) -> Span:
    """Return the connections of a project whose names sort after `after`, and then all its environments."""
    first = "C/" if after is None else f"C/{after}{_LOWEST}"
    return Span(_join(account, project_id), first, f"E/{_HIGHEST}")


def is_connection(sk: str) -> bool:
    """Return whether a sort key is a connection's."""
    return sk.startswith("C/")


def _join(*parts: str) -> str:
    """Return the parts with separators, or refuse them: validation comes first, and this is the last check."""
    if any(not part or _SEPARATOR in part for part in parts):
        raise ValueError("a part of a key must neither be empty nor contain the separator")
    return _SEPARATOR.join(parts)
