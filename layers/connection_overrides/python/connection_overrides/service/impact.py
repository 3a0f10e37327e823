"""What a change would do to effective connections, told before it is made."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from connection_overrides.model.filters import ConnectionFilter
from connection_overrides.model.resolution import Source, resolve
from connection_overrides.operation import Operation
from connection_overrides.service.existing import connection_in, environment_in
from connection_overrides.service.views import LOOKED_AT_ONCE, View, views_from, views_of
from connection_overrides.store.pages import Page, PageRequest, fill_page
from connection_overrides.store.reader import Reader
from connection_overrides.store.reads import ConnectionReads, EnvironmentReads
from connection_overrides.store.table import CALL_BUDGET


class EnvironmentChange(StrEnum):
    """A change of an environment: its delete with all that it holds, or the other value of `inheritDefaults`."""

    DELETE = "delete"
    INHERIT_DEFAULTS = "inheritDefaults"


class ConnectionChange(StrEnum):
    """A change of a connection: its delete, with its overrides."""

    DELETE = "delete"


class Effect(NamedTuple):
    """An effective connection whose source would change. NONE is one that is not, or would not be, configured."""

    environment_name: str
    connection_name: str
    before: Source
    after: Source


class ImpactService:
    """Changes of a project, thought through by the rule that decides what is effective."""

    def __init__(self, environments: EnvironmentReads, connections: ConnectionReads, reader: Reader) -> None:
        """Read there; nothing is written."""
        self._environments = environments
        self._connections = connections
        self._reader = reader

    def list_environment_impact(
        self,
        operation: Operation,
        project_id: str,
        environment_name: str,
        change: EnvironmentChange,
        request: PageRequest,
    ) -> Page[Effect]:
        """Return a page of the connections that the change of their environment would affect, in name order."""
        everything = ConnectionFilter()
        every = PageRequest(LOOKED_AT_ONCE, request.after)
        searching = operation.setting_aside(CALL_BUDGET)  # for the look at the overrides of what was found
        candidates = self._connections.candidates(searching, project_id, every, everything)
        views = views_from(self._reader, operation, project_id, environment_name, candidates)
        page = fill_page(
            request,
            (_effect(view, change) for view in views),
            lambda effect: effect.connection_name,
            lambda effect: effect.before is not effect.after,
        )
        if page.saw_nothing:
            environment_in(self._reader.look(operation, project_id, environment_name=environment_name))
        return page

    def list_connection_impact(self, operation: Operation, project_id: str, connection_name: str) -> list[Effect]:
        """Return the environments in which the delete of the connection would take something away, in name order."""
        connection = connection_in(self._reader.look(operation, project_id, connection_name=connection_name))
        environments = self._environments.all(operation, project_id)
        views = views_of(self._reader, operation, project_id, environments, [connection])
        return list(_lost(views))


def _effect(view: View, change: EnvironmentChange) -> Effect:
    if change is EnvironmentChange.DELETE:
        after = Source.NONE
    else:
        other = view.environment._replace(inherit_defaults=not view.environment.inherit_defaults)
        after = resolve(other, view.connection, view.override).source
    return Effect(view.environment.name, view.connection.name, view.resolve().source, after)


def _lost(views: Iterable[View]) -> Iterator[Effect]:
    for view in views:
        effect = _effect(view, EnvironmentChange.DELETE)
        if effect.before is not effect.after:
            yield effect
