"""Connections as environments see them, read in batches."""

from collections.abc import Iterable, Iterator
from itertools import batched, product
from typing import Final, NamedTuple

from connection_overrides.model.entities import Connection, Environment, Override
from connection_overrides.model.resolution import Resolution, resolve
from connection_overrides.operation import Operation
from connection_overrides.service.existing import environment_in
from connection_overrides.store.pages import in_batches
from connection_overrides.store.reader import Reader
from connection_overrides.store.table import BATCH_MAX

LOOKED_AT_ONCE: Final = 98
"""Overrides that one call brings beside their environment and the project."""


class View(NamedTuple):
    """A connection and its override in an environment, None when it has none there."""

    environment: Environment
    connection: Connection
    override: Override | None

    def resolve(self) -> Resolution:
        """Return what the connection is in the environment."""
        return resolve(self.environment, self.connection, self.override)


def views_from(
    reader: Reader, operation: Operation, project_id: str, environment_name: str, connections: Iterable[Connection]
) -> Iterator[View]:
    """Yield the connections as the environment sees them, or raise what says that it is not there."""
    for batch in in_batches(connections, LOOKED_AT_ONCE):
        names = [connection.name for connection in batch]
        seen = reader.look(operation, project_id, environment_name=environment_name, overrides_of=names)
        environment = environment_in(seen)
        for connection in batch:
            yield View(environment, connection, seen.overrides.get(connection.name))


def views_of(
    reader: Reader,
    operation: Operation,
    project_id: str,
    environments: Iterable[Environment],
    connections: Iterable[Connection],
) -> Iterator[View]:
    """Yield every connection as every environment sees it, one connection after the other; 100 views take one call."""
    pairs = product(connections, environments)
    for batch in batched(pairs, BATCH_MAX, strict=False):
        places = [(environment.name, connection.name) for connection, environment in batch]
        overrides = reader.overrides(operation, project_id, places)
        for place, (connection, environment) in zip(places, batch, strict=True):
            yield View(environment, connection, overrides.get(place))
