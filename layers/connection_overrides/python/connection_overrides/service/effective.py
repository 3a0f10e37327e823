"""Effective connections: what a pipeline in an environment must use, and why."""

from collections.abc import Collection, Iterable, Iterator
from typing import Final

from connection_overrides.errors import ConnectionNotConfiguredError, Explanation
from connection_overrides.model.entities import Connection, Revision
from connection_overrides.model.filters import ConnectionFilter
from connection_overrides.model.resolution import Finding, Resolution, Source, Step, resolve
from connection_overrides.operation import Operation
from connection_overrides.service.existing import connection_in, environment_in
from connection_overrides.service.views import LOOKED_AT_ONCE, views_from
from connection_overrides.store.pages import Page, PageRequest, fill_page, seen_through
from connection_overrides.store.reader import Reader
from connection_overrides.store.reads import ConnectionReads
from connection_overrides.store.table import CALL_BUDGET

_REASONS: Final = {
    Finding.BLOCKED: "An override blocks the connection in this environment.",
    Finding.NO: "The connection has no override in this environment, which inherits no defaults.",
    Finding.ABSENT: "The connection has neither an override in this environment nor a default.",
}


class EffectiveService:
    """The connections of a project as its environments see them."""

    def __init__(self, connections: ConnectionReads, reader: Reader) -> None:
        """Read connections there."""
        self._connections = connections
        self._reader = reader

    def get_effective(
        self, operation: Operation, project_id: str, environment_name: str, connection_name: str, *, explain: bool
    ) -> tuple[Resolution, Revision]:
        """Return what the connection is in the environment, and the revision that says so, read in one call.

        Without a source this is a ConnectionNotConfiguredError: a pipeline must fail clearly, never borrow another
        environment's secret. It holds the steps of the decision if `explain`.
        """
        seen = self._reader.look(
            operation,
            project_id,
            environment_name=environment_name,
            connection_name=connection_name,
            overrides_of=[connection_name],
        )
        environment, connection = environment_in(seen), connection_in(seen)
        resolution = resolve(environment, connection, seen.overrides.get(connection_name))
        if resolution.revision is None:
            reason = _REASONS[resolution.steps[-1].finding]
            raise ConnectionNotConfiguredError(reason, map(_explanation, resolution.steps) if explain else ())
        return resolution, resolution.revision

    def list_effective(
        self,
        operation: Operation,
        project_id: str,
        environment_name: str,
        request: PageRequest,
        *,
        wanted: ConnectionFilter,
        sources: Collection[Source] | None,
    ) -> Page[Resolution]:
        """Return a page of what connections are in the environment, those without a source included."""

        def resolved(connections: Iterable[Connection]) -> Iterator[Resolution]:
            views = views_from(self._reader, operation, project_id, environment_name, connections)
            return (view.resolve() for view in views)

        # Time is kept for the look at what was found: at the overrides, or, without one, at the environment.
        searching = operation.setting_aside(CALL_BUDGET)
        if sources is None:
            found = self._connections.list(searching, project_id, request, wanted)
            page = seen_through(found, resolved(found.items), _name_of)
            is_environment_seen = bool(found.items)
        else:
            every = PageRequest(LOOKED_AT_ONCE, request.after)
            page = fill_page(
                request,
                resolved(self._connections.candidates(searching, project_id, every, wanted)),
                _name_of,
                lambda resolution: wanted.matches(resolution.connection) and resolution.source in sources,
            )
            is_environment_seen = not page.saw_nothing
        if not is_environment_seen:
            environment_in(self._reader.look(operation, project_id, environment_name=environment_name))
        return page


def _name_of(resolution: Resolution) -> str:
    return resolution.connection.name


def _explanation(step: Step) -> Explanation:
    return Explanation(str(step.question), str(step.finding), step.revision)
