"""Routes of all overrides of a project: one is named by the body or the query, or by its own address."""

from typing import Final

from connection_overrides.caller import Scope
from connection_overrides.errors import (
    EnvironmentNotFoundError,
    OverrideAlreadyExistsError,
    OverrideNotFoundError,
    ProjectNotFoundError,
    SharedSecretReferenceError,
)
from connection_overrides.http.entity_replies import OverrideReply
from connection_overrides.http.idempotency import Writes
from connection_overrides.http.outcomes import CREATED, DELETED, LISTED, REPLACED
from connection_overrides.http.parameters import (
    LIMIT_DEFAULT,
    OFF,
    AllowSharedSecretQuery,
    AuthProvidersQuery,
    AuthTypesQuery,
    ConnectionNamesOfDeleteQuery,
    ConnectionNamesQuery,
    CursorQuery,
    EnvironmentNameQuery,
    IgnoreMissingQuery,
    LimitQuery,
    PlatformConnectionTypesQuery,
    ProjectIdPath,
    connection_filter,
    entries,
    is_on,
)
from connection_overrides.http.replies import PageReply
from connection_overrides.http.requests import NamedOverride
from connection_overrides.http.responses import Response
from connection_overrides.http.routes.override_items import (
    ABSENT_OR_CHANGED,
    WITHOUT_PARENT,
    created,
    declare_override_items,
    replaced,
)
from connection_overrides.http.routing import Router
from connection_overrides.service.overrides import OverrideService

_OVERRIDES: Final = "/v1/projects/{projectId}/connections/environment-overrides"


def declare_overrides(router: Router, writes: Writes, service: OverrideService) -> None:
    """Declare the routes of overrides."""

    @router.route(
        "POST",
        _OVERRIDES,
        scope=Scope.CONNECTIONS_WRITE,
        answers=(CREATED,),
        refuses=(*WITHOUT_PARENT, OverrideAlreadyExistsError, SharedSecretReferenceError),
    )
    def create_override(
        project_id: ProjectIdPath, body: NamedOverride, allow_shared_secret: AllowSharedSecretQuery = OFF
    ) -> Response[OverrideReply]:
        """Create an override.

        From now on the connection uses this secret reference in this environment. Of any number of creates, at once or
        one after the other, exactly one succeeds; the others are refused with the address of the one that is there.
        `authType` must be the connection's. In a protected environment this takes the scope `environments:protected` on
        top.
        """
        return writes.do(
            router.about(project=project_id, environment=body.environment_name, connection=body.connection_name),
            lambda operation: service.create_override(
                operation,
                project_id,
                body.environment_name,
                body.connection_name,
                auth_type=body.auth_type,
                reference=body.to_reference(),
                allow_shared=is_on(allow_shared_secret),
            ),
            lambda override: created(router, override),
        )

    @router.route(
        "GET",
        _OVERRIDES,
        scope=Scope.CONNECTIONS_READ,
        answers=(LISTED,),
        refuses=(ProjectNotFoundError, EnvironmentNotFoundError),
    )
    def list_overrides(
        *,
        project_id: ProjectIdPath,
        environment_name: EnvironmentNameQuery,
        connection_names: ConnectionNamesQuery = None,
        auth_types: AuthTypesQuery = None,
        platform_connection_types: PlatformConnectionTypesQuery = None,
        auth_providers: AuthProvidersQuery = None,
        limit: LimitQuery = LIMIT_DEFAULT,
        cursor: CursorQuery = None,
    ) -> Response[PageReply[OverrideReply]]:
        """List the overrides of an environment.

        By the connection's name, in pages. Entries of one filter are alternatives, and all filters must hold. A page
        may have fewer results than `limit`, or none, and still a `nextCursor`.
        """
        wanted = connection_filter(
            connection_names=connection_names,
            platform_connection_types=platform_connection_types,
            auth_providers=auth_providers,
            auth_types=auth_types,
        )
        request = router.page_request(limit, cursor)
        operation = router.about(project=project_id, environment=environment_name)
        page = service.list_overrides(operation, project_id, environment_name, request, wanted)
        return router.listed(page, OverrideReply.of)

    @router.route(
        "PUT",
        _OVERRIDES,
        scope=Scope.CONNECTIONS_WRITE,
        answers=(REPLACED,),
        refuses=(*ABSENT_OR_CHANGED, SharedSecretReferenceError),
    )
    def replace_named_override(
        project_id: ProjectIdPath, body: NamedOverride, allow_shared_secret: AllowSharedSecretQuery = OFF
    ) -> Response[OverrideReply]:
        """Replace the override that the body names.

        The reference is replaced whole. This never creates one. In a protected environment it takes the scope
        `environments:protected` on top.
        """
        return writes.do(
            router.about(project=project_id, environment=body.environment_name, connection=body.connection_name),
            lambda operation: service.replace_override(
                operation,
                project_id,
                body.environment_name,
                body.connection_name,
                auth_type=body.auth_type,
                reference=body.to_reference(),
                allow_shared=is_on(allow_shared_secret),
                preconditions=router.preconditions,
                may_create=False,
            ),
            lambda override: replaced(router, override),
        )

    @router.route(
        "DELETE",
        _OVERRIDES,
        scope=Scope.CONNECTIONS_WRITE,
        answers=(DELETED,),
        refuses=(ProjectNotFoundError, EnvironmentNotFoundError, OverrideNotFoundError),
    )
    def delete_overrides(
        project_id: ProjectIdPath,
        environment_name: EnvironmentNameQuery,
        connection_names: ConnectionNamesOfDeleteQuery,
        ignore_missing: IgnoreMissingQuery = OFF,
    ) -> Response[None]:
        """Delete overrides of an environment, all or nothing.

        If one of the connections has no override, nothing is deleted and the answer names all that have none;
        `ignoreMissing=true` passes over them. In a protected environment this takes the scope `environments:protected`
        on top. It takes no `If-Match`: that is for one item, at its own address.
        """
        return writes.do(
            router.about(project=project_id, environment=environment_name),
            lambda operation: service.delete_overrides(
                operation, project_id, environment_name, entries(connection_names), ignore_missing=is_on(ignore_missing)
            ),
            router.deleted,
        )

    declare_override_items(router, writes, service)
