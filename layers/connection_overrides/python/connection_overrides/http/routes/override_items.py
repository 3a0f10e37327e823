"""Routes of one override, at its own address."""

from typing import Final

from connection_overrides.caller import Scope
from connection_overrides.errors import (
    ConnectionNotFoundError,
    EnvironmentNotFoundError,
    OverrideNotFoundError,
    PreconditionFailedError,
    ProjectNotFoundError,
    SharedSecretReferenceError,
)
from connection_overrides.http.entity_replies import OverrideReply
from connection_overrides.http.idempotency import Writes
from connection_overrides.http.outcomes import CREATED, DELETED, FOUND, REPLACED, UNCHANGED
from connection_overrides.http.parameters import (
    OFF,
    AllowSharedSecretQuery,
    ConnectionNamePath,
    EnvironmentNamePath,
    ProjectIdPath,
    is_on,
)
from connection_overrides.http.requests import OverrideBody
from connection_overrides.http.responses import Response
from connection_overrides.http.routing import Router
from connection_overrides.model.entities import Override
from connection_overrides.service.overrides import OverrideService

_OVERRIDE: Final = "/v1/projects/{projectId}/connections/environment-overrides/{environmentName}/{connectionName}"

WITHOUT_PARENT: Final = (ProjectNotFoundError, EnvironmentNotFoundError, ConnectionNotFoundError)
ABSENT_OR_CHANGED: Final = (*WITHOUT_PARENT, OverrideNotFoundError, PreconditionFailedError)


def declare_override_items(router: Router, writes: Writes, service: OverrideService) -> None:
    """Declare the routes of one override."""

    @router.route("GET", _OVERRIDE, scope=Scope.CONNECTIONS_READ, answers=(FOUND, UNCHANGED), refuses=ABSENT_OR_CHANGED)
    def get_override(
        project_id: ProjectIdPath, environment_name: EnvironmentNamePath, connection_name: ConnectionNamePath
    ) -> Response[OverrideReply]:
        """Get an override."""
        operation = router.about(project=project_id, environment=environment_name, connection=connection_name)
        override = service.get_override(operation, project_id, environment_name, connection_name)
        return router.found(OverrideReply.of(override), override.revision)

    @router.route(
        "PUT",
        _OVERRIDE,
        scope=Scope.CONNECTIONS_WRITE,
        answers=(REPLACED, CREATED),
        refuses=(*ABSENT_OR_CHANGED, SharedSecretReferenceError),
    )
    def replace_override(
        project_id: ProjectIdPath,
        environment_name: EnvironmentNamePath,
        connection_name: ConnectionNamePath,
        body: OverrideBody,
        allow_shared_secret: AllowSharedSecretQuery = OFF,
    ) -> Response[OverrideReply]:
        """Replace an override, or create it with `If-None-Match: *`.

        The reference is replaced whole. With `If-None-Match: *` this creates the override and replaces none. In a
        protected environment it takes the scope `environments:protected` on top.
        """
        return writes.do(
            router.about(project=project_id, environment=environment_name, connection=connection_name),
            lambda operation: service.replace_override(
                operation,
                project_id,
                environment_name,
                connection_name,
                auth_type=body.auth_type,
                reference=body.to_reference(),
                allow_shared=is_on(allow_shared_secret),
                preconditions=router.preconditions,
                may_create=True,
            ),
            lambda override: (created if override.revision.is_first else replaced)(router, override),
        )

    @router.route("DELETE", _OVERRIDE, scope=Scope.CONNECTIONS_WRITE, answers=(DELETED,), refuses=ABSENT_OR_CHANGED)
    def delete_override(
        project_id: ProjectIdPath, environment_name: EnvironmentNamePath, connection_name: ConnectionNamePath
    ) -> Response[None]:
        """Delete an override.

        From now on the connection uses its default in this environment, if the environment inherits defaults. In a
        protected environment this takes the scope `environments:protected` on top.
        """
        return writes.do(
            router.about(project=project_id, environment=environment_name, connection=connection_name),
            lambda operation: service.delete_override(
                operation, project_id, environment_name, connection_name, router.preconditions
            ),
            router.deleted,
        )


def created(router: Router, override: Override) -> Response[OverrideReply]:
    """Answer 201 with the override."""
    return router.created(
        OverrideReply.of(override),
        override.revision,
        "projects",
        override.project_id,
        "connections",
        "environment-overrides",
        override.environment_name,
        override.connection_name,
    )


def replaced(router: Router, override: Override) -> Response[OverrideReply]:
    """Answer 200 with the override."""
    return router.replaced(OverrideReply.of(override), override.revision)
