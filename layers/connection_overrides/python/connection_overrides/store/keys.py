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

The account comes first in every partition key, so another tenant's data cannot be addressed. Neither an account, nor
a project id, nor a name can contain `/`: it separates without escaping, and every prefix ends in it. A sort key holds
1,024 bytes and a partition key 2,048, a name of 255 characters up to 1,020: two names cannot share a sort key.
"""

from typing import Final, NamedTuple

_SEPARATOR: Final = "/"
_PROJECT: Final = "P"
_ENVIRONMENT: Final = "E"
_CONNECTION: Final = "C"
_OVERRIDE: Final = "O"
_SECRET_USAGE: Final = "S"  # noqa: S105 - no secret
_PROTECTED: Final = "G"
_STORED_RESULT: Final = "I"
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
        return Key(self.pk, self.sk_prefix + name)


class Span(NamedTuple):
    """The items of a partition between two sort keys, both included."""

    pk: str
    first: str
    last: str


def projects(account: str) -> Collection:
    """Return the projects of an account, named by their ids."""
    return Collection(_join(account), _prefix(_PROJECT))


def project(account: str, project_id: str) -> Key:
    """Return the key of a project."""
    return projects(account).key_of(_part(project_id))


def project_state(account: str, project_id: str) -> Key:
    """Return the key of a project's counters."""
    return Key(_join(account, project_id), _PROJECT)


def environments(account: str, project_id: str) -> Collection:
    """Return the environments of a project."""
    return Collection(_join(account, project_id), _prefix(_ENVIRONMENT))


def environment(account: str, project_id: str, name: str) -> Key:
    """Return the key of an environment."""
    return environments(account, project_id).key_of(_part(name))


def connections(account: str, project_id: str) -> Collection:
    """Return the connections of a project."""
    return Collection(_join(account, project_id), _prefix(_CONNECTION))


def connection(account: str, project_id: str, name: str) -> Key:
    """Return the key of a connection."""
    return connections(account, project_id).key_of(_part(name))


def connections_and_environments(account: str, project_id: str, after: str | None) -> Span:
    """Return the connections of a project whose names sort after `after`, and then all its environments."""
    first = _prefix(_CONNECTION) + ("" if after is None else after + _LOWEST)
    return Span(_join(account, project_id), first, _prefix(_ENVIRONMENT) + _HIGHEST)


def is_connection(sk: str) -> bool:
    """Return whether a sort key is a connection's."""
    return sk.startswith(_prefix(_CONNECTION))


def overrides(account: str, project_id: str, environment_name: str) -> Collection:
    """Return the overrides of an environment, named by their connections."""
    return Collection(_join(account, project_id, _OVERRIDE, environment_name), _prefix(_OVERRIDE))


def override(account: str, project_id: str, environment_name: str, connection_name: str) -> Key:
    """Return the key of an override."""
    return overrides(account, project_id, environment_name).key_of(_part(connection_name))


def secret_usages(account: str, project_id: str) -> Collection:
    """Return where the secrets of a project are used, named by the secrets' digests."""
    return Collection(_join(account, project_id), _prefix(_SECRET_USAGE))


def secret_usage(account: str, project_id: str, digest: str) -> Key:
    """Return the key of where one secret is used."""
    return secret_usages(account, project_id).key_of(_part(digest))


def protected_environments(account: str, project_id: str) -> Key:
    """Return the key of the names of a project's protected environments."""
    return Key(_join(account, project_id), _PROTECTED)


def stored_result(account: str, digest: str) -> Key:
    """Return the key of the stored result of a write, named by the digest of its idempotency key."""
    return Key(_join(account, _STORED_RESULT, digest), _STORED_RESULT)


def _join(*parts: str) -> str:
    return _SEPARATOR.join(_part(part) for part in parts)


def _prefix(kind: str) -> str:
    return kind + _SEPARATOR


def _part(text: str) -> str:
    """Return the text, or refuse it: validation comes first, and this is the last check before the table."""
    if not text or _SEPARATOR in text:
        raise ValueError("a part of a key must neither be empty nor contain the separator")
    return text
